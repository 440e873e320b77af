"""The only clock of the house; tests turn it.

There are two: `now` tells the hour, and may jump when a machine is put right; `steady` only counts how long, and never jumps.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


class _Turned:
    """How far tests have turned the two clocks."""

    hour = timedelta(0)
    passed = 0.0


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + _Turned.hour


def steady() -> float:
    """Return seconds since some moment of this process's past; only differences mean something."""
    return time.monotonic() + _Turned.passed


def aware(kept: datetime | str) -> datetime:
    """Return a moment as the house speaks of it, from what a database answers to a plain statement."""
    at = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let the whole process live `by` later (or earlier) than the machine's clock, as when a clock jumps."""
    before = _Turned.hour
    _Turned.hour = before + by
    try:
        yield
    finally:
        _Turned.hour = before


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the process live from `moment` on; time keeps running."""
    with shifted(moment - now()):
        yield


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """Let time have passed: both clocks go on by `by`."""
    before = _Turned.passed
    _Turned.passed = before + by.total_seconds()
    try:
        with shifted(by):
            yield
    finally:
        _Turned.passed = before
