"""Hard limits are said before anything leaves, each with its channel, its part and its picture."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from parvis.channels.models import Channel
from parvis.media.commands import describe, note_consent, remove, say_people
from parvis.posts import commands as posts
from parvis.posts.checks import findings
from parvis.posts.models import Post, Variant
from parvis.posts.queries import whole
from tests.rooms.bakery import TOMORROW, channel, idea, picture
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


def kinds(post: Post, **more: object) -> list[str]:
    return [f.kind for f in findings(whole(post.pk), now=NOON, **more)]  # type: ignore[arg-type]


def with_picture(world: World, alt: str = "Une bûche", **more: object) -> Post:
    post = idea(world, "texte")
    posts.place_picture(post=post, asset=picture(world, alt=alt, **more), by=world.actor(world.bob), now=NOON)  # type: ignore[arg-type]
    return post


def test_a_good_post_has_nothing_against_it(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    assert kinds(with_picture(world), at=TOMORROW) == []


def test_looking_makes_no_query_of_its_own(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    read = whole(with_picture(world).pk)
    with CaptureQueriesContext(connection) as seen:
        findings(read, now=NOON, at=TOMORROW)
    assert len(seen) == 0


@pytest.mark.parametrize(("length", "found"), [(300, []), (301, ["long"])])
def test_a_text_is_counted_in_the_network_s_own_unit(world: World, length: int, found: list[str]) -> None:
    channel(world)
    assert kinds(idea(world, "👩‍🍳" * (length - 299) + "é" * 299)) == found


def test_the_server_s_own_limit_is_the_one_that_counts(world: World) -> None:
    channel(world, "mastodon", "@lenoir@toot.example", limits={"text": 20})
    assert kinds(idea(world, "x" * 21)) == ["long"]


def test_only_the_channel_and_the_part_in_trouble_are_named(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    [found] = findings(whole(idea(world, "court", "x" * 301).pk), now=NOON)
    assert (found.channel.network, found.part) == ("bluesky", 1)  # type: ignore[union-attr]


def test_a_channel_with_its_own_text_is_judged_on_it(world: World) -> None:
    channel(world)
    post = idea(world, "x" * 301)
    posts.adapt(variant=Variant.objects.get(), parts=["court"], by=world.actor(world.bob), now=NOON)
    assert kinds(post) == []


def test_no_account_and_a_past_hour_are_said(world: World) -> None:
    assert kinds(idea(world), at=NOON - timedelta(hours=1)) == ["past", "no_channel"]


@pytest.mark.parametrize("state", ["dead", "closed"])
def test_an_account_that_cannot_be_written_to_is_said(world: World, state: str) -> None:
    channel(world)
    post = idea(world)
    Channel.objects.update(state=state)
    assert kinds(post) == [state]


def test_an_empty_part_is_said(world: World) -> None:
    channel(world)
    assert kinds(idea(world, "un", "  ")) == ["empty"]


def test_a_picture_on_a_part_that_a_channel_lacks_is_said(world: World) -> None:
    channel(world)
    post = idea(world, "un")
    posts.place_picture(post=post, asset=picture(world), part=1, by=world.actor(world.bob), now=NOON)
    assert kinds(post) == ["stray"]


def test_too_many_pictures_are_said(world: World) -> None:
    channel(world)
    post = idea(world)
    for shade in range(5):
        posts.place_picture(post=post, asset=picture(world, shade=shade), by=world.actor(world.bob), now=NOON)
    assert kinds(post) == ["many"]


def test_a_picture_needs_a_description_or_a_conscious_no(world: World) -> None:
    channel(world)
    post = with_picture(world, alt="")
    assert kinds(post) == ["alt"]
    asset = post.pictures.get().asset
    describe(asset=asset, alt="", decorative=True, by=world.actor(world.bob), now=NOON)
    assert kinds(post) == []


def test_a_description_longer_than_a_network_takes_is_said(world: World) -> None:
    channel(world, "mastodon", "@lenoir@toot.example", limits={"alt": 5})
    assert kinds(with_picture(world, alt="six...")) == ["alt_long"]


def test_an_agreement_that_ends_before_the_departure_stops_it(world: World) -> None:
    channel(world)
    post, by = with_picture(world), world.actor(world.alice)
    asset = post.pictures.get().asset
    say_people(asset=asset, shown=True, by=by, now=NOON)
    assert kinds(post) == ["picture"]
    note_consent(asset=asset, person="Inès", given_on=date(2026, 1, 1), ends_on=date(2026, 12, 11), note="", by=by, now=NOON)
    assert kinds(post, at=NOON) == []
    assert kinds(post, at=TOMORROW) == ["picture"]


def test_a_picture_taken_off_the_shelf_stops_it(world: World) -> None:
    channel(world)
    post = with_picture(world)
    remove(asset=post.pictures.get().asset, by=world.actor(world.alice), now=NOON)
    assert kinds(post) == ["picture"]
