"""Periodic work: each round is a row with a due time, and whoever moves that time does it. Losing one costs a delay, never data."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from parvis.channels.models import State as Life
from parvis.core.db import writing
from parvis.publishing.looking import ASK, ASK_CURE
from parvis.publishing.models import Delivery, Round
from parvis.publishing.moves import DROPPED, FREE, drop_followers, moved, told
from parvis.publishing.states import State

# An account that stays dead so long will not answer a look in time to be of use.
DEAF = timedelta(hours=2)


def claim(name: str, every: timedelta, now: datetime) -> bool:
    """Take on a round if it is due, and make it due again after `every`; False when it is not due or somebody else has it."""
    row = Round.objects.filter(name=name).first()
    if row is None:
        with writing():
            _, made = Round.objects.get_or_create(name=name, defaults={"due_at": now + every})
            return made
    # Due later than ever is given: the clock was put back.
    if now < row.due_at <= now + 2 * every:
        return False
    with writing():
        return Round.objects.filter(name=name, due_at=row.due_at).update(due_at=now + every) == 1


def again_at(name: str, at: datetime) -> None:
    """Make a round due at another time, because it could not be finished."""
    with writing():
        Round.objects.filter(name=name).update(due_at=at)


def tidy(now: datetime) -> int:
    """Settle what no event will: what was to follow a thread that broke, and questions nobody can look into."""
    waiting = Q(state__in=(State.SCHEDULED, State.HELD))
    gone = Q(after__state__in=(State.REFUSED, State.CANCELLED))
    deaf = ~Q(channel__state=Life.ALIVE) & (Q(tried_at__lt=now - DEAF) | Q(channel__state=Life.CLOSED))
    lost = list(Delivery.objects.filter(waiting & gone).values_list("pk", flat=True)[:200])
    unheard = list(Delivery.objects.filter(deaf, state=State.UNKNOWN).values_list("pk", flat=True)[:200])
    if not lost and not unheard:
        return 0
    with writing():
        for pk in lost:
            moved(pk, (State.SCHEDULED, State.HELD), State.CANCELLED, told=told(DROPPED))
            drop_followers(pk, now)
        for pk in unheard:
            moved(pk, (State.UNKNOWN,), State.ASKED, told=told(ASK, ASK_CURE), mailed_at=None, **FREE)
    return len(lost) + len(unheard)


def note_mailed(deliveries: list[Delivery], now: datetime) -> None:
    """Remember that people were written to about these, as they stood."""
    with writing():
        for row in deliveries:
            Delivery.objects.filter(pk=row.pk, state=row.state, mailed_at=None).update(mailed_at=now)
