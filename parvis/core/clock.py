"""The only clock of the house; tests turn it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_shift = timedelta(0)


def now() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC) + _shift


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let the whole process live `by` later (or earlier) than the machine's clock."""
    global _shift
    before = _shift
    _shift = before + by
    try:
        yield
    finally:
        _shift = before


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the process live from `moment` on; time keeps running."""
    with shifted(moment - now()):
        yield
