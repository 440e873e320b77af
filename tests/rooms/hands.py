"""What the tests of publishing by hand set up: a place, a post put into people's hands, and its card through the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from parvis.channels import by_hand
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.networks.contract import Handed
from parvis.posts import commands, departures
from parvis.posts.models import Post
from parvis.publishing import claims
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from tests.rooms.town import words
from tests.world import World


def place(world: World, network: str = "tiktok", **about: Any) -> Channel:
    named = {"handle": "boulangerie.lenoir", "name": "", "opens": "", **about}
    return by_hand.open_by_hand(company=world.bakery, network=network, **named, by=world.actor(world.alice), now=clock.now())


def planned(world: World, *parts: str, title: str = "La bûche", at: datetime | None = None) -> Post:
    by, now = world.actor(world.alice), clock.now()
    post = commands.start(company=world.bakery, by=by, now=now, title=title, parts=list(parts) or ["La bûche est là."])
    departures.schedule(post=post, at=at or now, by=by, now=now)
    return post


def hand_over() -> list[Any]:
    return [deliver(held) for held in claims.claim("worker", clock.now(), 24, 24)]


def in_hand(world: World, *parts: str, **more: Any) -> Delivery:
    """Return the first delivery of a post that was put into people's hands."""
    post = planned(world, *parts, **more)
    assert [type(outcome) for outcome in hand_over()] == [Handed]
    return Delivery.objects.get(departure__variant__post=post, departure__part=0)


def state(delivery: Delivery) -> str:
    delivery.refresh_from_db()
    return delivery.state


def card(client: Client, delivery: Delivery) -> str:
    answer = client.get(reverse("card", args=["lenoir", delivery.pk]))
    assert answer.status_code == 200
    return words(answer)


def say(client: Client, delivery: Delivery, **typed: Any) -> Any:
    return client.post(reverse("card-published", args=["lenoir", delivery.pk]), typed)
