"""Every rule: one word a pack. The packs are loaded when the first rule is asked for: a house at rest needs none of their patterns."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from parvis.networks.codes.rule import Rule, Unchecked
from parvis.networks.known import NETWORKS, part

COMMON = ("typography", "wording", "grammar", "accessibility", "content", "slips", "law", "alcohol", "environment", "professions")

RULES: tuple[Rule, ...]
UNCHECKED: tuple[Unchecked, ...]
BY_ID: dict[str, Rule]


def __getattr__(name: str) -> Any:
    """Load the packs, once, for whoever asks for what they hold."""
    if name not in {"RULES", "UNCHECKED", "BY_ID"}:
        raise AttributeError(name)
    packs = [*(import_module(f"parvis.networks.codes.{word}") for word in COMMON), *(part(key, "code") for key in NETWORKS)]
    rules = tuple(rule for pack in packs for rule in pack.RULES)
    loaded = {
        "RULES": rules,
        "UNCHECKED": tuple(code for pack in packs for code in getattr(pack, "UNCHECKED", ())),
        "BY_ID": {rule.id: rule for rule in rules},
    }
    globals().update(loaded)
    return loaded[name]
