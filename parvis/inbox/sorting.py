"""What a message is about, by its words: a table of them (`cues.txt`), a little about negations and questions; nothing learnt or fetched.

Every label says which words made it. Irony is only ever a doubt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from parvis.inbox.phrases import Found, Token, classes, met, tokens_of
from parvis.networks.codes.language import told

TOPICS = ("question", "complaint", "praise", "purchase", "spam", "other")
# Longer than any message that somebody types; what comes after says nothing else.
MOST = 3_000
# What only hints at a complaint is shown as its words.
_AS = {"signs": "complaint"}
# How far before a word its denial stands; from which weight a phrase is a form of asking.
_REACH, _FORM = 2, 3
# What a sign counts of a complaint, what they must come to, and what a message that tells at length has beforehand.
_SIGN, _ENOUGH, _LONG, _LENGTH = 0.5, 1, 2, 8
# From which weight a complaint is plain.
_PLAIN = 3
_END = Token(".", ".", 0, 0)
# In a question, what is only said in passing weighs less: « le temps d’attente ».
_STRONG, _PASSING = 5, 0.5
_SCRIPTS = (("\u0600", "\u06ff", "ar"), ("\u0400", "\u04ff", "ru"), ("\u0590", "\u05ff", "he"), ("\u0370", "\u03ff", "el"),
            ("\u3040", "\u30ff", "ja"), ("\u4e00", "\u9fff", "zh"), ("\uac00", "\ud7af", "ko"))  # fmt: skip
_GREETINGS = {
    "thank": "en", "thanks": "en", "helo": "en", "please": "en", "great": "en", "love": "en", "hola": "es", "gracia": "es", "danke": "de",
    "halo": "de", "bite": "de", "grazie": "it", "ciao": "it", "obrigado": "pt", "obrigada": "pt", "bedankt": "nl",
}  # fmt: skip


@dataclass(slots=True)
class Heard:
    """What a message was found to say. `asks` are the places of the words that stand in a question."""

    tokens: list[Token]
    found: dict[str, list[Found]]
    asks: frozenset[int]
    turn: int

    def score(self, *labels: str) -> float:
        """Return how loudly these labels are spoken for."""
        return sum(self.weight(one) for rows in self.found.values() for one in rows if one.label in labels)

    def weight(self, one: Found) -> float:
        """Return what one phrase weighs where it stands."""
        if one.label == "signs":
            return 0.0 if one.first in self.asks else one.weight
        passing = one.label == "complaint" and one.weight < _STRONG and one.first in self.asks
        return one.weight * (1.6 if one.first > self.turn >= 0 else 1) * (_PASSING if passing else 1)


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
    tokens = tokens_of(text)
    found = met(tokens)
    found.setdefault("signs", []).extend(_past(tokens))
    found["mood"] = list(_turned(tokens, found.get("mood", [])))
    turn = max((place for place, token in enumerate(tokens) if classes()["turns"].holds(token)), default=-1)
    asked = [one.first for one in found.get("question", ()) if one.weight >= _FORM]
    return Heard(tokens, found, frozenset(_asking(tokens, asked)), turn)


def _asking(tokens: list[Token], forms: list[int]) -> Iterator[int]:
    """Return the places of the words that stand in a question: by its mark, or by one of these places where a form of asking stands."""
    since = 0
    for place, token in enumerate([*tokens, _END]):
        if token.word in ".?!":
            if token.word == "?" or any(since <= form < place for form in forms):
                yield from range(since, place + 1)
            since = place + 1


def _past(tokens: list[Token]) -> Iterator[Found]:
    """Return the participles: what has been done to somebody is told with them."""
    return (Found("signs", 0.8, place, place + 1) for place, token in enumerate(tokens) if token.past)


def _turned(tokens: list[Token], rows: Iterable[Found]) -> Iterator[Found]:
    """Turn praise that is denied into a complaint, and the other way round where that is praise: « pas déçu », not « pas remboursé »."""
    free = 0
    for one in rows:
        first = tokens[one.first]
        if one.weight >= 2 and not classes()["denies"].holds(first) and _denied(tokens[max(free, one.first - _REACH) : one.first]):
            yield _contrary(one) if one.label == "praise" or classes()["denied"].holds(first) else one
        else:
            yield one
        free = one.last


def _denied(before: list[Token]) -> bool:
    return any(classes()["denies"].holds(token) for token in before) and all(token.word != "que" for token in before)


def _contrary(one: Found) -> Found:
    return Found("praise" if one.label == "complaint" else "complaint", one.weight * 0.8, max(0, one.first - 1), one.last)


def _ironic(heard: Heard) -> bool:
    """Doubt praise that stands beside a fact nobody praises, without a « mais » between them."""
    return heard.score("irony") >= 2 and heard.score("trouble") >= 2 and heard.turn < 0 and not heard.asks


def _topic(heard: Heard, ironic: bool) -> str:
    scores = {topic: heard.score(topic) for topic in TOPICS}
    signs = heard.score("signs")
    if ironic:
        scores["complaint"] += 3 + scores["praise"]
    if scores["spam"] >= 5:
        return "spam"
    return _strong(heard, scores) or _weak(scores, signs + (_LONG if signs and len(heard.tokens) >= _LENGTH else 0))


def _strong(heard: Heard, scores: dict[str, float]) -> str:
    """Return the topic that is spoken for by itself, or nothing."""
    friends = heard.tokens[0].word == "@" if heard.tokens else False
    if (
        scores["other"] >= 4
        and (friends or not heard.asks)
        and scores["other"] > max(scores["complaint"], scores["purchase"], scores["question"], scores["praise"])
    ):
        return "other"
    if scores["complaint"] >= _PLAIN and scores["complaint"] >= scores["praise"] and not scores["complaint"] < 6 <= scores["purchase"]:
        return "complaint"
    if scores["purchase"] >= 4 or (scores["purchase"] >= 3 and heard.asks):
        return "purchase"
    if scores["question"] >= 2 and (heard.asks or scores["question"] > scores["praise"]):
        return "question"
    return ""


def _weak(scores: dict[str, float], signs: float) -> str:
    """Return the topic of a message that only tells: many small signs make a complaint where nothing is praised."""
    told_of = scores["complaint"] + signs * _SIGN
    if told_of >= _ENOUGH and told_of > scores["praise"] and scores["other"] < 3:
        return "complaint"
    best = max(("praise", "other"), key=lambda topic: scores[topic])
    return best if scores[best] >= 2 else "other"


def _why(heard: Heard, labels: Iterable[str]) -> list[dict[str, Any]]:
    """Return the places of the words that made these labels, in order, none within another; signs only where nothing louder stands."""
    wanted, plain = set(labels), heard.score("complaint") >= _PLAIN
    places: dict[str, set[tuple[int, int]]] = {}
    for one in (one for found in heard.found.values() for one in found if one.weight):
        label = _AS.get(one.label, one.label)
        if label in wanted and not (plain and one.label in _AS):
            places.setdefault(label, set()).add((heard.tokens[one.first].start, heard.tokens[one.last - 1].end))
    rows = [(start, end, label) for label, spans in places.items() for start, end in spans if not _within(start, end, spans)]
    return [{"label": label, "start": start, "end": end} for start, end, label in sorted(rows)]


def _within(start: int, end: int, spans: set[tuple[int, int]]) -> bool:
    return any(low <= start and end <= high and (low, high) != (start, end) for low, high in spans)


def _language(text: str, heard: Heard, declared: str) -> str:
    """Return the language of a message: by its alphabet, its small words, its greetings; else what the network says, else French."""
    for low, high, name in _SCRIPTS:
        if sum(low <= sign <= high for sign in text[:200]) * 3 > len(text[:200].strip()):
            return name
    found = told(text, declared[:2] or "fr")
    greeted = next((_GREETINGS[token.word] for token in heard.tokens if token.word in _GREETINGS), "")
    return greeted if greeted and found == (declared[:2] or "fr") and not told(text, "") else found
