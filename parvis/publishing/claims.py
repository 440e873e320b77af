"""Who holds what: claiming due deliveries, keeping them by a heartbeat, and what becomes of those whose holder fell silent."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connection
from django.db.models import Q

from parvis.channels.queries import network_of
from parvis.core.db import change, writing
from parvis.core.say import Say, gettext_noop
from parvis.publishing import stops
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.moves import FREE, moved, pause, told
from parvis.publishing.spending import held_over
from parvis.publishing.states import State

log = logging.getLogger(__name__)

# Past this a delivery is catching up, and what catches up on one channel leaves one by one, so far apart.
CATCHING_UP = timedelta(minutes=10)
APART = timedelta(minutes=5)
# Deaths of its holder before a delivery is suspected to be the cause, and waits longer each time.
DEATHS = 3

LATE = Say(gettext_noop("It could not leave at its hour. It is more than %(minutes)s minutes late, so it waits for your word."))
LATE_CURE = Say(gettext_noop("Send it now, give it another hour, or cancel it."))


@dataclass(frozen=True, slots=True)
class Held:
    """What a worker holds: a delivery as it was claimed, the number that fences it, and the row of its history."""

    delivery: Delivery
    number: int
    entry: int
    began: datetime

    @property
    def pk(self) -> int:
        """The delivery's id."""
        return self.delivery.pk


def lease(now: datetime) -> datetime:
    """Return when a claim made now lapses."""
    return now + timedelta(seconds=settings.LEASE_SECONDS)


def lapsed(now: datetime) -> Q:
    """Match leases that ended, and those that end later than any lease can: the clock was put back since."""
    return Q(lease_until__lt=now) | Q(lease_until__gt=now + timedelta(seconds=2 * settings.LEASE_SECONDS))


def next_ready() -> datetime | None:
    """Return when the next delivery may leave, as far as its own hour goes; None when nothing is scheduled."""
    return Delivery.objects.filter(state=State.SCHEDULED).order_by("ready_at", "id").values_list("ready_at", flat=True).first()


def claim(worker: str, now: datetime, healthy: int, doubtful: int = 0, suspects: Collection[str] = ()) -> list[Held]:
    """Claim due deliveries for this worker, at most one a channel.

    `healthy` is how many may belong to channels that work, `doubtful` how many to those that failed last, or whose server is
    among `suspects`. What is too late to leave unasked, or would pass its account's ceiling, is held here, at the last moment.
    """
    try:
        with writing():
            rows = _heads(now, False, healthy, suspects) + _heads(now, True, doubtful, suspects)
            return _taken([row for row in rows if not (_held_back(row, now) or held_over(row, now))], worker, now)
    except IntegrityError:
        return []  # another worker took one of these channels at the same moment


# The first due delivery of each channel that can take one, oldest first. Written out, because the worker asks it many times a second.
# What a person publishes does not leave one by one after an outage: it is put into their hands at once.
# A stop that is committed always wins: it is asked in the same statement. What it held back is catching up, however short it stood.
# A twin is of the same content, so that no reading can tell the two apart: it waits until it is known what became of the other.
# The state stands outside too: on PostgreSQL a row that was locked meanwhile is judged again, as it then is.
HEADS = """
    SELECT d.id FROM parvis_channel c JOIN parvis_delivery d ON d.id = (
        SELECT u.id FROM parvis_delivery u LEFT JOIN parvis_delivery a ON a.id = u.after_id
        WHERE u.channel_id = c.id AND u.state = 'scheduled' AND u.ready_at <= %(now)s
          AND (a.state = 'sent' OR u.after_id IS NULL AND (
               c.by_hand OR c.last_left_at IS NULL OR c.last_left_at <= %(apart)s OR c.last_left_at > %(ahead)s
               OR u.due_at >= %(catching_up)s AND NOT EXISTS (
                   SELECT 1 FROM parvis_stop l
                   WHERE l.company_id = c.company_id AND l.lifted_at > u.due_at AND (l.channel_id IS NULL OR l.channel_id = c.id))))
          AND NOT EXISTS (SELECT 1 FROM parvis_delivery t WHERE t.channel_id = u.channel_id AND t.state = 'unknown' AND t.digest = u.digest)
        ORDER BY u.ready_at, u.id LIMIT 1)
    WHERE c.state = 'alive' AND (c.by_hand OR c.network IN ({known})) AND (c.paused_until IS NULL OR c.paused_until <= %(now)s) AND {which}
      AND NOT EXISTS (SELECT 1 FROM parvis_stop h WHERE h.company_id = c.company_id AND h.channel_id IS NULL AND h.lifted_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM parvis_stop i WHERE i.channel_id = c.id AND i.lifted_at IS NULL)
      AND NOT EXISTS (SELECT 1 FROM parvis_delivery s WHERE s.channel_id = c.id AND s.state = 'sending')
      AND d.state = 'scheduled'
    ORDER BY d.ready_at, d.id LIMIT %(most)s {lock}
"""


