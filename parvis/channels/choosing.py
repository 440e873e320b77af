"""A login that opens several accounts: what was found is kept sealed for ten minutes, until a person says which of them to connect."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from parvis.channels.models import Channel, Connecting, ConnectInvitation, State
from parvis.core.db import writing
from parvis.networks.contract import Account, Found
from parvis.people.actors import Actor
from parvis.people.models import Company

PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Offer:
    """One of the accounts that a login opened; `known` is the channel that it is already, where it is one that is not closed."""

    number: int
    account: Account
    known: Channel | None

    @property
    def alive(self) -> bool:
        """Tell whether it is connected already."""
        return self.known is not None and self.known.state == State.ALIVE


def meant(company: Company, founds: Sequence[Found], mends: int | None) -> Found | None:
    """Return the one that a person wanted to mend, where it is among those that were found."""
    channel = Channel.objects.filter(company=company, pk=mends).first() if mends else None
    return next((found for found in founds if channel is not None and is_same(channel, found.account)), None)


def is_same(channel: Channel, account: Account) -> bool:
    """Tell whether a channel is this account; where a network has many servers, an id means something on its own only."""
    there = channel.base == account.base or not settings.NETWORKS[account.network].spec.asks_host
    return there and (channel.network, channel.remote_id) == (account.network, account.remote_id)


def keep_founds(begun: Connecting, founds: Sequence[Found], mends: int | None, now: datetime) -> Connecting:
    """Keep what a login opened for the same person, ten minutes from now; nothing but that person's choice leads to it."""
    kept = {"found": [_plain(found) for found in founds], "mends": mends}
    with writing():
        return Connecting.objects.create(
            company_id=begun.company_id,
            user_id=begun.user_id,
            invitation_id=begun.invitation_id,
            network=begun.network,
            digest=secrets.token_hex(32),
            sealed=settings.KEYS.seal(kept),
            created_at=now,
            expires_at=now + PATIENCE,
        )


def offers(flow: Connecting) -> list[Offer]:
    """Return the accounts to choose from, in the network's order."""
    founds = [_found(kept) for kept in settings.KEYS.open(flow.sealed).get("found", ())]
    mine = list(Channel.objects.filter(company_id=flow.company_id, network=flow.network).exclude(state=State.CLOSED))
    return [
        Offer(number, found.account, next((channel for channel in mine if is_same(channel, found.account)), None))
        for number, found in enumerate(founds)
    ]


def mended(flow: Connecting) -> int | None:
    """Return the channel that the person set out to mend."""
    mends: int | None = settings.KEYS.open(flow.sealed).get("mends")
    return mends


def waiting(pk: int, by: Actor, now: datetime, invitation: ConnectInvitation | None = None) -> Connecting | None:
    """Return a choice that waits for this person, or for whoever holds this invitation, unless its time is over."""
    rows = Connecting.objects.select_related("company").filter(pk=pk, company_id=by.company_id or 0, expires_at__gt=now)
    flow = (rows.filter(user_id=by.user_id or 0) if invitation is None else rows.filter(invitation=invitation)).first()
    return flow if flow is not None and "found" in settings.KEYS.open(flow.sealed) else None


def chosen_of(flow: Connecting, numbers: Collection[int]) -> list[Found]:
    """Return the chosen ones, with their tokens."""
    founds = [_found(kept) for kept in settings.KEYS.open(flow.sealed)["found"]]
    return [found for number, found in enumerate(founds) if number in numbers]


def _plain(found: Found) -> dict[str, Any]:
    account = {**asdict(found.account), "limits": dict(found.account.limits)}
    ends = found.ends_at.isoformat() if found.ends_at else None
    return {"account": account, "tokens": dict(found.tokens), "ends_at": ends}


def _found(kept: Mapping[str, Any]) -> Found:
    ends = datetime.fromisoformat(kept["ends_at"]) if kept["ends_at"] else None
    return Found(Account(**kept["account"]), kept["tokens"], ends)
