"""The composer without JavaScript: every button sends the whole sheet, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.media.models import Asset
from parvis.people.models import User
from parvis.posts import commands
from parvis.posts.models import Post, PostPicture
from parvis.publishing.models import Delivery
from tests.pictures import jpeg, shades
from tests.rooms.bakery import channel, picture
from tests.world import NOON, World


def door(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def bob(world: World) -> Client:
    channel(world, "bluesky", "lenoir.example")
    channel(world, "mastodon", "lenoir@piaille.example")
    return door(world.bob)


def begun(client: Client) -> Post:
    answer = client.post("/c/lenoir/posts/new/")
    assert answer.status_code == 303
    return Post.objects.get()


def at(post: Post, tail: str = "") -> str:
    return f"/c/lenoir/posts/{post.pk}/edit/{tail}"


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined]


def form(client: Client, post: Post, tab: int = 0, **typed: object) -> dict[str, object]:
    """Return what the page's form would send, with what was typed in it."""
    page = words(client.get(at(post), {"for": tab} if tab else {}))
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    stored = Post.objects.get(pk=post.pk)
    variant = stored.variants.filter(channel_id=tab).first()
    sheet = {
        "title": stored.title,
        "language": stored.language,
        "warning": stored.warning,
        "part": variant.own if variant else stored.parts,
    }
    return {**hidden, **sheet, "for": tab, **typed}


def ids(post: Post) -> list[int]:
    return list(post.variants.order_by("channel_id").values_list("channel_id", flat=True))


def test_beginning_is_a_post_and_reading_begins_nothing(bob: Client) -> None:
    assert bob.get("/c/lenoir/posts/new/").status_code == 200
    assert not Post.objects.exists()
    post = begun(bob)
    assert bob.get(at(post)).status_code == 200
    assert len(ids(post)) == 2


def test_what_is_typed_is_kept_by_any_button(bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post, "parts/"), form(bob, post, title="Bûche", part=["Nos bûches\r\nsont prêtes !"], warning="Gourmandise", language="en"))
    post.refresh_from_db()
    assert (post.title, post.parts, post.warning, post.language) == ("Bûche", ["Nos bûches\nsont prêtes !", ""], "Gourmandise", "en")


def test_one_account_is_adapted_and_brought_back_to_the_shared_text(bob: Client) -> None:
    post = begun(bob)
    first, second = ids(post)
    bob.post(at(post), form(bob, post, part=["Pour tous"]))
    bob.post(at(post), form(bob, post, tab=first, part=["Pour un seul"]))
    own = {v.channel_id: v.own for v in post.variants.select_related("post")}
    assert own == {first: ["Pour un seul"], second: ["Pour tous"]}
    page = bob.post(at(post, "shared/"), form(bob, post, tab=first), follow=True)
    assert post.variants.get(channel_id=first).parts is None
    undo = at(post, f"own/{first}/")
    assert undo in words(page)
    bob.post(undo)
    assert post.variants.get(channel_id=first).parts == ["Pour un seul"]


def test_turning_to_a_tab_keeps_the_text_and_adapts_nothing(bob: Client) -> None:
    post = begun(bob)
    first = ids(post)[0]
    answer = bob.post(at(post), form(bob, post, part=["Pour tous"], go=first))
    assert answer["Location"] == at(post) + f"?for={first}"
    bob.post(at(post), form(bob, post, tab=first, go=0))
    assert not post.variants.exclude(parts=None).exists()


def test_parts_are_added_and_joined_without_a_word_lost(bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post, "parts/"), form(bob, post, part=["Un"]))
    bob.post(at(post, "parts/"), form(bob, post, part=["Un", "Deux"]))
    bob.post(at(post, "parts/2/joining/"), form(bob, post, part=["Un", "Deux", "Trois"]))
    post.refresh_from_db()
    assert post.parts == ["Un", "Deux\n\nTrois"]
    for wrong in (0, 7):
        assert bob.post(at(post, f"parts/{wrong}/joining/"), form(bob, post)).status_code == 404


