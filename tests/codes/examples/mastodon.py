"""Examples of Mastodon's codes."""

from __future__ import annotations

from parvis.networks.codes.draft import Medium
from tests.codes.cases import Case, Examples

PHOTO = Medium(mime="image/jpeg", width=1600, height=1200, size=900_000, alt="Un mur en pierre sèche")
HEAVY = Medium(mime="image/png", width=6000, height=4000, size=21_000_000, alt="Le plan de la cour")
FILM = Medium(kind="video", mime="video/mp4", size=40_000_000, seconds=35, alt="La taille d’une pierre, de près")
NEWS = (
    "Nous avons remonté le mur du lavoir, pierre par pierre, avec la chaux de la carrière voisine. "
    "Trois semaines de travail, et l’eau coule de nouveau."
)

EXAMPLES = {
    "MA01": Examples(
        trips=(NEWS * 4, "Le chantier avance. " * 26, "é" * 501),
        silent=(NEWS, "é" * 500, "Tout est là\u00a0: https://exemple.fr/" + "a" * 600, "@lenoir@" + "serveur" * 20 + ".fr " + "a" * 480),
    ),
    "MA02": Examples(
        trips=(
            "Les horaires de la cave sont sur https:/cave-roux.fr cette semaine.",
            "Pour prendre rendez-vous\u00a0: http//cabinet-morel.fr/contact",
            "Le plan est sur htpps://atelier-roux.fr/plan",
            "Les horaires sont sur www.cave-roux.fr cette semaine.",
        ),
        silent=(
            "Les horaires de la cave sont sur https://cave-roux.fr cette semaine.",
            "Écrivez-nous à bonjour@cave-roux.fr avant vendredi.",
            "Merci à @lenoir@mastodon.social, et à M.le maire.",
            "Le protocole s’écrit https:// et rien d’autre.",
        ),
    ),
    "MA03": Examples(
        trips=(
            "Le programme des portes ouvertes\u00a0: https://bit.ly/3xyz",
            "Notre carte de printemps\u00a0: https://tinyurl.com/carte-p",
            "Inscriptions sur urlz.fr/abcd avant vendredi.",
        ),
        silent=(
            "Le programme des portes ouvertes\u00a0: https://atelier-roux.fr/portes-ouvertes",
            "Le pain sort à 7\u00a0h.",
            "Notre guide\u00a0: https://exemple.fr/bit.ly/guide",
        ),
    ),
    "MA05": Examples(
        trips=(
            Case("Le mur du lavoir.", media=(PHOTO,) * 5),
            Case("Le plan de la cour.", media=(HEAVY,)),
            Case("La taille d’une pierre.", media=(FILM, PHOTO)),
            Case("La taille d’une pierre.", media=(Medium(kind="video", size=120_000_000),)),
        ),
        silent=(
            Case("Le mur du lavoir.", media=(PHOTO,) * 4),
            Case("La taille d’une pierre.", media=(FILM,)),
            Case("Le plan de la cour.", media=(Medium(),)),
            "Le four est allumé.",
        ),
    ),
    "MA06": Examples(
        trips=(
            Case("La taille d’une pierre.", media=(Medium(kind="video"),)),
            Case("Une nuit au fournil.", media=(Medium(kind="video", name="nuit.mp4", alt="  "),)),
            Case("Une nuit au fournil.", media=(Medium(kind="video", captions=True),)),
        ),
        silent=(
            Case("La taille d’une pierre.", media=(FILM,)),
            Case("Le mur du lavoir.", media=(Medium(),)),
            Case("Une braise.", media=(Medium(kind="video", decorative=True),)),
        ),
    ),
    "MA07": Examples(
        trips=(
            NEWS,
            "Notre cabinet reçoit le mercredi et le jeudi, rue Haute, sans rendez-vous, pour toutes les questions de bail et de voisinage.",
            "Le pain de seigle revient samedi au fournil de la rue Haute, avec une croûte épaisse, une mie serrée et un goût de miel.",
        ),
        silent=(
            NEWS + " #PierreSèche #Jura",
            "Le pain de seigle revient samedi.",
            Case(NEWS, part=0, parts=3),
        ),
    ),
    "MA08": Examples(
        trips=(
            "Nos vœux à toutes et à tous. #2026",
            "Le concours des apprentis commence. #Maçonnerie #44",
            "#1984, notre année de naissance, place du marché.",
        ),
        silent=(
            "Nos vœux à toutes et à tous. #Vœux2026",
            "Le gâteau #1 de la vitrine, c’est toujours le flan.",
            "La commande #4512 vous attend à la boutique.",
            "Les étapes #1 #2 du chantier sont faites.",
        ),
    ),
    "MA10": Examples(
        trips=(
            "Notre cabinet accompagne les victimes de viol devant la cour d’assises.",
            "Âmes sensibles, passez votre chemin\u202f: voici l’état de la cave.",
            "Une soirée pour parler du suicide des agriculteurs, jeudi à la salle des fêtes.",
        ),
        silent=(
            "Notre cabinet accompagne les locataires et les bailleurs.",
            "Des violettes et des violons pour la fête de la musique.",
            "Un gâteau terrible, mortel même, selon Jules.",
        ),
    ),
    "MA12": Examples(
        trips=(
            "RT @ville_nantes La foire ouvre samedi.",
            "Merci à @lenoir@x.com pour la visite de la cave.",
            "Un grand merci à @lenoir.bsky.social pour la photo.",
            "Merci à @moulinlenoir pour la farine.",
        ),
        silent=(
            "Merci à @lenoir@mastodon.social pour la visite de la cave.",
            "Rendez-vous @18h devant l’atelier.",
            "Écrivez-nous à atelier@x.com ou passez nous voir.",
            "Deux jours de RTT pour l’équipe.",
        ),
    ),
    "MA13": Examples(
        trips=(
            "Toutes les photos sont ici\u00a0: https://www.instagram.com/p/abc",
            "Le programme de la foire\u00a0: https://www.facebook.com/events/12",
            "Nouvelle vidéo\u00a0! https://www.tiktok.com/@fournil/video/1",
        ),
        silent=(
            Case("Toutes les photos sont ici\u00a0: https://www.instagram.com/p/abc", media=(PHOTO,)),
            NEWS + " D’autres photos\u00a0: https://www.instagram.com/p/abc",
            "Le programme de la foire\u00a0: https://foire-nantes.fr et https://www.facebook.com/events/12",
            "Le pain sort à 7\u00a0h.",
        ),
    ),
}
