"""When a place is open: arithmetic over its hours, the days closed by law and its own exceptions, in its time zone.

A moment is open when the hour on the wall falls in one of the day's ranges: both nights on which the clocks change come out right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from parvis.networks.codes.calendar import public_holidays

DAY_LONG = 86_400
# How the end of a day is kept: no time of a day is 24:00.
MIDNIGHT = time.max
# Which department's holidays a zone has: `public_holidays` knows those of Alsace-Moselle and overseas.
ZONES = {"metropole": "", "alsace-moselle": "67"} | {code: code for code in ("971", "972", "973", "974", "976", "977", "978")}
# A place that does not open in so many days does not open.
FAR = 400
# A night's end is written with the evening it belongs to, up to this hour.
NIGHT = 6 * 3600
Range = tuple[int, int]
Written = tuple[time, time]


class NoRange(Exception):
    """Hours of a weekday that begin where they end: which, is in `day`."""

    def __init__(self, day: int) -> None:
        super().__init__(day)
        self.day = day


@dataclass(frozen=True, slots=True)
class Special:
    """Days that are not as usual, both included: closed; or `opened`, in `ranges`, or in the weekday's usual ones where there are none."""

    first: date
    last: date
    opened: bool = False
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What hours a place keeps. `week` has the ranges of Monday to Sunday in seconds from midnight; empty: it is always open.

    `holidays` is a zone of ZONES whose public holidays close it; empty: it opens on them.
    """

    timezone: str = "Europe/Paris"
    week: tuple[tuple[Range, ...], ...] = ()
    holidays: str = ""
    specials: tuple[Special, ...] = ()

    def ranges(self, day: date) -> tuple[Range, ...]:
        """Return when it is open on a day, in seconds of the wall clock, in order, none touching another."""
        usual = self.week[day.weekday()] if any(self.week) else ((0, DAY_LONG),)
        here = [one for one in self.specials if one.first <= day <= one.last]
        opened = [one for one in here if one.opened]
        if opened:
            named = [span for one in opened for span in one.ranges]
            return merged(named or usual)
        return () if here or self.by_law(day) else merged(usual)

    def by_law(self, day: date) -> bool:
        """Tell whether the law's holidays close it on a day; a place without hours keeps none."""
        return self.holidays in ZONES and any(self.week) and day in public_holidays(day.year, ZONES[self.holidays])

    def spans(self, start: datetime, end: datetime | None = None) -> Iterator[tuple[datetime, datetime]]:
        """Yield when it is open from a moment to another (or for FAR days), in UTC and in order."""
        start, end = start.astimezone(UTC), (end or start + timedelta(days=FAR)).astimezone(UTC)
        day = start.astimezone(ZoneInfo(self.timezone)).date()
        last = end.astimezone(ZoneInfo(self.timezone)).date()
        while day <= last:
            for begins, ends in on_the_wall(self.timezone, day, self.ranges(day)):
                if max(begins, start) < min(ends, end):
                    yield max(begins, start), min(ends, end)
            day += timedelta(days=1)

    def open_at(self, moment: datetime) -> bool:
        """Tell whether it is open at a moment: from its opening on, no longer at its closing."""
        here = moment.astimezone(UTC)  # sums of local times forget which of the two hours that come twice it was
        return any(True for _ in self.spans(here, here + timedelta(microseconds=1)))

    def seconds_open(self, start: datetime, end: datetime) -> int:
        """Return for how many whole seconds it is open between two moments; 0 where the second is not after the first."""
        return int(sum((ends - begins for begins, ends in self.spans(start, end)), timedelta(0)).total_seconds())

    def add_open(self, start: datetime, minutes: int) -> datetime:
        """Return the first moment at which it has been open for so many minutes since `start`; plain minutes where it never opens again."""
        start, left = start.astimezone(UTC), timedelta(minutes=minutes)
        if left <= timedelta(0):
            return start
        for begins, ends in self.spans(start):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        return start + timedelta(minutes=minutes)

    def opens_next(self, moment: datetime) -> datetime | None:
        """Return the first moment from this one on at which it is open; None where it never is."""
        return next((begins for begins, _ in self.spans(moment)), None)


def seconds_of(moment: time) -> int:
    """Return a time of day in seconds from midnight; the day's last moment is its end."""
    return DAY_LONG if moment >= time(23, 59, 59) else moment.hour * 3600 + moment.minute * 60 + moment.second


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Put ranges in order and make one of those that touch."""
    kept: list[Range] = []
    for begins, ends in sorted(ranges):
        if kept and begins <= kept[-1][1]:
            kept[-1] = kept[-1][0], max(ends, kept[-1][1])
        elif begins < ends:
            kept.append((begins, ends))
    return tuple(kept)


def laid_out(week: Mapping[int, Sequence[Written]]) -> tuple[tuple[Range, ...], ...]:
    """Return a week as it was written in ranges: a night goes on into the next day; midnight to midnight is a whole day. Raises NoRange."""
    days: list[list[Range]] = [[] for _ in range(7)]
    for day, written in week.items():
        for opens, closes in written:
            first, last = seconds_of(opens), seconds_of(closes) or DAY_LONG
            if first == last:
                raise NoRange(day)
            days[day].append((first, last if last > first else DAY_LONG))
            if last < first:
                days[(day + 1) % 7].append((0, last))
    return tuple(merged(day) for day in days)


def as_written(week: Sequence[Sequence[Range]]) -> list[list[Range]]:
    """Return a week in ranges as people write it: what goes on after midnight stands with its evening, its end before its beginning."""
    found = [list(day) for day in week]
    for day, ranges in enumerate(week):
        following = week[(day + 1) % 7]
        if not ranges or not following or ranges[-1][1] != DAY_LONG or following[0][0] != 0:
            continue
        begins, ends = ranges[-1][0], following[0][1]
        if ends < begins and ends <= NIGHT:
            found[day][-1] = begins, ends
            found[(day + 1) % 7].remove(following[0])
    return found


@lru_cache(maxsize=2000)
def on_the_wall(zone: str, day: date, ranges: tuple[Range, ...]) -> tuple[tuple[datetime, datetime], ...]:
    """Return ranges of a day's wall clock in UTC: an hour that is skipped is in none, an hour that comes twice counts twice."""
    found = []
    for begins, ends, offset in _stretches(zone, day):
        midnight = datetime.combine(day, time(), UTC) - offset
        for first, last in ranges:
            span = max(begins, midnight + timedelta(seconds=first)), min(ends, midnight + timedelta(seconds=last))
            if span[0] < span[1]:
                found.append(span)
    return tuple(sorted(found))


def _stretches(zone: str, day: date) -> list[tuple[datetime, datetime, timedelta]]:
    """Cut a day into what has one offset each: one stretch, two on the night when the clocks change."""
    begins, ends = (_first_moment(zone, one) for one in (day, day + timedelta(days=1)))
    if begins >= ends:
        return []
    before, after = _offset(zone, begins), _offset(zone, ends - timedelta(seconds=1))
    if before == after:
        return [(begins, ends, before)]
    low, high = begins, ends
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return [(begins, high, before), (high, ends, after)]


def _first_moment(zone: str, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _offset(zone: str, moment: datetime) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
