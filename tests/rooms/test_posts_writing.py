"""Composing: what is typed is kept, once, and nobody overwrites somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parvis.audit.models import Entry
from parvis.people.permissions import NotAllowed
from parvis.posts import commands as posts
from parvis.posts.models import Post, PostPicture, Variant
from parvis.posts.queries import whole
from parvis.publishing.states import State
from tests.rooms.bakery import channel, deliveries, idea, picture, scheduled, stand
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


def typed(post: Post, text: str, world: World, *, minutes: int = 0, revision: int | None = None) -> Post:
    return posts.write(
        post=post,
        by=world.actor(world.bob),
        now=NOON + timedelta(minutes=minutes),
        revision=post.revision if revision is None else revision,
        title="Bûche",
        parts=[text],
        language="fr",
        warning="",
    )


def test_a_new_post_is_for_every_account_that_can_be_written_to(world: World) -> None:
    alive = channel(world)
    channel(world, "mastodon", "dead", state="dead")
    channel(world, "mastodon", "closed", state="closed")
    assert [v.channel for v in idea(world).variants.all()] == [alive]


def test_two_windows_on_one_post_do_not_overwrite_each_other(world: World) -> None:
    post = idea(world, "un")
    typed(post, "deux", world)
    with pytest.raises(posts.Changed) as told:
        typed(post, "trois", world)
    assert told.value.stored.parts == ["deux"]
    assert Post.objects.get().parts == ["deux"]


def test_saving_at_each_pause_writes_one_line_in_the_journal_a_spell(world: World) -> None:
    post = idea(world, "un")
    for minute in range(8):
        post = typed(post, f"texte {minute}", world, minutes=minute)
    written = Entry.objects.filter(verb="posts:post:written")
    assert written.count() == 1
    typed(post, "encore", world, minutes=30)
    assert written.count() == 2


def test_a_reader_writes_nothing(world: World) -> None:
    post = idea(world, "un")
    with pytest.raises(NotAllowed):
        posts.write(post=post, by=world.actor(world.remi), now=NOON, revision=1, title="", parts=["x"], language="fr", warning="")
    with pytest.raises(NotAllowed):
        posts.schedule(post=post, by=world.actor(world.remi), now=NOON, at=NOON)
    assert Post.objects.get().parts == ["un"]


def test_a_stranger_who_owns_another_company_writes_nothing(world: World) -> None:
    with pytest.raises(NotAllowed):
        posts.remove(post=idea(world), by=world.actor(world.denis), now=NOON)


def test_a_text_keeps_its_lines_and_loses_what_no_database_can_hold(world: World) -> None:
    post = typed(idea(world), "un\r\ndeux\x00\n", world)
    assert post.parts == ["un\ndeux\n"]


def test_a_channel_has_its_own_text_until_it_is_given_back(world: World) -> None:
    channel(world)
    post = idea(world, "pour tous")
    variant = Variant.objects.get()
    posts.adapt(variant=variant, parts=["pour eux"], by=world.actor(world.bob), now=NOON)
    assert whole(post.pk).variants.get().own == ["pour eux"]
    assert "pour eux" in Post.objects.get().words
    posts.adapt(variant=variant, parts=None, by=world.actor(world.bob), now=NOON)
    assert whole(post.pk).variants.get().own == ["pour tous"]


def test_leaving_a_channel_out_takes_back_what_still_waits_there(world: World) -> None:
    one, two = channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world)
    outcome = posts.choose_channels(post=post, channels=[one.pk], by=world.actor(world.bob), now=NOON)
    assert [d.channel_id for d in outcome.done] == [two.pk]
    assert {v.channel_id for v in post.variants.all()} == {one.pk}


def test_leaving_a_channel_out_keeps_it_where_it_has_left(world: World) -> None:
    one = channel(world)
    post = scheduled(world)
    stand(deliveries(post)[0], State.SENT)
    outcome = posts.choose_channels(post=post, channels=[], by=world.actor(world.bob), now=NOON)
    assert len(outcome.too_late) == 1
    assert {v.channel_id for v in post.variants.all()} == {one.pk}


def test_another_company_s_channels_cannot_be_chosen(world: World) -> None:
    foreign = channel(world, company=world.elsewhere)
    post = idea(world)
    posts.choose_channels(post=post, channels=[foreign.pk], by=world.actor(world.bob), now=NOON)
    assert not post.variants.exists()


def test_pictures_are_placed_ordered_and_taken_off(world: World) -> None:
    post, by = idea(world), world.actor(world.bob)
    places = [posts.place_picture(post=post, asset=picture(world, shade=n), by=by, now=NOON) for n in range(3)]
    posts.order_pictures(post=post, part=0, order=[places[2].pk, places[0].pk], by=by, now=NOON)
    assert [p.pk for p in post.pictures.all()] == [places[2].pk, places[0].pk, places[1].pk]
    posts.take_picture_off(picture=places[0], by=by, now=NOON)
    assert [p.pk for p in post.pictures.all()] == [places[2].pk, places[1].pk]


def test_the_same_picture_dropped_twice_is_there_once(world: World) -> None:
    post, asset = idea(world), picture(world)
    for _ in range(2):
        posts.place_picture(post=post, asset=asset, by=world.actor(world.bob), now=NOON)
    assert PostPicture.objects.count() == 1


def test_a_duplicate_is_a_draft_with_everything_but_the_hour(world: World) -> None:
    channel(world)
    post = idea(world, "un", "deux", title="Noël")
    posts.place_picture(post=post, asset=picture(world), by=world.actor(world.bob), now=NOON, part=1)
    posts.schedule(post=post, at=NOON + timedelta(days=1), by=world.actor(world.alice), now=NOON)
    copy = posts.duplicate(post=post, by=world.actor(world.bob), now=NOON)
    assert (copy.title, copy.parts, copy.at, copy.scheduled) == ("Noël", ["un", "deux"], None, False)
    assert [p.part for p in copy.pictures.all()] == [1]
    assert copy.variants.count() == 1
    assert deliveries(copy) == []


def test_a_removed_post_leaves_nothing_waiting_and_comes_back_as_a_draft(world: World) -> None:
    channel(world)
    post = scheduled(world)
    posts.remove(post=post, by=world.actor(world.bob), now=NOON)
    assert [d.state for d in deliveries(post)] == [State.CANCELLED]
    posts.restore(post=post, by=world.actor(world.bob), now=NOON)
    post.refresh_from_db()
    assert (post.removed_at, post.scheduled) == (None, False)
    assert post.at is not None


def test_what_has_left_is_history_and_cannot_be_put_away(world: World) -> None:
    channel(world), channel(world, "mastodon", "@lenoir@toot.example")
    post = scheduled(world)
    stand(deliveries(post)[1], State.SENT)
    with pytest.raises(posts.TooLate):
        posts.remove(post=post, by=world.actor(world.bob), now=NOON)
    assert Post.objects.get().removed_at is None
    assert deliveries(post)[0].state == State.SCHEDULED
