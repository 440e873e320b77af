"""Examples of the typography pack. Spaces that do not break are written out as they are."""

from __future__ import annotations

from parvis.networks.codes.profile import Profile
from tests.codes.cases import Case, Examples

EXAMPLES = {
    "T01": Examples(
        trips=(
            "Bonjour! Le fournil ouvre à 7 h.",
            "Vous cherchez un maçon ? Notre équipe se déplace.",
            "Au menu de midi : une blanquette.",
            "Notre «pain de seigle» est de retour.",
            Case("Qui vient samedi?", "x"),
        ),
        silent=(
            "Bonjour\u202f! Le fournil ouvre à 7\u00a0h.",
            "Rendez-vous à 12:30, merci :) et à bientôt ;-)",
            "Bravo :tada: à toute l’équipe de l’atelier.",
            "Le mot de passe du café est Azerty123!",
            "Les comptes Yahoo! et Kahoot! restent ouverts.",
            "We are open on Sunday! Are you coming? This is for you and the kids.",
            Case("Qui vient samedi\u00a0?", "x"),
            "Tout est sur https://boulangerie-lenoir.example/menu?jour=1!",
        ),
    ),
    "T02": Examples(
        trips=("Qui vient samedi\u202f?", "Bonjour\u202f! Le chantier avance.", "Il en reste 1\u202f200."),
        silent=("Qui vient samedi\u00a0?", "Le chantier avance.", Case("Qui vient samedi\u202f?", "facebook")),
    ),
    "T03": Examples(
        trips=(
            'Notre "pain du dimanche" est de retour sur les étals.',
            "La visite s’appelle “Les mains dans la farine” et dure une heure.",
            'Un client nous a dit : "Le meilleur chantier de la rue".',
        ),
        silent=(
            "Notre «\u00a0pain du dimanche\u00a0» est de retour sur les étals.",
            'Un écran de 24" pour la caisse, et c’est tout pour nous.',
            "«\u00a0Il a dit “oui” et il est parti.\u00a0» Nous aussi, avec le sourire.",
            'We call it "the Sunday loaf" and it is on the shelves for you.',
        ),
    ),
    "T04": Examples(
        trips=(
            "La galette est à 18 €.",
            "Plus de 12 500 visiteurs cet été dans nos vignes.",
            "Un entretien avec Mme Garnier, notre meunière.",
            "Une remise de 10% pour les abonnés.",
            "Nous venons de poser 25000 € de menuiseries.",
        ),
        silent=(
            "La galette est à 18\u00a0€.",
            "Ouvert de 9h à 12h30, place de l’Église, 44000 Nantes.",
            "Appelez le 02 40 12 34 56 pour réserver votre table.",
            "Un rendez-vous avec madame Garnier, notre meunière, en 2026.",
            "Il a 41 ans, 3 enfants, et pose 12 m de gouttière à l’heure.",
        ),
    ),
    "T05": Examples(
        trips=(
            "Du pain , des gâteaux et du café vous attendent.",
            "Nous sommes ouverts .Venez goûter.",
            "Du seigle,de l’épeautre et du blé.",
            "Le devis est gratuit.Appelez-nous.",
            "Plat 15\u00a0€ , dessert 6\u00a0€ ,café 2\u00a0€.",
        ),
        silent=(
            "Du pain, des gâteaux et du café vous attendent.",
            "La baguette est à 1,20\u00a0€ et le café à 1,50\u00a0€.",
            "Tout est sur boulangerie-lenoir.fr, jour et nuit.",
            "Ils font confiance à Booking.Com et à d’autres.",
            "Nous cherchons un développeur .Net pour janvier.",
            "Fermé le lundi . . . et ouvert le mardi.",
        ),
    ),
    "T06": Examples(
        trips=(
            "A bientôt au fournil.",
            "Etes-vous prêts pour la rentrée des artisans\u202f?",
            "L’Ecole des gourmands ouvre ses portes.",
            "MARCHE DE NOEL",
        ),
        silent=(
            "À bientôt au fournil.",
            "A fait ses preuves depuis trente ans dans nos ateliers.",
            "Eric et Emilie vous accueillent à la boutique.",
            "Notre eau\u00a0: Ca 80 mg/L, Mg 26 mg/L.",
            Case("Le chantier Etape avance.", profile=Profile(words=frozenset({"Etape"}))),
        ),
    ),
    "T07": Examples(
        trips=(
            "VENEZ NOMBREUX samedi.",
            "GRANDE BRADERIE ce week-end place de l’Église.",
            "Ce soir\u00a0: CONCERT GRATUIT sous la halle.",
        ),
        silent=(
            "Venez nombreux samedi.",
            "Nos chantiers sont certifiés QUALIBAT et suivis par l’ADEME.",
            "C’est PARTI pour la saison.",
            "Nos marques\u00a0: CHRISTIAN, YVES, BERTRAND.",
            Case("Les tables BOIS BRUT sont là.", profile=Profile(words=frozenset({"Bois", "Brut"}))),
        ),
    ),
    "T08": Examples(
        trips=("C’est la fête\u202f!!!", "Qui vient\u202f???", "Vraiment\u202f?!?!"),
        silent=("C’est la fête\u202f!", "Vraiment\u202f?!", "Tout est sur https://exemple.fr/a??b."),
    ),
    "T09": Examples(
        trips=("On vous prépare une surprise..", "À suivre.....", "Du pain, des tartes, etc...", "Des tartes, etc…"),
        silent=(
            "À suivre…",
            "À suivre...",
            "Du pain, des tartes, etc. et du café.",
            "Le dossier ../photos est prêt.",
            "Menu ........ 12\u00a0€",
        ),
    ),
    "T11": Examples(
        trips=("Ouvert  samedi.", "Ouvert samedi. \nEt dimanche.", "Ouvert samedi.\n\n\n\nEt dimanche."),
        silent=("Ouvert samedi.", "Ouvert samedi.\n\nEt dimanche.", "- pain\n- tartes"),
    ),
}
