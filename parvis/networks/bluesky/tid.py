"""Record keys of the AT Protocol: a moment and a clock id in thirteen letters that sort by time."""

from __future__ import annotations

import itertools
import secrets
from datetime import UTC, datetime, timedelta

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Counting the clock id on keeps apart two posts made in the same microsecond of one process.
_clock_ids = itertools.count(secrets.randbelow(1024))


def new_key(now: datetime) -> str:
    """Return a fresh record key for `now`; its moment is the record's `createdAt`."""
    number = (now - _EPOCH) // timedelta(microseconds=1) << 10 | next(_clock_ids) & 1023
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))


def moment(key: str) -> datetime:
    """Return the moment that a record key carries. Raises ValueError where it is none."""
    number = 0
    for letter in key:
        number = number << 5 | _LETTERS.index(letter)
    return _EPOCH + timedelta(microseconds=number >> 10)
