"""What changes a channel: what its network says, what becomes of it, and the keys that seal its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Model, Q, QuerySet

from parvis.audit.commands import record
from parvis.channels.applications import forget_app, save_app, say_option
from parvis.channels.connecting import (
    Connected,
    NotConnected,
    connect_begin,
    connect_choose,
    connect_finish,
    connect_password,
    connect_stop,
)
from parvis.channels.models import App, Channel, Connecting, Registration, State
from parvis.channels.queries import sharing
from parvis.core.db import change, writing
from parvis.core.say import Say
from parvis.core.secrets import CannotOpen
from parvis.networks.contract import Budget, Gauge
from parvis.people.actors import HOUSE, Actor
from parvis.people.models import Establishment
from parvis.people.permissions import may

__all__ = [
    "Connected", "NotConnected", "close", "connect_begin", "connect_choose", "connect_finish", "connect_password", "connect_stop",
    "declare_dead", "forget_app", "note_budget", "note_gauges", "note_outcome", "note_told", "note_told_end",
    "rotate_seals", "save_app", "say_option", "set_ceiling",
]  # fmt: skip

# A header that names a later hour than this is a fault of its server, not a rule.
LONGEST_PAUSE = timedelta(days=1)
# Networks that show a percentage begin to refuse before it is full.
NEARLY = 0.95
BATCH = 100


def note_budget(*, channel_id: int, budget: Budget | None, now: datetime) -> None:
    """Let a channel wait until its network's budget starts again, where the network says that nothing is left."""
    if budget is None or budget.left > 0 or budget.reset_at <= now:
        return
    until = min(budget.reset_at, now + LONGEST_PAUSE)
    with writing():
        shorter = Q(paused_until__isnull=True) | Q(paused_until__lt=until)
        Channel.objects.filter(shorter, pk=channel_id).update(paused_until=until)


def note_gauges(*, channel_id: int, gauges: Mapping[str, Gauge], before: Mapping[str, Any], now: datetime) -> None:
    """Keep what a call taught of a channel's limits; `before` is what was kept, so that nothing is written where nothing was learnt.

    A percentage that is nearly full lets the channel wait until it starts again.
    """
    kept = {name: {**asdict(gauge), "reset_at": gauge.reset_at.isoformat()} for name, gauge in gauges.items() if gauge.reset_at > now}
    if kept == before:
        return
    with writing():
        Channel.objects.filter(pk=channel_id).update(gauges=kept)
        for gauge in gauges.values():
            if gauge.unit == "percent" and gauge.used >= NEARLY * gauge.most and gauge.reset_at > now:
                _pause(channel_id, gauge, now)


def _pause(channel_id: int, gauge: Gauge, now: datetime) -> None:
    """Wait until a limit starts again; one that is the application's stops all of the company's accounts of its family."""
    until = min(gauge.reset_at, now + LONGEST_PAUSE)
    rows = sharing(Channel.objects.get(pk=channel_id)) if gauge.shared else Channel.objects.filter(pk=channel_id)
    rows.filter(Q(paused_until__isnull=True) | Q(paused_until__lt=until)).update(paused_until=until)


def note_outcome(*, channel_id: int, ok: bool, now: datetime) -> None:
    """Note that something left through a channel, or failed to: one UPDATE, inside the transaction of whoever tells."""
    if ok:
        change(Channel, {"id": channel_id}, {"failures": 0, "last_left_at": now})
    else:
        Channel.objects.filter(pk=channel_id).update(failures=F("failures") + 1)


def declare_dead(*, channel_id: int, why: Say, by: Actor = HOUSE, now: datetime, since: datetime | None = None) -> bool:
    """Mark a channel whose authorisation is gone; return whether this call did it.

    `since` is when the call that learnt it began: an account that a person has connected again since then stays alive.
    """
    with writing():
        rows = Channel.objects.filter(pk=channel_id, state=State.ALIVE)
        if since is not None:
            rows = rows.filter(connected_at__lte=since)
        if not rows.update(state=State.DEAD, why_dead=why.to_json(), dead_since=now, told_dead_at=None):
            return False
        channel = Channel.objects.get(pk=channel_id)
        may(by, "channels.change", channel.company_id)
        _journal("channels:channel:died", channel, by, now, why=str(why))
    return True


