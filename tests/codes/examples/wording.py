"""Examples of the wording pack."""

from __future__ import annotations

from parvis.networks.codes.profile import Profile
from tests.codes.cases import Case, Examples

PLAIN = Profile(inclusive="plain")
NONE = Profile(inclusive="none")

EXAMPLES = {
    "T10": Examples(
        trips=(
            "Nos viennoiserries sont prêtes dès sept heures.",
            "Le chantié de la rue Haute est terminé.",
            "Réservez votre table pour le repas de samdi.",
            "Une boulangerie a Nantes, pétrie avec amour et pasion.",
        ),
        silent=(
            "Nos viennoiseries sont prêtes dès sept heures.",
            "Notre kouign-amann et nos canelés sortent du four de Gwenaëlle.",
            "Our bakery is open on Sunday and the bread is fresh for you.",
            Case("Le chantié de la rue Haute est terminé.", profile=Profile(words=frozenset({"chantié"}))),
            "Le diner du mois d’aout, entre voisins, à connaitre.",
            "Cours de crossfit, tielles de Sète et transport en quadri.",
            "Découvrez notre mocktail du mois en story et nos reels du week-end.",
            "Tout est #faitmaison chez @lenoirr, voir https://exemple.fr/viennoiserries",
        ),
    ),
    "T12": Examples(
        trips=(
            "Contactez nous pour un devis.",
            "Abonnez vous\u202f!",
            "Une question\u202f? Appelez nous au fournil, et dites nous tout.",
            "Dépêchez vous, il en reste trois.",
        ),
        silent=(
            "Contactez-nous pour un devis.",
            "Si vous souhaitez vous inscrire, c’est ici.",
            "Vous pouvez nous appeler au fournil.",
            "Laissez nous finir le chantier.",
            "Chez nous, le pain est bon.",
        ),
    ),
    "T13": Examples(
        trips=(
            "Merci a tous pour votre visite.",
            "Ouvert de 12h a 14h30 le samedi.",
            "La carte est disponible a partir de lundi, et a emporter.",
            "Bonne journée a tous.",
        ),
        silent=(
            "Merci à tous pour votre visite.",
            "La maison a tous les atouts pour vous plaire.",
            "Il a vendu sa boulangerie a priori.",
            "Elle a 30 ans cette année, notre entreprise.",
        ),
    ),
    "A08": Examples(
        trips=(
            Case("Merci à nos client·e·s de leur fidélité.", profile=PLAIN),
            Case("Un·e apprenti·e rejoint l’équipe.", profile=NONE),
            Case("Nous cherchons un(e) vendeur(euse).", profile=PLAIN),
            Case("Les étudiant.e.s sont les bienvenus.", profile=NONE),
        ),
        silent=(
            "Merci à nos client·e·s de leur fidélité.",
            Case("Merci à nos clientes et clients.", profile=PLAIN),
            Case("Voir lenoir.fr et nos horaires (et le plan).", profile=NONE),
            Case("La soirée est finie.Elle revient.", profile=NONE),
        ),
    ),
}
