"""The invented bakery of the demonstration: a month of posts, the drawings and the films that go with them. Data only.

Hours are the shop's own; `day` counts from the Friday of the present week, so that the days named in the texts are the right ones. `short` serves an account whose network takes less than the shared text; `details` fill in the fields of `form` where a network has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAME = "Boulangerie Lenoir"
HANDLE = "boulangerie-lenoir"
PEOPLE = [
    ("marcel", "Marcel Lenoir", "owner"),
    ("ines", "Inès Caradec", "editor"),
    ("odile", "Odile Lenoir", "approver"),
]
SLOTS = [(1, time(11, 30)), (3, time(17, 30)), (4, time(11, 30)), (5, time(8, 0))]


@dataclass(frozen=True)
class Idea:
    """One idea of the bakery. `hour` None is a draft without a date."""

    day: int
    hour: time | None
    title: str
    parts: tuple[str, ...]
    picture: str = ""
    short: str = ""
    film: str = ""
    comment: str = ""
    form: str = ""
    details: dict[str, str] = field(default_factory=dict)
    by_hand: bool = False


MEDIA = {
    "baguettes.jpg": "Trois baguettes de tradition sur un torchon rayé, deux épis de blé posés à côté",
    "croissants.jpg": "Cinq croissants dorés sur une plaque sortie du four",
    "seigle.jpg": "Une grosse tourte de seigle farinée, marquée d’une croix, sur un torchon",
    "brioche.jpg": "Une brioche tressée couverte de grains de sucre",
    "galette.jpg": "Une galette à la frangipane sur une assiette blanche, une couronne dorée posée au bord",
    "buche.jpg": "Une bûche roulée au chocolat, décorée de poires, de marrons et de houx",
    "devanture.jpg": "La devanture vert sombre de la boulangerie Lenoir, son auvent rayé et sa vitrine éclairée",
    "fournil.jpg": "Le four à bois ouvert : trois pains devant les flammes, la pelle posée en bas",
    "tarte.jpg": "Une tarte aux pommes en rosace dans son moule",
    "marche.jpg": "Notre étal sous l’auvent rouge et blanc, avec les boules, les baguettes et les croissants",
    "pain-d-epices.jpg": "Des biscuits de pain d’épices en étoiles, en ronds et en cœurs, bordés de glaçage",
    "farine.jpg": "Trois sacs de farine ouverts, T65, seigle et T80, entre des épis de blé",
    "petit-matin.mp4": "Le fournil au petit matin : le feu, les croissants, la brioche, puis la devanture éclairée. Sans paroles",
    "la-tourte.mp4": "La tourte de seigle, de la farine au marché, en quatre tableaux. Sans paroles",
}

IDEAS = [
    Idea(
        -13,
        time(11, 30),
        "La tradition du samedi",
        (
            "Le samedi, la tradition sort toutes les quarante minutes. La dernière fournée est à 12 h 30 : si vous la voulez chaude, c’est le moment. 🥖",
        ),
        "baguettes",
    ),
    Idea(
        -11,
        time(17, 30),
        "Lundi, on se repose",
        ("Le fournil est fermé aujourd’hui. Le levain, lui, travaille : il sera prêt demain à quatre heures.",),
        "farine",
    ),
    Idea(
        -9,
        time(11, 30),
        "Le seigle de Couëron",
        (
            "Notre seigle vient de chez Yannick, à Couëron, douze kilomètres d’ici. Il donne une mie serrée, un peu acide, qui se garde six jours dans un torchon.\n\nAvec du beurre salé, et rien d’autre.",
        ),
        "seigle",
    ),
    Idea(
        -8,
        time(17, 30),
        "Croissants : trois jours",
        (
            "Un croissant, c’est trois jours : la pâte le premier, le tourage le deuxième, le four le troisième. Alors oui, le dimanche il n’en reste plus à onze heures.",
        ),
        "croissants",
    ),
    Idea(
        -6,
        time(8, 0),
        "Au marché de Talensac",
        (
            "Nous sommes sur l’étal d’angle, près de la fontaine, jusqu’à 13 heures. Boules, tradition, croissants, et la brioche si vous arrivez avant dix heures. #Nantes #Talensac",
        ),
        "marche",
    ),
    Idea(
        -10,
        time(11, 30),
        "Nous cherchons un apprenti",
        (
            "Nous cherchons une apprentie ou un apprenti pour la rentrée : CAP boulangerie, deux ans, équipe de cinq personnes, deux jours de repos qui se suivent.",
            "Ce que nous demandons : aimer se lever tôt et goûter ce que l’on fait. Ce que nous donnons : un métier, un vrai, et le pain de la maison.",
            "Pour en parler : passez à la boutique après 15 heures, ou écrivez à bonjour@boulangerie-lenoir.example. Merci de faire passer !",
        ),
        "devanture",
    ),
    Idea(
        -3,
        time(17, 30),
        "Le four de 1932",
        (
            "Le four a été bâti en 1932 par le grand-père de Marcel. Il met six heures à chauffer et trois jours à refroidir. C’est lui qui décide de l’heure.",
        ),
        "fournil",
    ),
    Idea(
        -2,
        time(11, 30),
        "La tarte du mercredi",
        (
            "Le mercredi, c’est tarte aux pommes : des reinettes de Saint-Julien, une pâte au beurre, et un peu de patience. Six parts, 14 €.",
        ),
        "tarte",
    ),
    Idea(
        -1,
        time(17, 30),
        "La brioche du dimanche",
        ("La brioche tressée se commande à la boutique, jusqu’à samedi midi. Quatre ou huit personnes.",),
        "brioche",
    ),
    Idea(
        1,
        time(11, 30),
        "Un pain par jour",
        (
            "Lundi on dort, mardi complet, mercredi seigle, jeudi noix, vendredi campagne, samedi tout, dimanche brioche. Découpez et collez sur le réfrigérateur.",
        ),
        "baguettes",
    ),
    Idea(
        4,
        time(17, 30),
        "Pain d’épices de Marcel",
        (
            "Miel de Brière, seigle, cannelle, et une nuit de repos. Le pain d’épices de Marcel est meilleur le troisième jour : nous vous le vendons le deuxième, à vous d’être patients.",
        ),
        "pain-d-epices",
    ),
    Idea(
        7,
        time(8, 0),
        "Samedi à Talensac",
        (
            "Demain matin, nous gardons l’angle près de la fontaine. Si vous voulez une tourte de seigle entière, dites-le aujourd’hui : nous n’en emportons que huit.",
        ),
        "marche",
        short="Demain matin, nous gardons l’angle près de la fontaine. Pour une tourte de seigle entière, dites-le aujourd’hui : nous n’en emportons que huit.",
    ),
    Idea(
        6,
        time(11, 30),
        "Quatre heures du matin",
        (
            "Quatre heures. Inès allume, pèse, frase. Le premier pain sera prêt à six heures et demie, et personne ne saura tout ce qu’il a fallu faire avant.\n\nC’est cela, le métier : quand tout est fini, il ne reste qu’une bonne odeur dans la rue, et des gens qui entrent en disant bonjour. Nous n’échangerions pas notre place.",
        ),
        "fournil",
        short="Quatre heures. Inès allume, pèse, frase. Le premier pain sera prêt à six heures et demie, et personne ne saura tout ce qu’il a fallu faire avant. C’est cela, le métier : à la fin, il ne reste qu’une bonne odeur dans la rue.",
    ),
    Idea(
        13,
        time(17, 30),
        "Croissants du dimanche",
        ("Pour dimanche, pensez à réserver vos croissants : au-delà de vingt, il nous faut la veille.",),
        "croissants",
    ),
    Idea(
        5,
        time(11, 30),
        "D’où vient la farine",
        (
            "Trois farines, trois moulins, tous à moins de quatre-vingts kilomètres. Les noms sont sur le tableau, au-dessus de la caisse : demandez-nous, nous aimons en parler.",
        ),
        "farine",
    ),
    Idea(
        11,
        time(17, 30),
        "La vitrine a changé",
        ("La vitrine a changé de lumière : plus douce, et deux fois moins de courant. Passez nous dire ce que vous en pensez.",),
        "devanture",
    ),
    Idea(
        8,
        time(8, 0),
        "La tourte entière",
        ("Une tourte de seigle entière pèse deux kilos. À deux, c’est dix jours de tartines. À huit, c’est un dîner.",),
        "seigle",
    ),
    Idea(
        14,
        time(11, 30),
        "La tarte des grands jours",
        (
            "Dix parts, vingt-six reinettes. La grande tarte se commande trois jours avant, et elle se partage mieux debout dans la cuisine.",
        ),
        "tarte",
    ),
    Idea(
        -5,
        time(11, 30),
        "Le fournil au petit matin",
        ("Dix secondes de fournil, à l’heure où la rue dort encore. Le reste de la journée sent comme cela. #Nantes",),
        film="petit-matin",
        comment="Le four ouvre à 4 h, la boutique à 7 h.",
    ),
    Idea(
        -7,
        time(17, 30),
        "La tourte de seigle, de la farine au marché",
        (
            "La tourte, du sac de farine à l’étal de Talensac : deux jours de travail en dix secondes. Farine de Couëron, levain de la maison, four à bois.",
        ),
        film="la-tourte",
    ),
    Idea(
        10,
        time(11, 30),
        "Portes ouvertes du fournil",
        (
            "Dimanche en huit, le fournil ouvre ses portes : on pétrit, on façonne, on goûte. De 15 h à 17 h, entrée libre, enfants bienvenus.",
        ),
        "fournil",
        short="Dimanche en huit, le fournil ouvre ses portes, de 15 h à 17 h : on pétrit, on façonne, on goûte. Entrée libre.",
        by_hand=True,
    ),
    Idea(
        -4,
        time(17, 30),
        "Pour le quartier : pain du lundi",
        ("Lundi le fournil est fermé : commandez le pain de garde avant samedi midi, en répondant à ce message. Merci !",),
        "seigle",
        by_hand=True,
    ),
    Idea(0, None, "Merci à nos clients", ("Cette année, vous avez été",), ""),
    Idea(
        0,
        None,
        "Le levain de Louise",
        ("Une cliente nous a demandé comment garder son levain pendant les vacances. Réponse en trois lignes :\n",),
        "farine",
    ),
    Idea(0, None, "Photo de l’équipe", ("Cinq personnes, deux cents kilos de pâte par jour.",), ""),
]
# The network cut the line on this one: nobody can tell whether it is there, and the owner is asked.
DOUBTFUL = "La brioche du dimanche"
LEAVING_SOON = [
    Idea(0, None, "La fournée de la minute", ("Elle sort à l’instant : la tradition est chaude, la boutique est ouverte, et il y en a pour tout le monde. 🥖",), "baguettes"),
    Idea(0, None, "Encore tiède", ("La brioche vient de sortir. Elle ne se coupe pas, elle se déchire.",), "brioche"),
    Idea(0, None, "Le four est ouvert", ("On ouvre la porte du four : c’est le moment où toute la rue sait l’heure qu’il est.",), "fournil"),
]  # fmt: skip
SEASONS = [
    (
        "11-20",
        "12-26",
        Idea(
            2,
            time(17, 30),
            "Bûche châtaigne et poire",
            (
                "Nos bûches sont prêtes ! Cette année, Marcel a choisi la châtaigne d’Ardèche et la poire de Carquefou, roulées chaque matin au fournil. Six ou dix parts, à commander à la boutique. #Nantes #Noël",
            ),
            "buche",
        ),
    ),
    (
        "12-27",
        "01-31",
        Idea(
            2,
            time(17, 30),
            "La première galette",
            ("La galette est là : beurre, amandes, et une fève peinte à la main par Odile. Couronne offerte, royauté non garantie.",),
            "galette",
        ),
    ),
]

# How the bakery speaks, as `parvis.voice` takes it.
VOICE: dict[str, Any] = {
    "trade": "bakery",
    "address": "vous",
    "department": "44",
    "site": "https://boulangerie-lenoir.example",
    "words": ("Lenoir", "Couëron", "fournil", "bûchette", "tourte", "fouace", "kouign-amann", "T65", "T80"),
}

# Where somebody publishes by hand: a network's key ("other": none that Parvis knows), what it is called there, and the page to open.
BY_HAND = ("other", "Groupe du quartier", "WhatsApp : les clients du quartier", "https://web.whatsapp.com/")
# When the shop is open, by weekday (0 is Monday).
_DAY = [(time(7), time(13, 30)), (time(15, 30), time(19, 30))]
HOURS = {1: _DAY, 2: _DAY, 3: _DAY, 4: _DAY, 5: _DAY, 6: [(time(7, 30), time(13))]}
# What it often answers, kept ready; and what it answered in the past week, by what a message is about.
READY = (
    (
        "Allergènes",
        "Bonjour {prenom}, notre fournil travaille la farine de blé toute la journée : nous ne pouvons rien garantir sans gluten.",
    ),
    ("Bûches", "Bonjour {prenom}, nos bûches se commandent jusqu’au 20 décembre, en boutique ou au téléphone."),
    (
        "Horaires",
        "Bonjour {prenom}, nous ouvrons du mardi au samedi de 7 h à 13 h 30 et de 15 h 30 à 19 h 30, le dimanche de 7 h 30 à 13 h.",
    ),
)
ANSWERS = {
    "question": "Bonjour, oui, du mardi au samedi dès 7 h, et le dimanche matin. À bientôt !",
    "complaint": "Bonjour, nous en sommes désolés. Passez nous voir avec votre ticket, nous réparons cela.",
    "praise": "Merci beaucoup, cela fait plaisir à toute l’équipe !",
    "purchase": "Bonjour, avec plaisir : c’est noté, votre commande sera prête au comptoir.",
    "other": "Merci de votre message, à bientôt au fournil !",
}
# What passers-by write, where a network lets them.
COMMENT = {"who": "Camille Dubreuil", "text": "Bonjour, en gardez-vous pour samedi matin ? Nous passons vers 9 h 30."}
MESSAGE = {"who": "Yannick Le Goff", "text": "Bonjour, faites-vous des bûches sans gluten pour huit personnes, le 24 ? Merci d’avance."}
REVIEW = {"who": "Joëlle Martineau", "stars": 4, "text": "Très bon pain, accueil souriant. Un peu de queue le samedi."}

# The professional to whom the bakery lends some accounts, what both agreed on, and what she has done since.
PROFESSIONAL = ("Maëlle Kerviel", "Maëlle Kerviel, communication de proximité", "maelle@kerviel.example")
LENT = ("instagram", "facebook")
TERMS: dict[str, Any] = {
    "alone": {"posts": "none", "answers": ["praise"]},
    "siret": "73282932000074",
    "posts_a_month": 8,
    "minutes_a_month": 600,
    "price_cents": 48_000,
    "price_per": "month",
    "terms": "Deux photographies par semaine, prises au fournil. Rien le dimanche. Les prix sont dits par Odile, jamais devinés.",
}
OWNED = "La page est bien à mon nom, vérifié avec Odile."
WORK = ((9, 90, "Photographies du petit matin"), (5, 45, "Réponses aux commentaires de la semaine"), (1, 75, "Deux idées pour décembre"))
# The first comes back with a remark, the second waits for the owner's yes. `day` counts from the day on which it is proposed.
PROPOSED = (
    Idea(
        4,
        time(12, 30),
        "Le marché de Talensac",
        ("Samedi, nous sommes à Talensac dès 8 h, à l’angle de la fontaine. La tourte de seigle sera à 6 € le kilo.",),
        "marche",
    ),
    Idea(
        4,
        time(11, 30),
        "Le pain d’épices est de retour",
        (
            "Le pain d’épices est de retour au comptoir : miel de sarrasin, orange confite, et six semaines de repos pour la pâte mère. Il se garde jusqu’à Noël… en théorie.",
        ),
        "pain-d-epices",
    ),
)
REMARK = "Le prix du seigle change le 1er : demandez à Odile avant d’en écrire un."
CHANGES = "Belle photo. Sans le prix, s’il vous plaît : il change le mois prochain."
