"""The emergency stop: one word holds every delivery of a company, or of one of its accounts, until an owner lets go.

Nothing is moved when it is given: the claim and the fence ask for it themselves (`claims`). What was past its fence goes on. Taking
something off a network goes on too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.audit.commands import record
from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.publishing.models import Delivery, Stop
from parvis.publishing.moves import moved_all, told
from parvis.publishing.states import State

HELD = Say(gettext_noop("Its hour passed while everything was stopped, so it waits for your word."))
HELD_CURE = Say(gettext_noop("Send it now, give it another hour, or cancel it."))
MOST_WORDS = 300
_HOLDS = "SELECT 1 FROM parvis_stop WHERE lifted_at IS NULL AND company_id = %s AND (channel_id IS NULL OR channel_id = %s) LIMIT 1"


class AlreadyLifted(Exception):
    """Somebody let go already: nothing was changed."""


def stop(*, company: Company, by: Actor, now: datetime, channel: Channel | None = None, why: str = "") -> Stop:
    """Hold every delivery of a company, or of one of its accounts; where that is so already, return the stop that stands.

    Raises NotAllowed.
    """
    may(by, "company.stop", company.pk, None if channel is None else [channel.pk])
    if channel is not None and channel.company_id != company.pk:
        raise ValueError("an account of another company")
    given = {"why": why.strip()[:MOST_WORDS], "by_id": by.user_id, "who": by.name[:200], "at": now}
    with writing():
        standing, new = Stop.objects.get_or_create(company=company, channel=channel, lifted_at=None, defaults=given)
        if new:
            _journal("publishing:stop:called", "publishing:stop:called_on", standing, by, now, why=standing.why)
    return standing


def explain(*, stop: Stop, why: str, by: Actor, now: datetime) -> None:
    """Say why, after it was stopped. Raises NotAllowed, AlreadyLifted."""
    may(by, "company.stop", stop.company_id, None if stop.channel_id is None else [stop.channel_id])
    with writing():
        if not Stop.objects.filter(pk=stop.pk, lifted_at=None).update(why=why.strip()[:MOST_WORDS]):
            raise AlreadyLifted
        _journal("publishing:stop:explained", "publishing:stop:explained_on", stop, by, now, why=why.strip()[:MOST_WORDS])


def resume(*, stop: Stop, by: Actor, now: datetime, hold: bool = False) -> int:
    """Let go: what is past its hour leaves in order, one by one an account, or, with `hold`, waits for a person's word.

    Return how many were held. Raises NotAllowed, AlreadyLifted.
    """
    may(by, "company.resume", stop.company_id)
    with writing():
        lift = {"lifted_at": now, "lifted_by_id": by.user_id, "lifted_who": by.name[:200]}
        if not Stop.objects.filter(pk=stop.pk, lifted_at=None).update(**lift):
            raise AlreadyLifted
        held = _held(stop, now) if hold else 0
        _journal("publishing:stop:lifted", "publishing:stop:lifted_on", stop, by, now, held=held)
    return held


def _held(stop: Stop, now: datetime) -> int:
    """Hold what is past its hour. The rest of a thread needs no second word; putting into a person's hands is asking already."""
    rows = past_their_hour(stop, now).filter(Q(after=None) | Q(after__state=State.SENT), channel__by_hand=False)
    pks = list(rows.values_list("pk", flat=True))
    # The one who let go knows of them: no mail for each.
    return moved_all(pks, (State.SCHEDULED,), State.HELD, told=told(HELD, HELD_CURE), mailed_at=now)


def past_their_hour(stop: Stop, now: datetime) -> QuerySet[Delivery]:
    """Return what waits under this stop alone though its hour has come: what would leave without it."""
    rows = Delivery.objects.filter(state=State.SCHEDULED, company_id=stop.company_id, due_at__lte=now).filter(free(but=stop.pk))
    return rows if stop.channel_id is None else rows.filter(channel_id=stop.channel_id)


def of(company: Company) -> list[Stop]:
    """Return the stops that stand in a company, that of the whole company first. One query."""
    rows = Stop.objects.filter(company=company, lifted_at=None).select_related("channel").order_by("pk")
    return sorted(rows, key=lambda row: row.channel_id is not None)


def free(but: int | None = None) -> Q:
    """Match deliveries that no stop holds, or none other than the stop `but`."""
    over = Stop.objects.filter(lifted_at=None, company=OuterRef("company_id")).exclude(pk=but or 0)
    return Q(~Exists(over.filter(Q(channel=None) | Q(channel=OuterRef("channel_id")))))


def holds(company_id: int, channel_id: int) -> bool:
    """Tell whether anything is stopped there now. In plain SQL: it is asked for each thing that leaves."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLDS, [company_id, channel_id])
        return cursor.fetchone() is not None


@dataclass(frozen=True, slots=True)
class Spans:
    """The stretches of time in which a company, or some of its accounts, were stopped, by their beginnings."""

    rows: list[tuple[int | None, datetime, datetime | None]]

    def within(self, delivery: Delivery, since: datetime, until: datetime) -> timedelta:
        """Return for how much of this time a delivery was stopped, counting once what several stops share."""
        total, reached = timedelta(0), since
        for channel_id, at, lifted in self.rows:
            if channel_id in (None, delivery.channel_id):
                start, end = max(at, reached), min(lifted or until, until)
                if end > start:
                    total, reached = total + (end - start), end
        return total


def spans_of(company_id: int, since: datetime) -> Spans:
    """Return when a company was stopped from `since` on. One query."""
    rows = Stop.objects.filter(Q(lifted_at=None) | Q(lifted_at__gt=since), company=company_id).order_by("at")
    return Spans(list(rows.values_list("channel_id", "at", "lifted_at")))


# ---- telling the owners


def untold() -> QuerySet[Stop]:
    """Return the stops, given or lifted, that owners were not written to about."""
    rows = Stop.objects.filter(Q(told_at=None) | Q(lifted_at__isnull=False, lift_told_at=None))
    return rows.select_related("company", "channel").order_by("company_id", "pk")


def any_untold(now: datetime) -> bool:
    """Tell whether owners are to be written to."""
    return untold().exists()


def note_told(*, stop: Stop, now: datetime) -> None:
    """Remember that the owners know of a stop, as it stood."""
    with writing():
        Stop.objects.filter(pk=stop.pk).update(told_at=stop.told_at or now, lift_told_at=now if stop.lifted_at else None)


def _journal(whole: str, one: str, stop: Stop, by: Actor, now: datetime, **facts: str | int) -> None:
    verb, label = (whole, stop.company.name) if stop.channel is None else (one, stop.channel.handle)
    through = {"network": stop.channel.network} if stop.channel else {}
    record(verb, by=by, now=now, company_id=stop.company_id, object_id=stop.pk, label=label, **through, **facts)
