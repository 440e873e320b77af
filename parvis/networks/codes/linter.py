"""Asking the rules. The same text for nine networks is read once, and rules that do not look at the network answer once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from parvis.networks.codes import catalogue
from parvis.networks.codes.draft import Context, Draft
from parvis.networks.codes.reading import Reading
from parvis.networks.codes.rule import Finding, Hit, Rule, Severity
from parvis.networks.facts import Spec


def lint(draft: Draft) -> list[Finding]:
    """Return what the rules find in one draft: errors first, then in the order of the text."""
    profile = draft.profile
    found: list[Finding] = []
    for rule in _concerned(draft.network, profile.trade):
        weight = profile.weights.get(rule.id)
        if weight is not None and weight.severity is None:
            continue
        for hit in _answer(rule, draft):
            own = Severity.TIP if hit.mild else rule.severity
            found.append(Finding(rule, draft.network, own if weight is None or weight.severity is None else weight.severity, hit))
    found.sort(key=_order)
    return found


def drafts(text: str, specs: Iterable[Spec], context: Context, language: str = "fr") -> list[Draft]:
    """Return the same text as a draft for each of these networks, read once."""
    reading, answers = Reading(text, language), dict[str, tuple[Hit, ...]]()
    chosen = list(specs)
    whole = context if context.texts else replace(context, texts={spec.key: text for spec in chosen})
    return [Draft(reading, spec.key, spec, whole, answers=answers) for spec in chosen]


def lint_all(every: Sequence[Draft]) -> dict[str, list[Finding]]:
    """Return the findings of several drafts, by network."""
    return {draft.network: lint(draft) for draft in every}


@lru_cache(maxsize=400)
def _concerned(network: str, trade: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in catalogue.RULES if rule.concerns(network, trade))


def _answer(rule: Rule, draft: Draft) -> tuple[Hit, ...]:
    if not rule.shared:
        return _asked(rule, draft)
    if rule.id not in draft.answers:
        draft.answers[rule.id] = _asked(rule, draft)
    return draft.answers[rule.id]


def _asked(rule: Rule, draft: Draft) -> tuple[Hit, ...]:
    limits = rule.limits
    if limits and draft.profile.limits:
        limits = {name: draft.profile.limits.get(f"{rule.id}.{name}", value) for name, value in limits.items()}
    return tuple(rule.check(draft, limits))


def _order(finding: Finding) -> tuple[int, int, str]:
    span = finding.hit.span
    return -finding.severity, span[0] if span else -1, finding.rule.id
