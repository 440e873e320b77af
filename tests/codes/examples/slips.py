"""Examples of the pack of slips."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.codes.cases import Case, Examples

PARIS = ZoneInfo("Europe/Paris")


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2027) -> datetime:
    """Return an hour of departure in Paris."""
    return datetime(year, month, day, hour, minute, tzinfo=PARIS)


# The 8th of March 2027 is a Monday.
EXAMPLES = {
    "C13": Examples(
        trips=(
            Case("Ce midi, blanquette !", at=at(3, 8, 23, 30)),
            Case("Ce midi, blanquette\u202f! Merci de réserver.", at=at(3, 8, 14, 30)),
            Case("Venez goûter nos brioches ce matin, il en reste douze.", at=at(3, 8, 15)),
            Case("Rendez-vous ce soir au comptoir pour la dégustation.", at=at(3, 8, 22, 45)),
            Case("Demain, jeudi, la boutique est fermée.", at=at(3, 8, 9)),
            Case("Demain jeudi, marché sur la place.", at=at(3, 8, 9)),
            Case("Aujourd’hui, lundi, on rouvre.", at=at(3, 9, 9)),
            Case("On rouvre aujourd'hui lundi.", at=at(3, 9, 9)),
            Case("Hier, dimanche, la fête était belle.", at=at(3, 9, 9)),
            Case("Bonne année à tous nos clients\u202f!", at=at(3, 9, 9)),
            Case("Joyeux Noël de toute l’équipe.", at=at(3, 9, 9)),
            Case("Toute l’équipe vous souhaite un bon week-end.", at=at(3, 9, 9)),
            Case("Bon week-end à tous\u202f!", at=at(3, 10, 9)),
        ),
        silent=(
            Case("Ce midi, blanquette\u202f!", at=at(3, 8, 10)),
            "Ce midi, blanquette\u202f!",
            Case("Ce matin, nous avons planté trente tilleuls.", at=at(3, 8, 17)),
            Case("Les asperges cueillies ce matin sont en boutique.", at=at(3, 8, 17)),
            Case("La 4L est repartie ce matin sur ses quatre roues.", at=at(3, 8, 17)),
            Case("Ouvert depuis ce matin, et jusqu’à 19 h.", at=at(3, 8, 15)),
            Case("Ce matin, dans l’atelier, Julie tourne un pied de lampe.", at=at(3, 8, 18)),
            Case("Ce midi, la salle était pleine. Merci\u202f!", at=at(3, 8, 15)),
            Case("Quelle ambiance ce soir\u202f! Merci à tous.", at=at(3, 8, 23)),
            Case("Une dame\u202f: «\u00a0Ce midi, c’est blanquette\u202f?\u00a0» Raté.", at=at(3, 8, 18)),
            Case("Demain, mardi, la boutique est fermée.", at=at(3, 8, 9)),
            Case("Ouvert demain, mercredi et jeudi.", at=at(3, 8, 9)),
            Case("Fermé aujourd’hui, mardi on reprend.", at=at(3, 8, 9)),
            Case("Comme aujourd’hui, lundi prochain la cuisine ferme à 14 h.", at=at(3, 10, 9)),
            Case("Le lendemain, jeudi, tout recommence.", at=at(3, 8, 9)),
            Case("Après-demain, mercredi, marché.", at=at(3, 8, 9)),
            Case("Bonne année à tous\u202f!", at=at(1, 4, 9)),
            Case("Bonne année à tous\u202f!", at=at(12, 31, 18, year=2026)),
            Case("Une bonne année pour le miel de lavande.", at=at(9, 6, 9)),
            Case("Bonne année scolaire à tous les élèves\u202f!", at=at(9, 1, 9)),
            Case("Joyeux Noël de toute l’équipe.", at=at(12, 24, 9)),
            Case("Bon week-end à tous\u202f!", at=at(3, 12, 17)),
            Case("Vous avez passé un bon week-end\u202f?", at=at(3, 8, 9)),
            Case("Bon week-end de l’Ascension à tous\u202f!", at=at(5, 5, 17)),
        ),
    ),
    "C14": Examples(
        trips=(
            "Bienvenue à [PRÉNOM], qui rejoint l’équipe.",
            "Goûtez notre nouvelle glace [NOM DU PARFUM] dès samedi.",
            "Rendez-vous le [date à venir], [À COMPLÉTER], [insérer le lien ici].",
            "Bonjour {{prenom}}, votre commande est prête.",
            "Lorem ipsum dolor sit amet, le pain est là.",
            "TODO : ajouter le prix.",
            "Le menu est à XX € jusqu’à dimanche.",
            "Appelez-nous au 0X XX XX XX XX.",
            "Voici une proposition de post pour Facebook :\nLa boutique rouvre lundi.",
            "Bien sûr\u202f! Voici une version plus courte :\nLa boutique rouvre lundi.",
            "En tant qu’IA, je ne peux pas goûter ce pain.",
            "La boutique rouvre lundi. Souhaitez-vous que je l’adapte pour LinkedIn\u202f?",
            "**Nouveauté** : le pain de seigle.",
            "# La boutique rouvre\nÀ lundi.",
        ),
        silent=(
            "[RECRUTEMENT] Nous cherchons un boulanger.",
            "[CONCOURS] Un panier à gagner samedi.",
            "[DATE] Le marché de Noël, c’est le 12 décembre.",
            "🏆 [Prix de l’innovation] Merci au jury.",
            "[Votre avis compte] Quelle glace pour l’été ?",
            "Le mot [nom féminin] vient du latin.",
            "Souhaitez-vous que je vous rappelle\u202f? Laissez un message.",
            "Bien sûr\u202f! Voici la recette que vous demandez depuis dimanche.",
            "Voici une version plus gourmande de notre fraisier.",
            "Voici le texte de la chanson que vous nous demandez.",
            "Fini le lorem ipsum\u202f: votre site parle enfin de vous.",
            "Notre to-do list du lundi : rien, c’est fermé.",
            "Taille XXL, XXe siècle, Louis XX et le XXI.",
            "« Voici une proposition de post », nous disait la machine. Non merci.",
            "L’IA au bureau : en tant qu’employeur, que faut-il dire\u202f?",
            "Pour vider le cache, tapez `{{ cache }}` et `**kwargs`.",
            "#Pain #Levain et 2 * 3 * 4 = 24",
            "Todo el pan del mundo, TODO EL PAN.",
        ),
    ),
    "C15": Examples(
        trips=(
            "Concert à 25h, entrée libre.",
            "Le service finit à 14h75.",
            "Ouvert de 19h à 18h.",
            "Ouvert le samedi 18h30-10h.",
            "Réservez au 06 12 34 56 7.",
            "Réservez au 06 12 34 56 78 9.",
            "Appelez le 07.12.34.5.78 pour un devis.",
            "Ouvert à 9h, déjeuner à 14:00, fermeture à 18 heures 30.",
        ),
        silent=(
            "Ouvert de 9h à 18h30, le samedi dès 8 h.",
            "Le bar est ouvert de 19h à 2h.",
            "Veilleur de nuit, de 22h à 8h.",
            "Livraison en 48h, contrat de 35h, permanence 24h/24.",
            "CDI à 28 h par semaine, du mardi au samedi.",
            "Le temps de pousse passe de 24h à 12h.",
            "Massage 1h 75 €, ou 1 h 80 €.",
            "Réservez au 06 12 34 56 78 ou au 0612345678.",
            "06 12 34 56 78 3 rue Haute, à Nantes.",
            "Dossier n° 04 12 88 31 7 à rappeler.",
            "Fermé les 05 12 19 26 mars.",
            "Ouvert à 9h et à 14h.\n0:00 Le levain\n1:12 Le pétrissage\nPain de 24 heures.",
            "SIRET 812 345 678 00021, capital de 10 000 €.",
            "De samedi 19h à dimanche 18h, la fête continue.",
        ),
    ),
    "C16": Examples(
        trips=(
            Case("Toutes les tailles sont sur le site, lien en bio.", network="facebook"),
            Case("Réservez par le lien dans la bio.", network="linkedin"),
            Case("Swipez pour voir l’avant et l’après.", network="google_business"),
            Case("Le pain de seigle est là. Retweetez\u202f!", network="facebook"),
            Case("Deux places à gagner : RT pour participer.", network="bluesky"),
        ),
        silent=(
            Case("Toutes les tailles sont sur le site, lien en bio.", network="instagram"),
            Case("Le lien de notre bio mène à la carte.", network="tiktok"),
            Case("RT pour participer, et retweetez.", network="x"),
            Case("La RT 2012 et la RT existant s’appliquent ici.", network="facebook"),
            Case("Un lien de confiance avec un maraîcher bio.", network="facebook"),
            Case("Le document se lit en faisant glisser, swipez.", network="linkedin", form="document"),
            Case("« Lien en bio », disait-il. Il n’y en avait pas.", network="facebook"),
        ),
    ),
}
