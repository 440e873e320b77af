"""Examples of X's pack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parvis.networks.codes.draft import Medium, Past
from tests.codes.cases import Case, Examples

TUESDAY = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
BAKER = (
    "Le pain de seigle revient samedi. Farine du moulin de Rezé, levain de trois jours, croûte épaisse : 4,20 € la pièce. "
    "Il en sort quarante, dès 7 h, place de l’Église. Vous le préférez en tranches ou entier ? #Nantes"
)
MASON = "Une dalle fissurée n’est pas toujours une dalle à refaire. On regarde d’abord l’eau, puis le sol, puis le béton. Devis gratuit."
FULL = "Le chantier de la rue Haute avance bien, les murs montent et la charpente arrive mardi matin avec la grue. " * 2
IMAGE = Medium("image", "pain.jpg", width=1200, height=800, alt="Un pain de seigle sur la planche")


def past(*hours: float) -> dict[str, tuple[Past, ...]]:
    """Return a history of posts, that many hours from TUESDAY."""
    return {"x": tuple(Past(TUESDAY + timedelta(hours=h), "Un post") for h in hours)}


def film(**facts: object) -> Medium:
    """Return a video."""
    return Medium("video", "visite.mp4", **facts)  # type: ignore[arg-type]


EXAMPLES = {
    "X01": Examples(
        trips=(BAKER * 2, "é" * 281, "→" * 141),
        silent=(BAKER, "é" * 280, f"{MASON} https://atelier-roux.fr/{'a' * 300}"),
    ),
    "X02": Examples(
        trips=(
            f"{FULL}→ devis gratuit sous huit jours pour tout le quartier, et le café est offert… Venez nous voir.",
            f"{FULL}• devis gratuit • chantier propre • délai tenu • prix ferme • maçons du pays",
            f"{FULL}Et la suite arrive bientôt… promis, nous vous montrerons",
            "→ Dalle " * 40,
        ),
        silent=(
            BAKER,
            f"{FULL}– devis gratuit sous huit jours pour tout le quartier, et le café est offert. Venez nous voir.",
            "→ Devis gratuit\n→ Chantier propre\n→ Délai tenu…",
            f"{FULL}Et la suite arrive bientôt\u202f! Nous vous montrerons tout.",
            f"{FULL}Le mètre carré est à 90 €, et la grue arrive bientôt 🏗️ 👷",
        ),
    ),
    "X03": Examples(
        trips=("La fournée est sortie.", "Le four chauffe déjà.", "Deux soudeurs arrivent."),
        silent=(
            BAKER,
            MASON,
            "Qui vient samedi ?",
            Case("La fournée de 17 h est sortie.", media=(IMAGE,)),
            "Le programme : https://atelier-roux.fr/portes-ouvertes",
            Case("3/3 À samedi.", part=2, parts=3),
            "Merci @moulinblanc.",
        ),
    ),
    "X04": Examples(
        trips=(
            "Le pain de seigle revient. #Pain #Seigle #Nantes",
            f"{MASON} #Béton #Dalle #Maçon #Rezé",
            "#Soudure #Emploi #Atelier : deux postes à Rezé.",
        ),
        silent=(BAKER, MASON, "Le pain de seigle revient. #Pain #Nantes", "Le lot n° 3 #1 est prêt."),
    ),
    "X05": Examples(
        trips=(
            "Nos clients sont cotés : $AIR et $SAF.",
            "L’acier monte, $MT et $APAM.AS aussi.",
            "$OR, $MC, $KER : le luxe vu de l’atelier.",
        ),
        silent=(
            BAKER,
            "La planche : 12 $US, soit 16 $CA.",
            "Notre client $AIR nous a confié ses rivets.",
            "Le bois est passé de 5 $ à 7$ la planche, soit 400 US$ le lot, ou $12.",
            "Notre client $AIR grandit, et $AIR recrute.",
            "La commande `echo $PATH $HOME` suffit.",
        ),
    ),
    "X06": Examples(
        trips=(
            Case(BAKER, media=(IMAGE,) * 5),
            Case(BAKER, media=(IMAGE, film())),
            Case(BAKER, media=(film(seconds=1300),)),
            Case(BAKER, media=(film(size=4_600_000_000),)),
            Case(BAKER, media=(Medium(size=6_000_000),)),
            Case(BAKER, media=(film(), film())),
        ),
        silent=(
            BAKER,
            Case(BAKER, media=(IMAGE,) * 4),
            Case(BAKER, media=(film(seconds=1200, size=90_000_000),)),
            Case(BAKER, media=(film(),)),
        ),
    ),
    "X08": Examples(
        trips=(
            Case("Comment naît un pain de seigle ?", part=0, parts=4),
            Case("Le levain d’abord.", part=1, parts=4),
            Case("2/2 et la charpente arrive mardi.", part=1, parts=2),
            Case("5/6 Le four chauffe.", part=2, parts=6),
        ),
        silent=(
            BAKER,
            Case("Comment naît un pain de seigle ? (1/4)", part=0, parts=4),
            Case("Comment naît un pain de seigle ? 🧵", part=0, parts=4),
            Case("2/ Le levain d’abord.", part=1, parts=4),
            Case("3️⃣ Le four ensuite.", part=2, parts=4),
            Case("La charpente arrive mardi.", part=1, parts=2),
            Case("@moulinblanc nous livre le mardi.", part=1, parts=2),
            Case("2/3\n- farine\n- eau\n- sel", part=1, parts=3),
        ),
    ),
    "X09": Examples(
        trips=(
            "@moulinblanc nous livre sa farine chaque mardi.",
            "  @AtelierRoux et nous, c’est dix ans de chantiers.",
            "@lea_roux rejoint l’équipe !",
        ),
        silent=(
            BAKER,
            "Merci à @moulinblanc pour la farine.",
            ".@moulinblanc nous livre sa farine.",
            Case("@moulinblanc nous livre le mardi.", part=1, parts=2),
            "contact@atelier-roux.fr : écrivez-nous.",
        ),
    ),
    "X10": Examples(
        trips=(
            "https://atelier-roux.fr/portes-ouvertes",
            "Tout est là : https://boulangerie-lenoir.fr/menu",
            "À lire sur notre site https://cabinet-morel.fr/bail #Bail",
        ),
        silent=(
            BAKER,
            f"{MASON} https://atelier-roux.fr/dalle",
            "Portes ouvertes samedi de 9 h à 18 h : la forge tourne, Léa explique. https://atelier-roux.fr/portes-ouvertes",
            Case("Le guide : https://atelier-roux.fr/guide", part=3, parts=4),
        ),
    ),
    "X12": Examples(
        trips=(
            Case(BAKER, at=TUESDAY, history=past(*(-20 * n for n in range(1, 9)))),
            Case(MASON, at=TUESDAY, history=past(*(-5 * n for n in range(1, 20)))),
            Case(BAKER, at=TUESDAY, history=past(*(-n for n in range(1, 10)))),
        ),
        silent=(
            Case(BAKER, at=TUESDAY, history=past(*(-20 * n for n in range(1, 8)))),
            Case(BAKER, at=TUESDAY, history=past(*(-48 * n for n in range(1, 20)))),
            Case(BAKER, history=past(*(-n for n in range(1, 20)))),
            BAKER,
        ),
    ),
}
