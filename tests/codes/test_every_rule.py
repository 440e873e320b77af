"""Every rule keeps its promises: it trips where it should, keeps silent where it must, and its words are complete."""

from __future__ import annotations

from functools import cache

import pytest

from parvis.networks.codes.catalogue import BY_ID, RULES, UNCHECKED
from parvis.networks.codes.fixing import applied
from parvis.networks.codes.rule import Both, Rule
from tests.codes.cases import Case, Examples, case
from tests.codes.examples import EXAMPLES

ENOUGH = 3


@cache
def _examples(code: str) -> Examples:
    return EXAMPLES[code]


def _of(code: str, *, trips: bool) -> list[Case]:
    examples = _examples(code)
    return [case(one) for one in (examples.trips if trips else examples.silent)]


def test_the_catalogue_names_each_code_once() -> None:
    assert len(BY_ID) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert not set(BY_ID) & {code.id for code in UNCHECKED}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_trips_on_its_examples_and_on_nothing_else(rule: Rule) -> None:
    assert rule.id in EXAMPLES, "no examples"
    assert len(_examples(rule.id).trips) >= ENOUGH
    assert len(_examples(rule.id).silent) >= ENOUGH
    for one in _of(rule.id, trips=True):
        assert rule.id in {finding.rule.id for finding in one.findings(rule)}, f"silent on {one.text!r}"
    for one in _of(rule.id, trips=False):
        assert rule.id not in {finding.rule.id for finding in one.findings(rule)}, f"trips on {one.text!r}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_why_and_how_in_two_languages_with_its_source(rule: Rule) -> None:
    for words in (rule.says, rule.why, rule.cure):
        assert isinstance(words, Both)
        assert words.en.strip()
        assert words.fr.strip()
        assert words.en != words.fr
    assert rule.source.name.strip()
    for one in _of(rule.id, trips=True):
        for finding in one.findings(rule):
            if finding.rule.id == rule.id:
                assert "%(" not in finding.sentence("fr") + finding.sentence("en")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fixes], ids=lambda rule: rule.id)
def test_a_fix_cures_what_it_says(rule: Rule) -> None:
    for one in _of(rule.id, trips=True):
        fixes = [f.hit.fix for f in one.findings(rule) if f.rule.id == rule.id and f.hit.fix]
        after = applied(one.text, fixes)
        assert not fixes or after != one.text


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.shared], ids=lambda rule: rule.id)
def test_a_shared_rule_says_the_same_on_every_network(rule: Rule) -> None:
    for one in _of(rule.id, trips=True):
        draft = one.draft(rule)
        here = list(rule.check(draft, rule.limits))
        for network in rule.networks or ("bluesky", "linkedin", "x"):
            moved = Case(**{**{name: getattr(one, name) for name in Case.__dataclass_fields__}, "network": network}).draft(rule)
            assert list(rule.check(moved, rule.limits)) == here
