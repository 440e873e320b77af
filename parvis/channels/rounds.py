"""The health round: every account is visited a few times a day, so that a dead connection is known before its hour of need."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q

from parvis.audit.commands import record
from parvis.channels import avatars, hooks, readiness
from parvis.channels.commands import declare_dead, note_budget, note_gauges
from parvis.channels.connecting import NotConnected, facts_of
from parvis.channels.models import Channel, Connecting, State
from parvis.channels.queries import account_of, gauges_of, network_of, to_visit
from parvis.channels.tokens import Keeper
from parvis.core.db import AWAY, writing
from parvis.networks.contract import Account, Check, Disconnected, NotSent, Refused, Unknown, Wires
from parvis.people.actors import Actor
from parvis.people.permissions import may

EVERY = timedelta(hours=6)
SOONER = timedelta(minutes=30)
HELD = timedelta(minutes=5)
# A reading may cost money over there, and an impatient finger asks twice.
ENOUGH = timedelta(seconds=30)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visits:
    """What a round found."""

    well: int = 0
    dead: int = 0
    unreachable: int = 0


def visit_due(now: datetime, limit: int = 20, keep: Callable[[bytes], str] | None = None) -> Visits:
    """Visit the accounts that are due, at most `limit`, and forget the connections that nobody came back to finish.

    `keep` stores the bytes of a picture and returns their digest; without it, avatars are left alone. Safe to run in many
    processes: each account is claimed by moving its hour.
    """
    found = {"well": 0, "dead": 0, "unreachable": 0}
    for channel in list(to_visit(now)[:limit]):
        if claim(channel, now):
            found[_visited(channel, now, keep)] += 1
    with writing():
        Connecting.objects.filter(expires_at__lte=now).delete()
    return Visits(**found)


def check_now(*, channel: Channel, by: Actor, now: datetime) -> str:
    """Visit an account because a person asks: « well », « dead », « unreachable », or « fresh » where it was read a moment ago."""
    may(by, "channels.change", channel.company_id)
    if channel.readiness_at is not None and now - ENOUGH < channel.readiness_at <= now:
        return "fresh"
    with writing():
        record(
            "channels:channel:checked", by=by, now=now, company_id=channel.company_id, object_id=channel.pk, label=channel.handle,
            network=channel.network,
        )  # fmt: skip
    return _visited(channel, now, None)


def first_look(channel: Channel, now: datetime) -> None:
    """Read the readiness of an account that was connected this moment; its first visit, soon, reads the rest."""
    wires = wires_of(channel)
    try:
        facts = {"readiness": readiness.kept(_checks(channel, wires), channel.readiness), "readiness_at": now}
    except Exception:
        # It is connected all the same, and the visit tells what is wrong.
        log.exception("the readiness of channel %s could not be read", channel.pk)
        return
    note_gauges(channel_id=channel.pk, gauges=wires.gauges, before=channel.gauges, now=now)
    _next(channel, channel.visit_at, facts)


def claim(channel: Channel, now: datetime) -> bool:
    """Take on a visit by moving its hour; False where another process was first."""
    with writing():
        rows = Channel.objects.filter(pk=channel.pk, state=State.ALIVE, visit_at=channel.visit_at)
        return rows.update(visit_at=now + HELD) == 1


def _visited(channel: Channel, now: datetime, keep: Callable[[bytes], str] | None) -> str:
    """Visit one account; whatever happens there keeps the round from no other."""
    try:
        return _visit(channel, now, keep)
    except AWAY:
        raise
    except Exception:
        log.exception("the visit of channel %s failed", channel.pk)
        return "unreachable"


def _visit(channel: Channel, now: datetime, keep: Callable[[bytes], str] | None) -> str:
    wires = wires_of(channel)
    wires.doorbell = hooks.doorbell(channel)
    try:
        seen = network_of(channel).door.visit(account_of(channel), wires)
        facts: dict[str, Any] = {**facts_of(seen), **_picture(channel, seen, keep), "visited_at": now}
        facts |= {"readiness": readiness.kept(_checks(channel, wires), channel.readiness), "readiness_at": now}
    except Disconnected as error:
        declare_dead(channel_id=channel.pk, why=error.why, now=now, since=now)
        return "dead"
    except (NotSent, Refused, Unknown, NotConnected, KeyError) as error:
        # A server that is down for an hour is no reason to alarm anybody: deliveries say so when their hour comes.
        log.info("channel %s could not be visited: %s", channel.pk, type(error).__name__)
        _next(channel, now + _around(SOONER), {})
        return "unreachable"
    note_budget(channel_id=channel.pk, budget=wires.budget, now=now)
    note_gauges(channel_id=channel.pk, gauges=wires.gauges, before=channel.gauges, now=now)
    _next(channel, now + _around(SOONER if channel.failures else EVERY), facts)
    return "well"


def _checks(channel: Channel, wires: Wires) -> tuple[Check, ...] | None:
    """Ask a network what works on an account; None where it did not answer. Raises Disconnected."""
    try:
        found = network_of(channel).door.readiness(account_of(channel), wires)
        # A stand-in of the demonstration is on this very machine.
        near = channel.network in settings.SANDBOX
        return found if near else (*found, *readiness.reach(network_of(channel).spec, settings.MEDIA_ADDRESS))
    except Disconnected:
        raise
    except (NotSent, Refused, Unknown) as error:
        log.info("channel %s: its readiness could not be read: %s", channel.pk, type(error).__name__)
        return None


def wires_of(channel: Channel, *, calls: bool = True) -> Wires:
    """Return what a reading of an account is given; where nothing is to be called (`calls`), no limit is looked up."""
    gauges = gauges_of(channel) if calls else {}
    return Wires(http=settings.HTTP, tokens=Keeper(channel.pk, channel.tokens), read=_no_pictures, gauges=gauges)


def _next(channel: Channel, at: datetime, facts: dict[str, Any]) -> None:
    """Write what was seen, unless the account was connected again or closed meanwhile."""
    with writing():
        rows = Channel.objects.filter(Q(state=State.ALIVE), pk=channel.pk, connected_at=channel.connected_at)
        rows.update(visit_at=at, **facts)


def _picture(channel: Channel, seen: Account, keep: Callable[[bytes], str] | None) -> dict[str, str]:
    if keep is None:
        return {}
    if not seen.avatar:
        return {"avatar": ""}
    body = avatars.fetch(settings.HTTP, seen.avatar)
    return {"avatar": keep(body)} if body else {}


def _around(time: timedelta) -> timedelta:
    """Return about that time, so that accounts connected together are not visited together for ever."""
    return time * (0.9 + secrets.randbelow(200) / 1000)


def _no_pictures(digest: str) -> bytes:
    raise AssertionError(f"a visit reads no picture ({digest})")
