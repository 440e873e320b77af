"""Who cries wolf is switched off: posts that are well made draw no error and hardly a warning; clumsy ones are seen.

The posts were written, without looking at the rules, in the manner of the trades' own.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from parvis.networks.codes.draft import Medium
from parvis.networks.codes.profile import TRADES, Profile
from parvis.networks.codes.rule import Finding, Severity
from parvis.networks.facts_of import SPECS
from tests.codes.cases import Case

CORPUS = json.loads((Path(__file__).parent / "corpus.json").read_text(encoding="utf-8"))
GOOD, CLUMSY = CORPUS["good"], CORPUS["clumsy"]
ENOUGH = 80


def _medium(told: dict[str, Any]) -> Medium:
    known = {name: told[name] for name in ("width", "height", "seconds", "captions") if told.get(name) is not None}
    return Medium(told["kind"], alt=told.get("alt") or "", **known)


def found(post: dict[str, Any]) -> list[Finding]:
    """Return what the linter says of a post of the corpus."""
    at = datetime.fromisoformat(post["at"]).replace(tzinfo=ZoneInfo("Europe/Paris")) if post.get("at") else None
    profile = Profile(trade=post["trade"], address=post.get("address", "vous"))
    media = tuple(_medium(told) for told in post.get("media") or ())
    return Case(post["text"], post["network"], media=media, at=at, profile=profile, title=post.get("title", "")).findings()


@cache
def _all_good() -> list[list[Finding]]:
    return [found(post) for post in GOOD]


def test_the_corpus_is_wide() -> None:
    assert len(GOOD) >= ENOUGH
    assert {post["network"] for post in GOOD} == set(SPECS)
    assert {"bakery", "construction", "lawyer", "industry", "restaurant", "shop", "tourism", "services"} <= {post["trade"] for post in GOOD}
    assert {post["trade"] for post in [*GOOD, *CLUMSY]} <= set(TRADES)


@pytest.mark.parametrize("number", range(len(GOOD)))
def test_a_well_made_post_draws_no_error(number: int) -> None:
    wrong = [f"{f.rule.id}: {f.sentence('en')}" for f in _all_good()[number] if f.severity is Severity.ERROR]
    assert not wrong, GOOD[number]["text"]


def test_well_made_posts_draw_fewer_than_one_warning_each() -> None:
    warnings = Counter(f.rule.id for findings in _all_good() for f in findings if f.severity is Severity.WARNING)
    assert warnings.total() < len(GOOD) / 4, warnings


def test_almost_every_clumsy_post_draws_a_warning() -> None:
    silent = [post["text"] for post in CLUMSY if not any(f.severity > Severity.TIP for f in found(post))]
    assert len(silent) <= len(CLUMSY) // 10, silent
