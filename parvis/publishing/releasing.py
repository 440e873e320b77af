"""What would leave when a stop is lifted, in order and at about what hour: shown before anybody lets go."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Q

from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.publishing import stops
from parvis.publishing.claims import APART, lateness
from parvis.publishing.models import Delivery, Stop
from parvis.publishing.queries import seen_in, with_form
from parvis.publishing.states import State

MOST_READ = 500


@dataclass(frozen=True, slots=True)
class Turn:
    """A delivery that would leave at about `at`; `why` is what would keep it here instead (late, closed), empty where nothing does."""

    delivery: Delivery
    at: datetime | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What lifting a stop would let go: the first turns in order, and how many there are in all."""

    turns: list[Turn]
    total: int

    @property
    def more(self) -> int:
        """How many are not among the turns."""
        return self.total - len(self.turns)


@dataclass(frozen=True, slots=True)
class Going:
    """What a stop came too late for, and what it holds: calls made, calls not yet made, what may be there, and what waits."""

    past: int
    before: int
    unsure: int
    in_hand: int
    waits: int


@dataclass(slots=True)
class _Queues:
    """The next free moment of each account, and when each delivery would be there for what follows it."""

    now: datetime
    free: dict[int, datetime] = field(default_factory=dict)
    there: dict[int, datetime] = field(default_factory=dict)

    def turn(self, row: Delivery, stopped: timedelta) -> Turn:
        """Give a delivery its place; `stopped` is for how much of its lateness it was stopped."""
        channel = row.channel
        if channel.state != Life.ALIVE:
            return Turn(row, None, "closed")
        if row.after_id in self.there:
            at = self.there[row.after_id]
        elif row.after_id is not None or channel.by_hand:
            at = self.now
        else:
            at = self._next(channel)
        # Its lateness stands still while it is stopped, and begins again when that is lifted.
        if (
            not channel.by_hand
            and row.after_id not in self.there
            and lateness(row, at) - stopped > timedelta(minutes=max(1, row.company.late_minutes))
        ):
            return Turn(row, None, "late")
        self.there[row.pk] = at
        if row.after_id is None and not channel.by_hand:
            self.free[channel.pk] = at + APART
        return Turn(row, at)

    def _next(self, channel: Channel) -> datetime:
        last = channel.last_left_at
        first = last + APART if last and last <= self.now else self.now
        return max(self.free.get(channel.pk, self.now), first, channel.paused_until or self.now)


def release_of(stop: Stop, now: datetime, most: int = 50) -> Release:
    """Return what would leave if this stop were lifted now, of what whoever asks may see. Four queries."""
    rows = (
        stops.past_their_hour(stop, now)
        .filter(seen_in(stop.company))
        .filter(Q(after=None) | Q(after__state__in=(State.SCHEDULED, State.SENT)))
    )
    total = rows.count()
    read = with_form(
        rows.select_related("channel", "company", "after").defer("parcel", "memory", "refs", "after__parcel", "channel__tokens")
    )
    found = list(read.order_by("ready_at", "id")[:MOST_READ])
    turns = _turns(found, stop, now)
    return Release(sorted(turns, key=lambda turn: (turn.at is None, turn.at or now))[:most], total)


def _turns(rows: list[Delivery], stop: Stop, now: datetime) -> list[Turn]:
    queues = _Queues(now)
    known = stops.spans_of(stop.company_id, min((row.due_at for row in rows), default=now))
    return [queues.turn(row, known.within(row, row.due_at, now)) for row in rows]


def going(stop: Stop) -> Going:
    """Count what a stop came too late for, and what it holds, of what whoever asks may see. One query."""
    rows = Delivery.objects.filter(
        seen_in(stop.company), company_id=stop.company_id, state__in=(State.SENDING, State.UNKNOWN, State.HANDED, State.SCHEDULED)
    )
    if stop.channel_id is not None:
        rows = rows.filter(channel_id=stop.channel_id)
    found = rows.aggregate(
        past=Count("pk", filter=Q(state=State.SENDING, committing=True)),
        before=Count("pk", filter=Q(state=State.SENDING, committing=False)),
        unsure=Count("pk", filter=Q(state=State.UNKNOWN)),
        in_hand=Count("pk", filter=Q(state=State.HANDED)),
        waits=Count("pk", filter=Q(state=State.SCHEDULED)),
    )
    return Going(**found)
