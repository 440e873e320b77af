"""The database is locked, full or away: nothing is sent unwritten, nothing written is lost, and the loops live on."""

from __future__ import annotations

import threading

import pytest
from django.conf import settings
from django.db import connection

from parvis.core import clock
from parvis.core.db import Busy, hang_up, writing
from parvis.publishing import claims
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state
from tests.engine.processes import wait_until, workers
from tests.engine.test_crash import locked, struck

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_database_locked_for_ten_seconds_costs_a_delay_and_nothing_else(engine: Engine) -> None:
    """The lock comes while the call is under way, and outlasts both the lease and the time-out of a write."""
    engine.fake.arm("slow", ms=500)
    channel = engine.channel()
    first, second = engine.schedule(channel), engine.schedule(channel)
    with workers(engine.fake) as team:
        worker = team.start()
        wait_until(lambda: struck(engine), "the call")
        over = threading.Event()
        with locked():
            over.wait(10)
            assert worker.poll() is None
        wait_until(lambda: state(first) == State.SENT and state(second) == State.SENT, "the deliveries")
    assert len(engine.posts()) == 2
    assert first.attempt == 1


def test_a_worker_that_cannot_write_does_not_call(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with connection.cursor() as cursor:
        short = "PRAGMA busy_timeout=100" if connection.vendor == "sqlite" else "SET lock_timeout = 100"
        cursor.execute(short)
    with locked(), pytest.raises(Busy):
        claims.claim("first", clock.now(), 5)
    assert engine.fake.requests() == []
    assert state(delivery) == State.SCHEDULED
    hang_up()


def test_a_receipt_waits_for_the_database(engine: Engine) -> None:
    engine.fake.arm("slow", ms=300)
    delivery = engine.schedule(engine.channel())
    [held] = engine.claim()
    hand = threading.Thread(target=lambda: (deliver(held), hang_up()))
    hand.start()
    wait_until(lambda: struck(engine), "the call")
    with locked():
        wait_until(engine.posts, "the post")
        assert Delivery.objects.get().state == State.SENDING
    hand.join()
    assert state(delivery) == State.SENT


def test_a_write_transaction_is_kept_whole_or_not_at_all(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())

    def break_off() -> None:
        with writing():
            Delivery.objects.update(subject="half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    delivery.refresh_from_db()
    assert delivery.subject != "half"


def test_no_network_is_called_inside_a_write_transaction(engine: Engine) -> None:
    with pytest.raises(AssertionError), writing():
        settings.HTTP.call("GET", engine.fake.url)
