"""What slips through on the way out: a day that does not go with the hour, what was left in, hours that cannot be, words from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import regex

from parvis.networks.codes.draft import Draft
from parvis.networks.codes.reading import folded, meets
from parvis.networks.codes.rule import Both, Hit, Severity, Source, rule

_OURS = Source("A choice of Parvis, which every company may change")
_QUOTED = regex.compile(r"«[^«»]{0,600}+»|“[^“”]{0,600}+”|\"[^\"\n]{1,600}+\"")
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAY = "|".join(_DAYS)


def _quotes(draft: Draft) -> list[tuple[int, int]]:
    """Return the places where somebody else speaks."""
    return [m.span() for m in _QUOTED.finditer(draft.text)] if any(sign in draft.text for sign in '«“"') else []


_SPACES = str.maketrans("\u00a0\u202f’", "  '")


def _plain(draft: Draft) -> str:
    """Return the text without capitals or accents, with plain spaces, each sign in its place."""
    reading = draft.reading
    return reading.kept("slips", lambda _masked: reading.folded.translate(_SPACES))


def _inside(at: int, places: list[tuple[int, int]]) -> bool:
    return meets(places, at, at + 1)


_HOUR_OF = {"ce matin": (5 * 60, 13 * 60), "ce midi": (5 * 60, 14 * 60), "ce soir": (0, 22 * 60 + 30)}
_THIS = regex.compile(r"(?<!\bdepuis |\bde |\ba |\bd'|\bcomme )\bce (?:matin|midi|soir)\b(?![-'])")
# What is told, and not announced: a past tense near the words (read with its accents: « à table » is no past).
_PARTICIPLE = r"(?:\p{L}{1,20}(?:ée?s?|ie?s?|it|ue?s?|us|ait)|eu|fait|mis|pris|ouvert|offert|découvert)\b"
_TOLD = regex.compile(
    rf"\b(?:ai|as|a|avons|avez|ont|avais|avait|avions|avaient) (?:(?:pas|tous|toutes|bien|déjà|enfin|aussi|même) )?{_PARTICIPLE}"
    r"|\b(?:est|sont|suis|sommes|êtes) (?:\p{L}{1,12} )?(?:arriv|parti|reparti|venu|revenu|pass[ée]|sorti|entr[ée]|rentr|tomb|n[ée]e?s?\b|"
    r"devenu|mont[ée]|descendu|rest[ée]|all[ée]|fini|termin)|\b(?!(?:lait|fait|parfait|trait|souhait|extrait|portrait|retrait|attrait|forfait|"
    r"satisfait)\b)\p{L}{2,20}(?:ait|aient)\b|\b(?:av|ét|fais|all|ven|voul|pouv)ions\b|\bdepuis\b|\bvien(?:s|t|nent) (?:de |d')|"
    r"\bvenons (?:de |d')|\bfut\b"
)
_CHEERS = regex.compile(r"\b(?:merci|bravo|bonne nuit|quelle?s?)\b")
# « Cueillies ce matin », « tout juste sorti du four ce matin ».
_DONE = regex.compile(
    r"\b(?:\p{L}{1,20}ée?s?|cuite?s?|vue?s?|reçue?s?|sortie?s?|partie?s?|prise?s?|mise?s?|cueillie?s?|pétrie?s?|faite?s?|arrivages?|fraîche?s?|"
    r"frais)(?: \p{L}{1,12}){0,3} $"
)
_INVITES = regex.compile(
    r"\b(?:venez|passez|rendez-vous|retrouvez|profitez|reservez|attend|attendons|marche|degustation|ouvert|ouverte|ouverts|ouvrons|"
    r"accueillons|accueille|proposons|propose|sera|serons|jusqu'a|places)\b"
)


@rule(
    "C13",
    "day-and-hour",
    Severity.WARNING,
    says=Both(
        "“%(found)s” does not go with the hour of departure: %(hour)s.", "« %(found)s » ne va pas avec l’heure du départ : %(heure)s."
    ),
    why=Both(
        "A text that was written for one moment and leaves at another misleads whoever reads it.",
        "Un texte écrit pour un moment et parti à un autre trompe ceux qui le lisent.",
    ),
    cure=Both("Change the words or the hour of departure.", "Changez le mot ou l’heure du départ."),
    source=_OURS,
    shared=True,
)
def C13(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Words for a moment that the chosen hour contradicts; what tells the past, or is quoted, is let alone."""
    at = draft.context.at
    if at is None or not draft.reading.french:
        return
    plain, low, quoted = _plain(draft), draft.text.lower().translate(_SPACES), _quotes(draft)
    if len(low) != len(plain):
        low = plain
    for start, end, hit in [*_moments(plain, low, at), *_named_days(plain, at), *_wishes(plain, low, at)]:
        if not draft.reading.shielded(start, end) and not _inside(start, quoted):
            facts = {"found": draft.text[start:end], "hour": f"{at:%H:%M}", "heure": f"{at.hour}\u00a0h\u00a0{at:%M}", **hit.facts}
            yield Hit((start, end), facts=facts, says=hit.says)


