"""LinkedIn's stand-in, seen by a client that knows nothing of Parvis: it refuses what the real one refuses, in its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from sandbox import Town, running
from tests.pictures import png, shades

HEAD = {"Linkedin-Version": "202607", "X-Restli-Protocol-Version": "2.0.0"}


@pytest.fixture(scope="module")
def standing() -> Iterator[Town]:
    with running() as town:
        yield town


@pytest.fixture
def stand(standing: Town) -> Iterator[Any]:
    yield standing.linkedin
    standing.reset()


@pytest.fixture
def web(stand: Any) -> Iterator[httpx.Client]:
    page = stand.add_account("lenoir", name="Boulangerie Lenoir")
    with httpx.Client(base_url=stand.url, headers={**HEAD, "Authorization": f"Bearer {page['token']}"}) as client:
        yield client


def body(commentary: str = "Bonjour.", **more: Any) -> dict[str, Any]:
    return {
        "author": "urn:li:organization:5000000",
        "commentary": commentary,
        "visibility": "PUBLIC",
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
        **more,
    }


def codes(answer: httpx.Response) -> set[str]:
    found = answer.json()
    inner = found.get("errorDetails", {}).get("inputErrors", [])
    return {found.get("code", "")} | {one["code"] for one in inner}


def test_a_post_is_answered_by_a_header_and_nothing_else(web: httpx.Client, stand: Any) -> None:
    answer = web.post("/rest/posts", json=body())
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["x-restli-id"] == stand.posts()[0]["id"]
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        ({"Linkedin-Version": ""}, 400, "VERSION_MISSING"),
        ({"Linkedin-Version": "202501"}, 426, "NONEXISTENT_VERSION"),
        ({"Linkedin-Version": "209901"}, 426, "NONEXISTENT_VERSION"),
        ({"X-Restli-Protocol-Version": "1.0.0"}, 400, "ILLEGAL_ARGUMENT"),
        ({"Authorization": ""}, 401, "EMPTY_ACCESS_TOKEN"),
        ({"Authorization": "Bearer nonsense"}, 401, "INVALID_ACCESS_TOKEN"),
    ],
)
def test_a_head_that_is_not_as_it_must_be_is_refused(web: httpx.Client, stand: Any, head: dict[str, str], status: int, code: str) -> None:
    answer = web.post("/rest/posts", json=body(), headers=head)
    assert (answer.status_code, codes(answer)) == (status, {code})
    assert stand.posts() == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (body(colour="red"), "ILLEGAL_ARGUMENT"),
        (body(content={"media": {"id": "urn:li:image:nowhere"}}), "INVALID_URN_ID"),
        (body(content={"multiImage": {"images": []}}), "INVALID_VALUE_FOR_FIELD"),
        (body(content={"article": {"source": "lenoir.example", "title": "x"}}), "INVALID_URL"),
        (body(content={"poll": {"question": "?", "options": [], "settings": {"duration": "ONE_DAY"}}}), "INVALID_VALUE_FOR_FIELD"),
        (body("é" * 3001), "FIELD_LENGTH_TOO_LONG"),
        (body(lifecycleState="SCHEDULED"), "INVALID_VALUE_FOR_FIELD"),
        ({"commentary": "x"}, "MISSING_FIELD"),
        (body(distribution={"feedDistribution": "MAIN_FEED", "at": 1}), "ILLEGAL_ARGUMENT"),
    ],
)
def test_fields_that_are_unknown_or_out_of_bounds_are_refused(web: httpx.Client, stand: Any, given: dict[str, Any], code: str) -> None:
    answer = web.post("/rest/posts", json=given)
    assert answer.status_code == 400
    assert code in codes(answer)
    assert stand.posts() == []


def test_a_sign_that_is_not_escaped_ends_what_is_shown(web: httpx.Client, stand: Any) -> None:
    assert web.post("/rest/posts", json=body("Le pain (aux noix) est là.")).status_code == 201
    assert stand.posts()[0]["text"] == "Le pain "


def test_the_same_words_twice_name_the_first_within_a_day(web: httpx.Client, stand: Any) -> None:
    first = web.post("/rest/posts", json=body()).headers["x-restli-id"]
    second = web.post("/rest/posts", json=body())
    assert second.status_code == 422
    assert first in second.json()["message"]
    assert "DUPLICATE_POST" in codes(second)
    stand.advance(86_401)
    assert web.post("/rest/posts", json=body()).status_code == 201


def test_names_in_paths_must_be_escaped(web: httpx.Client) -> None:
    urn = web.post("/rest/posts", json=body()).headers["x-restli-id"]
    assert web.get(f"/rest/posts/{quote(urn, safe='')}").json()["id"] == urn
    answer = httpx.request("GET", f"{web.base_url}/rest/posts/{urn}", headers=web.headers)
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("w_organization_social", "POST", "/rest/posts"),
        ("r_organization_social", "GET", "/rest/posts?q=author&author=urn%3Ali%3Aorganization%3A5000000"),
        ("rw_organization_admin", "GET", "/rest/organizationAcls?q=roleAssignee"),
        ("r_organization_social_feed", "GET", "/rest/socialActions/urn%3Ali%3Ashare%3A1/comments"),
        ("w_organization_social_feed", "POST", "/rest/socialActions/urn%3Ali%3Ashare%3A1/comments"),
    ],
)
def test_each_call_wants_its_own_permission(web: httpx.Client, stand: Any, scope: str, method: str, path: str) -> None:
    token = stand.doors.grant("lenoir", [one for one in stand.doors.scopes if one not in {scope, "r_organization_admin"}])
    answer = web.request(method, path, json=body() if method == "POST" else None, headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["serviceErrorCode"]) == (403, 100)


def test_only_whoever_holds_the_role_writes_in_a_pages_name(web: httpx.Client, stand: Any) -> None:
    other = stand.add_account("voisin", name="Le Voisin", role="ANALYST")
    for head in ({}, {"Authorization": f"Bearer {other['token']}"}):
        answer = web.post("/rest/posts", json=body(author=other["urn"]), headers=head)
        assert (answer.status_code, answer.json()["code"]) == (403, "ACCESS_DENIED")


def test_too_many_calls_are_told_without_an_hour_and_end_at_midnight_utc(web: httpx.Client, stand: Any) -> None:
    stand.settings(member_posts=1)
    web.post("/rest/posts", json=body("Un."))
    answer = web.post("/rest/posts", json=body("Deux."))
    assert answer.status_code == 429
    assert "MEMBER DAY" in answer.json()["message"]
    assert not {"retry-after", "x-ratelimit-reset"} & set(answer.headers)
    stand.advance(86_400 - stand.now() % 86_400)
    assert web.post("/rest/posts", json=body("Deux.")).status_code == 201


def test_a_picture_is_uploaded_then_shown_and_an_unfinished_one_is_not(web: httpx.Client, stand: Any) -> None:
    stand.settings(image_polls=1)
    value = web.post("/rest/images?action=initializeUpload", json=begin()).json()["value"]
    content = {"content": {"media": {"id": value["image"], "altText": "Un pain"}}}
    early = web.post("/rest/posts", json=body(**content))
    assert "MEDIA_ASSET_WAITING_UPLOAD" in codes(early)
    assert web.put(value["uploadUrl"], content=png(shades(60, 40))).status_code == 201
    states = [web.get(f"/rest/images/{quote(value['image'], safe='')}").json()["status"] for _ in range(2)]
    assert states == ["PROCESSING", "AVAILABLE"]
    assert web.post("/rest/posts", json=body(**content)).status_code == 201
    assert stand.posts()[0]["pictures"][0]["alt"] == "Un pain"


def begin(**more: Any) -> dict[str, Any]:
    return {"initializeUploadRequest": {"owner": "urn:li:organization:5000000", **more}}


def test_parts_of_a_video_are_taken_whole_without_a_token_and_in_their_order(web: httpx.Client, stand: Any) -> None:
    stand.settings(part_bytes=10)
    wishes = {"fileSizeBytes": 25, "uploadCaptions": False, "uploadThumbnail": False}
    value = web.post("/rest/videos?action=initializeUpload", json=begin(**wishes)).json()["value"]
    parts = value["uploadInstructions"]
    assert [(one["firstByte"], one["lastByte"]) for one in parts] == [(0, 9), (10, 19), (20, 24)]
    assert web.put(parts[0]["uploadUrl"], content=b"x" * 10).status_code == 400
    assert httpx.put(parts[0]["uploadUrl"], content=b"x" * 9).status_code == 400
    marks = [httpx.put(one["uploadUrl"], content=b"x" * (one["lastByte"] - one["firstByte"] + 1)).headers["etag"] for one in parts]
    end = {"video": value["video"], "uploadToken": value["uploadToken"]}
    for ids, status in ((marks[::-1], 400), (marks, 200), (marks, 400)):
        given = {"finalizeUploadRequest": {**end, "uploadedPartIds": ids}}
        assert web.post("/rest/videos?action=finalizeUpload", json=given).status_code == status


def test_an_address_that_ran_out_takes_nothing(web: httpx.Client, stand: Any) -> None:
    value = web.post("/rest/documents?action=initializeUpload", json=begin()).json()["value"]
    stand.advance(86_401)
    answer = web.put(value["uploadUrl"], content=b"%PDF-1.7")
    assert codes(answer) == {"EXPIRED_UPLOAD_URL"}


def test_an_answer_to_a_comment_stands_under_it(web: httpx.Client, stand: Any) -> None:
    urn = web.post("/rest/posts", json=body()).headers["x-restli-id"]
    stand.comment(urn, "camille", "À quelle heure ?")
    (asked,) = web.get(f"/rest/socialActions/{quote(urn, safe='')}/comments").json()["elements"]
    place = f"/rest/socialActions/{quote(asked['commentUrn'], safe='')}/comments"
    given = {"actor": "urn:li:organization:5000000", "object": asked["object"], "message": {"text": "À 7 h."}}
    made = web.post(place, json={**given, "parentComment": asked["commentUrn"]})
    assert (made.status_code, made.headers["x-restli-id"]) == (201, made.json()["id"])
    assert [one["message"]["text"] for one in web.get(place).json()["elements"]] == ["À 7 h."]
    assert len(web.get(f"/rest/socialActions/{quote(urn, safe='')}/comments").json()["elements"]) == 1
    told = web.get(f"/rest/socialMetadata/{quote(urn, safe='')}").json()["commentSummary"]
    assert told == {"count": 2, "topLevelCount": 1}


@pytest.mark.parametrize("path", ["/rest/shares", "/v2/ugcPosts", "/rest/messages", "/v2/me"])
def test_a_path_that_is_not_there_is_not_answered(web: httpx.Client, path: str) -> None:
    assert web.get(path).status_code == 404
    assert web.post(path, json={}).status_code == 404


def test_everything_survives_a_restart(web: httpx.Client, stand: Any) -> None:
    web.post("/rest/posts", json=body("Un #pain."))
    before, kept = stand.posts(), stand.kept()
    stand.reset()
    assert stand.posts() == []
    stand.restore(kept, [])
    assert stand.posts() == before
    assert web.post("/rest/posts", json=body("Deux.")).status_code == 201
