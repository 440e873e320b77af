"""Closing an account that things still wait for: a person says what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from parvis.audit.commands import record
from parvis.channels import commands as channels
from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may
from parvis.publishing.commands import WAITING, TooLate, cancel
from parvis.publishing.models import Delivery
from parvis.publishing.states import State

UNDER_WAY = (State.SENDING, State.UNKNOWN)


class StillLeaving(Exception):
    """Something is leaving through this account at this moment, or may be there and is being looked for: the account stays open."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits on an account: how many are to come (the next at `first`), under way, and asked of a person."""

    to_come: int
    first: datetime | None
    under_way: int
    asked: int


def waiting_on(channel: Channel) -> Waiting:
    """Count what waits on an account, in one query."""
    coming = Q(state__in=WAITING)
    found = Delivery.objects.filter(channel=channel).aggregate(
        to_come=Count("pk", filter=coming),
        first=Min("due_at", filter=coming),
        under_way=Count("pk", filter=Q(state__in=UNDER_WAY)),
        asked=Count("pk", filter=Q(state=State.ASKED)),
    )
    return Waiting(**found)


def close_channel(*, channel: Channel, take_back: bool, by: Actor, now: datetime) -> int:
    """Close an account and return how many deliveries were cancelled; without `take_back` they wait for it to be connected again.

    Raises NotAllowed, and StillLeaving: what is half-way must first be known, and only this account's tokens can tell.
    """
    may(by, "channels.change", channel.company_id)
    mine = Delivery.objects.filter(channel=channel)
    nothing_half_way(channel)
    cancelled = sum(_cancelled(delivery, by, now) for delivery in mine.filter(state__in=WAITING)) if take_back else 0
    with writing():
        nothing_half_way(channel)
        channels.close(channel=channel, by=by, now=now)
    return cancelled


def nothing_half_way(channel: Channel) -> None:
    """Raise StillLeaving where something is leaving through this account, or may be there and is being looked for."""
    if Delivery.objects.filter(channel=channel, state__in=UNDER_WAY).exists():
        raise StillLeaving


def _cancelled(delivery: Delivery, by: Actor, now: datetime) -> bool:
    try:
        cancel(delivery=delivery, by=by, now=now)
    except TooLate:  # it left meanwhile, or waits for an answer
        return False
    return True


def forget(*, company: Company, by: Actor, now: datetime) -> int:
    """Delete every delivery of a company that is itself about to go, such as a demonstration that was half made; return how many went.

    What has left stays on its network. Raises NotAllowed.
    """
    may(by, "company.change", company.pk)
    mine = Delivery.objects.filter(company=company)
    with writing():
        mine.update(after=None)
        gone = mine.delete()[1].get(Delivery._meta.label, 0)
        record(
            "publishing:deliveries:forgotten", by=by, now=now, company_id=company.pk, object_id=company.pk, label=company.name, count=gone
        )
    return gone
