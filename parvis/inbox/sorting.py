"""What a message is about, by its words: a table of them (`cues`), a little about negations and turns, nothing learnt and nothing fetched.

Every label says which words made it. Irony is only ever a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from parvis.inbox.cues import TABLE, WRITTEN
from parvis.networks.codes.language import told
from parvis.networks.codes.reading import folded

TOPICS = ("question", "complaint", "praise", "purchase", "spam", "other")
# Longer than any message that somebody types; what comes after says nothing else.
MOST = 3_000
_TOKEN = re.compile(r"[a-zœæ]+|[0-9]+|[?!€%]|[^\W\d_]+|[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]")
_TRIPLED = re.compile(r"(.)\1{2,}")
_NEGATIONS = frozenset(("pas", "jamais", "plus", "aucun", "aucune", "ni", "sans", "not", "never", "nicht", "no", "non", "peu"))
_TURNS = frozenset(("mais", "dommage", "hormis", "but", "sauf", "malheureusement", "helas"))
_REACH, _GAP = 2, 4
_SCRIPTS = (("\u0600", "\u06ff", "ar"), ("\u0400", "\u04ff", "ru"), ("\u0590", "\u05ff", "he"), ("\u0370", "\u03ff", "el"),
            ("\u3040", "\u30ff", "ja"), ("\u4e00", "\u9fff", "zh"), ("\uac00", "\ud7af", "ko"))  # fmt: skip
_GREETINGS = {
    "thanks": "en", "thank": "en", "hello": "en", "please": "en", "great": "en", "love": "en", "hola": "es", "gracias": "es", "danke": "de",
    "hallo": "de", "bitte": "de", "grazie": "it", "ciao": "it", "obrigado": "pt", "obrigada": "pt", "bedankt": "nl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign, as the table writes it, and where it stands in the message."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of the table."""

    parts: tuple[str, ...]
    label: str
    weight: float


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase met in a message: the label that it speaks for, how loudly, and the tokens it covers."""

    label: str
    weight: float
    first: int
    last: int


@dataclass(slots=True)
class Heard:
    """What a message was found to say."""

    tokens: list[Token]
    found: dict[str, list[Found]] = field(default_factory=dict)

    def score(self, label: str) -> float:
        """Return how loudly a label is spoken for."""
        return sum(one.weight for one in self.found.get(label, ()))


def sort(words: str, language: str = "") -> dict[str, Any]:
    """Return what a message is about, as `Message.sorted` keeps it: {"topic", "urgent", "language"} and the words that say so ("why").

    `why` is a list of {"label", "start", "end"}: places in `words`. "ironic" means that praise may be meant as its contrary.
    """
    text = words[:MOST]
    heard = _listen(text)
    ironic = _ironic(heard)
    topic = _topic(heard, ironic)
    urgent = topic not in ("praise", "spam") and heard.score("urgent") >= 2
    labels = [topic, *(["urgent"] if urgent else []), *(["irony", "trouble"] if ironic else [])]
    said: dict[str, Any] = {"topic": topic, "urgent": urgent, "language": _language(text, heard, language), "why": _why(heard, labels)}
    return said | ({"ironic": True} if ironic else {})


def _listen(text: str) -> Heard:
    tokens = list(_tokens(text))
    return Heard(tokens, {group: list(_met(tokens, group)) for group in _groups()})


def _tokens(text: str) -> Iterator[Token]:
    """Cut a message into words, each as the table writes it."""
    for piece in _TOKEN.finditer(folded(text)):
        word = _TRIPLED.sub(r"\1", piece.group()).replace("œ", "oe").replace("æ", "ae")
        for each in _written().get(word, (word,)):
            yield Token(each, piece.start(), piece.end())


def _met(tokens: list[Token], group: str) -> Iterator[Found]:
    """Find the phrases of one part of the table, the longest first at each word."""
    cues, place, turn = _groups()[group], 0, _last_turn(tokens)
    while place < len(tokens):
        word = tokens[place].word
        near = [*cues.get(word[:2], ()), *(cues.get("#", ()) if word.isdigit() else ())]
        ends = [(end, cue) for cue in near if (end := _reaches(tokens, place, cue.parts))]
        if not ends:
            place += 1
            continue
        end, cue = max(ends, key=lambda one: (one[0], one[1].weight))
        weight = cue.weight * (1.6 if place > turn >= 0 else 1)
        if weight:
            yield _weighed(tokens, Found(cue.label, weight, place, end))
        place = end


def _reaches(tokens: list[Token], place: int, parts: tuple[str, ...]) -> int:
    """Return where a phrase that begins here ends, or 0."""
    gap = 0
    for part in parts:
        if part == "…":
            gap = _GAP
            continue
        for step in range(place, min(place + gap + 1, len(tokens))):
            if _is(tokens[step].word, part):
                place, gap = step + 1, 0
                break
        else:
            return 0
    return place


def _is(word: str, part: str) -> bool:
    if part == "#":
        return word.isdigit()
    return word.startswith(part[:-1]) if part[-1] == "*" else word == part or (len(part) > 3 and word == part + "s")


def _weighed(tokens: list[Token], found: Found) -> Found:
    """Turn praise that is denied into a complaint, and the other way round."""
    if found.label not in ("praise", "complaint") or found.weight < 2:
        return found
    before = {token.word for token in tokens[max(0, found.first - _REACH) : found.first]}
    if before.isdisjoint(_NEGATIONS) or tokens[found.first].word in _NEGATIONS or "que" in before:
        return found
    other = "praise" if found.label == "complaint" else "complaint"
    return Found(other, found.weight * 0.8, max(0, found.first - 1), found.last)


def _last_turn(tokens: list[Token]) -> int:
    """Return where the message turns (« mais… »): what comes after is what was to be said."""
    return max((place for place, token in enumerate(tokens) if token.word in _TURNS), default=-1)


def _ironic(heard: Heard) -> bool:
    """Doubt praise that stands beside a fact nobody praises, without a « mais » between them."""
    return heard.score("irony") >= 2 and heard.score("trouble") >= 2 and _last_turn(heard.tokens) < 0 and not _asks(heard)


def _asks(heard: Heard) -> bool:
    return any(token.word == "?" for token in heard.tokens)


def _topic(heard: Heard, ironic: bool) -> str:
    scores = {topic: _spoken(heard, topic) for topic in TOPICS}
    if ironic:
        scores["complaint"] += 3 + scores["praise"]
    if scores["spam"] >= 5:
        return "spam"
    if scores["complaint"] >= 3 and scores["complaint"] >= scores["praise"]:
        return "complaint"
    if scores["purchase"] >= 4 or (scores["purchase"] >= 3 and _asks(heard)):
        return "purchase"
    if scores["question"] >= 2 and (_asks(heard) or scores["question"] > scores["praise"]):
        return "question"
    best = max(("praise", "other"), key=lambda topic: scores[topic])
    return best if scores[best] >= 2 else "other"


def _spoken(heard: Heard, topic: str) -> float:
    return sum(one.weight for rows in heard.found.values() for one in rows if one.label == topic)


def _why(heard: Heard, labels: Iterable[str]) -> list[dict[str, Any]]:
    """Return the places of the words that made these labels, in order, each once."""
    wanted = set(labels)
    rows = {
        (heard.tokens[one.first].start, heard.tokens[one.last - 1].end, one.label)
        for found in heard.found.values()
        for one in found
        if one.label in wanted
    }
    return [{"label": label, "start": start, "end": end} for start, end, label in sorted(rows)]


def _language(text: str, heard: Heard, declared: str) -> str:
    """Return the language of a message: by its alphabet, its small words, its greetings; else what the network says, else French."""
    for low, high, name in _SCRIPTS:
        if sum(low <= sign <= high for sign in text[:200]) * 3 > len(text[:200].strip()):
            return name
    found = told(text, declared[:2] or "fr")
    greeted = next((_GREETINGS[token.word] for token in heard.tokens if token.word in _GREETINGS), "")
    return greeted if greeted and found == (declared[:2] or "fr") and not told(text, "") else found


# ---- the table, read once


def _cues(label: str, table: str) -> Iterator[Cue]:
    weight = 0.0
    for phrase in re.split(r"[,\n]", table):
        head, colon, rest = phrase.partition(": ")
        heads = bool(colon) and head.strip().isdigit()
        weight = float(head) if heads else weight
        if parts := tuple(folded(rest if heads else phrase).split()):
            yield Cue(parts, label, weight)


def _indexed(labels: Iterable[str]) -> dict[str, list[Cue]]:
    kept: dict[str, list[Cue]] = {}
    for label in labels:
        for cue in _cues(label, TABLE[label]):
            kept.setdefault(cue.parts[0].rstrip("*")[:2], []).append(cue)
    return kept


# The tables are laid out when the first message is sorted: a house at rest needs none of them.
@cache
def _groups() -> dict[str, dict[str, list[Cue]]]:
    """Return the words to look for. Praise and complaint share theirs; the others are looked for apart."""
    alone = {label: _indexed((label,)) for label in TABLE if label not in ("complaint", "praise")}
    return {"mood": _indexed(("complaint", "praise")), **alone}


@cache
def _written() -> dict[str, tuple[str, ...]]:
    pairs = (pair.partition("=") for pair in folded(WRITTEN).split())
    return {name: tuple(meant.split("_")) for name, _, meant in pairs}
