"""Examples of Facebook's pack."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from parvis.networks.codes.draft import Medium, Past
from tests.codes.cases import Case, Examples

PARIS = timezone(timedelta(hours=1))
NOON = datetime(2026, 11, 26, 12, 30, tzinfo=PARIS)
PHOTO = Medium("image", "fournil.jpg", "image/jpeg", 1080, 1350, 900_000, alt="La boulangère sort une fournée de pains de seigle.")
VIDEO = Medium("video", "chantier.mp4", "video/mp4", 1080, 1920, 40_000_000, 45, captions=True)

BAKER = "Le pain de seigle revient samedi. Il a levé vingt heures et sort du four à 7 h 30. On vous en garde un ?"
MASON = (
    "Un mur en pierre sèche, c’est trois jours de patience.\n\nChez des clients de Clisson, nous avons remonté "
    "quinze mètres de clôture sans une goutte de mortier. Les pierres viennent du champ d’à côté."
)
LAWYER = "Un voisin construit trop près ? Vous avez deux mois pour réagir après l’affichage du permis. Le cabinet vous répond."
SHOP = "Les bottes d’hiver sont arrivées à la boutique. Du 36 au 42, cuir de Cholet. Passez les essayer, le café est chaud."


def past(*hours: float) -> dict[str, tuple[Past, ...]]:
    """Return posts that left so many hours before noon."""
    return {"facebook": tuple(Past(NOON - timedelta(hours=before), "Le pain du jour.") for before in hours)}


EXAMPLES = {
    "FB01": Examples(
        trips=("a" * 63_207, "Du pain. " * 7_100, "é" * 70_000),
        silent=(BAKER, "a" * 63_206, "é" * 63_206),
    ),
    "FB02": Examples(
        trips=(
            "Toute l’équipe de la boulangerie, qui travaille depuis quatre heures dans le nouveau fournil de la rue des Halles, est "
            "heureuse de vous annoncer le retour du pain de seigle.",
            "Bonjour à tous ! Après plusieurs semaines de travaux pendant lesquels nos clients ont fait preuve de beaucoup de patience, "
            "la charpente de la grange est enfin posée. Merci.",
            "Notre cabinet accompagne les propriétaires, les locataires et les syndicats de copropriétaires dans tous leurs litiges de "
            "voisinage, de bornage et de servitude, à l’amiable ou devant le juge.",
        ),
        silent=(BAKER, MASON, LAWYER, SHOP, "", "https://boulangerie-lenoir.example/" + "a" * 100),
    ),
    "FB03": Examples(
        trips=(
            "#Boulangerie #Nantes #PainAuLevain #Artisan #FaitMaison #Gourmandise #Tradition #Seigle #Farine #Moulin #Fournil #LeFour\n"
            "Le pain de seigle revient samedi.",
            "https://boutique.example/collections/automne-hiver/chaussures/bottes-en-cuir/femme/du-36-au-42/cholet/nouveautes/arrivages/2026\n"
            "Les bottes sont arrivées.",
            "🥖🥖🥖\n.\n.\n.\n.\n" + "-" * 120 + "\nLe pain de seigle revient samedi.",
        ),
        silent=(BAKER, MASON, LAWYER, "Bonjour !", "#Boulangerie #Nantes"),
    ),
    "FB04": Examples(
        trips=(BAKER, LAWYER, "Le magasin ouvre lundi."),
        silent=(
            Case(BAKER, media=(PHOTO,)),
            "Nous avons la tristesse de vous annoncer le décès de Marcel, notre fondateur.",
            Case("Le chantier en quarante secondes.", media=(VIDEO,)),
            "Le menu de midi : https://lenoir.example/menu",
            "Tout est sur boulangerie-lenoir.fr",
            "",
            Case("Portes ouvertes samedi.", form="event"),
        ),
    ),
    "FB05": Examples(
        trips=(
            Case(BAKER, media=(Medium("image", "mur.jpg", "image/jpeg", size=5_200_000),)),
            Case(BAKER, media=(PHOTO, Medium("image", "four.webp", "image/webp"))),
            Case(MASON, media=(Medium("image", "mur.gif", "image/gif"),)),
            Case(SHOP, media=(Medium("image", "vitrine.jpg", width=1080, height=1920),)),
            Case(MASON, media=(Medium("image", "panorama.jpg", width=6000, height=1500),)),
        ),
        silent=(
            Case(BAKER, media=(PHOTO,)),
            Case(SHOP, media=(Medium("image", "vitrine"),)),
            Case(SHOP, media=(Medium("image", "telephone.jpg", width=3024, height=4032),)),
            Case(SHOP, media=(Medium("image", "carte.png", "image/png", 1200, 630, 4_000_000),)),
            Case(SHOP, media=(Medium("image", "story.jpg", width=1080, height=1920),), form="story"),
        ),
    ),
    "FB06": Examples(
        trips=(Case(MASON, media=(PHOTO,) * 11), Case(SHOP, media=(PHOTO,) * 12), Case("", media=(PHOTO,) * 20)),
        silent=(Case(MASON, media=(PHOTO,) * 10), Case(BAKER, media=(PHOTO,)), BAKER),
    ),
    "FB07": Examples(
        trips=(
            Case("Le mur monte.", media=(Medium("video", width=1080, height=1920, seconds=95),), form="short"),
            Case("Le mur monte.", media=(Medium("video", width=1920, height=1080, seconds=40),), form="short"),
            Case("La fournée du matin.", media=(Medium("video", width=1080, height=1920, seconds=75),), form="story"),
        ),
        silent=(
            Case("Le mur monte.", media=(VIDEO,), form="short"),
            Case("Le mur monte.", media=(Medium("video", width=1920, height=1080, seconds=300),)),
            Case("La fournée du matin.", media=(Medium("video"),), form="short"),
            Case("La fournée du matin.", media=(Medium("video", seconds=60),), form="story"),
        ),
    ),
    "FB08": Examples(
        trips=(
            "Le seigle est là. #Pain #Nantes #Levain #Seigle",
            "Un mur de pierre. #Maçon #Clisson #PierreSèche #Patrimoine #Vignoble",
            "#Bottes #Cuir #Cholet #Hiver #Boutique",
        ),
        silent=("Le seigle est là. #Pain #Nantes #Levain", BAKER, "Voir https://exemple.fr/a#b#c#d#e"),
    ),
    "FB09": Examples(
        trips=(
            "Le menu : https://lenoir.example/menu?fbclid=IwAR0abcDEF",
            "Réservez : https://gite.example/?utm_source=facebook&utm_medium=social",
            "Les bottes : https://boutique.example/bottes?taille=38&gclid=abc",
        ),
        silent=("Le menu : https://lenoir.example/menu", "Les bottes : https://boutique.example/bottes?taille=38", "utm_source=facebook"),
    ),
    "FB10": Examples(
        trips=(
            "Likez si vous aimez le pain de seigle !",
            "Partagez si vous êtes fiers de nos artisans.",
            "Mets un cœur si tu préfères le chocolat.",
        ),
        silent=(BAKER, "Quel pain pour dimanche ?", "Dites-nous en commentaire ce que vous préférez.", LAWYER),
    ),
    "FB11": Examples(
        trips=(
            "Jeu-concours : pour gagner une galette, partagez cette publication sur votre profil.",
            "Tirage au sort dimanche ! Pour participer :\n- aimez la page\n- identifiez deux amis en commentaire",
            "Tentez de gagner un panier garni : likez, commentez et partagez !",
            "Une paire de bottes à gagner. Taguez la personne avec qui vous viendriez.",
            "Grand jeu de Noël\nPartager la publication en mode public et commenter.",
        ),
        silent=(
            "Jeu-concours : pour gagner une galette, dites en commentaire votre fève préférée. Facebook n’organise ni ne parraine ce jeu.",
            "Nous avons gagné le concours de la meilleure baguette ! Partagez la nouvelle avec vos amis.",
            "Tirage au sort samedi à la boutique. Vous pouvez partager cette publication, ce n’est pas obligatoire.",
            "Un repas à gagner, un moment à partager ! Répondez à la question en commentaire.",
            "De quoi gagner du temps sur vos chantiers. Partagez cette publication à un confrère.",
            "Pour gagner du temps au tribunal, préparez vos pièces. Identifiez les personnes présentes.",
            "Jeu-concours : ne partagez pas cette publication, répondez simplement.",
            "Concours de pétanque dimanche, partagez cette publication autour de vous.",
        ),
    ),
    "FB12": Examples(
        trips=(
            Case(BAKER, at=NOON, history=past(2, 4)),
            Case(SHOP, at=NOON, history=past(24, 30, 50, 72, 98, 120)),
            Case(BAKER, at=NOON, history=past(1, 2, 3, 4)),
        ),
        silent=(
            Case(BAKER, at=NOON, history=past(4)),
            Case(BAKER, at=NOON, history=past(24, 48, 72, 96)),
            Case(BAKER, at=NOON),
            Case(BAKER, history=past(1, 2, 3)),
            Case(BAKER, at=NOON, history={"instagram": past(1, 2, 3)["facebook"]}),
        ),
    ),
    "FB13": Examples(
        trips=(
            Case(BAKER, at=NOON.replace(hour=3)),
            Case(SHOP, at=NOON.replace(hour=23)),
            Case(LAWYER, at=NOON.replace(hour=22)),
            Case(LAWYER, at=NOON.replace(hour=0)),
        ),
        silent=(
            Case(BAKER, at=NOON),
            Case(BAKER, at=NOON.replace(hour=6)),
            Case("Ce soir, concert au comptoir.", at=NOON.replace(hour=21)),
            BAKER,
        ),
    ),
    "FB14": Examples(
        trips=(
            "Venez nombreux à l’inauguration de notre nouvel atelier !",
            "Portes ouvertes à la menuiserie : toute l’équipe vous attend.",
            "Dégustation au caveau, rejoignez-nous sans réserver.",
            Case("Nous fêtons l’ouverture de la boutique avec vous.", form="event"),
            Case("Nous fêtons nos vingt ans samedi.", form="event"),
        ),
        silent=(
            "Portes ouvertes samedi de 10 h à 17 h à la menuiserie : toute l’équipe vous attend.",
            "Merci d’être venus à l’inauguration de notre atelier.",
            "Dégustation tous les jours au caveau, rejoignez-nous.",
            "Venez à l’inauguration : https://atelier.example/inauguration",
            BAKER,
            LAWYER,
            Case("Nous fêtons nos vingt ans samedi, place de l’Église.", form="event"),
        ),
    ),
    "FB15": Examples(
        trips=(
            "Le seigle est là 🥖 Samedi 🕖 À la boutique 🏠 Venez 😋",
            "Bottes 👢 manteaux 🧥 écharpes 🧣 gants 🧤 bonnets.",
            "Chantier fini 🧱🔨👷👏",
        ),
        silent=("Le seigle est là 🥖🥖🥖", BAKER, "Chantier fini 👷", "🥖 🥐 🍞 🥯 🍰 🎂 Tout est là."),
    ),
    "FB16": Examples(
        trips=(
            Case("Le chantier entier.", media=(Medium("video", seconds=15_000),)),
            Case("Le chantier entier.", media=(Medium("video", size=11_000_000_000),)),
            Case("La conférence.", media=(PHOTO, Medium("video", size=12_000_000_000, seconds=3_600))),
        ),
        silent=(
            Case("Le chantier.", media=(VIDEO,)),
            Case("Le chantier.", media=(Medium("video"),)),
            Case("La conférence.", media=(Medium("video", size=9_000_000_000, seconds=14_400),)),
            Case(BAKER, media=(PHOTO,)),
        ),
    ),
}
