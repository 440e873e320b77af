"""What became of a publication after it was there: some networks look it over, and may take it off again."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db.models import Q, QuerySet

from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.channels.tokens import connector
from parvis.core import clock
from parvis.core.db import writing
from parvis.media import files
from parvis.networks.contract import Hidden, Judged, Receipt
from parvis.publishing.engine import insist, learnt
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.moves import told
from parvis.publishing.states import State

log = logging.getLogger(__name__)

# When a network is asked, counted from when the publication was there: most judge within minutes, a long video takes hours.
ASKS = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 30, 120, 480, 1440, 2880))
WHILE = timedelta(days=3)


def waiting(now: datetime) -> QuerySet[Delivery]:
    """Return what a network may still take off, and that it has said nothing of yet."""
    judges = [key for key, network in settings.NETWORKS.items() if network.spec.judges]
    channels = Channel.objects.filter(network__in=judges, state=Life.ALIVE, by_hand=False)
    recent = Q(state=State.SENT, sent_at__gt=now - WHILE, sent_at__lte=now - ASKS[0], removed_at=None)
    rows = Delivery.objects.filter(recent, channel__in=channels, handed_at=None).exclude(remote_id="")
    return rows.exclude(refs__has_key="judged").select_related("channel").defer("parcel", "memory").order_by("sent_at", "id")


def any_due(now: datetime) -> bool:
    """Tell whether a network is to be asked about anything."""
    return any(_due(row, now) for row in waiting(now)[:200])


def judge_due(now: datetime, most: int = 20) -> int:
    """Ask the networks about what is due; return how many publications they do not show. Doing it twice does no harm."""
    return sum(_ask(row) for row in [row for row in waiting(now)[:200] if _due(row, now)][:most])


def untold(now: datetime) -> QuerySet[Delivery]:
    """Return what a network does not show and that nobody was written to about."""
    rows = Delivery.objects.filter(state=State.SENT, sent_at__gt=now - 2 * WHILE, mailed_at=None, refs__judged="refused")
    return rows.select_related("company", "channel").order_by("company_id", "due_at", "id")


def _due(row: Delivery, now: datetime) -> bool:
    return row.sent_at is not None and now >= row.sent_at + ASKS[min(row.refs.get("asked", 0), len(ASKS) - 1)]


def _ask(row: Delivery) -> bool:
    began, wires, said = clock.now(), None, None
    try:
        line, wires = connector(row.channel, files.read)
        said = cast(Judged, line).became(Receipt(row.remote_id, row.url, row.refs))
        verdict = "refused" if said else "well"
    except Exception as error:
        # It is still looked over, or cannot be read just now: the next hour is another try.
        log.info("delivery %s: nothing is known of it yet: %s", row.pk, type(error).__name__)
        verdict = ""
    insist(lambda: _note(row, verdict, said, began))
    if wires:
        learnt(row.channel, wires)
    return said is not None


def _note(row: Delivery, verdict: str, said: Hidden | None, began: datetime) -> None:
    asked = row.refs.get("asked", 0) + 1
    verdict = verdict or ("unknown" if asked >= len(ASKS) else "")
    refs = {**row.refs, "asked": asked, **({"judged": verdict} if verdict else {})}
    changes: dict[str, Any] = {"refs": refs}
    with writing():
        if said is not None:
            changes |= {"told": told(said.why, said.cure), "mailed_at": None}
            Attempt.objects.create(
                delivery=row,
                number=asked,
                kind="look",
                began_at=began,
                ended_at=clock.now(),
                verdict="refused",
                told=told(said.why, said.cure),
            )
        Delivery.objects.filter(pk=row.pk, state=State.SENT, removed_at=None).update(**changes)
