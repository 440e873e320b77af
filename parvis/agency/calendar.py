"""One calendar across clients: what is planned and what has left, each at its client's own hour; a span reads so many and no more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from parvis.agency.clients import Among, Clients, Reach
from parvis.posts.agreed import asked_of
from parvis.posts.calendar import grid, wall, week_of
from parvis.posts.models import Departure, Post, Variant
from parvis.posts.moods import Mood, mood, of_request

MOST = 600
FITS, FITS_WEEK = 4, 20
# The furthest that a day begins and ends from the day in UTC.
EARLIEST, LATEST = timedelta(hours=14), timedelta(hours=12)


@dataclass(slots=True)
class Entry:
    """A publication as the calendar across clients shows it; `at` is wall time at its client."""

    id: int
    company_id: int
    called: str
    at: datetime
    mood: Mood = Mood.DRAFT
    networks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Day:
    """A day: what fits in it, and how many there are beside."""

    day: date
    entries: list[Entry]
    count: int
    today: bool
    out: bool = False

    @property
    def more(self) -> int:
        """How many publications of the day are not shown."""
        return self.count - len(self.entries)


@dataclass(slots=True)
class Span:
    """A month or a week. `cut`: there is more than could be read at once; a single client shows all of its own."""

    weeks: list[list[Day]]
    total: int
    cut: bool


def month(clients: Clients, year: int, number: int) -> Span:
    """Return a month by weeks, with the days of its neighbours that complete them. Four queries."""
    span = _span(clients, grid(year, number), FITS)
    for day in (day for week in span.weeks for day in week):
        day.out = day.day.month != number
    return span


def week(clients: Clients, day: date) -> Span:
    """Return the week of a day. Four queries."""
    return _span(clients, [week_of(day)], FITS_WEEK)


def _span(clients: Clients, weeks: list[list[date]], fits: int) -> Span:
    zones = {one.id: one.company.timezone for one in clients}
    reach = clients.reach("posts.read")
    first, last = weeks[0][0], weeks[-1][-1]
    rows = list(_between(reach, first, last)[: MOST + 1]) if reach else []
    by_day: dict[date, list[Entry]] = {}
    for post in rows[:MOST]:
        assert post.at is not None
        at = wall(post.at, zones[post.company_id])
        if first <= at.date() <= last:
            by_day.setdefault(at.date(), []).append(Entry(post.pk, post.company_id, post.called, at))
    for entries in by_day.values():
        entries.sort(key=lambda entry: (entry.at.time(), entry.id))
    shown = {entry.id: entry for entries in by_day.values() for entry in entries[:fits]}
    _fill(shown, reach)
    # Today at whoever it is today: a person has no time zone of their own.
    here = Counter(wall(clients.now, zone).date() for zone in zones.values()).most_common(1)
    today = here[0][0] if here else clients.now.date()
    days = [[Day(day, by_day.get(day, [])[:fits], len(by_day.get(day, [])), day == today) for day in week] for week in weeks]
    return Span(days, sum(map(len, by_day.values())), len(rows) > MOST)


def _between(reach: Reach, first: date, last: date) -> QuerySet[Post]:
    start = datetime.combine(first, time(), UTC) - EARLIEST
    end = datetime.combine(last + timedelta(days=1), time(), UTC) + LATEST
    on = Variant.objects.filter(Among("channel_id", reach.accounts, sought=False), post=OuterRef("pk"))
    seen = reach.companies() & (reach.whole() | Q(Exists(on)))
    rows = Post.objects.filter(seen, removed_at=None, at__gte=start, at__lt=end)
    return rows.only("id", "company_id", "title", "parts", "at").order_by("at", "pk")


def _fill(entries: dict[int, Entry], reach: Reach) -> None:
    """Add where each goes and where it stands, of the accounts that may be seen."""
    seen = Q(Among("post__company", reach.wide)) | Q(Among("channel", reach.accounts))
    for post, network in Variant.objects.filter(seen, post__in=entries).order_by("pk").values_list("post_id", "channel__network"):
        if network not in entries[post].networks:
            entries[post].networks.append(network)
    seen = Q(Among("variant__post__company", reach.wide)) | Q(Among("variant__channel", reach.accounts))
    states: dict[int, dict[tuple[int, int], str]] = {}
    left = Departure.objects.filter(seen, variant__post__in=entries).order_by("pk")
    for post, variant, part, state in left.values_list("variant__post_id", "variant_id", "part", "delivery__state"):
        states.setdefault(post, {})[variant, part] = state
    for post, of in states.items():
        entries[post].mood = mood(of.values())
    unsure = [post for post, entry in entries.items() if entry.mood == Mood.DRAFT]
    for post, stage in asked_of(unsure).items() if unsure else ():
        entries[post].mood = of_request(stage)


def entries_of(span: Span) -> Sequence[Entry]:
    """Return every publication that a span shows."""
    return [entry for week in span.weeks for day in week for entry in day.entries]
