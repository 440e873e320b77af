"""Cards and threads in the composer: addresses are read by themselves, pictures move between parts, and nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from parvis.core import clock
from parvis.posts import commands, links
from parvis.posts.models import Link, Post, PostPicture
from parvis.publishing.models import Delivery
from tests.rooms.bakery import picture
from tests.rooms.test_composing_pages import at, begun, bob, door, form, words
from tests.rooms.test_posts_links import CARD, page, site
from tests.world import NOON, World

__all__ = ["bob", "site"]
pytestmark = pytest.mark.django_db


def cites(client: Client, url: str) -> Post:
    post = begun(client)
    client.post(at(post), form(client, post, part=[f"Voyez {url} vite"]))
    return post


def places(post: Post) -> list[tuple[int, str]]:
    return list(PostPicture.objects.filter(post=post).order_by("part", "position").values_list("part", "asset__name"))


def test_an_address_is_read_by_itself_once_and_its_card_is_shown(bob: Client, site: str) -> None:
    page("/carte", CARD)
    post = cites(bob, f"{site}/carte")
    assert f'data-unread="{site}/carte"' in words(bob.get(at(post)))
    assert bob.post(at(post, "card/itself/"), {"url": f"{site}/carte"}).status_code == 200
    shown = words(bob.get(at(post)))
    assert "La carte de Noël" in shown
    assert "data-unread" not in shown
    assert bob.post(at(post, "card/itself/"), {"url": f"{site}/carte"}).status_code == 204


def test_only_what_the_kept_text_cites_is_read(world: World, bob: Client, site: str) -> None:
    page("/carte", CARD)
    post = cites(bob, f"{site}/autre")
    assert bob.post(at(post, "card/itself/"), {"url": f"{site}/carte"}).status_code == 204
    assert door(world.remi).post(at(post, "card/itself/"), {"url": f"{site}/autre"}).status_code == 403
    assert door(world.denis).post(at(post, "card/itself/"), {"url": f"{site}/autre"}).status_code == 404
    assert not Link.objects.exists()


def test_a_page_that_cannot_be_read_is_said_and_can_be_tried_again_and_stops_nothing(bob: Client, site: str) -> None:
    post = cites(bob, f"{site}/carte")
    bob.post(at(post, "card/itself/"), {"url": f"{site}/carte"})
    said = words(bob.get(at(post)))
    assert "Try again" in said
    assert "data-unread" not in said
    page("/carte", CARD)
    bob.post(at(post, "card/"), form(bob, post, url=f"{site}/carte"))
    assert "La carte de Noël" in words(bob.get(at(post)))
    bob.post(at(post, "departure/now/"), form(bob, post))
    assert Delivery.objects.count() == 2


def test_while_another_page_is_read_the_composer_waits_its_turn(world: World, bob: Client, site: str) -> None:
    post = cites(bob, f"{site}/carte")
    with links._turn(world.bakery.pk):
        assert bob.post(at(post, "card/itself/"), {"url": f"{site}/carte"}).status_code == 202
        answer = bob.post(at(post, "card/"), form(bob, post, url=f"{site}/carte"), follow=True)
        assert "Another page is being read" in words(answer)


def test_a_card_of_yesterday_can_be_read_anew(bob: Client, site: str) -> None:
    page("/carte", CARD)
    post = cites(bob, f"{site}/carte")
    bob.post(at(post, "card/itself/"), {"url": f"{site}/carte"})
    assert " again</button>" not in words(bob.get(at(post)))
    Link.objects.update(read_at=clock.now() - timedelta(days=2))
    assert " again</button>" in words(bob.get(at(post)))
    page("/carte", CARD.replace("carte", "nouvelle", 1))
    bob.post(at(post, "card/"), form(bob, post, url=f"{site}/carte"))
    assert Link.objects.get().title == "La nouvelle de Noël"


def thread(world: World, client: Client, *on: int) -> Post:
    post = begun(client)
    client.post(at(post, "parts/"), form(client, post, part=["Un", "Deux"]))
    for n, part in enumerate(on):
        asset = picture(world, f"{n}.jpg", shade=n)
        commands.place_picture(post=post, asset=asset, part=part, by=world.actor(world.alice), now=NOON)
    post.refresh_from_db()
    return post


def test_a_picture_moves_to_another_part_and_back(world: World, bob: Client) -> None:
    post = thread(world, bob, 0, 0, 2)
    first = PostPicture.objects.get(asset__name="0.jpg")
    page_then = words(bob.post(at(post, f"pictures/{first.pk}/part/"), form(bob, post, **{f"onto-{first.pk}": 3}), follow=True))
    assert places(post) == [(0, "1.jpg"), (2, "2.jpg"), (2, "0.jpg")]
    assert "is on part 3 now" in page_then
    bob.post(at(post, "before/"))
    assert places(post) == [(0, "0.jpg"), (0, "1.jpg"), (2, "2.jpg")]


def test_a_picture_does_not_move_where_it_is_already_nor_to_a_part_that_is_not(world: World, bob: Client) -> None:
    post = thread(world, bob, 0)
    spot = PostPicture.objects.get()
    commands.place_picture(post=post, asset=spot.asset, part=1, by=world.actor(world.alice), now=NOON)
    for onto, status in ((2, 303), (1, 303), (4, 404), (0, 404)):
        answer = bob.post(at(post, f"pictures/{spot.pk}/part/"), form(bob, post, onto=onto))
        assert answer.status_code == status
    assert places(post) == [(0, "0.jpg"), (1, "0.jpg")]


def test_pictures_follow_their_text_when_parts_are_joined_and_come_back(world: World, bob: Client) -> None:
    post = thread(world, bob, 0, 1, 2)
    bob.post(at(post, "parts/1/joining/"), form(bob, post))
    post.refresh_from_db()
    assert post.parts == ["Un\n\nDeux", ""]
    assert places(post) == [(0, "0.jpg"), (0, "1.jpg"), (1, "2.jpg")]
    bob.post(at(post, "before/"))
    post.refresh_from_db()
    assert post.parts == ["Un", "Deux", ""]
    assert places(post) == [(0, "0.jpg"), (1, "1.jpg"), (2, "2.jpg")]


def test_too_many_pictures_on_a_joined_part_are_said_and_none_is_thrown_away(world: World, bob: Client) -> None:
    post = thread(world, bob, 0, 0, 0, 1, 1)
    said = words(bob.post(at(post, "parts/1/joining/"), form(bob, post), follow=True))
    assert "has 5 pictures now, and Bluesky takes 4 at most" in said
    assert [part for part, _ in places(post)] == [0] * 5


def test_what_was_written_since_is_not_undone(world: World, bob: Client) -> None:
    post = thread(world, bob, 0, 1)
    bob.post(at(post, "parts/1/joining/"), form(bob, post))
    bob.post(at(post), form(bob, post, part=["Tout autre chose", ""]))
    said = words(bob.post(at(post, "before/"), follow=True))
    post.refresh_from_db()
    assert post.parts == ["Tout autre chose", ""]
    assert "Something was written since" in said


def test_an_account_with_its_own_text_is_pointed_to(world: World, bob: Client) -> None:
    post = thread(world, bob, 0, 1)
    own = post.variants.order_by("pk").first()
    assert own is not None
    commands.adapt(variant=own, parts=["A", "B"], by=world.actor(world.alice), now=NOON)
    said = words(bob.post(at(post, "parts/1/joining/"), form(bob, post), follow=True))
    assert "has a text of its own" in said


def test_a_stranger_and_a_reader_move_nothing(world: World, bob: Client) -> None:
    post = thread(world, bob, 0)
    spot = PostPicture.objects.get()
    for user, status in ((world.remi, 403), (world.denis, 404)):
        answer = door(user).post(at(post, f"pictures/{spot.pk}/part/"), {"onto": 2})
        assert answer.status_code == status
    assert places(post) == [(0, "0.jpg")]
