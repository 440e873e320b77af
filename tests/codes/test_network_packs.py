"""Nothing of the reference is forgotten: each of its codes is a rule, or is listed with the reason why it cannot be."""

from __future__ import annotations

import pytest

from parvis.networks.codes.catalogue import BY_ID, RULES, UNCHECKED
from parvis.networks.codes.rule import Severity
from parvis.networks.facts_of import SPECS

REFERENCE = {"T": 11, "A": 11, "C": 12, "FB": 17, "IG": 19, "LI": 19, "X": 14, "YT": 17, "TT": 16, "BS": 14, "MA": 16, "GB": 15}
OWNERS = {
    "FB": "facebook", "IG": "instagram", "LI": "linkedin", "X": "x", "YT": "youtube", "TT": "tiktok", "BS": "bluesky", "MA": "mastodon",
    "GB": "google_business",
}  # fmt: skip
LISTED = {code.id: code for code in UNCHECKED}


@pytest.mark.parametrize("family", REFERENCE)
def test_every_code_of_the_reference_is_checked_or_explained(family: str) -> None:
    for number in range(1, REFERENCE[family] + 1):
        assert f"{family}{number:02}" in BY_ID or f"{family}{number:02}" in LISTED


def test_what_is_not_checked_says_why_in_two_languages() -> None:
    for code in UNCHECKED:
        for both in (code.what, code.why):
            assert both.en.strip()
            assert both.fr.strip()
            assert both.en != both.fr


@pytest.mark.parametrize("family", OWNERS)
def test_a_network_s_rule_is_for_that_network_alone(family: str) -> None:
    rules = [rule for rule in RULES if rule.id.rstrip("0123456789") == family]
    assert rules
    assert all(rule.networks == frozenset({OWNERS[family]}) for rule in rules)
    assert OWNERS[family] in SPECS


def test_what_nobody_verified_only_advises() -> None:
    assert all(rule.severity is Severity.TIP for rule in RULES if not rule.source.verified)
