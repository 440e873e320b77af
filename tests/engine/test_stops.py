"""The emergency stop: what is given in time always wins, nothing is lost or doubled by it, and what was held leaves in order."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.networks.facts import Parcel
from parvis.people.permissions import NotAllowed
from parvis.publishing import claims, commands, releasing, removals, revisions, stops
from parvis.publishing.claims import fence
from parvis.publishing.engine import deliver
from parvis.publishing.models import Attempt, Delivery, Stop
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state
from tests.engine.processes import wait_until, workers
from tests.engine.test_race import together


def halt(engine: Engine, who: str = "alice", **more: Any) -> Stop:
    by = engine.world.actor(getattr(engine.world, who))
    return stops.stop(company=engine.world.bakery, by=by, now=clock.now(), **more)


def lift(engine: Engine, stop: Stop, **more: Any) -> int:
    return stops.resume(stop=stop, by=engine.world.actor(engine.world.alice), now=clock.now(), **more)


def test_nothing_leaves_while_it_stands_and_everything_after(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    stop = halt(engine)
    assert engine.send() == []
    assert state(delivery) == State.SCHEDULED
    lift(engine, stop)
    engine.send()
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_a_stop_between_the_claim_and_the_fence_wins_and_nothing_is_lost(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim()
    stop = halt(engine)
    assert deliver(held) is None
    assert engine.posts() == []
    assert state(delivery) == State.SCHEDULED
    assert (delivery.worker, delivery.lease_until, delivery.committing, delivery.fails) == ("", None, False, 0)
    assert Attempt.objects.get(pk=held.entry).verdict == "stopped"
    lift(engine, stop)
    engine.send()
    assert state(delivery) == State.SENT
    assert len(engine.posts()) == 1


def test_what_was_past_its_fence_goes_on_and_is_counted_as_such(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim()
    assert fence(held, {}, clock.now())
    going = releasing.going(halt(engine))
    assert (going.past, going.before, going.waits) == (1, 0, 0)
    Delivery.objects.filter(pk=delivery.pk).update(committing=False)
    assert releasing.going(Stop.objects.get()).before == 1


def test_a_stop_of_one_account_leaves_the_others(engine: Engine) -> None:
    quiet, loud = engine.channel("quiet"), engine.channel("loud")
    kept, gone = engine.schedule(quiet), engine.schedule(loud)
    stop = halt(engine, channel=quiet)
    engine.send()
    assert (state(kept), state(gone)) == (State.SCHEDULED, State.SENT)
    everything = halt(engine)
    later = engine.schedule(loud)
    lift(engine, stop)
    assert engine.send() == []
    lift(engine, everything)
    with clock.later(claims.APART):
        engine.send()
    assert (state(kept), state(later)) == (State.SENT, State.SENT)


def test_another_company_is_not_touched(engine: Engine) -> None:
    theirs = engine.channel("denis", company=engine.world.elsewhere)
    halt(engine)
    ours = engine.schedule(engine.channel())
    row = {f.attname: getattr(ours, f.attname) for f in Delivery._meta.concrete_fields if f.name != "id"}
    made = Delivery.objects.create(**{**row, "company_id": theirs.company_id, "channel_id": theirs.pk})
    engine.send()
    assert state(made) == State.SENT


def test_the_time_of_a_stop_is_nobody_s_lateness(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(minutes=5)):
        stop = halt(engine)
    with clock.later(timedelta(hours=30)):
        assert claims.hold_late(clock.now()) == 0
        lift(engine, stop)
        assert claims.hold_late(clock.now()) == 0
    with clock.later(timedelta(hours=31)):
        engine.send()
    assert state(delivery) == State.SENT


def test_after_it_was_lifted_lateness_counts_on(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(minutes=60)):
        stop = halt(engine)
    with clock.later(timedelta(hours=10)):
        lift(engine, stop)
    with clock.later(timedelta(hours=11, minutes=2)):
        engine.send()
    assert state(delivery) == State.HELD


def test_two_stops_that_overlap_count_once(engine: Engine) -> None:
    channel = engine.channel()
    delivery = engine.schedule(channel)
    one = halt(engine, channel=channel)
    with clock.later(timedelta(hours=1)):
        two = halt(engine)
    with clock.later(timedelta(hours=2)):
        lift(engine, one)
    with clock.later(timedelta(hours=3)):
        lift(engine, two)
    with clock.later(timedelta(hours=5, minutes=1)):
        engine.send()
    assert state(delivery) == State.HELD


def test_lifting_lets_go_in_order_one_by_one_and_nothing_twice(engine: Engine) -> None:
    channel = engine.channel()
    for n in range(4):
        engine.schedule(channel, f"{n}", due=clock.now() + timedelta(minutes=n))
    stop = halt(engine)
    # A stop so short that an outage of its length would let all leave at once.
    with clock.later(timedelta(minutes=5)):
        shown = [turn.delivery.subject for turn in releasing.release_of(stop, clock.now()).turns]
        lift(engine, stop)
    left = []
    for minute in range(5, 26):
        with clock.later(timedelta(minutes=minute)):
            for _ in range(4):
                left += [minute for _ in engine.send()]
    assert engine.posts() == shown == ["0", "1", "2", "3"]
    assert all(later - sooner >= 5 for sooner, later in itertools.pairwise(left))


def test_what_was_shown_before_is_what_happens(engine: Engine) -> None:
    first, second = engine.channel("first"), engine.channel("second")
    now = clock.now()
    for n in range(3):
        engine.schedule(first, f"a{n}", due=now + timedelta(minutes=n))
    head = engine.schedule(second, "b0", due=now)
    engine.schedule(second, "b1", due=now, after=head)
    engine.schedule(second, "later", due=now + timedelta(days=2))
    stop = halt(engine)
    with clock.later(timedelta(hours=9)):
        moment = clock.now()
        release = releasing.release_of(stop, moment)
        planned = [(turn.delivery.subject, turn.at and (turn.at - moment) // timedelta(minutes=1)) for turn in release.turns]
        lift(engine, stop)
    left: list[tuple[str, int]] = []
    for minute in range(20):
        with clock.later(timedelta(hours=9, minutes=minute)):
            for _ in range(3):
                before = set(engine.posts())
                engine.send()
                left += [(text, minute) for text in engine.posts() if text not in before]
    assert dict(left) == dict(planned)
    assert release.total == 5


def test_what_would_come_to_its_turn_too_late_is_said_to_wait(engine: Engine) -> None:
    channel = engine.channel()
    for n in range(40):
        engine.schedule(channel, f"{n}")
    stop = halt(engine)
    with clock.later(timedelta(hours=4)):
        turns = releasing.release_of(stop, clock.now()).turns
    assert [turn.why for turn in turns] == [""] * 24 + ["late"] * 16


def test_who_lifts_may_have_the_overdue_wait_for_a_word(engine: Engine) -> None:
    channel = engine.channel()
    late, second, coming = (
        engine.schedule(channel),
        engine.schedule(channel),
        engine.schedule(channel, due=clock.now() + timedelta(hours=5)),
    )
    stop = halt(engine)
    with clock.later(timedelta(hours=1)):
        assert lift(engine, stop, hold=True) == 2
        assert engine.send() == []
        assert (state(late), state(second), state(coming)) == (State.HELD, State.HELD, State.SCHEDULED)
        assert late.told["why"]["text"] == stops.HELD.text
    with clock.later(timedelta(hours=5)):
        engine.send()
    assert state(coming) == State.SENT


def test_what_another_stop_still_holds_is_not_put_before_anybody(engine: Engine) -> None:
    channel = engine.channel()
    delivery = engine.schedule(channel)
    everything = halt(engine)
    halt(engine, channel=channel)
    with clock.later(timedelta(hours=1)):
        assert releasing.release_of(everything, clock.now()).total == 0
        assert lift(engine, everything, hold=True) == 0
    assert state(delivery) == State.SCHEDULED


def test_a_thread_that_was_torn_by_a_stop_goes_on_whole(engine: Engine) -> None:
    channel = engine.channel()
    parts: list[Delivery] = []
    for n in range(3):
        parts.append(engine.schedule(channel, f"partie {n}", after=parts[-1] if parts else None))
    engine.send()
    stop = halt(engine)
    assert engine.send() == []
    with clock.later(timedelta(hours=8)):
        lift(engine, stop)
        engine.send(), engine.send()
    assert [state(part) for part in parts] == [State.SENT] * 3
    assert engine.posts() == ["partie 0", "partie 1", "partie 2"]


def test_nothing_is_put_into_hands_while_it_stands(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel(by_hand=True, tokens=""))
    stop = halt(engine)
    engine.send()
    assert state(delivery) == State.SCHEDULED
    lift(engine, stop)
    engine.send()
    assert state(delivery) == State.HANDED


def test_other_words_wait_and_a_removal_goes_on(engine: Engine) -> None:
    kept, gone = engine.schedule(engine.channel("a")), engine.schedule(engine.channel("b"))
    engine.send()
    kept.refresh_from_db(), gone.refresh_from_db()
    by = engine.world.actor(engine.world.alice)
    stop = halt(engine)
    revisions.revise(delivery=kept, parcel=Parcel("Autre chose"), by=by, now=clock.now())
    there = engine.posts()
    commands.ask_removal(delivery=gone, by=by, now=clock.now())
    assert revisions.revise_due(clock.now()) == 0
    assert removals.remove_due(clock.now()) == 1
    assert engine.posts() == [there[0]]
    lift(engine, stop)
    assert revisions.revise_due(clock.now()) == 1
    assert engine.posts() == ["Autre chose"]


def test_who_may_stop_and_who_may_let_go(engine: Engine) -> None:
    with pytest.raises(NotAllowed):
        halt(engine, "remi")
    for name in ("bob", "chloe"):
        stop = halt(engine, name)
        with pytest.raises(NotAllowed):
            stops.resume(stop=stop, by=engine.world.actor(getattr(engine.world, name)), now=clock.now())
        lift(engine, stop)
    with pytest.raises(NotAllowed):
        stops.stop(company=engine.world.bakery, by=engine.world.actor(engine.world.denis), now=clock.now())
    with pytest.raises(stops.AlreadyLifted):
        lift(engine, stop)


@pytest.mark.django_db(transaction=True)
def test_two_persons_at_once_make_one_stop(engine: Engine) -> None:
    world, now = engine.world, clock.now()
    actors = [world.actor(one) for one in (world.alice, world.bob, world.chloe)]
    made = together(*(lambda by=by: stops.stop(company=world.bakery, by=by, now=now) for by in actors))  # type: ignore[misc]
    assert len({stop.pk for stop in made}) == 1
    assert Stop.objects.count() == 1
    lifted = together(*(lambda: lift(engine, made[0]) for _ in range(3)))
    assert sorted(map(str, lifted)) == ["", "", "0"]


@pytest.mark.django_db(transaction=True)
def test_a_stop_and_a_claim_at_once_have_one_winner(engine: Engine) -> None:
    for n in range(8):
        delivery = engine.schedule(engine.channel(f"c{n}"))
        now = clock.now()
        stop, held = together(lambda: halt(engine), lambda now=now: claims.claim("w", now, 5))  # type: ignore[misc]
        assert [deliver(one) for one in held] in ([], [None])
        assert state(delivery) == State.SCHEDULED
        lift(engine, stop)
        engine.send()
        assert state(delivery) == State.SENT


@pytest.mark.django_db(transaction=True)
def test_real_workers_are_stopped_while_thousands_are_due(engine: Engine) -> None:
    channels = [engine.channel(f"c{n}") for n in range(40)]
    row = {f.attname: getattr(engine.schedule(channels[0]), f.attname) for f in Delivery._meta.concrete_fields if f.name != "id"}
    Delivery.objects.all().delete()
    rows = [
        {**row, "channel_id": channel.pk, "parcel": Parcel(f"{channel.pk}-{n}").to_json(), "digest": f"{channel.pk}-{n}"}
        for n in range(75)
        for channel in channels
    ]
    Delivery.objects.bulk_create([Delivery(**one) for one in rows], batch_size=500)
    with workers(engine.fake) as team:
        team.start(), team.start()
        wait_until(lambda: len(engine.posts()) > 60, "the first of them")
        stop = halt(engine)
        past = Delivery.objects.filter(state=State.SENDING, committing=True).count()
        reached = len(engine.posts())
        # On a busy machine an answer may come too late: then it is looked for, stop or no stop.
        settled = (State.SCHEDULED, State.SENT)
        wait_until(lambda: not Delivery.objects.exclude(state__in=settled).exists(), "the end of what was under way")
        # What was past its fence, or about to be seen on the network, is all that came after.
        assert len(engine.posts()) <= reached + past + Delivery.objects.filter(sent_at__gt=stop.at).count()
        quiet = len(engine.posts())
        other = engine.channel("denis", company=engine.world.elsewhere)
        sign = Delivery.objects.create(
            **{**rows[0], "channel_id": other.pk, "company_id": other.company_id, "parcel": Parcel("à côté").to_json()}
        )
        wait_until(lambda: state(sign) == State.SENT, "a sign that they still work")
        assert len(engine.posts()) == quiet + 1
        Channel.objects.update(last_left_at=None)
        lift(engine, stop)
        # One of each account, and then the next only five minutes later: no burst.
        wait_until(lambda: len(engine.posts()) >= quiet + 1 + len(channels), "the next of each account")
        again = Delivery.objects.create(
            **{**rows[0], "channel_id": other.pk, "company_id": other.company_id, "parcel": Parcel("encore").to_json()}
        )
        wait_until(lambda: state(again) == State.SENT, "a sign that they go on")
    texts = engine.posts()
    assert len(texts) == len(set(texts)) == quiet + 2 + len(channels)
