"""Make the dictionary of the spelling rule: `python -m tools.words fr_FR.aff fr_FR.dic`.

Reads a Hunspell dictionary (the French « classique » one of grammalecte.net, MPL 2.0), writes every form it knows as one trie that is
read from the disk without being loaded. Elisions are left out: the rule looks at the pieces around an apostrophe.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import marisa_trie
import regex

KEPT = Path(__file__).parents[1] / "parvis" / "networks" / "codes" / "words" / "fr.marisa"
_FORM = regex.compile(r"\p{L}[\p{L}-]*")
FIELDS = 5


@dataclass(frozen=True, slots=True)
class Ending:
    """What a flag does to a word's end."""

    strip: str
    add: str
    where: regex.Pattern[str]
    flags: tuple[str, ...]


def pairs(flags: str) -> tuple[str, ...]:
    """Return flags of two signs each."""
    return tuple(flags[n : n + 2] for n in range(0, len(flags), 2))


def endings(affixes: str) -> dict[str, list[Ending]]:
    """Read the suffixes of an .aff file."""
    found: dict[str, list[Ending]] = defaultdict(list)
    for line in affixes.splitlines():
        fields = line.split()
        if len(fields) >= FIELDS and fields[0] == "SFX":
            add, _, more = fields[3].partition("/")
            where = regex.compile(f"(?:{fields[4]})$")
            found[fields[1]].append(Ending(fields[2].strip("0"), add.strip("0"), where, pairs(more)))
    return found


def forms(word: str, flags: tuple[str, ...], known: dict[str, list[Ending]], depth: int = 0) -> Iterator[str]:
    """Yield the forms of a word that its flags make."""
    for flag in flags:
        for ending in known.get(flag, ()):
            if word.endswith(ending.strip) and ending.where.search(word):
                form = word[: len(word) - len(ending.strip)] + ending.add
                yield form
                if ending.flags and not depth:
                    yield from forms(form, ending.flags, known, depth + 1)


def main(affixes: Path, words: Path) -> None:
    """Write the trie."""
    known, found = endings(affixes.read_text(encoding="utf-8")), set[str]()
    for line in words.read_text(encoding="utf-8").splitlines()[1:]:
        word, _, flags = line.split("\t")[0].split(" ")[0].partition("/")
        if "()" not in pairs(flags):
            found.add(word)
        found.update(forms(word, pairs(flags), known))
    kept = sorted(form for form in found if _FORM.fullmatch(form))
    marisa_trie.Trie(kept).save(str(KEPT))
    print(f"{len(kept)} forms, {KEPT.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
