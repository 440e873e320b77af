"""What changes how a company speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.networks.codes.profile import Period, Profile, Weight
from parvis.networks.codes.rule import Severity
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.voice.models import Voice
from parvis.voice.profiles import CHOICES, PLAIN, periods_to_json, read, thresholds, weight_to_json
from parvis.voice.wanted import Refused, Wanted

WEIGHED: Mapping[Severity | None, str] = {
    None: "voice:rule:switched_off",
    Severity.TIP: "voice:rule:made_tip",
    Severity.WARNING: "voice:rule:made_warning",
    Severity.ERROR: "voice:rule:made_error",
}


class Tell(Protocol):
    """Writes one line into the journal of the company."""

    def __call__(self, verb: str, label: str, **facts: Any) -> None:
        """Write it."""


def change_voice(*, company: Company, wanted: Wanted, by: Actor, now: datetime) -> None:
    """Change how a company speaks: all of it, or nothing. The journal says each change and its reason. Raises Refused."""
    may(by, "voice.change", company.pk)
    wanted = wanted.tidy()
    if why := wanted.refusals():
        raise Refused(why)

    def tell(verb: str, label: str, **facts: Any) -> None:
        record(verb, by=by, now=now, company_id=company.pk, object_id=company.pk, label=label, **facts)

    with writing():
        row, _ = Voice.objects.select_for_update().get_or_create(company=company)
        before = read(row)
        _set_fields(row, company, wanted, tell)
        _set_weights(row, before, wanted, tell)
        _set_limits(row, before, wanted, tell)
        _set_periods(row, before, wanted, tell)
        row.save()


def _set_fields(row: Voice, company: Company, wanted: Wanted, tell: Tell) -> None:
    asked = {name: getattr(wanted, name) for name in (*CHOICES, *PLAIN, "words")}
    before = {name: getattr(row, name) for name in asked}
    changed = {name: value for name, value in asked.items() if value is not None and value != before[name]}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        old = {name: before[name] for name in changed}
        tell("voice:voice:changed", company.name, what=", ".join(changed), before=old, after=changed)


def _set_weights(row: Voice, before: Profile, wanted: Wanted, tell: Tell) -> None:
    kept = dict(row.weights) if isinstance(row.weights, dict) else {}
    for rule, weight in wanted.weights.items():
        if weight == before.weights.get(rule):
            continue
        if weight is None:
            del kept[rule]
            tell("voice:rule:put_back", rule)
        else:
            kept[rule] = weight_to_json(weight)
            tell(WEIGHED[weight.severity], rule, reason=weight.reason, before=_told(before.weights.get(rule)))
    row.weights = kept


def _told(weight: Weight | None) -> dict[str, Any] | None:
    return weight_to_json(weight) if weight else None


def _set_limits(row: Voice, before: Profile, wanted: Wanted, tell: Tell) -> None:
    kept = dict(row.limits) if isinstance(row.limits, dict) else {}
    for name, value in wanted.limits.items():
        new = None if value == thresholds()[name] else value
        old = before.limits.get(name)
        if new == old:
            continue
        if new is None:
            del kept[name]
        else:
            kept[name] = new
        usual = thresholds()[name]
        tell("voice:limit:set", name, most=usual if new is None else new, before=usual if old is None else old)
    row.limits = kept


def _set_periods(row: Voice, before: Profile, wanted: Wanted, tell: Tell) -> None:
    if wanted.periods is None:
        return
    old, new = {_key(p): p for p in before.periods}, {_key(p): p for p in wanted.periods}
    for key, period in new.items():
        if period != old.get(key):
            tell("voice:sales:set", period.name, year=period.first.year, first=str(period.first), last=str(period.last))
    for period in (period for key, period in old.items() if key not in new):
        tell("voice:sales:put_back", period.name, year=period.first.year, first=str(period.first), last=str(period.last))
    if old != new:
        row.periods = periods_to_json(new.values())


def _key(period: Period) -> tuple[str, int, str]:
    return period.name, period.first.year, period.place
