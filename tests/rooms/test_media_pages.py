"""The pages of the pictures, through the same door as a person."""

from __future__ import annotations

import io
import os

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from parvis.core.clock import at
from parvis.media import commands, files
from parvis.media.models import Asset, Consent
from parvis.people.models import User
from parvis.web.uploads import trouble_of
from tests.pictures import gps_photo, jpeg, shades
from tests.world import NOON, World


def door(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def bob(world: World) -> Client:
    return door(world.bob)


def photo(name: str = "buche.jpg", side: int = 60) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, jpeg(shades(side, 40)), "image/jpeg")


def taken(world: World, side: int = 60) -> Asset:
    return commands.take_in(
        company=world.bakery, file=io.BytesIO(jpeg(shades(side, 40))), name="buche.jpg", by=world.actor(world.bob), now=NOON
    )


def words(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_the_good_files_are_kept_and_each_bad_one_is_named(bob: Client) -> None:
    text = SimpleUploadedFile("carte.jpg", b"Menu du jour", "image/jpeg")
    heic = SimpleUploadedFile("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic")
    page = bob.post("/c/lenoir/media/", {"files": [photo(), text, photo("pain.jpg", 61), heic]}, follow=True)
    assert page.redirect_chain[0][1] == 303
    assert sorted(Asset.objects.values_list("name", flat=True)) == ["buche.jpg", "pain.jpg"]
    assert "carte.jpg" in words(page)
    assert "IMG_1.HEIC" in words(page)
    assert "buche.jpg" in words(page)


def test_nothing_chosen_is_said(bob: Client) -> None:
    assert bob.post("/c/lenoir/media/").status_code == 303


def test_htmx_gets_the_tile_or_the_sentence(bob: Client) -> None:
    page = bob.post("/c/lenoir/media/", {"files": [photo(), SimpleUploadedFile("x.jpg", b"x")]}, headers={"HX-Request": "true"})
    assert words(page).count("<li") == 2
    assert "x.jpg" in words(page)


def test_a_picture_of_200_mb_is_refused_without_filling_memory_or_disk(bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PICTURE_BYTES", 100_000)
    heavy = SimpleUploadedFile("affiche.jpg", jpeg(shades(60, 40)) + b"\0" * 300_000, "image/jpeg")
    page = bob.post("/c/lenoir/media/", {"files": [heavy, photo()]}, follow=True)
    assert "affiche.jpg" in words(page)
    assert received(heavy).size == 0
    assert trouble_of(received(heavy))
    assert list(Asset.objects.values_list("name", flat=True)) == ["buche.jpg"]


def test_more_than_a_person_sends_is_cut_off(bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PICTURE_BYTES", 1_000)
    bob.post("/c/lenoir/media/", {"files": [SimpleUploadedFile("x.jpg", b"\0" * 30_000)]})
    assert not Asset.objects.exists()
    assert not RequestFactory().post("/", {"files": [SimpleUploadedFile("x.jpg", b"\0" * 30_000)]}).FILES


def received(file: SimpleUploadedFile) -> UploadedFile:
    """Return what a view gets of a file that is sent."""
    file.seek(0)
    return RequestFactory().post("/", {"files": file}).FILES["files"]


def test_a_description_is_written_or_waived_by_a_click(world: World, bob: Client) -> None:
    asset = taken(world)
    bob.post(f"/c/lenoir/media/{asset.pk}/", {"alt": "Une bûche sur son plat"})
    asset.refresh_from_db()
    assert asset.alt == "Une bûche sur son plat"
    bob.post(f"/c/lenoir/media/{asset.pk}/", {"alt": "", "decorative": "on"})
    asset.refresh_from_db()
    assert (asset.alt, asset.decorative) == ("", True)


def test_an_agreement_is_asked_noted_and_taken_back_with_an_undo(world: World, bob: Client) -> None:
    asset = taken(world)
    place = f"/c/lenoir/media/{asset.pk}/"
    bob.post(f"{place}people/", {"shown": "yes"})
    wrong = bob.post(f"{place}agreements/", {"person": "Léa Marchand", "given_on": "2026-12-11", "ends_on": "2026-12-01"})
    assert wrong.status_code == 422
    assert "Léa Marchand" in words(wrong)
    assert not Consent.objects.exists()
    bob.post(f"{place}agreements/", {"person": "Léa Marchand", "given_on": "2026-12-11", "ends_on": "2027-12-11", "note": "classeur bleu"})
    consent = Consent.objects.get()
    page = bob.post(f"{place}agreements/{consent.pk}/withdrawal/", follow=True)
    assert f"{place}agreements/{consent.pk}/reinstatement/" in words(page)
    consent.refresh_from_db()
    assert consent.withdrawn_on
    bob.post(f"{place}agreements/{consent.pk}/reinstatement/")
    consent.refresh_from_db()
    assert consent.withdrawn_on is None


def test_a_picture_taken_off_the_shelf_comes_back_by_its_undo(world: World, bob: Client) -> None:
    asset = taken(world)
    page = bob.post(f"/c/lenoir/media/{asset.pk}/removal/", follow=True)
    undo = f"/c/lenoir/media/{asset.pk}/restoration/"
    assert undo in words(page)
    bob.post(undo)
    asset.refresh_from_db()
    assert asset.removed_at is None


def test_the_files_are_served_to_members_alone_and_kept_by_their_browser(world: World, bob: Client) -> None:
    asset = taken(world, 900)
    for size in ("small", "screen", "full"):
        address = f"/c/lenoir/media/{asset.digest}/{size}/"
        answer = bob.get(address)
        body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert body[:3] == b"\xff\xd8\xff"
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert bob.get(address, headers={"If-None-Match": answer["ETag"]}).status_code == 304
        assert door(world.denis).get(address).status_code == 404
        assert door(world.denis).get(address.replace("lenoir", "denis")).status_code == 404
        assert Client().get(address).status_code == 302
    assert bob.get(f"/c/lenoir/media/{'0' * 64}/full/").status_code == 404
    assert bob.get("/c/lenoir/media/etc-passwd/full/").status_code == 404


def test_a_stranger_reaches_none_of_it(world: World) -> None:
    asset = taken(world)
    denis = door(world.denis)
    for slug in ("lenoir", "denis"):
        for tail in ("", "people/", "agreements/", "agreements/1/withdrawal/", "agreements/1/reinstatement/", "removal/", "restoration/"):
            assert denis.post(f"/c/{slug}/media/{asset.pk}/{tail}").status_code == 404
        assert denis.get(f"/c/{slug}/media/{asset.pk}/").status_code == 404
    asset.refresh_from_db()
    assert asset.removed_at is None


def test_a_reader_sees_and_changes_nothing(world: World) -> None:
    asset = taken(world)
    remi = door(world.remi)
    assert remi.get("/c/lenoir/media/").status_code == 200
    page = remi.get(f"/c/lenoir/media/{asset.pk}/")
    assert page.status_code == 200
    assert 'method="post" action="/c/lenoir/media' not in words(page)


def test_nothing_of_the_place_of_a_photo_is_ever_served(world: World, bob: Client) -> None:
    bob.post("/c/lenoir/media/", {"files": [SimpleUploadedFile("a.jpg", gps_photo(shades(900, 600), 6))]})
    asset = Asset.objects.get()
    for size in ("small", "screen", "full"):
        body = b"".join(bob.get(f"/c/lenoir/media/{asset.digest}/{size}/").streaming_content)  # type: ignore[attr-defined]
        assert b"Exif" not in body
        assert b"Nantes" not in body


def test_the_shelf_costs_the_same_with_one_or_many(world: World, bob: Client) -> None:
    taken(world, 50)
    few = _queries(bob)
    for side in range(51, 75):
        taken(world, side)
    assert _queries(bob) == few
    assert few <= 12


def _queries(client: Client) -> int:
    client.get("/c/lenoir/media/")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get("/c/lenoir/media/").status_code == 200
    return len(seen)


def test_older_pictures_are_reached_by_a_link(world: World, bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for side in range(50, 50 + 49):
        taken(world, side)
    page = words(bob.get("/c/lenoir/media/"))
    assert page.count('loading="lazy"') == 48
    link = page.split('class="btn" href="')[1].split('"')[0].replace("&amp;", "&")
    assert words(bob.get(f"/c/lenoir/media/{link}")).count('loading="lazy"') == 1
    with at(NOON):
        assert bob.get(f"/c/lenoir/media/{link}", headers={"HX-Request": "true"}).content.count(b"<li") == 1


def test_a_full_disk_is_said_for_each_file_and_leaves_nothing(bob: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """/dev/full answers every write as a full disk does."""

    def on_a_full_disk(handle: int, mode: str) -> object:
        os.close(handle)
        return open("/dev/full", mode)

    monkeypatch.setattr(files.os, "fdopen", on_a_full_disk)
    page = bob.post("/c/lenoir/media/", {"files": [photo()]}, headers={"HX-Request": "true"})
    assert "buche.jpg" in words(page)
    assert page.status_code == 200
    assert not Asset.objects.exists()
