"""The rules as a company sees them: by pack, those it changed first, those that hold some words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from parvis.networks.codes import catalogue
from parvis.networks.codes.profile import Profile
from parvis.networks.codes.reading import folded
from parvis.networks.codes.rule import Both, Rule

# Modules whose rules a company looks for under another's name.
UNDER = {"alcohol": "law", "environment": "law", "professions": "law", "grammar": "wording", "slips": "content"}


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules that belong together: "own" (changed by the company), "typography", "law"…, or a network's key."""

    key: str
    rules: tuple[Rule, ...]


def pack_of(rule: Rule) -> str:
    """Return the pack that a rule is shown in: that of its module, or its network's folder."""
    *_, folder, module = rule.check.__module__.split(".")
    if folder != "codes":
        return folder
    return UNDER.get(module, module)


def is_changed(rule: Rule, profile: Profile) -> bool:
    """Tell whether the company gave a rule a weight or a threshold of its own."""
    return rule.id in profile.weights or any(f"{rule.id}.{name}" in profile.limits for name in rule.limits)


def packs(profile: Profile, looked_for: str = "", always: Iterable[str] = ()) -> list[Pack]:
    """Return the rules that hold all these words in either language, in packs; those changed by the company first, and these always."""
    wanted, kept = folded(looked_for).split(), set(always)
    found: dict[str, list[Rule]] = {"own": []}
    for rule in catalogue.RULES:
        if rule.id in kept or all(word in _text(rule.id) for word in wanted):
            found.setdefault("own" if is_changed(rule, profile) else pack_of(rule), []).append(rule)
    return [Pack(key, tuple(rules)) for key, rules in found.items() if rules]


def sentence(both: Both, language: str, limits: Mapping[str, int]) -> str:
    """Return a rule's sentence where nothing was found yet: its thresholds stand in it, what a text would tell is an ellipsis."""
    return both.within(language, limits).replace("….", "…")


@cache
def _text(key: str) -> str:
    rule = catalogue.BY_ID[key]
    said = (rule.says, rule.why)
    return folded(" ".join((rule.id, rule.name, *(text for both in said for text in (both.en, both.fr)))))
