"""Counting text as networks count it. It measures; it never cuts."""

from __future__ import annotations

import regex

_GRAPHEME = regex.compile(r"\X")
# What a reader and a network both take for an address. Punctuation at its end belongs to the sentence, a bracket to its pair.
_INNER = r"[^\s<>\"«»“”()]"
URL = regex.compile(
    rf"(?<!\w)https?://(?=[\p{{L}}\p{{N}}\[])(?:{_INNER}|\({_INNER}*\))*(?:[^\s<>\"«»“”().,;:!?…\]'’]|\({_INNER}*\))",
    regex.IGNORECASE,
)


def graphemes(text: str) -> int:
    """Count what a reader calls characters: Unicode grapheme clusters (UAX 29)."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def utf8(text: str) -> int:
    """Count bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def with_urls_as(text: str, length: int) -> str:
    """Return `text` with each address replaced by `length` plain letters, for networks that give every address one price."""
    return URL.sub("x" * length, text)