def _heads(now: datetime, ill: bool, most: int, suspects: Collection[str]) -> list[Delivery]:
    if most < 1:
        return []
    names = {f"suspect{n}": base for n, base in enumerate(suspects)}
    listed = f" OR c.base IN ({_places(names)})" if names else ""
    which = f"{'' if ill else 'NOT '}(c.failures > 0{listed})"
    known = {f"known{n}": key for n, key in enumerate(settings.NETWORKS)}
    lock = "FOR UPDATE OF d SKIP LOCKED" if connection.vendor == "postgresql" else ""
    moments = {"now": now, "catching_up": now - CATCHING_UP, "apart": now - APART, "ahead": now + APART}
    given = {name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()}
    with connection.cursor() as cursor:
        cursor.execute(HEADS.format(which=which, known=_places(known), lock=lock), {**given, **names, **known, "most": most})
        found = [pk for (pk,) in cursor.fetchall()]
    if not found:
        return []
    return list(Delivery.objects.filter(pk__in=found).select_related("channel", "company", "after").order_by("ready_at", "id"))


def _places(names: Iterable[str]) -> str:
    return ", ".join(f"%({name})s" for name in names)


def _taken(rows: list[Delivery], worker: str, now: datetime) -> list[Held]:
    until, mine = lease(now), []
    for row in rows:
        row.key = row.key or network_of(row.channel).new_key(now)
        # A clock that was put back must not make the look begin after the thing was made.
        row.first_tried_at = min(row.first_tried_at or now, now)
        if moved(
            row.pk, (State.SCHEDULED,), State.SENDING, where={"attempt": row.attempt}, attempt=row.attempt + 1, key=row.key,
            first_tried_at=row.first_tried_at, worker=worker, lease_until=until, committing=False,
        ):  # fmt: skip
            row.attempt += 1
            mine.append(row)
    entries = Attempt.objects.bulk_create(
        [Attempt(delivery=row, number=row.attempt, kind="send", worker=worker, began_at=now) for row in mine]
    )
    return [Held(row, row.attempt, entry.pk, now) for row, entry in zip(mine, entries, strict=True)]


# ---- too late


def lateness(delivery: Delivery, now: datetime) -> timedelta:
    """Return how late it is. A part of a thread is late only from when the part before it was there."""
    due = delivery.due_at
    if delivery.after is not None and delivery.after.sent_at is not None:
        due = max(due, delivery.after.sent_at)
    return now - due


def too_late(delivery: Delivery, now: datetime, most: timedelta) -> bool:
    """Tell whether it is late by more than `most`, not counting the time for which it was stopped."""
    late = lateness(delivery, now)
    return late > most and late - stops.spans_of(delivery.company_id, now - late).within(delivery, now - late, now) > most


