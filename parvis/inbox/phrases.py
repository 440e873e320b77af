"""Phrases of a table met in a message: its words as people meant them, and what the table says of them.

The table is `cues.txt`, one part a label: `2: phrase, phrase` gives phrases of weight 2. In a phrase, `word*` is every word that
begins so and `*ez` every word that ends so, `#` a number, `…` up to four other words, `<class>` any word of that class, `<past>` a
participle, `^` the beginning of a sentence (after « bonjour »), `$` its end. The loudest phrases that do not touch are counted; one of
weight 0 silences what it covers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from parvis.networks.codes.reading import folded

_CUES = Path(__file__).with_name("cues.txt")
_GAP = 4
_ENDS = frozenset(".?!")
_TOKEN = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+\.\w+)"
    r"|(?P<link>https?://\S+|www\.\S+|\b[a-z0-9][a-z0-9.-]*\.(?:com|net|org|fr|io|ly|xyz|top|shop|help|info|site|online|club|ru|biz)\b(?:/\S*)?)"
    r"|(?P<at>@\w[\w.]*)|(?P<abroad>(?:\+|\b00)(?!33)[1-9][\d .-]{7,})"
    r"|\b(?:dem1|2m1|qq1|bi1|b1|ri1|r1|2main|1re|1er)\b|[a-zœæ]+|[0-9]+|[?!€%]|[^\W\d_]+"
    r"|[\u2600-\u27bf\u2b50\U0001f300-\U0001faff]|\.(?=\s|$|\.)|[…\n]"
)
_SPECIAL = {"mail": "<mail>", "link": "<link>", "abroad": "<abroad>", "at": "@"}
_REPEATED = re.compile(r"([a-z])\1+")
_PLAIN = re.compile(r"[a-z]+")
_PAST = re.compile(r"\w{2}(?:é|É)(?:e|E)?(?:s|S)?$")
_STOPS = frozenset(("est", "etait", "etaient", "ete"))
# How far a phrase reaches, whether it says nothing, how loudly it speaks.
Rank = tuple[int, bool, float]


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign, as the table writes it, and where it stands in the message. `long` has the mark of its plural yet."""

    word: str
    long: str
    start: int
    end: int
    number: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A phrase of the table."""

    parts: tuple[str, ...]
    label: str
    weight: float
    group: str


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase met in a message: the label that it speaks for, how loudly, and the tokens it covers."""

    label: str
    weight: float
    first: int
    last: int


@dataclass(slots=True)
class Table:
    """The phrases by their first two words, or by the first: whole, or by how it begins or ends."""

    pairs: dict[tuple[str, str], list[Cue]] = field(default_factory=dict)
    whole: dict[str, list[Cue]] = field(default_factory=dict)
    begun: dict[str, list[Cue]] = field(default_factory=dict)
    ended: dict[str, list[Cue]] = field(default_factory=dict)
    lengths: tuple[int, ...] = ()

    def near(self, token: Token, following: str) -> Iterator[Cue]:
        """Return the phrases that may begin with this word and the one that follows it."""
        long = token.long
        yield from self.pairs.get((token.word, following), ())
        yield from self.whole.get(token.word, ())
        for length in self.lengths:
            if length > len(long):
                break
            yield from self.begun.get(long[:length], ())
        yield from self.ended.get(long[-2:], ())
        if token.number:
            yield from self.whole.get("#", ())


