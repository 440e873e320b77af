"""Examples of the content pack."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from parvis.networks.codes.draft import Past
from parvis.networks.codes.profile import Profile
from tests.codes.cases import Case, Examples

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 12, 1, 10, tzinfo=PARIS)
ARMISTICE = datetime(2026, 11, 11, 10, tzinfo=PARIS)
QUIET = tuple(Past(AT - timedelta(days=2 * n), "Le four chauffe depuis l’aube.") for n in range(1, 8))
SELLING = tuple(Past(AT - timedelta(days=2 * n), "Promo\u00a0: -20\u00a0% sur les tartes.") for n in range(1, 8))
ASKING = (*QUIET[1:], Past(AT - timedelta(days=1), "Et vous, quel pain préférez-vous\u202f?"))
STORY = "Notre plus vieux moule date de 1954. Le grand-père de Jeanne le posait sur le marbre chaque matin. Il sert encore, tous les jours."


def to(*networks: str) -> dict[str, str]:
    """Return the same text for these networks."""
    return dict.fromkeys(networks, "Le pain de seigle revient samedi.")


EXAMPLES = {
    "C01": Examples(
        trips=(
            "Bonjour à tous\u202f! Le pain de seigle est de retour.",
            "#boulangerie Le pain de seigle est de retour.",
            "https://exemple.fr/carte La carte d’hiver est prête.",
            "Coucou les amis\u202f! Petit tour au fournil.",
        ),
        silent=(
            "Le pain de seigle est de retour.",
            "Bonjour l’hiver, la carte change demain avec trois soupes et un gratin.",
            "Salut à toi, ami du pain qui cherches une miche de seigle pour dimanche, elle est là.",
            Case("#suite du fil", "mastodon", part=1, parts=2),
        ),
    ),
    "C02": Examples(
        trips=(
            STORY,
            "Réservez, appelez, venez, commentez, partagez et abonnez-vous\u00a0: la soirée soupe de vendredi arrive et il fait déjà "
            "froid.",
            "La façade de la rue Haute est terminée après trois semaines de travail, l’enduit à la chaux a séché juste avant la pluie.",
        ),
        silent=(
            f"{STORY} Venez le voir.",
            f"{STORY} Et chez vous, quel est le plus vieil outil\u202f?",
            "La façade est finie.",
            "Le service reprend lundi midi, avec une blanquette de veau et deux desserts au choix, à 12 h et à 13 h 30 comme d’habitude.",
            "C’est avec tristesse que nous apprenons le décès de Marcel, qui a pétri le pain de ce quartier pendant quarante-deux ans.",
            "Nos deux apprentis ont fini leur premier pain de seigle ce matin, et ils en sont fiers. Prévenez-nous si vous en gardez "
            "une part.",
            f"{STORY} Inscrivez-vous à la visite.",
        ),
    ),
    "C03": Examples(
        trips=(
            Case("Le four chauffe.", at=AT, history={"facebook": QUIET}),
            Case("Une nouvelle farine arrive.", at=AT, history={"facebook": QUIET}),
            Case("Tout est sur https://exemple.fr/?p=1", at=AT, history={"facebook": QUIET}),
        ),
        silent=(
            Case("Et vous, quel pain\u202f?", at=AT, history={"facebook": QUIET}),
            Case("Le four chauffe.", at=AT, history={"facebook": ASKING}),
            Case("Le four chauffe.", at=AT, history={"facebook": QUIET[:3]}),
        ),
    ),
    "C04": Examples(
        trips=(
            "Tu cherches un plombier\u202f? Notre équipe vous répond.",
            "Viens avec tes enfants, c’est gratuit.",
            "Tagge ton voisin, on vous attend ce soir.",
            Case("Votre table vous attend.", profile=Profile(address="tu")),
        ),
        silent=(
            "Vous cherchez un plombier\u202f? Notre équipe vous répond.",
            "Rendez-vous samedi, place de l’Église.",
            "Le ton est donné\u00a0: votre salon sera bleu.",
            "Un client nous a dit\u00a0: «\u00a0Tu fais le meilleur pain\u00a0». Vous le goûterez samedi.",
            Case("Viens avec tes enfants.", profile=Profile(address="tu")),
            "Le bâtiment a-t-il besoin d’un toit\u202f? Nous répondons.",
            "412 t de fonte coulées cette année. On vous dira la suite.",
            "Bravo Manon, nous sommes fiers de toi. Vous la verrez au comptoir.",
            "Ton sur ton, le salon bleu vous attend.",
            "— Tu en reprends\u202f?\n— Deux.\nVotre boulanger vous remercie.",
        ),
    ),
    "C05": Examples(
        trips=(
            Case("Promo sur les galettes.", at=AT, history={"facebook": SELLING}),
            Case("-30\u00a0% sur les chaises, de 90\u00a0€ à 63\u00a0€.", at=AT, history={"facebook": SELLING}),
            Case("Une offre pour la rentrée.", at=AT, history={"facebook": (*QUIET[:4], *SELLING[4:])}),
        ),
        silent=(
            Case("Le four chauffe.", at=AT, history={"facebook": SELLING}),
            Case("Promo sur les galettes.", at=AT, history={"facebook": QUIET}),
            Case("Promo sur les galettes.", at=AT, history={"facebook": SELLING[:2]}),
        ),
    ),
    "C06": Examples(
        trips=(
            Case("Le pain de seigle revient samedi.", texts=to("facebook", "linkedin")),
            Case("Le pain de seigle revient samedi.", "instagram", texts=to("instagram", "facebook", "google_business")),
            Case("Le pain de seigle revient samedi.", "bluesky", texts=to("bluesky", "linkedin")),
        ),
        silent=(
            Case("Le pain de seigle revient samedi.", texts=to("facebook")),
            Case("Le pain de seigle revient samedi.", "bluesky", texts=to("bluesky", "mastodon")),
            Case("Samedi, le seigle revient.", texts={"facebook": "Samedi, le seigle revient.", "linkedin": "Trois ans de recherche."}),
        ),
    ),
    "C07": Examples(
        trips=(
            Case("Rendez-vous samedi 6 décembre.", at=AT),
            Case("Venez nous voir le 20 novembre.", at=AT),
            Case("Inscriptions jusqu’au 15 octobre 2026.", at=AT),
            Case("Bonne fête des mamans le 23 mai\u202f!", at=datetime(2027, 5, 1, 9, tzinfo=PARIS)),
        ),
        silent=(
            Case("Rendez-vous dimanche 6 décembre.", at=AT),
            Case("Retour sur la fête du 20 novembre\u00a0: merci à vous.", at=AT),
            "Rendez-vous samedi 6 décembre.",
            Case("Venez le 9 janvier.", at=AT),
            Case("Pensez à la fête des Mères, dimanche 30 mai.", at=datetime(2027, 5, 1, 9, tzinfo=PARIS)),
            Case("La maison est fondée le 12 mars 1954.", at=AT),
            Case("Créée le 4 avril 1957, l’entreprise ouvrira ses portes en janvier. Venez\u202f!", at=AT),
            Case("Le dimanche 9 août 1789, la halle ouvrait.", at=AT),
            Case("La patinoire est ouverte du 20 novembre au 4 janvier. Venez glisser.", at=AT),
            Case("Retour en images sur le 20 novembre. Venez voir l’album.", at=AT),
        ),
    ),
    "C08": Examples(
        trips=(
            "Merci à Mme Garnier pour sa confiance.",
            "Nouveau chantier chez M. Dupuis, rue Haute.",
            "Notre cliente Sophie Martin est ravie de sa cuisine.",
            Case("Appelez le 06 12 34 56 78.", profile=Profile(phone="02 40 12 34 56")),
            "Écrivez à jeanne.lenoir@gmail.com.",
        ),
        silent=(
            "Merci à une cliente de Nantes pour sa confiance.",
            Case("Appelez le 02.40.12.34.56.", profile=Profile(phone="+33 2 40 12 34 56")),
            Case("Écrivez à bonjour@lenoir.fr.", profile=Profile(site="https://www.lenoir.fr/")),
            "Notre SIRET\u00a0: 732 829 320 00074.",
            "Suivez votre dossier n° 04 12 88 31 07 en ligne.",
        ),
    ),
    "C10": Examples(
        trips=(
            "Notre carte\u00a0: http://exemple.fr/carte",
            "Notre carte\u00a0: https://bit.ly/3abc",
            "Réservez sur tinyurl.com/pain-noir",
        ),
        silent=(
            "Notre carte\u00a0: https://exemple.fr/carte",
            "Réservez sur lenoir.fr",
            "Pas de lien ici.",
        ),
    ),
    "C11": Examples(
        trips=(
            Case("Promo sur les galettes.", at=ARMISTICE),
            Case("Une remise de 10\u00a0% sur tout.", at=datetime(2026, 12, 25, 9, tzinfo=PARIS)),
            Case("Offre du jour.", at=datetime(2027, 3, 26, 9, tzinfo=PARIS), profile=Profile(department="57")),
        ),
        silent=(
            Case("Le four chauffe.", at=ARMISTICE),
            Case("Promo sur les galettes.", at=AT),
            Case("Offre du jour.", at=datetime(2027, 3, 26, 9, tzinfo=PARIS), profile=Profile(department="44")),
            "Promo sur les galettes.",
        ),
    ),
    "C12": Examples(
        trips=(
            Case("Nous revoilà.", at=AT, history={"facebook": (Past(AT - timedelta(days=40), "Le four."),)}),
            Case("Nous revoilà.", "x", at=AT, history={"x": (Past(AT - timedelta(days=15), "Le four."),)}),
            Case("Bonne année.", at=AT, history={"facebook": (Past(AT - timedelta(days=34)), Past(AT + timedelta(days=3)))}),
        ),
        silent=(
            Case("Nous revoilà.", at=AT, history={"facebook": QUIET}),
            Case("Nous revoilà.", at=AT),
            Case("Nous revoilà.", history={"facebook": (Past(AT - timedelta(days=40), "Le four."),)}),
        ),
    ),
}
