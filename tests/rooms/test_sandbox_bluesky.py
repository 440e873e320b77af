"""The stand-in of Bluesky keeps the duties of a faithful one, and answers as the real server was measured to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import sandbox
from sandbox.bluesky import Bluesky
from tests.rooms import sandbox_visitor as web

POST = "app.bsky.feed.post"
KEY = "3lbjjjjjjjj22"
WHEN = "2026-11-22T12:00:00.000Z"
LINK = "app.bsky.richtext.facet#link"


class Owner:
    """An account and its open session."""

    def __init__(self, server: Bluesky, handle: str = "lenoir.test") -> None:
        self.did = server.add_account(handle, "app pass", name="Boulangerie Lenoir")["did"]
        self.session = web.post(
            f"{server.url}/xrpc/com.atproto.server.createSession", json={"identifier": handle, "password": "app pass"}
        ).json()
        self.http = web.visitor(f"{server.url}/xrpc/", self.session["accessJwt"])

    def write(self, verb: str, record: dict[str, Any] | None = None, rkey: str | None = KEY, **more: Any) -> httpx.Response:
        body: dict[str, Any] = {"repo": self.did, "collection": POST, **more}
        body |= {"rkey": rkey} if rkey else {}
        body |= {"record": record} if record is not None else {}
        return self.http.post(f"com.atproto.repo.{verb}Record", json=body)

    def read(self, rkey: str = KEY) -> httpx.Response:
        return self.http.get("com.atproto.repo.getRecord", params={"repo": self.did, "collection": POST, "rkey": rkey})

    def listed(self, **how: Any) -> dict[str, Any]:
        return dict(self.http.get("com.atproto.repo.listRecords", params={"repo": self.did, "collection": POST, **how}).json())

    def blob(self, content: bytes, kind: str = "image/png") -> httpx.Response:
        return self.http.post("com.atproto.repo.uploadBlob", content=content, headers={"content-type": kind})

    def refresh(self, token: str) -> httpx.Response:
        return self.http.post("com.atproto.server.refreshSession", headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def server() -> Iterator[Bluesky]:
    with sandbox.running() as town:
        town.clock.ahead = 300 - time.time() % 300
        yield town.bluesky


@pytest.fixture
def lenoir(server: Bluesky) -> Iterator[Owner]:
    owner = Owner(server)
    with owner.http:
        yield owner


def record(text: str = "Bonjour", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": WHEN, "langs": ["fr"], **more}


def images(*blobs: Any, alt: str | None = "une bûche") -> dict[str, Any]:
    described = {} if alt is None else {"alt": alt}
    shown = [{"image": blob, "aspectRatio": {"width": 64, "height": 40}, **described} for blob in blobs]
    return {"$type": "app.bsky.embed.images", "images": shown}


def facet(start: int, end: int, **feature: Any) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature or {"$type": LINK, "uri": "https://example.com"}]}


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, code), answer.text
    assert answer.json()["message"]


# ---- records


def test_the_same_record_again_changes_nothing(server: Bluesky, lenoir: Owner) -> None:
    first, again = (lenoir.write("put", record(), swapRecord=None).json() for _ in range(2))
    assert (first["uri"], first["cid"]) == (again["uri"], again["cid"])
    assert "commit" in first
    assert "commit" not in again
    assert len(server.posts()) == 1


def test_another_record_at_the_key_is_a_change_or_is_refused(server: Bluesky, lenoir: Owner) -> None:
    first = lenoir.write("put", record()).json()
    refused(lenoir.write("put", record("Autre"), swapRecord=None), 400, "InvalidSwap")
    refused(lenoir.write("put", record("Autre"), swapRecord="bafyreib" + "a" * 50), 400, "InvalidSwap")
    changed = lenoir.write("put", record("Autre"), swapRecord=first["cid"]).json()
    assert changed["cid"] != first["cid"]
    assert lenoir.write("put", record("Encore")).status_code == 200
    assert [post["text"] for post in server.posts()] == ["Encore"]


def test_create_at_a_taken_key_breaks_as_the_real_server_does(server: Bluesky, lenoir: Owner) -> None:
    assert lenoir.write("create", record()).status_code == 200
    refused(lenoir.write("create", record()), 500, "InternalServerError")
    assert len(server.posts()) == 1


def test_create_without_a_key_makes_two(server: Bluesky, lenoir: Owner) -> None:
    assert [lenoir.write("create", record(), rkey=None).status_code for _ in range(2)] == [200, 200]
    assert len(server.posts()) == 2


def test_put_after_a_lost_answer_leaves_one(server: Bluesky, lenoir: Owner) -> None:
    server.arm("commit_then_drop")
    with pytest.raises(httpx.RemoteProtocolError):
        lenoir.write("put", record(), swapRecord=None)
    assert lenoir.write("put", record(), swapRecord=None).json()["uri"] == server.posts()[0]["id"]
    assert len(server.posts()) == 1


def test_delete_twice_is_no_error(lenoir: Owner) -> None:
    lenoir.write("put", record())
    assert [lenoir.write("delete").status_code for _ in range(2)] == [200, 200]
    refused(lenoir.read(), 400, "RecordNotFound")


def test_records_are_read_one_by_one_and_in_pages(lenoir: Owner) -> None:
    keys = [f"3lbjjjjjjjj2{letter}" for letter in "abcde"]
    for i, key in enumerate(keys):
        lenoir.write("put", record(str(i)), rkey=key)
    assert lenoir.read(keys[1]).json()["value"]["text"] == "1"
    seen, cursor = [], {}
    while page := lenoir.listed(limit=2, **cursor):
        if not page["records"]:
            break
        seen += [one["value"]["text"] for one in page["records"]]
        cursor = {"cursor": page["cursor"]}
    assert seen == ["4", "3", "2", "1", "0"]
    assert [one["value"]["text"] for one in lenoir.listed(reverse="true")["records"]] == ["0", "1", "2", "3", "4"]


def test_a_new_record_is_missing_from_both_readings_for_a_while(server: Bluesky, lenoir: Owner) -> None:
    server.settings(lag_seconds=20)
    lenoir.write("put", record())
    refused(lenoir.read(), 400, "RecordNotFound")
    assert lenoir.listed()["records"] == []
    server.advance(21)
    assert lenoir.read().status_code == 200
    assert len(lenoir.listed()["records"]) == 1


@pytest.mark.parametrize(
    ("text", "fits"),
    [("x" * 300, True), ("x" * 301, False), ("👩🏽‍🍳" * 200, True), ("👩🏽‍🍳" * 201, False), ("é" * 300, True), ("", True)],
)
def test_length_is_counted_in_graphemes_and_bytes(lenoir: Owner, text: str, fits: bool) -> None:
    assert lenoir.write("put", record(text)).status_code == (200 if fits else 400)


@pytest.mark.parametrize(
    "wrong",
    [
        {"colour": "red"},
        {"createdAt": "yesterday"},
        {"createdAt": "2026-11-22T12:00:00"},
        {"createdAt": "2026-13-22T12:00:00Z"},
        {"langs": ["fr", "en", "de", "it"]},
        {"langs": ["français"]},
        {"text": 7},
        {"$type": "app.bsky.feed.like"},
        {"tags": ["#pain"]},
        {"reply": {"root": {"uri": "at://x"}, "parent": {}}},
        {"embed": {"$type": "app.bsky.embed.poem"}},
        {"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "https://a.fr", "title": "t"}}},
        {"embed": {"$type": "app.bsky.embed.external", "external": {"uri": "no address", "title": "t", "description": ""}}},
        {"labels": {"values": [{"val": "nudity"}]}},
    ],
)
def test_a_wrong_record_is_refused(server: Bluesky, lenoir: Owner, wrong: dict[str, Any]) -> None:
    refused(lenoir.write("put", record() | wrong), 400, "InvalidRequest")
    assert server.posts() == []


def test_a_missing_field_or_an_unknown_one_around_the_record_is_refused(lenoir: Owner) -> None:
    refused(lenoir.write("put", {"$type": POST, "text": "x"}), 400, "InvalidRequest")
    refused(lenoir.write("put", record(), colour="red"), 400, "InvalidRequest")
    refused(lenoir.write("put", record(), rkey=None), 400, "InvalidRequest")
    refused(lenoir.write("put", record(), rkey="not a tid"), 400, "InvalidRequest")


@pytest.mark.parametrize(
    ("facets", "fits"),
    [
        ([facet(0, 4)], True),
        ([facet(0, 3)], False),
        ([facet(1, 2)], False),
        ([facet(3, 9)], False),
        ([facet(2, 2)], False),
        ([facet(0, 2), facet(2, 4)], True),
        ([facet(2, 4), facet(0, 2)], False),
        ([facet(0, 4, **{"$type": "app.bsky.richtext.facet#tag", "tag": "#pain"})], False),
        ([facet(0, 4, **{"$type": "app.bsky.richtext.facet#mention", "did": "lenoir.test"})], False),
        ([facet(0, 4, **{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:abc"})], True),
    ],
)
def test_facets_stand_on_characters_counted_in_bytes(lenoir: Owner, facets: list[dict[str, Any]], fits: bool) -> None:
    assert lenoir.write("put", record("éàx", facets=facets)).status_code == (200 if fits else 400)


# ---- files


def test_a_picture_is_sent_named_and_read_back(server: Bluesky, lenoir: Owner) -> None:
    blob = lenoir.blob(web.png()).json()["blob"]
    assert (blob["mimeType"], blob["size"]) == ("image/png", len(web.png()))
    lenoir.write("put", record(embed=images(blob)))
    shown = server.posts()[0]["pictures"][0]
    assert (shown["alt"], shown["width"], shown["height"]) == ("une bûche", 64, 40)
    assert web.get(shown["url"]).content == web.png()


def test_a_file_that_is_not_there_or_is_misnamed_is_refused(lenoir: Owner) -> None:
    blob = lenoir.blob(web.png()).json()["blob"]
    refused(lenoir.write("put", record(embed=images(blob | {"ref": {"$link": "bafkreib" + "a" * 51}}))), 400, "BlobNotFound")
    refused(lenoir.write("put", record(embed=images(blob | {"mimeType": "image/jpeg"}))), 400, "InvalidMimeType")
    refused(lenoir.write("put", record(embed=images(blob | {"size": 3}))), 400, "InvalidSize")
    refused(lenoir.write("put", record(embed=images(blob, alt=None))), 400, "InvalidRequest")
    refused(lenoir.write("put", record(embed=images(*[blob] * 5))), 400, "InvalidRequest")
    assert lenoir.write("put", record(embed=images(*[blob] * 4))).status_code == 200


def test_another_accounts_file_cannot_be_named(server: Bluesky, lenoir: Owner) -> None:
    other = Owner(server, "autre.test")
    with other.http:
        blob = other.blob(web.png()).json()["blob"]
    refused(lenoir.write("put", record(embed=images(blob))), 400, "BlobNotFound")


@pytest.mark.parametrize("wrong", [{"width": "64", "height": 40}, {"width": 64}, {"width": 64.5, "height": 40}, {"width": 0, "height": 1}])
def test_the_ratio_is_two_whole_numbers(lenoir: Owner, wrong: dict[str, Any]) -> None:
    embed = images(lenoir.blob(web.png()).json()["blob"])
    embed["images"][0]["aspectRatio"] = wrong
    refused(lenoir.write("put", record(embed=embed)), 400, "InvalidRequest")


def test_pictures_past_two_million_bytes_are_refused_in_a_post(lenoir: Owner) -> None:
    heavy = web.png() + b"\0" * 2_000_000
    refused(lenoir.write("put", record(embed=images(lenoir.blob(heavy).json()["blob"]))), 400, "BlobTooLarge")
    card = {"uri": "https://a.fr", "title": "t", "description": "", "thumb": lenoir.blob(heavy[:1_000_001]).json()["blob"]}
    refused(lenoir.write("put", record(embed={"$type": "app.bsky.embed.external", "external": card})), 400, "BlobTooLarge")


def test_files_past_the_servers_limit_are_refused(server: Bluesky, lenoir: Owner) -> None:
    server.settings(blob_limit=5_000_000)
    assert web.get(f"{server.url}/xrpc/com.atproto.server.describeServer").json()["blobUploadLimit"] == 5_000_000
    refused(lenoir.blob(b"\0" * 5_000_001), 413, "PayloadTooLarge")


def test_uploads_fail_when_armed(server: Bluesky, lenoir: Owner) -> None:
    server.arm("reject_before_commit", match="prepare")
    assert lenoir.blob(web.png()).status_code == 503
    assert lenoir.write("put", record()).status_code == 200


# ---- sessions


def test_a_wrong_password_or_an_unknown_handle_is_refused(server: Bluesky) -> None:
    server.add_account("lenoir.test", "app pass")
    for identifier in ("lenoir.test", "nobody.test"):
        answer = web.post(f"{server.url}/xrpc/com.atproto.server.createSession", json={"identifier": identifier, "password": "no"})
        refused(answer, 401, "AuthenticationRequired")


def test_an_account_may_have_several_app_passwords(server: Bluesky) -> None:
    for password in ("one", "two"):
        server.add_account("lenoir.test", password)
    for password in ("one", "two"):
        body = {"identifier": "lenoir.test", "password": password}
        assert web.post(f"{server.url}/xrpc/com.atproto.server.createSession", json=body).status_code == 200


def test_sessions_are_opened_thirty_times_in_five_minutes_and_three_hundred_a_day(server: Bluesky) -> None:
    server.add_account("lenoir.test", "app pass")
    server.clock.ahead += 86_400 - server.now() % 86_400

    def enter() -> httpx.Response:
        body = {"identifier": "lenoir.test", "password": "app pass"}
        return client.post("/xrpc/com.atproto.server.createSession", json=body)

    with web.visitor(server.url) as client:
        answers = [enter() for _ in range(31)]
        assert [one.status_code for one in answers[-2:]] == [200, 429]
        refused(answers[-1], 429, "RateLimitExceeded")
        assert {"ratelimit-reset", "ratelimit-policy", "retry-after"} <= set(answers[-1].headers)
        opened = 30
        for _ in range(10):
            server.advance(300)
            opened += sum(enter().status_code == 200 for _ in range(31))
    assert opened == 300


def test_a_stale_access_token_is_renewed_and_the_renewal_spent(lenoir: Owner, server: Bluesky) -> None:
    server.advance(7201)
    refused(lenoir.write("put", record()), 400, "ExpiredToken")
    fresh = lenoir.refresh(lenoir.session["refreshJwt"]).json()
    refused(lenoir.refresh(lenoir.session["refreshJwt"]), 400, "ExpiredToken")
    lenoir.http.headers["authorization"] = f"Bearer {fresh['accessJwt']}"
    assert lenoir.write("put", record()).status_code == 200
    assert lenoir.refresh(fresh["refreshJwt"]).status_code == 200


def test_an_armed_expiry_lasts_until_the_refresh(lenoir: Owner, server: Bluesky) -> None:
    server.arm("token_expired")
    for _ in range(2):
        refused(lenoir.write("put", record()), 400, "ExpiredToken")
    lenoir.http.headers["authorization"] = f"Bearer {lenoir.refresh(lenoir.session['refreshJwt']).json()['accessJwt']}"
    assert lenoir.write("put", record()).status_code == 200


def test_a_revoked_account_cannot_be_refreshed(lenoir: Owner, server: Bluesky) -> None:
    server.arm("token_revoked")
    refused(lenoir.write("put", record()), 400, "ExpiredToken")
    refused(lenoir.refresh(lenoir.session["refreshJwt"]), 400, "InvalidToken")


def test_broken_missing_and_mistaken_tokens_have_their_own_words(lenoir: Owner, server: Bluesky) -> None:
    refused(lenoir.refresh(lenoir.session["accessJwt"]), 400, "InvalidToken")
    lenoir.http.headers["authorization"] = "Bearer x.y.z"
    refused(lenoir.write("put", record()), 400, "InvalidToken")
    del lenoir.http.headers["authorization"]
    refused(lenoir.write("put", record()), 401, "AuthMissing")


def test_nobody_writes_in_anothers_repository(lenoir: Owner, server: Bluesky) -> None:
    other = server.add_account("autre.test")["did"]
    assert lenoir.write("put", record(), repo=other).status_code == 401
    assert server.posts() == []


def test_points_are_counted_as_the_network_counts(lenoir: Owner) -> None:
    left = [
        int(answer.headers["ratelimit-remaining"])
        for answer in (lenoir.write("create", record()), lenoir.write("put", record()), lenoir.write("delete"))
    ]
    assert left == [4997, 4995, 4994]


def test_an_armed_limit_has_the_networks_headers(lenoir: Owner, server: Bluesky) -> None:
    server.arm("rate_limited", reset=60)
    answer = lenoir.write("put", record())
    refused(answer, 429, "RateLimitExceeded")
    assert int(answer.headers["ratelimit-reset"]) == pytest.approx(server.now() + 60, abs=3)


# ---- identities


def test_a_handle_leads_to_a_server_by_the_directory(server: Bluesky, lenoir: Owner) -> None:
    did = web.get(f"{server.url}/xrpc/com.atproto.identity.resolveHandle", params={"handle": "lenoir.test"}).json()["did"]
    assert did == lenoir.did
    document = web.get(f"{server.url}/{did}").json()
    assert document["alsoKnownAs"] == ["at://lenoir.test"]
    assert document["service"][0]["serviceEndpoint"] == server.url
    refused(web.get(f"{server.url}/xrpc/com.atproto.identity.resolveHandle", params={"handle": "no.test"}), 400, "InvalidRequest")
    assert web.get(f"{server.url}/did:plc:nobody").status_code == 404


def test_a_host_tells_its_own_did(server: Bluesky, lenoir: Owner) -> None:
    assert web.get(f"{server.url}/.well-known/atproto-did", headers={"host": "lenoir.test"}).text == lenoir.did


def test_a_call_that_bluesky_does_not_have_is_not_answered(lenoir: Owner) -> None:
    refused(lenoir.http.get("com.atproto.repo.getPoem"), 501, "MethodNotImplemented")
    refused(lenoir.http.get("com.atproto.repo.putRecord"), 400, "InvalidRequest")
