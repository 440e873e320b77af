"""How long answers take: first ones, all of them, and until a conversation is done; in opening hours and in plain ones.

The rows are read once, the newest MOST of a period at most, and put in order here: both databases give the same figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, Count, F, Q, When

from parvis.inbox.models import Conversation, Status, Turn
from parvis.people.models import Company
from parvis.people.rights import within

MOST = 20_000


class Measured(NamedTuple):
    """One turn that was answered, as it was read."""

    network: str
    by: int | None
    name: str
    email: str
    first: bool
    answered_at: datetime
    promised: bool | None
    seconds: int | None
    open_seconds: int | None
    resolved_seconds: int | None
    resolved_open_seconds: int | None


FIELDS = (
    "channel__network", "by_id", "by__name", "by__email", "first", "answered_at", "promised", "seconds", "open_seconds", "resolved_seconds",
    "resolved_open_seconds",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figures:
    """What some turns took: the middle one and the one that nine in ten are not above, in plain time and in opening hours.

    `within` is the share of them answered by the hour promised, from 0 to 1. None where there is nothing to tell.
    """

    count: int = 0
    median: timedelta | None = None
    ninth: timedelta | None = None
    open_median: timedelta | None = None
    open_ninth: timedelta | None = None
    within: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one network, one member (`key` is their id, None for what was answered elsewhere) or one week (its Monday)."""

    key: str | int | date | None
    name: str
    first: Figures
    every: Figures
    resolved: Figures

    def of(self, what: str) -> Figures:
        """Return the figures of first answers, of every answer, or of what was resolved."""
        return {"first": self.first, "resolved": self.resolved}.get(what, self.every)


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period. `waiting` people wait now, `late` of them past their hour; `cut`: only the newest turns were read."""

    whole: Line
    networks: list[Line]
    members: list[Line]
    weeks: list[Line]
    waiting: int
    late: int
    cut: bool


def report(company: Company, since: datetime, until: datetime, now: datetime) -> Report:
    """Return how long answers given between two moments took. Two queries."""
    only = company.only("measures.read")
    rows = within(Turn.objects.filter(company=company, answered_at__gte=since, answered_at__lt=until), only)
    rows = rows.order_by("-answered_at")
    # Told by the database: to read a second date of each row takes as long as all the rest.
    rows = rows.annotate(promised=Case(When(due_at=None, then=None), default=Q(answered_at__lte=F("due_at")), output_field=BooleanField()))
    turns = [Measured(*row) for row in rows.values_list(*FIELDS)[: MOST + 1]]
    cut, turns = len(turns) > MOST, turns[:MOST]
    zone = ZoneInfo(company.timezone)
    waits = Q(status=Status.OPEN, waiting_since__isnull=False)
    talks = within(Conversation.objects.filter(waits, company=company), only)
    figures = talks.aggregate(waiting=Count("pk"), late=Count("pk", filter=Q(due_at__lt=now)))
    networks = _lines(turns, lambda turn: turn.network, lambda turn: turn.network)
    members = _lines(turns, lambda turn: turn.by, lambda turn: turn.name or (turn.email or "").partition("@")[0])
    weeks = _lines(turns, lambda turn: _monday(turn.answered_at, zone), lambda turn: "")
    return Report(
        whole=_line(None, "", turns),
        networks=sorted(networks, key=lambda line: -line.every.count),
        members=sorted(members, key=lambda line: (line.key is None, -line.every.count)),
        weeks=sorted(weeks, key=lambda line: str(line.key), reverse=True),
        cut=cut,
        **figures,
    )


def figures(turns: Iterable[Measured], resolved: bool = False) -> Figures:
    """Return what these turns took until their answer, or until they were `resolved`."""
    kept = [turn for turn in turns if (turn.resolved_seconds if resolved else turn.seconds) is not None]
    plain = sorted((turn.resolved_seconds if resolved else turn.seconds) or 0 for turn in kept)
    within = sorted(one for turn in kept if (one := turn.resolved_open_seconds if resolved else turn.open_seconds) is not None)
    promised = [turn.promised for turn in kept if turn.promised is not None]
    return Figures(
        len(kept), rank(plain, 50), rank(plain, 90), rank(within, 50), rank(within, 90),
        sum(promised) / len(promised) if promised else None,
    )  # fmt: skip


def rank(ordered: list[int], percent: int) -> timedelta | None:
    """Return the smallest of these seconds that so many per cent are not above (nearest rank)."""
    return timedelta(seconds=ordered[-(-len(ordered) * percent // 100) - 1]) if ordered else None


def _lines(turns: list[Measured], key: Callable[[Measured], Hashable], name: Callable[[Measured], str]) -> list[Line]:
    groups: dict[Hashable, list[Measured]] = defaultdict(list)
    for turn in turns:
        groups[key(turn)].append(turn)
    return [_line(of, name(group[0]), group) for of, group in groups.items()]


def _line(key: Hashable, name: str, turns: list[Measured]) -> Line:
    assert key is None or isinstance(key, str | int | date)
    return Line(key, name, figures(turn for turn in turns if turn.first), figures(turns), figures(turns, resolved=True))


def _monday(moment: datetime, zone: ZoneInfo) -> date:
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())
