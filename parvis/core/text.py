"""Counting text as networks count it. It measures; it never cuts."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from parvis.core import late

# \X alone looks back over all the regional indicators before each of them: a line of flags would take for ever.
_GRAPHEME = late.compile(r"\p{RI}\p{RI}[\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*+|\X")
# Signs that are a grapheme each wherever they stand among themselves; only what stands beside others has to be looked at.
_PLAIN = r"\x00-\x0c\x0e-\u02ff\u2010-\u2027\u202f-\u205f\u20a0-\u20bf"
_OTHERS = late.compile(rf"[^{_PLAIN}]++(?:[{_PLAIN}][^{_PLAIN}]++)*+")
# What a reader and a network both take for an address. Punctuation at its end belongs to the sentence, a bracket to its pair.
_INNER = r"[^\s<>\"«»“”()]"
URL = late.compile(
    rf"(?<!\w)https?://(?=[\p{{L}}\p{{N}}\[])(?:{_INNER}|\({_INNER}*\))*(?:[^\s<>\"«»“”().,;:!?…\]'’]|\({_INNER}*\))",
    re.IGNORECASE,
)


@lru_cache(maxsize=8)
def graphemes(text: str) -> int:
    """Count what a reader calls characters: Unicode grapheme clusters (UAX 29). The last texts are remembered: three networks count so."""
    count = len(text)
    for others in _OTHERS.finditer(text):
        near = text[max(0, others.start() - 1) : others.end() + 1]
        count += sum(1 for _ in _GRAPHEME.finditer(near)) - len(near)
    return count


def utf8(text: str) -> int:
    """Count bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def with_urls_as(text: str, length: int) -> str:
    """Return `text` with each address replaced by `length` plain letters, for networks that give every address one price."""
    return URL.sub("x" * length, text)


def utf16(text: str) -> int:
    """Count UTF-16 code units, as scripts in a browser and some mobile networks do."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# Signs that a small markup language reserves; each is sent with a backslash before it.
_RESERVED = late.compile(r"[\\|{}@\[\]()<>#*_~]")


def escaped(text: str) -> int:
    """Count characters once the signs reserved by a markup language of that kind are escaped, as one network's API wants them."""
    return len(text) + len(_RESERVED.findall(text))


# A spreadsheet runs a cell that begins so as a formula: such a cell is given a leading apostrophe, which it hides.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(cell: str) -> str:
    """Return a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_DANGEROUS) else cell


def folded(text: str) -> str:
    """Return text as searches compare it: no capitals, no accents."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
