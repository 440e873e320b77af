"""What the calendar and the list show: entries by day, free slots, pages that can be turned to the end.

The work of a page is bounded by what it shows: a day is read up to what fits in it, and counted up to `COUNTED`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from parvis.core import clock
from parvis.core.text import folded
from parvis.delegation.approvals import OPEN
from parvis.delegation.circuits import POST
from parvis.delegation.models import Approval, Stage
from parvis.media.models import Kind
from parvis.people.models import Company
from parvis.people.rights import within
from parvis.posts.agreed import asked_of
from parvis.posts.calendar import Placed, bounds, grid, holiday, moments, today, wall, week_of
from parvis.posts.models import Departure, Post, PostPicture, Variant
from parvis.posts.moods import MOVABLE, Mood, mood, of_request
from parvis.posts.queries import of, week_and_hours
from parvis.publishing.states import WAITS_FOR_A_PERSON

COUNTED = 100
SUMMED = 300
FITS, FITS_CROWDED, CROWDED = 3, 2, 60
PAGE = 40
Which = Literal["coming", "gone", "drafts", "waiting", "all", "removed"]


@dataclass(slots=True)
class Item:
    """A post as the calendar shows it: one idea, whatever the number of its channels."""

    id: int
    called: str
    at: datetime | None
    mood: Mood = Mood.DRAFT
    networks: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    behind: bool = False
    changed_at: datetime | None = None
    late: timedelta = timedelta(0)
    asks: bool = False

    @property
    def movable(self) -> bool:
        """Tell whether nothing of it has left."""
        return self.mood in MOVABLE


@dataclass(slots=True)
class Day:
    """A day of the calendar. `count` is exact up to COUNTED; `moods` counts what was read of it."""

    day: date
    items: list[Item]
    count: int
    free: list[Placed]
    holiday: str
    today: bool
    moods: Counter[Mood]
    out: bool = False

    @property
    def more(self) -> int:
        """How many posts of the day are not shown."""
        return self.count - len(self.items)

    @property
    def countless(self) -> bool:
        """Tell whether there are more than were counted."""
        return self.count >= COUNTED


@dataclass(slots=True)
class Span:
    """A month or a week: its days by week, what it holds in all, and by mood where every post is shown."""

    first: date
    weeks: list[list[Day]]
    total: int
    countless: bool
    moods: Counter[Mood]

    @property
    def whole(self) -> bool:
        """Tell whether `moods` counts every post of the span."""
        return sum(self.moods.values()) == self.total


def month(company: Company, year: int, number: int, *, now: datetime, channels: Collection[int] = ()) -> Span:
    """Return a month by weeks, with the days of its neighbours that complete them."""
    first = date(year, number, 1)
    weeks = _weeks(company, grid(year, number), now, channels, FITS)
    for day in (day for week in weeks for day in week):
        day.out = day.day.month != number
    return _span(first, weeks)


def week(company: Company, day: date, *, now: datetime, channels: Collection[int] = ()) -> Span:
    """Return the week of a day; more posts fit in a day than on the month."""
    days = week_of(day)
    return _span(days[0], _weeks(company, [days], now, channels, 12))


def _span(first: date, weeks: list[list[Day]]) -> Span:
    inside = [day for days in weeks for day in days if not day.out]
    moods = sum((day.moods for day in inside), Counter[Mood]())
    return Span(first, weeks, sum(day.count for day in inside), any(day.countless for day in inside), moods)


def _weeks(company: Company, weeks: list[list[date]], now: datetime, channels: Collection[int], fits: int) -> list[list[Day]]:
    days = [day for days in weeks for day in days]
    channels = _seen(company, channels)
    counts = _counts(company, days, channels)
    if sum(min(count, fits) for count in counts) > CROWDED:
        fits = min(fits, FITS_CROWDED) if fits == FITS else fits
    rows = _rows(company, days, channels, fits)
    summed = sum(counts) <= SUMMED
    states = _states(_between(company, days[0], days[-1], channels).values("pk") if summed else [post.pk for post in rows])
    shown: dict[date, list[Item]] = {}
    asked = _asked(company, days)
    for item in _items(company, rows, states, {post: stage for post, _, stage in asked}):
        assert item.at is not None
        shown.setdefault(wall(item.at, company.timezone).date(), []).append(item)
    moods = _moods(company, states)
    here, free = today(now, company.timezone), _free(company, days, now)
    made: dict[date, Day] = {}
    for day, count in zip(days, counts, strict=True):
        known = moods.get(day, Counter())
        if summed:
            known.update(of_request(stage) for post, at, stage in asked if post not in states and wall(at, company.timezone).date() == day)
            known[Mood.DRAFT] += count - known.total()
        made[day] = Day(day, shown.get(day, []), count, free.get(day, []), holiday(day, company.language), day == here, known)
    return [[made[day] for day in week] for week in weeks]


def _seen(company: Company, channels: Collection[int]) -> Collection[int]:
    """Return which accounts to show posts of: those chosen, as far as whoever asks may see them; none chosen and all seen: any."""
    only = company.only("posts.read")
    if only is None:
        return channels
    return sorted(only & set(channels) if channels else only) or (0,)


def _between(company: Company, first: date, last: date, channels: Collection[int]) -> QuerySet[Post]:
    start, end = bounds(first, last, company.timezone)
    posts = of(company).filter(removed_at=None, at__gte=start, at__lt=end)
    return posts.filter(_on(channels)) if channels else posts


def _on(channels: Collection[int]) -> Exists:
    return Exists(Variant.objects.filter(post=OuterRef("pk"), channel__in=channels))


@dataclass(slots=True)
class _Stand:
    """Where a post stands: its hour, and the state that counts for each part of each variant."""

    at: datetime | None
    states: dict[tuple[int, int], str] = field(default_factory=dict)
    late: timedelta = timedelta(0)

    @property
    def mood(self) -> Mood:
        return mood(self.states.values())


def _states(posts: Any) -> dict[int, _Stand]:
    """Read where posts stand, in one query; those without a delivery are left out."""
    found: dict[int, _Stand] = {}
    left = Departure.objects.filter(variant__post__in=posts).order_by("pk")
    for post_id, at, variant_id, part, state, due, sent in left.values_list(
        "variant__post_id", "variant__post__at", "variant_id", "part", "delivery__state", "delivery__due_at", "delivery__sent_at"
    ):
        stand = found.setdefault(post_id, _Stand(at))
        stand.states[variant_id, part] = state
        if part == 0 and sent is not None:
            stand.late = max(stand.late, sent - due)
    return found


def _moods(company: Company, stands: dict[int, _Stand]) -> dict[date, Counter[Mood]]:
    """Count the moods of each day."""
    counted: dict[date, Counter[Mood]] = {}
    for stand in stands.values():
        if stand.at is not None:
            counted.setdefault(wall(stand.at, company.timezone).date(), Counter())[stand.mood] += 1
    return counted


# One statement for all days, each bounded by its own LIMIT: an ordinary query over the month would read every post of a crowded one.
# Only names of our own tables and columns are put into it; whatever a person gave is a parameter.
_OF_CHANNELS = " AND EXISTS (SELECT 1 FROM {variant} v WHERE v.post_id = p.id AND v.channel_id IN ({places}))"
_OF_A_DAY = (
    "SELECT {outer} FROM (SELECT p.id, p.at, p.title, p.parts, p.scheduled, p.revision, p.sealed_revision FROM {post} p"
    " WHERE p.company_id = %s AND p.removed_at IS NULL AND p.at >= %s AND p.at < %s{asked} {inner}) AS d"
)


def _each_day(company: Company, days: Sequence[date], channels: Collection[int], outer: str, inner: str) -> list[tuple[Any, ...]]:
    asked = _OF_CHANNELS.format(variant=Variant._meta.db_table, places=", ".join(["%s"] * len(channels))) if channels else ""
    one = _OF_A_DAY.format(outer=outer, post=Post._meta.db_table, asked=asked, inner=inner)
    values: list[Any] = []
    for day in days:
        values += [company.pk, *map(connection.ops.adapt_datetimefield_value, bounds(day, day, company.timezone)), *channels]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(days)), values)
        return list(cursor.fetchall())


def _counts(company: Company, days: Sequence[date], channels: Collection[int]) -> list[int]:
    return [row[0] for row in _each_day(company, days, channels, "COUNT(*)", f"LIMIT {COUNTED}")]


def _rows(company: Company, days: Sequence[date], channels: Collection[int], fits: int) -> list[Post]:
    columns = ("id", "at", "title", "parts", "scheduled", "revision", "sealed_revision")
    rows = _each_day(company, days, channels, ", ".join(columns), f"ORDER BY p.at, p.id LIMIT {fits}")
    kept = [dict(zip(columns, row, strict=True)) for row in rows]
    return [Post(**row | {"at": clock.aware(row["at"]), "parts": json.loads(row["parts"])}) for row in kept]


def _items(company: Company, posts: Iterable[Post], stands: dict[int, _Stand], asked: Mapping[int, str]) -> list[Item]:
    items = {p.pk: Item(p.pk, p.called, p.at, behind=p.behind, changed_at=p.changed_at, asks=asked.get(p.pk) in OPEN) for p in posts}
    seen = within(Variant.objects.filter(post__in=items), company.only("posts.read"))
    rows = seen.order_by("pk").annotate(video=_carries(Kind.VIDEO), document=_carries(Kind.DOCUMENT))
    for post_id, network, form, *kinds in rows.values_list("post_id", "channel__network", "form", "video", "document"):
        item = items[post_id]
        item.networks.append(network)
        if form and form not in item.forms:
            item.forms.append(form)
        item.kinds = [kind for kind, there in zip((Kind.VIDEO, Kind.DOCUMENT), kinds, strict=True) if there]
    for pk, item in items.items():
        if pk in stands:
            item.mood, item.late = stands[pk].mood, stands[pk].late
        if item.mood == Mood.DRAFT:
            item.mood = of_request(asked.get(pk))
    return list(items.values())


def _carries(kind: Kind) -> Exists:
    return Exists(PostPicture.objects.filter(post=OuterRef("post"), asset__kind=kind))


def _asked(company: Company, days: Sequence[date]) -> list[tuple[int, datetime, str]]:
    """Return the posts of these days that wait for a yes or came back with changes, their hours, and where the newest stands."""
    start, end = bounds(days[0], days[-1], company.timezone)
    requests = Approval.objects.filter(company=company, subject=POST)
    asking = requests.filter(stage__in=(*OPEN, Stage.CHANGES)).values("object_id")
    newest = Subquery(requests.filter(object_id=OuterRef("pk")).order_by("-version").values("stage")[:1])
    rows = Post.objects.filter(company=company, removed_at=None, at__gte=start, at__lt=end, pk__in=asking)
    return [(pk, at, stage) for pk, at, stage in rows.values_list("pk", "at", newest) if at is not None]


def _free(company: Company, days: Sequence[date], now: datetime) -> dict[date, list[Placed]]:
    """Return the slots to come, on these days, whose hour no post holds."""
    start, end = bounds(days[0], days[-1], company.timezone)
    if end <= now:
        return {}
    since = max(now, start - timedelta(seconds=1))
    weekly, held = week_and_hours(company, since, end)
    coming = [p for p in moments(weekly, since, company.timezone, len(days) // 7 + 1) if p.at < end]
    free: dict[date, list[Placed]] = {}
    for placed in coming:
        if placed.at not in held:
            free.setdefault(wall(placed.at, company.timezone).date(), []).append(placed)
    return free


# ---- the list


@dataclass(slots=True)
class Shelf:
    """A page of the list; `after` turns it, and is empty on the last one."""

    items: list[Item]
    after: str


ORDER: dict[Which, tuple[str, str]] = {
    "coming": ("at", "id"),
    "gone": ("-at", "-id"),
    "drafts": ("-changed_at", "-id"),
    "waiting": ("-at", "-id"),
    "all": ("-changed_at", "-id"),
    "removed": ("-removed_at", "-id"),
}


def shelf(
    company: Company,
    which: Which,
    *,
    now: datetime,
    channels: Collection[int] = (),
    text: str = "",
    day: date | None = None,
    after: str = "",
) -> Shelf:
    """Return a page of posts: those to come, gone, drafts, waiting for a person, all or put away; of one day where it is given."""
    rows = _chosen(company, which, now)
    if channels:
        rows = rows.filter(_on(channels))
    if day is not None:
        start, end = bounds(day, day, company.timezone)
        rows = rows.filter(at__gte=start, at__lt=end)
    for word in folded(text).split()[:8]:
        rows = rows.filter(words__contains=word)
    order = ("at", "id") if day is not None else ORDER[which]
    posts = list(_beyond(rows, order, after).order_by(*order)[: PAGE + 1])
    more = f"{getattr(posts[PAGE - 1], order[0].lstrip('-')).isoformat()}~{posts[PAGE - 1].pk}" if len(posts) > PAGE else ""
    shown = [post.pk for post in posts[:PAGE]]
    return Shelf(_items(company, posts[:PAGE], _states(shown), asked_of(shown)), more)


def _chosen(company: Company, which: Which, now: datetime) -> QuerySet[Post]:
    rows = of(company).filter(removed_at__isnull=which != "removed")
    if which == "coming":
        return rows.filter(at__gte=now)
    if which == "gone":
        return rows.filter(at__lt=now, scheduled=True)
    if which == "drafts":
        return rows.filter(scheduled=False)
    if which == "waiting":
        return rows.filter(pk__in=waiting(company))
    return rows


def waiting(company: Company) -> list[int]:
    """Return the ids of the posts where a delivery that counts waits for a person."""
    rows = Departure.objects.filter(delivery__company=company, delivery__state__in=WAITS_FOR_A_PERSON)
    asked = within(rows, company.only("posts.read"), "variant__channel").values_list("pk", "variant_id", "part")
    found = {(variant, part): pk for pk, variant, part in asked.order_by("pk")}
    newer = Departure.objects.filter(variant__in={variant for variant, _ in found}).order_by("pk")
    last = {(variant, part): (pk, post) for pk, variant, part, post in newer.values_list("pk", "variant_id", "part", "variant__post_id")}
    return sorted({last[place][1] for place, pk in found.items() if last[place][0] == pk})


def _beyond(rows: QuerySet[Post], order: tuple[str, str], after: str) -> QuerySet[Post]:
    moment, _, pk = after.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return rows
    if not pk.isdecimal() or len(pk) > 18 or at.tzinfo is None:
        return rows
    name, down = order[0].lstrip("-"), order[0].startswith("-")
    step = "lt" if down else "gt"
    return rows.filter(Q(**{f"{name}__{step}": at}) | Q(**{name: at, f"id__{step}": int(pk)}))
