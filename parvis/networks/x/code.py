"""The codes of X: few signs, each of which has its weight."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import ceil

import regex

from parvis.core.weights import weighted
from parvis.networks.codes import shapes
from parvis.networks.codes.draft import Draft
from parvis.networks.codes.rule import Both, Hit, Severity, Source, Unchecked, rule

_HERE = ("x",)
_WEIGHTS = Source("twitter-text, config/v3.json", "https://github.com/twitter/twitter-text/blob/master/config/v3.json")
_BEST = Source("facelift-bbt.com, lengths of posts (08/01/2026)", "https://facelift-bbt.com")
_POSTIZ = Source("Postiz, its X provider", "https://github.com/gitroomhq/postiz-app")
_MEDIA = Source("X, best practices of media", "https://docs.x.com/x-api/media/quickstart/best-practices")
_CLICKS = Source("Metricool, study of 2026, in socialmediatoday.com (09/12/2025)", "https://www.socialmediatoday.com")
_RHYTHM = Source("Metricool 2023; Agorapulse 2022 in strategies.fr", "https://www.strategies.fr")
_CUSTOM = Source("Custom of the network, unconfirmed", verified=False)


@rule(
    "X01",
    "x-too-long",
    Severity.ERROR,
    says=Both("%(count)s signs as X counts them: it takes %(most)s.", "%(count)s signes au compte de X : il en accepte %(most)s."),
    why=Both(
        "X refuses a longer text. It counts 23 for an address, two for an emoji and for some signs.",
        "X refuse un texte plus long. Il compte 23 pour une adresse, deux pour un émoji et pour certains signes.",
    ),
    cure=Both("Shorten it, or go on in a second part.", "Raccourcissez, ou continuez dans une deuxième partie."),
    source=_WEIGHTS,
    networks=_HERE,
    hard=True,
)
def X01(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A text heavier than the limit."""
    yield from shapes.too_long(draft)


# The narrow no-break space has its own rule (T02), and the sign of the euro nothing lighter to stand for it.
_LEFT_ALONE = frozenset("\u202f€")
SHOWN = 4


