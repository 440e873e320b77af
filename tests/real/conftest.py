"""A real server, an account of Alice's bakery on it, and a client of another author to read back what we wrote."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import atproto
import httpx
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from parvis.channels.models import Channel
from parvis.networks.registry import Config, networks
from tests.real.servers import Pds, installed, running
from tests.world import World

WHOLE = "app.bsky.feed.post"
NEEDS_SERVER = "test_bluesky"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What talks to the real server is slow, and needs it."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.slow)
            if item.path.stem.startswith(NEEDS_SERVER) and installed() is None:
                item.add_marker(pytest.mark.skip(reason="no real Bluesky server: tests/real/install.sh puts one beside the work tree"))


@pytest.fixture(scope="session")
def server() -> Iterator[Pds]:
    home = installed()
    assert home is not None
    with running(home) as pds:
        yield pds


@dataclass
class Someone:
    """An account on the real server, with a password made for Parvis, seen by the independent client."""

    server: Pds
    handle: str
    did: str
    session: str
    app_password: str

    def records(self) -> list[Any]:
        """Read back, with the client of another author, what stands in the repository."""
        client = atproto.Client(base_url=f"{self.server.pds}/xrpc")
        params = atproto.models.ComAtprotoRepoListRecords.Params(repo=self.did, collection=WHOLE)
        try:
            return list(reversed(client.com.atproto.repo.list_records(params).records))
        finally:
            client.request.close()

    def do(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Do something as the person themselves, outside of Parvis."""
        answer = httpx.post(f"{self.server.pds}/xrpc/{name}", json=body, headers={"authorization": f"Bearer {self.session}"})
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}


@pytest.fixture
def lenoir(server: Pds, settings: LazySettings) -> Someone:
    """Return a new account, and let this Parvis know the network by this server alone."""
    settings.NETWORKS = networks(Config(server.pds, server.plc, "https://bsky.example"))
    handle = f"lenoir-{secrets.token_hex(4)}.test"
    new = {"email": f"{handle}@example.test", "handle": handle, "password": "the real password"}
    made = httpx.post(f"{server.pds}/xrpc/com.atproto.server.createAccount", json=new, timeout=30).raise_for_status().json()
    someone = Someone(server, handle, made["did"], made["accessJwt"], "")
    someone.app_password = someone.do("com.atproto.server.createAppPassword", {"name": "Parvis"})["password"]
    return someone


def connect(world: World, someone: Someone, password: str = "") -> Any:
    alice = Client()
    alice.force_login(world.alice)
    typed = {"who": f"@{someone.handle}", "password": password or someone.app_password}
    return alice.post(reverse("connect", args=["lenoir", "bluesky"]), typed)


def connected(world: World, someone: Someone, base: str = "") -> Channel:
    assert connect(world, someone).status_code == 303
    channel = Channel.objects.get()
    if base:
        channel.base = base
        channel.save()
    return channel
