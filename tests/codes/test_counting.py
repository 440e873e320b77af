"""Text is counted as each network counts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.core.text import escaped, utf8, utf16
from parvis.core.weights import tlds, weighted
from parvis.networks.facts import Parcel
from parvis.networks.facts_of import SPECS

WEIGHTS = json.loads((Path(__file__).parent / "conformance" / "weights.json").read_text(encoding="utf-8"))


def counted(network: str, text: str) -> list[int]:
    """Return what a network counts, limit after limit."""
    return [count for _rule, count in SPECS[network].measured(Parcel(text))]


def test_weights_are_those_of_the_network_s_own_library() -> None:
    wrong = [(text, weight, weighted(text)) for text, weight in WEIGHTS if weighted(text) != weight]
    assert not wrong


def test_a_narrow_space_costs_two_on_x_and_a_plain_one_one() -> None:
    assert counted("x", "Prêts\u202f?") == [8]
    assert counted("x", "Prêts\u00a0?") == [7]


@given(st.text(st.characters(), max_size=60))
def test_no_text_makes_a_counter_fail(text: str) -> None:
    for network in SPECS:
        assert all(count >= 0 for count in counted(network, text))


@given(st.text(max_size=40), st.text(max_size=40))
def test_weights_add_up_across_a_space(one: str, other: str) -> None:
    assert weighted(f"{one} {other}") == weighted(one) + 1 + weighted(other)


@pytest.mark.parametrize(
    ("network", "text", "expected"),
    [
        ("bluesky", "👩🏽‍🍳 é", [3, 15 + 1 + 2]),
        ("mastodon", "https://boulangerie-lenoir.example/un-tres-long-chemin", [23]),
        ("mastodon", "Merci @lea@exemple.fr", [10]),
        ("linkedin", "Prix (HT) : 5 €", [17]),
        ("linkedin", "#Nantes @Lea", [14]),
        ("tiktok", "👋 ok", [5]),
        ("instagram", "👋 ok", [5]),
        ("youtube", "été", [5]),
        ("facebook", "👩🏽‍🍳", [4]),
        ("google_business", "Été", [3]),
    ],
)
def test_each_network_counts_its_own_way(network: str, text: str, expected: list[int]) -> None:
    assert counted(network, text) == expected


def test_units_are_what_they_say() -> None:
    assert (utf8("é€"), utf16("é👋"), escaped("a_b*c")) == (5, 3, 7)
    assert {"fr", "paris", "com"} <= tlds()
    assert "example" not in tlds()
