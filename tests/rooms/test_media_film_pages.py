"""What is done with a video and with the shape of a picture, through the same door as a person."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.channels.models import Channel
from parvis.media.models import Asset, Crop, Making, Subtitles
from tests.pictures import jpeg, shades
from tests.rooms.test_media_captions import GOOD
from tests.rooms.test_media_films import take
from tests.rooms.test_media_pages import door, words
from tests.world import NOON, World


@pytest.fixture
def bob(world: World) -> Client:
    return door(world.bob)


def making(asset: Asset, state: str = "working") -> Making:
    return Making.objects.create(asset=asset, recipe=state, rule={}, state=state, progress=0.42, created_at=NOON, changed_at=NOON)


def test_a_video_is_shown_with_its_player_its_captions_and_what_is_made_of_it(world: World, bob: Client) -> None:
    asset = take(world)
    bob.post(f"/c/lenoir/media/{asset.pk}/captions/", {"language": "fr", "file": SimpleUploadedFile("a.srt", GOOD.encode())})
    making(asset)
    page = words(bob.get(f"/c/lenoir/media/{asset.pk}/"))
    assert f'<source src="/c/lenoir/media/{asset.digest}/full/" type="video/mp4">' in page
    assert f'src="/c/lenoir/media/{asset.pk}/captions/fr/" srclang="fr"' in page
    assert "42\N{NO-BREAK SPACE}%" in page
    assert bob.get(f"/c/lenoir/media/{asset.pk}/captions/fr/").content.startswith(b"WEBVTT\n\n")
    assert bob.get(f"/c/lenoir/media/{asset.pk}/captions/de/").status_code == 404


def test_a_video_is_cut_shown_whole_and_a_wrong_moment_is_said(world: World, bob: Client) -> None:
    asset = take(world)
    place = f"/c/lenoir/media/{asset.pk}/cut/"
    bob.post(place, {"start": "0.5", "end": "1.5"})
    asset.refresh_from_db()
    assert asset.probed["cut"] == [0.5, 1.5]
    for typed in ({"start": "un", "end": "deux"}, {"start": "3", "end": "1"}, {}):
        page = bob.post(place, typed, follow=True)
        assert 'class="toast wrong"' in words(page) or "wrong" in words(page)
    asset.refresh_from_db()
    assert asset.probed["cut"] == [0.5, 1.5]
    bob.post(place, {"whole": "yes"})
    asset.refresh_from_db()
    assert "cut" not in asset.probed


def test_a_still_is_taken_from_the_video_and_left_again(world: World, bob: Client) -> None:
    asset = take(world)
    bob.post(f"/c/lenoir/media/{asset.pk}/still/", {"at": "99"})
    asset.refresh_from_db()
    assert asset.cover is not None
    assert (asset.cover.mime, asset.cover.width) == ("image/jpeg", 128)
    bob.post(f"/c/lenoir/media/{asset.pk}/still/", {"leave": "yes"})
    asset.refresh_from_db()
    assert asset.cover is None
    assert "12,5" in words(bob.post(f"/c/lenoir/media/{asset.pk}/still/", {"at": "x"}, follow=True))


def test_broken_captions_are_refused_with_their_line(world: World, bob: Client) -> None:
    asset = take(world)
    place = f"/c/lenoir/media/{asset.pk}/captions/"
    late = SimpleUploadedFile("a.srt", b"1\n00:00:02,000 --> 00:00:01,000\nTexte\n")
    assert "Ligne 2" in words(bob.post(place, {"language": "fr", "file": late}, follow=True))
    bob.post(place, {"language": "klingon", "file": SimpleUploadedFile("a.srt", GOOD.encode())})
    bob.post(place, {"language": "fr"})
    assert not Subtitles.objects.exists()
    bob.post(place, {"language": "fr", "file": SimpleUploadedFile("a.srt", GOOD.encode())})
    assert Subtitles.objects.get().language == "fr"
    bob.post(f"{place}fr/removal/")
    assert not Subtitles.objects.exists()


def test_jobs_are_told_every_second_while_they_move_and_no_more_after(world: World, bob: Client) -> None:
    asset = take(world)
    row = making(asset)
    assert 'hx-trigger="load delay:1s"' in words(bob.get("/c/lenoir/media/makings/"))
    page = bob.post(f"/c/lenoir/media/makings/{row.pk}/cancellation/", follow=True)
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert f"/c/lenoir/media/makings/{row.pk}/again/" in words(page)
    assert "hx-trigger" not in words(bob.get(f"/c/lenoir/media/makings/?asset={asset.pk}"))
    bob.post(f"/c/lenoir/media/makings/{row.pk}/cancellation/")
    bob.post(f"/c/lenoir/media/makings/{row.pk}/again/")
    row.refresh_from_db()
    assert row.state == "waiting"
    assert "making-" not in words(bob.get("/c/lenoir/media/makings/?asset=999"))
    assert bob.get("/c/lenoir/media/makings/?asset=x").status_code == 200


def test_a_reader_watches_and_changes_nothing(world: World) -> None:
    asset, remi = take(world), door(world.remi)
    row = making(asset)
    page = words(remi.get(f"/c/lenoir/media/{asset.pk}/"))
    assert "<video" in page
    assert 'method="post" action="/c/lenoir/media' not in page
    typed = {"x": "1", "y": "1", "start": "0", "end": "1", "at": "0", "whole": "y", "ratio": "4:5"}
    for tail in (f"{asset.pk}/cut/", f"{asset.pk}/still/", f"{asset.pk}/focus/", f"{asset.pk}/crops/", f"makings/{row.pk}/cancellation/"):
        assert remi.post(f"/c/lenoir/media/{tail}", typed).status_code == 403
    row.refresh_from_db()
    assert row.state == "working"


def upright(world: World) -> Asset:
    where = {"network": "instagram", "base": "https://x.test", "remote_id": "1", "handle": "lenoir", "by_hand": True}
    Channel.objects.create(company=world.bakery, **where, connected_at=NOON, visit_at=NOON)
    return take(world, jpeg(shades(900, 1600)), "vitrine.jpg")


def test_a_picture_shows_how_each_network_crops_it_and_takes_a_point(world: World, bob: Client) -> None:
    asset = upright(world)
    page = words(bob.get(f"/c/lenoir/media/{asset.pk}/"))
    assert "<strong>4:5</strong>" in page
    part = bob.get(f"/c/lenoir/media/{asset.pk}/part/0,238,900,1125/")
    assert (part["Content-Type"], part.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    for wrong in ("0,0,0,0", "a,b,c,d", "0,0,5", "0,0,5,5,5"):
        assert bob.get(f"/c/lenoir/media/{asset.pk}/part/{wrong}/").status_code == 404
    told = bob.post(f"/c/lenoir/media/{asset.pk}/focus/", {"x": "50", "y": "100"}, headers={"HX-Request": "true"})
    assert "/part/0,475,900,1125/" in words(told)
    asset.refresh_from_db()
    assert (asset.focus_x, asset.focus_y) == (0.5, 1.0)
    for typed in ({"x": "130", "y": "2"}, {"x": "a"}, {}):
        assert "wrong" in words(bob.post(f"/c/lenoir/media/{asset.pk}/focus/", typed, follow=True))
    asset.refresh_from_db()
    assert asset.focus_y == 1.0


def test_a_cut_of_ones_own_is_kept_and_left(world: World, bob: Client) -> None:
    asset = upright(world)
    place = f"/c/lenoir/media/{asset.pk}/crops/"
    bob.post(place, {"ratio": "4:5", "left": "10", "top": "5,5", "width": "80"})
    crop = Crop.objects.get()
    assert (crop.left, crop.top, crop.width) == (0.1, 0.055, 0.8)
    assert "Votre coupe" in words(bob.get(f"/c/lenoir/media/{asset.pk}/"))
    assert "wrong" in words(bob.post(place, {"ratio": "4:5", "left": "", "top": "0", "width": "900"}, follow=True))
    bob.post(place, {"ratio": "4:5", "leave": "yes"})
    assert not Crop.objects.exists()


def test_the_page_of_a_video_costs_the_same_whatever_was_made_of_it(world: World, bob: Client) -> None:
    asset = take(world)

    def cost() -> int:
        bob.get(f"/c/lenoir/media/{asset.pk}/")
        with CaptureQueriesContext(connection) as seen:
            bob.get(f"/c/lenoir/media/{asset.pk}/")
        return len(seen)

    making(asset, "failed")
    few = cost()
    for number in range(9):
        making(asset, f"x{number}")
        Making.objects.update(state="working")
    assert cost() == few
    assert few <= 12
