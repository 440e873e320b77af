"""The worker: one thread claims and looks, one keeps what is held, one makes the rounds, one makes videos fit, some listen to the public.
The hands do the rest.

Whatever happens to the database, the loops live on: what they hold lapses at worst, and lapsed is not lost.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.conf import settings

from parvis.core import clock
from parvis.core.db import AWAY, hang_up
from parvis.core.memory import give_back
from parvis.inbox import gathering
from parvis.media import makings
from parvis.networks.contract import Disconnected, Handed, NotSent, NotYet, Receipt, Refused
from parvis.publishing import claims, looking
from parvis.publishing.claims import Held
from parvis.publishing.engine import deliver
from parvis.worker import mail
from parvis.worker.hands import Hands
from parvis.worker.rounds import make_rounds
from parvis.worker.stops import say_standing

log = logging.getLogger(__name__)
R = TypeVar("R")

TICK_SECONDS = 1.0
# Claims closer together than this would cost more than they bring; several hands are filled by one.
BREATH_SECONDS = 0.15
DRAIN_SECONDS = 20.0
MOST_AT_ONCE = 24
# Accounts that are read at the same time: a slow network keeps nobody from hearing the others.
EARS = 3


def run(stop: threading.Event) -> None:
    """Work until `stop` is set, then finish what is in hand (at most twenty seconds) and return."""
    Worker(stop).run()


class Worker:
    """One worker process. Any number may run, on any number of machines that share the database."""

    def __init__(self, stop: threading.Event) -> None:
        self.name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._stop = stop
        self._over = threading.Event()
        self._wake = threading.Event()
        self._patience = looking.Patience()
        self._hands = Hands(max(1, settings.HANDS), self._wake.set)
        self._swept = -TICK_SECONDS
        self._settled = False

    def run(self) -> None:
        """See `run`."""
        log.info("worker %s starts with %s hands", self.name, settings.HANDS)
        _survive(say_standing)
        give_back()
        beat = max(0.2, settings.LEASE_SECONDS / 3)
        others = [
            threading.Thread(target=self._repeat, args=(self._over, beat, self._keep), name="heartbeat", daemon=True),
            threading.Thread(target=self._repeat, args=(self._stop, TICK_SECONDS, self._rounds), name="rounds", daemon=True),
        ]
        maker = threading.Thread(target=self._repeat, args=(self._stop, TICK_SECONDS, self._make), name="films", daemon=True)
        ear = threading.Thread(target=self._repeat, args=(self._stop, TICK_SECONDS, self._listen), name="ear", daemon=True)
        for thread in (*others, maker, ear):
            thread.start()
        self._dispatch()
        self._drain()
        self._over.set()
        until = clock.steady() + DRAIN_SECONDS / 4
        for thread in (*others, maker, ear):
            thread.join(max(0.0, until - clock.steady()))
        self._hands.dismiss(max(0.0, until - clock.steady()))
        hang_up()
        log.info("worker %s stops", self.name)

    def _repeat(self, until: threading.Event, seconds: float, do: Callable[[], None]) -> None:
        while not until.wait(seconds):
            _survive(do)
        hang_up()

    def _rounds(self) -> None:
        make_rounds()
        if not self._settled:
            # What the first rounds loaded and threw away again is of no use to a house at rest.
            self._settled = True
            give_back()

    def _keep(self) -> None:
        if held := self._hands.held:
            claims.renew(self.name, held, clock.now())

    def _make(self) -> None:
        """Make the videos that wait, one after the other, and tell whoever waited long."""
        while not self._stop.is_set() and (making := makings.work(self.name, self._stop)):
            mail.tell_made(making, clock.now())

    def _listen(self) -> None:
        """Read what is due of what the public writes, several readings at a time; a house at rest keeps one ear only."""
        if not gathering.any_due(clock.now()):
            return
        more = [threading.Thread(target=self._read, name=f"ear-{n}", daemon=True) for n in range(1, EARS)]
        for thread in more:
            thread.start()
        self._read()
        for thread in more:
            thread.join()

    def _read(self) -> None:
        while not self._stop.is_set() and _survive(lambda: gathering.read_next(clock.now())):
            pass
        hang_up()

    def _drain(self) -> None:
        until = clock.steady() + DRAIN_SECONDS
        while not self._hands.empty and clock.steady() < until:
            self._wake.wait(0.1)
            self._wake.clear()

    # ---- claiming

    def _dispatch(self) -> None:
        while not self._stop.is_set():
            began = clock.steady()
            wait = _survive(self._once)
            self._wake.wait(TICK_SECONDS if wait is None else min(TICK_SECONDS, wait))
            self._wake.clear()
            time.sleep(max(0.0, began + BREATH_SECONDS - clock.steady()))

    def _once(self) -> float:
        """Do what is due and return for how long nothing else will be, as far as is known."""
        now = clock.now()
        if clock.steady() - self._swept >= TICK_SECONDS:
            claims.free_lapsed(now)
            self._look(now)
            self._swept = clock.steady()
        head = claims.next_ready()
        if head is None:
            return TICK_SECONDS
        if head > now:
            return (head - now).total_seconds()
        self._claim(now)
        return TICK_SECONDS

    def _claim(self, now: datetime) -> None:
        room = self._hands.room()
        if not room.healthy and not room.doubtful:
            return
        for held in claims.claim(self.name, now, min(room.healthy, MOST_AT_ONCE), room.doubtful, room.suspects):
            channel = held.delivery.channel
            doubtful = channel.failures > 0 or channel.base in room.suspects
            self._hands.take(held.entry, held.pk, channel.base, doubtful, partial(_try, held))

    def _look(self, now: datetime) -> None:
        # Half of the hands at most: a network in trouble makes many questions, and posts have their hour.
        most = self._hands.room().healthy // 2
        for held in looking.claim_looks(self.name, now, most, self._patience):
            self._hands.take(held.entry, held.pk, held.delivery.channel.base, True, partial(self._see, held))

    def _see(self, held: Held) -> None:
        looking.look(held, self._patience)


def _try(held: Held) -> bool | None:
    return _well(deliver(held))


def _well(outcome: object) -> bool | None:
    """Tell what an outcome says of its server: well, not well, or nothing."""
    if isinstance(outcome, Receipt | Handed | Refused | NotYet | Disconnected):
        return True
    if outcome is None or (isinstance(outcome, NotSent) and outcome.again_at is not None):
        return None
    return False


def _survive(do: Callable[[], R]) -> R | None:
    try:
        return do()
    except AWAY as error:
        log.warning("the database is away, going on: %s", error)
    except Exception:
        log.exception("a loop of the worker failed, going on")
    hang_up()
    return None
