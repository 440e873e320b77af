"""The stand-ins of the networks, and people who connect accounts on them through the pages."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from django.conf import LazySettings, settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

import sandbox
from parvis.channels.connecting import where_to
from parvis.channels.models import Connecting
from parvis.networks.registry import Config, networks
from parvis.people.models import Company, Member, Role, User
from tests.world import NOON, World

PASSWORD = "abcd-efgh-ijkl-mnop"


@pytest.fixture(scope="module")
def running_town() -> Iterator[sandbox.Town]:
    with sandbox.running() as town:
        yield town


@pytest.fixture
def town(running_town: sandbox.Town, settings: LazySettings) -> sandbox.Town:
    running_town.reset()
    settings.NETWORKS = networks(
        Config(running_town.bluesky.url, running_town.bluesky.url, running_town.bluesky.url, "http", running_town.fake.url)
    )
    return running_town


def as_(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def words(answer: HttpResponse) -> str:
    return " ".join(html.unescape(answer.content.decode()).split())


def sign(client: Client, who: str, password: str = PASSWORD, company: str = "lenoir") -> Any:
    return client.post(reverse("connect", args=[company, "bluesky"]), {"who": who, "password": password})


def begin(client: Client, host: str, company: str = "lenoir") -> Any:
    return client.post(reverse("connect", args=[company, "mastodon"]), {"who": host})


def gone_to(town: sandbox.Town, begun: HttpResponse, account: str = "lenoir") -> str:
    """Follow the person to their server, where they say yes at once; return the address they are sent back to."""
    town.mastodon.settings(auto_approve=account)
    flow = Connecting.objects.order_by("-id").first()
    assert flow is not None
    assert begun["location"] == reverse("connect-leave", args=[flow.company.slug, flow.pk])
    answer = httpx.get(where_to(flow)["url"], follow_redirects=False)
    assert answer.status_code in {302, 303}, answer.text
    back = answer.headers["location"]
    assert back.startswith(f"{settings.PUBLIC_URL}/connect/return/?")
    return back.removeprefix(settings.PUBLIC_URL)


def elsewhere_too(world: World) -> Company:
    """Give Denis a place in the bakery as well: two companies, one person."""
    Member.objects.create(company=world.bakery, user=world.denis, role=Role.OWNER, since=NOON)
    return world.elsewhere
