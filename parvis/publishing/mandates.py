"""What is scheduled under a mandate when it stops: held for the company's word, taken back, or let go again. Called inside a write."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from parvis.core.say import Say, gettext_noop
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.publishing.models import Delivery
from parvis.publishing.moves import drop_followers, moved, told
from parvis.publishing.states import State

STOPPED = Say(gettext_noop("The mandate under which it was scheduled has stopped, so it waits for the company’s word."))
STOPPED_ASKING = Say(gettext_noop("The mandate under which it was asked for has stopped, and what was planned under it was taken back."))
STOPPED_CURE = Say(gettext_noop("An owner can send it now, give it another hour, or take it back."))
PASSED = Say(gettext_noop("Its hour passed while the mandate was suspended, so it waits for your word."))
PASSED_CURE = Say(gettext_noop("Send it now, give it another hour, or cancel it."))
WAITS = (State.SCHEDULED, State.HELD, State.HANDED)
LEAVING = (State.SENDING, State.UNKNOWN, State.ASKED)


def count(*, mandate_id: int) -> int:
    """Return how many wait to leave under a mandate."""
    return _of(mandate_id).count()


def hold(*, mandate_id: int, now: datetime) -> tuple[int, int]:
    """Hold what waits; what was in a person's hands too. Returns how many, and how many had begun to leave."""
    held = 0
    for pk, state in _of(mandate_id).values_list("pk", "state"):
        if state == State.HANDED:
            moved(pk, (State.HANDED,), State.SCHEDULED)
        # Both sides are written to about the mandate: one mail, not one a delivery.
        held += moved(pk, (State.SCHEDULED,), State.HELD, told=told(STOPPED, STOPPED_CURE), mailed_at=now)
    return held, _leaving(mandate_id)


def take_back(*, mandate_id: int, now: datetime) -> tuple[list[int], int]:
    """Take back what waits. Returns which, and how many had begun to leave."""
    taken = []
    for pk in _of(mandate_id).values_list("pk", flat=True):
        if moved(pk, WAITS, State.CANCELLED, told=told(STOPPED)):
            taken.append(pk)
            drop_followers(pk, now)
    dropped = Delivery.objects.filter(mandate_id=mandate_id, state=State.CANCELLED, after__in=taken).values_list("pk", flat=True)
    return sorted({*taken, *dropped}), _leaving(mandate_id)


def let_go(*, mandate_id: int, now: datetime) -> int:
    """Let what was held for a mandate leave at its hour; where that is past, it still waits for a word. Returns how many leave."""
    count = 0
    for row in _of(mandate_id).filter(state=State.HELD):
        if not stopped(row):
            continue
        if row.due_at > now:
            count += moved(row.pk, (State.HELD,), State.SCHEDULED, ready_at=row.due_at, fails=0, told=None, mailed_at=None)
        else:
            Delivery.objects.filter(pk=row.pk, state=State.HELD).update(told=told(PASSED, PASSED_CURE))
    return count


def stopped(delivery: Delivery) -> bool:
    """Tell whether a delivery is held because its mandate stopped."""
    why = (delivery.told or {}).get("why") or {}
    return delivery.state == State.HELD and why.get("text") == STOPPED.text


def companys_word(delivery: Delivery, by: Actor) -> None:
    """Raise NotAllowed where only the company itself lets this go: it is held because a mandate stopped."""
    if stopped(Delivery.objects.only("state", "told").get(pk=delivery.pk)):
        may(by, "deliveries.decide", delivery.company_id)


def _of(mandate_id: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(mandate_id=mandate_id, state__in=WAITS).order_by("due_at", "pk")


def _leaving(mandate_id: int) -> int:
    return Delivery.objects.filter(mandate_id=mandate_id, state__in=LEAVING).count()
