"""A worker that falls silent loses what it holds, and what it held is never sent twice; clocks may jump."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.core import clock
from parvis.networks.contract import Receipt
from parvis.publishing import claims
from parvis.publishing.claims import Held
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.publishing.verdicts import Verdict, write
from tests.engine.conftest import Engine, state

SILENCE = timedelta(seconds=12)


def claimed(engine: Engine) -> tuple[Delivery, Held]:
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim("first")
    return delivery, held


def test_a_silent_worker_s_delivery_is_another_s_within_fifteen_seconds(engine: Engine) -> None:
    delivery, _ = claimed(engine)
    with clock.later(timedelta(seconds=15)):
        engine.sweep()
        assert len(engine.claim("second")) == 1
    delivery.refresh_from_db()
    assert delivery.worker == "second"
    assert next(a.verdict for a in delivery.attempts.order_by("id")) == "lapsed"


def test_the_heartbeat_keeps_what_is_held(engine: Engine) -> None:
    delivery, held = claimed(engine)
    for seconds in (5, 10, 15, 20):
        with clock.later(timedelta(seconds=seconds)):
            claims.renew("first", [held.pk], clock.now())
            engine.sweep()
            assert state(delivery) == State.SENDING


def test_the_heartbeat_of_one_worker_keeps_nothing_of_another_s(engine: Engine) -> None:
    delivery, held = claimed(engine)
    with clock.later(SILENCE):
        claims.renew("second", [held.pk], clock.now())
        engine.sweep()
    assert state(delivery) == State.SCHEDULED


def test_a_worker_that_wakes_before_its_call_finds_the_fence_closed(engine: Engine) -> None:
    delivery, held = claimed(engine)
    with clock.later(SILENCE):
        engine.sweep()
        engine.send("second")
        assert deliver(held) is None
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_a_worker_that_wakes_while_another_holds_it_finds_the_fence_closed(engine: Engine) -> None:
    _, held = claimed(engine)
    with clock.later(SILENCE):
        engine.sweep()
        engine.claim("second")
        assert deliver(held) is None
    assert engine.posts() == []


def test_a_lapsed_lease_after_the_fence_is_no_permission_to_send(engine: Engine) -> None:
    delivery, held = claimed(engine)
    assert claims.fence(held, {}, clock.now())
    with clock.later(SILENCE):
        engine.sweep()
        assert state(delivery) == State.UNKNOWN
        assert engine.send("second") == []


def test_after_a_lapse_a_request_may_still_be_under_way(engine: Engine) -> None:
    delivery, held = claimed(engine)
    assert claims.fence(held, {}, clock.now())
    with clock.later(SILENCE):
        engine.sweep()
        engine.look()
    with clock.later(SILENCE + timedelta(seconds=25)):
        engine.look()
        assert state(delivery) == State.UNKNOWN, "past what the network needs, but a slow answer may still come"
    with clock.later(SILENCE + timedelta(seconds=45)):
        engine.look()
        assert state(delivery) == State.SCHEDULED


@pytest.mark.parametrize("meanwhile", ["nothing", "swept", "believed absent", "cancelled"])
def test_a_receipt_that_comes_late_is_still_the_truth(engine: Engine, meanwhile: str) -> None:
    delivery, held = claimed(engine)
    assert claims.fence(held, {}, clock.now())
    if meanwhile != "nothing":
        with clock.later(SILENCE):
            engine.sweep()
    if meanwhile in ("believed absent", "cancelled"):
        Delivery.objects.update(state=State.SCHEDULED if meanwhile == "believed absent" else State.CANCELLED)
    assert write(held, Verdict(Receipt("42", "http://there/42"), clock.now()))
    assert state(delivery) == State.SENT
    assert delivery.remote_id == "42"
    with clock.later(timedelta(minutes=1)):
        assert engine.send("second") == []


def test_a_verdict_may_be_written_twice(engine: Engine) -> None:
    delivery, held = claimed(engine)
    verdict = Verdict(Receipt("42"), clock.now())
    assert write(held, verdict)
    assert not write(held, verdict)
    assert state(delivery) == State.SENT


def test_a_clock_that_jumps_forward_makes_no_double(engine: Engine) -> None:
    """The post shows only after some seconds; the clock jumps an hour at once. An absence must not be believed for that."""
    engine.fake.settings(lag_seconds=3600)
    engine.fake.arm("commit_then_drop")
    delivery = engine.schedule(engine.channel())
    engine.send()
    engine.look()
    with clock.shifted(timedelta(hours=1)):
        engine.look()
        assert state(delivery) == State.UNKNOWN
        assert engine.send() == []
    with clock.later(timedelta(seconds=30)), clock.shifted(timedelta(hours=1)):
        engine.fake.settings(lag_seconds=0)
        engine.look()
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_a_worker_started_after_a_jump_does_not_believe_an_absence_at_once(engine: Engine) -> None:
    engine.fake.settings(lag_seconds=3600)
    engine.fake.arm("commit_then_drop")
    delivery = engine.schedule(engine.channel())
    engine.send()
    with clock.shifted(timedelta(hours=1)):
        engine.patience.until.clear()
        engine.look()
        assert state(delivery) == State.UNKNOWN


def test_a_clock_that_jumps_forward_while_a_worker_prepares_makes_no_double(engine: Engine) -> None:
    delivery, held = claimed(engine)
    with clock.shifted(timedelta(hours=1)):
        engine.sweep()
        engine.send("second")
        assert deliver(held) is None
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_a_clock_put_back_freezes_no_lease(engine: Engine) -> None:
    delivery, _ = claimed(engine)
    with clock.shifted(timedelta(hours=-1)):
        engine.sweep()
        assert state(delivery) == State.SCHEDULED


def test_a_clock_put_back_freezes_no_look(engine: Engine) -> None:
    engine.fake.arm("commit_then_drop")
    delivery = engine.schedule(engine.channel())
    engine.send()
    Delivery.objects.update(look_at=clock.now() + timedelta(seconds=50))
    with clock.shifted(timedelta(hours=-2)):
        engine.look()
    assert state(delivery) == State.SENT


def test_a_clock_put_back_sends_nothing_twice(engine: Engine) -> None:
    channel = engine.channel()
    first, second = engine.schedule(channel), engine.schedule(channel, due=clock.now() + timedelta(minutes=5))
    engine.send()
    with clock.shifted(timedelta(hours=-1)):
        assert engine.send() == []
        assert state(second) == State.SCHEDULED
    with clock.later(timedelta(minutes=6)):
        engine.send()
    assert state(first) == state(second) == State.SENT
    assert len(engine.posts()) == 2


def test_a_post_made_under_a_clock_put_back_is_found(engine: Engine) -> None:
    engine.fake.arm("reject_before_commit")
    with clock.shifted(timedelta(hours=1)):
        delivery = engine.schedule(engine.channel())
        engine.send()
        engine.look()
        with clock.later(timedelta(seconds=30)):
            engine.look()
            assert state(delivery) == State.SCHEDULED
    Delivery.objects.update(ready_at=clock.now())
    engine.fake.arm("commit_then_drop")
    engine.send()
    assert state(delivery) == State.UNKNOWN
    with clock.later(timedelta(seconds=3)):
        engine.look()
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_what_kills_its_workers_waits_longer_each_time(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    passed = timedelta(0)
    for _ in range(claims.DEATHS):
        with clock.later(passed):
            assert len(engine.claim()) == 1
        passed += SILENCE
        with clock.later(passed):
            engine.sweep()
            assert state(delivery) == State.SCHEDULED
    with clock.later(passed):
        assert engine.claim() == []
