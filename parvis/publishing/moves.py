"""The one way a delivery changes its state: a conditional UPDATE, whose count is read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from parvis.audit.commands import record
from parvis.core.db import change
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import MESSAGE, REPLY
from parvis.people.actors import Actor
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.states import State, check

# What nobody holds any more.
FREE: dict[str, Any] = {"worker": "", "lease_until": None, "committing": False}
# Seconds before the next try after so many tries that came to nothing; the last one serves for all that follow.
PAUSES = (5, 20, 60, 300, 900, 1800)
LOOKS = (2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120)
# No more ids than a statement takes on any database.
BATCH = 500
DROPPED = Say(gettext_noop("What it was to follow did not leave, so it did not leave either."))


def moved(pk: int, before: Iterable[State], after: State, *, where: dict[str, Any] | None = None, **changes: Any) -> bool:
    """Move one delivery and tell whether it moved; False means that somebody else was faster, an ordinary answer.

    `where` narrows the condition further (to one attempt, say). Raises WrongMove for a move that the graph does not have.
    """
    states = tuple(before)
    for state in states:
        check(state, after)
    return change(Delivery, {"id": pk, "state": states, **(where or {})}, {"state": after, **changes}) == 1


def moved_all(pks: Sequence[int], before: Iterable[State], after: State, **changes: Any) -> int:
    """Move all of these that are still where they should be, and return how many moved."""
    states = tuple(before)
    for state in states:
        check(state, after)
    batches = (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))
    return sum(Delivery.objects.filter(pk__in=batch, state__in=states).update(state=after, **changes) for batch in batches)


def pause(fails: int, steps: tuple[int, ...] = PAUSES) -> timedelta:
    """Return how long to wait after `fails` tries in a row that came to nothing."""
    return timedelta(seconds=steps[min(max(fails, 1), len(steps)) - 1])


def told(why: Say, cure: Say | None = None) -> dict[str, Any]:
    """Return the sentences for a person, as the row keeps them."""
    return {"why": why.to_json(), "cure": cure.to_json() if cure else None}


def drop_followers(pk: int, now: datetime, why: Say = DROPPED) -> int:
    """Cancel whatever was to leave after this delivery, and after that; return how many."""
    count, layer = 0, [pk]
    waiting = [State.SCHEDULED, State.HELD, State.HANDED]
    while layer:
        rows = Delivery.objects.filter(after_id__in=layer, state__in=waiting).values_list("pk", flat=True)
        layer = [follower for follower in rows if moved(follower, waiting, State.CANCELLED, told=told(why))]
        count += len(layer)
    return count


def by_person(delivery: Delivery, verdict: str, now: datetime) -> None:
    """Write into a delivery's history what a person decided."""
    Attempt.objects.create(delivery_id=delivery.pk, number=delivery.attempt, kind="person", began_at=now, ended_at=now, verdict=verdict)


def decides(form: str) -> str:
    """Return what one must be allowed in order to decide what becomes of a parcel of this form: an answer is a matter of the inbox."""
    return "inbox.answer" if form in (REPLY, MESSAGE) else "deliveries.decide"


def verb_of(form: str) -> str:
    """Return what one must be allowed in order to let a parcel of this form leave, or to take it back."""
    return "inbox.answer" if form in (REPLY, MESSAGE) else "posts.schedule"


def note(verb: str, *, delivery: Delivery, by: Actor, now: datetime, **facts: str | int) -> None:
    """Write in the journal what was done with a delivery, and through which account it leaves."""
    through = {"network": delivery.channel.network, "account": delivery.channel.handle}
    record(verb, by=by, now=now, company_id=delivery.company_id, object_id=delivery.pk, label=delivery.subject, **through, **facts)
