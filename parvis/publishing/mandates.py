"""What is scheduled under a mandate when it stops: held for the company's word, taken back, or let go again. Called inside a write."""

from __future__ import annotations

from collections.abc import Iterable
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
REWORDED = Say(gettext_noop("The mandate, as it is worded now, no longer covers it, so it waits for the company’s word."))
REWORDED_BACK = Say(gettext_noop("The mandate, as it is worded now, no longer covers it, so it was taken back."))
REWORDED_ASKING = Say(gettext_noop("The mandate, as it is worded now, no longer includes this, so no yes is asked for it any more."))
PASSED = Say(gettext_noop("Its hour passed while the mandate was suspended, so it waits for your word."))
PASSED_CURE = Say(gettext_noop("Send it now, give it another hour, or cancel it."))
WAITS = (State.SCHEDULED, State.HELD, State.HANDED)
LEAVING = (State.SENDING, State.UNKNOWN, State.ASKED)


def count(*, mandate_id: int) -> int:
    """Return how many wait to leave under a mandate."""
    return _of(mandate_id).count()


def hold(*, mandate_id: int, now: datetime) -> tuple[int, int]:
    """Hold what waits; what was in a person's hands too. Returns how many, and how many had begun to leave."""
    held = sum(_held(pk, state, STOPPED, now) for pk, state in _of(mandate_id).values_list("pk", "state"))
    return held, _leaving(mandate_id)


def hold_dropped(pks: Iterable[int], now: datetime) -> int:
    """Hold these, which a new wording no longer covers; what was held for another reason now waits for the company's word too.

    Returns how many.
    """
    count = 0
    for pk, state in _states(pks):
        if state == State.HELD:
            count += Delivery.objects.filter(pk=pk, state=state).update(told=told(REWORDED, STOPPED_CURE), mailed_at=now)
        else:
            count += _held(pk, state, REWORDED, now)
    return count


def _held(pk: int, state: str, why: Say, now: datetime) -> bool:
    if state == State.HANDED:
        moved(pk, (State.HANDED,), State.SCHEDULED)
    # Both sides are written to about the mandate: one mail, not one a delivery.
    return moved(pk, (State.SCHEDULED,), State.HELD, told=told(why, STOPPED_CURE), mailed_at=now)


def take_back(*, mandate_id: int, now: datetime) -> tuple[list[int], int]:
    """Take back what waits. Returns which, and how many had begun to leave."""
    return take_back_these(list(_of(mandate_id).values_list("pk", flat=True)), STOPPED, mandate_id, now), _leaving(mandate_id)


def take_back_these(pks: Iterable[int], why: Say, mandate_id: int, now: datetime) -> list[int]:
    """Take these back, and what was to follow them under the same mandate. Returns which."""
    taken = []
    for pk in pks:
        if moved(pk, WAITS, State.CANCELLED, told=told(why)):
            taken.append(pk)
            drop_followers(pk, now)
    dropped = Delivery.objects.filter(mandate_id=mandate_id, state=State.CANCELLED, after__in=taken).values_list("pk", flat=True)
    return sorted({*taken, *dropped})


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
    return _held_for(delivery, STOPPED)


def _held_for(delivery: Delivery, reason: Say) -> bool:
    why = (delivery.told or {}).get("why") or {}
    return delivery.state == State.HELD and why.get("text") == reason.text


def companys_word(delivery: Delivery, by: Actor) -> None:
    """Raise NotAllowed where only the company itself lets this go: it is held because a mandate stopped, or covers it no longer."""
    fresh = Delivery.objects.only("state", "told").get(pk=delivery.pk)
    if stopped(fresh) or _held_for(fresh, REWORDED):
        may(by, "deliveries.decide", delivery.company_id)


def planned(*, mandate_id: int) -> QuerySet[Delivery]:
    """Return what waits to leave under a mandate, and what has begun to, by its hour."""
    rows = Delivery.objects.filter(mandate_id=mandate_id, state__in=(*WAITS, *LEAVING))
    return rows.select_related("channel").order_by("due_at", "pk")


def _of(mandate_id: int) -> QuerySet[Delivery]:
    return Delivery.objects.filter(mandate_id=mandate_id, state__in=WAITS).order_by("due_at", "pk")


def _states(pks: Iterable[int]) -> Iterable[tuple[int, str]]:
    for pk in pks:
        yield from Delivery.objects.filter(pk=pk).values_list("pk", "state")


def _leaving(mandate_id: int) -> int:
    return Delivery.objects.filter(mandate_id=mandate_id, state__in=LEAVING).count()