Place = tuple[int, int, Hit]
_NOTHING = Hit()


NEAR = 300


def _sentence(plain: str, start: int, end: int) -> str:
    """Return the sentence around a place, to the end of its line and to `NEAR` signs at most."""
    low, high = max(0, start - NEAR), end + NEAR
    first = max(low, *(plain.rfind(sign, low, start) + 1 for sign in ".!?…\n"))
    last = min((found for sign in ".!?…\n" if (found := plain.find(sign, end, high)) >= 0), default=high)
    return plain[first:last]


def _moments(plain: str, low: str, at: datetime) -> Iterator[Place]:
    """Yield « ce matin », « ce midi », « ce soir » where the post leaves too late, or at night before « ce midi »."""
    if "ce m" not in plain and "ce soir" not in plain:
        return
    minute = at.hour * 60 + at.minute
    for m in _THIS.finditer(plain):
        earliest, latest = _HOUR_OF[m[0]]
        late = minute > latest
        if not late and not (m[0] == "ce midi" and minute < earliest):
            continue
        said = _sentence(low, m.start(), m.end())
        told = _TOLD.search(said) or _TOLD.search(low, m.end(), m.end() + 120) or _CHEERS.search(said)
        if not told and not _DONE.search(low, max(0, m.start() - 50), m.start()) and (m[0] != "ce matin" or _INVITES.search(said)):
            yield m.start(), m.end(), _NOTHING


_BY_NAME = regex.compile(
    r"(?<![\p{L}'-])(?P<when>(?:apres-)?demain|aujourd['’ ]hui|hier|avant-hier)(?: (?:matin|midi|soir))?"
    rf"(?P<mark> ?\(|,? c'est(?: le)? |, | )(?P<day>{_WEEKDAY})\b(?! (?:prochain|dernier|suivant|et|ou)\b)"
)
_NEXT_DAY = regex.compile(rf" ?(?:,|et|ou|,? ?a|-|/|&)(?: et| ou)? ?(?:{_WEEKDAY})\b")
_STOPS = regex.compile(r" ?(?:[,.!?…:;)\n]|$|\d)|[ ]1er\b|[ ](?:matin|soir|midi|apres-midi)(?: ?[,.!…:\n]|$)")
_OFFSET = {"demain": 1, "apres-demain": 2, "hier": -1, "avant-hier": -2}
_WRONG_DAY = Both("“%(found)s”, but that day is a %(day)s.", "« %(found)s », or ce jour-là est un %(jour)s.")


def _named_days(plain: str, at: datetime) -> Iterator[Place]:
    """Yield « demain, jeudi » where tomorrow is another day. « Demain, samedi et dimanche » may be a list, and is not judged."""
    if "demain" not in plain and "hier" not in plain and "aujourd" not in plain:
        return
    for m in _BY_NAME.finditer(plain):
        if _NEXT_DAY.match(plain, m.end()):
            continue
        before = plain[max(0, m.start() - NEAR) : m.start()].rstrip(" \u00a0")
        begins = not before or before[-1] in ".!?…\n"
        if m["mark"] == ", " and not begins and not _STOPS.match(plain, m.end()):
            continue
        day = (at + timedelta(days=_OFFSET.get(m["when"], 0))).weekday()
        if _DAYS[day] != m["day"]:
            yield m.start(), m.end(), Hit(facts={"jour": _DAYS[day], "day": _ENGLISH_DAYS[day]}, says=_WRONG_DAY)