@rule(
    "X02",
    "x-heavy-signs",
    Severity.WARNING,
    says=Both("These signs count double on X: %(found)s", "Ces signes comptent double sur X : %(found)s"),
    why=Both(
        "X counts most signs for one, and these for two; your text has no room to spare.",
        "X compte la plupart des signes pour un, et ceux-ci pour deux ; or votre texte n’a plus de place.",
    ),
    cure=Both(
        "Write a dash for a bullet or an arrow, a full stop for “…”.",
        "Mettez un tiret à la place d’une puce ou d’une flèche, un point à la place de « … ».",
    ),
    source=_WEIGHTS,
    networks=_HERE,
    limits={"near": 15},
)
def X02(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """Signs of punctuation that count two in a text over the limit; or within `near` of it, as a tip. Letters and emojis are not meant."""
    text, limit = draft.text, draft.spec.texts[0]
    heavy = set() if text.isascii() else {sign for sign in set(text) - _LEFT_ALONE if sign > "\u2000" and _is_heavy(sign)}
    heavy = heavy and heavy - {sign for emoji in draft.reading.emoji for sign in emoji.text}
    count = limit.count(text) if heavy else 0
    if heavy and count > limit.most - limits["near"]:
        found = sorted(heavy, key=text.index)
        named = " ".join(_NAMES.get(sign, sign) for sign in found[:SHOWN])
        at = text.index(found[0])
        yield Hit((at, at + 1), facts={"found": named}, mild=count <= limit.most)


_NAMES = {"\u2028": "U+2028", "\u2029": "U+2029", "\u3000": "U+3000", "\u205f": "U+205F"}


def _is_heavy(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PSZ" and weighted(sign) > 1


@rule(
    "X03",
    "x-length",
    Severity.TIP,
    says=Both("%(count)s signs: there is room for the rest.", "%(count)s signes : il y a la place d’en dire plus."),
    why=Both(
        "One vendor’s figures: on X, posts of 240 to 259 signs do best.",
        "D’après les chiffres d’un éditeur, ce sont les posts de 240 à 259 signes qui marchent le mieux sur X.",
    ),
    cure=Both("Add what is missing: when, where, how much, why.", "Ajoutez ce qui manque : quand, où, combien, pourquoi."),
    source=_BEST,
    networks=_HERE,
    limits={"least": 30},
)
def X03(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A very short text alone: no picture, no address, no question. What lies between that and the best length is left alone."""
    if draft.parts > 1 or draft.media or not draft.reading.words or len(draft.text) >= limits["least"]:
        return
    if not draft.reading.urls and not draft.reading.bare_urls and not draft.reading.mentions and not shapes.asks(draft):
        yield Hit(facts={"count": draft.spec.texts[0].count(draft.text)})


@rule(
    "X04",
    "x-hashtags",
    Severity.TIP,
    says=Both("%(count)s hashtags: on X, one or two are enough.", "%(count)s mots-dièse : sur X, un ou deux suffisent."),
    why=Both("Each takes room, and a heap of them puts people off.", "Chacun prend de la place, et un tas de mots-dièse fait fuir."),
    cure=Both("Keep the one people look for.", "Gardez celui que les gens cherchent."),
    source=_CUSTOM,
    networks=_HERE,
    limits={"most": 2},
)
def X04(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More hashtags than `most`."""
    yield from shapes.many_hashtags(draft, limits["most"])


_CASHTAG = regex.compile(r"(?<![\w$]|\d[ \u00a0\u202f])\$[a-z]{1,6}(?:[._][a-z]{1,2})?(?![\w$])", regex.IGNORECASE)


@rule(
    "X05",
    "x-cashtags",
    Severity.ERROR,
    says=Both("X takes one $ tag a post: “%(found)s” is one too many.", "X n’accepte qu’un mot en $ par post : « %(found)s » est de trop."),
    why=Both(
        "A $ before letters names a share on the stock exchange; X refuses a post with several.",
        "Un $ devant des lettres désigne une action en bourse ; X refuse un post qui en a plusieurs.",
    ),
    cure=Both("Keep one, and write the others without the $.", "Gardez-en un, et écrivez les autres sans le $."),
    source=_POSTIZ,
    networks=_HERE,
)
def X05(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A second share named with a dollar sign."""
    if draft.text.count("$") < 2:
        return
    first = ""
    for m in _CASHTAG.finditer(draft.reading.masked):
        if first and m[0].upper() != first:
            yield Hit(m.span(), facts={"found": m[0]})
            return
        first = m[0].upper()


@rule(
    "X06",
    "x-media",
    Severity.ERROR,
    says=Both("%(count)s pictures: X takes %(most)s.", "%(count)s images : X en accepte %(most)s."),
    why=Both(
        "X takes four pictures of 5 MB, or one video of twenty minutes and 4 GB.",
        "X accepte quatre images de 5 Mo, ou une vidéo de vingt minutes et 4 Go.",
    ),
    cure=Both("Keep the best ones, or go on in a second part.", "Gardez les meilleures, ou continuez dans une deuxième partie."),
    source=_MEDIA,
    networks=_HERE,
    hard=True,
)
def X06(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """Too many pictures or videos, both at once, or one too heavy or too long."""
    if not draft.media:
        return
    images, videos, rule = draft.images, draft.videos, draft.spec.videos
    if len(images) > draft.spec.images.most:
        yield Hit(medium=images[draft.spec.images.most][0], facts={"count": len(images), "most": draft.spec.images.most})
    for hit in shapes.media_over(images, draft.spec.images.bytes):
        yield replace(hit, says=_HEAVY)
    if not videos or rule is None:
        return
    if images:
        yield Hit(medium=videos[0][0], says=_BOTH)
    elif len(videos) > rule.most:
        yield Hit(medium=videos[rule.most][0], facts={"count": len(videos), "most": rule.most}, says=_VIDEOS)
    for hit in shapes.media_over(videos, rule.bytes):
        yield replace(hit, says=_HEAVY)
    for number, medium in videos:
        if 0 < rule.seconds < medium.seconds:
            yield Hit(medium=number, facts={"count": ceil(medium.seconds), "most": int(rule.seconds)}, says=_SECONDS)


_HEAVY = Both("%(size)s MB: X takes %(most)s MB.", "%(size)s Mo : X accepte %(most)s Mo.")
_BOTH = Both("Pictures or a video: not both.", "Des images ou une vidéo : pas les deux.")
_VIDEOS = Both("%(count)s videos: X takes %(most)s.", "%(count)s vidéos : X en accepte %(most)s.")
_SECONDS = Both("%(count)s seconds: X takes videos of %(most)s.", "%(count)s secondes : X accepte des vidéos de %(most)s.")

_OF = regex.compile(r"(?<![\d/.,])(\d{1,2})\s?/(?!\d{2,4}/)|(\d{1,2})\uFE0F?\u20E3")
_LISTED = ("-", "–", "—", "•", "→", "*", "«", "…")


@rule(
    "X08",
    "x-thread",
    Severity.TIP,
    says=Both("This part has no number: “%(found)s”.", "Cette partie n’a pas de numéro : « %(found)s »."),
    why=Both(
        "Each part of a thread is seen alone as well: its number says there is more, and its first words must stand by themselves.",
        "Chaque partie d’un fil se voit aussi toute seule : son numéro dit qu’il y a une suite, et son début doit se comprendre seul.",
    ),
    cure=Both(
        "Number the parts, and begin each with a whole sentence.", "Numérotez les parties, et commencez chacune par une phrase entière."
    ),
    source=_CUSTOM,
    networks=_HERE,
    limits={"parts": 3},
)
def X08(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """A part without its number in a thread of `parts` or more; a part that begins in the middle of a sentence."""
    reading = draft.reading
    if draft.parts < 2 or not reading.words:
        return
    if draft.parts >= limits["parts"] and not _numbered(draft):
        yield Hit(facts={"found": f"{draft.part + 1}/{draft.parts}"})
    word = next((word for word in reading.words if any(sign.isalpha() for sign in word.text)), None)
    if draft.part and word and word.text[0].islower() and not _led(draft, word.start):
        yield Hit(word.span, says=_MIDDLE)


_MIDDLE = Both("This part begins in the middle of a sentence.", "Cette partie commence au milieu d’une phrase.")


def _led(draft: Draft, start: int) -> bool:
    """Tell whether a list's sign, a quotation, an address or a name comes before that place."""
    shields = draft.reading.shields
    return bool(shields and shields[0][0] < start) or any(sign in draft.text[:start] for sign in _LISTED)


def _numbered(draft: Draft) -> bool:
    if draft.part == 0 and "🧵" in draft.text:
        return True
    return any(int(m[1] or m[2]) == draft.part + 1 for m in _OF.finditer(draft.reading.masked))


@rule(
    "X09",
    "x-starts-with-mention",
    Severity.TIP,
    says=Both("The text begins with “%(found)s”.", "Le texte commence par « %(found)s »."),
    why=Both(
        "X takes a text that begins with a name for an answer: it is said to be shown only to those who follow you both.",
        "X prend pour une réponse un texte qui commence par un nom : il ne serait montré qu’à ceux qui vous suivent tous les deux.",
    ),
    cure=Both("Put a word before the name.", "Mettez un mot avant le nom."),
    source=_CUSTOM,
    networks=_HERE,
)
def X09(draft: Draft, _limits: Mapping[str, int]) -> Iterator[Hit]:
    """A mention as the very first thing of a post."""
    if draft.part or "@" not in draft.text:
        return
    start = len(draft.text) - len(draft.text.lstrip())
    mentions = draft.reading.mentions
    if mentions and mentions[0].start == start:
        yield Hit(mentions[0].span, facts={"found": mentions[0].text})


@rule(
    "X10",
    "x-link",
    Severity.TIP,
    says=Both("Hardly anything but a link.", "Presque rien d’autre qu’un lien."),
    why=Both(
        "On X, clicks on links fell by more than a quarter in 2025: most people read only the text.",
        "Sur X, les clics sur les liens ont baissé de plus d’un quart en 2025 : la plupart des gens ne lisent que le texte.",
    ),
    cure=Both("Say in the text what matters; the link is for the rest.", "Dites l’essentiel dans le texte ; le lien sert au reste."),
    source=_CLICKS,
    networks=_HERE,
    limits={"words": 10},
)
def X10(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """An address with fewer than `words` words around it. The last part of a thread may be that."""
    if not draft.part and draft.reading.urls and len(draft.reading.words) < limits["words"]:
        yield Hit(draft.reading.urls[0].span)


@rule(
    "X12",
    "x-rhythm",
    Severity.TIP,
    says=Both("%(count)s posts in seven days: %(most)s are enough.", "%(count)s posts en sept jours : %(most)s suffisent."),
    why=Both(
        "Small accounts publish five to eight a week on X; beyond, it is much work for a small team.",
        "Les petits comptes en publient cinq à huit par semaine sur X ; au-delà, c’est beaucoup de travail pour une petite équipe.",
    ),
    cure=Both("Keep some of them for next week.", "Gardez-en pour la semaine prochaine."),
    source=_RHYTHM,
    networks=_HERE,
    limits={"week": 8},
)
def X12(draft: Draft, limits: Mapping[str, int]) -> Iterator[Hit]:
    """More than `week` posts in seven days."""
    if not draft.part:
        yield from shapes.crowded(draft, week=limits["week"])


RULES = (X01, X02, X03, X04, X05, X06, X08, X09, X10, X12)

UNCHECKED = (
    Unchecked(
        "X07",
        Both("A description for each picture.", "Une description pour chaque image."),
        Both(
            "The common rules A03 and A04 say it, with the length that X takes.",
            "Les règles communes A03 et A04 le disent, avec la longueur que X accepte.",
        ),
    ),
    Unchecked(
        "X11",
        Both("Answer within the hour when something happens.", "Répondre dans l’heure quand il se passe quelque chose."),
        Both(
            "A draft does not show when the news came, nor who asked what.",
            "Un brouillon ne montre ni quand la nouvelle est tombée, ni qui a demandé quoi.",
        ),
    ),
    Unchecked(
        "X13",
        Both(
            "Capitals inside hashtags, and no letters that only look bold.",
            "Des majuscules dans les mots-dièse, et pas de fausses lettres grasses.",
        ),
        Both("The common rules A01 and A07 say it.", "Les règles communes A01 et A07 le disent."),
    ),
    Unchecked(
        "X14",
        Both("X charges for automatic posting.", "X fait payer l’envoi automatique."),
        Both(
            "It is a matter of price, not of text: posts can be copied there by hand.",
            "C’est une question de prix, pas de texte : on peut y copier ses posts à la main.",
        ),
    ),
)
