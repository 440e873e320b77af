"""People and the engine reach for the same delivery: whoever is faster wins, and the other is told the truth."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.networks.contract import Absent, Receipt
from parvis.networks.facts import Parcel
from parvis.people.permissions import NotAllowed
from parvis.publishing import commands, looking, removals
from parvis.publishing.commands import CannotRemove, TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.states import MOVES, State
from parvis.publishing.verdicts import Verdict, write
from tests.engine.conftest import Engine, state


def decided(engine: Engine, command: object, delivery: Delivery, **more: object) -> None:
    command(delivery=delivery, by=engine.world.actor(engine.world.alice), now=clock.now(), **more)  # type: ignore[operator]


def asked(engine: Engine) -> Delivery:
    """Return a delivery about which nothing could be learnt."""
    engine.fake.arm("commit_then_drop")
    engine.fake.arm("permission_lost", "GET /posts", nth=1, times=looking.ENOUGH)
    delivery = engine.schedule(engine.channel())
    engine.send()
    for minute in range(1, looking.ENOUGH + 1):
        with clock.later(timedelta(minutes=minute)):
            engine.look()
    assert state(delivery) == State.ASKED
    return delivery


def test_cancelling_before_the_claim_always_wins(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    decided(engine, commands.cancel, delivery)
    assert engine.send() == []
    assert state(delivery) == State.CANCELLED
    assert engine.posts() == []


def test_cancelling_twice_is_no_error(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    decided(engine, commands.cancel, delivery)
    decided(engine, commands.cancel, delivery)
    assert Entry.objects.filter(verb="publishing:delivery:cancelled").count() == 1


@pytest.mark.parametrize("command", ["cancel", "reseal", "move", "release"])
def test_after_the_claim_the_person_is_told_the_truth(engine: Engine, command: str) -> None:
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim()
    more = {"reseal": {"parcel": Parcel("autre"), "subject": "autre"}, "move": {"due_at": clock.now()}, "release": {"due_at": clock.now()}}
    with pytest.raises(TooLate) as told:
        decided(engine, getattr(commands, command), delivery, **more.get(command, {}))
    assert told.value.state == State.SENDING
    write(held, Verdict(Receipt("1"), clock.now()))
    with pytest.raises(TooLate) as told:
        decided(engine, getattr(commands, command), delivery, **more.get(command, {}))
    assert told.value.state == State.SENT
    assert Delivery.objects.get().parcel == delivery.parcel


def test_what_is_sealed_last_is_what_leaves(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel(), "brouillon")
    Delivery.objects.update(memory={"pictures": {"old": "p1"}})
    decided(engine, commands.reseal, delivery, parcel=Parcel("le bon texte"), subject="le bon texte")
    engine.send()
    assert engine.posts() == ["le bon texte"]
    delivery.refresh_from_db()
    assert delivery.digest == Parcel("le bon texte").digest()
    assert "old" not in str(delivery.memory)


def test_another_hour_is_the_hour_it_leaves_at(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    decided(engine, commands.move, delivery, due_at=clock.now() + timedelta(hours=1))
    assert engine.send() == []
    with clock.later(timedelta(hours=1, seconds=1)):
        engine.send()
    assert state(delivery) == State.SENT


def test_nobody_decides_without_the_right(engine: Engine) -> None:
    delivery = asked(engine)
    for person in (engine.world.remi, engine.world.denis):
        for command, more in ((commands.say_there, {"url": ""}), (commands.send_again, {}), (commands.cancel, {})):
            with pytest.raises(NotAllowed):
                command(delivery=delivery, by=engine.world.actor(person), now=clock.now(), **more)
    assert state(delivery) == State.ASKED


def test_when_nothing_can_tell_a_person_is_asked(engine: Engine) -> None:
    delivery = asked(engine)
    assert delivery.told["why"]
    assert delivery.told["cure"]
    with clock.later(timedelta(hours=1)):
        assert engine.send() == []
        assert engine.look() == []


def test_a_person_says_it_is_there(engine: Engine) -> None:
    delivery = asked(engine)
    decided(engine, commands.say_there, delivery, url="http://there/1")
    assert state(delivery) == State.SENT
    assert delivery.url == "http://there/1"
    assert engine.send() == []
    assert delivery.attempts.order_by("id").last().verdict == "there"


def test_a_person_says_send_it_again(engine: Engine) -> None:
    delivery = asked(engine)
    key = delivery.key
    engine.fake.reset()
    engine.fake.add_account("lenoir", token=engine.fake.add_account("lenoir"))
    with clock.later(timedelta(hours=5)):
        decided(engine, commands.send_again, delivery)
        assert state(delivery) == State.SCHEDULED
        [held] = engine.claim()
    assert held.delivery.key == key


def test_a_person_gives_it_up(engine: Engine) -> None:
    delivery = asked(engine)
    decided(engine, commands.cancel, delivery)
    assert state(delivery) == State.CANCELLED


def test_after_an_hour_of_looks_in_vain_a_person_is_asked(engine: Engine) -> None:
    engine.fake.arm("commit_then_drop")
    engine.fake.arm("reject_before_commit", "GET /posts", every=1)
    delivery = engine.schedule(engine.channel())
    engine.send()
    passed = timedelta(0)
    while state(delivery) == State.UNKNOWN and passed < timedelta(hours=12):
        passed = delivery.look_at - clock.now() + timedelta(seconds=1)
        with clock.later(passed):
            engine.look()
    assert state(delivery) == State.ASKED
    assert timedelta(minutes=30) < passed
    assert engine.posts() == [delivery.subject]


def test_a_look_that_ends_late_decides_nothing(engine: Engine) -> None:
    engine.fake.arm("reject_before_commit")
    delivery = engine.schedule(engine.channel())
    engine.send()
    with clock.later(timedelta(seconds=2)):
        [late] = looking.claim_looks("first", clock.now(), 5, engine.patience)
        assert looking.claim_looks("second", clock.now(), 5, engine.patience) == []
    with clock.later(timedelta(seconds=14)):
        [held] = looking.claim_looks("second", clock.now(), 5, engine.patience)
    looking._learn(late, Absent(), None, 0.0, clock.now())
    assert state(delivery) == State.UNKNOWN
    looking._learn(held, Absent(), None, 0.0, clock.now())
    assert state(delivery) == State.SCHEDULED


def test_a_member_takes_it_off_the_network(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    engine.send()
    decided(engine, commands.ask_removal, delivery)
    decided(engine, commands.ask_removal, delivery)
    removals.remove_due(clock.now())
    delivery.refresh_from_db()
    assert delivery.removed_at is not None
    assert engine.posts() == []
    assert delivery.attempts.order_by("id").last().verdict == "gone"


def test_a_removal_that_fails_is_tried_again(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    engine.send()
    engine.fake.arm("reject_before_commit", "DELETE *")
    decided(engine, commands.ask_removal, delivery)
    assert removals.remove_due(clock.now()) == 0
    assert removals.remove_due(clock.now()) == 0
    with clock.later(timedelta(seconds=10)):
        assert removals.remove_due(clock.now()) == 1
    assert engine.posts() == []


def test_only_what_is_there_and_known_can_be_taken_off(engine: Engine) -> None:
    waiting = engine.schedule(engine.channel("other"), due=clock.now() + timedelta(days=1))
    with pytest.raises(TooLate):
        decided(engine, commands.ask_removal, waiting)
    found = asked(engine)
    decided(engine, commands.say_there, found, url="")
    with pytest.raises(CannotRemove):
        decided(engine, commands.ask_removal, found)


def test_every_move_is_in_the_journal_or_the_history(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    decided(engine, commands.move, delivery, due_at=clock.now())
    decided(engine, commands.cancel, delivery)
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"publishing:delivery:scheduled", "publishing:delivery:moved", "publishing:delivery:cancelled"} <= verbs


def test_no_state_is_a_place_to_die() -> None:
    assert all(MOVES[state] for state in State if state != State.SENT)


def test_one_useless_reading_asks_nobody(engine: Engine) -> None:
    engine.fake.arm("commit_then_drop")
    engine.fake.arm("permission_lost", "GET /posts")
    delivery = engine.schedule(engine.channel())
    engine.send()
    for minute in (1, 2):
        with clock.later(timedelta(minutes=minute)):
            engine.look()
    assert state(delivery) == State.SENT