_WISH = regex.compile(
    r"(?<!\b(?:un|une|le|la|ce|cette|du|des|cartes?|film|chanson|tres|votre|vos|nos|notre|plus|dire|sa) )\b"
    r"(?:bonne annee|joyeux noel|bon week-?[ ]?end)\b(?! ?\?)|\bsouhait\p{L}{1,6} (?:a tous |a toutes et a tous )?(?:une |un )?(?:tres )?"
    r"(?:bonne annee|joyeux noel|bon week-?[ ]?end)\b(?! ?\?)|\bpassez (?:tous )?un (?:tres )?(?:bon|excellent) week-?[ ]?end\b(?! ?\?)"
)
_OTHER_YEAR = regex.compile(
    r"\b(?:scolaire|universitaire|sportive|lunaire|chinois|chinoise|judiciaire|culturelle|rentree|janvier|vendange|millesime|nouvel an|"
    r"orthodoxe|ascension|pont|ferie|prolonge|pour (?:le|la|les) (?:vin|miel|ble|pommes?|noix|recolte|truffes?|champignons))"
)
DECEMBER, BOXING_DAY, THURSDAY = 12, 26, 3
_WRONG_SEASON = Both("“%(found)s” leaves on %(on)s.", "« %(found)s » part le %(le)s.")
_MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"


def _wishes(plain: str, low: str, at: datetime) -> Iterator[Place]:
    """Yield a wish that leaves out of its season: the year's, Christmas's, the week-end's."""
    if "bonne annee" not in plain and "joyeux noel" not in plain and "week" not in plain:
        return
    if _OTHER_YEAR.search(plain):
        return
    for m in _WISH.finditer(plain):
        said = _sentence(low, m.start(), m.end())
        if "noel" in m[0]:
            right = at.month == DECEMBER
        elif "annee" in m[0]:
            right = at.month == 1 or (at.month == DECEMBER and at.day >= BOXING_DAY)
        else:
            right = at.weekday() >= THURSDAY
        told = regex.search(r"\b(?:avons|avez|ont|ai|a|passé|après|avait|était|depuis)\b", said)
        if not right and not told:
            day = f"{_DAYS[at.weekday()]} {at.day} {_MONTHS.split()[at.month - 1]}"
            yield m.start(), m.end(), Hit(facts={"le": day, "on": f"{_ENGLISH_DAYS[at.weekday()]}, {at:%d/%m}"}, says=_WRONG_SEASON)


