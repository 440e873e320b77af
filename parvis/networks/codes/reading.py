"""A text read once: its shielded places, words, sentences, tags and signs, each found when first asked for."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from parvis.core import late

if TYPE_CHECKING:
    import regex

from parvis.core.text import URL
from parvis.networks.codes.language import told

# Addresses a person writes without their scheme, mail addresses, and what stands between back-ticks are nobody's to correct.
BARE = late.compile(r"(?<![\w@./-])(?:www\.)?[\p{L}\d]++(?:-++[\p{L}\d]++)*+(?:\.[\p{L}\d-]++)*\.[a-z]{2,12}(?:/[^\s<>«»\"]*)?(?![\w@])")
MAIL = late.compile(r"(?<![\w.+@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
MENTION = late.compile(r"(?<![\w/@.])@[\w](?:[\w.-]*\w)?(?:@[\w-]+(?:\.[\w-]+)+)?")
# Two hashtags that touch are two.
HASHTAG = late.compile(r"(?:(?<![\w&/#])|(?<=(?<![\w&/])[#＃][\w·]{1,60}))[#＃](?=[\w·]*[\p{L}_\d])[\w·]+")
CODE = late.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
EMOJI = late.compile(
    r"(?:\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3|\p{Extended_Pictographic}(?:\uFE0F|"
    r"\p{Emoji_Modifier})?[\U000E0020-\U000E007F]*(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*)"
)
# These have the property and are signs of a text, not pictures.
NO_EMOJI = frozenset("©®™‼⁉ℹ↔↕↖↗↘↙↩↪▪▫▶◀◾◽☑✔✖✳✴❇➡⬅⬆⬇〰〽㊗㊙Ⓜ")
WORD = late.compile(r"[\p{L}\p{M}\p{N}]+(?:['’·-][\p{L}\p{M}\p{N}]+)*")
SENTENCE = late.compile(r"[^.!?…\n]*(?:[.!?…]+(?:[\p{Pf}\p{Pe}\"»\s]*(?=\s|$))?|\n+|$)")
CLOSED_BY = {"«": "»", "“": "”", '"': '"'}
OPENS = late.compile(r"[«“\"]")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text and its place: code points from `start` to `end`, end excluded."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> tuple[int, int]:
        """Its place."""
        return self.start, self.end


def folded(text: str) -> str:
    """Return text without capitals or accents, and with straight apostrophes, of the same length."""
    return text.lower() if text.isascii() else text.translate(_BARE)


def listed(words: str) -> frozenset[str]:
    """Return the words of a list, without capitals or accents, as `Reading.said` and `word_set` have them."""
    return frozenset(folded(words).split())


class _Bare(dict[int, str]):
    """What each sign becomes, found once for those of our alphabets."""

    def __missing__(self, point: int) -> str:
        bare = _bare(chr(point))
        if point < _ALPHABETS:
            self[point] = bare
        return bare


_ALPHABETS = 0x3000
_BARE = _Bare()


def _bare(sign: str) -> str:
    if sign < "\x80":
        return sign.lower()
    if sign == "’":
        return "'"
    first = unicodedata.normalize("NFD", sign)[0].lower()
    return first if len(first) == 1 else sign


def _found(pattern: regex.Pattern[str], text: str) -> list[Token]:
    return [Token(m.start(), m.end(), m[0]) for m in pattern.finditer(text)]


class Reading:
    """A text and what was read in it. `language` is what the person says it is written in; `tongue` what it shows itself to be."""

    def __init__(self, text: str, language: str = "fr") -> None:
        self.text = text
        self.language = language
        self._kept: dict[str, Any] = {}

    @cached_property
    def folded(self) -> str:
        """The text without capitals or accents, each character in its own place."""
        return folded(self.text)

    @cached_property
    def tongue(self) -> str:
        """The language the text is in: "fr", "en", another code, or what was declared where the text is too short to tell."""
        return told(self.prose, self.language)

    @property
    def french(self) -> bool:
        """Tell whether it is to be read as French."""
        return self.tongue == "fr"

    @cached_property
    def urls(self) -> list[Token]:
        """The addresses, with their scheme."""
        return _found(URL, self.text) if "//" in self.text else []

    @cached_property
    def bare_urls(self) -> list[Token]:
        """What looks like an address without its scheme."""
        return self._outside(BARE, self.urls, self.mails) if "." in self.text else []

    @cached_property
    def mails(self) -> list[Token]:
        """The mail addresses."""
        return _found(MAIL, self.text) if "@" in self.text else []

    @cached_property
    def mentions(self) -> list[Token]:
        """The mentions, with their sign."""
        return self._outside(MENTION, self.urls, self.mails) if "@" in self.text else []

    @cached_property
    def hashtags(self) -> list[Token]:
        """The hashtags, with their sign."""
        return self._outside(HASHTAG, self.urls) if "#" in self.text or "＃" in self.text else []

    def _outside(self, pattern: regex.Pattern[str], *taken: list[Token]) -> list[Token]:
        places = [[token.span for token in tokens] for tokens in taken]
        return [t for t in _found(pattern, self.text) if not any(meets(spans, t.start, t.end) for spans in places)]

    @cached_property
    def code(self) -> list[Token]:
        """What stands between back-ticks."""
        return _found(CODE, self.text) if "`" in self.text else []

    @cached_property
    def emoji(self) -> list[Token]:
        """The emojis, each as one whatever it is made of."""
        if self.text.isascii() and "\u20e3" not in self.text:
            return []
        return [t for t in _found(EMOJI, self.text) if t.text not in NO_EMOJI]

    @cached_property
    def shields(self) -> list[tuple[int, int]]:
        """The places that no rule may change, merged and in order: addresses, mentions, hashtags, mails, code."""
        spans = sorted(t.span for t in [*self.urls, *self.bare_urls, *self.mails, *self.mentions, *self.hashtags, *self.code])
        merged: list[tuple[int, int]] = []
        for start, end in spans:
            if merged and start < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.shields]

    def shielded(self, start: int, end: int) -> bool:
        """Tell whether any of the characters from `start` to `end` may not be touched; an empty span may stand at an edge."""
        shields = self.shields
        if not shields:
            return False
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and start < shields[at][1] and (start > shields[at][0] or end > start):
            return True
        return at + 1 < len(shields) and shields[at + 1][0] < end

    @cached_property
    def prose(self) -> str:
        """The text with shielded places made blank, each character in its own place."""
        return self._masked(" ")

    @cached_property
    def masked(self) -> str:
        """The text with each shielded character replaced by one that is neither a letter, nor a space, nor punctuation."""
        return self._masked("\ufffc")

    def kept(self, name: str, find: Callable[[str], Found]) -> Found:
        """Return what `find` found in `masked`, asked once by `name`: for rules that answer each network from the same places."""
        if name not in self._kept:
            self._kept[name] = find(self.masked)
        found: Found = self._kept[name]
        return found

    def _masked(self, sign: str) -> str:
        if not self.shields:
            return self.text
        pieces, at = [], 0
        for start, end in self.shields:
            pieces += [self.text[at:start], sign * (end - start)]
            at = end
        return "".join([*pieces, self.text[at:]])

    @cached_property
    def words(self) -> list[Token]:
        """The words outside the shielded places; an apostrophe, a hyphen or a middle dot inside belongs to the word."""
        return _found(WORD, self.prose)

    @cached_property
    def word_set(self) -> frozenset[str]:
        """The words without capitals or accents, and their pieces around apostrophes: to ask quickly whether one is there."""
        whole = [folded(word.text) for word in self.words]
        return frozenset(whole) | {piece for word in whole if "'" in word for piece in word.split("'")}

    @cached_property
    def sentences(self) -> list[Token]:
        """The sentences, without the spaces around them."""
        found = [Token(t.start, t.end, self.text[t.start : t.end]) for t in _found(SENTENCE, self._masked("x"))]
        return [_trimmed(t) for t in found if t.text.strip()]

    @cached_property
    def lines(self) -> list[Token]:
        """The lines, empty ones too."""
        found, at = [], 0
        for line in self.text.split("\n"):
            found.append(Token(at, at + len(line), line))
            at += len(line) + 1
        return found

    @cached_property
    def quoted(self) -> list[tuple[int, int]]:
        """What is quoted within a line, and the lines of a dialogue."""
        found: list[tuple[int, int]] = []
        for line in self.lines:
            if line.text.startswith(("— ", "– ")):
                found.append(line.span)
                continue
            opens = OPENS.search(line.text)
            last = {sign: line.text.rfind(closing) for sign, closing in CLOSED_BY.items()} if opens else {}
            while opens:
                at = opens.end()
                if at <= last[opens[0]]:
                    at = line.text.index(CLOSED_BY[opens[0]], at) + 1
                    found.append((line.start + opens.start(), line.start + at))
                opens = OPENS.search(line.text, at)
        return found

    def said(self, words: Iterable[str]) -> bool:
        """Tell whether one of these words (without capitals or accents) stands in the text as a word."""
        return not self.word_set.isdisjoint(words)


def _trimmed(token: Token) -> Token:
    left = len(token.text) - len(token.text.lstrip())
    text = token.text.strip()
    return Token(token.start + left, token.start + left + len(text), text)


def meets(spans: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether one of these spans, which are apart and in order, has a character of those from `start` to `end`."""
    at = bisect_left(spans, (end, 0))
    return at > 0 and spans[at - 1][1] > start
