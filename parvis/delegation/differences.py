"""What differs between two versions of a text, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from parvis.core import late

# A word as French writes it: « l’ » and « aujourd’hui » are words, and a sign that stands behind a no-break space goes with that space.
WORD = late.compile(
    r"aujourd[’']hui|\p{L}{1,3}[’'](?=\p{L})|[\p{L}\p{M}\p{N}]+(?:[-.,·][\p{L}\p{M}\p{N}]+)*|[\u00a0\u202f]?[;:!?»%€]+|«[\u00a0\u202f]?|\s+|.",
    re.IGNORECASE | re.DOTALL,
)
SAME, GONE, NEW = "same", "gone", "new"
# Beyond so many words the comparison goes by lines: nobody reads more, and the time of it grows with the square.
MOST_WORDS = 4_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both have (`same`), that only the earlier one has (`gone`), or only the later one (`new`)."""

    kind: str
    text: str


def words(text: str) -> list[str]:
    """Cut a text into words, signs and spaces; joined, they are the text again."""
    return WORD.findall(text)


def differences(before: str, after: str) -> list[Piece]:
    """Return how one text becomes the other, in order; what both have joined is each of the two."""
    one, other = words(before), words(after)
    if len(one) + len(other) > MOST_WORDS:
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_joined(_pieces(one, other)))


def _pieces(one: list[str], other: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(SAME, "".join(one[i1:i2]))
        else:
            yield Piece(GONE, "".join(one[i1:i2]))
            yield Piece(NEW, "".join(other[j1:j2]))


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join what is parted by mere spaces: « deux mots » replaced are one change, not two with a space between them."""
    gone = new = space = ""
    for piece in pieces:
        if piece.kind == SAME and piece.text.isspace() and gone and new and not space:
            space = piece.text
        elif piece.kind == SAME:
            yield from _change(gone, new, space)
            yield Piece(SAME, piece.text)
            gone = new = space = ""
        elif piece.text:
            gone, new, space = gone + space, new + space, ""
            gone, new = (gone + piece.text, new) if piece.kind == GONE else (gone, new + piece.text)
    yield from _change(gone, new, space)


def _change(gone: str, new: str, space: str) -> Iterator[Piece]:
    yield from (Piece(kind, text) for kind, text in ((GONE, gone), (NEW, new), (SAME, space)) if text)