def note_told(*, channel_id: int, now: datetime) -> bool:
    """Take on the duty of writing to people about a dead channel; False where another process has it already."""
    with writing():
        return Channel.objects.filter(pk=channel_id, state=State.DEAD, told_dead_at__isnull=True).update(told_dead_at=now) == 1


def note_told_end(*, channel_id: int, now: datetime) -> None:
    """Remember that people were written to about the end of an authorisation."""
    with writing():
        Channel.objects.filter(pk=channel_id).update(told_end_at=now)


def close(*, channel: Channel, by: Actor, now: datetime) -> bool:
    """Stop using an account: its tokens are erased, its history stays. Return whether this call did it."""
    may(by, "channels.change", channel.company_id)
    with writing():
        rows = Channel.objects.filter(pk=channel.pk).exclude(state=State.CLOSED)
        closed = rows.update(state=State.CLOSED, tokens="", renewing_by="", renewing_until=None)
        if closed:
            _journal("channels:channel:closed", channel, by, now)
    return closed == 1


def set_ceiling(*, channel: Channel, ceiling: int | None, by: Actor, now: datetime) -> None:
    """Set the most that may be spent on an account in a month, in millionths of a US dollar; None takes the ceiling away."""
    may(by, "channels.change", channel.company_id)
    with writing():
        Channel.objects.filter(pk=channel.pk).update(ceiling=ceiling)
        verb = "channels:ceiling:removed" if ceiling is None else "channels:ceiling:set"
        _journal(verb, channel, by, now, dollars=(ceiling or 0) // 1_000_000)


def put_with(*, channel: Channel, establishment: Establishment | None, by: Actor, now: datetime) -> None:
    """Say which establishment an account is about, None: the whole company. Roles on that establishment reach it from then on.

    Raises NotAllowed; a place of another company is a fault of programming.
    """
    may(by, "channels.change", channel.company_id)
    if establishment is not None and establishment.company_id != channel.company_id:
        raise ValueError("a place of another company")
    with writing():
        same = {"establishment": establishment} if establishment else {"establishment__isnull": True}
        if Channel.objects.filter(pk=channel.pk).exclude(**same).update(establishment=establishment):
            if establishment is None:
                _journal("channels:channel:unplaced", channel, by, now)
            else:
                _journal("channels:channel:placed", channel, by, now, place=establishment.name)


def _journal(verb: str, channel: Channel, by: Actor, now: datetime, **facts: str | int) -> None:
    record(
        verb, by=by, now=now, company_id=channel.company_id, object_id=channel.pk, label=channel.handle, network=channel.network, **facts
    )


# ---- keys


def rotate_seals(*, now: datetime, by: Actor = HOUSE) -> dict[str, int]:
    """Seal again, with the current key, all that an older key sealed; return how many were `done`, `left` and `unreadable`.

    It may be stopped and started again at any time, while the house works. `left` counts rows that changed under its hands:
    run it again until it says 0, and only then take the old key away.
    """
    counts = {"done": 0, "left": 0, "unreadable": 0}
    quiet = Q(renewing_until__isnull=True) | Q(renewing_until__lt=now)
    _rotate(Channel.objects.filter(quiet).exclude(tokens=""), "tokens", counts)
    _rotate(Registration.objects.all(), "sealed", counts)
    _rotate(Connecting.objects.all(), "sealed", counts)
    _rotate(App.objects.all(), "sealed", counts)
    busy = Channel.objects.exclude(quiet).exclude(tokens__startswith=f"{settings.KEYS.current}:")
    counts["left"] += busy.count()
    with writing():
        record("channels:seals:rotated", by=by, now=now, company_id=None, label=settings.KEYS.current, **counts)
    return counts


def _rotate(rows: QuerySet[Model], field: str, counts: dict[str, int]) -> None:
    old = rows.exclude(**{f"{field}__startswith": f"{settings.KEYS.current}:"}).order_by("pk")
    last = 0
    while batch := list(old.filter(pk__gt=last).values_list("pk", field)[:BATCH]):
        for pk, sealed in batch:
            counts[_reseal(rows, pk, field, sealed)] += 1
        last = batch[-1][0]


def _reseal(rows: QuerySet[Model], pk: int, field: str, sealed: str) -> str:
    try:
        fresh = settings.KEYS.seal(settings.KEYS.open(sealed))
    except CannotOpen:
        return "unreadable"
    with writing():
        return "done" if rows.filter(**{"pk": pk, field: sealed}).update(**{field: fresh}) else "left"
