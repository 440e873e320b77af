"""Fixes are safe: done twice they are done once, they touch nothing that is not prose, and they change no word."""

from __future__ import annotations

import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from parvis.networks.codes.draft import Context
from parvis.networks.codes.fixing import fixed
from parvis.networks.codes.linter import drafts, lint
from parvis.networks.codes.profile import Profile
from parvis.networks.codes.reading import Reading, folded
from parvis.networks.facts_of import SPECS
from tests.codes.cases import case
from tests.codes.examples import EXAMPLES

PIECES = (
    "Bonjour", "la", "boulangerie", "est", "ouverte", "Etes-vous", "A bientôt", "l’Ecole", "MARCHE", "NOEL", "M. Dupont", "etc", "25000 €",
    "12 500", "30%", "14h30", "!", "!!!", "?", "?!?!", ":", ";", ",", ".", "..", "...", "…", "«", "»", '"', "“", "”", "(", ")", " ", "  ",
    "\u00a0", "\u202f", "\t", "\n", "\n\n\n", "🥖", "👩🏽‍🍳", ":tada:", "`code  !!!`", "https://exemple.fr/a!!!b?c=1,2",
    "exemple.fr/pain,frais",
    "#PainFrais!", "#pain", "@lea@exemple.fr", "@lea", "lea@exemple.fr", "l’", "-", "\u0301", "\ufffc",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=40)
NETWORKS = st.sampled_from(sorted(SPECS))


def cured(text: str, network: str) -> str:
    """Return a text once all that has a mechanical cure is cured."""
    return fixed(text, lambda now: lint(drafts(now, [SPECS[network]], Context())[0]))


def letters(text: str) -> str:
    """Return the letters and digits of a text, without accents or spaces: what a reader calls its words."""
    return regex.sub(r"[^\p{L}\p{N}]", "", folded(unicodedata.normalize("NFC", text)))


def kept(text: str) -> list[str]:
    """Return what may not be touched, in order."""
    return [text[start:end] for start, end in Reading(text).shields]


@settings(max_examples=400, deadline=None)
@given(TEXTS, NETWORKS)
def test_to_correct_twice_is_to_correct_once(text: str, network: str) -> None:
    once = cured(text, network)
    assert cured(once, network) == once


@settings(max_examples=400, deadline=None)
@given(TEXTS, NETWORKS)
def test_no_fix_touches_an_address_a_hashtag_a_mention_or_a_code(text: str, network: str) -> None:
    after = cured(text, network)
    at = 0
    for piece in kept(text):
        at = after.find(piece, at)
        assert at >= 0, f"{piece!r} was touched"
        at += len(piece)


@settings(max_examples=400, deadline=None)
@given(TEXTS, NETWORKS)
def test_no_fix_changes_a_word(text: str, network: str) -> None:
    assert letters(cured(text, network)) == letters(text)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(), max_size=80), NETWORKS, st.sampled_from(["other", "bakery", "lawyer", "bar", "estate"]))
def test_no_text_makes_a_rule_fail(text: str, network: str, trade: str) -> None:
    for finding in lint(drafts(text, [SPECS[network]], Context(profile=Profile(trade=trade)))[0]):
        assert finding.sentence("fr")
        start, end = finding.hit.span or (0, 0)
        assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize("code", sorted(EXAMPLES))
def test_the_corrected_example_holds_nothing_left_to_correct(code: str) -> None:
    for example in EXAMPLES[code].trips:
        one = case(example)
        after = cured(one.text, one.network or "facebook")
        left = lint(drafts(after, [SPECS[one.network or "facebook"]], Context())[0])
        assert not [finding.rule.id for finding in left if finding.hit.fix], after
