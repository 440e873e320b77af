"""A mandate that stops or goes on, and what becomes of what is scheduled under it: one act, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from parvis.core.db import writing
from parvis.delegation import approvals, commands
from parvis.delegation.circuits import POST
from parvis.delegation.models import Mandate, Standing, Waiting
from parvis.delegation.permits import today_of
from parvis.people.actors import HOUSE, Actor
from parvis.posts.departures import settle
from parvis.posts.models import Departure
from parvis.publishing import mandates as waiting_deliveries

# No company's day begins earlier than this before UTC's.
EASTMOST = timedelta(hours=14)


@dataclass(slots=True)
class Stopped:
    """What became of what waited: how many deliveries stay as they are, are held, were taken back; how many had begun to leave; how many
    requests for a yes were closed."""

    kept: int = 0
    held: int = 0
    cancelled: int = 0
    too_late: int = 0
    closed: int = 0


def stop(*, mandate: Mandate, to: Standing, waiting: Waiting | None = None, why: str = "", by: Actor, now: datetime) -> Stopped:
    """Suspend a mandate, take it back, give it up, or end it; what is scheduled under it is kept, held, or taken back into drafts.

    The company chooses which (`waiting`); where it did not, what the mandate says happens. It acts at once.
    Raises NotAllowed, and Over when somebody was faster.
    """
    chosen = waiting if waiting is not None and to in (Standing.SUSPENDED, Standing.REVOKED) else Waiting(mandate.at_end)
    with writing():
        commands.stop(mandate=mandate, to=to, why=why, waiting=str(chosen), by=by, now=now)
        if waiting == Waiting.KEEP:
            waiting_deliveries.let_go(mandate_id=mandate.pk, now=now)
        return _settled(mandate, chosen, now)


def resume(*, mandate: Mandate, by: Actor, now: datetime) -> int:
    """Let a suspended mandate go on, and what was held for it at the hours still to come; return how many. Raises NotAllowed, Over."""
    with writing():
        commands.resume(mandate=mandate, by=by, now=now)
        return waiting_deliveries.let_go(mandate_id=mandate.pk, now=now)


def any_to_end(now: datetime) -> bool:
    """Tell whether a mandate's last day is past."""
    return next(iter(_over(now)), None) is not None


def end_due(now: datetime) -> int:
    """End every mandate whose last day is past where its company is; return how many."""
    count = 0
    for mandate in _over(now):
        try:
            stop(mandate=mandate, to=Standing.ENDED, by=Actor(None, HOUSE.name, mandate.company_id, HOUSE.role), now=now)
            count += 1
        except commands.Over:
            continue
    return count


def _over(now: datetime) -> Iterable[Mandate]:
    rows = Mandate.objects.filter(standing__in=commands.LIVING, last_day__lt=(now + EASTMOST).date()).select_related("company")
    return (mandate for mandate in rows.order_by("last_day", "pk")[:500] if mandate.last_day < today_of(mandate.company, now))


def _settled(mandate: Mandate, waiting: Waiting, now: datetime) -> Stopped:
    if waiting == Waiting.KEEP:
        return Stopped(kept=waiting_deliveries.count(mandate_id=mandate.pk))
    if waiting == Waiting.HOLD:
        held, late = waiting_deliveries.hold(mandate_id=mandate.pk, now=now)
        return Stopped(held=held, too_late=late)
    taken, late = waiting_deliveries.take_back(mandate_id=mandate.pk, now=now)
    drafts_again(taken, now)
    approvals.ended_with(mandate_id=mandate.pk, why=waiting_deliveries.STOPPED_ASKING, by=HOUSE, now=now)
    return Stopped(cancelled=len(taken), too_late=late)


def drafts_again(taken: Sequence[int], now: datetime) -> None:
    """Make drafts again of the posts of which nothing stands any more, now that these deliveries were taken back."""
    posts = Departure.objects.filter(delivery__in=taken).values_list("variant__post_id", flat=True)
    for post_id in sorted(set(posts)):
        settle(post_id)
        approvals.superseded(subject=POST, object_id=post_id, by=HOUSE, now=now)
