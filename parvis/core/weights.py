"""Counting text by weight: addresses have one price, emojis another, and signs of distant scripts cost two.

The figures are those of the published configuration v3 of the text library of the network that counts so: ranges of weight one, two for
all else, 23 for an address with or without its scheme, two for an emoji whatever it is made of, after NFC.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from parvis.core import late

if TYPE_CHECKING:
    import regex

ADDRESS = 23
LONGEST = 4096
_ACCENTED = r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0100-\u024f\u0253-\u0254\u0256-\u0257\u0300-\u036f\u1e00-\u1eff"
_PATH = rf"[\p{{Cyrillic}}{_ACCENTED}a-z0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_PAIR = rf"\((?:{_PATH}++|{_PATH}*+\({_PATH}++\){_PATH}*+)\)"
_DOMAIN_SIGN = r"[^\p{P}\p{S}\p{Z}\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2600-\u27bf]|[\-_\u2600-\u27bf]"
_START = late.compile(
    rf"(?<![a-z0-9@＠$#＃])(?P<scheme>https?://)(?P<far>(?:{_DOMAIN_SIGN})++(?:\.(?:{_DOMAIN_SIGN})++)++)"
    rf"|(?<![a-z0-9@＠$#＃\-_./{_ACCENTED}])(?P<near>[\-a-z0-9{_ACCENTED}]++(?:\.[\-a-z0-9{_ACCENTED}]++)++)",
    re.IGNORECASE,
)
_TAIL = late.compile(rf"(?::[0-9]++)?(?P<path>/(?:{_PATH}|{_PAIR})*+)?", re.IGNORECASE)
_QUERY = late.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*+", re.IGNORECASE)
_PATH_ENDS = late.compile(rf"(?:[\p{{Cyrillic}}{_ACCENTED}a-z0-9=_#/+\-]|\))", re.IGNORECASE)
_QUERY_ENDS = late.compile(r"[a-z0-9\-_&=#/]", re.IGNORECASE)
# The network's own short addresses end where their code does.
_SHORT = late.compile(r"https?://t\.co/[a-z0-9]++", re.IGNORECASE)
_GOES_ON = late.compile(r"[0-9a-zA-Z@+\-]")
_HEAVY = late.compile(r"[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_MARKS = late.compile(r"\p{M}{32,}+")
_EMOJI = late.compile(
    r"\p{RI}\p{RI}|[#*0-9]\uFE0F?\u20E3|[©®]\uFE0F"
    r"|(?![©®])\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?[\U000E0020-\U000E007F]*"
    r"(?:\u200D\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?)*"
)


@cache
def tlds() -> frozenset[str]:
    """Return the names of the top-level domains (IANA), in small letters."""
    return frozenset((Path(__file__).parent / "tlds.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=8)
def weighted(text: str) -> int:
    """Return the weight of a text. Source: github.com/twitter/twitter-text, config/v3.json and conformance (Apache-2.0)."""
    text = unicodedata.normalize("NFC", _MARKS.sub(_in_order, text.replace("\r\n", "\n")))
    total, at = 0, 0
    for start, end in _addresses(text):
        total += _signs(text[at:start]) + ADDRESS
        at = end
    return total + _signs(text[at:])


def addresses(text: str) -> list[str]:
    """Return the addresses of the web in a text, with or without a scheme, as the same library finds them."""
    return [text[start:end] for start, end in _addresses(text)]


def _signs(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emojis = _EMOJI.subn("", text)
    return 2 * emojis + len(rest) + len(_HEAVY.findall(rest))


def _in_order(marks: regex.Match[str]) -> str:
    """Put marks in the order that NFC wants: to sort a long run of them it would take the square of their number."""
    pieces, run = list[str](), list[str]()
    for mark in marks[0]:
        if not unicodedata.combining(mark):
            pieces += [*sorted(run, key=unicodedata.combining), mark]
            run = []
        else:
            run.append(mark)
    return "".join([*pieces, *sorted(run, key=unicodedata.combining)])


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    found = _START.search(text) if "." in text else None
    while found is not None:
        end = _domain_end(text, found)
        if end:
            short = _SHORT.match(text, found.start())
            end = short.end() if short else _whole(text, end, bool(found["scheme"]))
            yield found.start(), end
        found = _START.search(text, max(end, found.end()))


def _domain_end(text: str, found: regex.Match[str]) -> int:
    """Return where the domain ends: after its last label that is a top-level domain and is not gone on with. 0: it is none."""
    start, end = found.span("far" if found["scheme"] else "near")
    if end - start > LONGEST:
        return 0
    while end > start:
        head, dot, last = text[start:end].rpartition(".")
        if not dot:
            return 0
        if _is_top(last) and _is_name(head) and not _GOES_ON.match(text, end):
            return end
        end = start + len(head)
    return 0


def _is_top(label: str) -> bool:
    return label.lower() in tlds() or label.lower().startswith("xn--")


def _is_name(head: str) -> bool:
    labels = head.split(".")
    return "_" not in labels[-1] and all(label and label[0] not in "-_" and label[-1] not in "-_" for label in labels)


def _whole(text: str, end: int, schemed: bool) -> int:
    """Return where the address ends, its path and its query included."""
    tail = _TAIL.match(text, end)
    if tail is None:
        return end
    path = tail["path"] or ""
    query = _QUERY.match(text, tail.end()) if schemed or path else None
    stop = tail.end("path") if path else end
    asked = len(_ended(query[0], _QUERY_ENDS)) if query else 0
    if asked:
        return tail.end() + asked
    return stop - len(path) + len(_ended(path, _PATH_ENDS)) if path else stop


def _ended(text: str, ends: regex.Pattern[str]) -> str:
    end = len(text)
    while end and not ends.match(text[end - 1]):
        end -= 1
    return text[:end]
