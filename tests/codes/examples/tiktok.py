"""Examples of TikTok's codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parvis.networks.codes.draft import Medium, Past
from parvis.networks.codes.profile import Profile
from tests.codes.cases import Case, Examples

FILM = Medium(kind="video", mime="video/mp4", width=1080, height=1920, size=40_000_000, seconds=28, captions=True)
UNKNOWN = Medium(kind="video")
PHOTO = Medium(mime="image/jpeg", width=1080, height=1350, size=900_000, alt="Les brioches sur la grille")
NEWS = "La brioche du dimanche, de la pâte au four. On la tresse à la main, à cinq heures du matin. #Boulangerie #Brioche #Nantes"
AT = datetime(2026, 11, 24, 18, tzinfo=UTC)
ANY = Profile(address="any")


def _film(width: int, height: int, seconds: float = 28, size: int = 0) -> tuple[Medium, ...]:
    return (Medium(kind="video", width=width, height=height, seconds=seconds, size=size),)


def _before(count: int, **step: int) -> dict[str, tuple[Past, ...]]:
    return {"tiktok": tuple(Past(AT - (n + 1) * timedelta(**step), "Une brioche.") for n in range(count))}


EXAMPLES = {
    "TT01": Examples(
        trips=(
            NEWS,
            Case(NEWS, media=(FILM, PHOTO)),
            Case(NEWS, media=(FILM, FILM)),
            Case(NEWS, media=(Medium(kind="document", mime="application/pdf"),)),
        ),
        silent=(Case(NEWS, media=(FILM,)), Case(NEWS, media=(PHOTO, PHOTO)), Case("", media=(UNKNOWN,))),
    ),
    "TT02": Examples(
        trips=(
            Case("On tresse la brioche. " * 110, media=(FILM,)),
            Case("🥐" * 1101, media=(FILM,)),
            Case("On tresse la brioche. " * 190, media=(PHOTO,)),
            Case(
                NEWS,
                media=(PHOTO,),
                title="La brioche du dimanche, tressée à la main, de la pâte au four, en sept photos, à cinq heures du matin",
            ),
        ),
        silent=(
            Case(NEWS, media=(FILM,)),
            Case("a" * 2200, media=(FILM,)),
            Case("On tresse la brioche. " * 180, media=(PHOTO,)),
            Case(NEWS, media=(PHOTO,), title="La brioche du dimanche"),
            Case(NEWS, media=(FILM,), title="La brioche " * 20),
        ),
    ),
    "TT03": Examples(
        trips=(
            "La brioche est prête. #Boulangerie #Brioche #Nantes #Levain #Artisan #Dimanche",
            "#un #deux #trois #quatre #cinq #six",
            "Le rasage à l’ancienne #Barbier #Lille #Barbe #Rasoir #Coiffure #Salon #Style",
        ),
        silent=(
            NEWS,
            "La brioche est prête. #Boulangerie #Brioche #Nantes #Levain #Artisan",
            "La brioche est prête.",
            "Le client n° 6 # a gagné.",
        ),
    ),
    "TT04": Examples(
        trips=(
            "La brioche est prête. #pourtoi",
            "Le rasage à l’ancienne. #fyp #foryou #viral",
            "On pose un parquet en point de Hongrie. #PourToi #Parquet #FYP #Menuisier",
        ),
        silent=(
            NEWS,
            "La brioche est prête. #Boulangerie #pourtoi",
            "La brioche est prête, rien que pour toi.",
            "On pose un parquet en point de Hongrie. #Parquet #Menuisier",
        ),
    ),
    "TT06": Examples(
        trips=(
            Case(NEWS, media=_film(1920, 1080)),
            Case(NEWS, media=_film(1080, 1080)),
            Case(NEWS, media=_film(480, 854)),
            Case(NEWS, media=_film(720, 1280)),
        ),
        silent=(
            Case(NEWS, media=(FILM,)),
            Case(NEWS, media=(UNKNOWN,)),
            Case(NEWS, media=_film(2160, 3840)),
            Case(NEWS, media=(PHOTO,)),
        ),
    ),
    "TT07": Examples(
        trips=(
            Case(NEWS, media=_film(1080, 1920, 8)),
            Case(NEWS, media=_film(1080, 1920, 95)),
            Case(NEWS, media=_film(0, 0, 480)),
        ),
        silent=(
            Case(NEWS, media=(FILM,)),
            Case(NEWS, media=_film(1080, 1920, 60.4)),
            Case(NEWS, media=(UNKNOWN,)),
            Case(NEWS, media=_film(1080, 1920, 900)),
            Case(NEWS, media=(PHOTO,)),
        ),
    ),
    "TT08": Examples(
        trips=(
            Case(NEWS, media=(PHOTO,) * 36),
            Case(NEWS, media=_film(1080, 1920, 2)),
            Case(NEWS, media=_film(1080, 1920, 660)),
            Case(NEWS, media=_film(1080, 1920, 500, 4_600_000_000)),
        ),
        silent=(
            Case(NEWS, media=(PHOTO,) * 35),
            Case(NEWS, media=(FILM,)),
            Case(NEWS, media=(UNKNOWN,)),
            Case(NEWS, media=_film(1080, 1920, 600)),
        ),
    ),
    "TT10": Examples(
        trips=(
            "Collaboration commerciale avec les farines du moulin Garnier. La brioche lève mieux, voyez plutôt.",
            "On a testé le nouveau pétrin. #sponsorisé",
            "La vitrine de Noël en avance\u00a0: une vidéo réalisée avec l’intelligence artificielle.",
            "Le salon refait à neuf, raconté par une voix de synthèse.",
        ),
        silent=(
            Case("Collaboration commerciale avec les farines du moulin Garnier.", partnership=True),
            Case("La vitrine de Noël\u00a0: une vidéo réalisée avec l’intelligence artificielle.", synthetic=True),
            "On travaille en partenariat avec le moulin Garnier depuis vingt ans.",
            "Ceci n’est pas une vidéo sponsorisée\u00a0: on a payé notre pétrin.",
            NEWS,
        ),
    ),
    "TT11": Examples(
        trips=(
            "Toute l’équipe danse sur la chanson de l’été.",
            "On pétrit en rythme.\nSon\u00a0: Dua Lipa, Houdini",
            "Le chantier en accéléré, sur l’air de Mission impossible.",
        ),
        silent=(
            "On pétrit en rythme. Son original, enregistré au fournil.",
            "Musique\u00a0: Printemps, prise dans la bibliothèque commerciale, libre de droits.",
            "Une école de musique\u00a0: voilà ce qu’on vient de rénover.",
            NEWS,
        ),
    ),
    "TT12": Examples(
        trips=(
            "La brioche du dimanche\nTressée à la main",
            "Au menu ce midi\n\nBlanquette et riz.",
            "Coupe, barbe, soin (sans rendez-vous)\nOuvert jusqu’à 19\u00a0h.",
        ),
        silent=(
            "La brioche du dimanche.\nTressée à la main.",
            "La brioche du dimanche\n\n#Boulangerie #Nantes",
            "Au menu\u00a0:\n- blanquette\n- riz",
            NEWS,
        ),
    ),
    "TT14": Examples(
        trips=(
            Case(NEWS, at=AT, history=_before(15, minutes=50)),
            Case(NEWS, at=AT, history=_before(20, minutes=30)),
            Case(NEWS, at=AT, history=_before(17, minutes=10)),
        ),
        silent=(
            Case(NEWS, at=AT, history=_before(14, minutes=50)),
            Case(NEWS, at=AT, history=_before(30, hours=20)),
            Case(NEWS, history=_before(20, minutes=30)),
            Case(NEWS, at=AT),
        ),
    ),
    "TT15": Examples(
        trips=(
            "Nous avons le plaisir de vous annoncer l’ouverture de notre second salon.",
            "Chers clients, le salon sera fermé lundi.",
            "Pour toute demande, veuillez nous contacter à l’accueil.",
            Case("Vous avez déjà vu une brioche se tresser en dix secondes\u202f?", profile=ANY),
        ),
        silent=(
            "Vous avez déjà vu une brioche se tresser en dix secondes\u202f?",
            Case("Tu as déjà vu une brioche se tresser en dix secondes\u202f?", profile=ANY),
            Case("Merci à tous, vous êtes nombreux à aimer notre brioche.", profile=ANY),
            Case("Have you ever seen a brioche braided in ten seconds, with the hands of our baker?", profile=ANY),
            "Quel plaisir de pétrir avec vous.",
        ),
    ),
    "TT16": Examples(
        trips=(
            Case(NEWS, at=AT, history=_before(5, days=1)),
            Case(NEWS, at=AT, history=_before(9, hours=10)),
            Case(NEWS, at=AT, history=_before(7, hours=20)),
        ),
        silent=(
            Case(NEWS, at=AT, history=_before(4, days=1)),
            Case(NEWS, at=AT, history=_before(12, days=4)),
            Case(NEWS, history=_before(9, hours=10)),
            Case(NEWS, at=AT),
        ),
    ),
}
