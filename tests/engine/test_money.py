"""Money: what leaves is counted by month in the company's time zone, and a ceiling is never passed without a person's word."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail as post
from django.db import connections
from django.urls import reverse

from parvis.channels import commands as channels
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.core.say import Say
from parvis.networks.contract import Network
from parvis.networks.facts import Parcel, Price
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from parvis.publishing import claims, commands, spending
from parvis.publishing.commands import OverCeiling
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.worker import mail
from tests.engine.conftest import Engine, state
from tests.engine.test_people import decided
from tests.rooms.town import as_, words

PLAIN, LINK = 15_000, 200_000
JANUARY = datetime(2027, 1, 12, 9, 0, tzinfo=UTC)


def price(parcel: Parcel) -> Price:
    linked = "https://" in parcel.text
    return Price(LINK if linked else PLAIN, Say("It has a link." if linked else "It has no link."))


@pytest.fixture(autouse=True)
def billed(engine: Engine, settings: LazySettings) -> None:
    """Let the fake network bill what it takes."""
    line = settings.NETWORKS["fake"]
    settings.NETWORKS = {"fake": Network(replace(line.spec, price=price), line.door, line.connector, line.new_key)}


def ceiling(engine: Engine, channel: Channel, micros: int | None) -> None:
    channels.set_ceiling(channel=channel, ceiling=micros, by=engine.world.actor(engine.world.alice), now=clock.now())


def months(engine: Engine) -> list[tuple[date, int, int]]:
    return [(m.first, m.spent, m.to_come) for m in spending.months(engine.world.bakery, date(2026, 1, 1))]


def test_a_delivery_keeps_the_price_of_what_was_sealed(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    assert delivery.price == PLAIN
    decided(engine, commands.reseal, delivery, parcel=Parcel("Voir https://lenoir.example"), subject="x")
    delivery.refresh_from_db()
    assert delivery.price == LINK


def test_what_a_person_publishes_by_hand_costs_nothing(engine: Engine) -> None:
    assert engine.schedule(engine.channel(by_hand=True)).price is None


def test_a_month_counts_what_left_and_what_is_to_come(engine: Engine) -> None:
    channel = engine.channel()
    with clock.at(JANUARY):
        engine.schedule(channel)
        engine.send()
        engine.schedule(channel, "Voir https://lenoir.example", due=JANUARY + timedelta(days=2))
        engine.schedule(channel, due=JANUARY + timedelta(days=30))
        assert months(engine) == [(date(2027, 2, 1), 0, PLAIN), (date(2027, 1, 1), PLAIN, LINK)]


def test_what_may_be_there_counts_as_spent_until_it_is_known_not_to_be(engine: Engine) -> None:
    channel = engine.channel()
    engine.fake.arm("commit_then_drop")
    delivery = engine.schedule(channel)
    engine.send()
    assert state(delivery) == State.UNKNOWN
    assert months(engine)[0][1:] == (PLAIN, 0)


def test_what_was_refused_or_taken_back_costs_nothing(engine: Engine) -> None:
    channel = engine.channel()
    engine.schedule(channel, "x" * 501)
    engine.send()
    decided(engine, commands.cancel, engine.schedule(channel, due=clock.now() + timedelta(days=1)))
    assert months(engine) == []


def test_the_month_is_the_companys_own(engine: Engine) -> None:
    last_evening = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)  # in Paris it is February already
    channel = engine.channel()
    with clock.at(last_evening):
        engine.schedule(channel)
        engine.send()
    assert months(engine) == [(date(2027, 2, 1), PLAIN, 0)]
    start, end = spending.month_of(last_evening, "Europe/Paris")
    assert (start.astimezone(UTC), end.astimezone(UTC)) == (datetime(2027, 1, 31, 23, tzinfo=UTC), datetime(2027, 2, 28, 23, tzinfo=UTC))


def test_what_would_pass_the_ceiling_is_held_before_any_call_and_told(engine: Engine) -> None:
    channel = engine.channel()
    ceiling(engine, channel, PLAIN + LINK - 1)
    engine.schedule(channel)
    engine.send()
    calls = len(engine.fake.requests())
    dear = engine.schedule(channel, "Voir https://lenoir.example")
    assert engine.send() == []
    assert state(dear) == State.HELD
    assert len(engine.fake.requests()) == calls
    assert "ceiling" in str(Say.from_json(dear.told["why"]))
    assert dear.told["cure"]


def test_exactly_the_ceiling_may_be_spent(engine: Engine) -> None:
    channel = engine.channel()
    ceiling(engine, channel, 2 * PLAIN)
    for _ in range(3):
        engine.schedule(channel)
        engine.send()
    assert len(engine.posts()) == 2


def test_what_is_held_for_money_is_written_about_and_is_not_called_late(engine: Engine) -> None:
    User.objects.update(language="en")
    channel = engine.channel()
    ceiling(engine, channel, 1)
    engine.schedule(channel)
    engine.send()
    mail.tell(clock.now())
    body = post.outbox[0].body
    assert "past the ceiling" in body
    assert "is late" not in body


def test_a_raised_ceiling_lets_it_leave_and_another_month_begins_at_nothing(engine: Engine) -> None:
    channel = engine.channel()
    ceiling(engine, channel, PLAIN)
    with clock.at(JANUARY):
        engine.schedule(channel)
        engine.send()
        first, second = engine.schedule(channel), engine.schedule(channel)
        engine.send()
        engine.send()
        assert (state(first), state(second)) == (State.HELD, State.HELD)
        ceiling(engine, channel, 2 * PLAIN)
        decided(engine, commands.release, first, due_at=clock.now())
        engine.send()
        assert state(first) == State.SENT
        decided(engine, commands.move, second, due_at=JANUARY + timedelta(days=25))
    with clock.at(JANUARY + timedelta(days=25)):
        engine.send()
    assert state(second) == State.SENT


def test_what_would_still_pass_the_ceiling_is_not_let_go_in_vain(engine: Engine) -> None:
    channel = engine.channel()
    ceiling(engine, channel, PLAIN)
    engine.schedule(channel)
    engine.send()
    delivery = engine.schedule(channel)
    engine.send()
    with pytest.raises(OverCeiling):
        decided(engine, commands.release, delivery, due_at=clock.now())
    assert state(delivery) == State.HELD
    client = as_(engine.world.alice)
    client.post(reverse("delivery-now", args=["lenoir", delivery.pk]))
    assert "would still pass the month’s ceiling" in words(client.get(reverse("home", args=["lenoir"])))
    assert state(delivery) == State.HELD
    decided(engine, commands.release, delivery, due_at=clock.now() + timedelta(days=40))
    assert state(delivery) == State.SCHEDULED


def test_a_thread_that_does_not_fit_is_not_torn_apart(engine: Engine) -> None:
    channel, parts = engine.channel(), []
    ceiling(engine, channel, 2 * PLAIN)
    for n in range(3):
        parts.append(engine.schedule(channel, f"partie {n}", after=parts[-1] if parts else None))
    for _ in parts:
        engine.send()
    assert [state(part) for part in parts] == [State.HELD, State.SCHEDULED, State.SCHEDULED]
    assert engine.posts() == []


def test_an_account_without_a_ceiling_spends_what_it_is_told(engine: Engine) -> None:
    channel = engine.channel()
    ceiling(engine, channel, None)
    for _ in range(3):
        engine.schedule(channel)
        engine.send()
    assert len(engine.posts()) == 3


def test_only_an_owner_sets_a_ceiling(engine: Engine) -> None:
    channel = engine.channel()
    with pytest.raises(NotAllowed):
        channels.set_ceiling(channel=channel, ceiling=1, by=engine.world.actor(engine.world.bob), now=clock.now())


def test_the_months_of_many_accounts_are_one_query(engine: Engine, django_assert_num_queries: Any) -> None:
    for n in range(5):
        engine.schedule(engine.channel(f"compte{n}"))
    with django_assert_num_queries(1):
        assert len(months(engine)) == 5


@pytest.mark.django_db(transaction=True)
def test_six_workers_at_once_do_not_pass_the_ceiling(engine: Engine) -> None:
    channel = engine.channel()
    ceiling(engine, channel, 2 * PLAIN)
    for _ in range(6):
        engine.schedule(channel)
    start = threading.Barrier(6)

    def work(n: int) -> None:
        try:
            start.wait()
            while Delivery.objects.filter(state=State.SCHEDULED).exists():
                for held in claims.claim(f"w{n}", clock.now(), 24, 24):
                    deliver(held)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as hands:
        list(hands.map(work, range(6)))
    assert len(engine.posts()) == 2
    assert Delivery.objects.filter(state=State.HELD).count() == 4