_FIELD = (
    r"(?:le |la |l['’]|votre |ton |mon |notre )?(?:pr[ée]nom|nom|entreprise|soci[ée]t[ée]|marque|date|heure|horaires?|lieu|lien|url|"
    r"adresse|t[ée]l[ée]phone|t[ée]l|e-?mail|ville|prix|montant|titre|name|first name|date|place|link|company)"
)
_BRACKETS = regex.compile(
    r"\[ ?(?P<inside>(?:[àa] )?(?:compl[ée]ter|d[ée]finir|ins[ée]rer|renseigner|remplir|pr[ée]ciser)\b[^\]\n]{0,60}|"
    r"(?:ins[ée]re[zr]?|insert)\b[^\]\n]{1,60}|"
    r"(?:ajoute[zr]?|indique[zr]?|mettre|add) (?:le lien|la photo|la date|le prix|l['’]adresse|le nom|"
    r"votre nom|ici|link|your)\b[^\]\n]{0,60}|x{2,}|"
    rf"{_FIELD}(?: (?:de la |de l['’]|du |de |des |d['’]|of )[^\]\n]{{1,40}})?) ?\](?!\()",
    regex.IGNORECASE,
)
# « [DATE] » alone at the start of a line may be a heading of the house; « [NOM] » never is.
_HEADING = regex.compile(r"(?:DATES?|HORAIRES?|LIEU|LIEN|ADRESSE|VILLE|PRIX|MARQUE|ENTREPRISE|SOCI[ÉE]T[ÉE]|TITRE)\b", regex.IGNORECASE)
_BRACES = regex.compile(
    r"\{\{[^{}\n]{1,40}+\}\}|\{(?:pr[ée]nom|nom|date|ville|lien|entreprise|first_?name|name)\}|%%[A-Z_]{3,30}%%|\*\|[A-Z_]{3,30}\|\*|"
    r"<(?:pr[ée]nom|nom|à compléter|date|lien|ville)>",
    regex.IGNORECASE,
)
_BLANKS = regex.compile(
    r"(?<![\w.])[Xx]{2,4}(?:[,.][Xx]{2})?[ \u00a0\u202f]?(?:€|%|euros?\b|h\b)|\bX{2}/X{2}(?:/X{2,4})?|\b0[X\d](?:[ .]X{2}){4}\b|"
    r"\ble XX (?=(?:janv|f[ée]v|mars|avril|mai|juin|juil|ao[ûu]t|sept|oct|nov|d[ée]c))|"
    r"(?<![\w-])(?:FIXME|TODO(?=[ \u00a0]?:)|À COMPLÉTER|A COMPLETER)(?![\w-])"
)
_LOREM = regex.compile(r"\blorem ipsum dolor\b|(?<=^|[.!?\n] ?)lorem ipsum\b")
_PIECE = r"(?:posts?|publications?|legendes?|textes?|accroches?)"
_FOR = r"(?:facebook|instagram|linkedin|x|twitter|google|tiktok|mastodon|bluesky|(?:vos|les|tes) reseaux|votre page|ta page)\b"
_MACHINE = regex.compile(
    r"^\s*+(?:bien sur|certainement|absolument) ?[!,.] ?voici (?:une? |votre |ton |le |la |quelques |trois )"
    r"(?:\p{L}+ )?(?:proposition|version|exemple|post|publication|texte|legende|message|description|annonce|suggestion|idee)[^.!?\n]{0,60}"
    rf"|\bvoici (?:une? |la |ma |votre |deux |trois |quelques )(?:autres? |nouvelles? )?"
    rf"(?:propositions?|versions?|brouillons?|ebauches?) (?:de |du |d')(?:votre |ton |un )?{_PIECE}[^.!?\n]{{0,60}}"
    rf"|\bvoici (?:une? |votre |ton |le |la ){_PIECE} (?:pret|pour {_FOR}|optimis|engageant|"
    r"accrocheu|retravaill|corrig)[^.!?\n]{0,60}"
    r"|\ben tant qu'(?:ia|intelligence artificielle|assistant virtuel|modele de langage)\b(?=,? (?:je|il|j')\b)"
    r"|\ben tant que modele de langage\b"
    r"|\bsouhaitez-vous que je (?:l'adapte|adapte|raccourcisse|modifie|reformule|ajuste|(?:le|la) (?:rende|raccourcisse|modifie))"
    r"[^.!?\n]{0,60}"
    r"|\bas an ai (?:language )?model\b|^\s*+(?:sure|certainly)! here(?:'s| is| are) [^.!?\n]{0,60}|contentreference\[|oaicite|"
    r"\bturn\d+search\d+"
)
_STARS = regex.compile(
    r"(?<![\w*])\*\*(?=[^\s*])[^*\n]{1,200}?(?<=\S)\*\*(?![\w*])|(?<![\w_])__(?=[^\s_])(?=[^_\n]*[ \p{Lu}])[^_\n]{1,200}?(?<=\S)__(?![\w_])"
)
_TITLE = regex.compile(r"^#{1,4} (?=\S)[^\n]{1,60}", regex.MULTILINE)
SHOWN = 60


