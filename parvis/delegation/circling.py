"""Setting circuits: through whose yes what leaves goes, in a company."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.delegation.circuits import ANSWER, POST, REVIEW, Step
from parvis.delegation.models import Circuit, Contact, Side
from parvis.people.actors import Actor
from parvis.people.models import Company, Member, Role
from parvis.people.permissions import may

MOST_STEPS = 6
KINDS = (POST, ANSWER, REVIEW)


class NoName(Exception):
    """A circuit has a name, by which it is told why something asks."""


class NobodyNamed(Exception):
    """A step that needs the yes of all names two people or more, each with a place in the company."""


class NotInside(Exception):
    """A contact says the company's yes: they cannot be named in a step inside."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A circuit as somebody wants it. Empty kinds, accounts or pillars mean any."""

    name: str
    steps: Sequence[Step] = ()
    kinds: Sequence[str] = ()
    channels: Sequence[int] = ()
    pillars: Sequence[int] = ()
    findings: bool = False
    remind_hours: int = 24
    escalate_hours: int = 4

    def fields(self, company: Company) -> dict[str, object]:
        """Return what is kept of it: only people with a place here and its contacts, steps that somebody can fulfil.

        Raises NoName, NobodyNamed, NotInside.
        """
        name = " ".join(self.name.replace("\x00", "").split())[:80]
        if not name:
            raise NoName
        here = set(Member.objects.filter(company=company).values_list("user_id", flat=True))
        wanted = self.steps[:MOST_STEPS]
        contacts: set[int] = set()
        if any(step.contacts for step in wanted):
            contacts = set(Contact.objects.filter(company=company, removed_at=None).values_list("pk", flat=True))
        steps = [_checked(step, here, contacts) for step in wanted]
        return {
            "name": name, "steps": [step.to_json() for step in steps], "kinds": [kind for kind in KINDS if kind in self.kinds],
            "channels": sorted(set(self.channels)), "pillars": sorted(set(self.pillars)), "findings": self.findings,
            "remind_hours": max(0, min(self.remind_hours, 24 * 30)), "escalate_hours": max(0, min(self.escalate_hours, 24 * 30)),
        }  # fmt: skip


def _checked(step: Step, here: Iterable[int], contacts: Iterable[int]) -> Step:
    users = tuple(dict.fromkeys(user for user in step.users if user in here))
    outside = tuple(dict.fromkeys(contact for contact in step.contacts if contact in contacts))
    if outside and step.side != Side.CLIENT:
        raise NotInside
    if step.need == "all" and len(users) + len(outside) < 2:
        raise NobodyNamed
    return Step(Side(step.side), "all" if step.need == "all" else "one", users, outside)


def make(*, company: Company, wanted: Wanted, by: Actor, now: datetime) -> Circuit:
    """Set a circuit, after the others. Raises NotAllowed, NoName, NobodyNamed, NotInside."""
    may(by, "approvals.change", company.pk)
    fields = wanted.fields(company)
    with writing():
        last = Circuit.objects.filter(company=company, removed_at=None).aggregate(last=Max("position"))["last"]
        made = Circuit.objects.create(company=company, position=0 if last is None else last + 1, **fields)
        record("delegation:circuit:made", by=by, now=now, company_id=company.pk, object_id=made.pk, label=made.name)
    return made


def change(*, circuit: Circuit, wanted: Wanted, by: Actor, now: datetime) -> None:
    """Set a circuit otherwise. What was asked keeps the steps it was asked with. Raises NotAllowed, NoName, NobodyNamed, NotInside."""
    may(by, "approvals.change", circuit.company_id)
    fields = wanted.fields(circuit.company)
    with writing():
        Circuit.objects.filter(pk=circuit.pk).update(**fields)
        company, name = circuit.company_id, str(fields["name"])
        record("delegation:circuit:changed", by=by, now=now, company_id=company, object_id=circuit.pk, label=name)


def remove(*, circuit: Circuit, by: Actor, now: datetime) -> None:
    """Take a circuit away; what it asked for still waits."""
    may(by, "approvals.change", circuit.company_id)
    with writing():
        if Circuit.objects.filter(pk=circuit.pk, removed_at=None).update(removed_at=now):
            record("delegation:circuit:removed", by=by, now=now, company_id=circuit.company_id, object_id=circuit.pk, label=circuit.name)


def raise_up(*, circuit: Circuit, by: Actor, now: datetime) -> None:
    """Put a circuit before the one above it: of two that fit, the first counts."""
    may(by, "approvals.change", circuit.company_id)
    with writing():
        rows = list(Circuit.objects.filter(company=circuit.company_id, removed_at=None))
        order = [row.pk for row in rows]
        at = order.index(circuit.pk) if circuit.pk in order else 0
        if at:
            order[at - 1], order[at] = order[at], order[at - 1]
            for position, pk in enumerate(order):
                Circuit.objects.filter(pk=pk).update(position=position)
            record("delegation:circuit:moved", by=by, now=now, company_id=circuit.company_id, object_id=circuit.pk, label=circuit.name)


def choosable(company: Company) -> list[Member]:
    """Return the people who may be named in a step: whoever has a place here and more than reading."""
    rows = Member.objects.filter(company=company, user__is_active=True).exclude(role=Role.READER)
    return list(rows.select_related("user", "made").order_by("since", "pk"))
