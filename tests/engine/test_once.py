"""Whatever goes wrong around the one call that cannot be taken back, the network ends up with exactly one post."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state


def until_settled(engine: Engine, delivery: Delivery) -> None:
    """Let the engine work for two hours at most, with no other help."""
    passed = timedelta(0)
    for _ in range(200):
        with clock.later(passed):
            engine.sweep()
            engine.look()
            engine.send()
        if state(delivery) in (State.SENT, State.ASKED, State.REFUSED):
            return
        passed += timedelta(seconds=10)
    raise AssertionError(state(delivery))


def test_a_delivery_leaves_and_knows_where_it_is(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel(), "Les croissants sont chauds")
    engine.send()
    assert state(delivery) == State.SENT
    assert engine.posts() == ["Les croissants sont chauds"]
    assert delivery.url == engine.fake.posts()[0]["url"]
    assert [a.verdict for a in delivery.attempts.order_by("id")] == ["receipt"]
    assert Channel.objects.get().last_left_at is not None


@pytest.mark.parametrize(
    "fault",
    [
        "reject_before_commit", "drop_before_commit", "rate_limited", "html_error_page", "commit_then_drop", "commit_then_reset",
        "commit_then_5xx", "commit_then_html", "partial_body", "slow",
    ],
)  # fmt: skip
def test_after_any_fault_there_is_exactly_one_post(engine: Engine, fault: str) -> None:
    engine.fake.arm(fault, reset=2)
    delivery = engine.schedule(engine.channel())
    until_settled(engine, delivery)
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1
    assert delivery.remote_id == engine.fake.posts()[0]["id"]


@pytest.mark.parametrize("fault", ["commit_then_drop", "commit_then_5xx", "partial_body"])
def test_a_post_that_shows_late_is_not_sent_again(engine: Engine, fault: str) -> None:
    engine.fake.settings(lag_seconds=12)
    engine.fake.arm(fault)
    delivery = engine.schedule(engine.channel())
    engine.send()
    assert state(delivery) == State.UNKNOWN
    for seconds in (2, 5, 8, 11):
        with clock.later(timedelta(seconds=seconds)):
            engine.look()
            assert engine.send() == []
        assert state(delivery) == State.UNKNOWN
    engine.fake.advance(15)
    with clock.later(timedelta(seconds=60)):
        engine.look()
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_an_absence_is_believed_only_after_the_network_has_settled(engine: Engine) -> None:
    engine.fake.arm("reject_before_commit")
    delivery = engine.schedule(engine.channel())
    engine.send()
    with clock.later(timedelta(seconds=5)):
        engine.look()
        assert state(delivery) == State.UNKNOWN
    with clock.later(timedelta(seconds=30)):
        engine.look()
        assert state(delivery) == State.SCHEDULED
        engine.send()
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_the_key_is_kept_from_the_first_try_to_the_last(engine: Engine) -> None:
    engine.fake.arm("reject_before_commit", times=2)
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim()
    key = held.delivery.key
    assert key
    assert Delivery.objects.get().key == key, "stored before anything is called"
    with clock.later(timedelta(seconds=15)):
        engine.sweep()
        until_settled(engine, delivery)
    delivery.refresh_from_db()
    assert delivery.key == key
    assert engine.fake.posts()[0]["key"] == key


def test_what_was_not_sent_is_tried_again_later_each_time(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    waits = []
    engine.fake.stop()
    passed = timedelta(0)
    for _ in range(4):
        with clock.later(passed):
            now = clock.now()
            engine.send()
            delivery.refresh_from_db()
            assert delivery.state == State.SCHEDULED
            waits.append(round((delivery.ready_at - now).total_seconds()))
        passed += timedelta(seconds=waits[-1] + 1)
    assert waits == [5, 20, 60, 300]
    assert "could not be reached" in str(delivery.told)


def test_a_refusal_is_told_with_its_cure_and_never_tried_again(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel(), "x" * 501)
    engine.send()
    assert state(delivery) == State.REFUSED
    assert delivery.told["why"]
    assert delivery.told["cure"]
    with clock.later(timedelta(hours=1)):
        assert engine.send() == []
    assert engine.posts() == []


def test_two_of_the_same_content_are_not_mistaken_for_each_other(engine: Engine) -> None:
    channel = engine.channel()
    engine.fake.arm("commit_then_drop")
    first, second = engine.schedule(channel, "Bonjour"), engine.schedule(channel, "Bonjour")
    engine.send()
    assert state(first) == State.UNKNOWN
    assert engine.send() == [], "the second waits until it is known what became of the first"
    with clock.later(timedelta(seconds=5)):
        engine.look()
        engine.send()
    assert state(first) == state(second) == State.SENT
    assert len(engine.posts()) == 2
    assert first.remote_id != second.remote_id


def test_a_missing_picture_refuses_rather_than_sends_without_it(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    picture = {"digest": "0" * 64, "mime": "image/png", "width": 1, "height": 1, "size": 1, "alt": "le fournil"}
    Delivery.objects.update(parcel={**delivery.parcel, "pictures": [picture]})
    engine.send()
    assert state(delivery) == State.REFUSED
    assert engine.posts() == []