@rule(
    "C14",
    "left-over",
    Severity.ERROR,
    says=Both("“%(found)s” was left in the text.", "« %(found)s » est resté dans le texte."),
    why=Both(
        "A blank that nobody filled, or the first words of a machine, tell everybody that no one read the post.",
        "Un blanc que personne n’a rempli, ou les premiers mots d’une machine, disent à tous que le post n’a pas été relu.",
    ),
    cure=Both("Fill it in or delete it.", "Remplissez ou supprimez."),
    source=_OURS,
    shared=True,
)
def C14(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Places to fill, notes to oneself, a machine's own words; Markdown, which networks show as signs, is a tip."""
    text, plain, quoted, at = draft.reading.masked, _plain(draft), _quotes(draft), 0
    for start, end in sorted(_left(text, plain, french=draft.reading.french)):
        if start >= at and not _inside(start, quoted) and not draft.reading.shielded(start, end):
            at = end
            yield Hit((start, end), facts={"found": _short(draft.text[start:end])})
    if "**" in text or "__" in text or "# " in text:
        for m in [*_STARS.finditer(text), *_TITLE.finditer(text)]:
            yield Hit(m.span(), facts={"found": _short(m[0])}, says=_SIGNS, mild=True)


_SIGNS = Both("“%(found)s”: networks show these signs as they are.", "« %(found)s » : les réseaux montrent ces signes tels quels.")


def _short(found: str) -> str:
    found = " ".join(found.split())
    return found if len(found) <= SHOWN else f"{found[:SHOWN].rstrip()}…"


def _left(text: str, plain: str, *, french: bool) -> Iterator[tuple[int, int]]:
    if "[" in text:
        for m in _BRACKETS.finditer(text):
            heads = not regex.search(r"\p{L}", text[text.rfind("\n", 0, m.start()) + 1 : m.start()])
            if not (heads and _HEADING.match(m["inside"])) and not regex.search(r"masculin|féminin|commun|propre", m["inside"]):
                yield m.span()
    if any(sign in text for sign in ("{", "<", "%%", "*|")):
        yield from (m.span() for m in _BRACES.finditer(text))
    if "XX" in text or "xx" in text or "TODO" in text or "FIXME" in text or "COMPL" in text or "X " in text:
        yield from (m.span() for m in _BLANKS.finditer(text))
    if "TODO" in text and french:
        yield from (m.span() for m in regex.finditer(r"(?<![\w-])TODO(?=\s*(?:[.,!\n]|$))", text))
    if "lorem" in plain:
        yield from (m.span() for m in _LOREM.finditer(plain))
    if any(sign in plain for sign in ("voici", "en tant qu", "que je", "as an ai", "here", "contentref", "oaicite", "turn")):
        for m in _MACHINE.finditer(plain):
            yield m.start() + len(m[0]) - len(m[0].lstrip()), m.end()


_CLOCK = r"(?P<{0}>\d{{1,2}}) ?h(?: ?(?P<{0}m>[0-5]\d))?(?![\p{{L}}\d])"
_SPAN = regex.compile(rf"(?<![\d:.,/])(?:(?:de |entre ){_CLOCK.format('a')} (?:a|et) |{_CLOCK.format('c')} ?[-–] ?){_CLOCK.format('b')}")
_LATE = regex.compile(r"\b(?:a|de|des|jusqu'a|vers|avant|apres) (?P<h>2[5-9]) ?h(?:\d\d)?(?![\p{L}\d])")
_MINUTES = regex.compile(
    r"(?<![\w.,:/-])(?P<h>\d{1,2})h[6-9]\d(?![\w€])(?! ?(?:€|euros?|km|m\b))|\b(?:a|des|vers) (?P<h>\d{1,2}) h [6-9]\d(?! ?(?:€|\w))"
)
# These count hours, and do not tell one.
_LENGTH = regex.compile(
    r"\b(?:semaine|hebdo|contrat|cdi|cdd|temps|mois|duree|delai|passe|passer|passons|passent|reduit|ramene|gagn|economis|baiss|raccourci|nuit|"
    r"garde|astreinte|lendemain|heures creuses|formation|urgence)"
)
NIGHT_ENDS, EVENING = 9 * 60, 18 * 60
_NUMBER = regex.compile(
    r"(?<![\w.,/+€-])(?<!\d )0[1-79](?P<sep>[ .\u00a0\u202f-])\d{1,3}(?:(?P=sep)\d{1,3}){2,4}(?![\w€%]|[ .,:-]?\d)"
    r"|(?:\b(?:tel|telephone|portable|appelez|appel|sms|au|joignable)|📞|☎️?) ?:? ?\K0[67]\d{7}(?:\d{2})?(?!\d)"
)
_REFERENCE = regex.compile(r"(?:n°|ref\.?|dossier|contrat|siret|siren|compte|commande|lot|carte|loto|tirage|numeros) ?:? ?$")
_WAYS = (
    regex.compile(r"(?<![\w.,:/-])(?:[01]?\d|2[0-4]) ?h(?: ?[0-5]\d)?(?![\p{L}\d])"),
    regex.compile(r"(?:\b(?:a|de|des|vers|jusqu'a|et|entre)|[-–]) ?(?P<way>(?:[01]?\d|2[0-3]):[0-5]\d)(?![\d:])"),
    regex.compile(r"\b(?:a|des|vers|jusqu'a) (?P<way>(?:1?\d|2[0-4]) heures(?: [0-5]\d)?)\b"),
)


@rule(
    "C15",
    "hours",
    Severity.WARNING,
    says=Both("“%(found)s” cannot be.", "« %(found)s » : cette heure n’existe pas."),
    why=Both(
        "A wrong hour or telephone number sends people to a closed door.",
        "Une heure ou un téléphone faux envoie les gens devant une porte.",
    ),
    cure=Both("Check it.", "Vérifiez."),
    source=_OURS,
    shared=True,
)
def C15(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Hours that no clock has, that end before they begin, telephone numbers too short or too long; three ways of writing hours: a tip."""
    if not draft.reading.french or not any(sign.isdigit() for sign in draft.text):
        return
    for start, end, says in sorted(_impossible(_plain(draft)), key=lambda found: found[:2]):
        if not draft.reading.shielded(start, end):
            yield Hit((start, end), facts={"found": draft.text[start:end]}, says=says)
    plain = _plain(draft)
    ways = [next(way.finditer(plain), None) for way in _WAYS]
    if all(ways):
        last = max((way for way in ways if way), key=lambda way: way.start())
        yield Hit(last.span("way") if "way" in last.groupdict() else last.span(), says=_THREE, mild=True)


_THREE = Both("Hours are written in three ways.", "Les heures sont écrites de trois façons.")
_BACKWARDS = Both("“%(found)s” ends before it begins.", "« %(found)s » finit avant de commencer.")
_DIGITS = Both("“%(found)s”: a French number has ten digits.", "« %(found)s » : un numéro français a dix chiffres.")
TEN = 10


def _impossible(plain: str) -> Iterator[tuple[int, int, Both | None]]:
    for m in [*_LATE.finditer(plain), *_MINUTES.finditer(plain)]:
        if m.re is _MINUTES or not _LENGTH.search(_sentence(plain, m.start(), m.end())):
            yield m.start("h"), m.end(), None
    for m in _SPAN.finditer(plain):
        begin = int(m["a"] or m["c"]) * 60 + int(m["am"] or m["cm"] or 0)
        end = int(m["b"]) * 60 + int(m["bm"] or 0)
        night = end < 7 * 60 or (end <= NIGHT_ENDS and begin >= EVENING)
        after = plain[m.end() : m.end() + 14]
        other = night or "du matin" in after or "demain" in after
        if end < begin <= 24 * 60 and not other and not _LENGTH.search(_sentence(plain, m.start(), m.end())):
            yield m.start(), m.end(), _BACKWARDS
    for m in _NUMBER.finditer(plain):
        count = sum(sign.isdigit() for sign in m[0])
        pairs = sum(len(group) == 2 for group in regex.split(r"[ .\u00a0\u202f-]", m[0]))
        # « 06 12 34 56 78 3 rue Haute » is a number and a street.
        street = count > TEN and m["sep"] is not None and not _ENDS.match(plain, m.end())
        numbered = _REFERENCE.search(plain, max(0, m.start() - 14), m.start())
        if abs(count - TEN) == 1 and (pairs > 2 or m["sep"] is None) and not street and not numbered:
            yield m.start(), m.end(), _DIGITS


_ENDS = regex.compile(r"\s*(?:[.,;!?)\n]|$)")
_NO_BIO = frozenset(("facebook", "linkedin", "x", "bluesky", "mastodon", "google_business"))
_BIO = regex.compile(r"\blien (?:est |direct |disponible |unique ){0,2}(?:en|dans|de) (?:la |ma |notre )?bio\b|\bswipe[rz]?\b")
_REPOST = regex.compile(
    r"\bretweet(?:ez|er|e|s)?\b|\brt (?:si|apprecies?|svp|pour (?:participer|gagner)|\+|et (?:like|follow|abonne))|"
    r"\b(?:like|follow|suivre|abonne|fav)[^.!?\n]{0,20}?(?:\+|&|\bet) ?rt\b"
)


@rule(
    "C16",
    "wrong-place",
    Severity.TIP,
    says=Both("“%(found)s” belongs to another network.", "« %(found)s » est un mot d’un autre réseau."),
    why=Both(
        "Whoever reads it here finds no such button, and sees that the text was made for elsewhere.",
        "Qui le lit ici ne trouve pas ce bouton, et voit que le texte était fait pour ailleurs.",
    ),
    cure=Both(
        "Say it as this network does: put the link itself, ask to share.", "Dites-le comme ici : mettez le lien même, invitez à partager."
    ),
    source=_OURS,
)
def C16(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """« Lien en bio » and « swipez » where nothing of the kind is; « retweetez » anywhere but on X."""
    plain = _plain(draft)
    places: list[tuple[int, int]] = []
    if draft.network in _NO_BIO and draft.form != "document" and ("bio" in plain or "swipe" in plain):
        places += [m.span() for m in _BIO.finditer(plain)]
    if draft.network != "x":
        places += draft.reading.kept("C16", _reposts)
    if places:
        quoted = _quotes(draft)
        for start, end in sorted(places):
            if not _inside(start, quoted) and not draft.reading.shielded(start, end):
                yield Hit((start, end), facts={"found": draft.text[start:end]})


def _reposts(text: str) -> list[tuple[int, int]]:
    return [m.span() for m in _REPOST.finditer(folded(text))]


RULES = (C13, C14, C15, C16)
