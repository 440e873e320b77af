"""What everybody can read, see or hear: also those who listen to a screen reader, and those who watch without sound."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import Token, folded, listed
from parvis.networks.codes.rule import Both, Fix, Hit, Severity, Source, rule

_TAGS = Source("access42.net, accessible hashtags; choblab.com", "https://access42.net/hashtags-accessibles")
_CHOB = Source("choblab.com, writing for every reader", "https://choblab.com")
_ALT = Source("akzent.lu; sightsavers.org; blog.empreintedigitale.fr", "https://blog.empreintedigitale.fr")
_SPOKEN = Source("Ipedis, writing for everyone", "https://blog.ipedis.com")
_LISTS = Source("quatrehistoires.fr, emojis and links", "https://quatrehistoires.fr")

# The words that hashtags of small companies are made of: a hashtag that is nothing but these, in small letters, has several.
_TAG_WORDS = """
accueil achat actu aide amour annee apero appel architecte architecture art artisan artisanal artisanat artiste atelier auto avant apres
avocat bain balade bar beaute beton biere bio bois boisson bonheur bonne bonnes bon bons boucherie bougie boulanger boulangerie boutique
bretagne brunch business cadeau cadeaux cafe campagne camping carrelage cave chambre chantier charpente chef chez chien chocolat cloture
club coeur coiffeur coiffure commerce commercant commercants conseil conseils construction couleur couture createur creation cuisine cuir
culture coulisses dans decoration deco degustation dejeuner developpement design developpement dimanche direct droit durable eau ecole
economie emploi energie enfant enfants entreprendre entrepreneur entrepreneurs entreprise entreprises equipe esprit ete evenement expo
fabrication fabrique facile faire fait famille femme femmes fete fetes fleur fleurs foire fonds formation four france francais francaise
frais fruits fruit galette gastronomie gourmand gourmande gourmandise gite graphique grand grande groupe heure histoire hiver homme hotel
huile idee idees industrie industriel innovation instant jardin jardinage jeu jeune jeunes joie jour journee juridique lait legumes
levain lecture libraire librairie lieu lieux livre livres local locale locaux loire loisirs lumiere lundi macon maconnerie main mains
maison marche mariage marque matin mer meilleur menuisier menuiserie metal metier metiers midi mode monde montagne moment motivation
moulin musique nantes nature neuf noel nouveau nouveaute nouvelle nuit numerique offre ouverture ouvrier paille pain paris parfum passion
patisserie patissier patrimoine paysage paysagiste peinture petit petite petits petites photo pierre piscine plage plaisir plat plomberie
plombier poisson pompe porte portes pratique pret produit produits professionnel projet promo proprete qualite quartier recette recettes
recrutement region rencontre renovation rentree reparation restaurant restaurateur retour route rue sablage saison saint sante savoir
savoirs secret seigle semaine service services social soir soiree soldes soleil solidaire sport spectacle stage style sur sucre table
talents tapissier tarte technique temps terrain terrasse terre terroir theatre toit toiture tourisme tout tous tradition traiteur transport
travail travaux tresor vacances vegetal velo vendanges vente verre verte vie vieux vigne vignes vigneron village ville vin vins vintage
visite vivre voyage voyages vrai weekend zero societe jeux meilleurs concours degustations depannage reseau client clients citron tartes
sport auto moto bebe mamie papa maman rhum meuble meubles bougies savon savons
"""
_LINKING = listed("de des du la le les et en au aux un une d l a pour par sans")
_KNOWN = listed(_TAG_WORDS) | _LINKING
_LONGEST_WORD = max(len(word) for word in _KNOWN)
SHORT_TAG, LONG_TAG = 7, 60


@rule(
    "A01",
    "hashtag-capitals",
    Severity.WARNING,
    says=Both("“%(found)s” has several words: “%(right)s”.", "« %(found)s » contient plusieurs mots : « %(right)s »."),
    why=Both(
        "A screen reader finds the words of a hashtag by their capitals; without them it mumbles, and eyes stumble too. It is found just "
        "as well.",
        "Un lecteur d’écran reconnaît les mots d’un mot-dièse à leurs majuscules ; sans elles il bredouille, et l’œil bute aussi. Le "
        "référencement n’y perd rien.",
    ),
    cure=Both("Begin each word of the hashtag with a capital.", "Commencez chaque mot du mot-dièse par une majuscule."),
    source=_TAGS,
    shared=True,
)
def A01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A hashtag in small letters that is made of several well-known words."""
    for tag in draft.reading.hashtags:
        right = capitals(tag.text[1:])
        if right:
            yield Hit(tag.span, facts={"found": tag.text, "right": f"#{right}"})


