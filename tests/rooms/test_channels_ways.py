"""A network with two logins: each has two values of its own, and what was kept last serves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from parvis.channels import applications, commands
from parvis.channels.models import App
from parvis.core import clock
from parvis.networks.facts import AppRule
from parvis.networks.known import part
from tests.rooms.town import as_
from tests.world import World

pytestmark = pytest.mark.django_db
BOTH: AppRule = part("instagram", "spec").SPEC.app
ONE: AppRule = part("facebook", "spec").SPEC.app


def keep(world: World, way: str, name: str, minutes: int = 0) -> None:
    now, by = clock.now() + timedelta(minutes=minutes), world.actor(world.alice)
    commands.save_app(company=world.bakery, rule=BOTH, client_id=name, client_secret="s" * 20, by=by, now=now, way=way)


def test_what_was_kept_last_serves_and_says_its_way(world: World) -> None:
    keep(world, "", "the-pages")
    keep(world, "direct", "its-own", 1)
    client = applications.client_of(world.bakery, BOTH)
    assert client is not None
    assert (client["client_id"], client["way"]) == ("its-own", "direct")
    keep(world, "", "the-pages", 2)
    client = applications.client_of(world.bakery, BOTH)
    assert client is not None
    assert (client["client_id"], client["way"]) == ("the-pages", "")


def test_the_other_network_of_the_family_is_not_served_by_it(world: World) -> None:
    keep(world, "direct", "its-own")
    assert applications.client_of(world.bakery, ONE) is None
    assert applications.shown(world.bakery, ONE) is None
    keep(world, "", "the-pages", 1)
    client = applications.client_of(world.bakery, ONE)
    assert client is not None
    assert "way" not in client


def test_forgetting_forgets_both(world: World) -> None:
    keep(world, "", "the-pages")
    keep(world, "direct", "its-own", 1)
    assert commands.forget_app(company=world.bakery, rule=BOTH, by=world.actor(world.alice), now=clock.now())
    assert not App.objects.exists()


def test_the_page_asks_how_one_signs_in_where_there_are_two_ways(world: World) -> None:
    alice = as_(world.alice)
    page = alice.get(reverse("connect", args=["lenoir", "instagram"])).content.decode()
    assert 'name="way"' in page
    assert 'name="way"' not in alice.get(reverse("connect", args=["lenoir", "facebook"])).content.decode()
    typed = {"client_id": "123", "client_secret": "abcdefabcdef", "way": "direct"}
    alice.post(reverse("app-keep", args=["lenoir", "instagram"]), typed)
    assert App.objects.get().family == "meta:direct"
