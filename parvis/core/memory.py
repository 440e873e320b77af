"""Giving memory back to the machine: what starting left behind is of no use to a process that then waits for days."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

# How many times the middle generation is looked at before the whole heap is. Ten, Python's own word, is every twenty pages of a full
# desk, and the reader of the twentieth waits 35 ms for nothing; at a hundred it is every two hundred pages.
SELDOM = 100


def give_back() -> None:
    """Return freed memory to the kernel, where the C library knows how; elsewhere nothing happens. Costs some milliseconds."""
    gc.collect()
    # What was read at the start stays for ever: the collector need not look at it again.
    gc.freeze()
    with suppress(OSError, AttributeError):  # no glibc: a Mac, Alpine
        ctypes.CDLL(None).malloc_trim(0)


def settle() -> None:
    """Make a web server ready to answer: memory given back, and the whole heap collected seldom from here on."""
    give_back()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, SELDOM)
