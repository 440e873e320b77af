"""Money: what a month costs on an account whose network bills each publication, and the ceiling that is not passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Expression, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce, TruncMonth

from parvis.channels.models import Channel
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Parcel
from parvis.people.models import Company
from parvis.publishing.models import Delivery
from parvis.publishing.moves import moved, told
from parvis.publishing.states import State

# What may be there was perhaps billed: it counts until it is known not to be.
SPENT = (State.SENT, State.UNKNOWN, State.ASKED, State.SENDING)
# What was due so long before a month began cannot have cost in it.
EARLIER = timedelta(days=62)

OVER = Say(gettext_noop("Sending it would take this account past the ceiling that your company set for the month. Nothing was sent."))
OVER_CURE = Say(gettext_noop("Raise the ceiling on the account's page and let it leave, give it an hour in another month, or cancel it."))


@dataclass(frozen=True, slots=True)
class Month:
    """What one month costs on one account, in millionths of a US dollar. `first` is its first day for the company."""

    channel_id: int
    first: date
    spent: int
    to_come: int

    @property
    def all(self) -> int:
        """What it will have cost when what is planned has left."""
        return self.spent + self.to_come


def price_of(channel: Channel, parcel: Parcel) -> int | None:
    """Return what sending a parcel costs there, in millionths of a US dollar; None where nothing is billed."""
    network = settings.NETWORKS.get(channel.network)
    if network is None or network.spec.price is None or channel.by_hand:
        return None
    return int(network.spec.price(parcel).micros)


def months(company: Company, since: date, channel: Channel | None = None) -> list[Month]:
    """Return what each month since the one of `since` costs on each account, newest first, in one query."""
    zone = ZoneInfo(company.timezone)
    rows = _priced(Delivery.objects.filter(company=company), datetime(since.year, since.month, 1, tzinfo=zone))
    if channel is not None:
        rows = rows.filter(channel=channel)
    rows = rows.filter(state__in=(*SPENT, State.SCHEDULED)).annotate(month=TruncMonth("moment", tzinfo=zone))
    sums = {"spent": _sum(state__in=SPENT), "to_come": _sum(state=State.SCHEDULED)}
    found = rows.values("channel_id", "month").annotate(**sums).order_by("-month", "channel_id")
    return [Month(row["channel_id"], row["month"].date(), row["spent"], row["to_come"]) for row in found]


def spent_in(channel_id: int, start: datetime, end: datetime) -> int:
    """Return what was spent on an account between two moments, in millionths of a US dollar."""
    rows = _priced(Delivery.objects.filter(channel_id=channel_id, state__in=SPENT), start).filter(moment__lt=end)
    return int(rows.aggregate(spent=_sum())["spent"])


def month_of(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """Return when the month that it is for a company began, and when it ends."""
    here = now.astimezone(ZoneInfo(timezone))
    start = here.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def passes(row: Delivery, now: datetime) -> bool:
    """Tell whether sending it now, with what follows it, would pass the ceiling of its account for this month."""
    ceiling = row.channel.ceiling
    if ceiling is None or not row.price:
        return False
    return spent_in(row.channel_id, *month_of(now, row.company.timezone)) + _whole(row) > ceiling


def held_over(row: Delivery, now: datetime) -> bool:
    """Hold a delivery whose sending, with what follows it, would pass the ceiling of its account; tell whether it did.

    To be called where it is claimed, in that transaction: one thing at a time leaves through an account, so that nothing is spent between
    the sum and the claim.
    """
    if not passes(row, now):
        return False
    where = {"attempt": row.attempt}
    moved(row.pk, (State.SCHEDULED,), State.HELD, where=where, told=told(OVER, OVER_CURE), mailed_at=None)
    return True


def for_money(row: Delivery) -> bool:
    """Tell whether it is held because of the ceiling, and not because it is late."""
    return row.state == State.HELD and (row.told or {}).get("why", {}).get("text") == OVER.text


def _whole(row: Delivery) -> int:
    """A thread leaves whole or not at all: its first part counts what follows it."""
    total, layer = row.price or 0, [row.pk]
    while layer:
        followers = Delivery.objects.filter(after_id__in=layer, state=State.SCHEDULED).values_list("pk", "price")
        layer = [pk for pk, _ in followers]
        total += sum(price or 0 for _, price in followers)
    return total


def _priced(rows: QuerySet[Delivery], start: datetime) -> QuerySet[Any]:
    """Narrow to what costs and counts from `start` on; `moment` is when it counts."""
    rows = rows.filter(price__isnull=False, due_at__gte=start - EARLIER)
    return rows.annotate(moment=_MOMENT).filter(moment__gte=start)


def _sum(**where: Any) -> Expression:
    return Coalesce(Sum("price", filter=Q(**where) if where else None), 0)


_MOMENT = Case(
    When(state=State.SENT, then=Coalesce("sent_at", "due_at")),
    When(state__in=(State.UNKNOWN, State.ASKED), then=Coalesce("tried_at", "ready_at")),
    When(state=State.SENDING, then=F("ready_at")),
    default=F("due_at"),
)
