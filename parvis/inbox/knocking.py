"""Webhook calls that were believed: each is noted once and makes a reading due at once. As little as possible is written.

Calls that come together are written together: whoever gets there first writes for all who wait, so that a storm costs few transactions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least

from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.core.db import writing
from parvis.inbox.models import Knocked, Reading
from parvis.networks.listening import Knock

MOST = 200


@dataclass(slots=True, eq=False)
class _Ticket:
    """What one call wants written, and whether it is."""

    rows: list[Knocked]
    done: bool = field(default=False)


_queue: list[_Ticket] = []
_queueing, _leading = Lock(), Lock()


def knock(*, company_id: int, network: str, body: bytes, knocks: Sequence[Knock], now: datetime) -> int:
    """Keep what a webhook call says, and have it read at once; return for how many accounts it was. It is written when this returns.

    Raises Busy where it could not be written: the network is to call again.
    """
    digest = hashlib.sha256(body).hexdigest()
    named = {one.remote_id for one in knocks}
    rows = Channel.objects.filter(company_id=company_id, network=network, remote_id__in=named, by_hand=False).exclude(state=Life.CLOSED)
    channels: dict[str, list[int]] = {}
    for remote_id, pk in rows.values_list("remote_id", "pk"):
        channels.setdefault(remote_id, []).append(pk)
    told = {(pk, one.source, one.about) for one in knocks[:MOST] for pk in channels.get(one.remote_id, ())}
    found = [
        # One body may tell of several things of one account; each is one row, and each a replay of itself.
        Knocked(channel_id=pk, source=source[:30], about=about[:200], digest=_apart(digest, source, about), at=now)
        for pk, source, about in sorted(told)
    ]
    if found:
        _written(_Ticket(found), now)
    return len({pk for pk, _, _ in told})


def _apart(digest: str, source: str, about: str) -> str:
    parts = ":".join(part for part in (digest, source, about) if part)
    return hashlib.sha256(parts.encode()).hexdigest() if source or about else digest


def _written(ticket: _Ticket, now: datetime) -> None:
    with _queueing:
        _queue.append(ticket)
    with _leading:
        if ticket.done:
            return
        with _queueing:
            batch = _queue[:]
            _queue.clear()
        if ticket not in batch:  # whoever had it failed: it is written alone
            batch.append(ticket)
        _write(sorted((row for each in batch for row in each.rows), key=lambda row: (row.channel_id, row.digest)), now)
        for each in batch:
            each.done = True


def _write(rows: list[Knocked], now: datetime) -> None:
    with writing():
        Knocked.objects.bulk_create(rows, ignore_conflicts=True)
        whole = {row.channel_id for row in rows if not row.source}
        parts = {(row.channel_id, row.source) for row in rows if row.source and row.channel_id not in whole}
        which = Q(channel__in=whole)
        for channel_id, source in parts:
            which |= Q(channel=channel_id, source=source)
        # What is being read just now keeps its hour: whoever reads looks at `knocked_at` in the end.
        sooner = Case(When(began_at=None, then=Least(F("due_at"), Value(now))), default=F("due_at"))
        Reading.objects.filter(which).order_by().update(knocked_at=now, due_at=sooner)
