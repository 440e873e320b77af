"""A person as a connector, under the same engine: what dies half-way asks rather than guesses, and the worker goes on."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.core.db import hang_up
from parvis.networks.contract import Handed
from parvis.publishing import claims, commands, looking
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.states import State
from parvis.worker import loop
from tests.engine.conftest import Engine, state
from tests.engine.processes import wait_until


def by_hand(engine: Engine) -> Channel:
    return engine.channel(by_hand=True, tokens="", base="")


@pytest.mark.django_db(transaction=True)
def test_the_worker_puts_it_into_hands_and_calls_nobody(engine: Engine) -> None:
    delivery = engine.schedule(by_hand(engine))
    stop = threading.Event()
    worker = threading.Thread(target=lambda: (loop.run(stop), hang_up()))
    worker.start()
    wait_until(lambda: Delivery.objects.filter(state=State.HANDED).exists(), "the card")
    stop.set()
    worker.join()
    assert state(delivery) == State.HANDED
    assert engine.posts() == []
    assert Channel.objects.get().failures == 0
    assert Attempt.objects.get().verdict == "handed"
    assert loop._well(Handed()) is True


def test_a_worker_that_dies_before_the_fence_hands_it_over_later(engine: Engine) -> None:
    delivery = engine.schedule(by_hand(engine))
    engine.claim()
    with clock.later(timedelta(minutes=1)):
        engine.sweep()
        engine.send("second")
        assert state(delivery) == State.HANDED


def test_a_worker_that_dies_after_the_fence_asks_a_person(engine: Engine) -> None:
    delivery = engine.schedule(by_hand(engine))
    follower = engine.schedule(delivery.channel, after=delivery)
    [held] = engine.claim()
    assert claims.fence(held, {}, clock.now())
    for minute in range(1, looking.ENOUGH + 2):
        with clock.later(timedelta(minutes=minute)):
            engine.sweep()
            engine.look()
    assert state(delivery) == State.ASKED
    commands.say_there(delivery=delivery, url="", by=engine.world.actor(engine.world.alice), now=clock.now())
    engine.send()
    assert state(follower) == State.HANDED


def test_two_workers_hand_one_thing_over_once(engine: Engine) -> None:
    delivery = engine.schedule(by_hand(engine))
    assert len(engine.claim("first")) + len(engine.claim("second")) == 1
    assert state(delivery) == State.SENDING
