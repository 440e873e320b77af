"""Which delivery leaves next, and who takes it."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from parvis.channels.commands import declare_dead
from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.core.say import Say
from parvis.networks.contract import Budget, NotSent, NotYet
from parvis.publishing import claims
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.publishing.verdicts import Verdict, write
from tests.engine.conftest import Engine, state


def test_nothing_leaves_before_its_hour(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel(), due=clock.now() + timedelta(seconds=30))
    assert engine.send() == []
    with clock.later(timedelta(seconds=31)):
        engine.send()
    assert state(delivery) == State.SENT


def test_a_channel_sends_one_thing_at_a_time_in_order(engine: Engine) -> None:
    channel = engine.channel()
    now = clock.now()
    texts = [f"{n}" for n in range(5)]
    for n, text in enumerate(texts):
        engine.schedule(channel, text, due=now - timedelta(seconds=9 - n))
    assert len(engine.claim()) == 1
    assert engine.claim("second") == []
    with clock.later(timedelta(seconds=12)):
        engine.sweep()
        for _ in texts:
            engine.send()
    assert engine.posts() == texts


def test_every_channel_gets_its_turn_whatever_waits_on_another(engine: Engine) -> None:
    busy, quiet = engine.channel("busy"), engine.channel("quiet")
    now = clock.now()
    for n in range(60):
        engine.schedule(busy, due=now - timedelta(seconds=90 - n))
    lone = engine.schedule(quiet)
    engine.send()
    assert state(lone) == State.SENT


def test_two_workers_never_hold_the_same(engine: Engine) -> None:
    for n in range(10):
        engine.schedule(engine.channel(f"c{n}"))
    now = clock.now()
    first = claims.claim("first", now, 4)
    second = claims.claim("second", now, 24)
    assert (len(first), len(second)) == (4, 6)
    assert not {h.pk for h in first} & {h.pk for h in second}


def test_a_failing_channel_takes_only_the_room_for_doubtful_ones(engine: Engine) -> None:
    for n in range(6):
        engine.schedule(engine.channel(f"ill{n}", failures=3))
    well = engine.schedule(engine.channel("well"))
    taken = claims.claim("first", clock.now(), healthy=10, doubtful=2)
    assert len(taken) == 3
    assert well.pk in {h.pk for h in taken}


def test_a_suspect_server_takes_only_the_room_for_doubtful_ones(engine: Engine) -> None:
    for n in range(6):
        engine.schedule(engine.channel(f"ill{n}", base="http://hung"))
    engine.schedule(engine.channel("well"))
    assert len(claims.claim("first", clock.now(), healthy=10, doubtful=2, suspects={"http://hung"})) == 3


def test_a_spent_budget_waits_rather_than_burns_a_try(engine: Engine) -> None:
    channel = engine.channel()
    first, second = engine.schedule(channel), engine.schedule(channel)
    [held] = engine.claim()
    reset = clock.now() + timedelta(minutes=3)
    write(held, Verdict(NotSent(Say("too many calls"), reset), clock.now(), Budget(0, reset)))
    with clock.later(timedelta(minutes=2)):
        assert engine.send() == []
    with clock.later(timedelta(minutes=4)):
        engine.send()
        engine.send()
    assert state(first) == state(second) == State.SENT
    assert Delivery.objects.get(pk=second.pk).attempt == 1


def test_a_network_s_own_429_pauses_the_whole_account(engine: Engine) -> None:
    engine.fake.arm("rate_limited", reset=100)
    channel = engine.channel()
    engine.schedule(channel), engine.schedule(channel)
    engine.send()
    with clock.later(timedelta(seconds=60)):
        assert engine.send() == []
    with clock.later(timedelta(seconds=102)):
        assert len(engine.send()) == 1


def test_deliveries_of_a_dead_account_wait_for_a_person_to_connect_it(engine: Engine) -> None:
    engine.fake.arm("token_revoked")
    channel = engine.channel()
    delivery = engine.schedule(channel)
    engine.send()
    channel.refresh_from_db()
    assert channel.state == Life.DEAD
    assert state(delivery) == State.SCHEDULED
    with clock.later(timedelta(minutes=1)):
        assert engine.send() == []
        token = engine.fake.add_account("lenoir")
        Channel.objects.update(state=Life.ALIVE, tokens=settings.KEYS.seal({"token": token}), connected_at=clock.now())
        engine.send()
    assert state(delivery) == State.SENT


def test_an_account_connected_again_meanwhile_is_not_declared_dead_by_an_old_call(engine: Engine) -> None:
    channel = engine.channel()
    assert not declare_dead(channel_id=channel.pk, why=Say("gone"), now=clock.now(), since=channel.connected_at - timedelta(hours=1))


def test_what_a_network_is_still_working_on_is_no_failure(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim()
    write(held, Verdict(NotYet(clock.now() + timedelta(seconds=5), {"container": "7"}), clock.now()))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.fails, delivery.memory) == (State.SCHEDULED, 0, {"container": "7"})
    assert Channel.objects.get().failures == 0
    with clock.later(timedelta(seconds=6)):
        engine.send()
    assert state(delivery) == State.SENT


def test_the_claim_asks_the_same_few_questions_however_much_waits(engine: Engine, django_assert_max_num_queries: object) -> None:
    now = clock.now()
    for n in range(3):
        channel = engine.channel(f"c{n}")
        engine.schedule(channel)
    row = {f.attname: getattr(Delivery.objects.first(), f.attname) for f in Delivery._meta.concrete_fields if f.name != "id"}
    Delivery.objects.bulk_create([Delivery(**{**row, "ready_at": now - timedelta(seconds=n % 50)}) for n in range(3000)])
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        assert len(claims.claim("first", clock.now(), 24)) == 3


def test_an_account_of_a_network_this_house_does_not_know_stops_nobody_else(engine: Engine) -> None:
    strange = engine.schedule(engine.channel("strange", network="myspace"))
    well = engine.schedule(engine.channel("well"))
    engine.send()
    assert state(well) == State.SENT
    assert state(strange) == State.SCHEDULED
    Delivery.objects.filter(pk=strange.pk).update(state=State.UNKNOWN)
    assert engine.look() == []
