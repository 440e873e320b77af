"""By hand: what a person has in hand, what they say became of it, and the one reminder."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from parvis.channels.commands import note_outcome
from parvis.core.db import writing
from parvis.core.http import typed_address
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.publishing.claims import lateness
from parvis.publishing.commands import TooLate, move
from parvis.publishing.models import Delivery
from parvis.publishing.moves import FREE, by_person, decides, moved, note
from parvis.publishing.queries import is_comment
from parvis.publishing.states import State
from parvis.publishing.stops import free

# What a person may say is published: also before its hour, where they are the one who publishes.
SAYABLE = (State.HANDED, State.SCHEDULED, State.HELD)
# A word said by mistake is taken back within this; past it, what it said is history.
REGRET = timedelta(minutes=10)


class NotAnAddress(Exception):
    """What was given as the address of the publication is none; nothing was changed."""


class NotByHand(Exception):
    """Parvis publishes there itself, so that nobody's word is asked."""


def together(delivery: Delivery, now: datetime) -> list[Delivery]:
    """Return a delivery and what follows it and is due with it, in order: a thread, then a first comment. One card. One query."""
    due = max(delivery.due_at, now)
    open_ones = Delivery.objects.filter(
        company_id=delivery.company_id, channel_id=delivery.channel_id, after__isnull=False, state__in=SAYABLE, due_at__lte=due
    )
    after: dict[int, list[Delivery]] = {}
    for row in open_ones.order_by("pk"):
        after.setdefault(row.after_id or 0, []).append(row)
    found, layer = [delivery], [delivery.pk]
    while layer:
        fresh = [row for pk in layer for row in after.pop(pk, [])]
        found += fresh
        layer = [row.pk for row in fresh]
    return sorted(found, key=is_comment)


def published(*, delivery: Delivery, url: str, by: Actor, now: datetime, also: Collection[int] = ()) -> list[Delivery]:
    """Note that a person published it, at `url` (which may be empty), with those of its followers that `also` names; return them all.

    Raises NotAllowed, NotAnAddress, NotByHand, and TooLate when it was not for a person to say.
    """
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    page = typed_address(url, 700)
    if url and not page:
        raise NotAnAddress
    with writing():
        if not delivery.channel.by_hand and delivery.state != State.HANDED:
            raise NotByHand
        said = [delivery, *(row for row in together(delivery, now)[1:] if row.pk in also)]
        for row in said:
            _published(row, page if row.pk == delivery.pk else "", now)
        note_outcome(channel_id=delivery.channel_id, ok=True, now=now)
        note("publishing:delivery:published", delivery=delivery, by=by, now=now, url=page, parts=len(said))
    return said


def _published(row: Delivery, url: str, now: datetime) -> None:
    told: dict[str, Any] = {"url": url, "sent_at": now, "handed_at": row.handed_at or now, "told": None, "fails": 0}
    if not moved(row.pk, SAYABLE, State.SENT, **told, **FREE):
        raise TooLate(Delivery.objects.values_list("state", flat=True).get(pk=row.pk))
    by_person(row, "published", now)


def regrettable(delivery: Delivery, now: datetime) -> bool:
    """Tell whether the word that it is published may still be taken back."""
    said = delivery.state == State.SENT and delivery.handed_at is not None and not delivery.remote_id and delivery.removed_at is None
    return said and delivery.sent_at is not None and now - delivery.sent_at <= REGRET


def unpublished(*, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Take back, within minutes, the word that it was published, and what was said with it. Raises NotAllowed, TooLate."""
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    with writing():
        if not regrettable(delivery, now):
            raise TooLate(delivery.state)
        same: dict[str, Any] = {"sent_at": delivery.sent_at, "remote_id": "", "removed_at": None}
        with_it = Delivery.objects.filter(channel_id=delivery.channel_id, after__isnull=False, state=State.SENT, **same)
        kin = {row.pk for row in _behind(delivery.pk, list(with_it))}
        if not moved(delivery.pk, (State.SENT,), State.HANDED, where=same, url="", sent_at=None, mailed_at=now):
            raise TooLate(Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk))
        for pk in kin:
            moved(pk, (State.SENT,), State.HANDED, where=same, url="", sent_at=None, mailed_at=now)
        by_person(delivery, "unpublished", now)
        note("publishing:delivery:unpublished", delivery=delivery, by=by, now=now)


def _behind(pk: int, rows: list[Delivery]) -> list[Delivery]:
    found, layer = [], {pk}
    while layer:
        fresh = [row for row in rows if row.after_id in layer]
        found += fresh
        layer = {row.pk for row in fresh}
    return found


def postpone(*, delivery: Delivery, due_at: datetime, by: Actor, now: datetime) -> None:
    """Give it, and what follows it, another hour. Raises NotAllowed, TooLate."""
    with writing():
        for row in together(delivery, now):
            move(delivery=row, due_at=due_at, by=by, now=now)


# ---- the one reminder


def any_to_remind(now: datetime) -> bool:
    """Tell whether anything is in a person's hands that they were not reminded of."""
    return Delivery.objects.filter(state=State.HANDED, reminded_at=None).exists()


def to_remind(now: datetime, most: int = 200) -> list[Delivery]:
    """Return what has been in hand for half of its company's patience, each once in its life; nobody is hurried while all is stopped."""
    rows = Delivery.objects.filter(free(), state=State.HANDED, reminded_at=None).exclude(after__state=State.HANDED)
    rows = rows.select_related("company", "channel", "after").order_by("company_id", "due_at", "id")
    return [row for row in rows[: most * 5] if row.handed_at and now - row.handed_at >= patience(row) / 2][:most]


def patience(delivery: Delivery) -> timedelta:
    """Return how late a thing may be before it counts as late, as its company says."""
    return timedelta(minutes=max(1, delivery.company.late_minutes))


def note_reminded(deliveries: list[Delivery], now: datetime) -> None:
    """Remember that people were reminded of these."""
    with writing():
        for row in deliveries:
            Delivery.objects.filter(pk=row.pk, state=State.HANDED, reminded_at=None).update(reminded_at=now)


def overdue(delivery: Delivery, now: datetime) -> bool:
    """Tell whether it is in a person's hands for longer than its company finds right."""
    return delivery.state == State.HANDED and lateness(delivery, now) > patience(delivery)
