"""Examples of the packs that speak of the law: commerce, drink, environment, professions."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from parvis.networks.codes.draft import Medium
from parvis.networks.codes.profile import Period, Profile
from tests.codes.cases import Case, Examples

PARIS = ZoneInfo("Europe/Paris")
SALES = datetime(2027, 1, 6, 9, tzinfo=PARIS)
SPRING = datetime(2027, 4, 6, 9, tzinfo=PARIS)
BEFORE = datetime(2026, 12, 30, 9, tzinfo=PARIS)
PHOTO = (Medium("image", "photo.jpg", alt="Un visage souriant derrière un comptoir."),)
CHILD = (Medium("image", "photo.jpg", alt="Deux enfants devant le four."),)
OWN = Profile(periods=(Period("soldes de printemps", date(2027, 4, 1), date(2027, 4, 20)),))
WARNED = "L’abus d’alcool est dangereux pour la santé, à consommer avec modération."
BAR = Profile(trade="bar")
CELLAR = Profile(trade="wine_shop")
TABLE = Profile(trade="restaurant")
LAWYER = Profile(trade="lawyer")
HEALTH = Profile(trade="health")

EXAMPLES = {
    "LAW01": Examples(
        trips=(
            Case("Ma nouvelle poêle est une merveille.", partnership=True),
            Case("Merci pour ce séjour au gîte des Tilleuls.", partnership=True),
            "J’ai testé la crème, -10\u00a0% avec mon code promo JEANNE.",
        ),
        silent=(
            Case("Collaboration commerciale\u00a0: ma nouvelle poêle est une merveille.", partnership=True),
            Case("Ma nouvelle poêle. #Publicité", partnership=True),
            "Un chantier mené en partenariat avec la mairie.",
        ),
    ),
    "LAW02": Examples(
        trips=(
            Case("Notre collection d’hiver.", media=PHOTO, synthetic=True),
            Case("Le salon tel qu’il sera.", "instagram", media=PHOTO, synthetic=True),
            Case("Une équipe souriante.", "linkedin", media=PHOTO, synthetic=True),
        ),
        silent=(
            Case("Notre collection d’hiver. Images virtuelles.", media=PHOTO, synthetic=True),
            Case("Le salon tel qu’il sera, image générée par une IA.", media=PHOTO, synthetic=True),
            Case("Notre collection d’hiver.", media=PHOTO),
        ),
    ),
    "LAW03": Examples(
        trips=(
            Case("Soldes sur toutes les chaises\u202f!", at=SPRING),
            Case("Nos chemises sont en solde jusqu’à dimanche.", at=datetime(2026, 11, 26, 9, tzinfo=PARIS)),
            "Derniers jours de soldes à la boutique.",
            Case("Les bottes sont soldées à 40\u00a0€.", at=datetime(2027, 2, 3, 9, tzinfo=PARIS)),
            Case("Les chemises en solde, les pulls aussi.", at=SPRING),
            Case("Tout est soldé jusqu’à samedi.", at=SPRING),
        ),
        silent=(
            Case("Soldes sur toutes les chaises\u202f!", at=SALES),
            Case("Les soldes commencent mercredi prochain.", at=BEFORE),
            Case("Le chantier s’est soldé par une belle réussite.", at=SPRING),
            Case("Pensez à vos soldes de congés avant le 31 mai.", at=SPRING),
            Case("Soldes sur toutes les chaises\u202f!", at=SPRING, profile=OWN),
            Case("Vos congés\u00a0: le solde au 31 mai figure en bas du bulletin de paie.", at=SPRING),
            Case("Non, nous ne faisons pas de soldes. Jamais.", at=SPRING),
            Case("Solde à la fin du chantier\u00a0: 30\u00a0%.", at=SPRING),
            Case("Taxe d’apprentissage\u00a0: le solde se déclare en avril.", at=SPRING),
            "Le solde de votre commande se règle au retrait.",
        ),
    ),
    "LAW04": Examples(
        trips=(
            "-30\u00a0% sur toutes les lampes ce week-end.",
            "Prix cassés sur le parquet.",
            "20\u00a0% de remise sur les vélos de l’an passé.",
            "Promo d’été\u00a0: robe en lin -30\u00a0%.",
            "20\u00a0% de remise à partir de deux articles.",
        ),
        silent=(
            "La lampe à 14\u00a0€ au lieu de 20\u00a0€, soit -30\u00a0%.",
            "Notre énergie vient à 30\u00a0% du soleil.",
            "-30\u00a0% de consommation après isolation, c’est 250\u00a0€ gagnés sur une facture de 830\u00a0€.",
            "La lampe passe de 20\u00a0€ à 14\u00a0€, soit -30\u00a0%.",
            "Le bilan :\n- 17\u00a0% d’électricité en moins à la tonne.",
            "Chiffre d’affaires\u00a0: - 6\u00a0%. Masse salariale\u00a0: - 11\u00a0%. Démissions\u00a0: zéro.",
            "Consommation\u00a0: -18\u00a0%. Rebuts\u00a0: -7\u00a0%.",
            "Avec 30\u00a0cm d’isolant, la facture a baissé\u00a0: -42\u00a0% sur le premier hiver.",
            "-30\u00a0% de déchets en un an.",
            "L’aide couvre jusqu’à 30\u00a0% de remise aux normes.",
            "Le code RENTREE (-10%) marche encore.",
        ),
    ),
    "LAW05": Examples(
        trips=(
            "Jeu-concours\u00a0: une galette à gagner, commentez ce post.",
            "Gagnez un panier gourmand en tirage au sort.",
            "Grand jeu de Noël\u00a0: un vélo pour le gagnant, tentez votre chance.",
            "Concours\u202f! Aimez ce post et gagnez un téléphone.",
            "À gagner\u00a0: deux places pour le concert de samedi.",
        ),
        silent=(
            "Jeu-concours gratuit sans obligation d’achat, jusqu’au 6 janvier. Règlement\u00a0: https://exemple.fr/jeu. Ce jeu n’est ni "
            "géré ni parrainé par Facebook.",
            "Gagnez du temps avec la commande en ligne.",
            "Notre apprentie a passé le concours du meilleur croissant.",
            "Concours de belote vendredi à 20\u00a0h. À gagner\u00a0: un jambon et la considération générale.",
            "Résultats du concours de pétanque. Tirage au sort des équipes à 14\u00a0h dimanche.",
            "Notre jeu de piste\u00a0: 5\u00a0€ le livret. Gagnez une heure de calme.",
            "Gagnez du temps, déposez vos clés. À gagner aussi\u00a0: une heure de sommeil.",
            "Pour gagner le refuge, comptez 40 minutes. Le jeu en vaut la chandelle.",
        ),
    ),
    "LAW06": Examples(
        trips=(
            "Tous nos avis clients vérifiés sont excellents.",
            "Des avis certifiés, une équipe ravie.",
            "⭐⭐⭐⭐⭐ «\u00a0Un accueil parfait\u00a0», dit un avis de lundi.",
        ),
        silent=(
            "Un extrait d’un avis de lundi\u00a0: «\u00a0Un accueil parfait\u00a0» ⭐⭐⭐⭐⭐",
            "Donnez-nous votre avis en commentaire.",
            "À mon avis, le seigle est meilleur le lendemain.",
        ),
    ),
    "LAW07": Examples(
        trips=(
            "Notre must-have de l’hiver est une écharpe en laine du Limousin.",
            "La new collection est arrivée à la boutique.",
            "Happy hour tous les jeudis à la librairie.",
        ),
        silent=(
            "Notre must-have (indispensable) de l’hiver est une écharpe en laine du Limousin.",
            "La nouvelle collection est arrivée à la boutique.",
            "Our new collection is in the shop and we are so happy for you to see it.",
            "Un week-end à la ferme, avec parking et brunch.",
        ),
    ),
    "LAW10": Examples(
        trips=(
            Case("Le beaujolais nouveau est arrivé, venez le goûter.", profile=CELLAR),
            Case("Notre cocktail du mois, à la rhubarbe.", profile=BAR),
            Case("Un menu à 32\u00a0€ avec un verre de vin compris.", profile=TABLE),
            Case("Ce soir, un verre de muscadet offert avec les huîtres.", profile=TABLE),
            Case("Notre saint-émilion est arrivé.", profile=CELLAR),
            Case("Le beaujolais nouveau est arrivé.", profile=TABLE),
            Case("Le verre de rosé est à 4\u00a0€.", profile=TABLE),
        ),
        silent=(
            Case(f"Le beaujolais nouveau est arrivé. {WARNED}", profile=CELLAR),
            Case("Notre cocktail sans alcool, à la rhubarbe.", profile=BAR),
            Case("Le virgin mojito de Nadia. #SansAlcool", profile=BAR),
            Case("Un verre d’eau et l’addition.", profile=BAR),
            Case("Ce midi\u00a0: coq au vin et baba au rhum.", profile=TABLE),
            Case("Vingt couverts, une table de vingt-deux.", profile=TABLE),
            Case("Tarte aux pruneaux à l’armagnac.", profile=TABLE),
            Case("Entrecôte marchand de vin, frites maison, 18\u00a0€.", profile=TABLE),
            Case("Pavé de bœuf, réduction de vin rouge.", profile=TABLE),
            Case("Poires pochées, vin rouge épicé.", profile=TABLE),
            Case("Rognons flambés au vieux cognac.", profile=TABLE),
            Case("Cocktail de crevettes et cuvée de printemps.", profile=TABLE),
            Case("On recrute un commis F/H. Carte des vins à apprendre par cœur.", profile=TABLE),
            Case("Le bar à vins rouvre, dès 18\u00a0h.", profile=TABLE),
            Case("Nous ne servons pas d’alcool, mais un jus de pomme qui fait oublier le cidre.", profile=TABLE),
            Case("Moules au cidre, gâteau au whisky. Le kir n’est pas un plat, dommage.", profile=TABLE),
        ),
    ),
    "LAW11": Examples(
        trips=(
            Case("Un apéro vigneron au fournil vendredi.", profile=Profile(trade="bakery")),
            Case("Du champagne pour nos trente ans\u202f!", profile=Profile(trade="industry")),
            Case("Une dégustation de vins au gîte samedi.", profile=Profile(trade="tourism")),
            Case("La carte des vins a été refaite.", profile=TABLE),
            Case("Un verre de vin offert à l’entracte.", profile=Profile(trade="other")),
            Case("Un verre de Cognac et une nuit, 140\u00a0€.", profile=Profile(trade="tourism")),
        ),
        silent=(
            Case(f"Un apéro au fournil vendredi. {WARNED}", profile=Profile(trade="bakery")),
            Case("Notre baba au rhum est de retour.", profile=Profile(trade="bakery")),
            Case("Le vinaigre de cidre du voisin.", profile=Profile(trade="shop")),
            Case("Couvreur dans tout le Calvados.", profile=Profile(trade="construction")),
            Case("Plombier à Cognac depuis 1998.", profile=Profile(trade="services")),
            Case("Nos bureaux déménagent\u00a0: 14 rue du Bordeaux, en pleine Champagne.", profile=Profile(trade="services")),
            Case("Trois jours en Champagne\u00a0: la cathédrale de Reims, 320\u00a0€ par personne.", profile=Profile(trade="tourism")),
            Case("Dormir au cœur du Médoc\u00a0: nos deux gîtes sont libres, à 80\u00a0€.", profile=Profile(trade="tourism")),
            Case("Une journée à Saint-Émilion, 45\u00a0€.", profile=Profile(trade="tourism")),
            Case("Le château de Cognac, dans la ville de Cognac, se visite.", profile=Profile(trade="tourism")),
            Case("Troubles digestifs\u00a0: trois gestes.", profile=Profile(trade="health")),
            Case("L’alcool et l’ibuprofène ne vont pas ensemble.", profile=Profile(trade="health")),
            Case("Dry January\u00a0: l’alcool en moins, le sommeil en plus.", profile=Profile(trade="other")),
            Case("L’alcool isopropylique dégraisse, l’alcool à brûler laisse un voile.", profile=Profile(trade="industry")),
            Case("Les collants champagne, le rouge à lèvres cognac.", profile=Profile(trade="beauty")),
            Case("Balayage champagne à 60\u00a0€, blond vodka à 70\u00a0€.", profile=Profile(trade="beauty")),
            Case("Un cocktail de vitamines pour vos cheveux.", profile=Profile(trade="beauty")),
            Case("La cuvée 2026 de notre huile d’olive est arrivée.", profile=Profile(trade="shop")),
            Case("Meursault, la mer, le soleil\u00a0: L’Étranger est à 7\u00a0€.", profile=Profile(trade="shop")),
            Case("Café en grains\u00a0: 250 g, 8,90\u00a0€. Notes de rhum, de cacao et de vin rouge.", profile=Profile(trade="shop")),
            Case("Verres à vin, verres à bière\u00a0: 12\u00a0€ au lieu de 15\u00a0€.", profile=Profile(trade="shop")),
            Case("La fête du village, avec vin d’honneur à midi.", profile=Profile(trade="other")),
            Case("Buvette\u00a0: crêpes, bière, jus.", profile=Profile(trade="other")),
            Case("Repas des aînés\u00a0: apéritif à 12\u00a0h, couscous à 13\u00a0h.", profile=Profile(trade="other")),
            Case("La route des vins à vélo, de Beaune à Meursault\u00a0: 22\u00a0€ la journée.", profile=Profile(trade="tourism")),
            Case("Notre bûche au champagne, notre cidre cuit, notre confit de vin.", profile=Profile(trade="bakery")),
            Case("Le rhum vient de Marie-Galante, les babas de chez nous.", profile=Profile(trade="bakery")),
            Case("Visites maintenues, avec un vin chaud\u202f? Non\u00a0: un bouillon.", profile=Profile(trade="tourism")),
        ),
    ),
    "LAW12": Examples(
        trips=(
            Case(f"Bière à volonté jeudi soir. {WARNED}", profile=BAR),
            Case(f"Un match, une pinte\u00a0: on vous attend. {WARNED}", profile=BAR),
            Case(f"Soirée étudiante, cocktails à 4\u00a0€. {WARNED}".replace("étudiante", "étudiants"), profile=BAR),
            Case(f"Soirée des étudiants jeudi. Les pintes sont à 4\u00a0€. {WARNED}", profile=BAR),
        ),
        silent=(
            Case(f"Une bière blonde de 5 degrés, brassée à Nantes. {WARNED}", profile=BAR),
            Case("On passe le match de samedi sur grand écran.", profile=BAR),
            Case("Cocktail sans alcool pour le sport.", profile=BAR),
            Case(f"Le verre de rosé est à 4\u00a0€. {WARNED} Étudiants\u00a0: 10\u00a0% le mardi.", profile=TABLE),
            Case(f"Un vin de Touraine à 5\u00a0€. {WARNED} Devant la vitrine, un bac à fleurs.", profile=BAR),
            Case(
                f"On passe le match de rugby samedi, sur grand écran, avec la fanfare. {WARNED} La pinte est à 5\u00a0€.",
                profile=BAR,
            ),
        ),
    ),
    "LAW15": Examples(
        trips=(
            "Nos sacs sont biodégradables.",
            "Une peinture respectueuse de l’environnement.",
            "Un savon bon pour la planète.",
            "N’hésitez pas, nos sacs sont biodégradables.",
        ),
        silent=(
            "Nos sacs sont en papier recyclé à 80\u00a0%.",
            "Une peinture sans solvant, fabriquée à 12\u00a0km.",
            "Merci de respecter les horaires.",
            "Nos sacs sont en coton. Sont-ils biodégradables\u202f? On ne le sait pas.",
            "Un sac n’est jamais tout à fait biodégradable.",
        ),
    ),
    "LAW16": Examples(
        trips=(
            "Une livraison neutre en carbone.",
            "Notre gâteau zéro carbone est arrivé.",
            "Un séjour 100\u00a0% compensé.",
            "Une pompe neutre en carbone, voir https://exemple.fr/devis",
            "Notre chantier est climatiquement neutre.",
        ),
        silent=(
            "Une livraison neutre en carbone\u00a0: le rapport est sur https://exemple.fr/carbone",
            "Nous avons réduit de 20\u00a0% le gazole de nos camions.",
            "Une fourche en carbone, légère.",
            "Neutralité carbone\u202f? Pas avant 2045.",
            "Notre site n’est pas neutre en carbone.",
        ),
    ),
    "LAW17": Examples(
        trips=(
            "Des meubles écologiques pour votre salon.",
            "Notre gamme éco-responsable est là.",
            "Un nettoyage sans impact.",
            Case("Un produit écolo.", at=datetime(2026, 9, 1, 9, tzinfo=PARIS)),
            "N’attendez plus, nos meubles sont écologiques.",
        ),
        silent=(
            "Des meubles au label Écolabel européen.",
            "La transition écologique commence par l’isolation.",
            "Notre gamme éco-responsable est certifiée Ecocert.",
            "Peinture écologique\u202f? Demandez l’étiquette A+ et le taux de COV.",
            "Diplômée en génie écologique, Manon rejoint l’équipe.",
            "Un corridor écologique passe derrière l’atelier.",
            "Une lessive écologique à peine n’est pas une lessive\u00a0: un label le dit.",
        ),
    ),
    "LAW20": Examples(
        trips=(
            Case("Nos avis clients parlent pour nous.", profile=LAWYER),
            Case("Le meilleur avocat de Nantes, c’est ici.", profile=LAWYER),
            Case("Notre cabinet, le meilleur de Marseille, vous défend.", profile=LAWYER),
            Case("Nous sommes moins chers que nos confrères.", profile=Profile(trade="regulated")),
            Case("100\u00a0% de réussite en droit du travail.", profile=LAWYER),
            Case("Le témoignage de notre client nous touche.", profile=LAWYER),
            Case("Un cabinet incontournable à Nantes.", profile=LAWYER),
            Case("Notre étude, numéro 1 en Bretagne.", profile=Profile(trade="regulated")),
        ),
        silent=(
            Case("Trois points à relire avant de signer un bail.", profile=LAWYER),
            Case("Maître Garnier, avocate au barreau de Nantes, donne une conférence jeudi.", profile=LAWYER),
            Case("Nos avis clients parlent pour nous.", profile=Profile(trade="bakery")),
            Case(
                "Le notaire est un acteur incontournable de la vente. Lot n°\u00a01\u00a0: l’appartement.",
                profile=Profile(trade="regulated"),
            ),
            Case("Le témoignage d’un proche peut-il suffire\u202f?", profile=LAWYER),
            Case("Le meilleur de la fiscalité en dix minutes\u202f? Impossible.", profile=Profile(trade="regulated")),
        ),
    ),
    "LAW21": Examples(
        trips=(
            Case("Notre client Monsieur Durand a obtenu gain de cause.", profile=LAWYER),
            Case("Merci à ma cliente Mme Petit.".replace("ma cliente", "mon client"), profile=LAWYER),
            Case("Nous avons défendu notre client la société Dupont.", profile=LAWYER),
            Case("Comme Mr Benali, qui a touché 18\u00a0000\u00a0€.", profile=LAWYER),
            Case("Notre client la boulangerie Martin a économisé 6\u00a0000\u00a0€.", profile=Profile(trade="regulated")),
            Case("Une belle audience avec M. Durand ce matin.", profile=LAWYER),
            Case("La cour d’appel donne raison à M. Durand, qui a obtenu 18\u00a0000\u00a0€.", profile=LAWYER),
        ),
        silent=(
            Case("Un client peut demander le report de l’audience.", profile=LAWYER),
            Case("La cour d’appel précise la durée du préavis.", profile=LAWYER),
            Case("Notre client Monsieur Durand est ravi.", profile=Profile(trade="bakery")),
            Case(
                "Bienvenue à Mme Anaïs Prigent, qui rejoint l’étude comme clerc, et à M. Julien Roux, notre nouveau comptable.",
                profile=Profile(trade="regulated"),
            ),
            Case("Mme Sophie Tanguy assure l’accueil.", profile=LAWYER),
            Case("L’arrêt M. Dupont c/ Société Générale change la donne. M. Dupont avait signé sans la mention.", profile=LAWYER),
            Case("La loi de Mme Simone Veil a cinquante ans.", profile=LAWYER),
        ),
    ),
    "LAW22": Examples(
        trips=(
            "Une tisane qui guérit le rhume.",
            "Notre cure détox de printemps.",
            "Un miel qui renforce l’immunité.",
            Case("Ce gel guérit les entorses.", profile=HEALTH),
        ),
        silent=(
            "Une tisane de thym et de romarin.",
            "Un artisan qui soigne les finitions.",
            "Un miel d’acacia récolté à Clisson.",
            Case(
                "Le cabinet ne soigne pas tout. Personne ne guérit d’un rhume en un jour, et aucun complément ne remplace le sommeil.",
                profile=HEALTH,
            ),
            Case("La kinésithérapie soigne le mouvement, pas l’image.", profile=HEALTH),
            Case("Votre médecin soigne, nous écoutons.", profile=HEALTH),
        ),
    ),
    "LAW23": Examples(
        trips=(
            Case("Avant / après\u00a0: un sourire retrouvé.", profile=HEALTH),
            Case("Un témoignage de patient nous touche.", profile=HEALTH),
            Case("Offre sur les bilans de rentrée.", profile=HEALTH),
            Case("Une remise de 20\u00a0% sur le blanchiment.", profile=HEALTH),
        ),
        silent=(
            Case("Trois gestes pour un dos sans douleur au bureau.", profile=HEALTH),
            Case("Le cabinet ferme du 1er au 8 mai.", profile=HEALTH),
            Case("Avant / après\u00a0: la façade retrouvée.", profile=Profile(trade="construction")),
            Case("Notre offre de soins s’étoffe\u00a0: une sage-femme rejoint la maison de santé.", profile=HEALTH),
            Case("Notre offre de rééducation\u00a0: une offre complète, sans rendez-vous.", profile=HEALTH),
            Case("Avant / après la séance\u00a0: buvez.", profile=HEALTH),
            Case("Offre d’emploi\u00a0: nous cherchons un confrère.", profile=HEALTH),
            Case("Un atelier de remise en forme jeudi.", profile=HEALTH),
        ),
    ),
    "LAW24": Examples(
        trips=(
            "Notre collègue est enceinte, nous recrutons pour la remplacer.",
            "Un client atteint d’un cancer nous a commandé son gâteau.",
            "Notre salarié hospitalisé vous salue.",
            "Une patiente opérée en mai nous a écrit.",
            "Ma cliente est malade, je ferme samedi.",
        ),
        silent=(
            "Nous recrutons pour un remplacement de six mois.",
            "Octobre rose\u00a0: un euro par vente pour la recherche sur le cancer.",
            "Un atelier ouvert aux personnes en situation de handicap.",
            "Une salariée enceinte peut s’absenter pour ses examens.",
            "Un salarié malade doit prévenir sous 48\u00a0h.",
            "Une cliente, hier\u00a0: «\u00a0Je suis malade, mais il me fallait un livre.\u00a0»",
            "Un client malade d’amour a pris douze roses.",
            "Nos clients ont donné 400\u00a0€ pour la recherche sur le cancer.",
        ),
    ),
    "LAW25": Examples(
        trips=(
            Case("Les élèves de l’école ont fait leur pain.", media=(Medium("image"),)),
            Case("Un mercredi au fournil.", media=CHILD),
            Case("La classe de Mme Garnier à l’atelier.", media=(Medium("image"),)),
            Case("La descente fait 9\u00a0km.", media=(Medium("image", alt="Deux enfants en gilet dans un canoë jaune."),)),
        ),
        silent=(
            Case("Les élèves sont venus mercredi.", media=PHOTO),
            "Les élèves de l’école ont fait leur pain.",
            Case("Le parc est ouvert à tous.", media=PHOTO),
            Case(
                "La salle d’attente est refaite.",
                media=(Medium("image", alt="Salle d’attente avec quatre chaises et des livres d’enfants."),),
            ),
            Case("Un jeu de piste au jardin.", media=(Medium("image", alt="Enfant de dos avec un seau sur une plage."),)),
            Case("Le coin est prêt.", media=(Medium("image", alt="Un coin d’enfants avec un tapis vert."),)),
        ),
    ),
    "LAW26": Examples(
        trips=(
            "Fonderie Maury recrute un jeune soudeur dynamique en CDI.",
            "Poste à pourvoir au salon\u00a0: bonne présentation demandée.",
            "Nous cherchons une vendeuse, 35\u00a0h, le samedi compris.",
            "Cabinet recherche secrétaire femme, à mi-temps.",
            "Nous recrutons\u00a0: moins de 30 ans, permis B.",
            "On recrute un chauffeur non-fumeur.",
            "Nous cherchons un apprenti F/H, bonne présentation.",
        ),
        silent=(
            "Élodie, serveuse, vous accueille.",
            "Élodie, serveuse, vous accueille. Et nous recrutons un commis F/H.",
            "On recrute une serveuse ou un serveur pour la saison.",
            "Nous cherchons une vendeuse (H/F), 35\u00a0h.",
            "On recrute serveur·se en CDI.",
            "Nous cherchons un apprenti pâtissier F/H, de 16 à 29 ans.",
            "Rejoignez une équipe jeune et dynamique\u00a0: nous recrutons un soudeur F/H.",
            "Nous recrutons un soudeur F/H, moins de 20 ans d’expérience.",
            "Embaucher un jeune de moins de 26 ans\u00a0: l’aide à l’employeur change, en CDI comme en CDD.",
            "Une jeune femme cherche un livre dont elle a oublié le titre.",
            "Nous avons embauché Léa, jeune et motivée, en mai.",
            "Le gîte non-fumeur recrute une personne pour le ménage.",
        ),
    ),
    "LAW27": Examples(
        trips=(
            "48\u00a0€ HT, tarif pour les particuliers.",
            Case("La formule du midi est à 14\u00a0€ HT.", profile=TABLE),
            Case("Le soin du visage\u00a0: 60,00\u00a0€ hors taxes.", profile=Profile(trade="beauty")),
        ),
        silent=(
            "48\u00a0€ HT l’heure d’atelier, sur devis.",
            Case("La formule du midi est à 14\u00a0€ HT, 15,40\u00a0€ TTC.", profile=TABLE),
            Case("Séminaire d’entreprise\u00a0: 60\u00a0€ HT par personne.", profile=Profile(trade="tourism")),
            "48\u00a0€ HT. Nous ne vendons pas aux particuliers.",
            Case("La formule du midi est à 14\u00a0€.", profile=TABLE),
            Case("La marche a 40\u00a0cm de ht et 3\u00a0€ la pièce.", profile=Profile(trade="shop")),
        ),
    ),
}
