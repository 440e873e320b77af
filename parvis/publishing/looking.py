"""Looking: reading a network to learn whether something is there, before anything else is done about it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from parvis.channels.commands import declare_dead, note_budget
from parvis.channels.models import State as Life
from parvis.channels.queries import spec_of
from parvis.channels.tokens import connector
from parvis.core import clock
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import files
from parvis.networks.contract import Absent, Budget, CannotTell, Disconnected, NotSent, Receipt, Refused, Unknown
from parvis.networks.facts import Parcel
from parvis.publishing.claims import Held, lapsed, lease
from parvis.publishing.engine import insist, learnt
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.moves import FREE, LOOKS, moved, pause, told
from parvis.publishing.states import State
from parvis.publishing.verdicts import close, sent

log = logging.getLogger(__name__)

MOST_LOOKS = 40
# A proxy's page may make one reading useless; so many are no accident.
ENOUGH = 3
# A wait longer than any that is given: the clock was put back.
TOO_FAR = timedelta(hours=1)

ASK = Say(gettext_noop("We could not learn whether it is there: the connection broke at the wrong moment, and the network does not say."))
ASK_CURE = Say(gettext_noop("Open the account's page and look. Then say here that it is there, or send it again."))

Seen = Receipt | Absent | CannotTell | Exception


@dataclass(slots=True)
class Patience:
    """How long this process itself has known of each unknown delivery.

    A reading that finds nothing is believed only after a wait that this process has lived through by its steady clock: a machine's
    clock that jumps forward must not make a young doubt look old.
    """

    until: dict[tuple[int, int], float] = field(default_factory=dict)

    def meet(self, rows: Iterable[Delivery], now: datetime) -> None:
        """Take note of all that is unknown now, and forget the rest."""
        known, self.until = self.until, {}
        for row in rows:
            mark = (row.pk, row.attempt)
            self.until[mark] = known.get(mark) or clock.steady() + self._doubt(row, now).total_seconds()

    @staticmethod
    def _doubt(row: Delivery, now: datetime) -> timedelta:
        settles = spec_of(row.channel).settles * settings.SETTLE_FACTOR
        most = settles + timedelta(seconds=settings.ANSWER_SECONDS * settings.SETTLE_FACTOR)
        return min(max((row.tried_at or now) + settles - now, settles), most)

    def left(self, held: Held, at: float) -> float:
        """Return for how many seconds yet, counted from the steady moment `at`, an absence is not believed."""
        until = self.until.get((held.pk, held.delivery.attempt))
        return settings.ANSWER_SECONDS if until is None else until - at


def claim_looks(worker: str, now: datetime, most: int, patience: Patience) -> list[Held]:
    """Claim the looks that are due, so that no two workers look for the same thing at once."""
    rows = list(
        Delivery.objects.filter(Q(channel__by_hand=True) | Q(channel__network__in=list(settings.NETWORKS)), state=State.UNKNOWN)
        .select_related("channel")
        .order_by("look_at", "id")[:2000]
    )
    patience.meet(rows, now)
    due = [r for r in rows if r.channel.state == Life.ALIVE and (not r.look_at or not now < r.look_at < now + TOO_FAR)]
    if not due or most < 1:
        return []
    with writing():
        return [held for row in due[:most] if (held := _claimed(row, worker, now))]


def _claimed(row: Delivery, worker: str, now: datetime) -> Held | None:
    free = Q(lease_until=None) | lapsed(now)
    rows = Delivery.objects.filter(free, pk=row.pk, state=State.UNKNOWN, attempt=row.attempt, looks=row.looks)
    if not rows.update(looks=row.looks + 1, worker=worker, lease_until=lease(now)):
        return None
    row.looks += 1
    entry = Attempt.objects.create(delivery=row, number=row.looks, kind="look", worker=worker, began_at=now)
    return Held(row, row.looks, entry.pk, now)


def look(held: Held, patience: Patience) -> Seen:
    """Make one look to its end: what it taught is in the database when this returns."""
    left = patience.left(held, clock.steady())
    seen, budget = _read(held)
    now = clock.now()
    insist(lambda: _learn(held, seen, budget, left, now))
    return seen


def _read(held: Held) -> tuple[Seen, Budget | None]:
    delivery, wires = held.delivery, None
    since = delivery.first_tried_at or delivery.created_at
    try:
        line, wires = connector(delivery.channel, files.read, memory=delivery.memory)
        seen: Seen = line.look(Parcel.from_json(delivery.parcel), delivery.key, since, insist(lambda: _others(delivery, since)))
    except (NotSent, Refused, Unknown) as known:
        seen = known
    except Exception as error:
        log.exception("delivery %s: looking broke", held.pk)
        seen = error
    if wires:
        learnt(delivery.channel, wires)
    return seen, wires.budget if wires else None


def _others(delivery: Delivery, since: datetime) -> frozenset[str]:
    """Return what the channel's other deliveries made, as far back as the look may see."""
    rows = Delivery.objects.filter(channel_id=delivery.channel_id, sent_at__gte=since - timedelta(days=1)).exclude(pk=delivery.pk)
    return frozenset(rows.exclude(remote_id="").values_list("remote_id", flat=True))


def _learn(held: Held, seen: Seen, budget: Budget | None, left: float, now: datetime) -> None:
    with writing():
        match seen:
            case Receipt():
                sent(held.pk, seen, now)
            case Absent() if left <= 0:
                _absent(held, now)
            case Absent():
                _look_again(held, now + timedelta(seconds=left))
            case CannotTell() if held.number >= ENOUGH:
                _ask(held, seen.why)
            case _:
                if isinstance(seen, Disconnected):
                    declare_dead(channel_id=held.delivery.channel_id, why=seen.why, now=now, since=held.began)
                _look_again(held, now + pause(held.number, LOOKS))
        note_budget(channel_id=held.delivery.channel_id, budget=budget, now=now)
        close(held.entry, seen, now)


def _mine(held: Held) -> dict[str, int]:
    return {"attempt": held.delivery.attempt, "looks": held.number}


def _absent(held: Held, now: datetime) -> None:
    fails = held.delivery.fails + 1
    ready = now if fails == 1 else now + pause(fails - 1)
    moved(held.pk, (State.UNKNOWN,), State.SCHEDULED, where=_mine(held), ready_at=ready, fails=fails, **FREE)


def _look_again(held: Held, at: datetime) -> None:
    if held.number >= MOST_LOOKS:
        _ask(held, ASK)
        return
    rows = Delivery.objects.filter(pk=held.pk, state=State.UNKNOWN, **_mine(held))
    rows.update(look_at=at, worker="", lease_until=None)


def _ask(held: Held, why: Say) -> None:
    moved(held.pk, (State.UNKNOWN,), State.ASKED, where=_mine(held), told=told(why, ASK_CURE), mailed_at=None, **FREE)
