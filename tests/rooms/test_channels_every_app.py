"""Every network that wants an application is connected through the pages, on its stand-in: guide, two values, login, choice, readiness."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from django.conf import LazySettings, settings
from django.test import Client
from django.urls import reverse

import sandbox
from parvis.channels import commands, rounds
from parvis.channels.connecting import where_to
from parvis.channels.models import Channel, Connecting, State
from parvis.core import clock
from parvis.core.say import Say
from parvis.networks.known import NETWORKS, connects, part
from parvis.networks.registry import Config, networks
from tests.rooms.town import as_, words
from tests.world import World

pytestmark = pytest.mark.django_db

ASKING = [key for key in NETWORKS if connects(key) and part(key, "spec").SPEC.app]


class Form(HTMLParser):
    """Reads what a browser would send of the page's form as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.action, self.given = "", {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "form":
            self.action = about.get("action") or ""
        elif tag == "input" and (about.get("type") == "hidden" or "checked" in about):
            self.given[about["name"]] = about.get("value") or ""


@pytest.fixture
def there(town: sandbox.Town, settings: LazySettings) -> sandbox.Town:
    places = {key: {"all": town.stands[key].url} for key in ASKING}
    settings.NETWORKS = networks(Config(mastodon_scheme="http", places=places))
    settings.SANDBOX = {key: at["all"] for key, at in places.items()}
    for key in ASKING:
        town.stands[key].add_account("lenoir", name="Boulangerie Lenoir")
    return town


def ready(world: World, key: str) -> Client:
    """Open the network's page and keep the two values that it proposes in a demonstration."""
    alice = as_(world.alice)
    client_id, secret = settings.SPARE_APP
    shown = words(alice.get(reverse("connect", args=["lenoir", key])))
    assert f'value="{client_id}"' in shown
    assert f'value="{settings.PUBLIC_URL}{reverse("connect-return")}"' in shown
    alice.post(reverse("app-keep", args=["lenoir", key]), {"client_id": client_id, "client_secret": secret})
    return alice


def gone(alice: Client, key: str, mends: int | None = None, answer: str = "yes") -> str:
    """Press connect, answer on the network's own page as a browser would, and return the address of the return."""
    page = reverse("connect", args=["lenoir", key]) if mends is None else reverse("channel-mend", args=["lenoir", mends])
    begun = alice.post(page, {"csrfmiddlewaretoken": "x"})
    assert begun.status_code == 303, words(begun)
    url = where_to(Connecting.objects.latest("pk"))["url"]
    form = Form()
    form.feed(httpx.get(url).text)
    there = httpx.post(urljoin(url, form.action), data={**form.given, "answer": answer})
    assert there.status_code in {302, 303}, there.text
    return there.headers["location"].removeprefix(settings.PUBLIC_URL)


def chosen(alice: Client, came: str) -> Channel:
    """Come back, and choose the first where there is a choice."""
    to = alice.get(came)["location"]
    if "/choose/" in to:
        alice.post(to, {"chosen": ["0"]})
    return Channel.objects.latest("pk")


@pytest.mark.parametrize("key", ASKING)
def test_it_is_connected_and_says_what_works(world: World, there: sandbox.Town, key: str) -> None:
    alice = ready(world, key)
    channel = chosen(alice, gone(alice, key))
    assert (channel.network, channel.state) == (key, State.ALIVE)
    assert rounds.visit_due(clock.now()).well == 1
    channel.refresh_from_db()
    assert {check["level"] for check in channel.readiness or []} <= {"good", "limited", "unknown"}
    shown = words(alice.get(reverse("channel", args=["lenoir", channel.pk])))
    assert "What works on this account" in shown
    assert settings.SPARE_APP[1] not in shown


@pytest.mark.parametrize("key", ASKING)
def test_a_dead_one_is_mended_by_the_same_way(world: World, there: sandbox.Town, key: str) -> None:
    alice = ready(world, key)
    channel = chosen(alice, gone(alice, key))
    commands.declare_dead(channel_id=channel.pk, why=Say("gone"), now=clock.now())
    answer = alice.get(gone(alice, key, mends=channel.pk))
    assert answer["location"] == reverse("channel", args=["lenoir", channel.pk])
    channel.refresh_from_db()
    assert channel.state == State.ALIVE


@pytest.mark.parametrize("key", ASKING)
def test_a_person_who_says_no_over_there_reads_a_sentence(world: World, there: sandbox.Town, key: str) -> None:
    alice = ready(world, key)
    came = gone(alice, key, answer="no")
    shown = words(alice.get(came, follow=True))
    assert "You did not allow Parvis to publish" in shown
    assert not Channel.objects.exists()


@pytest.mark.parametrize("key", ASKING)
def test_a_code_serves_once_and_only_with_its_state(world: World, there: sandbox.Town, key: str) -> None:
    alice = ready(world, key)
    came = gone(alice, key)
    code = parse_qs(urlsplit(came).query)["code"][0]
    assert alice.get(reverse("connect-return"), {"state": "made-up", "code": code}).status_code == 404
    alice.get(came)
    assert alice.get(came).status_code == 404


@pytest.mark.parametrize("key", ASKING)
def test_a_wrong_secret_is_said_and_nothing_is_connected(world: World, there: sandbox.Town, key: str) -> None:
    alice = ready(world, key)
    values = {"client_id": settings.SPARE_APP[0], "client_secret": "not-the-right-secret"}
    alice.post(reverse("app-keep", args=["lenoir", key]), values)
    shown = words(alice.get(gone(alice, key), follow=True))
    assert "toast" in shown
    assert "not-the-right-secret" not in shown
    assert not Channel.objects.exists()
