"""The row of a company read as a `Profile`, and its parts written back as JSON. What no rule knows any more is passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from functools import cache
from typing import Any

from parvis.networks.codes import catalogue
from parvis.networks.codes.profile import ADDRESSES, INCLUSIVE, TRADES, Period, Profile, Weight
from parvis.networks.codes.rule import Severity
from parvis.people.models import Company
from parvis.voice.models import Voice

CHOICES: dict[str, tuple[str, ...]] = {"trade": TRADES, "address": ADDRESSES, "inclusive": INCLUSIVE}
PLAIN = ("department", "phone", "site", "legal_page")


@cache
def thresholds() -> dict[str, int]:
    """Return every threshold that a company may change, with what it is without a change."""
    return {f"{rule.id}.{name}": usual for rule in catalogue.RULES for name, usual in rule.limits.items()}


def profile_of(company: Company) -> Profile:
    """Return how a company speaks. One query, none where the gate has read it."""
    row = company.habits.voice if company.habits else Voice.objects.filter(company_id=company.pk).first()
    return read(row) if row else Profile()


def read(row: Voice) -> Profile:
    """Return a row as a profile; what is broken or unknown in it counts as not said."""
    usual = {field.name: field.default for field in fields(Profile)}
    chosen: dict[str, Any] = {name: value if (value := getattr(row, name)) in known else usual[name] for name, known in CHOICES.items()}
    return Profile(
        **chosen,
        **{name: getattr(row, name) for name in PLAIN},
        words=frozenset(word for word in _list(row.words) if isinstance(word, str)),
        weights=dict(_weights(row.weights)),
        limits={key: most for key, most in _dict(row.limits).items() if is_threshold(key, most)},
        periods=tuple(_periods(row.periods)),
    )


def is_threshold(key: str, value: object) -> bool:
    """Tell whether that threshold exists and can have this value."""
    return key in thresholds() and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= greatest(key)


def greatest(key: str) -> int:
    """Return the most that a threshold can be: ten times what it is usually. Far beyond, a rule no longer makes sense."""
    return max(100, 10 * thresholds()[key])


def weight_to_json(weight: Weight) -> dict[str, Any]:
    """Return a weight in the form that is kept."""
    return {"severity": weight.severity.word if weight.severity else None, "reason": weight.reason}


def periods_to_json(periods: Iterable[Period]) -> list[dict[str, str]]:
    """Return periods in the form that is kept, the earliest first."""
    ordered = sorted(periods, key=lambda period: (period.first, period.name, period.place))
    return [{"name": p.name, "first": str(p.first), "last": str(p.last), "place": p.place} for p in ordered]


def _weights(kept: object) -> Iterator[tuple[str, Weight]]:
    for key, one in _dict(kept).items():
        if key not in catalogue.BY_ID or not isinstance(one, dict) or "severity" not in one:
            continue
        severity, reason = one["severity"], one.get("reason", "")
        try:
            yield key, Weight(None if severity is None else Severity.named(severity), reason if isinstance(reason, str) else "")
        except (KeyError, AttributeError):
            continue


def _periods(kept: object) -> Iterator[Period]:
    for one in _list(kept):
        try:
            first, last = date.fromisoformat(one["first"]), date.fromisoformat(one["last"])
            if first <= last:
                yield Period(str(one["name"]), first, last, str(one.get("place", "")))
        except (KeyError, TypeError, ValueError, AttributeError):
            continue


def _dict(kept: object) -> dict[str, Any]:
    return kept if isinstance(kept, dict) else {}


def _list(kept: object) -> list[Any]:
    return kept if isinstance(kept, list) else []
