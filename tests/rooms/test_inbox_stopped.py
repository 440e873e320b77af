"""Answers while everything is stopped: they wait with their words and say so, nothing is acknowledged, and they leave afterwards, once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as post
from django.urls import reverse

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import acknowledging
from parvis.inbox.models import Message, Person, Promise
from parvis.publishing import stops
from parvis.publishing.models import Stop
from parvis.worker import mail
from tests.rooms.parlour import Parlour, only, send
from tests.rooms.test_inbox_answering import SOON, account, answer, closed, fresh, gather
from tests.rooms.town import as_, words
from tests.world import World

__all__ = ["account"]


def halt(world: World) -> Stop:
    return stops.stop(company=world.bakery, by=world.actor(world.alice), now=clock.now())


def test_an_answer_waits_says_so_and_leaves_once_it_is_lifted(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    stop, message = halt(world), answer(world)
    travel.shift(SOON)
    send()
    assert not parlour.sent
    alice = as_(world.alice)
    page = words(alice.get(reverse("conversation", args=["lenoir", only().pk])))
    assert "Your answer waits: everything is stopped" in page
    assert "Oui, de 7 h à 13 h." in page
    travel.shift(timedelta(hours=3))
    stops.resume(stop=stop, by=world.actor(world.alice), now=clock.now())
    send()
    send()
    assert [parcel.text for parcel in parlour.sent] == ["Oui, de 7 h à 13 h."]
    assert fresh(message).standing == ""


def test_nobody_is_acknowledged_while_it_stands(world: World, account: Channel, parlour: Parlour, travel: Any, monkeypatch: Any) -> None:
    Promise.objects.create(company=world.bakery, acknowledges=True, acknowledgement="Nous répondons demain dès 7 h.")
    closed(monkeypatch)
    parlour.say("Bonsoir ?", clock.now(), name="m2")
    travel.shift(timedelta(minutes=10))
    gather()
    stop = halt(world)
    assert acknowledging.acknowledge_due(clock.now()) == 0
    assert not Message.objects.filter(mine=True).exists()
    assert not Person.objects.exclude(acknowledged_on=None).exists(), "the day's one message is not spent"
    stops.resume(stop=stop, by=world.actor(world.alice), now=clock.now())
    assert acknowledging.acknowledge_due(clock.now()) == 1


@pytest.mark.parametrize("stopped", [True, False])
def test_whoever_stopped_everything_is_not_told_that_nothing_leaves(world: World, account: Channel, stopped: bool) -> None:
    if stopped:
        halt(world)
    Channel.objects.update(connected_at=clock.now() - timedelta(days=30))
    mail.tell_quiet(clock.now())
    assert bool(post.outbox) is not stopped
