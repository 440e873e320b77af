"""A network that protects from nothing, an account on it, and an engine that works one step at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as house

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.networks.facts import Parcel
from parvis.networks.registry import Config, networks
from parvis.publishing import claims, commands, looking
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from sandbox.fake import Fake
from tests.world import World


@dataclass
class Engine:
    """The bakery's accounts on the fake network, and the worker's steps without its threads."""

    world: World
    fake: Fake
    patience: looking.Patience = field(default_factory=looking.Patience)
    parcels: int = 0

    def channel(self, handle: str = "lenoir", **more: Any) -> Channel:
        token = self.fake.add_account(handle)
        now = clock.now()
        given = {
            "company": self.world.bakery, "network": "fake", "base": self.fake.url, "remote_id": handle, "handle": handle,
            "tokens": house.KEYS.seal({"token": token}), "connected_at": now - timedelta(days=30), "visit_at": now + timedelta(days=1),
        }  # fmt: skip
        return Channel.objects.create(**{**given, **more})

    def schedule(self, channel: Channel, text: str = "", due: datetime | None = None, after: Delivery | None = None) -> Delivery:
        self.parcels += 1
        text = text or f"Fournée numéro {self.parcels}"
        now = clock.now()
        return commands.schedule(
            channel=channel,
            parcel=Parcel(text),
            subject=text,
            due_at=due or now,
            by=self.world.actor(self.world.alice),
            now=now,
            after=after,
        )

    def send(self, worker: str = "first") -> list[Any]:
        """Claim what is due and make one try of each."""
        return [deliver(held) for held in self.claim(worker)]

    def claim(self, worker: str = "first") -> list[claims.Held]:
        return claims.claim(worker, clock.now(), 24, 24)

    def look(self, worker: str = "first") -> list[Any]:
        """Make the looks that are due."""
        return [looking.look(held, self.patience) for held in looking.claim_looks(worker, clock.now(), 24, self.patience)]

    def sweep(self) -> int:
        return claims.free_lapsed(clock.now())

    def posts(self) -> list[str]:
        """What the network holds."""
        return [post["text"] for post in self.fake.posts()]


def state(delivery: Delivery) -> State:
    delivery.refresh_from_db()
    return State(delivery.state)


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    stand = Fake()
    stand.start()
    settings.NETWORKS = networks(Config(fake_base=stand.url))
    yield stand
    stand.stop()


@pytest.fixture
def engine(world: World, fake: Fake) -> Engine:
    return Engine(world, fake)
