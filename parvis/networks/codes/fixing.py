"""Applying fixes: never inside an address, a hashtag, a mention or a code, never two in one place, and twice is once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parvis.networks.codes.reading import Reading
from parvis.networks.codes.rule import Finding, Fix

ROUNDS = 8


def applied(text: str, fixes: Iterable[Fix]) -> str:
    """Return the text with these fixes, from its start; one that meets an earlier one, or a shielded place, is left out."""
    reading, pieces, at, last = Reading(text), list[str](), 0, -1
    for fix in sorted(set(fixes), key=lambda fix: (fix.start, fix.end, fix.text)):
        if fix.start < at or fix.start == last or reading.shielded(fix.start, fix.end):
            continue
        pieces += [text[at : fix.start], fix.text]
        at, last = fix.end, fix.start
    return "".join([*pieces, text[at:]])


def fixed(text: str, find: Callable[[str], Iterable[Finding]]) -> str:
    """Return the text once nothing that has a mechanical cure is left in it: `find` is asked again after each round."""
    for _ in range(ROUNDS):
        after = applied(text, [finding.hit.fix for finding in find(text) if finding.hit.fix])
        if after == text:
            break
        text = after
    return text
