"""From a connection to a person: an account goes on by hand, once nothing of it is half-way."""

from __future__ import annotations

from datetime import datetime

from parvis.channels import by_hand
from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.publishing.closing import nothing_half_way
from parvis.publishing.commands import WAITING
from parvis.publishing.models import Delivery


def switch_to_hand(*, channel: Channel, by: Actor, now: datetime) -> bool:
    """Let a person publish through this account from now on; what waits is put into their hands at its hour. Return whether it changed.

    Raises NotAllowed, and StillLeaving: what is half-way must first be known, and only this account's tokens can tell.
    """
    may(by, "channels.change", channel.company_id)
    with writing():
        nothing_half_way(channel)
        Delivery.objects.filter(channel=channel, state__in=WAITING).update(price=None)
        return by_hand.to_hand(channel=channel, by=by, now=now)
