"""French typography, as the rules of the Imprimerie nationale have it, kept to what a phone can type and a network can count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import Token, folded, listed
from parvis.networks.codes.rule import Both, Fix, Hit, Severity, Source, rule

NO_BREAK = "\u00a0"
NARROW = "\u202f"
_KEPT = frozenset((NO_BREAK, NARROW))
_USAGE = Source("Rules of the Imprimerie nationale, as flojo.agency, actice.net and unfuturdsaa.fr restate them", "https://actice.net")
_WEIGHTS = Source("twitter-text, config/v3.json", "https://github.com/twitter/twitter-text/blob/master/config/v3.json")
_SPOKEN = Source("Ipedis, writing for everyone", "https://blog.ipedis.com")
_CAPITALS = Source("Office de tourisme, accessible posts", "https://ot-bretagne.ghost.io")

_HIGH = regex.compile(
    r"(?<=[\p{L}\p{N}%€$°²³)\]»”\"’'])(?P<space>[ \t\u00a0\u202f\u2009]*+)(?P<sign>[!?]++(?=[\s»”\"’')\]\p{So}]|$)|;(?=\s|$)|:(?=[\s«]|$))"
)
# « Yahoo! et » is a name, « Azerty123! » a password.
LONGEST_NAME = 60
_NAME_OR_CODE = regex.compile(r"(?:\p{Lu}\p{Ll}++(?=![ \u00a0]\p{Ll})|(?=[\p{L}\d]*\p{L})(?=[\p{L}\d]*\d)[\p{L}\d]++)(?=[!?])")
_OPEN = regex.compile(r"«(?P<space>[ \t\u00a0\u202f\u2009]*+)(?=\S)")
_CLOSE = regex.compile(r"(?<=[^\s«])(?P<space>[ \t\u00a0\u202f\u2009]*+)»")
# :blobcat: is a picture on some networks, and « 1;2 » or « 12:30 » are no sentence.
_SHORTCODE = regex.compile(r":[a-z0-9_+-]{2,}+:")


@rule(
    "T01",
    "no-break-spaces",
    Severity.WARNING,
    says=Both("A no-break space is missing next to “%(sign)s”.", "Il manque une espace insécable contre « %(sign)s »."),
    why=Both(
        "French puts a space before : ; ! ? and inside « ». If it may break, the sign can start a line on its own on a phone.",
        "Le français met une espace avant : ; ! ? et à l’intérieur des « ». Si elle est ordinaire, le signe peut se retrouver seul en "
        "début de ligne sur un téléphone.",
    ),
    cure=Both("Put a no-break space there.", "Mettez-y une espace insécable."),
    source=_USAGE,
    fixes=True,
)
def T01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A sign without its space is a warning; with a plain one, which nearly everybody types, a tip."""
    if not draft.reading.french:
        return
    narrow = NO_BREAK if draft.network == "x" else NARROW
    yield from draft.reading.kept(f"T01 {narrow}", lambda text: [_hit(*sign, narrow) for sign in draft.reading.kept("T01", _signs)])


def _hit(start: int, end: int, sign: str, found: str, narrow: str) -> Hit:
    right = NO_BREAK if sign in ":«»" else narrow
    return Hit((start, end), fix=Fix(*_place(start, end, sign, found), right), facts={"sign": sign}, mild=bool(found))


def _place(start: int, end: int, sign: str, found: str) -> tuple[int, int]:
    """Return where the space stands, or should: after an opening sign, before any other."""
    return (start + 1, end) if sign == "«" else (start, start + len(found))


def _signs(text: str) -> list[tuple[int, int, str, str]]:
    """Return (start, end, sign, what spaces it) of each sign that is not held by one no-break space."""
    codes = {m.end() for m in _SHORTCODE.finditer(text)} if ":" in text else set()
    found = [(m.start(), m.end(), m["sign"], m["space"]) for m in _HIGH.finditer(text) if not _excused(text, m, codes)]
    if "«" in text or "»" in text:
        found += [(m.start(), m.end(), "«", m["space"]) for m in _OPEN.finditer(text)]
        found += [(m.start(), m.end(), "»", m["space"]) for m in _CLOSE.finditer(text)]
    return sorted(one for one in found if one[3] not in _KEPT)