def tokens_of(text: str) -> list[Token]:
    """Cut a message into words, each as the table writes it."""
    found: list[Token] = []
    numbers, participles = classes()["numbers"].whole, classes()["past"].whole
    pieces = list(_TOKEN.finditer(folded(text)))
    for place, piece in enumerate(pieces):
        kind = piece.lastgroup
        if kind:
            found.append(Token(_SPECIAL[kind], _SPECIAL[kind], piece.start(), piece.end()))
            continue
        following = pieces[place + 1].group() if place + 1 < len(pieces) else ""
        past = bool(_PAST.search(text[piece.start() : piece.end()]))
        said = piece.group()
        # « vous livré », « vs ouvré »: heard as it is said.
        if past and found and found[-1].word == "vous" and said[-1] == "e":
            said, past = f"{said}z", False
        for long in _meant(said, following):
            word = plain(long)
            number = word.isdigit() or word in numbers
            found.append(Token(word, long, piece.start(), piece.end(), number, past or word in participles))
    return found


def _meant(said: str, following: str) -> tuple[str, ...]:
    if said in "…\n.":
        return (".",)
    word = re.sub(r"(.)\1{2,}", r"\1", said).replace("œ", "oe").replace("æ", "ae")
    if word == "c" and following in _STOPS:
        return (word,)
    return written().get(word) or (_REPEATED.sub(r"\1", word),)


def plain(word: str) -> str:
    """Return a word without doubled letters and without the mark of its plural: the slips made most."""
    word = _REPEATED.sub(r"\1", word)
    return word[:-1] if len(word) > 4 and word[-1] == "s" else word


def met(tokens: list[Token]) -> dict[str, list[Found]]:
    """Return the phrases met in a message, of each part of the table in order."""
    best: dict[str, dict[int, dict[str, Rank]]] = {}
    begins, found = _beginnings(tokens), table()
    for place, token in enumerate(tokens):
        for cue in found.near(token, tokens[place + 1].word if place + 1 < len(tokens) else ""):
            if end := _reaches(tokens, place, cue.parts, begins):
                kept = best.setdefault(cue.group, {}).setdefault(place, {})
                rank = (end, not cue.weight, cue.weight)
                kept[cue.label] = max(kept.get(cue.label, rank), rank)
    return {group: list(_apart(places)) for group, places in best.items()}


def _apart(places: dict[int, dict[str, Rank]]) -> Iterator[Found]:
    """Take the loudest phrases that do not touch; one that says nothing silences what it covers and is not louder by being longer."""
    rows = [Found(label, rank[2], place, rank[0]) for place, labels in places.items() for label, rank in labels.items()]
    mute = [one for one in rows if not one.weight]
    said = [one for one in rows if one.weight and not any(_silences(other, one) for other in mute)]
    taken: set[int] = set()
    kept = []
    for one in sorted(said, key=lambda one: (-one.weight, one.first - one.last)):
        if taken.isdisjoint(range(one.first, one.last)):
            taken.update(range(one.first, one.last))
            kept.append(one)
    yield from sorted(kept, key=lambda one: one.first)


def _silences(mute: Found, one: Found) -> bool:
    longer = mute.last - mute.first > one.last - one.first or (mute.label == one.label and mute.first == one.first)
    return mute.first <= one.first and one.last <= mute.last and longer


def _beginnings(tokens: list[Token]) -> set[int]:
    """Return where sentences begin, and what follows a greeting there."""
    begins, open_ = set(), True
    greets = classes()["greet"]
    for place, token in enumerate(tokens):
        if open_:
            begins.add(place)
        open_ = token.word in _ENDS or (open_ and greets.holds(token))
    return begins


def _reaches(tokens: list[Token], place: int, parts: tuple[str, ...], begins: set[int]) -> int:
    """Return where a phrase that begins here ends, or 0."""
    gap = 0
    for part in parts:
        if part == "^":
            if place not in begins:
                return 0
        elif part == "…":
            gap = _GAP
        elif part == "$":
            return place if place == len(tokens) or tokens[place].word in _ENDS else 0
        else:
            place = _next(tokens, place, part, gap)
            if not place:
                return 0
            gap = 0
    return place


def _next(tokens: list[Token], place: int, part: str, gap: int) -> int:
    """Return the place behind the next word that is this part of a phrase, skipping at most so many, or 0."""
    for step, token in enumerate(tokens[place : place + gap + 1], place + 1):
        if is_(token, part):
            return step
        if token.word in _ENDS:
            return 0
    return 0


