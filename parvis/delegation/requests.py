"""What waits for a yes, what was decided, and what somebody may see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from parvis.delegation.approvals import OPEN, may_decide, steps_of
from parvis.delegation.circuits import READS, Known, Step
from parvis.delegation.models import Approval, Contact, Decision, Stage, YesLink
from parvis.people.actors import Actor
from parvis.people.models import Company, User

MOST = 300
PAGE = 30


@dataclass(slots=True)
class Waiting:
    """The requests that wait: for whoever asks first, then for others, each by its hour."""

    mine: list[Approval] = field(default_factory=list)
    others: list[Approval] = field(default_factory=list)

    @property
    def any(self) -> bool:
        """Tell whether anything waits at all."""
        return bool(self.mine or self.others)


@dataclass(frozen=True, slots=True)
class Stair:
    """One step as a page shows it: whose yes, what was said at it, and whether it is past (`done`), awaited (`now`), or to come."""

    number: int
    step: Step
    people: Sequence[User | Contact]
    said: list[Decision]
    done: bool
    now: bool


def of(company: Company) -> QuerySet[Approval]:
    """Return the requests of a company, for the gate."""
    return Approval.objects.filter(company=company).select_related("company", "mandate", "by")


def seen(company: Company, rows: Iterable[Approval]) -> list[Approval]:
    """Keep what whoever asks may see: requests all of whose accounts are theirs to read, about things that they may read there."""
    return [
        one for one in rows if _all_of("approvals.read", one, company) and any(_all_of(verb, one, company) for verb in READS[one.subject])
    ]


def _all_of(verb: str, one: Approval, company: Company) -> bool:
    only = company.only(verb)
    return only is None or set(one.channels) <= only


def waiting(company: Company, by: Actor, channels: Iterable[int] = ()) -> Waiting:
    """Return what waits for a yes. `channels` narrows it to some accounts."""
    found, chosen, known = Waiting(), set(channels), Known()
    rows = of(company).filter(stage__in=OPEN).order_by(F("at").asc(nulls_first=True), "pk")[:MOST]
    for one in seen(company, rows):
        if not chosen or chosen & set(one.channels):
            (found.mine if may_decide(one, by, known) else found.others).append(one)
    return found


def decided(company: Company, before: int | None = None, channels: Iterable[int] = ()) -> tuple[list[Approval], int | None]:
    """Return a page of what was decided, gone or past its hour, the newest first, and what turns to the next page."""
    rows = of(company).exclude(stage__in=OPEN).order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    chosen = set(channels)
    # What one may not see is left out after the reading: a page may be short, and still be turned.
    read = list(rows[: PAGE + 1])
    shown = [one for one in seen(company, read[:PAGE]) if not chosen or chosen & set(one.channels)]
    return shown, read[PAGE - 1].pk if len(read) > PAGE else None


def stairs(approval: Approval, known: Known | None = None) -> list[Stair]:
    """Return the steps of a request with what was said at each. Two queries, one where contacts are named, one for each step that names
    people and is not `known` already.
    """
    known = known or Known()
    said: dict[int, list[Decision]] = {}
    for one in Decision.objects.filter(approval=approval).select_related("user"):
        said.setdefault(one.step, []).append(one)
    made, steps = [], steps_of(approval)
    ids = {number: known.voters(step, approval.company_id, approval.mandate_id) for number, step in enumerate(steps)}
    people = {user.pk: user for user in User.objects.filter(pk__in=set[int]().union(*ids.values()))} if any(ids.values()) else {}
    outside = {row.pk: row for row in Contact.objects.filter(company=approval.company_id, removed_at=None, pk__in=_outside(steps))}
    for number, step in enumerate(steps):
        now = number == approval.step and approval.stage in (*OPEN, Stage.LAPSED)
        named: list[User | Contact] = [people[pk] for pk in sorted(ids[number]) if pk in people]
        named += [outside[pk] for pk in step.contacts if pk in outside]
        made.append(Stair(number, step, named, said.get(number, []), number < approval.step, now))
    return made


def _outside(steps: Iterable[Step]) -> set[int]:
    """Return the contacts that steps name; where there are none, nothing is asked of the database."""
    return {pk for step in steps for pk in step.contacts}


def reached(approval: Approval) -> list[YesLink]:
    """Return the last link of each contact at each step, used or awaited now. One query, none where no step names any."""
    if not _outside(steps_of(approval)):
        return []
    rows = YesLink.objects.filter(approval=approval, contact__isnull=False, contact__removed_at=None).select_related("contact")
    last = {(row.contact_id, row.step): row for row in rows.order_by("pk")}
    open_now = approval.step if approval.stage in (*OPEN, Stage.LAPSED) else None
    shown = (row for row in last.values() if row.used_at or row.step == open_now)
    return sorted(shown, key=lambda row: (row.step, row.pk))


def before(approval: Approval) -> Approval | None:
    """Return the version before this one, to be compared with it."""
    rows = Approval.objects.filter(company=approval.company_id, subject=approval.subject, object_id=approval.object_id)
    return rows.filter(version__lt=approval.version).order_by("-version").first()


def versions(approval: Approval) -> list[Approval]:
    """Return the other requests that were made for the same thing, the newest first."""
    rows = Approval.objects.filter(company=approval.company_id, subject=approval.subject, object_id=approval.object_id)
    return list(rows.exclude(pk=approval.pk).order_by("-version")[:20])


def newest(company: Company, subject: str, object_id: int) -> Approval | None:
    """Return the newest request for a thing."""
    return of(company).filter(subject=subject, object_id=object_id).order_by("-version").first()
