"""Examples of Instagram's pack."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from parvis.networks.codes.draft import Medium, Past
from tests.codes.cases import Case, Examples

PARIS = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 26, 12, 30, tzinfo=PARIS)
PHOTO = Medium("image", "fournil.jpg", "image/jpeg", 1080, 1350, 900_000, alt="La boulangère sort une fournée de pains de seigle.")
REEL = Medium("video", "chantier.mp4", "video/mp4", 1080, 1920, 40_000_000, 45, captions=True)

BAKER = (
    "Le pain de seigle revient samedi.\n\nIl a levé vingt heures et sort du four à 7 h 30. On vous en garde un ?\n\n"
    "#BoulangerieNantes #PainAuLevain #Seigle"
)
MASON = "Quinze mètres de pierre sèche, sans une goutte de mortier. Les pierres viennent du champ d’à côté. #PierreSèche #Clisson"
LAWYER = "Un voisin construit trop près ? Vous avez deux mois pour réagir après l’affichage du permis. Le lien est en bio."
SHOP = "Les bottes d’hiver sont arrivées à la boutique. Cuir de Cholet, du 36 au 42. Merci à @tannerie.cholet pour la visite."
BLOCK = (
    "Un mur en pierre sèche demande trois jours de patience. On trie les pierres par taille, on pose les plus grosses au pied, on cale "
    "chaque rang avec des éclats, et on monte en reculant un peu à chaque assise. Rien ne tient par le mortier, tout tient par le poids. "
    "Celui-ci borde un verger de Clisson. Il avait cent vingt ans, la moitié était tombée cet hiver. Les pierres sont les mêmes, remises à "
    "leur place une par une par toute l’équipe."
)


def past(*hours: float) -> dict[str, tuple[Past, ...]]:
    """Return posts that left so many hours before noon."""
    return {"instagram": tuple(Past(NOON - timedelta(hours=before), "Le pain du jour.") for before in hours)}


EXAMPLES = {
    "IG01": Examples(
        trips=(BAKER, LAWYER, Case(SHOP, media=(Medium("document", "tarifs.pdf"),)), Case("Ouvert samedi.", form="story")),
        silent=(Case(BAKER, media=(PHOTO,)), Case(MASON, media=(REEL,)), Case("", media=(PHOTO,))),
    ),
    "IG02": Examples(
        trips=("a" * 2201, "Du pain. " * 250, "🥖" * 1101),
        silent=(BAKER, "a" * 2200, "🥖" * 1100),
    ),
    "IG03": Examples(
        trips=(
            "@tannerie.cholet @mairie_clisson @office.tourisme.vignoble @artisans_de_loire @metiersdart @les.halles.nantes @marche_bio "
            "Les bottes sont arrivées.",
            "🥖🥖🥖\n" + ".\n" * 65 + "Le pain de seigle revient samedi.",
            "https://boutique.example/collections/automne-hiver/chaussures/bottes-en-cuir/femme/du-36-au-42/cholet/nouveautes/arrivages/2026\n"
            "Les bottes sont arrivées.",
        ),
        silent=(BAKER, MASON, LAWYER, SHOP, "#Seigle"),
    ),
    "IG04": Examples(
        trips=(
            "Le seigle est là. #Pain #Nantes #Levain #Seigle #Fournil #Moulin",
            "#Bottes #Cuir #Cholet #Hiver #Boutique #Mode #Chaussures",
            "Un mur.\n#Maçon #Clisson #PierreSèche #Patrimoine #Vignoble #Loire",
        ),
        silent=(BAKER, "Le seigle est là. #Pain #Nantes #Levain #Seigle #Fournil", "Le n° #1 des ventes, le n° #2, le n° #3."),
    ),
    "IG05": Examples(
        trips=(
            "Le seigle est là. #Love #Seigle",
            "Un mur. #InstaGood",
            "Nos bottes. #followforfollow #Cholet",
            "Le plat du jour. #FoodPorn",
        ),
        silent=(BAKER, MASON, "Des mariages en Anjou. #PhotographeMariage", "We love it. #LoveLocks"),
    ),
    "IG06": Examples(
        trips=(
            "Le menu est sur https://lenoir.example/menu",
            "Réservez sur www.gite-du-moulin.fr/reserver",
            "Tout est sur boulangerie-lenoir.fr",
        ),
        silent=(
            LAWYER,
            BAKER,
            SHOP,
            "Le seigle revient demain.venez tôt",
            "Écrivez à bonjour@lenoir.fr",
            Case("https://lenoir.example/menu", form="story"),
        ),
    ),
    "IG07": Examples(
        trips=(
            Case(BAKER, media=(Medium("image", "telephone.jpg", width=3024, height=4032),)),
            Case(SHOP, media=(PHOTO, Medium("image", "story.jpg", width=1080, height=1920))),
            Case(MASON, media=(Medium("image", "panorama.jpg", width=6000, height=1500),)),
        ),
        silent=(
            Case(BAKER, media=(PHOTO,)),
            Case(BAKER, media=(Medium("image", "inconnue"),)),
            Case(BAKER, media=(Medium("image", width=1080, height=1080), Medium("image", width=1200, height=630))),
            Case("Ouvert samedi.", media=(Medium("image", width=1080, height=1920),), form="story"),
            Case(MASON, media=(REEL,)),
        ),
    ),
    "IG08": Examples(
        trips=(Case(MASON, media=(PHOTO,) * 11), Case(SHOP, media=(*(PHOTO,) * 9, REEL, REEL)), Case("", media=(PHOTO,) * 20)),
        silent=(Case(MASON, media=(PHOTO,) * 10), Case(SHOP, media=(PHOTO, REEL)), Case(BAKER, media=(PHOTO,))),
    ),
    "IG09": Examples(
        trips=(
            Case(BAKER, media=(Medium("image", "four.jpg", "image/jpeg", size=9_000_000),)),
            Case(BAKER, media=(Medium("image", "four.gif", "image/gif"),)),
            Case(MASON, media=(Medium("video", seconds=1_000),)),
            Case(MASON, media=(Medium("video", seconds=2),)),
            Case(MASON, media=(Medium("video", size=400_000_000),)),
            Case(MASON, media=(Medium("video", width=1920, height=1080, seconds=30),), form="short"),
        ),
        silent=(
            Case(BAKER, media=(PHOTO,)),
            Case(MASON, media=(REEL,), form="short"),
            Case(MASON, media=(Medium("video"), Medium("image"))),
            Case(MASON, media=(Medium("video", width=1920, height=1080, size=90_000_000, seconds=120),)),
        ),
    ),
    "IG12": Examples(
        trips=(
            "Merci à @moulin.lenoir @ferme_du_pre @beurrerie.vallet @le_marche_bio pour la galette.",
            "Un chantier avec @charpente.loire, @couvreur_44, @platrier_nantais et @paysage.clisson.",
            "@un @deux @trois @quatre @cinq",
        ),
        silent=(SHOP, "Merci à @moulin.lenoir, @ferme_du_pre et @beurrerie.vallet.", "a@b.fr, c@d.fr, e@f.fr, g@h.fr", BAKER),
    ),
    "IG14": Examples(
        trips=(
            Case(BAKER, at=NOON, history=past(2, 4)),
            Case(SHOP, at=NOON, history=past(24, 30, 50, 72, 98, 120)),
            Case(BAKER, at=NOON, history=past(1, 2, 3, 4)),
        ),
        silent=(
            Case(BAKER, at=NOON, history=past(4)),
            Case(BAKER, at=NOON, history=past(24, 72, 120)),
            Case(BAKER, at=NOON),
            Case(BAKER, history=past(1, 2, 3)),
            Case("Ouvert.", at=NOON, history=past(1, 2, 3), form="story"),
        ),
    ),
    "IG16": Examples(
        trips=(BLOCK, f"{BLOCK}\n\n#PierreSèche #Clisson", f"{BLOCK} {BLOCK}"),
        silent=(BAKER, MASON, BLOCK.replace("patience. ", "patience.\n\n"), LAWYER),
    ),
    "IG19": Examples(
        trips=(
            Case(BAKER, at=NOON, history=past(*(n / 3 for n in range(1, 51)))),
            Case(SHOP, at=NOON, history=past(*(n / 4 for n in range(1, 61)))),
            Case(MASON, at=NOON, history=past(*(1 for _ in range(80)))),
        ),
        silent=(
            Case(BAKER, at=NOON, history=past(*(n / 3 for n in range(1, 50)))),
            Case(BAKER, at=NOON, history=past(*(float(n) for n in range(1, 80)))),
            Case(BAKER, history=past(*(1 for _ in range(80)))),
            Case(BAKER, at=NOON),
        ),
    ),
}
