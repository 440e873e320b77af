"""Giving memory back to the machine: what starting left behind is of no use to a process that then waits for days."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Return freed memory to the kernel, where the C library knows how; elsewhere nothing happens. Costs some milliseconds."""
    gc.collect()
    # What was read at the start stays for ever: the collector need not look at it again.
    gc.freeze()
    with suppress(OSError, AttributeError):  # no glibc: a Mac, Alpine
        ctypes.CDLL(None).malloc_trim(0)
