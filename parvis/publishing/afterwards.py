"""What is done to a thing that is there already: taking it off, changing its words. Tried with pauses, and told in the end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from parvis.channels.commands import declare_dead, note_budget
from parvis.channels.models import State as Life
from parvis.channels.tokens import connector
from parvis.core import clock
from parvis.core.db import writing
from parvis.core.say import Say
from parvis.media import files
from parvis.networks.contract import Connector, Disconnected, NotSent, Refused, Wires
from parvis.publishing import stops
from parvis.publishing.engine import insist, learnt
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.moves import pause, told
from parvis.publishing.verdicts import close

log = logging.getLogger(__name__)
HELD_FOR = timedelta(minutes=2)
MOST_TRIES = 12
TOO_FAR = timedelta(hours=2)


def _nothing(row: Delivery, now: datetime) -> None:
    """Leave the rest as it is."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One kind of such work: doing it twice does no harm.

    `due` and `tries` name the columns that say when it is next tried and how often it was; `call` makes the call, `done` gives what its
    success changes, and `also` does what follows from that. `given_up` and `by_hand` are said when it came to nothing. `speaks` is so where
    the company says something by it: that waits while it is stopped.
    """

    kind: str
    due: str
    tries: str
    call: Callable[[Connector, Delivery], None]
    done: Callable[[Delivery, datetime], dict[str, Any]]
    given_up: Say
    by_hand: Say
    also: Callable[[Delivery, datetime], None] = _nothing
    speaks: bool = False


@dataclass(slots=True)
class _Try:
    """One try: its line of the history, until when nobody else makes one, and the wires it was made with."""

    entry: Attempt
    until: datetime
    wires: Wires | None = None


def any_waits(errand: Errand) -> bool:
    """Tell whether any work of this kind is to be done."""
    return Delivery.objects.filter(**{f"{errand.due}__isnull": False}).exists()


def run_due(errand: Errand, now: datetime, most: int = 20) -> int:
    """Do what is due of this kind; return how many were done."""
    rows = Delivery.objects.filter(_let(errand), **{f"{errand.due}__isnull": False}, channel__state=Life.ALIVE).select_related("channel")
    due = [row for row in rows.order_by(errand.due)[: most * 5] if not now < getattr(row, errand.due) < now + TOO_FAR]
    return sum(_run(errand, row, now) for row in due[:most])


def _let(errand: Errand) -> Q:
    return stops.free() if errand.speaks else Q()


def _run(errand: Errand, row: Delivery, now: datetime) -> bool:
    tries, until = getattr(row, errand.tries) + 1, now + HELD_FOR
    with writing():
        mine = Delivery.objects.filter(_let(errand), pk=row.pk, **{errand.due: getattr(row, errand.due)})
        if not mine.update(**{errand.due: until, errand.tries: tries}):
            return False
        entry = Attempt.objects.create(delivery=row, number=tries, kind=errand.kind, began_at=now)
    made = _Try(entry, until)
    trouble = _called(errand, row, made)
    insist(lambda: _note(errand, row, made, trouble))
    if made.wires:
        learnt(row.channel, made.wires)
    return trouble is None


def _called(errand: Errand, row: Delivery, made: _Try) -> Exception | None:
    try:
        line, made.wires = connector(row.channel, files.read)
        errand.call(line, row)
    except Exception as error:
        log.info("delivery %s: %s came to nothing: %s", row.pk, errand.kind, type(error).__name__)
        return error
    return None


def _note(errand: Errand, row: Delivery, made: _Try, trouble: Exception | None) -> None:
    # What was asked anew meanwhile has its own hour, and is left alone.
    now, rows = clock.now(), Delivery.objects.filter(pk=row.pk, **{errand.due: made.until})
    with writing():
        close(made.entry.pk, trouble, now)
        note_budget(channel_id=row.channel_id, budget=made.wires.budget if made.wires else None, now=now)
        if isinstance(trouble, Disconnected):
            declare_dead(channel_id=row.channel_id, why=trouble.why, now=now, since=made.entry.began_at)
        if rows.update(**_changes(errand, row, made.entry.number, trouble, now)) and trouble is None:
            errand.also(row, now)


def _changes(errand: Errand, row: Delivery, tries: int, trouble: Exception | None, now: datetime) -> dict[str, Any]:
    if trouble is None:
        return {errand.due: None, "told": None, **errand.done(row, now)}
    if isinstance(trouble, Refused):
        return {errand.due: None, "told": told(trouble.reason, trouble.cure)}
    if tries >= MOST_TRIES:
        return {errand.due: None, "told": told(errand.given_up, errand.by_hand)}
    again = trouble.again_at if isinstance(trouble, NotSent) else None
    return {errand.due: again or now + pause(tries)}
