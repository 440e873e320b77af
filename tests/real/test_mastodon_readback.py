"""What we write on a Mastodon-compatible server, read back by a client of another author.

No such server is in the package registries (November 2026), so the stand-in plays it: what is shown here is that a client which
knows neither Parvis nor the stand-in understands both.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator

import httpx
import pytest
import requests
from django.conf import LazySettings
from django.conf import settings as house
from django.test import Client
from django.urls import reverse
from mastodon import Mastodon
from PIL import Image

import sandbox
from parvis.channels import queries
from parvis.channels.connecting import where_to
from parvis.channels.models import Channel, Connecting
from parvis.channels.tokens import connector
from parvis.core import clock
from parvis.networks.contract import Connector, Ready, Receipt
from parvis.networks.facts import Parcel, Picture
from parvis.networks.registry import Config, networks
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(settings: LazySettings) -> Iterator[sandbox.Town]:
    with sandbox.running() as town:
        settings.NETWORKS = networks(Config(mastodon_scheme="http"))
        yield town


@pytest.fixture
def other(town: sandbox.Town) -> Iterator[Mastodon]:
    """Return the independent client, signed in to the same account."""
    token = town.mastodon.add_account("lenoir", name="Boulangerie Lenoir")
    client = Mastodon(access_token=token, api_base_url=town.mastodon.url, session=requests.Session())
    yield client
    client.session.close()


@pytest.fixture
def channel(world: World, town: sandbox.Town, other: Mastodon) -> Channel:
    """Connect the account on the page, through the server's own consent."""
    town.mastodon.settings(auto_approve="lenoir")
    alice = Client()
    alice.force_login(world.alice)
    alice.post(reverse("connect", args=["lenoir", "mastodon"]), {"who": town.mastodon.host})
    answer = httpx.get(where_to(Connecting.objects.get())["url"])
    alice.get(answer.headers["location"].removeprefix(house.PUBLIC_URL))
    return Channel.objects.get()


Send = Callable[..., Receipt]


@pytest.fixture
def send(channel: Channel) -> Send:
    def sent(parcel: Parcel, *bodies: bytes, after: Receipt | None = None, key: str = "") -> Receipt:
        line = wire(channel, *bodies)
        ready = line.prepare(parcel, {}, after)
        assert isinstance(ready, Ready)
        return line.commit(ready, key or queries.network_of(channel).new_key(clock.now()))

    return sent


def wire(channel: Channel, *bodies: bytes) -> Connector:
    found = {hashlib.sha256(body).hexdigest(): body for body in bodies}
    return connector(channel, found.__getitem__)[0]


def test_a_post_is_read_back_as_it_was_meant(send: Send, other: Mastodon) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (640, 480), "blue").save(kept, "PNG")
    body = kept.getvalue()
    picture = Picture(hashlib.sha256(body).hexdigest(), "image/png", 640, 480, len(body), "Une boîte bleue")
    text = "Nos bûches 🎄 sont là : https://lenoir.example/ #Noël"
    receipt = send(Parcel(text, pictures=(picture,), warning="chocolat"), body)

    (status,) = other.account_statuses(other.me())
    assert str(status.id) == receipt.remote_id
    assert status.url == receipt.url
    assert (status.language, status.spoiler_text, status.visibility) == ("fr", "chocolat", "public")
    assert [tag.name for tag in status.tags] == ["noël"]
    (media,) = status.media_attachments
    assert (media.type, media.description) == ("image", "Une boîte bleue")
    source = other.status_source(status)
    assert source.text == text


def test_a_thread_hangs_together_for_another_client(send: Send, other: Mastodon) -> None:
    first = send(Parcel("Un"))
    second = send(Parcel("Deux"), after=first)
    thread = other.status_context(first.remote_id)
    assert [str(status.id) for status in thread.descendants] == [second.remote_id]
    assert str(other.status(second.remote_id).in_reply_to_id) == first.remote_id


def test_the_same_key_again_is_one_post_for_another_client(send: Send, other: Mastodon) -> None:
    assert send(Parcel("Une seule fois"), key="k1").remote_id == send(Parcel("Une seule fois"), key="k1").remote_id
    assert len(other.account_statuses(other.me())) == 1


def test_what_is_deleted_here_is_gone_there(send: Send, channel: Channel, other: Mastodon) -> None:
    wire(channel).delete(send(Parcel("Pas longtemps")))
    assert other.account_statuses(other.me()) == []


def test_the_connection_is_what_another_client_takes_for_the_account(channel: Channel, other: Mastodon) -> None:
    me = other.me()
    assert (channel.remote_id, channel.name, channel.url) == (str(me.id), me.display_name, me.url)
    assert queries.spec_of(channel).texts[0].most == other.instance_v2().configuration.statuses.max_characters
