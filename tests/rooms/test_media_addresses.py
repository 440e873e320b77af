"""A network fetches what it publishes at a signed address, without a session; a browser reads the same files in parts."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client

from parvis.core import clock
from parvis.media import addresses, files
from parvis.media.models import Asset
from tests.world import NOON, World

BODY = bytes(range(256)) * 700  # more than one piece


@pytest.fixture
def address(db: None) -> str:
    return urlsplit(addresses.public(files.keep(BODY), "video/mp4")).path


def body(answer: HttpResponseBase) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_anybody_gets_the_file_whole_with_its_type_and_length_and_without_a_cookie(address: str) -> None:
    assert address.endswith(".mp4")
    answer = Client().get(address)
    assert (answer.status_code, body(answer)) == (200, BODY)
    assert answer["Content-Type"] == "video/mp4"
    assert answer["Content-Length"] == str(len(BODY))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Accept-Ranges"] == "bytes"
    assert "private" not in answer["Cache-Control"]
    assert not answer.cookies


def test_head_tells_the_same_and_sends_nothing(address: str) -> None:
    answer = Client().head(address)
    assert (answer.status_code, answer["Content-Length"], body(answer)) == (200, str(len(BODY)), b"")
    assert Client().post(address).status_code == 405


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("bytes=0-0", 0, 1), ("bytes=10-19", 10, 20), ("bytes=179000-", 179_000, 179_200), ("bytes=-100", 179_100, 179_200),
     ("bytes=-999999", 0, 179_200), ("bytes=65536-999999", 65_536, 179_200)],
)  # fmt: skip
def test_one_part_is_given_and_named(address: str, asked: str, start: int, end: int) -> None:
    answer = Client().get(address, headers={"Range": asked})
    assert (answer.status_code, body(answer)) == (206, BODY[start:end])
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{len(BODY)}"
    assert answer["Content-Length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=179200-", "bytes=999999-1000000", "bytes=-0"])
def test_a_part_past_the_end_is_refused_with_the_true_size(address: str, asked: str) -> None:
    answer = Client().get(address, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(BODY)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "bytes=5-2", "bytes=-", "lines=1-2", "bytes=a-b", f"bytes={'9' * 400}-"])
def test_what_is_no_single_part_is_answered_with_the_whole(address: str, asked: str) -> None:
    answer = Client().get(address, headers={"Range": asked})
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(BODY)))


def test_a_part_is_only_given_of_the_file_that_was_begun(address: str) -> None:
    tag = Client().head(address)["ETag"]
    asked = {"Range": "bytes=0-9"}
    assert Client().get(address, headers=asked | {"If-Range": tag}).status_code == 206
    assert Client().get(address, headers=asked | {"If-Range": '"another"'}).status_code == 200
    assert Client().get(address, headers=asked | {"If-Range": "Tue, 24 Nov 2026 09:30:00 GMT"}).status_code == 200
    assert Client().get(address, headers={"If-None-Match": tag}).status_code == 304


def test_a_forged_address_is_nothing_and_an_old_one_is_gone(address: str) -> None:
    assert Client().get(address[:-6] + "xx.mp4").status_code == 404
    assert Client().get("/m/never").status_code == 404
    with clock.at(clock.now() + addresses.LASTS + timedelta(seconds=5)):
        assert Client().get(address).status_code == 410


def test_a_file_that_is_no_longer_there_is_not_found(address: str) -> None:
    files.path(files.keep(BODY)).unlink()
    assert Client().get(address).status_code == 404


def test_a_member_reads_a_video_of_the_house_in_parts(world: World) -> None:
    digest = files.keep(BODY)
    facts = {"name": "a.mp4", "mime": "video/mp4", "width": 64, "height": 64, "size": len(BODY), "kind": "video", "created_at": NOON}
    Asset.objects.create(company=world.bakery, digest=digest, **facts)
    bob = Client()
    bob.force_login(world.bob, backend=settings.AUTHENTICATION_BACKENDS[0])
    answer = bob.get(f"/c/lenoir/media/{digest}/full/", headers={"Range": "bytes=5-9"})
    assert (answer.status_code, body(answer)) == (206, BODY[5:10])
    assert answer["Cache-Control"].startswith("private")
