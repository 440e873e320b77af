from __future__ import annotations
from datetime import timedelta
import pytest
from django.test import Client
from parvis.core import clock
from parvis.delegation.models import *
from parvis.people.models import *
from parvis.publishing import stops
from parvis.publishing.states import State
from tests.rooms.agreement import acting, bearer, circuit, mandate, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, deliveries, idea, picture, scheduled, stand, typed
from tests.world import NOON, World
pytestmark = pytest.mark.django_db
@pytest.fixture(autouse=True)
def hour(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOON)
def enter(user):
    c = Client(raise_request_exception=False); c.force_login(user); return c

@pytest.mark.parametrize("standing", ["active", "suspended"])
def test_stop_page(world, standing):
    one, other = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    from parvis.posts import commands as posts
    post = idea(world, "Secret de Noel"); posts.choose_channels(post=post, channels=[other.pk], by=acting(world, world.alice), now=NOON)
    posts.schedule(post=post, at=NOON, by=acting(world, world.alice), now=NOON)
    held = mandate(world, one.pk, standing=standing); paul = bearer(world, held)
    s = stops.stop(company=world.bakery, by=acting(world, world.alice), now=NOON, why="x")
    r = enter(paul).get(f"/c/lenoir/stops/{s.pk}/")
    print(r.status_code)
    assert "Secret" not in r.content.decode()
