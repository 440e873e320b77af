"""Every rule: one line a pack."""

from __future__ import annotations

from parvis.networks.codes import accessibility, alcohol, content, environment, grammar, law, professions, slips, typography, wording
from parvis.networks.codes.rule import Rule, Unchecked
from parvis.networks.known import NETWORKS, part

COMMON = (typography, wording, grammar, accessibility, content, slips, law, alcohol, environment, professions)
PACKS = (*COMMON, *(part(key, "code") for key in NETWORKS))

RULES: tuple[Rule, ...] = tuple(rule for pack in PACKS for rule in pack.RULES)
UNCHECKED: tuple[Unchecked, ...] = tuple(code for pack in PACKS for code in getattr(pack, "UNCHECKED", ()))

BY_ID = {rule.id: rule for rule in RULES}
