"""Hours as the company lives them: a time on its wall, the moment it names, and the two nights when the wall lies.

Choices for those nights. A wall time that does not exist (02:30 when the clock jumps from 2 to 3) is moved forward by the jump: 03:30.
A wall time that exists twice (02:30 when the clock falls back from 3 to 2) names the first of the two. Both are said to the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parvis.core.say import Say, gettext_noop
from parvis.networks.codes.calendar import public_holidays

WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


class NotAMoment(Exception):
    """What was typed is no date or no time. `why` says it."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Placed:
    """A wall time and the moment it names (UTC). `note` is there on the two odd nights of the year."""

    at: datetime
    note: Say | None = None


def place(day: date, wall: time, timezone: str) -> Placed:
    """Return the moment that `wall` names on `day` in this time zone. See the module for the two odd nights."""
    zone = ZoneInfo(timezone)
    naive = datetime.combine(day, wall.replace(tzinfo=None, fold=0, microsecond=0))
    first, second = naive.replace(tzinfo=zone), naive.replace(tzinfo=zone, fold=1)
    at = first.astimezone(UTC)
    if first.utcoffset() == second.utcoffset():
        return Placed(at)
    real = at.astimezone(zone)
    if real.replace(tzinfo=None) != naive:
        missing = gettext_noop("%(asked)s does not exist on %(day)s: the clocks go forward that night. %(real)s was taken instead.")
        return Placed(at, Say(missing, {"asked": f"{wall:%H:%M}", "day": f"{day:%d/%m/%Y}", "real": f"{real:%H:%M}"}))
    twice = gettext_noop("%(asked)s exists twice on %(day)s: the clocks go back that night. The first of the two was taken.")
    return Placed(at, Say(twice, {"asked": f"{wall:%H:%M}", "day": f"{day:%d/%m/%Y}"}))


def wall(at: datetime, timezone: str) -> datetime:
    """Return a moment as the company's wall shows it (aware)."""
    return at.astimezone(ZoneInfo(timezone))


def today(now: datetime, timezone: str) -> date:
    """Return the company's present day."""
    return wall(now, timezone).date()


def bounds(first: date, last: date, timezone: str) -> tuple[datetime, datetime]:
    """Return the moments (UTC) at which `first` begins and `last` has ended; 23 and 25 hour days included."""
    return place(first, time(0), timezone).at, place(last + _DAY, time(0), timezone).at


def week_of(day: date) -> list[date]:
    """Return the seven days of its week, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def grid(year: int, month: int) -> list[list[date]]:
    """Return the weeks, from Monday, that a month touches."""
    first = date(year, month, 1)
    last = next_month(first) - _DAY
    weeks = []
    monday = week_of(first)[0]
    while monday <= last:
        weeks.append(week_of(monday))
        monday += WEEK
    return weeks


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def previous_month(day: date) -> date:
    """Return the first day of the month before."""
    return (day.replace(day=1) - _DAY).replace(day=1)


def moments(weekly: list[tuple[int, time]], since: datetime, timezone: str, weeks: int = 27) -> Iterator[Placed]:
    """Yield the moments of weekly times after `since`, in order. `weekly` holds (weekday, time), Monday 0."""
    monday = week_of(today(since, timezone))[0]
    for n in range(weeks):
        days = ((monday + n * WEEK + timedelta(days=weekday), hour) for weekday, hour in weekly)
        placed = [place(day, hour, timezone) for day, hour in days]
        yield from (p for p in sorted(placed, key=lambda p: p.at) if p.at > since)


def holiday(day: date, language: str = "fr", department: str = "") -> str:
    """Return the name of the French public holiday on this day, or an empty string."""
    name = public_holidays(day.year, department).get(day)
    return name.within("fr" if language.startswith("fr") else "en") if name else ""


# ---- what people type

_FRENCH = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_HOUR = re.compile(r"(\d{1,2})\s*(?:[:hH.]\s*(\d{1,2})?)?(?::\d{1,2})?")


def read_day(typed: str) -> date:
    """Read 24/11/2026, 24.11.26 or 2026-11-24. Raises NotAMoment."""
    text = typed.strip()
    try:
        if found := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
            return date(year, month, day)
        if found := _FRENCH.fullmatch(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise NotAMoment(Say(gettext_noop("There is no such day as “%(typed)s”."), {"typed": text[:40]})) from None
    raise NotAMoment(Say(gettext_noop("“%(typed)s” is not a date; write it like 24/11/2026."), {"typed": text[:40]}))


def read_hour(typed: str) -> time:
    """Read 9:30, 9h30, 9 h 30, 9h or 09:30:00. Raises NotAMoment."""
    text = typed.strip()
    found = _HOUR.fullmatch(text)
    if found and int(found[1]) < 24 and int(found[2] or 0) < 60:
        return time(int(found[1]), int(found[2] or 0))
    raise NotAMoment(Say(gettext_noop("“%(typed)s” is not a time of day; write it like 9:30 or 9 h 30."), {"typed": text[:40]}))
