"""What several networks' codes look for in the same way: each pack names its own figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

import regex

from parvis.networks.codes.draft import Draft, Medium, Past
from parvis.networks.codes.reading import folded, listed
from parvis.networks.codes.rule import Hit
from parvis.networks.facts import TextRule

DAY = timedelta(days=1)
FAR = 3650
WEEK = timedelta(days=7)


def too_long(draft: Draft) -> Iterator[Hit]:
    """Yield one hit, from the first sign too many to the end, for the first limit of the Spec that the text exceeds.

    Facts: `count` and `most`, in what the limit counts.
    """
    for limit in draft.spec.texts:
        count = limit.count(draft.text)
        if count > limit.most:
            at = _about(limit, draft.text, count)
            yield Hit((at, len(draft.text)), facts={"count": count, "most": limit.most})
            return


ROUNDS = 3


def _about(limit: TextRule, text: str, count: int) -> int:
    """Return about where a text reaches its limit: counting is dear, and the place is only shown."""
    at, reached = len(text), count
    for _ in range(ROUNDS):
        at = max(0, min(len(text), at + (limit.most - reached) * len(text) // count))
        reached = limit.count(text[:at])
        if reached == limit.most:
            break
    return at


def many_hashtags(draft: Draft, most: int) -> Iterator[Hit]:
    """Yield one hit on the first hashtag over `most`. Facts: `count`, `most`."""
    tags = draft.reading.hashtags
    if len(tags) > most:
        yield Hit(tags[most].span, facts={"count": len(tags), "most": most})


def many_mentions(draft: Draft, most: int) -> Iterator[Hit]:
    """Yield one hit on the first mention over `most`. Facts: `count`, `most`."""
    mentions = draft.reading.mentions
    if len(mentions) > most:
        yield Hit(mentions[most].span, facts={"count": len(mentions), "most": most})


def hashtags_among(draft: Draft, names: frozenset[str]) -> Iterator[Hit]:
    """Yield a hit for each hashtag among these (folded, without the sign). Facts: `found`."""
    for tag in draft.reading.hashtags:
        if folded(tag.text[1:]) in names:
            yield Hit(tag.span, facts={"found": tag.text})


def around(draft: Draft, before: timedelta, after: timedelta = timedelta()) -> list[Past]:
    """Return this network's other posts within `before` and `after` of the draft's hour; none where no hour is chosen."""
    at = draft.context.at
    if at is None:
        return []
    return [past for past in draft.context.history.get(draft.network, ()) if at - before <= past.at <= at + after]


def crowded(draft: Draft, *, day: int = 0, week: int = 0) -> Iterator[Hit]:
    """Yield a hit where this post would be one more than `day` in its day, or than `week` in seven days (0: not looked at).

    Facts: `count` (this one included), `most`.
    """
    at = draft.context.at
    if at is None:
        return
    today = 1 + sum(1 for past in draft.context.history.get(draft.network, ()) if past.at.astimezone(at.tzinfo).date() == at.date())
    if day and today > day:
        yield Hit(facts={"count": today, "most": day})
        return
    seven = 1 + len(around(draft, WEEK))
    if week and seven > week:
        yield Hit(facts={"count": seven, "most": week})


def media_over(media: Iterable[tuple[int, Medium]], most_bytes: int) -> Iterator[Hit]:
    """Yield a hit for each medium heavier than that. Facts: `size` and `most`, in MB with a decimal where it matters."""
    for number, medium in media:
        if 0 < most_bytes < medium.size:
            yield Hit(medium=number, facts={"size": megabytes(medium.size), "most": megabytes(most_bytes)})


def megabytes(size: int) -> str:
    """Return a size in MB for a person, with at most one decimal ("4", "2.5")."""
    return f"{size / 1_000_000:.1f}".removesuffix(".0")


def ratio(medium: Medium) -> float:
    """Return width by height; 0 where unknown."""
    return medium.width / medium.height if medium.width and medium.height else 0.0


def ratio_outside(media: Iterable[tuple[int, Medium]], least: float, most: float) -> Iterator[Hit]:
    """Yield a hit for each medium whose width by height is known and outside. A hundredth is forgiven. Facts: `width`, `height`."""
    for number, medium in media:
        shape = ratio(medium)
        if shape and not least - 0.01 <= shape <= most + 0.01:
            yield Hit(medium=number, facts={"width": medium.width, "height": medium.height})


_ASKING = regex.compile(r"\?(?=[\s»\")\]!?]|$)")


def asks(draft: Draft) -> bool:
    """Tell whether the text asks a question (outside addresses)."""
    return "?" in draft.text and _ASKING.search(draft.reading.prose) is not None


_GRAVE = listed(
    "décès décédé décédée obsèques hommage tristesse deuil condoléances disparition disparu disparue fermeture fermé fermée fermés"
)


def grave(draft: Draft) -> bool:
    """Tell whether a text mourns, or closes a door: then nobody asks it for a picture, a question or a hashtag."""
    return draft.reading.said(_GRAVE)


_GREETINGS = listed("bonjour bonsoir salut coucou hello hi hey cher chers chere cheres bienvenue")
GREETING_WORDS = 6


def greeting(draft: Draft) -> bool:
    """Tell whether the first sentence only greets: « Bonjour à tous ! »."""
    words, sentences = draft.reading.words, draft.reading.sentences
    if not words or not sentences or folded(words[0].text) not in _GREETINGS:
        return False
    first = sentences[0]
    return words[0].start < first.end and sum(1 for word in words[: GREETING_WORDS + 1] if word.start < first.end) <= GREETING_WORDS


def late_substance(draft: Draft, visible: int) -> bool:
    """Tell whether the first `visible` characters of a longer text hold fewer than three words (a greeting's words not counted)."""
    if len(draft.text) <= visible:
        return False
    begin = draft.reading.sentences[0].end if greeting(draft) else 0
    return sum(1 for word in draft.reading.words[:40] if begin <= word.start and word.end <= visible and word.end - word.start > 2) < 3


LINK_SHORTENERS = frozenset(
    "bit.ly tinyurl.com t.co ow.ly buff.ly goo.gl is.gd rebrand.ly cutt.ly lnkd.in fb.me urlz.fr shorturl.at tiny.cc rb.gy t.ly".split()  # noqa: SIM905
)
_HOST = regex.compile(r"(?:https?://)?(?:www\.)?([^/?#\s]+)", regex.IGNORECASE)


def host(address: str) -> str:
    """Return the host of an address, in small letters and without "www."."""
    found = _HOST.match(address)
    return found[1].lower() if found else ""


def shortened(draft: Draft) -> Iterator[Hit]:
    """Yield a hit for each link made short by a service. Facts: `found`."""
    for link in [*draft.reading.urls, *draft.reading.bare_urls]:
        if host(link.text) in LINK_SHORTENERS:
            yield Hit(link.span, facts={"found": host(link.text)})


# A French number as people write it, with spaces, points or dashes between its pairs.
PHONE = regex.compile(r"(?<![\w.,/-])(?:(?:\+|00)33[\s.\u00a0\u202f-]?(?:\(0\))?[1-9]|0[1-9])(?:[\s.\u00a0\u202f-]?\d{2}){4}(?![\w/-])")


def phones(draft: Draft) -> list[tuple[int, int]]:
    """Return where telephone numbers stand, outside addresses."""
    return [m.span() for m in PHONE.finditer(draft.reading.masked)]


_BAIT = regex.compile(
    r"\b(?:(?:lik|aim|partag|comment|tagu|identifi)(?:e|ez|er)|mets|mettez|laisse|laissez|abonne|abonnez)[^.!?\n]{0,30}\b(?:si (?:tu|vous|"
    r"t’|t'|c’est|c'est|on)\b|pour gagner\b|et gagne)|\b(?:like|retweet|rt|follow)\s*(?:&|et|and|\+)\s*(?:rt|retweet|follow|partage|share|"
    r"like)\b|\b(?:rt|like) (?:to win|pour gagner)\b",
    regex.IGNORECASE,
)


def bait(draft: Draft) -> Iterator[Hit]:
    """Yield a hit where people are told to like, share or comment in exchange for nothing said: « like si tu aimes »."""
    found = _BAIT.search(draft.reading.prose)
    if found:
        yield Hit(found.span())
