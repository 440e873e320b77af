"""A worker is killed with SIGKILL at the worst moments; another goes on, and there is one post."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection

from parvis.media import files
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state
from tests.engine.processes import Workers, database, wait_until, workers
from tests.pictures import jpeg, shades

pytestmark = pytest.mark.django_db(transaction=True)


def struck(engine: Engine) -> bool:
    return any(fault["struck"] for fault in engine.fake.faults.shown())


def goes_on(engine: Engine, team: Workers, delivery: Delivery) -> None:
    """Another worker finishes what the dead one began."""
    wait_until(lambda: state(delivery) == State.SENT, "the delivery")
    assert len(engine.posts()) == 1
    assert delivery.remote_id == engine.fake.posts()[0]["id"]


def test_killed_while_it_prepares(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    body = jpeg(shades(8, 8))
    picture = {"digest": files.keep(body), "mime": "image/jpeg", "width": 8, "height": 8, "size": len(body), "alt": "le fournil"}
    Delivery.objects.update(parcel={**delivery.parcel, "pictures": [picture]})
    engine.fake.arm("slow", "prepare", ms=3000)
    with workers(engine.fake) as team:
        team.start(), team.start()
        wait_until(lambda: struck(engine), "the upload")
        team.kill_the_holder(delivery)
        goes_on(engine, team, delivery)


@pytest.mark.parametrize("fault", ["slow", "commit_then_timeout"])
def test_killed_during_the_call(engine: Engine, fault: str) -> None:
    """Before the network has stored it (`slow`), and after."""
    engine.fake.arm(fault, ms=2000)
    delivery = engine.schedule(engine.channel())
    with workers(engine.fake) as team:
        team.start(), team.start()
        wait_until(lambda: struck(engine), "the call")
        team.kill_the_holder(delivery)
        goes_on(engine, team, delivery)


def test_killed_with_the_receipt_in_its_hands(engine: Engine) -> None:
    engine.fake.arm("slow", ms=1000)
    delivery = engine.schedule(engine.channel())
    with workers(engine.fake) as team:
        team.start(), team.start()
        wait_until(lambda: struck(engine), "the call")
        with locked():
            wait_until(engine.posts, "the post")
            team.kill_the_holder(delivery)
        goes_on(engine, team, delivery)


@contextmanager
def locked(table: str = "parvis_delivery") -> Iterator[None]:
    """Let nobody write (SQLite: anything at all), from another connection than the test's own."""
    if connection.vendor == "sqlite":
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, timeout=30)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.execute("ROLLBACK")
            other.close()
    else:
        with psycopg.connect(database()) as other, other.transaction():
            other.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield
