"""Examples of the accessibility pack."""

from __future__ import annotations

from parvis.networks.codes.draft import Medium
from parvis.networks.codes.profile import Profile
from tests.codes.cases import Case, Examples

PHOTO = Medium("image", "four.jpg", alt="Le four à bois ouvert, trois pains dorés dedans.")
LONG = (
    "Nous avons le plaisir de vous annoncer que notre atelier, qui existe depuis trente ans dans le quartier de la gare et qui emploie "
    "aujourd’hui douze personnes, ouvrira ses portes au public pour la première fois de son histoire afin de montrer nos métiers à toutes "
    "celles et ceux qui souhaitent les découvrir."
)
SHORT = (
    "Notre atelier ouvre ses portes samedi. Douze personnes y travaillent depuis trente ans. Venez voir naître une chaise. Les enfants "
    "peuvent poncer un petit bout de hêtre. Le café est offert. On vous attend dès dix heures, rue de la Gare."
)

EXAMPLES = {
    "A01": Examples(
        trips=(
            "Samedi, c’est la fête. #fetedelamusique",
            "Tout est #faitmaison, du fond de tarte à la glace.",
            "Nouvelle façade rue Haute. #renovationmaison #artisanlocal",
        ),
        silent=(
            "Samedi, c’est la fête. #FêteDeLaMusique",
            "Le pain de seigle est là. #boulangerie #nantes",
            "Merci à toutes et tous. #BTP #merci",
        ),
    ),
    "A02": Examples(
        trips=(
            "Notre #pain est cuit au feu de bois.",
            "Les #artisans du quartier se retrouvent samedi.",
            "Un tour chez nos #producteurs, juste avant l’hiver.",
        ),
        silent=(
            "Notre pain est cuit au feu de bois. #pain #four",
            "Les artisans du quartier se retrouvent samedi.\n\n#artisans #quartier",
            "Rien à ajouter.",
        ),
    ),
    "A03": Examples(
        trips=(
            Case("Le four est chaud.", media=(Medium("image", "four.jpg"),)),
            Case("Avant, après.", media=(PHOTO, Medium("image", "mur.jpg", alt="  "))),
            Case("", media=(Medium("image"),)),
        ),
        silent=(
            Case("Le four est chaud.", media=(PHOTO,)),
            Case("Une frise.", media=(Medium("image", "frise.png", decorative=True),)),
            Case("Une vidéo.", media=(Medium("video", "four.mp4", captions=True),)),
        ),
    ),
    "A04": Examples(
        trips=(
            Case("Le four.", media=(Medium("image", alt="Photo de notre four à bois"),)),
            Case("Le four.", media=(Medium("image", alt="IMG_2034.jpg"),)),
            Case("Le four.", media=(Medium("image", alt="Une image du four"),)),
            Case("Le four.", "bluesky", media=(Medium("image", alt="pain " * 500),)),
        ),
        silent=(
            Case("Le four.", media=(PHOTO,)),
            Case("Le four.", media=(Medium("image", alt="Photographe au travail dans le fournil"),)),
            Case("Le four.", media=(Medium("image"),)),
        ),
    ),
    "A05": Examples(
        trips=(
            Case("Le geste.", media=(Medium("video", captions=False),)),
            Case("Le geste.", media=(Medium("video"),)),
            Case("Deux gestes.", media=(PHOTO, Medium("video", captions=False))),
        ),
        silent=(
            Case("Le geste.", media=(Medium("video", captions=True),)),
            Case("Le four.", media=(PHOTO,)),
            "Sans image ni vidéo.",
        ),
    ),
    "A06": Examples(
        trips=(
            "Une fête 🎉 et du pain 🥖 pour tous. 😀😍🥐🎂🍰",
            "Merci à tous 🎉🎉🎉",
            "🥖 pain\n🥐 viennoiseries\n🍰 gâteaux",
            "On a fait du 🍞 tout chaud ce matin.",
        ),
        silent=(
            "Merci à tous 🎉",
            "Le pain de seigle est de retour. 🥖\nÀ samedi\u202f! 😀",
            "Rien que des mots.",
        ),
    ),
    "A07": Examples(
        trips=(
            "𝗡𝗼𝘂𝘃𝗲𝗮𝘂 au fournil\u00a0: le pain de seigle.",
            "Notre équipe 𝒓𝒆𝒄𝒓𝒖𝒕𝒆 un menuisier.",
            "Ｐｒｏｍｏ sur les chaises, ⒽⒺⓁⓁⓄ.",
        ),
        silent=(
            "Nouveau au fournil\u00a0: le pain de seigle.",
            "L’énergie, c’est 𝑚 fois c².",
            "Étapes\u00a0: ① pétrir ② lever ③ cuire",
        ),
    ),
    "A09": Examples(
        trips=(
            "Notre carte d’hiver est prête.\n\nhttps://exemple.fr/carte",
            "Pour réserver, cliquez ici.",
            "Lire https://exemple.fr/article-sur-le-droit-du-bail",
        ),
        silent=(
            "Réservez votre table en ligne\u00a0: https://exemple.fr/carte",
            "La carte d’hiver est là 👇\nhttps://exemple.fr/carte",
            "Notre carte d’hiver est prête.",
        ),
    ),
    "A10": Examples(
        trips=(
            LONG,
            LONG.replace("afin de montrer", "pour montrer"),
            LONG.replace("douze", "vingt"),
        ),
        silent=(SHORT, "Une phrase courte.", "Un mot. Deux mots. Trois petits mots."),
    ),
    "A11": Examples(
        trips=(
            Case("Notre équipe est RGE depuis dix ans.", profile=Profile(trade="construction")),
            "Notre démarche RSE avance, pas à pas.",
            "Notre chef est MOF et vous reçoit samedi.",
            Case("Une VAE demande un an de travail.", profile=Profile(trade="services")),
        ),
        silent=(
            "Notre équipe est reconnue garante de l’environnement (RGE) depuis dix ans.",
            "La TVA est comprise dans tous nos prix.",
            Case("Nos VAE sont révisés, casque compris.", profile=Profile(trade="shop")),
            Case("Qui sera le ROI ? La fève est dans la galette.", profile=Profile(trade="bakery")),
            Case("Notre équipe est RGE.", profile=Profile(trade="construction", words=frozenset({"RGE"}))),
        ),
    ),
}