def test_more_parts_than_a_thread_holds_is_said_and_kept(bob: Client) -> None:
    post = begun(bob)
    twenty_five = [f"Partie {n}" for n in range(25)]
    page = bob.post(at(post, "parts/"), form(bob, post, part=twenty_five), follow=True)
    assert "25 parts at most" in words(page)
    post.refresh_from_db()
    assert post.parts == twenty_five


def test_two_windows_show_both_texts_and_lose_neither(bob: Client) -> None:
    post = begun(bob)
    here, there = form(bob, post, part=["Écrit ici"]), form(bob, post, part=["Écrit là-bas"])
    bob.post(at(post), there)
    for tail in ("", "draft/", "departure/now/", "parts/"):
        answer = bob.post(at(post, tail), here)
        assert answer.status_code == 409
        assert "Écrit là-bas" in words(answer)
    page = words(bob.post(at(post), here))
    assert "Écrit ici" in page
    post.refresh_from_db()
    assert post.parts == ["Écrit là-bas"]
    shown = dict(re.findall(r'<input type="hidden" name="(revision|seen)" value="([^"]*)"', page))
    assert bob.post(at(post, "parts/"), {**here, **shown}).status_code == 409
    mine = re.search(r'name="mine" value="(\d+)"', page)
    assert mine
    bob.post(at(post), {**here, "mine": mine[1]})
    post.refresh_from_db()
    assert post.parts == ["Écrit ici"]


def test_another_window_that_only_placed_a_picture_is_no_conflict(world: World, bob: Client) -> None:
    post = begun(bob)
    here = form(bob, post, part=["Écrit ici"])
    commands.place_picture(post=post, asset=picture(world), by=world.actor(world.alice), now=NOON)
    assert bob.post(at(post), here).status_code == 303
    post.refresh_from_db()
    assert post.parts == ["Écrit ici"]


def test_the_sheet_saves_itself_once_for_each_change(bob: Client) -> None:
    post = begun(bob)
    answer = bob.post(at(post, "draft/"), form(bob, post, part=["Encore un brouillon"]))
    assert answer.status_code == 200
    post.refresh_from_db()
    revision = post.revision
    assert post.parts == ["Encore un brouillon"]
    assert f'name="revision" value="{revision}"' in words(answer)
    bob.post(at(post, "draft/"), form(bob, post))
    post.refresh_from_db()
    assert post.revision == revision


def test_the_counts_are_the_networks_own_and_reading_keeps_nothing(bob: Client) -> None:
    post = begun(bob)
    typed = "👩‍👩‍👧 https://boulangerie-lenoir.example/une-adresse-tres-longue"
    page = words(bob.post(at(post, "reading/"), form(bob, post, part=[typed])))
    counted = re.findall(r"<b>(\d+)</b>", page)
    # Bluesky counts graphemes; on Mastodon every address costs 23.
    assert counted == [str(1 + 1 + len(typed.split()[1])), str(1 + 1 + 23)]
    post.refresh_from_db()
    assert post.parts == [""]


def test_a_text_past_the_limit_is_kept_and_stops_the_departure_with_a_sentence(bob: Client) -> None:
    post = begun(bob)
    page = bob.post(at(post, "departure/now/"), form(bob, post, part=["x" * 301]), follow=True)
    assert "301 characters, and Bluesky takes 300 at most" in words(page)
    assert "everything you wrote is kept" in words(page)
    post.refresh_from_db()
    assert post.parts == ["x" * 301]
    assert not Delivery.objects.exists()


def test_it_leaves_at_the_hour_that_was_typed_on_the_companys_wall(bob: Client) -> None:
    post = begun(bob)
    with clock.at(NOON):
        page = bob.post(at(post, "departure/"), form(bob, post, part=["Bonjour"], day="2026-12-15", hour="11:30"), follow=True)
    assert "leaves on" in words(page)
    assert {d.due_at.isoformat() for d in Delivery.objects.all()} == {"2026-12-15T10:30:00+00:00"}
    assert Delivery.objects.count() == 2


