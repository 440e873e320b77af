"""Nothing leaves too late without a person's word, and nothing in a burst after an outage; a thread leaves in order or not at all."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.publishing import claims, commands, rounds
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state
from tests.engine.test_people import asked, decided


def test_what_is_later_than_the_company_allows_is_held_and_asks(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(minutes=121)):
        engine.send()
        assert state(delivery) == State.HELD
        assert delivery.told["why"]["facts"] == {"minutes": 120}
        decided(engine, commands.release, delivery, due_at=clock.now())
        engine.send()
    assert state(delivery) == State.SENT


def test_what_is_late_but_not_too_late_leaves(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(minutes=119)):
        engine.send()
    assert state(delivery) == State.SENT


def test_the_company_sets_how_late(engine: Engine) -> None:
    type(engine.world.bakery).objects.filter(pk=engine.world.bakery.pk).update(late_minutes=15)
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(minutes=16)):
        engine.send()
    assert state(delivery) == State.HELD


def test_nothing_goes_out_in_a_burst_after_an_outage(engine: Engine) -> None:
    channel = engine.channel()
    for n in range(4):
        engine.schedule(channel, f"{n}", due=clock.now() + timedelta(minutes=n))
    left = []
    for minute in range(30, 52):
        with clock.later(timedelta(minutes=minute)):
            for _ in range(4):
                left += [minute for _ in engine.send()]
    assert engine.posts() == ["0", "1", "2", "3"]
    assert all(later - sooner >= 5 for sooner, later in itertools.pairwise(left))


def test_what_was_tried_in_vain_for_too_long_is_held_too(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    engine.fake.stop()
    passed = timedelta(0)
    while state(delivery) == State.SCHEDULED and passed < timedelta(hours=4):
        with clock.later(passed):
            engine.send()
        passed += timedelta(minutes=5)
    assert state(delivery) == State.HELD
    assert timedelta(hours=2) <= passed <= timedelta(hours=2, minutes=45)


def test_what_waits_on_a_dead_account_is_held_when_it_is_too_late(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel(state=Life.DEAD))
    with clock.later(timedelta(hours=1)):
        assert claims.hold_late(clock.now()) == 0
    with clock.later(timedelta(hours=3)):
        assert claims.hold_late(clock.now()) == 1
    assert state(delivery) == State.HELD


def test_a_late_delivery_may_be_given_another_day(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(hours=3)):
        engine.send()
        decided(engine, commands.move, delivery, due_at=clock.now() + timedelta(days=1))
        assert state(delivery) == State.SCHEDULED
        assert engine.send() == []


# ---- threads


def thread(engine: Engine, parts: int = 3) -> list[Delivery]:
    channel, made = engine.channel(), []
    for n in range(parts):
        made.append(engine.schedule(channel, f"partie {n}", after=made[-1] if made else None))
    return made


def test_a_thread_leaves_in_order_each_part_answering_the_last(engine: Engine) -> None:
    thread(engine)
    for _ in range(3):
        engine.send()
    posts = engine.fake.posts()
    assert [p["text"] for p in posts] == ["partie 0", "partie 1", "partie 2"]
    assert [p["after"] for p in posts] == ["", posts[0]["id"], posts[1]["id"]]


def test_a_part_waits_until_the_part_before_it_is_known_to_be_there(engine: Engine) -> None:
    engine.fake.arm("commit_then_drop")
    first, second, _ = thread(engine)
    engine.send()
    assert state(first) == State.UNKNOWN
    assert engine.send() == []
    with clock.later(timedelta(seconds=3)):
        engine.look()
        engine.send()
    assert state(second) == State.SENT


def test_a_late_thread_is_not_torn_apart(engine: Engine) -> None:
    parts = thread(engine)
    with clock.later(timedelta(minutes=90)):
        for _ in parts:
            engine.send()
    assert [state(p) for p in parts] == [State.SENT] * 3


def test_the_rest_of_a_released_thread_needs_no_second_word(engine: Engine) -> None:
    parts = thread(engine)
    with clock.later(timedelta(hours=5)):
        engine.send()
        assert [state(p) for p in parts] == [State.HELD, State.SCHEDULED, State.SCHEDULED]
        claims.hold_late(clock.now())
        decided(engine, commands.release, parts[0], due_at=clock.now())
        for _ in parts:
            engine.send()
    assert [state(p) for p in parts] == [State.SENT] * 3


def test_when_a_part_is_refused_the_rest_does_not_leave(engine: Engine) -> None:
    parts = thread(engine)
    Delivery.objects.filter(pk=parts[0].pk).update(parcel={**parts[0].parcel, "text": "x" * 501})
    for _ in parts:
        engine.send()
    assert [state(p) for p in parts] == [State.REFUSED, State.CANCELLED, State.CANCELLED]
    assert parts[2].told["why"]
    assert engine.posts() == []


def test_cancelling_a_part_cancels_what_follows(engine: Engine) -> None:
    parts = thread(engine)
    engine.send()
    decided(engine, commands.cancel, parts[1])
    assert [state(p) for p in parts] == [State.SENT, State.CANCELLED, State.CANCELLED]


def test_nothing_can_follow_what_will_never_be_there(engine: Engine) -> None:
    first = thread(engine, 1)[0]
    decided(engine, commands.cancel, first)
    with pytest.raises(TooLate):
        engine.schedule(first.channel, after=first)


def test_a_part_found_by_a_person_has_no_known_place_to_follow(engine: Engine) -> None:
    first = asked(engine)
    second = engine.schedule(first.channel, after=first)
    decided(engine, commands.say_there, first, url="http://there/1")
    assert state(second) == State.CANCELLED
    assert second.told["why"]


def test_the_tidy_round_settles_what_no_event_will(engine: Engine) -> None:
    first, second, _ = thread(engine)
    Delivery.objects.filter(pk=first.pk).update(state=State.REFUSED)
    other = engine.schedule(engine.channel("gone", state=Life.CLOSED))
    rounds.tidy(clock.now())
    assert state(second) == State.CANCELLED
    assert state(other) == State.SCHEDULED, "the account may be connected again"


def test_a_question_nobody_can_look_into_is_asked(engine: Engine) -> None:
    engine.fake.arm("commit_then_drop")
    delivery = engine.schedule(engine.channel())
    engine.send()
    type(delivery.channel).objects.update(state=Life.DEAD)
    rounds.tidy(clock.now())
    assert state(delivery) == State.UNKNOWN
    with clock.later(timedelta(hours=3)):
        assert engine.look() == []
        rounds.tidy(clock.now())
    assert state(delivery) == State.ASKED
