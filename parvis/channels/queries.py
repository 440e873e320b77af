"""Reading channels: the accounts of a company, their facts, and those that need a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet

from parvis.channels.models import Channel, Connecting, State
from parvis.channels.readiness import NOTICE
from parvis.networks.contract import Account, Gauge, Network
from parvis.networks.facts import Spec
from parvis.networks.facts_of import SPECS
from parvis.networks.hand import OTHER, hand, other
from parvis.people.models import Company
from parvis.people.rights import within


def of(company: Company) -> QuerySet[Channel]:
    """Return the accounts that a company uses, alive or dead, in the order they were connected."""
    rows = within(Channel.objects.filter(company=company), company.only("channels.read"), "pk")
    return rows.exclude(state=State.CLOSED).order_by("id")


def alive(company: Company) -> QuerySet[Channel]:
    """Return the accounts that can be written to."""
    return of(company).filter(state=State.ALIVE)


def dead(company: Company) -> QuerySet[Channel]:
    """Return the accounts whose authorisation is gone: a person must connect them again."""
    return of(company).filter(state=State.DEAD)


def untold_dead() -> QuerySet[Channel]:
    """Return the dead accounts, of every company, that nobody has been written to about."""
    return Channel.objects.filter(state=State.DEAD, told_dead_at__isnull=True).select_related("company").order_by("dead_since", "id")


def to_visit(now: datetime) -> QuerySet[Channel]:
    """Return the living accounts whose health visit is due; where a person publishes there is nothing to visit."""
    return Channel.objects.filter(state=State.ALIVE, by_hand=False, visit_at__lte=now).order_by("visit_at", "id")


def network_of(channel: Channel) -> Network:
    """Return the line of the registry that a channel belongs to, or the hand where a person publishes.

    Raises KeyError where nothing is by hand and this Parvis does not know the network.
    """
    if channel.by_hand:
        return _by_hand(channel.network, "" if channel.network in SPECS else channel.name)
    network: Network = settings.NETWORKS[channel.network]
    return network


def facts_of_key(key: str, name: str = "") -> Spec:
    """Return the facts of a network by its key, connectable or not; whatever is no network here is a place called `name`."""
    return SPECS.get(key) or (settings.NETWORKS[key].spec if key in settings.NETWORKS else other(name))


@lru_cache(maxsize=512)
def _by_hand(key: str, name: str) -> Network:
    return hand(facts_of_key(key, name))


def known(channel: Channel) -> bool:
    """Tell whether this Parvis knows what to do with a channel: an account of a network it lost is kept, and left alone."""
    return channel.by_hand or channel.network in settings.NETWORKS


def by_hand_keys() -> list[str]:
    """Return the keys of what can be published by hand: every network, in the order in which they are offered, and any other place."""
    return [*dict.fromkeys([*settings.NETWORKS, *SPECS]), OTHER]


def spec_of(channel: Channel) -> Spec:
    """Return the facts of a channel's network, as its own server told them."""
    return network_of(channel).spec.refined(channel.limits)


def account_of(channel: Channel) -> Account:
    """Return the account as its network knows it."""
    return Account(
        network=channel.network,
        base=channel.base,
        remote_id=channel.remote_id,
        handle=channel.handle,
        name=channel.name,
        url=channel.url,
        limits=channel.limits,
    )


def gauges_of(channel: Channel) -> dict[str, Gauge]:
    """Return what is known of a channel's limits, those included that its company's other accounts there eat from too."""
    found = _gauges(channel.gauges)
    if network_of(channel).spec.app is not None:
        for kept in sharing(channel).exclude(pk=channel.pk).values_list("gauges", flat=True):
            for name, gauge in _gauges(kept).items():
                known = found.get(name)
                if gauge.shared and (known is None or (gauge.reset_at, gauge.used) > (known.reset_at, known.used)):
                    found[name] = gauge
    return found


def sharing(channel: Channel) -> QuerySet[Channel]:
    """Return the company's channels that go through the same application as this one: all those of its family."""
    app = network_of(channel).spec.app
    family = [key for key, network in settings.NETWORKS.items() if app and network.spec.app and network.spec.app.family == app.family]
    return Channel.objects.filter(company_id=channel.company_id, network__in=family or [channel.network])


def _gauges(kept: Mapping[str, Any]) -> dict[str, Gauge]:
    return {name: Gauge(**{**one, "reset_at": datetime.fromisoformat(one["reset_at"])}) for name, one in kept.items()}


def endings(now: datetime) -> QuerySet[Channel]:
    """Return the living accounts, of every company, whose authorisation ends soon and about which people are to be written to now.

    They are told once at each of the distances of `readiness.NOTICE`.
    """
    due = Q()
    for notice in NOTICE:
        due |= Q(ends_at__lte=now + notice) & (Q(told_end_at__isnull=True) | Q(told_end_at__lt=F("ends_at") - notice))
    rows = Channel.objects.filter(due, state=State.ALIVE, by_hand=False, ends_at__gt=now)
    return rows.select_related("company").order_by("company_id", "ends_at", "id")


def invited_flow(digest: str, now: datetime) -> Connecting | None:
    """Return the connection that was begun by invitation under this state, unless its time is over."""
    rows = Connecting.objects.select_related("company", "invitation__company", "invitation__by")
    return rows.filter(digest=digest, invitation__isnull=False, expires_at__gt=now).first()


def flow(digest: str, user_id: int, now: datetime) -> Connecting | None:
    """Return the connection that this user began under this state, unless its time is over."""
    return Connecting.objects.select_related("company").filter(digest=digest, user_id=user_id, expires_at__gt=now).first()