def test_what_was_previewed_is_what_was_sealed(world: World, bob: Client) -> None:
    post = begun(bob)
    commands.place_picture(post=post, asset=picture(world), by=world.actor(world.alice), now=NOON)
    with clock.at(NOON):
        page = words(bob.post(at(post, "reading/"), form(bob, post, part=["Bonjour #Noël"], warning="Sucre")))
        bob.post(at(post, "departure/"), form(bob, post, part=["Bonjour #Noël"], warning="Sucre", day="2026-12-15", hour="11:30"))
    for delivery in Delivery.objects.all():
        first_line = delivery.parcel["text"].splitlines()[0]
        assert first_line.replace("#Noël", '<span class="tag">#Noël</span>') in page
        assert delivery.parcel["pictures"][0]["digest"] in page


def test_an_hour_that_is_past_or_none_is_said_and_the_text_kept(bob: Client) -> None:
    post = begun(bob)
    with clock.at(NOON):
        past = bob.post(at(post, "departure/"), form(bob, post, part=["Bonjour"], day="2026-12-10", hour="11:30"), follow=True)
        none = bob.post(at(post, "departure/"), form(bob, post, day="", hour=""), follow=True)
        broken = bob.post(at(post, "departure/"), form(bob, post, day="le 32", hour="25:99"), follow=True)
    assert "already past" in words(past)
    assert "Choose a day and an hour first" in words(none)
    assert "is not a date" in words(broken)
    post.refresh_from_db()
    assert post.parts == ["Bonjour"]
    assert not Delivery.objects.exists()


def test_a_drafts_hour_is_kept_as_it_is_typed(bob: Client) -> None:
    post = begun(bob)
    with clock.at(NOON):
        bob.post(at(post, "draft/"), form(bob, post, day="2026-12-15", hour="11:30"))
    post.refresh_from_db()
    assert post.at is not None
    assert post.at.isoformat() == "2026-12-15T10:30:00+00:00"
    assert not post.scheduled


def test_an_hour_that_does_not_exist_is_said(bob: Client) -> None:
    post = begun(bob)
    with clock.at(NOON):
        page = words(bob.post(at(post, "draft/"), form(bob, post, day="2027-03-28", hour="02:30")))
    assert "does not exist" in page


def test_the_next_free_slot_is_proposed_and_taken(world: World, bob: Client) -> None:
    from datetime import time

    post = begun(bob)
    with clock.at(NOON):
        nothing = bob.post(at(post, "departure/free/"), form(bob, post, part=["Bonjour"]), follow=True)
        assert "no free slot" in words(nothing)
        commands.add_slot(company=world.bakery, weekday=3, at=time(9, 0), by=world.actor(world.alice), now=NOON)
        assert 'value="2026-12-17"' in words(bob.get(at(post)))
        bob.post(at(post, "departure/free/"), form(bob, post))
    assert {d.due_at.isoformat() for d in Delivery.objects.all()} == {"2026-12-17T08:00:00+00:00"}


def test_an_hour_that_was_only_proposed_is_not_kept(world: World, bob: Client) -> None:
    from datetime import time

    commands.add_slot(company=world.bakery, weekday=3, at=time(9, 0), by=world.actor(world.alice), now=NOON)
    post = begun(bob)
    with clock.at(NOON):
        typed = form(bob, post, part=["Bonjour"], day="2026-12-17", hour="09:00")
        assert typed["proposed"] == "2026-12-17 09:00"
        bob.post(at(post, "draft/"), typed)
    post.refresh_from_db()
    assert post.at is None


def test_a_scheduled_post_can_be_taken_back_from_its_message(bob: Client) -> None:
    post = begun(bob)
    with clock.at(NOON):
        page = bob.post(at(post, "departure/"), form(bob, post, part=["Bonjour"], day="2026-12-15", hour="11:30"), follow=True)
        undo = f"/c/lenoir/posts/{post.pk}/withdrawal/"
        assert undo in words(page)
        bob.post(undo)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"cancelled"}


