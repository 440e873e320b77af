"""A new network is one folder and one word on the list: every page, form and check is drawn from what it says of itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType

import pytest
from django.conf import LazySettings
from django.test import Client

from parvis.channels.models import Channel
from parvis.core.say import Say
from parvis.networks import known
from parvis.networks.contract import Network
from parvis.networks.facts import Field, Form, Guide, Mark
from parvis.networks.fake.connect import Token
from parvis.networks.fake.network import new_key
from parvis.networks.fake.spec import SPEC
from parvis.networks.fake.wire import Posting
from parvis.networks.registry import Config, networks
from tests.world import World

NOON = datetime(2026, 11, 27, 11, tzinfo=UTC)
FACTS = replace(
    SPEC,
    key="newcomer",
    name="Le Petit Nouveau",
    mark=Mark("Pn", "tile-rose"),
    guide=Guide(asks=Say("Your name there"), like=("lenoir",), steps=(Say("Write your name as the newcomer shows it."),)),
    forms=(Form("echo", Say("Echo of the day")),),
    fields=(Field("mood", Say("Mood of the day"), "line", needed=True, most=20),),
)


@pytest.fixture
def newcomer(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> str:
    """Add the folder and its one line."""
    package, spec, whole = (ModuleType(f"parvis.networks.newcomer{part}") for part in ("", ".spec", ".network"))
    package.__path__ = []
    spec.SPEC = FACTS  # type: ignore[attr-defined]
    whole.network = lambda at: Network(FACTS, Token("http://127.0.0.1:9"), Posting, new_key)  # type: ignore[attr-defined]
    for module in (package, spec, whole):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr("parvis.networks.registry.NETWORKS", (*known.NETWORKS, "newcomer"))
    monkeypatch.setattr("parvis.networks.registry.connects", lambda key: key == "newcomer" or known.connects(key))
    settings.NETWORKS = networks(Config())
    return "newcomer"


@pytest.fixture
def alice(world: World) -> Client:
    client = Client()
    client.force_login(world.alice)
    return client


def test_it_can_be_connected_and_its_guide_is_shown(newcomer: str, alice: Client) -> None:
    assert "Le Petit Nouveau" in alice.get("/c/lenoir/settings/channels/").content.decode()
    page = alice.get(f"/c/lenoir/settings/channels/connect/{newcomer}/")
    assert page.status_code == 200
    assert "Write your name as the newcomer shows it." in page.content.decode()


def test_its_account_is_listed_composed_for_and_counted(newcomer: str, alice: Client, world: World) -> None:
    Channel.objects.create(
        company=world.bakery, network=newcomer, base="http://127.0.0.1:9", remote_id="1", handle="lenoir", connected_at=NOON, visit_at=NOON
    )
    assert "lenoir" in alice.get("/c/lenoir/settings/channels/").content.decode()
    answer = alice.post("/c/lenoir/posts/new/", follow=True)
    assert answer.status_code == 200
    assert "Le Petit Nouveau" in answer.content.decode()
