"""The hands of a worker: threads that each do one thing to its end, and what they hold meanwhile."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass

from parvis.core import clock
from parvis.core.db import hang_up

log = logging.getLogger(__name__)

# A call that lasts so long makes its server slow; failures in a row make it suspect.
SLOW_SECONDS = 2.0
SUSPECT = 3
# No call lasts so long by right: whatever hangs is let go, to be looked for by another.
MOST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Grip:
    """What one hand holds: which delivery, on which server, since when, and whether it was doubtful from the start."""

    pk: int
    base: str
    since: float
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Room:
    """How much may be claimed now."""

    healthy: int
    doubtful: int
    suspects: frozenset[str]


class Hands:
    """At most `most` threads, started when first needed. `freed` is called when one has finished."""

    def __init__(self, most: int, freed: Callable[[], None]) -> None:
        self._most = most
        self._freed = freed
        self._lock = threading.Lock()
        self._work: queue.SimpleQueue[tuple[int, str, Callable[[], bool | None]] | None] = queue.SimpleQueue()
        self._grips: dict[int, Grip] = {}
        self._failed: dict[str, int] = {}
        self._threads: list[threading.Thread] = []
        self._idle = 0

    def room(self) -> Room:
        """Return what may be claimed: servers in trouble never hold more than a quarter of the hands."""
        with self._lock:
            grips, now = list(self._grips.values()), clock.steady()
            slow: dict[str, int] = {}
            for grip in grips:
                slow[grip.base] = slow.get(grip.base, 0) + (now - grip.since > SLOW_SECONDS)
            suspects = {base for base, count in slow.items() if count >= self._quarter}
            suspects |= {base for base, count in self._failed.items() if count >= SUSPECT}
            free = self._most - len(grips)
            troubled = sum(grip.doubtful or grip.base in suspects for grip in grips)
        return Room(free, max(0, min(free, self._quarter - troubled)), frozenset(suspects))

    @property
    def _quarter(self) -> int:
        return max(1, self._most // 4)

    @property
    def held(self) -> list[int]:
        """What is held and may go on being held."""
        with self._lock:
            now = clock.steady()
            return [grip.pk for grip in self._grips.values() if now - grip.since < MOST_SECONDS]

    @property
    def empty(self) -> bool:
        """Tell whether nothing is held any more."""
        with self._lock:
            return not self._grips

    def take(self, entry: int, pk: int, base: str, doubtful: bool, work: Callable[[], bool | None]) -> None:
        """Let a hand do `work`, which returns whether the server behaved (None: it taught nothing).

        `entry` tells apart two holds of one delivery, should the first have been let go while it hung.
        """
        with self._lock:
            self._grips[entry] = Grip(pk, base, clock.steady(), doubtful)
            there = len(self._threads)
            if self._idle < len(self._grips) - (there - self._idle) and there < self._most:
                thread = threading.Thread(target=self._toil, name=f"hand-{there + 1}", daemon=True)
                self._threads.append(thread)
                thread.start()
        self._work.put((entry, base, work))

    def dismiss(self, seconds: float) -> None:
        """Let every hand go once it has finished, its connection to the database closed; wait for that no longer than `seconds`."""
        with self._lock:
            threads = list(self._threads)
        for _ in threads:
            self._work.put(None)
        until = clock.steady() + seconds
        for thread in threads:
            thread.join(max(0.0, until - clock.steady()))

    def _toil(self) -> None:
        while True:
            with self._lock:
                self._idle += 1
            task = self._work.get()
            with self._lock:
                self._idle -= 1
            if task is None:
                hang_up()
                return
            entry, base, work = task
            try:
                well = work()
            except Exception:
                log.exception("a hand failed")
                hang_up()
                well = None
            self._finish(entry, base, well)

    def _finish(self, entry: int, base: str, well: bool | None) -> None:
        with self._lock:
            self._grips.pop(entry, None)
            if well:
                self._failed.pop(base, None)
            elif well is False:
                self._failed[base] = self._failed.get(base, 0) + 1
        self._freed()