def test_what_is_typed_after_scheduling_leaves_only_when_put_in(bob: Client) -> None:
    post = begun(bob)
    with clock.at(NOON):
        hours = {"day": "2026-12-15", "hour": "11:30"}
        bob.post(at(post, "departure/"), form(bob, post, part=["Bonjour"], **hours))
        page = words(bob.post(at(post, "draft/"), form(bob, post, part=["Bonsoir"], **hours)))
        assert "older than what is written" in page
        bob.post(at(post, "draft/"), form(bob, post, day="2026-12-24", hour="11:30"))
        assert {d.due_at.day for d in Delivery.objects.all()} == {15}
        assert {d.parcel["text"] for d in Delivery.objects.all()} == {"Bonjour"}
        bob.post(at(post, "departure/"), form(bob, post, **hours))
    assert {d.parcel["text"] for d in Delivery.objects.all()} == {"Bonsoir"}


def photo(name: str = "buche.jpg", side: int = 60) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(shades(side, 40)), "image/jpeg")


def test_pictures_are_sent_chosen_ordered_described_and_taken_off(world: World, bob: Client) -> None:
    post = begun(bob)
    shelved = picture(world, "pain.jpg")
    page = bob.post(at(post, "pictures/"), {"files": [photo(), SimpleUploadedFile("menu.jpg", b"Menu")], "to": 0, "for": 0}, follow=True)
    assert "menu.jpg" in words(page)
    assert bob.post(at(post, "choosing/"), form(bob, post))["Location"].startswith(at(post, "shelf/"))
    assert "pain.jpg" in words(bob.get(at(post, "shelf/")))
    bob.post(at(post, "pictures/"), {"asset": [shelved.pk], "to": 0})
    first, second = post.pictures.order_by("position")
    bob.post(at(post, f"pictures/{first.pk}/later/"), form(bob, post))
    assert list(post.pictures.order_by("position").values_list("pk", flat=True)) == [second.pk, first.pk]
    bob.post(at(post, "draft/"), form(bob, post, **{f"alt-{first.asset_id}": "Une bûche", f"alt-{second.asset_id}": shelved.alt}))
    assert Asset.objects.get(pk=first.asset_id).alt == "Une bûche"
    page = bob.post(at(post, f"pictures/{first.pk}/removal/"), form(bob, post), follow=True)
    undo = at(post, f"pictures/back/{first.asset_id}/0/")
    assert undo in words(page)
    bob.post(undo)
    assert [p.asset_id for p in post.pictures.order_by("position")] == [second.asset_id, first.asset_id]


def test_a_picture_without_a_description_waits_for_one_or_for_a_conscious_click(bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post, "pictures/"), {"files": [photo()]})
    asset = Asset.objects.get()
    stopped = bob.post(at(post, "departure/now/"), form(bob, post, part=["Bonjour"]), follow=True)
    assert "has no description" in words(stopped)
    bob.post(at(post, "departure/now/"), form(bob, post, **{f"alt-{asset.pk}": "", f"waived-{asset.pk}": "on"}))
    assert Delivery.objects.count() == 2


def test_an_agreement_that_ends_before_the_day_stops_the_departure(world: World, bob: Client) -> None:
    from parvis.media.commands import note_consent

    post = begun(bob)
    asset = picture(world)
    who = {"by": world.actor(world.alice), "now": NOON}
    note_consent(asset=asset, person="Léa", given_on=NOON.date(), ends_on=NOON.date() + timedelta(2), note="", **who)  # type: ignore[arg-type]
    commands.place_picture(post=post, asset=asset, **who)  # type: ignore[arg-type]
    with clock.at(NOON):
        late = bob.post(at(post, "departure/"), form(bob, post, part=["Bonjour"], day="2026-12-15", hour="11:30"), follow=True)
        assert "The agreement of Léa" in words(late)
        bob.post(at(post, "departure/"), form(bob, post, day="2026-12-12", hour="11:30"))
    assert Delivery.objects.count() == 2


