"""A network that looks a publication over after it was there: what it decides reaches people, once, and is asked for with patience."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings as house
from django.core import mail as post

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.networks.facts import Parcel
from parvis.networks.registry import Config, networks
from parvis.people.models import User
from parvis.publishing import claims, commands, judging, revisions
from parvis.publishing.engine import deliver
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.states import State
from parvis.worker import mail
from sandbox.google_business import GoogleBusiness
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.world import World

MINUTE = timedelta(minutes=1)


@dataclass
class Place:
    """The bakery's place on Google, and the worker's steps."""

    world: World
    stand: GoogleBusiness
    channel: Channel

    def published(self, text: str = "Portes ouvertes samedi.") -> Delivery:
        now = clock.now()
        delivery = commands.schedule(
            channel=self.channel, parcel=Parcel(text), subject=text, due_at=now, by=self.world.actor(self.world.alice), now=now
        )
        for held in claims.claim("first", clock.now(), 24, 24):
            deliver(held)
        delivery.refresh_from_db()
        assert delivery.state == State.SENT
        return delivery


@pytest.fixture
def place(world: World, settings: Any) -> Iterator[Place]:
    User.objects.update(language="en")
    stand = GoogleBusiness()
    stand.start()
    settings.NETWORKS = networks(Config(places={"google_business": {"all": stand.url}}))
    entry, now = stand.add_account("lenoir", name="Boulangerie Lenoir"), clock.now()
    tokens = {
        "access": entry["token"], "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "endpoint": f"{stand.url}/token", "scope": "",
    }  # fmt: skip
    channel = Channel.objects.create(
        company=world.bakery, network="google_business", base=stand.url, remote_id=f"accounts/{entry['id']}/locations/{entry['places'][0]}",
        handle="Boulangerie Lenoir, Nantes", tokens=house.KEYS.seal(tokens), connected_at=now, visit_at=now + timedelta(days=1),
    )  # fmt: skip
    yield Place(world, stand, channel)
    stand.stop()


def later(minutes: float, do: Any) -> Any:
    with clock.later(MINUTE * minutes):
        return do(clock.now())


def test_what_the_network_does_not_show_is_told_on_its_page_and_by_one_mail(place: Place) -> None:
    place.stand.settings(rejects=True)
    delivery = place.published()
    assert later(2, judging.any_due)
    assert later(2, judging.judge_due) == 1
    delivery.refresh_from_db()
    assert delivery.state == State.SENT
    assert delivery.told is not None
    assert "does not show it" in delivery.told["why"]["text"]
    assert delivery.told["cure"]
    assert Attempt.objects.get(delivery=delivery, kind="look").verdict == "refused"
    for _ in range(2):
        later(3, mail.tell)
    texts = [message.body for message in post.outbox if message.to == ["alice@example.test"]]
    assert len(texts) == 1
    assert "does not show it" in texts[0]
    assert not later(3, judging.any_due)


def test_what_it_shows_is_asked_about_once_and_nobody_is_disturbed(place: Place) -> None:
    delivery = place.published()
    assert not judging.any_due(clock.now())
    assert later(2, judging.judge_due) == 0
    assert not later(60, judging.any_due)
    delivery.refresh_from_db()
    assert (delivery.told, delivery.refs["judged"]) == (None, "well")
    later(60, mail.tell)
    assert not post.outbox


def test_while_it_is_still_looking_it_is_asked_again_later_each_time(place: Place) -> None:
    place.stand.settings(processing_reads=2, rejects=True)
    place.published()
    reads = "GET /v4/*/localPosts/*"
    for minutes in (2, 2.5, 4, 5, 11, 12):
        later(minutes, judging.judge_due)
    assert len(place.stand.requests(reads)) == 3
    assert later(12, judging.untold).count() == 1


def test_a_network_that_never_says_is_left_alone_in_the_end(place: Place) -> None:
    place.stand.settings(processing_reads=99)
    delivery = place.published()
    for hours in (0.1, 0.2, 0.6, 3, 9, 25, 49, 50, 51):
        later(hours * 60, judging.judge_due)
    delivery.refresh_from_db()
    assert delivery.refs["judged"] == "unknown"
    assert not later(60 * 60, judging.any_due)


def test_a_reading_that_fails_is_tried_at_the_next_hour(place: Place) -> None:
    place.stand.settings(rejects=True)
    place.published()
    place.stand.arm("reject_before_commit", "GET *")
    assert later(2, judging.judge_due) == 0
    assert later(4, judging.judge_due) == 1


def test_other_words_are_looked_over_anew(place: Place) -> None:
    delivery = place.published()
    later(2, judging.judge_due)
    delivery = Delivery.objects.select_related("channel").get(pk=delivery.pk)
    revisions.revise(delivery=delivery, parcel=Parcel("Autre chose."), by=place.world.actor(place.world.alice), now=clock.now())
    revisions.revise_due(clock.now())
    assert later(2, judging.any_due)


def test_what_a_member_took_off_is_not_asked_about(place: Place) -> None:
    delivery = place.published()
    Delivery.objects.filter(pk=delivery.pk).update(removed_at=clock.now())
    assert not later(2, judging.any_due)
