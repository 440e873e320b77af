"""The French dictionary: whether a word is known, and which known word it was meant to be. Read from the disk, never loaded whole."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import marisa_trie

_FOLDER = Path(__file__).parent / "words"
# What a hand in a hurry leaves out or mistakes, the likeliest first.
_ACCENTS = {
    "a": "àâ", "à": "aâ", "â": "aà", "e": "éèêë", "é": "eèê", "è": "eéê", "ê": "eéè", "ë": "e", "i": "îï", "î": "i", "ï": "i", "o": "ô",
    "ô": "o", "u": "ùûü", "ù": "u", "û": "u", "c": "ç", "ç": "c",
}  # fmt: skip
_LETTERS = "esarintulomdpcévqfbghjàxèyêzçôûâîkwïœùë"


FIRST = 2


@cache
def _dictionary() -> marisa_trie.Trie:
    return marisa_trie.Trie().mmap(str(_FOLDER / "fr.marisa"))


@cache
def _today() -> frozenset[str]:
    return frozenset((_FOLDER / "today.txt").read_text(encoding="utf-8").split())


def known(word: str) -> bool:
    """Tell whether a French word is known, as it is written or in small letters. A word with hyphens is known if its pieces are."""
    return _known(word) or ("-" in word and all(not piece or _known(piece) for piece in word.split("-")))


def _known(word: str) -> bool:
    return word in _dictionary() or word in _today() or word.lower() in _dictionary()


@lru_cache(maxsize=2000)
def meant(word: str) -> str:
    """Return the known word that a word in small letters was meant to be, or "" where none is near or several are as near."""
    for ways in (_accented, _doubled, _swapped, _joined):
        if found := next((near for near in ways(word) if _known(near)), ""):
            return found
    # A letter lost, too many or mistaken: proposed only where the beginning holds and nothing else is as near.
    for ways in (_lost, _spare, _mistaken):
        near = {one for one in ways(word) if _known(one)}
        if near:
            found = near.pop()
            return found if not near and found[:FIRST] == word[:FIRST] else ""
    return ""


def _accented(word: str) -> Iterator[str]:
    for at, letter in enumerate(word):
        for other in _ACCENTS.get(letter, ""):
            once = word[:at] + other + word[at + 1 :]
            yield once
    for at, letter in enumerate(word):
        for other in _ACCENTS.get(letter, "")[:2]:
            once = word[:at] + other + word[at + 1 :]
            for after in range(at + 1, len(word)):
                for second in _ACCENTS.get(word[after], "")[:2]:
                    yield once[:after] + second + once[after + 1 :]
    if "oe" in word:
        yield word.replace("oe", "œ", 1)


def _doubled(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield word[: at + 1] + word[at:]
        if at and word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]


def _swapped(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _joined(word: str) -> Iterator[str]:
    for at in range(3, len(word) - 2):
        yield f"{word[:at]}-{word[at:]}"


def _lost(word: str) -> Iterator[str]:
    for at in range(len(word) + 1):
        yield from (word[:at] + letter + word[at:] for letter in _LETTERS)


def _spare(word: str) -> Iterator[str]:
    yield from (word[:at] + word[at + 1 :] for at in range(len(word)))


def _mistaken(word: str) -> Iterator[str]:
    for at in range(len(word)):
        yield from (word[:at] + letter + word[at + 1 :] for letter in _LETTERS)