def _excused(text: str, m: regex.Match[str], codes: set[int]) -> bool:
    if m["space"]:
        return False
    if m["sign"][0] in "!?":
        near = max(0, m.start() - LONGEST_NAME)
        before = max(text.rfind(blank, near, m.start()) for blank in " \n\u00a0") + 1
        return (before > 0 or near == 0) and _NAME_OR_CODE.match(text, before, m.start() + 3) is not None
    return m["sign"] == ":" and m.end() in codes


@rule(
    "T02",
    "narrow-space-on-x",
    Severity.WARNING,
    says=Both("This narrow no-break space counts two on X.", "Cette espace fine insécable compte double sur X."),
    why=Both(
        "X counts U+202F as two characters and U+00A0 as one, and both hold the sign in its place.",
        "X compte l’espace fine insécable (U+202F) pour deux caractères et l’insécable ordinaire (U+00A0) pour un ; les deux tiennent le "
        "signe à sa place.",
    ),
    cure=Both("Use the ordinary no-break space on X.", "Sur X, employez l’espace insécable ordinaire."),
    source=_WEIGHTS,
    networks=("x",),
    fixes=True,
)
def T02(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Each narrow no-break space of a text for X."""
    at = draft.text.find(NARROW)
    while at >= 0:
        yield Hit((at, at + 1), fix=Fix(at, at + 1, NO_BREAK))
        at = draft.text.find(NARROW, at + 1)


_QUOTED = regex.compile(
    r"(?<=^|[\s(\[\u2014\u2013])(?:\"(?P<a>[^\s\"«»][^\"\n«»]{0,400}?(?<=\S))\"|“(?P<b>[^“”\n«»]{1,400}?)”)(?=$|[\s.,;:!?…)\]])",
    regex.MULTILINE,
)


@rule(
    "T03",
    "french-quotes",
    Severity.TIP,
    says=Both("English quotation marks in a French text.", "Des guillemets anglais dans un texte français."),
    why=Both("In French, what is quoted stands between « and ».", "En français, on cite entre « et »."),
    cure=Both("Use « and », with a no-break space inside.", "Employez « et », avec une espace insécable à l’intérieur."),
    source=_USAGE,
    shared=True,
    fixes=True,
)
def T03(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Straight or English marks around a piece of a French sentence; an inch or a lone mark is left alone."""
    if not draft.reading.french or ('"' not in draft.text and "“" not in draft.text):
        return
    depth, at = 0, 0
    for m in _QUOTED.finditer(draft.text):
        depth += draft.text.count("«", at, m.start()) - draft.text.count("»", at, m.start())
        at = m.start()
        inner = (m["a"] or m["b"]).strip()
        if inner:
            if depth > 0:
                # Inside guillemets the second level is “ ”.
                if m["a"] is None:
                    continue
                right = f"“{inner}”"
            else:
                right = f"«{NO_BREAK}{inner}{NO_BREAK}»"
            yield Hit(m.span(), fix=None if draft.reading.shielded(m.start(), m.end()) else Fix(m.start(), m.end(), right))


_UNIT = regex.compile(
    r"(?<![\p{L}\d.,])(?P<whole>\d{1,3}(?:[\u00a0\u202f. ]\d{3}){1,8}+|\d++)(?:,\d++)?+(?P<space>[ \t]?)"
    r"(?:€|%|°C|k€|M€|kg|m²|(?<=[ \t])euros?)(?![\p{L}\d²/])"
)
_THOUSANDS = regex.compile(r"(?<![\d\p{L}.,/+-])(?<!\d )\d{1,3}(?: \d{3})++(?![ \u00a0.]?\d)")
_TITLE = regex.compile(r"\b(?:MM?\.|Mmes?|Mlles?|Dr|Pr|Me|Mgr)(?P<space> )(?=\p{Lu}\p{Ll})|\b[nN]°(?P<other> )(?=\d)")
_NAME = regex.compile(r"[\p{L}\d'’-]*+")
LONG_NUMBER = 4


@rule(
    "T04",
    "numbers-and-units",
    Severity.TIP,
    says=Both(
        "“%(found)s” may be cut at the end of a line, or is hard to read.", "« %(found)s » peut être coupé en fin de ligne, ou se lit mal."
    ),
    why=Both(
        "A number and its unit, the thousands of a number, a title and its name go together: a no-break space keeps them so.",
        "Un nombre et son unité, les milliers d’un nombre, un titre et son nom vont ensemble : une espace insécable les y tient.",
    ),
    cure=Both("Put a no-break space: 25 €, 25 000 €, 30 %.", "Mettez une espace insécable : 25 €, 25 000 €, 30 %."),
    source=Source("blog-anglais-ifsi, French typography", "https://blog-anglais-ifsi.com"),
    shared=True,
    fixes=True,
)
def T04(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Plain or missing spaces between a number and its unit, in thousands, after a title."""
    reading = draft.reading
    if not reading.french:
        return
    text, taken = reading.masked, set[int]()
    for m in _UNIT.finditer(text):
        whole = _grouped(m["whole"])
        taken.add(m.start())
        if whole != m["whole"]:
            right = whole + text[m.end("whole") : m.start("space")] + NO_BREAK
            yield Hit(m.span(), fix=Fix(m.start(), m.end("space"), right), facts={"found": m[0]})
        else:
            yield _spaced(m.span(), m.span("space"), m[0])
    for m in _THOUSANDS.finditer(text):
        if m.start() in taken:
            continue
        yield Hit(m.span(), fix=Fix(*m.span(), m[0].replace(" ", NO_BREAK)), facts={"found": m[0]})
    for m in _TITLE.finditer(text):
        name = _NAME.match(text, m.end())
        end = name.end() if name else m.end()
        space = m.span("space") if m["space"] else m.span("other")
        yield _spaced((m.start(), end), space, text[m.start() : end])


def _grouped(number: str) -> str:
    """Return a number with a no-break space between its thousands; one of four digits, or with signs of its own, stays as it is."""
    if " " in number or "." in number:
        return number.replace(" ", NO_BREAK).replace(".", NO_BREAK)
    if not number.isdecimal() or len(number) <= LONG_NUMBER:
        return number
    first = len(number) % 3
    return NO_BREAK.join([number[:first]] * bool(first) + [number[n : n + 3] for n in range(first, len(number), 3)])


def _spaced(span: tuple[int, int], space: tuple[int, int], found: str) -> Hit:
    return Hit(span, fix=Fix(*space, NO_BREAK), facts={"found": found})


_BEFORE = regex.compile(r"(?<=[\p{L}\p{N}»)\]%€])[ \u00a0\u202f]++(?P<sign>,(?!\d)|\.(?! ?\.)(?=\s|$|(?!Net\b|Com\b|Fr\b)\p{Lu}\p{Ll}))")
_AFTER = regex.compile(r"(?<=\p{L}\p{L}),(?=\p{L}\p{L})|(?<=\p{Ll}\p{Ll})\.(?=(?!Com\b|Fr\b|Net\b|Org\b|Js\b|Io\b)\p{Lu}\p{Ll})")


@rule(
    "T05",
    "comma-and-point",
    Severity.WARNING,
    says=Both("A comma or a full stop that is badly spaced.", "Une virgule ou un point mal espacé."),
    why=Both(
        "A comma and a full stop stick to the word before them, and a space comes after.",
        "La virgule et le point se collent au mot qui précède, et une espace les suit.",
    ),
    cure=Both("No space before, one after.", "Pas d’espace avant, une après."),
    source=_USAGE,
    shared=True,
    fixes=True,
)
def T05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A space before a comma or a full stop, or none after."""
    text = draft.reading.masked
    for m in _BEFORE.finditer(text):
        after = " " if text[m.end() : m.end() + 1].isalpha() else ""
        yield Hit(m.span(), fix=Fix(*m.span(), m["sign"] + after))
    for m in _AFTER.finditer(text):
        yield Hit(m.span(), fix=Fix(m.end(), m.end(), " "))


_CAPITALS_WITH_ACCENTS = """
Être Êtes Était Étions Étaient État États École Écoles Écouter Écoutez Écrire Écrivez Été Étés Étape Étapes Étude Études Étudiant Étudiante
Étudiants Étudiantes Éclair Éclairs Éclairage Édition Éditions Éditeur Également Église Églises Élection Élections Électricien Électriciens
Électricité Électrique Électriques Élève Élèves Élevage Élégance Élégant Émission Émissions Émotion Émotions Énergie Énergies Énorme Énormes
Épicerie Épiceries Épices Épargne Époque Équipe Équipes Équipement Équipements Équilibre Étoile Étoiles Étonnant Étonnante Étranger
Événement Événements Évènement Évènements Évidemment Éviter Évitez Évolution Écologie Écologique Écologiques Économie Économies Économique
Économiser Économisez Écran Écrans Échange Échanges Échanger Échangez Échantillon Étage Étagère Éthique Étanchéité Épaisseur Éco
Éphémère Établissement Établissements Île Îles Île-de-France Ça Âge Âgé Âme Ôter Èze Évian Écosse Égypte Équateur
"""
_ACCENTED = {word.translate(str.maketrans("ÊÉÎÇÂÔÈ", "EEICAOE")): word for word in _CAPITALS_WITH_ACCENTS.split()}
_LOUD = {"NOEL": "NOËL", "ETE": "ÉTÉ", "EVENEMENT": "ÉVÉNEMENT", "EQUIPE": "ÉQUIPE", "ECOLE": "ÉCOLE"}
# « Ca 80 mg/L » is calcium.
_FIGURE = regex.compile(r"\W*\d")
_PIECE = regex.compile(r"[\p{L}\p{N}]++")
# After these a capital « A » is the preposition; after a past participle it would be the verb.
_FOLLOW = listed("""
bientôt partir vos nos votre notre la l le les tous toutes tout table savoir venir découvrir chaque très demain ce cette cet ces mon ton
son vous nous consommer emporter saisir gagner midi noter quand quoi propos louer vendre base côté peine travers défaut moins plus
occasion tantôt samedi dimanche lundi mardi mercredi jeudi vendredi deux trois quatre tester goûter lire voir écouter réserver
""")
_START_A = regex.compile(r"(?<=^|[.!?…»\n]\s*+|[\p{So}\uFE0F]\s*+)A(?= (?P<next>\p{L}+))", regex.MULTILINE)


@rule(
    "T06",
    "accented-capitals",
    Severity.TIP,
    says=Both("“%(found)s” lacks its accent: “%(right)s”.", "« %(found)s » a perdu son accent : « %(right)s »."),
    why=Both(
        "In French an accent has its full value in spelling, on capitals too: without it a word may be read as another.",
        "En français, l’accent a pleine valeur orthographique, aussi sur les capitales : sans lui un mot peut être lu pour un autre.",
    ),
    cure=Both("Write the accent.", "Écrivez l’accent."),
    source=Source("unfuturdsaa.fr, after the Académie française", "https://unfuturdsaa.fr"),
    shared=True,
    fixes=True,
)
def T06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Well-known words that begin with a capital without its accent. First names are left as their bearer writes them."""
    if not draft.reading.french:
        return
    for word in draft.reading.words:
        if word.text in draft.profile.words or word.text.islower():
            continue
        for piece in _PIECE.finditer(word.text):
            right = _ACCENTED.get(piece[0]) or _LOUD.get(piece[0])
            if right and not (piece[0] == "Ca" and _FIGURE.match(draft.text, word.end)):
                span = word.start + piece.start(), word.start + piece.end()
                yield Hit(span, fix=Fix(*span, right), facts={"found": piece[0], "right": right})
    for m in _START_A.finditer(draft.reading.masked):
        if folded(m["next"]) in _FOLLOW:
            yield Hit(m.span(), fix=Fix(*m.span(), "À"), facts={"found": f"A {m['next']}", "right": f"À {m['next']}"})


_ACRONYMS = """
ADEME AFNOR AFPA ANAH APEC AGEFIPH CAPEB CFDT CHSCT CNAM CNED CNIL CNRS CPAM COFRAC DEEE DGCCRF DIRECCTE DREAL EHPAD ENEDIS ERASMUS
FONGECIF GRDF HACCP HTML HTTP INPI INRAE INSEE INSERM LGBT MAIF MEDEF NASA OPCO ONISEP PACA QUALIBAT QUALIPAC QUALIPV RATP RGPD SACEM
SARL SASU SIREN SIRET SMIC SNCF TEPOS UNESCO UNICEF URSSAF VELUX WIFI IKEA LIDL BPIFRANCE MACIF MATMUT LEGO
"""
ACRONYMS = frozenset(_ACRONYMS.split())
LOUD_WORD = 4


@rule(
    "T07",
    "all-capitals",
    Severity.WARNING,
    says=Both("Several words in capitals.", "Plusieurs mots en capitales."),
    why=Both(
        "Capitals are read more slowly, lose their accents, and sound like shouting; some readers’ software spells them out.",
        "Les capitales se lisent moins vite, perdent leurs accents et donnent l’impression de crier ; certaines synthèses vocales les "
        "épellent.",
    ),
    cure=Both("Write in small letters; put what matters first.", "Écrivez en minuscules ; mettez l’important au début."),
    source=_CAPITALS,
    limits={"most": 1},
    shared=True,
)
def T07(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A run of more than `most` words of four letters or more, acronyms and the company's own words excepted."""
    own = {word.upper() for word in draft.profile.words}
    for run in _loud(draft):
        if sum(1 for word in run if _counts(word.text, own)) > limits["most"]:
            yield Hit((run[0].start, run[-1].end))


def _counts(word: str, own: set[str]) -> bool:
    letters = regex.split(r"['’·-]", word)[-1]
    return len(letters) >= LOUD_WORD and letters.isalpha() and word not in ACRONYMS and word not in own


def _loud(draft: Draft) -> Iterator[list[Token]]:
    """Return the runs of words in capitals, each within its line."""
    run: list[Token] = []
    for word in draft.reading.words:
        if run and (not word.text.isupper() or any(sign in "\n,/" for sign in draft.text[run[-1].end : word.start])):
            yield run
            run = []
        if word.text.isupper():
            run.append(word)
    if run:
        yield run


_AGAIN = regex.compile(r"!{2,}+|\?{2,}+|(?=[!?]{3})[!?]*+")


@rule(
    "T08",
    "repeated-punctuation",
    Severity.TIP,
    says=Both("“%(found)s”: one sign is enough.", "« %(found)s » : un seul signe suffit."),
    why=Both(
        "Signs in a row are read out one by one by a screen reader, and Google Business may refuse them.",
        "Les signes répétés sont lus un par un par un lecteur d’écran, et Google Business peut les refuser.",
    ),
    cure=Both("Keep one.", "N’en gardez qu’un."),
    source=_SPOKEN,
    shared=True,
    fixes=True,
)
def T08(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Two or more of the same sign, or three or more mixed; « ?! » stays."""
    for m in _AGAIN.finditer(draft.reading.masked):
        if m[0]:
            kept = "?!" if "?" in m[0] and "!" in m[0] else m[0][0]
            yield Hit(m.span(), fix=Fix(*m.span(), kept), facts={"found": m[0]})


_POINTS = regex.compile(r"(?<![./\\])(?:\.{4,}+|\.\.(?![./\\]))|…[.…]++|(?<=\betc)(?:\.{2,}+|\.?…)")


# « Menu ........ 12 € » is a list of prices.
_LEADER = regex.compile(r"[. ]{0,200}+\d")


@rule(
    "T09",
    "three-points",
    Severity.TIP,
    says=Both(
        "Points of suspension are three, and “etc.” takes one.", "Les points de suspension sont trois, et « etc. » n’en prend qu’un."
    ),
    why=Both("More or fewer than three looks like a slip.", "Plus ou moins de trois points a l’air d’une faute de frappe."),
    cure=Both("Write “…”.", "Écrivez « … »."),
    source=_USAGE,
    shared=True,
    fixes=True,
)
def T09(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Two points, four or more, or points after « etc »."""
    if ".." not in draft.text and "…" not in draft.text:
        return
    text = draft.reading.masked
    for m in _POINTS.finditer(text):
        if _LEADER.match(text, m.end()):
            continue
        yield Hit(m.span(), fix=Fix(*m.span(), "." if text[max(0, m.start() - 3) : m.start()] == "etc" else "…"))


_BLANKS = regex.compile(r"(?<=\S)(?: |\t){2,}+(?=\S)|(?<=\S)[ \t]++(?=\n|$)|\n[ \t]*+\n(?:[ \t]*+\n)++")


@rule(
    "T11",
    "spare-blanks",
    Severity.TIP,
    says=Both("Spaces or empty lines too many.", "Des espaces ou des lignes vides en trop."),
    why=Both(
        "They take room in the visible part of a post, and some networks drop them anyway.",
        "Ils prennent de la place dans la partie visible, et certains réseaux les suppriment de toute façon.",
    ),
    cure=Both("Keep one space, one empty line.", "Gardez une espace, une ligne vide."),
    source=_USAGE,
    shared=True,
    fixes=True,
)
def T11(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Several spaces in a row, spaces at the end of a line, more than one empty line."""
    text = draft.reading.masked
    if "  " not in text and "\t" not in text and " \n" not in text and "\n\n" not in text and not text.endswith(" "):
        return
    for m in _BLANKS.finditer(text):
        right = "\n\n" if m[0].startswith("\n") else " " if m.end() < len(text) and text[m.end()] != "\n" else ""
        yield Hit(m.span(), fix=Fix(*m.span(), right))


RULES = (T01, T02, T03, T04, T05, T06, T07, T08, T09, T11)
