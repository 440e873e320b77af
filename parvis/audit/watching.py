"""Reading the chains again and again, and keeping what was found: what is new every day, all of it once a week."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from parvis.audit import chain
from parvis.audit.models import Chain
from parvis.audit.verifying import Verdict, verify
from parvis.core.db import writing

log = logging.getLogger(__name__)
DAY = timedelta(hours=23)
WEEK = timedelta(days=7)
# A chain so short is read whole every time.
SHORT = 20_000


def any_due(now: datetime) -> bool:
    """Tell whether any chain was not read for a day."""
    return _due(now).exists()


def watch(now: datetime) -> int:
    """Read every chain that was not read for a day, and keep what was found; return how many are torn."""
    torn = 0
    for row in _due(now).order_by("pk"):
        verdict = verify(row.pk, since=_since(row, now))
        note(row.pk, verdict, now=now, whole=verdict.read >= verdict.count)
        torn += not verdict.whole
    return torn


def _due(now: datetime) -> QuerySet[Chain]:
    return Chain.objects.filter(Q(verified_at=None) | Q(verified_at__lt=now - DAY) | Q(verified_at__gt=now + DAY))


def _since(row: Chain, now: datetime) -> tuple[int, str] | None:
    """Return where to go on: at the start, when the chain is short or torn, or was not read whole for a week."""
    old = row.whole_at is None or not now - WEEK < row.whole_at <= now
    return None if old or row.torn_at or row.count <= SHORT else (row.verified_seq, row.verified_link)


def note(at: int, verdict: Verdict, *, now: datetime, whole: bool) -> None:
    """Keep what a reading found. What is torn stays so until a reading of the whole finds nothing."""
    rows = Chain.objects.filter(pk=at)
    with writing():
        if verdict.whole:
            rows.update(verified_seq=verdict.count, verified_link=verdict.head, verified_at=now)
            if whole:
                rows.update(whole_at=now, torn_at=None, told_at=None, findings=[])
        else:
            rows.update(verified_at=now, whole_at=None, findings=[one.to_json() for one in verdict.findings])
            rows.filter(torn_at=None).update(torn_at=now, told_at=None)
    if not verdict.whole:
        log.error("the journal of %s is not whole: %s", f"company {at}" if at else "the house", verdict.findings[0].say())


def untold() -> QuerySet[Chain]:
    """Return the torn chains of companies that their owners were not written to about."""
    return Chain.objects.filter(torn_at__isnull=False, told_at=None).exclude(pk=chain.HOUSE).order_by("pk")


def note_told(*, at: int, now: datetime) -> None:
    """Remember that the owners were written to."""
    with writing():
        Chain.objects.filter(pk=at).update(told_at=now)
