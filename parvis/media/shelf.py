"""The two sizes in which the house itself shows a picture."""

from __future__ import annotations

from datetime import date

from parvis.networks.facts import Fact, ImageRule

_OURS = Fact("our own pages", "", date(2026, 11, 22))
_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})

SMALL = ImageRule(most=1, bytes=150_000, side=480, most_pixels=0, types=_TYPES, alt=0, fact=_OURS)
SCREEN = ImageRule(most=1, bytes=900_000, side=1600, most_pixels=0, types=_TYPES, alt=0, fact=_OURS)
