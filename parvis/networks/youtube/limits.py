"""What YouTube's interface allows in a day, counted here: it tells nobody how much is left."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parvis.networks.contract import Gauge, Wires
from parvis.networks.facts import Fact

PACIFIC = ZoneInfo("America/Los_Angeles")
QUOTA = "developers.google.com/youtube/v3/determine_quota_cost, as read in September 2026"
READ = date(2026, 11, 23)
UPLOADS = Fact(100, f"{QUOTA}: videos.insert, calls a day", READ)
UNITS = Fact(10_000, f"{QUOTA}: all other calls together, units a day", READ)
LIST, WRITE, CAPTIONS = 1, 50, 400


def midnight(now: datetime) -> datetime:
    """Return the end of YouTube's day: the next midnight in California, summer time included."""
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(UTC)


def spend(wires: Wires, units: int, now: datetime) -> None:
    """Count units against the project's day. Raises NotSent for midnight where they are used up."""
    wires.spend("units", units, Gauge(0, UNITS.value, midnight(now), "units", shared=True), now)


def spend_upload(wires: Wires, now: datetime) -> None:
    """Count one upload against the project's day. Raises NotSent for midnight where they are used up."""
    wires.spend("uploads", 1, Gauge(0, UPLOADS.value, midnight(now), "uploads", shared=True), now)


def used_up(wires: Wires, name: str, now: datetime) -> None:
    """Note that YouTube itself says that a day is used up: other programs may share the project."""
    most, unit = (UPLOADS.value, "uploads") if name == "uploads" else (UNITS.value, "units")
    wires.gauge(name, Gauge(most, most, midnight(now), "uploads" if unit == "uploads" else "units", shared=True))
