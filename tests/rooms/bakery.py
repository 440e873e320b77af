"""What the tests of posts set up: accounts, pictures, posts, and deliveries put where an engine would have put them."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from parvis.channels.models import Channel
from parvis.media.commands import describe, take_in
from parvis.media.models import Asset
from parvis.posts import commands as posts
from parvis.posts.models import Post
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.pictures import jpeg, shades
from tests.world import NOON, World

TOMORROW = NOON + timedelta(days=1)


def channel(world: World, network: str = "bluesky", handle: str = "lenoir.example", **more: object) -> Channel:
    fields = {"company": world.bakery, "base": "https://pds.example", "connected_at": NOON, "visit_at": NOON} | more
    return Channel.objects.create(network=network, handle=handle, remote_id=f"{network}:{handle}", **fields)


def picture(world: World, name: str = "buche.jpg", alt: str = "Une bûche aux marrons", shade: int = 0) -> Asset:
    actor = world.actor(world.alice)
    asset = take_in(company=world.bakery, file=io.BytesIO(jpeg(shades(320 + shade, 200))), name=name, by=actor, now=NOON)
    if alt:
        describe(asset=asset, alt=alt, decorative=False, by=actor, now=NOON)
        asset.refresh_from_db()
    return asset


def idea(world: World, *parts: str, title: str = "", at: datetime | None = None, now: datetime = NOON) -> Post:
    return posts.start(company=world.bakery, by=world.actor(world.alice), now=now, at=at, title=title, parts=parts or ("La bûche est là.",))


def scheduled(world: World, *parts: str, at: datetime = TOMORROW, title: str = "") -> Post:
    post = idea(world, *parts, title=title)
    posts.schedule(post=post, at=at, by=world.actor(world.alice), now=NOON)
    post.refresh_from_db()
    return post


def deliveries(post: Post) -> list[Delivery]:
    return list(Delivery.objects.filter(departure__variant__post=post).order_by("channel_id", "departure__part", "pk"))


def stand(delivery: Delivery, state: State, **more: object) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=state, **more)


def typed(post: Post, parts: list[str], world: World) -> Post:
    bob = world.actor(world.bob)
    return posts.write(post=post, by=bob, now=NOON, revision=post.revision, title="", parts=parts, language="fr", warning="")
