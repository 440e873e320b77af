"""The worker's loops and hands: servers in trouble never take them all, and a stop finishes what is in hand."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.core.db import hang_up
from parvis.publishing.states import State
from parvis.worker import loop
from parvis.worker.hands import SLOW_SECONDS, SUSPECT, Hands
from tests.engine.conftest import Engine, state
from tests.engine.processes import wait_until


class Busy:
    """Hands of which some hold something until they are let go."""

    def __init__(self, most: int) -> None:
        self.go = threading.Event()
        self.hands = Hands(most, lambda: None)
        self.entries = 0

    def hold(self, base: str, count: int = 1, doubtful: bool = False) -> None:
        for _ in range(count):
            self.entries += 1
            self.hands.take(self.entries, self.entries, base, doubtful, self.wait)

    def wait(self) -> None:
        self.go.wait(30)

    def finish(self, base: str, well: bool) -> None:
        self.entries += 1
        self.hands.take(self.entries, self.entries, base, False, lambda: well)
        entry = self.entries
        wait_until(lambda: entry not in self.hands._grips, "the end")


@pytest.fixture
def busy() -> Any:
    made = Busy(8)
    yield made
    made.go.set()
    made.hands.dismiss(30)


def test_doubtful_channels_share_a_quarter_of_the_hands(busy: Busy) -> None:
    assert (busy.hands.room().healthy, busy.hands.room().doubtful) == (8, 2)
    busy.hold("http://ill", 2, doubtful=True)
    assert (busy.hands.room().healthy, busy.hands.room().doubtful) == (6, 0)


def test_a_server_that_hangs_becomes_suspect(busy: Busy) -> None:
    busy.hold("http://hung", 3)
    assert not busy.hands.room().suspects
    with clock.later(timedelta(seconds=SLOW_SECONDS + 1)):
        assert busy.hands.room().suspects == {"http://hung"}
        assert busy.hands.room().healthy == 5


def test_a_server_that_fails_in_a_row_becomes_suspect_until_it_answers(busy: Busy) -> None:
    for _ in range(SUSPECT):
        busy.finish("http://ill", well=False)
    assert busy.hands.room().suspects == {"http://ill"}
    busy.finish("http://ill", well=True)
    assert not busy.hands.room().suspects


def test_what_hangs_for_ever_is_let_go(busy: Busy) -> None:
    busy.hold("http://hung")
    assert busy.hands.held == [1]
    with clock.later(timedelta(minutes=6)):
        assert busy.hands.held == []


def test_a_hand_that_breaks_is_a_hand_again(busy: Busy) -> None:
    for number in range(20):
        busy.hands.take(100 + number, number, "http://x", False, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    wait_until(lambda: busy.hands.empty, "all of them")
    busy.finish("http://x", well=True)


@pytest.mark.django_db(transaction=True)
def test_a_stop_finishes_what_is_in_hand(engine: Engine) -> None:
    engine.fake.arm("slow", ms=700)
    delivery = engine.schedule(engine.channel())
    stop = threading.Event()
    worker = threading.Thread(target=lambda: (loop.run(stop), hang_up()))
    worker.start()
    wait_until(lambda: any(fault["struck"] for fault in engine.fake.faults.shown()), "the call")
    stop.set()
    worker.join()
    assert state(delivery) == State.SENT
    left = [one.name for one in threading.enumerate() if one.name.startswith(("hand-", "ear", "heartbeat", "rounds", "films"))]
    assert not left, "whoever stays keeps its connection to the database"