def is_(token: Token, part: str) -> bool:
    """Tell whether a word is what a part of a phrase names."""
    if part == "#":
        return token.number
    if part == "<past>":
        return token.past
    word = token.word
    if part[-1] == "*":
        return token.long.startswith(part[:-1])
    if part[0] == "*":
        return token.long.endswith(part[1:])
    if part[0] == "<" and part[1:-1] in classes():
        return classes()[part[1:-1]].holds(token)
    return word == part


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a class."""

    whole: frozenset[str]
    begun: tuple[str, ...]

    def holds(self, token: Token) -> bool:
        """Tell whether a word is one of them."""
        return token.word in self.whole or token.long.startswith(self.begun)


# ---- the table is read when the first message is sorted: a house at rest needs none of it


@cache
def classes() -> dict[str, Words]:
    """Return the classes of words by their names."""
    found = {}
    for line in _lines("classes"):
        name, _, rest = line.partition(":")
        words = [_part(word) for word in rest.split()]
        found[name] = Words(frozenset(word for word in words if word[-1] != "*"), tuple(word[:-1] for word in words if word[-1] == "*"))
    return found


@cache
def written() -> dict[str, tuple[str, ...]]:
    """Return what people meant by what they write on a telephone."""
    pairs = (pair.partition("=") for line in _lines("written") for pair in line.split())
    return {name: tuple(_REPEATED.sub(r"\1", word) for word in meant.split("_")) for name, _, meant in pairs}


GROUPS = {"complaint": "mood", "praise": "mood"}
LABELS = ("question", "purchase", "complaint", "praise", "spam", "other", "urgent", "irony", "trouble", "signs")


@cache
def table() -> Table:
    """Return the phrases to look for. Praise and complaint share theirs; the others are looked for apart."""
    made = Table()
    for label in LABELS:
        for cue in _cues(label):
            first, second = (*cue.parts[cue.parts[0] == "^" :], "#")[:2]
            if _PLAIN.fullmatch(first) and _PLAIN.fullmatch(second):
                made.pairs.setdefault((first, second), []).append(cue)
            else:
                _file(made, cue, first)
    made.lengths = tuple(sorted({len(key) for key in made.begun}))
    return made


def _file(made: Table, cue: Cue, first: str) -> None:
    if first[0] == "<" and first[1:-1] in classes():
        words = classes()[first[1:-1]]
        for word in words.whole:
            made.whole.setdefault(word, []).append(cue)
        for word in words.begun:
            made.begun.setdefault(word, []).append(cue)
    elif first[-1] == "*":
        made.begun.setdefault(first[:-1], []).append(cue)
    elif first[0] == "*":
        made.ended.setdefault(first[1:], []).append(cue)
    else:
        made.whole.setdefault(first, []).append(cue)


def _cues(label: str) -> Iterator[Cue]:
    weight = 0.0
    for line in _lines(label):
        head, colon, rest = line.partition(": ")
        heads = bool(colon) and head.strip().replace(".", "").isdigit()
        weight = float(head) if heads else weight
        for phrase in (rest if heads else line).split(","):
            if parts := tuple(_part(part) for part in phrase.split()):
                yield Cue(parts, label, weight, GROUPS.get(label, label))


def _part(part: str) -> str:
    if part[0] == "<" or part[0] == "*":
        return part
    return _REPEATED.sub(r"\1", part) if part[-1] == "*" else plain(part)


def _lines(name: str) -> Iterable[str]:
    """Return the lines of a part of the file, each with what goes on beneath it."""
    part = folded(_CUES.read_text("utf-8")).partition(f"\n[{name}]\n")[2].partition("\n[")[0]
    return [line for line in re.sub(r"\n +", " ", part).splitlines() if line and not line.startswith("# ")]
