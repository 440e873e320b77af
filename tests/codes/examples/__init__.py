"""Examples of every rule: one module a pack."""

from __future__ import annotations

from tests.codes.cases import Examples
from tests.codes.examples import (
    accessibility,
    bluesky,
    content,
    facebook,
    google_business,
    grammar,
    instagram,
    law,
    linkedin,
    mastodon,
    slips,
    tiktok,
    typography,
    wording,
    x,
    youtube,
)

PACKS = (
    typography, wording, grammar, accessibility, content, slips, law, facebook, instagram, linkedin, x, youtube, tiktok, bluesky, mastodon,
    google_business,
)  # fmt: skip
EXAMPLES: dict[str, Examples] = {code: examples for pack in PACKS for code, examples in pack.EXAMPLES.items()}