def capitals(word: str) -> str:
    """Return a hashtag's words with a capital each, or "" where it has one word, or capitals already, or words nobody knows here."""
    if not SHORT_TAG <= len(word) <= LONG_TAG or not word.islower() or not word.isalpha():
        return ""
    sizes = _pieces(folded(word))
    pieces, at = list[str](), 0
    for size in sizes:
        pieces.append(word[at : at + size])
        at += size
    if len(pieces) < 2 or sum(1 for piece in pieces if folded(piece) not in _LINKING) < 2:
        return ""
    return "".join(piece.capitalize() for piece in pieces)


def _pieces(word: str) -> list[int]:
    """Return the sizes of the known words that a word is made of, as few as can be; empty where it is not."""
    best: list[list[int] | None] = [[]]
    for end in range(1, len(word) + 1):
        ways = [
            [*before, end - start]
            for start in range(max(0, end - _LONGEST_WORD), end)
            if (before := best[start]) is not None and word[start:end] in _KNOWN
        ]
        best.append(min(ways, key=len) if ways else None)
    return best[-1] or []


@rule(
    "A02",
    "hashtags-last",
    Severity.TIP,
    says=Both("A hashtag stands inside a sentence.", "Un mot-dièse est au milieu d’une phrase."),
    why=Both(
        "Each # is read aloud: in the middle of a sentence it cuts the thread.",
        "Chaque # est lu à voix haute : au milieu d’une phrase, il coupe le fil.",
    ),
    cure=Both("Put the hashtags together at the end.", "Regroupez les mots-dièse à la fin."),
    source=_CHOB,
    limits={"most": 0},
    shared=True,
)
def A02(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Hashtags after which the sentence goes on."""
    if not draft.reading.hashtags:
        return
    inside = [tag for tag in draft.reading.hashtags if _goes_on(draft.reading.masked, tag)]
    if len(inside) > limits["most"]:
        yield Hit(inside[0].span)


_ON = regex.compile(r"[ \u00a0\u202f,]++\p{Ll}")


def _goes_on(text: str, tag: Token) -> bool:
    return _ON.match(text, tag.end) is not None


@rule(
    "A03",
    "alt-missing",
    Severity.WARNING,
    says=Both("A picture without a description.", "Une image sans description."),
    why=Both(
        "Who does not see the picture hears its description, or nothing. It is also shown where a picture does not load.",
        "Qui ne voit pas l’image entend sa description, ou rien. Elle s’affiche aussi quand l’image ne se charge pas.",
    ),
    cure=Both("Say in a sentence what the picture shows.", "Dites en une phrase ce que montre l’image."),
    source=_ALT,
    shared=True,
    hard=True,
)
def A03(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Pictures that are neither described nor said to be decorative."""
    for number, medium in draft.images:
        if not medium.alt.strip() and not medium.decorative:
            yield Hit(medium=number)


_OPENING = regex.compile(
    r"\s*+(?:(?:une?|l’|l')\s*)?(?:image|photo|photographie|picture|photo)\s++(?:de|d’|d'|du|des|of|montrant|showing)\b", regex.IGNORECASE
)
_FILE = regex.compile(
    r"\s*+(?:(?:img|dsc|pxl|photo|image|screenshot|capture)[-_ ]?\d[\w-]*|[\w-]+\.(?:jpe?g|png|webp|heic|gif))\s*+", regex.IGNORECASE
)


@rule(
    "A04",
    "alt-quality",
    Severity.WARNING,
    says=Both("This description can be better.", "Cette description peut être meilleure."),
    why=Both(
        "A screen reader already says “image”; a good description is short and factual, and each network has room for so much.",
        "Le lecteur d’écran annonce déjà « image » ; une bonne description est courte et factuelle, et chaque réseau a sa place limite.",
    ),
    cure=Both("One or two sentences: who, what, where.", "Une ou deux phrases : qui, quoi, où."),
    source=_ALT,
    limits={"advised": 300},
)
def A04(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Descriptions that begin with « image de », are a file's name, or are too long for the network or for a listener."""
    most = draft.spec.images.alt
    for number, medium in draft.images:
        if _FILE.fullmatch(medium.alt):
            yield Hit(medium=number, says=_IS_FILE)
        elif _OPENING.match(medium.alt):
            yield Hit(medium=number, says=_IS_OPENING)
        elif 0 < most < len(medium.alt):
            yield Hit(medium=number, facts={"most": most}, says=_IS_OVER)
        elif len(medium.alt) > limits["advised"]:
            yield Hit(medium=number, facts={"advised": limits["advised"]}, says=_IS_LONG, mild=True)


_IS_FILE = Both("The description is a file’s name.", "La description est un nom de fichier.")
_IS_OPENING = Both("The description begins with “image of”.", "La description commence par « image de » ou « photo de ».")
_IS_OVER = Both(
    "The description is longer than the %(most)s characters this network takes.",
    "La description dépasse les %(most)s caractères que ce réseau accepte.",
)
_IS_LONG = Both("The description is longer than %(advised)s characters.", "La description dépasse %(advised)s caractères.")


@rule(
    "A05",
    "captions",
    Severity.WARNING,
    says=Both("This video has no subtitles.", "Cette vidéo n’a pas de sous-titres."),
    why=Both(
        "Many watch without sound, and some cannot hear it.",
        "Beaucoup regardent sans le son, et certains ne peuvent pas l’entendre.",
    ),
    cure=Both("Add a subtitle file, or subtitles in the picture.", "Ajoutez un fichier de sous-titres, ou des sous-titres dans l’image."),
    source=Source("akzent.lu", "https://akzent.lu"),
    shared=True,
)
def A05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Videos known to have no subtitles; where nobody said, a tip asks."""
    for number, medium in draft.videos:
        if medium.captions is None:
            yield Hit(medium=number, mild=True, says=Both("Has this video subtitles?", "Cette vidéo a-t-elle des sous-titres ?"))
        elif not medium.captions:
            yield Hit(medium=number)


BULLETS = 3


@rule(
    "A06",
    "emoji",
    Severity.WARNING,
    says=Both("%(count)s emojis: more than %(most)s.", "%(count)s émojis : plus de %(most)s."),
    why=Both(
        "Each emoji has a name that is read aloud: a few at the end of a sentence please, many tire.",
        "Chaque émoji a un nom, lu à voix haute : quelques-uns en fin de phrase plaisent, beaucoup fatiguent.",
    ),
    cure=Both("Keep a few, at the end of sentences.", "Gardez-en quelques-uns, en fin de phrase."),
    source=_LISTS,
    limits={"most": 5},
    shared=True,
)
def A06(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Too many emojis, the same one in a row, one inside a sentence, or one before every line."""
    found = draft.reading.emoji
    if not found:
        return
    if len(found) > limits["most"]:
        yield Hit(found[limits["most"]].span, facts={"count": len(found), "most": limits["most"]})
    for one, other, third in zip(found, found[1:], found[2:], strict=False):
        if one.text == other.text == third.text and one.end == other.start and other.end == third.start:
            yield Hit((one.start, third.end), says=Both("The same emoji in a row.", "Le même émoji plusieurs fois de suite."))
            break
    text = draft.text
    heads = [one for one in found if one.start == 0 or text[one.start - 1] == "\n"]
    if len(heads) >= BULLETS:
        yield Hit(heads[0].span, mild=True, says=Both("Emojis stand where a dash would do.", "Des émojis servent de tirets."))
    for one in found:
        if _ON.match(text, one.end) and one.start and text[one.start - 1] not in "\n.!?…:":
            yield Hit(one.span, mild=True, says=Both("An emoji inside a sentence.", "Un émoji au milieu d’une phrase."))
            break


_FANCY_SIGN = r"\U0001D400-\U0001D7FF\u24B6-\u24E9\U0001F130-\U0001F189\uFF10-\uFF19\uFF21-\uFF3A\uFF41-\uFF5A"
_FANCY = regex.compile(rf"[{_FANCY_SIGN}]{{2,}}+(?:[ '’\u0300-\u036f]{{1,3}}[{_FANCY_SIGN}]++)*+")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


@rule(
    "A07",
    "fancy-letters",
    Severity.ERROR,
    says=Both("“%(found)s” is not made of letters.", "« %(found)s » n’est pas écrit avec des lettres."),
    why=Both(
        "These bold or italic signs are mathematical symbols: a screen reader spells them or skips them, and no search finds them.",
        "Ces signes gras ou italiques sont des symboles mathématiques : un lecteur d’écran les épelle ou les saute, et aucune recherche "
        "ne les trouve.",
    ),
    cure=Both("Write with ordinary letters: “%(right)s”.", "Écrivez avec de vraies lettres : « %(right)s »."),
    source=_CHOB,
    shared=True,
    fixes=True,
)
def A07(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Mathematical, circled, squared or full-width letters in the place of letters."""
    if draft.text.isascii():
        return
    fancy = list(_FANCY.finditer(draft.text))
    if not fancy or _CJK.search(draft.text):
        return
    for m in fancy:
        right = _plain(m[0])
        if right != m[0]:
            fix = None if draft.reading.shielded(*m.span()) else Fix(*m.span(), right)
            yield Hit(m.span(), fix=fix, facts={"found": m[0], "right": right})


# Negative circled and squared letters have no letter to fall back on in Unicode: they go by their place.
_DARK = (0x1F150, 0x1F170)


def _plain(text: str) -> str:
    return "".join(_letter(sign) for sign in text)


def _letter(sign: str) -> str:
    for first in _DARK:
        if first <= ord(sign) < first + 26:
            return chr(ord("A") + ord(sign) - first)
    return unicodedata.normalize("NFKC", sign)


_HERE = regex.compile(r"\b(?:cliquez|clique|click) (?:ici|here)\b", regex.IGNORECASE)
_FOLLOWS = (":", "👇", "⬇", "⬇️", "➡", "➡️", "👉", "→", ">")
FEW_WORDS, NEAR = 3, 60


@rule(
    "A09",
    "bare-link",
    Severity.TIP,
    says=Both("Nothing says where this link leads.", "Rien ne dit où mène ce lien."),
    why=Both(
        "An address alone is read letter by letter; people open a link when they know what waits behind it.",
        "Une adresse seule est lue lettre par lettre ; on ouvre un lien quand on sait ce qu’il y a derrière.",
    ),
    cure=Both(
        "Say before the link what it opens: “Book a table: …”.", "Dites avant le lien ce qu’il ouvre : « Réservez votre table : … »."
    ),
    source=_LISTS,
    shared=True,
)
def A09(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """An address alone on its line that nothing announces, or « cliquez ici »."""
    reading = draft.reading
    starts = [word.start for word in reading.words] if reading.urls else []
    for url in reading.urls:
        start = draft.text.rfind("\n", 0, url.start) + 1
        around = bisect_left(starts, url.start) - bisect_left(starts, start)
        before = draft.text[max(0, url.start - NEAR) : url.start].rstrip()
        if around < FEW_WORDS and not before.endswith(_FOLLOWS):
            yield Hit(url.span)
    here = _HERE.search(reading.prose) if "ic" in reading.folded or "here" in reading.folded else None
    if here:
        yield Hit(here.span(), says=Both("“Click here” does not say what is there.", "« Cliquez ici » ne dit pas ce qu’on y trouve."))


ENOUGH_WORDS = 30
LONG_WORD = 6


@rule(
    "A10",
    "long-sentences",
    Severity.TIP,
    says=Both("Sentences of %(mean)s words on average.", "Des phrases de %(mean)s mots en moyenne."),
    why=Both(
        "On a telephone, between two stops of the bus, one reads short sentences.",
        "Sur un téléphone, entre deux arrêts de bus, on lit des phrases courtes.",
    ),
    cure=Both("Cut in two the sentences that hold two ideas.", "Coupez en deux les phrases qui portent deux idées."),
    source=_CHOB,
    limits={"most": 20, "lix": 62},
    shared=True,
)
def A10(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Sentences of more than `most` words on average, or a text whose LIX is above `lix`."""
    words = draft.reading.words
    if len(words) < ENOUGH_WORDS:
        return
    sentences = max(1, _sentences(draft))
    mean = len(words) / sentences
    lix = mean + 100 * sum(1 for word in words if word.end - word.start > LONG_WORD) / len(words)
    if mean > limits["most"]:
        yield Hit(facts={"mean": round(mean)})
    elif lix > limits["lix"]:
        yield Hit(says=Both("Long words in long sentences.", "De longs mots dans de longues phrases."))


def _sentences(draft: Draft) -> int:
    """Count the sentences that hold at least one word."""
    starts = [word.start for word in draft.reading.words]
    count, at = 0, 0
    for sentence in draft.reading.sentences:
        while at < len(starts) and starts[at] < sentence.start:
            at += 1
        count += at < len(starts) and starts[at] < sentence.end
    return count


_BUILD, _OFFICE = frozenset(("construction", "estate")), frozenset(("services", "regulated", "industry", "lawyer", "estate"))
# What the letters mean, and in whose mouth they do: « VAE » is a bicycle in a shop.
_JARGON: Mapping[str, tuple[str, frozenset[str]]] = {
    "RGE": ("reconnu garant de l’environnement", _BUILD),
    "ITE": ("isolation thermique par l’extérieur", _BUILD),
    "PAC": ("pompe à chaleur", _BUILD),
    "CEE": ("certificats d’économies d’énergie", _BUILD),
    "BBC": ("bâtiment basse consommation", _BUILD),
    "PTZ": ("prêt à taux zéro", _BUILD),
    "CCMI": ("contrat de construction de maison individuelle", _BUILD),
    "AMO": ("assistance à maîtrise d’ouvrage", _BUILD),
    "MOE": ("maîtrise d’œuvre", _BUILD),
    "BIM": ("maquette numérique du bâtiment", _BUILD),
    "RSE": ("responsabilité sociétale de l’entreprise", frozenset()),
    "KPI": ("indicateur clé", _OFFICE),
    "ROI": ("retour sur investissement", _OFFICE),
    "SEO": ("référencement naturel", frozenset()),
    "CRM": ("gestion de la relation client", _OFFICE),
    "CSE": ("comité social et économique", _OFFICE),
    "QVT": ("qualité de vie au travail", _OFFICE),
    "GPEC": ("gestion prévisionnelle des emplois", _OFFICE),
    "VAE": ("validation des acquis de l’expérience", frozenset(("services", "regulated"))),
    "CPF": ("compte personnel de formation", frozenset()),
    "OPCO": ("opérateur de compétences", frozenset()),
    "DPO": ("délégué à la protection des données", _OFFICE),
    "LMNP": ("loueur en meublé non professionnel", frozenset()),
    "SCPI": ("société civile de placement immobilier", frozenset()),
    "HACCP": ("maîtrise des dangers sanitaires", frozenset()),
    "DLC": ("date limite de consommation", frozenset()),
    "DDM": ("date de durabilité minimale", frozenset()),
    "MOF": ("Meilleur Ouvrier de France", frozenset()),
    "GMAO": ("gestion de maintenance assistée par ordinateur", frozenset()),
    "DUERP": ("document unique d’évaluation des risques", frozenset()),
    "B2B": ("d’entreprise à entreprise", frozenset()),
}
_JARGON_NAMES = frozenset(folded(name) for name in _JARGON)


@rule(
    "A11",
    "acronym",
    Severity.TIP,
    says=Both(
        "“%(found)s”: say it in full the first time (%(right)s).",
        "« %(found)s » : dites-le en toutes lettres la première fois (%(right)s).",
    ),
    why=Both(
        "Customers do not speak the language of the trade, and do not ask.",
        "Les clients ne parlent pas la langue du métier, et n’osent pas demander.",
    ),
    cure=Both("Write the words, then the letters between brackets.", "Écrivez les mots, puis le sigle entre parenthèses."),
    source=_SPOKEN,
    shared=True,
)
def A11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """The first use of a trade's letters, unless they are explained nearby or are among the company's own words."""
    reading = draft.reading
    if not reading.french or not reading.said(_JARGON_NAMES):
        return
    said: set[str] = set()
    for word in reading.words:
        meaning, trades = _JARGON.get(word.text, ("", frozenset()))
        if not meaning or word.text in said or word.text in draft.profile.words or (trades and draft.profile.trade not in trades):
            continue
        said.add(word.text)
        around = draft.text[max(0, word.start - 1) : word.end + 2]
        if "(" not in around and ")" not in around and folded(meaning.split()[0]) not in reading.word_set:
            yield Hit(word.span, facts={"found": word.text, "right": meaning})


RULES = (A01, A02, A03, A04, A05, A06, A07, A09, A10, A11)
