"""The composer's forms, fields, first comment, declarations, prices and videos, through the doors of a person, without JavaScript."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from parvis.core import clock
from parvis.media.models import Making
from parvis.posts import commands as posts
from parvis.posts.models import Post, Variant
from parvis.posts.shaping import Shape, shape
from parvis.publishing.models import Delivery
from tests.films import mp4
from tests.rooms.bakery import channel, idea, picture
from tests.rooms.square import account, booklet, film, place, square
from tests.rooms.test_composing_pages import at, door, form, words
from tests.world import NOON, World

__all__ = ["square"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("square")]


@pytest.fixture
def bob(world: World) -> Client:
    return door(world.bob)


def begun(world: World, *keys: str, text: str = "Le pain est chaud.", title: str = "") -> Post:
    for key in keys:
        account(world, key)
    return idea(world, text, title=title)


def tab(post: Post, key: str) -> int:
    return int(post.variants.values_list("channel_id", flat=True).get(channel__network=key))


def sheet(client: Client, post: Post, key: str, **typed: object) -> dict[str, object]:
    """Return what the page of a tab would send, with what was typed in it."""
    page = words(client.get(at(post), {"for": tab(post, key)}))
    variant = Variant.objects.get(post=post, channel__network=key)
    shaped = re.search(r'name="shaped" value="(\w*)"', page)
    shown: dict[str, object] = {"headline": variant.title, "comment": variant.comment}
    shown |= {f"field-{name}": value for name, value in variant.details.items() if f'name="field-{name}"' in page}
    return {**form(client, post, tab=tab(post, key)), "declares": "1", "shaped": shaped[1] if shaped else "", **shown, **typed}


def test_a_form_is_chosen_by_its_button_and_what_was_typed_is_kept(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    answer = bob.post(at(post, "form/"), sheet(bob, post, "gallery", part=["Écrit avant"], comment="Merci", form="story"))
    assert answer["Location"].endswith(f"?for={tab(post, 'gallery')}")
    variant = post.variants.get()
    assert (variant.form, variant.comment, variant.own) == ("story", "Merci", ["Écrit avant"])
    page = words(bob.get(at(post), {"for": tab(post, "gallery")}))
    assert 'aria-pressed="true"' in page.split('id="form-story"')[1].split("</button>")[0]
    assert "No words go with this form" in page
    assert 'class="screen story"' in page
    assert bob.post(at(post, "form/"), sheet(bob, post, "gallery", form="carousel")).status_code == 404


def test_every_kind_of_field_is_drawn_kept_and_sealed(world: World, bob: Client) -> None:
    post = begun(world, "local", title="Fête du pain")
    bob.post(at(post, "form/"), sheet(bob, post, "local", form="event"))
    page = words(bob.get(at(post), {"for": tab(post, "local")}))
    for piece in ('type="datetime-local"', 'type="url"', '<select class="input" id="field-button"', "Hours are those of Europe/Paris"):
        assert piece in page
    fields = {
        "field-starts": "2026-12-20T10:00", "field-ends": "2026-12-20T18:00", "field-button": "book", "field-to": "https://lenoir.example",
    }  # fmt: skip
    with clock.at(NOON):
        bob.post(at(post, "departure/"), sheet(bob, post, "local", **fields, day="2026-12-15", hour="11:30"))
    parcel = Delivery.objects.get().parcel
    assert parcel["details"] == {name.removeprefix("field-"): value for name, value in fields.items()}
    assert (parcel["form"], parcel["title"]) == ("event", "Fête du pain")
    bob.post(at(post), sheet(bob, post, "local", **{"field-to": ""}))
    assert "to" not in post.variants.get().details


def test_a_flag_is_ticked_and_unticked(world: World, bob: Client) -> None:
    post = begun(world, "watch")
    bob.post(at(post), sheet(bob, post, "watch", **{"field-children": "1", "field-privacy": "unlisted"}))
    assert post.variants.get().details == {"children": "1", "privacy": "unlisted"}
    typed = sheet(bob, post, "watch")
    del typed["field-children"]
    bob.post(at(post), typed)
    assert post.variants.get().details == {"privacy": "unlisted"}


def test_the_shared_tab_leaves_the_shapes_of_accounts_alone(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    bob.post(at(post), sheet(bob, post, "gallery", comment="Merci"))
    bob.post(at(post), form(bob, post, part=["Autre texte"]))
    variant = Variant.objects.select_related("post").get(post=post)
    assert (variant.comment, variant.own) == ("Merci", ["Autre texte"])


def test_a_comment_written_in_another_window_is_not_overwritten(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    here = sheet(bob, post, "gallery", comment="Écrit ici")
    bob.post(at(post), sheet(bob, post, "gallery", comment="Écrit là-bas"))
    assert bob.post(at(post, "draft/"), here).status_code == 409
    assert post.variants.get().comment == "Écrit là-bas"


def test_counting_and_previews_follow_what_is_typed_and_keep_nothing(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    place(post, picture(world))
    page = words(bob.post(at(post, "reading/"), sheet(bob, post, "gallery", comment="Merci à vous")))
    assert '<div class="answer">' in page
    assert "Merci à vous" in page
    assert "<b>12</b> of 100 characters" in page
    assert post.variants.get().comment == ""


def test_the_same_on_the_other_accounts_can_be_undone(world: World, bob: Client) -> None:
    post = begun(world, "gallery", "talk")
    page = words(bob.post(at(post, "same/"), sheet(bob, post, "gallery", comment="Merci"), follow=True))
    assert "The same now for: lenoir.talk" in page
    assert set(post.variants.values_list("comment", flat=True)) == {"Merci"}
    bob.post(at(post, "apart/"))
    assert dict(post.variants.values_list("channel__network", "comment")) == {"gallery": "Merci", "talk": ""}


def test_declarations_are_made_once_and_say_how_each_network_carries_them(world: World, bob: Client) -> None:
    post = begun(world, "gallery", "talk")
    page = words(bob.post(at(post), form(bob, post, declares="1", ai="1", paid="1"), follow=True))
    post.refresh_from_db()
    assert (post.ai, post.paid) == (True, True)
    assert "Made with AI: Vitrine will say so beside it." in page
    assert "Made with AI: say it in the text yourself for Parlotte." in page
    assert "Paid partnership: say it in the text yourself for Vitrine, Parlotte." in page
    silent = form(bob, post)
    del silent["declares"]
    bob.post(at(post), silent)
    post.refresh_from_db()
    assert post.ai, "a page that does not ask leaves it as it is"
    bob.post(at(post), form(bob, post, declares="1"))
    post.refresh_from_db()
    assert (post.ai, post.paid) == (False, False)


def test_the_title_says_who_shows_it(world: World, bob: Client) -> None:
    post = begun(world, "gallery", title="Notre four")
    assert "For you only: no network shows this title." in words(bob.get(at(post)))
    account(world, "watch")
    posts.choose_channels(
        post=post, channels=list(world.bakery.channels.values_list("pk", flat=True)), by=world.actor(world.bob), now=NOON
    )  # fmt: skip
    page = words(bob.get(at(post)))
    assert "Shown by Lucarne." in page
    assert '<p class="headline">Notre four</p>' in page


def test_the_price_is_said_with_what_it_would_be_without_links_and_what_the_month_costs(world: World, bob: Client) -> None:
    post = begun(world, "talk", text="Voici https://lenoir.example")
    other = idea(world, "Déjà prévu")
    with clock.at(NOON):
        posts.schedule(post=other, at=NOON, by=world.actor(world.alice), now=NOON)
        page = words(bob.post(at(post, "reading/"), sheet(bob, post, "talk", comment="Et https://lenoir.example")))
    assert "About $0.40." in page
    assert "Without its links: $0.03." in page
    assert "2 messages in all." in page
    assert "This month so far: $0.015." in page
    with clock.at(NOON):
        assert "About $0.015." in words(bob.post(at(post, "reading/"), sheet(bob, post, "talk", part=["Rien"])))


def test_an_upright_film_becomes_the_short_form_and_says_so(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    bob.get(at(post))
    page = words(bob.post(at(post, "pictures/"), {"asset": film(world).pk, "for": 0, "to": 0}, follow=True))
    assert "“Reel” suits it" in page
    assert post.variants.get().form == "reel"
    assert "<video controls" in page
    spot = post.pictures.get()
    page = words(bob.post(at(post, f"pictures/{spot.pk}/removal/"), form(bob, post), follow=True))
    assert "an ordinary publication again" in page
    assert post.variants.get().form == ""


def test_a_film_that_is_sent_takes_its_form_and_shows_its_still(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    upload = SimpleUploadedFile("fournil.mp4", mp4(144, 256, 4.0), "video/mp4")
    page = words(bob.post(at(post, "pictures/"), {"files": upload, "for": 0, "to": 0}, follow=True))
    asset = post.pictures.get().asset
    assert post.variants.get().form == "reel"
    assert f'poster="/c/lenoir/media/{asset.digest}/screen/"' in page


def test_a_film_that_must_be_made_ready_is_queued_shown_stopped_and_asked_again(world: World, bob: Client, settings: Any) -> None:
    account(world, "gallery")
    post = idea(world, "Le four")
    # Its codec is not taken anywhere: it must be made anew.
    place(post, film(world, probed={"video": "hevc", "pixels": "yuv420p", "frames": 25}))
    page = words(bob.get(at(post)))
    assert "must first be made to fit this network" in page
    assert not Making.objects.exists(), "a reading asks for nothing"
    bob.post(at(post, "makings/ready/"), form(bob, post))
    making = Making.objects.get()
    Making.objects.filter(pk=making.pk).update(state="working", progress=0.43)
    assert "A video is being made ready first" in words(bob.get(at(post)))
    page = words(bob.get(at(post, "makings/")))
    assert "43 % are done" in page
    assert 'hx-trigger="every 2s"' in page
    stopped = words(bob.post(at(post, "departure/now/"), form(bob, post), follow=True))
    assert "43 % are done" in stopped
    assert not Delivery.objects.exists()
    page = words(bob.post(at(post, "makings/stop/"), form(bob, post, making=making.pk), follow=True))
    making.refresh_from_db()
    assert making.state == "cancelled"
    assert "was not made ready" in page
    bob.post(at(post, "makings/again/"), form(bob, post, making=making.pk))
    making.refresh_from_db()
    assert making.state == "waiting"
    assert "data-finished" not in words(bob.get(at(post, "makings/")))
    Making.objects.filter(pk=making.pk).delete()


def test_a_making_of_another_company_cannot_be_stopped(world: World, bob: Client) -> None:
    post = begun(world, "gallery")
    elsewhere = film(world, "ailleurs.mp4")
    making = Making.objects.create(asset=elsewhere, recipe="x", rule={}, created_at=NOON, changed_at=NOON)
    assert bob.post(at(post, "makings/stop/"), form(bob, post, making=making.pk)).status_code == 404


def test_no_card_is_read_for_a_comment_nor_where_a_video_takes_its_place(world: World, bob: Client) -> None:
    post = begun(world, "talk", text="Voici https://lenoir.example")
    bob.post(at(post), sheet(bob, post, "talk", comment="Et https://ailleurs.example"))
    page = words(bob.get(at(post)))
    assert 'data-unread="https://lenoir.example"' in page
    assert 'data-unread="https://ailleurs.example"' not in page
    place(post, film(world))
    assert "data-unread" not in words(bob.get(at(post)))


def test_choosing_an_account_has_the_film_made_ready_for_it(world: World, bob: Client) -> None:
    channel(world)
    late = account(world, "gallery")
    post = idea(world, "Le four")
    posts.choose_channels(post=post, channels=[world.bakery.channels.get(network="bluesky").pk], by=world.actor(world.bob), now=NOON)
    place(post, film(world, probed={"video": "hevc", "pixels": "yuv420p", "frames": 25}))
    bob.post(at(post, "channels/"), form(bob, post, channel=late.pk))
    assert Making.objects.count() >= 1
    assert post.variants.get(channel=late).form == "reel"


def test_a_document_is_shown_by_its_name_and_pages(world: World, bob: Client) -> None:
    post = begun(world, "pages", title="Notre carte")
    place(post, booklet(world))
    page = words(bob.get(at(post)))
    assert "carte-de-noel.pdf" in page
    assert "4 pages" in page
    assert '<div class="paper">' in page
    assert f'name="alt-{post.pictures.get().asset_id}"' not in page


def test_the_first_comment_is_named_on_the_page_of_departures(world: World, bob: Client) -> None:
    post = begun(world, "talk")
    variant = Variant.objects.select_related("post__company", "channel").get(post=post)
    shape(variant=variant, shape=Shape(comment="Merci"), by=world.actor(world.bob), now=NOON)
    with clock.at(NOON):
        posts.schedule(post=post, at=NOON, by=world.actor(world.alice), now=NOON)
        page = words(bob.get(f"/c/lenoir/posts/{post.pk}/departures/"))
    assert "first comment" in page
    assert "part 101" not in page


def test_a_reader_sees_it_all_and_changes_nothing(world: World) -> None:
    post = begun(world, "gallery", "local")
    remi = door(world.remi)
    page = words(remi.get(at(post), {"for": tab(post, "gallery")}))
    assert "disabled" in page.split('id="form-story"')[1].split(">")[0]
    remi.post(at(post, "form/"), {"for": tab(post, "gallery"), "form": "story"})
    assert post.variants.get(channel__network="gallery").form == ""
