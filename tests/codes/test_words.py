"""What the codes say of typography, they keep themselves."""

from __future__ import annotations

import pytest

from parvis.networks.codes import typography
from parvis.networks.codes.catalogue import RULES, UNCHECKED
from parvis.networks.codes.draft import Context
from parvis.networks.codes.linter import drafts, lint
from parvis.networks.codes.rule import Both
from parvis.networks.facts_of import SPECS

TYPOGRAPHY = {rule.id for rule in typography.RULES}
SAYS = [(rule.id, both) for rule in RULES for both in (rule.says, rule.why, rule.cure)]
SAYS += [(code.id, both) for code in UNCHECKED for both in (code.what, code.why)]


def wrong(both: Both) -> list[str]:
    """Return what the typography pack says of the French of a sentence."""
    found = lint(drafts(both.fr, [SPECS["facebook"]], Context())[0])
    return [
        f"{finding.rule.id} {both.fr[slice(*finding.hit.span)]!r}"
        for finding in found
        if finding.rule.id in TYPOGRAPHY and finding.hit.span
    ]


@pytest.mark.parametrize(("code", "both"), SAYS, ids=lambda one: one if isinstance(one, str) else "")
def test_the_french_of_a_rule_is_well_typed(code: str, both: Both) -> None:
    assert not wrong(both), code
    assert "'" not in both.fr, "a straight apostrophe"