def test_an_account_is_left_out_and_taken_in_by_its_chip(bob: Client) -> None:
    post = begun(bob)
    first, second = ids(post)
    bob.post(at(post, "channels/"), form(bob, post, channel=first))
    assert ids(post) == [second]
    bob.post(at(post, "channels/"), form(bob, post, channel=first))
    assert ids(post) == [first, second]


def test_a_text_that_looks_like_html_stays_a_text(bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post), form(bob, post, title="<b>x</b>", part=['<script>alert("x")</script> #<b>tag</b> https://x.example/"><img src=x>']))
    page = words(bob.get(at(post)))
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "<b>x</b>" not in page


def test_a_reader_reads_an_approver_schedules_a_stranger_gets_nothing(world: World, bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post), form(bob, post, part=["Bonjour"]))
    remi, chloe, denis = door(world.remi), door(world.chloe), door(world.denis)
    assert "Bonjour" in words(remi.get(at(post)))
    for client in (remi, chloe):
        client.post(at(post), form(client, post, part=["Changé"]))
        assert client.post(at(post, "draft/"), form(client, post, part=["Changé"])).status_code == 403
    post.refresh_from_db()
    assert post.parts == ["Bonjour"]
    assert remi.post(at(post, "departure/now/"), form(remi, post)).status_code == 403
    chloe.post(at(post, "departure/now/"), form(chloe, post))
    assert Delivery.objects.count() == 2
    for slug in ("lenoir", "denis"):
        assert denis.get(at(post).replace("lenoir", slug)).status_code == 404
        assert denis.post(at(post, "draft/").replace("lenoir", slug)).status_code == 404


def test_pictures_and_spots_of_others_are_not_reached(world: World, bob: Client) -> None:
    post = begun(bob)
    other = Post.objects.create(company=world.elsewhere, parts=["x"], created_at=NOON, changed_at=NOON)
    foreign = Asset.objects.create(
        company=world.elsewhere, digest="1" * 64, name="x.jpg", mime="image/jpeg", width=1, height=1, size=1, created_at=NOON
    )
    spot = PostPicture.objects.create(post=other, asset=foreign, position=0)
    bob.post(at(post, "pictures/"), {"asset": [foreign.pk]})
    assert not post.pictures.exists()
    assert bob.post(at(post, f"pictures/{spot.pk}/removal/"), form(bob, post)).status_code == 404
    assert bob.post(at(post, f"pictures/back/{foreign.pk}/0/")).status_code == 404


def test_saving_by_itself_does_not_fill_the_journal(bob: Client) -> None:
    post = begun(bob)
    for n in range(5):
        bob.post(at(post, "draft/"), form(bob, post, part=[f"Brouillon {n}"]))
    assert Entry.objects.filter(verb="posts:post:written").count() == 1


def test_the_page_costs_the_same_however_much_lies_on_it(world: World, bob: Client) -> None:
    post = begun(bob)
    bob.post(at(post), form(bob, post, part=["Bonjour https://boulangerie-lenoir.example/"]))
    commands.place_picture(post=post, asset=picture(world), by=world.actor(world.alice), now=NOON)
    few = _queries(bob, post)
    for n in range(1, 4):
        commands.place_picture(post=post, asset=picture(world, f"{n}.jpg", shade=n), by=world.actor(world.alice), now=NOON)
    for n in range(3):
        bob.post(at(post, "channels/"), form(bob, post, channel=channel(world, "mastodon", f"c{n}@piaille.example").pk))
    assert _queries(bob, post) == few
    assert few <= 12


def _queries(client: Client, post: Post) -> int:
    client.get(at(post))
    with CaptureQueriesContext(connection) as seen:
        assert client.get(at(post)).status_code == 200
    return len(seen)