def _held_back(delivery: Delivery, now: datetime) -> bool:
    if delivery.channel.by_hand:  # putting it into a person's hands is asking
        return False
    minutes = max(1, delivery.company.late_minutes)
    if not too_late(delivery, now, timedelta(minutes=minutes)):
        return False
    why = told(Say(LATE.text, {"minutes": minutes}), LATE_CURE)
    moved(delivery.pk, (State.SCHEDULED,), State.HELD, where={"attempt": delivery.attempt}, told=why, mailed_at=None)
    return True


def hold_late(now: datetime, most: int = 500) -> int:
    """Hold what is too late on channels where nothing is claimed (dead, paused), so that a person hears of it; return how many.

    What is stopped is no accident: it waits for that to be lifted.
    """
    shortest = now - timedelta(minutes=1)
    rows = Delivery.objects.filter(stops.free(), state=State.SCHEDULED, due_at__lt=shortest, ready_at__lte=now, channel__by_hand=False)
    rows = rows.filter(Q(after=None) | Q(after__state=State.SENT)).select_related("company", "channel", "after").order_by("ready_at", "id")
    late = [row for row in rows[:most] if too_late(row, now, timedelta(minutes=max(1, row.company.late_minutes)))]
    if not late:
        return 0
    with writing():
        return sum(_held_back(row, now) for row in late)


# ---- keeping, and losing


def renew(worker: str, held: Collection[int], now: datetime) -> None:
    """Keep all that this worker holds for another lease."""
    with writing():
        rows = Delivery.objects.filter(pk__in=list(held), worker=worker, state__in=(State.SENDING, State.UNKNOWN))
        rows.update(lease_until=lease(now))


def fence(held: Held, memory: dict[str, object], now: datetime) -> bool:
    """Say that the irreversible call is about to be made. False: it is no longer ours, or it is stopped, and it must not be made."""
    with writing():
        mine = {"id": held.pk, "state": State.SENDING, "attempt": held.number, "committing": False}
        if not change(Delivery, mine, {"committing": True, "memory": memory, "lease_until": lease(now)}):
            return False
        # Asked last, so that nothing but the call itself can come between a stop and this.
        if not stops.holds(held.delivery.company_id, held.delivery.channel_id):
            return True
        moved(held.pk, (State.SENDING,), State.SCHEDULED, where={"attempt": held.number}, **FREE)
        change(Attempt, {"id": held.entry, "verdict": ""}, {"ended_at": now, "verdict": "stopped"})
    log.warning("delivery %s: stopped before its call; it waits until that is lifted", held.pk)
    return False


def free_lapsed(now: datetime) -> int:
    """Take deliveries from workers that fell silent; return how many.

    Where the irreversible call cannot have been made (the fence proves it) it is scheduled again; else it is unknown, and a
    request may still be under way: what is not seen within the longest answer is not there.
    """
    rows = list(Delivery.objects.filter(lapsed(now), state=State.SENDING).order_by("lease_until")[:200])
    if not rows:
        return 0
    with writing():
        return sum(_freed(row, now) for row in rows)


def _freed(row: Delivery, now: datetime) -> bool:
    still = {"attempt": row.attempt, "lease_until": row.lease_until, "committing": row.committing}
    fails = row.fails + 1
    if row.committing:
        under_way = timedelta(seconds=settings.ANSWER_SECONDS * settings.SETTLE_FACTOR)
        free = moved(row.pk, (State.SENDING,), State.UNKNOWN, where=still, tried_at=now + under_way, look_at=now, looks=0, **FREE)
    else:
        ready = row.ready_at if fails < DEATHS else now + pause(fails - DEATHS)
        free = moved(row.pk, (State.SENDING,), State.SCHEDULED, where=still, ready_at=ready, fails=fails, **FREE)
    if free:
        open_ones = Attempt.objects.filter(delivery_id=row.pk, number=row.attempt, kind="send", ended_at=None)
        open_ones.update(ended_at=now, verdict="lapsed")
    return free
