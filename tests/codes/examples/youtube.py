"""Examples of YouTube's codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parvis.networks.codes.draft import Medium, Past
from parvis.networks.codes.profile import Profile
from tests.codes.cases import Case, Examples

FILM = Medium(kind="video", mime="video/mp4", width=1920, height=1080, size=300_000_000, seconds=240, captions=True)
LONG_FILM = Medium(kind="video", seconds=1200)
UPRIGHT = Medium(kind="video", mime="video/mp4", width=1080, height=1920, seconds=45)
UNKNOWN = Medium(kind="video")
THUMBNAIL = Medium(mime="image/jpeg", width=1280, height=720, size=700_000, alt="Un parquet en point de Hongrie")
NEWS = "Poser un parquet en point de Hongrie, pas à pas, dans un appartement nantais. Le devis et les photos\u00a0: https://atelier-roux.fr"
MORE = (
    "Nous commençons par le tracé de l’axe, puis la coupe des lames à quarante-cinq degrés, le collage, le ponçage et enfin l’huile. "
    "Comptez trois jours pour une pièce de vingt mètres carrés."
)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
SITE = Profile(site="https://www.atelier-roux.fr")


def _every(days: int, count: int) -> dict[str, tuple[Past, ...]]:
    return {"youtube": tuple(Past(AT - timedelta(days=days * (n + 1)), "Un chantier en vidéo.") for n in range(count))}


def _titled(title: str, text: str = NEWS) -> Case:
    return Case(text, title=title)


EXAMPLES = {
    "YT01": Examples(
        trips=(
            _titled(
                "Poser un parquet en point de Hongrie dans un appartement ancien sans se tromper, étape par étape, avec les bons outils"
            ),
            _titled("Parquet <massif> ou stratifié\u202f: que choisir\u202f?"),
            _titled("   "),
            Case(NEWS, form="short"),
            Case(NEWS, tags=("parquet", "nantes")),
        ),
        silent=(
            _titled("Poser un parquet en point de Hongrie, étape par étape"),
            NEWS,
            _titled("é" * 100),
            Case(NEWS, form="short", title="Couper une lame à 45 degrés"),
        ),
    ),
    "YT02": Examples(
        trips=(
            _titled("Vlog #12 – une semaine avec nous au fournil\u00a0: faire un pain au levain"),
            _titled("Bonjour à tous, aujourd’hui on vous montre comment tailler un rosier en hiver"),
            _titled("Épisode 4\u00a0: dans les coulisses de la maison Morel, la pose d’une charpente"),
            _titled("Tailler un rosier grimpant en hiver sans l’abîmer, avec les conseils de notre pépiniériste"),
        ),
        silent=(
            _titled("Tailler un rosier grimpant en hiver"),
            _titled("Vlog #12 – le pain au levain"),
            _titled("Vidéosurveillance d’un petit commerce\u00a0: ce que dit la loi en 2026"),
            NEWS,
        ),
    ),
    "YT03": Examples(
        trips=(MORE * 30, "é" * 2501, (NEWS + "\n") * 45),
        silent=(NEWS, "é" * 2500, "a" * 5000, ""),
    ),
    "YT04": Examples(
        trips=(
            f"Abonnez-vous à la chaîne et activez la cloche\u202f! {MORE}",
            f"Retrouvez-nous sur Facebook, Instagram et LinkedIn. {MORE}",
            f"https://atelier-roux.fr/{'parquets/' * 8} https://atelier-roux.fr/{'devis/' * 10}contact\n{MORE}",
            f"{MORE}\n\nLe devis\u00a0: https://atelier-roux.fr",
        ),
        silent=(
            f"{NEWS}\n\n{MORE}",
            MORE,
            "Abonnez-vous à la chaîne\u202f!",
            Case(f"{MORE}\n\nLe devis\u00a0: https://atelier-roux.fr", form="short", title="Le point de Hongrie"),
            f"Le point de Hongrie, expliqué sur atelier-roux.fr. {MORE}\n\nLe devis\u00a0: https://atelier-roux.fr/devis",
        ),
    ),
    "YT05": Examples(
        trips=(
            Case(NEWS, tags=tuple(f"poser un parquet massif {n}" for n in range(20))),
            Case(NEWS, tags=("a" * 501,)),
            Case(NEWS, tags=("a" * 249, "b" * 251)),
            Case(NEWS, tags=("parquet " * 62 + "nant",)),
        ),
        silent=(
            Case(NEWS, tags=("parquet", "point de Hongrie", "menuisier Nantes")),
            Case(NEWS, tags=("a" * 249, "b" * 250)),
            NEWS,
        ),
    ),
    "YT06": Examples(
        trips=(
            f"{NEWS} {' '.join(f'#parquet{n}' for n in range(16))}",
            f"{' '.join(f'#Bois{n}' for n in range(30))}",
            Case(f"{NEWS} {' '.join(f'#parquet{n}' for n in range(14))}", title="Le parquet #Nantes #Menuiserie"),
        ),
        silent=(
            f"{NEWS} #Menuiserie #Parquet #Nantes",
            f"{NEWS} {' '.join(f'#parquet{n}' for n in range(15))}",
            NEWS,
        ),
    ),
    "YT07": Examples(
        trips=(
            Case(NEWS, media=(FILM, Medium(width=640, height=360))),
            Case(NEWS, media=(FILM, Medium(width=1600, height=1600))),
            Case(NEWS, media=(FILM, Medium(width=1920, height=1080, size=3_400_000))),
        ),
        silent=(
            Case(NEWS, media=(FILM, THUMBNAIL)),
            Case(NEWS, media=(FILM, Medium())),
            Case(NEWS, media=(UPRIGHT, Medium(width=1080, height=1920)), form="short"),
            Case(NEWS, media=(FILM, Medium(width=1920, height=1080, size=1_900_000))),
        ),
    ),
    "YT08": Examples(
        trips=(
            NEWS,
            Case(NEWS, media=(THUMBNAIL,)),
            Case(NEWS, media=(FILM, FILM)),
            Case(NEWS, media=(Medium(kind="video", seconds=50_000),)),
            Case(NEWS, media=(FILM,), form="short"),
            Case(NEWS, media=(Medium(kind="video", width=1080, height=1920, seconds=200),), form="short"),
            Case(NEWS, media=(Medium(kind="video", width=1080, height=1920, seconds=90),), form="short"),
            Case(NEWS, media=(Medium(kind="video", width=1080, height=1080, seconds=40),), form="short"),
        ),
        silent=(
            Case(NEWS, media=(FILM, THUMBNAIL)),
            Case(NEWS, media=(UPRIGHT,), form="short"),
            Case(NEWS, media=(UNKNOWN,), form="short"),
            Case(NEWS, media=(LONG_FILM,)),
        ),
    ),
    "YT10": Examples(
        trips=(
            f"{NEWS}\n\n00:00 Le tracé\n01:20 La coupe",
            f"{NEWS}\n\nChapitres\n00:45 Le tracé\n01:20 La coupe\n03:10 Le collage",
            f"{NEWS}\n\n00:00 Le tracé\n02:20 La coupe\n01:50 Le collage\n03:30 L’huile",
            f"{NEWS}\n\n00:00 Le tracé\n00:05 La coupe\n01:50 Le collage",
            Case(f"{NEWS}\n\n0:40 Le tracé\n1:23 La coupe\n3:10 Le collage", media=(FILM,)),
            Case(NEWS, media=(LONG_FILM,)),
        ),
        silent=(
            f"{NEWS}\n\n00:00 Le tracé\n01:20 La coupe\n03:10 Le collage",
            f"{NEWS}\n\n0:00 Le tracé\n59:10 La coupe\n1:02:45 Le collage",
            "Portes ouvertes de l’atelier\n10:00 Accueil\n14:00 Démonstration\n18:00 Verre de l’amitié",
            "La fête du village\n19:30 Repas\n22:30 Bal\n00:00 Feu d’artifice",
            Case(NEWS, media=(FILM,)),
            Case(NEWS, media=(UNKNOWN,)),
        ),
    ),
    "YT11": Examples(
        trips=(
            _titled("POSER UN PARQUET SANS SE TROMPER"),
            _titled("Vous n’allez pas y croire\u00a0: ce parquet avait cent ans"),
            _titled("Ce que personne ne vous dit sur le béton ciré"),
            _titled("Notre four a explosé\u202f!!!"),
        ),
        silent=(
            _titled("Poser un parquet sans se tromper"),
            _titled("Poser une fenêtre de toit VELUX avec un artisan QUALIBAT"),
            Case(NEWS, title="Les tables BOIS BRUT en chêne", profile=Profile(words=frozenset({"Bois", "Brut"}))),
            _titled("Trois erreurs à éviter en taillant un rosier"),
            _titled("Un parquet sans colle, vraiment\u202f?!"),
            NEWS,
        ),
    ),
    "YT12": Examples(
        trips=(
            "Le point de Hongrie se pose en trois jours dans une pièce de vingt mètres carrés.",
            "Notre boulanger façonne la miche de seigle, puis la laisse lever toute une nuit au frais.",
            Case("Poser un parquet en point de Hongrie, pas à pas, dans un appartement nantais.", profile=SITE),
            Case("Poser un parquet en point de Hongrie, le tutoriel complet\u00a0: https://youtu.be/abcdef", profile=SITE),
        ),
        silent=(
            NEWS,
            Case(NEWS, profile=SITE),
            Case("Le point de Hongrie, pas à pas, avec le devis en ligne sur https://devis.atelier-roux.fr", profile=SITE),
            "Le point de Hongrie se pose en trois jours\u00a0: appelez-nous au 02 40 12 34 56.",
            "Le point de Hongrie se pose en trois jours\u00a0: bonjour@atelier-roux.fr pour un devis.",
            "Un parquet en point de Hongrie.",
        ),
    ),
    "YT13": Examples(
        trips=(
            f"{NEWS}\nMusique\u00a0: «\u00a0La Bohème\u00a0», Charles Aznavour",
            "Toute l’équipe du salon danse sur la chanson de l’été dans cette vidéo.\nChanson\u00a0: «\u00a0Alexandrie\u00a0»",
            "Le chantier en accéléré, sur la musique de Star Wars.",
        ),
        silent=(
            f"{NEWS}\nMusique\u00a0: Printemps, libre de droits, bibliothèque audio de YouTube",
            "École de musique\u00a0: nos élèves jouent leur premier concert sous la halle.",
            "Un morceau de pain, un peu de beurre, et la matinée commence bien au fournil.",
            "Musique de fond composée par Léa, notre apprentie.",
        ),
    ),
    "YT14": Examples(
        trips=(
            "La future boutique en avant-première\u00a0: ces images ont été générées par une IA d’après nos plans.",
            "La visite de l’atelier, avec une voix de synthèse pour la version anglaise.",
            f"{NEWS} #MadeWithAI",
        ),
        silent=(
            Case("La future boutique\u00a0: ces images ont été générées par une IA d’après nos plans.", synthetic=True),
            "Tout est filmé à l’atelier\u00a0: aucune image générée par une IA ici.",
            "Comment reconnaître une photo générée par une IA avant de choisir son artisan\u202f?",
            "Notre formation\u00a0: l’intelligence artificielle pour les artisans, en deux matinées.",
        ),
    ),
    "YT15": Examples(
        trips=(
            Case(NEWS, at=AT, history=_every(3, 6)),
            Case(NEWS, at=AT, history=_every(1, 12)),
            Case(NEWS, at=AT, history=_every(4, 7)),
        ),
        silent=(
            Case(NEWS, at=AT, history=_every(7, 4)),
            Case(NEWS, at=AT, history=_every(14, 12)),
            Case(NEWS, history=_every(1, 12)),
            Case(NEWS, at=AT),
        ),
    ),
    "YT16": Examples(
        trips=(
            "How we bake the rye bread that is on the shelves of the shop every Saturday, and why you should try it.",
            "Visit our workshop in Nantes with the whole family, and see how the boats are made from the keel to the deck.",
            Case("Comment nous faisons le pain de seigle qui est dans la boutique tous les samedis avec le levain.", language="en"),
        ),
        silent=(
            NEWS,
            Case("How we bake the rye bread that is on the shelves of the shop every Saturday.", language="en"),
            "Making of",
            "",
        ),
    ),
}
