"""Examples of Bluesky's codes."""

from __future__ import annotations

from parvis.networks.codes.draft import Medium
from tests.codes.cases import Case, Examples

PHOTO = Medium(mime="image/jpeg", width=1600, height=1200, size=900_000, alt="Des pains de seigle sur une grille")
HEAVY = Medium(mime="image/jpeg", width=4000, height=3000, size=3_400_000, alt="La façade de l’atelier")
FILM = Medium(kind="video", mime="video/mp4", size=40_000_000, seconds=35, alt="La tournée du matin")
LONG = "Le pain de seigle revient samedi au fournil, avec une croûte épaisse et une mie serrée. "

EXAMPLES = {
    "BS01": Examples(
        trips=(LONG * 4, "Le chantier de la rue Haute avance. " * 9, "é" * 301),
        silent=(LONG, "é" * 300, "👨‍👩‍👧‍👦" * 100, ""),
    ),
    "BS02": Examples(
        trips=(
            Case("Les vendanges en images.", media=(PHOTO,) * 5),
            Case("La façade est finie.", media=(HEAVY,)),
            Case("Une matinée au fournil.", media=(FILM, PHOTO)),
            Case("Une matinée au fournil.", media=(Medium(kind="video", size=310_000_000),)),
            Case("Une matinée au fournil.", media=(Medium(kind="video", mime="video/quicktime"),)),
        ),
        silent=(
            Case("Les vendanges en images.", media=(PHOTO,) * 4),
            Case("Une matinée au fournil.", media=(FILM,)),
            Case("La façade est finie.", media=(Medium(),)),
            "Le four est allumé.",
        ),
    ),
    "BS05": Examples(
        trips=(
            "Tous les horaires sont sur boulangerie-lenoir.fr pour cette semaine.",
            "Merci à @lenoir pour la farine de la semaine.",
            "Merci à @lenoir@mastodon.social pour la visite de l’atelier.",
            "La saison commence. #" + "Vendanges" * 8,
        ),
        silent=(
            "Tous les horaires sont sur https://boulangerie-lenoir.fr/horaires pour cette semaine.",
            "Merci à @moulin-lenoir.fr et à @lenoir.bsky.social pour la farine.",
            "Écrivez-nous à bonjour@atelier-roux.fr pour un devis.",
            "RDV @18h à la boutique, on vous attend. #PainAuLevain",
            "Le devis est gratuit.appelez-nous, c’est M.le maire qui le dit.",
        ),
    ),
    "BS06": Examples(
        trips=(
            Case("Le seigle est de retour.", tags=tuple(f"pain{n}" for n in range(9))),
            Case("Le seigle est de retour.", tags=("p" * 65,)),
            Case("Les vignes sont taillées.", tags=("vigne",) * 12),
        ),
        silent=(
            Case("Le seigle est de retour.", tags=("pain", "seigle")),
            Case("Le seigle est de retour.", tags=tuple(f"pain{n}" for n in range(8))),
            "Le seigle est de retour.",
        ),
    ),
    "BS08": Examples(
        trips=(
            "Le seigle est de retour. #Pain #Seigle #Nantes #Levain",
            "Un mur en pierre sèche. #Maçon #Pierre #Patrimoine #Jura #Artisan",
            "#a1 #b2 #c3 #d4 On commence.",
        ),
        silent=("Le seigle est de retour. #Pain #Seigle #Nantes", "Un mur en pierre sèche.", "Tout est sur https://exemple.fr/#a#b#c#d."),
    ),
    "BS10": Examples(
        trips=(
            Case("Âmes sensibles s’abstenir\u202f: voici l’état de la charpente.", media=(PHOTO,)),
            Case("Ces images peuvent choquer. Nous les montrons pour témoigner.", media=(PHOTO,)),
            Case("Exposition de nus artistiques à la galerie jusqu’au 12.", media=(PHOTO,)),
            Case("Le sauvetage du chevreuil, images difficiles.", media=(FILM,)),
        ),
        silent=(
            Case("Voici l’état de la charpente avant les travaux.", media=(PHOTO,)),
            "Ces images peuvent choquer, nous ne les montrons pas.",
            Case("⚠️ Chasse\n\nCes images peuvent choquer.", media=(PHOTO,)),
            Case("Une image difficilement oubliable\u202f: le lever du jour sur le port.", media=(PHOTO,)),
        ),
    ),
    "BS11": Examples(
        trips=(
            "Like si tu aimes le pain chaud.",
            "Partagez ce post pour gagner un panier de légumes.",
            "RT + follow et le panier est à vous.",
        ),
        silent=(
            "Vous préférez le seigle ou l’épeautre\u202f?",
            "Dites-nous ce que vous aimez\u202f: le maçon répond ce soir.",
            "Nous partageons avec vous la recette du levain.",
        ),
    ),
}
