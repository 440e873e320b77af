"""The whole way against a real Bluesky PDS: a post composed in Parvis, scheduled, sent by the engine, lost and found, taken off."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.media import commands as media
from parvis.networks.facts import Parcel
from parvis.posts import commands as posts
from parvis.posts import departures
from parvis.posts.models import Post
from parvis.publishing import claims, looking, removals
from parvis.publishing.commands import ask_removal, schedule
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.real.conftest import Someone, connected
from tests.real.lossy import between
from tests.world import World

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=1)


@dataclass
class Engine:
    """The worker's steps, without its threads and its waits."""

    patience: looking.Patience = field(default_factory=looking.Patience)

    def send(self) -> list[Any]:
        return [deliver(held) for held in claims.claim("real", clock.now(), 24, 24)]

    def look(self) -> list[Any]:
        return [looking.look(held, self.patience) for held in looking.claim_looks("real", clock.now(), 24, self.patience)]

    def until_quiet(self) -> None:
        for _ in range(12):
            if not (self.send() or self.look()):
                return


def photo(name: str, side: int = 3000) -> io.BytesIO:
    kept = io.BytesIO()
    Image.effect_noise((side, side * 2 // 3), 90).convert("RGB").save(kept, "JPEG", quality=92)
    kept.seek(0)
    kept.name = name
    return kept


def placed(world: World, *parts: str) -> Post:
    """Compose a post with a picture far too heavy for the network, in parts."""
    by, now = world.actor(world.alice), clock.now()
    post = posts.start(company=world.bakery, by=by, now=now, title="Les bûches", parts=list(parts))
    asset = media.take_in(company=world.bakery, file=photo("buche.jpg"), name="buche.jpg", by=by, now=now)
    media.describe(asset=asset, alt="Une bûche aux poires", decorative=False, by=by, now=now)
    posts.place_picture(post=post, asset=asset, by=by, now=now)
    return post


def plain(world: World, channel: Channel, text: str, after: Delivery | None = None) -> Delivery:
    now = clock.now()
    return schedule(channel=channel, parcel=Parcel(text), subject=text, due_at=now, by=world.actor(world.alice), now=now, after=after)


def state(delivery: Delivery) -> State:
    delivery.refresh_from_db()
    return State(delivery.state)


def test_a_thread_with_a_heavy_picture_leaves_whole(world: World, lenoir: Someone) -> None:
    connected(world, lenoir)
    post = placed(world, "Les bûches sont là.", "Et voici comment nous les roulons.")
    departures.schedule_now(post=post, by=world.actor(world.alice), now=clock.now())
    Engine().until_quiet()
    assert {state(delivery) for delivery in Delivery.objects.all()} == {State.SENT}
    first, second = lenoir.records()
    assert (first.value.text, second.value.text) == ("Les bûches sont là.", "Et voici comment nous les roulons.")
    (image,) = first.value.embed.images
    assert image.alt == "Une bûche aux poires"
    assert image.image.size <= 2_000_000
    assert second.value.reply.parent.uri == first.uri


def test_an_answer_lost_after_the_commit_is_found_and_not_sent_again(world: World, lenoir: Someone) -> None:
    with between(lenoir.server.pds) as line:
        channel = connected(world, lenoir, base=line.url)
        delivery, engine = plain(world, channel, "Exactement une fois"), Engine()
        line.lose_answer("putRecord")
        engine.send()
        assert state(delivery) == State.UNKNOWN
        with clock.shifted(LATER):
            engine.look()
        assert state(delivery) == State.SENT
        engine.until_quiet()
        assert [seen for seen in line.seen if "putRecord" in seen] == ["POST /xrpc/com.atproto.repo.putRecord"]
    (record,) = lenoir.records()
    assert record.uri == delivery.remote_id


def test_a_request_lost_before_the_server_is_sent_again_and_is_there_once(world: World, lenoir: Someone, settings: Any) -> None:
    settings.SETTLE_FACTOR = 0.0
    with between(lenoir.server.pds) as line:
        channel = connected(world, lenoir, base=line.url)
        delivery, engine = plain(world, channel, "Exactement une fois"), Engine()
        line.lose_request("putRecord")
        engine.send()
        assert state(delivery) == State.UNKNOWN
        with clock.shifted(LATER):
            engine.look()
            engine.until_quiet()
        assert state(delivery) == State.SENT
    assert len(lenoir.records()) == 1


def test_what_is_taken_off_here_is_gone_there(world: World, lenoir: Someone) -> None:
    channel = connected(world, lenoir)
    delivery = plain(world, channel, "Pas longtemps")
    Engine().until_quiet()
    ask_removal(delivery=delivery, by=world.actor(world.alice), now=clock.now())
    assert removals.remove_due(clock.now()) == 1
    delivery.refresh_from_db()
    assert delivery.removed_at is not None
    assert lenoir.records() == []
