"""What reading costs where a network charges for it: switched on by a person, counted by the month, bounded by a ceiling.

The figures are what the network publishes and what was read here; its bill is the truth.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, Value, When

from parvis.audit.commands import record
from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.inbox.models import Reading
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.publishing.moves import told
from parvis.publishing.spending import month_of

OVER = Say(gettext_noop("This month’s ceiling for reading it is reached: it is read again next month, or once the ceiling is higher."))
MICROS = 1_000_000


def listen(*, channel: Channel, source: str, on: bool, by: Actor, now: datetime) -> bool:
    """Have a source of an account read, or no longer (what costs money begins unread); return whether that changed. Raises NotAllowed."""
    may(by, "inbox.change", channel.company_id)
    with writing():
        rows = Reading.objects.filter(channel=channel, source=source).exclude(off=not on)
        changed = rows.update(off=not on, due_at=now, failures=0, told=None) == 1
        if changed:
            _journal("inbox:reading:on" if on else "inbox:reading:off", channel, source, by, now)
    return changed


def cap(*, channel: Channel, source: str, ceiling: int | None, by: Actor, now: datetime) -> int | None:
    """Set what reading a source may cost in a month, in millionths of a US dollar (None: whatever it costs); return what was set before.

    What had stopped at the ceiling goes on where the new one is higher. Raises NotAllowed, ValueError.
    """
    may(by, "inbox.change", channel.company_id)
    if ceiling is not None and ceiling < 0:
        raise ValueError("a ceiling below nothing")
    with writing():
        row = Reading.objects.get(channel=channel, source=source)
        if row.ceiling != ceiling:
            Reading.objects.filter(pk=row.pk).update(ceiling=ceiling, due_at=now, told=None)
            verb = "inbox:reading:uncapped" if ceiling is None else "inbox:reading:capped"
            _journal(verb, channel, source, by, now, dollars=f"{(ceiling or 0) / MICROS:.2f}")
    return row.ceiling


def month(company: Company, now: datetime) -> date:
    """Return the first day of the month it is for a company."""
    return month_of(now, company.timezone)[0].date()


def note_spent(reading: Reading, micros: int, now: datetime) -> None:
    """Count what a reading has just cost; a new month begins at nothing. Inside the transaction of whoever reads."""
    if micros:
        first = month(reading.channel.company, now)
        sum_of = Case(When(month=first, then=F("spent") + micros), default=Value(micros))
        Reading.objects.filter(pk=reading.pk).update(spent=sum_of, month=first)


def over_until(reading: Reading, now: datetime) -> datetime | None:
    """Return until when a source is not read because of its ceiling; None where it may be."""
    if reading.ceiling is None:
        return None
    row = Reading.objects.filter(pk=reading.pk).values_list("month", "spent").get()
    first, end = month_of(now, reading.channel.company.timezone)
    spent = row[1] if row[0] == first.date() else 0
    return end if spent >= reading.ceiling else None


def stopped() -> dict[str, Any]:
    """Return what is told of a source that its ceiling stopped."""
    return told(OVER)


def _journal(verb: str, channel: Channel, source: str, by: Actor, now: datetime, **facts: Any) -> None:
    label = channel.handle
    record(verb, by=by, now=now, company_id=channel.company_id, object_id=channel.pk, label=label, source=source, **facts)


__all__ = ["OVER", "cap", "listen", "month", "note_spent", "over_until", "stopped"]
