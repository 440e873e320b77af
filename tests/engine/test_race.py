"""Many workers reach for the same deliveries at the same moment, in threads and in processes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from parvis.core import clock
from parvis.core.db import hang_up
from parvis.publishing import claims, commands, looking
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state
from tests.engine.processes import wait_until, workers

pytestmark = pytest.mark.django_db(transaction=True)


def together(*tasks: Callable[[], Any]) -> list[Any]:
    """Do all tasks at the same moment, each in its thread; return what each returned or raised."""
    start = threading.Barrier(len(tasks))
    results: list[Any] = [None] * len(tasks)

    def one(place: int, task: Callable[[], Any]) -> None:
        start.wait()
        try:
            results[place] = task()
        except Exception as error:
            results[place] = error
        finally:
            hang_up()

    threads = [threading.Thread(target=one, args=(place, task)) for place, task in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_a_delivery_is_claimed_by_one(engine: Engine) -> None:
    for n in range(12):
        channel = engine.channel(f"c{n}")
        engine.schedule(channel), engine.schedule(channel)
    now = clock.now()
    found = together(*(lambda name=name: claims.claim(f"w{name}", now, 6, 6) for name in range(6)))
    held = [h for part in found for h in part]
    assert len({h.pk for h in held}) == len(held) == len({h.delivery.channel_id for h in held}) == 12


def test_cancelling_and_claiming_have_one_winner(engine: Engine) -> None:
    by = engine.world.actor(engine.world.alice)
    for n in range(8):
        delivery = engine.schedule(engine.channel(f"c{n}"))
        now = clock.now()
        held, cancelled = together(
            lambda now=now: claims.claim("w", now, 5),
            lambda delivery=delivery, now=now: commands.cancel(delivery=delivery, by=by, now=now),
        )
        if held:
            assert isinstance(cancelled, TooLate)
            assert state(delivery) == State.SENDING
        else:
            assert cancelled is None
            assert state(delivery) == State.CANCELLED


def test_a_lapse_and_a_fence_have_one_winner(engine: Engine) -> None:
    for n in range(8):
        delivery = engine.schedule(engine.channel(f"c{n}"))
        [held] = engine.claim()
        Delivery.objects.filter(pk=delivery.pk).update(lease_until=clock.now() - claims.APART)
        now = clock.now()
        fenced, freed = together(lambda held=held, now=now: claims.fence(held, {}, now), lambda now=now: claims.free_lapsed(now))
        assert (fenced, freed) in ((True, 0), (False, 1))
        assert state(delivery) == (State.SENDING if fenced else State.SCHEDULED)
        Delivery.objects.filter(pk=delivery.pk).update(state=State.SENT, sent_at=now)


def test_a_look_is_claimed_by_one(engine: Engine) -> None:
    engine.fake.arm("commit_then_drop")
    engine.schedule(engine.channel())
    engine.send()
    Delivery.objects.update(look_at=clock.now())
    found = together(*(lambda n=n: looking.claim_looks(f"w{n}", clock.now(), 5, looking.Patience()) for n in range(5)))
    assert sum(len(part) for part in found) == 1


def test_four_processes_send_each_thing_once(engine: Engine) -> None:
    made = [engine.schedule(channel) for channel in [engine.channel(f"c{n}") for n in range(20)] for _ in range(5)]
    with workers(engine.fake) as team:
        for _ in range(4):
            team.start()
        wait_until(lambda: not Delivery.objects.exclude(state=State.SENT).exists(), "the last delivery")
    assert sorted(engine.posts()) == sorted(d.subject for d in made)
