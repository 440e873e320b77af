"""Examples of LinkedIn's pack: posts of factories, masons, lawyers and bakers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parvis.networks.codes.draft import Medium, Past
from tests.codes.cases import Case, Examples

TUESDAY = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
STORY = (
    "Hier, à 6 h, Karim a coulé sa première dalle seul. Il y a deux ans, il poussait la porte de l’atelier pour un stage de troisième.\n\n"
    "Il a appris à lire un plan, à régler un coffrage, à dire non quand le béton arrive trop sec. Nous, nous avons appris à expliquer.\n\n"
    "En mars, il devient chef d’équipe. Qui d’autre forme des apprentis en ce moment ?\n\n#Maçonnerie #Apprentissage #Nantes"
)
LAWYER = (
    "Un bail commercial ne se renouvelle pas tout seul. Six mois avant la fin, relisez la clause de durée et celle du loyer.\n\n"
    "Trois questions à se poser avant d’écrire au bailleur sont dans le document ci-joint.\n\n#BailCommercial #Commerce #Droit"
)
LONG = "Le four à sole demande de la patience, et chaque fournée nous apprend quelque chose sur la farine du moulin voisin. "
TAGS = " #Pain #Levain #Farine #Blé #Four #Moulin #Seigle #Épeautre #Boulangerie #Nantes #Artisanat"
PHOTO = Medium("image", "dalle.jpg", width=1200, height=1200, alt="Karim lisse une dalle de béton")


def past(*hours: float) -> dict[str, tuple[Past, ...]]:
    """Return a history of posts, that many hours from TUESDAY."""
    return {"linkedin": tuple(Past(TUESDAY + timedelta(hours=h), "Un post") for h in hours)}


def paper(**facts: object) -> tuple[Medium, ...]:
    """Return a document alone."""
    return (Medium("document", "bail.pdf", **facts),)  # type: ignore[arg-type]


def film(**facts: object) -> tuple[Medium, ...]:
    """Return a video alone."""
    return (Medium("video", "visite.mp4", **facts),)  # type: ignore[arg-type]


EXAMPLES = {
    "LI01": Examples(
        trips=(LONG * 30, "é" * 3001, "#" * 1501),
        silent=(STORY, "é" * 3000, LONG * 20),
    ),
    "LI02": Examples(
        trips=(
            f"{TAGS.strip()}{TAGS}{TAGS} Notre pain de seigle est de retour.",
            f"https://boulangerie-lenoir.fr/{'a' * 220} Notre pain de seigle est de retour.",
            f"🔥🔥🔥 Ça y est !{' ⭐' * 80}\n\nNotre atelier de Rezé embauche deux soudeurs.",
            f"Bonjour à tous ! https://atelier-roux.fr/{'a' * 130}\n\nNotre atelier de Rezé embauche deux soudeurs.",
        ),
        silent=(STORY, LAWYER, "Bonjour à tous ! Notre atelier de Rezé embauche deux soudeurs.", LONG * 4, "Nous recrutons !"),
    ),
    "LI03": Examples(
        trips=(LONG * 18, "Nous recrutons un maçon.", "L’atelier sera fermé vendredi."),
        silent=(
            STORY,
            LONG * 15,
            LONG * 30,
            "Béton prêt à l’emploi ou bétonnière : que choisissez-vous sur un petit chantier ?",
            Case("Karim a coulé sa première dalle.", media=(PHOTO,)),
            "Le programme de la journée : https://atelier-roux.fr/portes-ouvertes",
            "",
        ),
    ),
    "LI04": Examples(
        trips=(f"Notre pain de seigle est de retour.{TAGS}", f"Deux soudeurs rejoignent l’atelier.{TAGS}", LONG),
        silent=(STORY, LAWYER, "Notre pain de seigle est de retour. #Pain", ""),
    ),
    "LI05": Examples(
        trips=(
            "Merci à @Karim, @Léa, @Jules, @Inès, @Paul et @Nora pour ce chantier.",
            "Bravo @AtelierRoux @MoulinBlanc @BoisVif @Ferronor @VerreClair @TerreCuite !",
            "@a1 @b2 @c3 @d4 @e5 @f6 @g7 : rendez-vous mardi.",
        ),
        silent=(
            STORY,
            "Merci à @Karim, @Léa, @Jules, @Inès et @Paul pour ce chantier.",
            "Écrivez à atelier@roux.fr, devis@roux.fr, a@roux.fr, b@roux.fr, c@roux.fr ou d@roux.fr.",
        ),
    ),
    "LI06": Examples(
        trips=(
            "Le programme de la journée : https://atelier-roux.fr/portes-ouvertes",
            "Tout est sur www.boulangerie-lenoir.fr, jour et nuit.",
            "Le guide : https://a.fr/guide et la vidéo : https://b.fr/video",
            "Réservez sur atelier-roux.fr avant lundi.",
        ),
        silent=(
            STORY,
            "Le lien est en premier commentaire.",
            "Le post de Léa : https://www.linkedin.com/posts/lea-roux_maconnerie-123",
            "Le devis est gratuit.appelez-nous, ou écrivez à devis@atelier-roux.fr.",
        ),
    ),
    "LI07": Examples(
        trips=(
            Case(STORY, media=(Medium(width=1080, height=1920),)),
            Case(STORY, media=(Medium(width=3000, height=800),)),
            Case(STORY, media=(Medium(width=1200, height=1200, size=6_000_000),)),
        ),
        silent=(
            Case(STORY, media=(PHOTO,)),
            Case(STORY, media=(Medium(width=1200, height=628),)),
            Case(STORY, media=(Medium(width=1080, height=1350, size=2_000_000),)),
            Case(STORY, media=(Medium(),)),
            Case(STORY, media=(Medium(width=1080, height=1920), Medium(width=1080, height=1920))),
            STORY,
        ),
    ),
    "LI08": Examples(
        trips=(
            Case(STORY, media=(PHOTO, *film())),
            Case(LAWYER, media=(*paper(pages=12), PHOTO)),
            Case(LAWYER, media=paper(pages=301)),
            Case(LAWYER, media=paper(pages=12, size=120_000_000)),
            Case(LAWYER, media=paper(pages=2)),
            Case(LAWYER, media=paper(pages=40)),
        ),
        silent=(
            Case(LAWYER, media=paper(pages=12, size=3_000_000)),
            Case(LAWYER, media=paper()),
            Case(STORY, media=(PHOTO, PHOTO, PHOTO)),
            Case(STORY, media=film(seconds=40)),
            STORY,
        ),
    ),
    "LI09": Examples(
        trips=(
            Case(LAWYER, media=paper()),
            Case(LAWYER, media=paper(title="bail_commercial_v3")),
            Case(LAWYER, media=paper(title="bail-commercial.pdf")),
            Case(LAWYER, media=paper(title="Le bail " * 60)),
        ),
        silent=(
            Case(LAWYER, media=paper(title="Bail commercial : trois questions avant d’écrire")),
            Case(LAWYER, media=paper(), title="Bail commercial : trois questions"),
            Case(STORY, media=(PHOTO,)),
            LAWYER,
        ),
    ),
    "LI10": Examples(
        trips=(
            Case("À regarder !", media=film()),
            Case("", media=film(seconds=60)),
            Case("Notre guide 👇 #BailCommercial #Droit #Commerce #Artisanat", media=paper(pages=12)),
        ),
        silent=(
            Case(LAWYER, media=paper(pages=12)),
            Case("Karim montre comment on règle un coffrage, du niveau à la dernière planche.", media=film(seconds=60)),
            Case("À regarder !", media=(PHOTO,)),
            Case("Bonne année !", media=film(decorative=True)),
        ),
    ),
    "LI11": Examples(
        trips=(
            LONG * 4,
            f"Notre four a trente ans.\n\n{LONG * 3}",
            f"{LONG}\n{LONG}",
        ),
        silent=(
            STORY,
            LAWYER,
            f"{LONG * 2}\n\n{LONG * 2}",
            "Dans notre atelier, on trouve :\n- deux fours à sole ;\n- un pétrin de 1974 ;\n- trois boulangers ;\n- un chat.\n" * 3,
        ),
    ),
    "LI14": Examples(
        trips=(
            Case(STORY, at=TUESDAY, history=past(-2)),
            Case(STORY, at=TUESDAY, history=past(1.5)),
            Case(STORY, at=TUESDAY, history=past(7)),
        ),
        silent=(
            Case(STORY, at=TUESDAY, history=past(-48, 72)),
            Case(STORY, at=TUESDAY, history=past(-22)),
            Case(STORY, history=past(-2)),
            Case(STORY, at=TUESDAY, history={"facebook": past(-2)["linkedin"]}),
            Case(STORY, at=TUESDAY),
        ),
    ),
    "LI15": Examples(
        trips=(
            Case(STORY, at=TUESDAY + timedelta(days=4)),
            Case(STORY, at=TUESDAY.replace(hour=19)),
            Case(STORY, at=TUESDAY.replace(hour=5)),
        ),
        silent=(
            Case(STORY, at=TUESDAY),
            Case(STORY, at=TUESDAY.replace(hour=12, minute=0)),
            Case(STORY, at=TUESDAY.replace(hour=7, minute=0)),
            STORY,
        ),
    ),
    "LI17": Examples(
        trips=(
            "https://www.linkedin.com/posts/lea-roux_maconnerie-activity-123",
            "À lire ! https://www.linkedin.com/feed/update/urn:li:activity:123",
            "Très juste : https://fr.linkedin.com/pulse/le-bail-commercial-lea-roux",
        ),
        silent=(
            "Léa a raison sur un point : le chantier se gagne au devis, pas au téléphone. https://www.linkedin.com/posts/lea-roux_1",
            "Notre page : https://www.linkedin.com/company/atelier-roux",
            "À lire : https://atelier-roux.fr/posts/1",
            STORY,
        ),
    ),
    "LI18": Examples(
        trips=(
            Case(STORY, media=film(seconds=1801)),
            Case(STORY, media=film(seconds=3600)),
            Case(STORY, media=film(seconds=2)),
        ),
        silent=(
            Case(STORY, media=film(seconds=90)),
            Case(STORY, media=film(seconds=1800)),
            Case(STORY, media=film()),
            Case(STORY, media=(PHOTO,)),
        ),
    ),
    "LI19": Examples(
        trips=(
            Case(STORY, at=TUESDAY, history=past(*(n / 20 for n in range(150)))),
            Case(LAWYER, at=TUESDAY, history=past(*(n / 30 for n in range(200)))),
            Case(STORY, at=TUESDAY, history=past(*(-n / 30 for n in range(160)))),
        ),
        silent=(
            Case(STORY, at=TUESDAY, history=past(*(n / 20 for n in range(149)))),
            Case(STORY, at=TUESDAY, history=past(*(24 + n / 20 for n in range(160)))),
            Case(STORY, history=past(*(n / 20 for n in range(160)))),
        ),
    ),
}
