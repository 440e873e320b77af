"""Every call that leaves for LinkedIn, and every answer of its stand-in, held against a table of what LinkedIn documents.

LinkedIn publishes no machine-readable description of this API. The table was written by hand, from the notes on its documents
(Posts, Images, Videos, Documents, Comments, Organization access control, OAuth; November 2026), and from nothing of ours.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.core import clock
from parvis.core.http import Answer, Client
from parvis.networks.contract import Wires
from parvis.networks.facts import COMMENT, Captions, Card, Document, Parcel, Video
from sandbox import Town
from tests.contract.benches import BACK, HERE, OUR_APP, Bench, said_yes
from tests.contract.conftest import connected
from tests.contract.hearings import Hearing
from tests.films import mp4

URN = r"urn%3Ali%3A[A-Za-z]+%3A[\w-]+"
THREAD = r"urn%3Ali%3Acomment%3A%28urn%3Ali%3Aactivity%3A\d+%2C\d+%29"
NUMBER = r"\d+"
OWNER = {"owner": str}
PAGED = {"paging", "elements"}
POST = {
    "id", "author", "commentary", "visibility", "lifecycleState", "distribution", "content", "isReshareDisabledByAuthor",
    "createdAt", "publishedAt", "lastModifiedAt", "lifecycleStateInfo",
}  # fmt: skip
COMMENTED = {
    "id", "actor", "object", "message", "created", "lastModified", "commentUrn", "parentComment", "content",
    "likesSummary", "commentsSummary",
}  # fmt: skip
ASSET = {"id", "owner", "status", "downloadUrl", "downloadUrlExpiresAt", "duration", "aspectRatioHeight", "aspectRatioWidth", "thumbnail"}
TOKEN = {"access_token", "expires_in", "refresh_token", "refresh_token_expires_in", "scope", "token_type"}

MEDIA = {"id": str, "altText": str, "title": str}
CONTENT = {
    "media": MEDIA,
    "multiImage": {"images": [MEDIA]},
    "article": {"source": str, "title": str, "description": str, "thumbnail": str, "thumbnailAltText": str},
    "poll": {
        "question": str,
        "options": [{"text": str}],
        "settings": {"duration": {"ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"}},
    },
}
NEW_POST = {
    "author": str,
    "commentary": str,
    "visibility": {"PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"},
    "distribution": {
        "feedDistribution": {"MAIN_FEED", "NONE"},
        "targetEntities": [dict],
        "thirdPartyDistributionChannels": [str],
    },
    "content": CONTENT,
    "lifecycleState": {"PUBLISHED", "DRAFT"},
    "isReshareDisabledByAuthor": bool,
}


@dataclass(frozen=True)
class Known:
    """One documented call: its path, its query, its body, the method of Rest.li, what its answer may hold, and its status."""

    call: str
    query: frozenset[str] = frozenset()
    body: Any = None
    restli: str = ""
    answer: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    status: int = 200


def known(call: str, query: set[str] = set(), body: Any = None, answer: set[str] = set(), inner: set[str] = set(), **more: Any) -> Known:  # noqa: B006
    return Known(call, frozenset(query), body, answer=frozenset(answer), inner=frozenset(inner), **more)


PAGES = {"start", "count"}
TABLE = [
    known("POST /oauth/v2/accessToken", answer=TOKEN),
    known("GET /rest/organizationAcls", {"q", "role", "state", *PAGES}, None, PAGED,
          {"organization", "role", "roleAssignee", "state"}, restli="FINDER"),
    known("GET /rest/organizationsLookup", {"ids"}, None, {"results", "statuses", "errors"}),
    known("POST /rest/posts", body=NEW_POST, restli="CREATE", status=201),
    known("GET /rest/posts", {"q", "author", "sortBy", *PAGES}, None, PAGED, POST, restli="FINDER"),
    known(f"GET /rest/posts/{URN}", answer=POST),
    known(f"POST /rest/posts/{URN}", body={"patch": {"$set": {"commentary": str}}}, restli="PARTIAL_UPDATE", status=204),
    known(f"DELETE /rest/posts/{URN}", restli="DELETE", status=204),
    known("POST /rest/images", {"action"}, {"initializeUploadRequest": OWNER}, {"value"}),
    known("POST /rest/documents", {"action"}, {"initializeUploadRequest": OWNER}, {"value"}),
    known("POST /rest/videos", {"action"}, {
        "initializeUploadRequest": {**OWNER, "fileSizeBytes": int, "uploadCaptions": bool, "uploadThumbnail": bool},
        "finalizeUploadRequest": {"video": str, "uploadToken": str, "uploadedPartIds": [str]},
    }, {"value"}),
    known(f"GET /rest/(images|videos|documents)/{URN}", answer=ASSET),
    known(f"GET /rest/socialActions/{URN}/comments", PAGES, None, PAGED, COMMENTED),
    known(f"POST /rest/socialActions/{URN}/comments", set(), {"actor": str, "object": str, "message": {"text": str}}, COMMENTED,
          restli="CREATE", status=201),
    known(f"GET /rest/socialActions/{THREAD}/comments", PAGES, None, PAGED, COMMENTED),
    known(f"POST /rest/socialActions/{THREAD}/comments", set(), {
        "actor": str, "object": str, "message": {"text": str}, "parentComment": str,
    }, COMMENTED, restli="CREATE", status=201),
    known(f"GET /rest/socialActions/{URN}/comments/{NUMBER}", answer=COMMENTED),
    known(f"GET /rest/socialMetadata/{URN}", answer={"entity", "commentsState", "commentSummary", "reactionSummaries"}),
    # Organization social action notifications, the pull workflow.
    known("GET /rest/organizationalEntityNotifications", {"q", "actions", "organizationalEntity", *PAGES}, None, PAGED, {
        "notificationId", "organizationalEntity", "action", "sourcePost", "decoratedSourcePost", "generatedActivity",
        "decoratedGeneratedActivity", "lastModifiedAt", "subscriber",
    }, restli="FINDER"),
    # The names of members: unverified.
    known("GET /rest/people", {"ids"}, None, {"results", "statuses", "errors"}),
    known(f"POST /rest/socialActions/{URN}/comments/{NUMBER}", {"actor"}, {"patch": {"message": {"$set": {"text": str}}}},
          restli="PARTIAL_UPDATE", status=204),
    known(f"DELETE /rest/socialActions/{URN}/comments/{NUMBER}", {"actor"}, restli="DELETE", status=204),
]  # fmt: skip


@dataclass
class Call:
    method: str
    url: str
    more: Mapping[str, Any]
    answer: Answer


class Recorder(Client):
    """A client that remembers what it asked and what was answered."""

    calls: list[Call]

    def call(self, method: str, url: str, **more: Any) -> Answer:
        answer = super().call(method, url, **more)
        self.calls.append(Call(method, url, more, answer))
        return answer


@pytest.fixture(scope="module")
def calls(standing: Town) -> Iterator[list[Call]]:
    """Everything that a page does in its life."""
    for bench in connected("linkedin", standing):
        recorder = Recorder(HERE, seconds=5)
        recorder.calls = []
        bench.http.close()
        bench.http = recorder
        live(bench)
        yield recorder.calls
    standing.reset()


def live(bench: Bench) -> None:
    begun = bench.network.door.begin(bench.http, "", BACK, "the state", OUR_APP)
    bench.network.door.finish(bench.http, begun.memory, said_yes(bench, begun.url))
    wires = Wires(bench.http, bench.purse, bench.files.__getitem__)
    bench.network.door.readiness(bench.account, wires)
    bench.network.door.visit(bench.account, wires)
    card = Card("https://lenoir.example/noix", "Le pain aux noix", "Cuit à 7 h.", bench.picture(9))
    details = {"question": "Quel pain ?", "option1": "Noix", "option2": "Miel"}
    pictures = (bench.picture(1, "Un"), bench.picture(2))
    for parcel in (
        Parcel("Bonjour (à tous) #pain"),
        Parcel("À lire.", card=card),
        Parcel("Une.", pictures=pictures[:1]),
        Parcel("Deux.", pictures=pictures),
        Parcel("Un film.", video=a_film(bench), title="Le film"),
        Parcel("La carte.", document=a_document(bench)),
        Parcel("Votez.", form="poll", details=details),
    ):
        key, began = bench.new_key(), clock.now()
        sent = bench.send(parcel, key=key)
        bench.look(parcel, key, began)
        bench.line().edit(sent, replace(parcel, text=f"{parcel.text} !"))
    words = Parcel("Réservez !", form=COMMENT)
    comment = bench.send(words, after=sent)
    bench.look(words, "key", clock.now())
    bench.line().edit(comment, replace(words, text="Complet !"))
    listen(bench)
    twin = bench.send(Parcel("Deux fois."))
    again = bench.ready(Parcel("Deux fois."), memory={"tries": 1})
    assert bench.line().commit(again, "key") == twin
    for receipt in (comment, sent):
        bench.line().delete(receipt)


def listen(bench: Bench) -> None:
    hearing = Hearing(bench)
    first = hearing.comment(hearing.publish("Écoutez.").remote_id, "Il en reste ?")
    second = hearing.comment(first, "Moi aussi.", "Paul")
    answer, began = hearing.answer(hearing.heard(second), "Oui."), clock.now()
    sent = bench.send(answer)
    bench.look(answer, "key", began)
    bench.line().delete(sent)
    bench.stand.remove_comment(second)
    hearing.comment(first, "Et demain ?", "Zoé")
    hearing.mention("Merci à Lenoir", "Zoé")
    hearing.read()
    assert hearing.gone == {second}


def a_film(bench: Bench) -> Video:
    body, words = mp4(64, 64, 3.0), b"1\n00:00:00,000 --> 00:00:02,000\nBonjour\n"
    captions = Captions(put_by(bench, words), "fr", "application/x-subrip", len(words))
    return Video(put_by(bench, body), "video/mp4", 64, 64, len(body), 3.0, cover=bench.picture(3), captions=(captions,))


def a_document(bench: Bench) -> Document:
    body = b"%PDF-1.7\n" + b"carte " * 100
    return Document(put_by(bench, body), "application/pdf", len(body), 1, "carte.pdf")


def put_by(bench: Bench, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    bench.files[digest] = content
    return digest


# ---- the comparison


def documented(call: Call) -> Known:
    """Return the line of the table that a call is."""
    shape = f"{call.method} {urlsplit(call.url).path}"
    found = [line for line in TABLE if re.fullmatch(line.call, shape)]
    assert len(found) == 1, f"{shape} is no documented call"
    return found[0]


def test_every_call_is_documented_with_its_query_its_headers_and_its_body(calls: list[Call]) -> None:
    seen = set()
    for call in api(calls):
        line = documented(call)
        seen.add(line.call)
        asked = set(parse_qs(urlsplit(call.url).query)) | set(call.more.get("params") or {})
        assert asked <= line.query, call.url
        head = call.more["headers"]
        assert head.get("x-restli-method", "") == line.restli, call.url
        assert (head["x-restli-protocol-version"], len(head["linkedin-version"])) == ("2.0.0", 6)
        if line.body is not None:
            fits(call.more.get("json"), line.body, call.url)
        else:
            assert call.more.get("json") is None
    assert seen == {line.call for line in TABLE[1:]}, "the life of a page left out a call of the table"


def test_every_answer_of_the_stand_in_has_documented_fields_and_status(calls: list[Call]) -> None:
    for call in api(calls):
        line, found = documented(call), call.answer.mapping()
        if call.answer.status == 422:
            assert set(found) == {"errorDetailType", "message", "errorDetails", "status"}
            continue
        if call.answer.status == 404 and line.call.endswith(f"/comments/{NUMBER}"):
            continue  # what the public took off
        assert call.answer.status == line.status, call.url
        assert set(found) <= line.answer, call.url
        assert bool(call.answer.body) == bool(line.answer) or "finalizeUpload" in call.url
        for one in found.get("elements", ()):
            assert set(one) <= line.inner, call.url
        if line.status == 201:
            assert call.answer.headers["x-restli-id"]


def test_a_finished_sign_in_is_asked_and_answered_as_documented(calls: list[Call]) -> None:
    (call,) = [one for one in calls if urlsplit(one.url).path == "/oauth/v2/accessToken"]
    assert set(call.more["data"]) == {"grant_type", "code", "client_id", "client_secret", "redirect_uri"}
    assert set(call.answer.mapping()) <= TOKEN
    assert call.answer.mapping()["expires_in"] == 5_184_000


def test_parts_of_a_video_go_without_the_token_and_the_rest_with_it(calls: list[Call]) -> None:
    uploads = [one for one in calls if "/dms-uploads/" in one.url]
    with_token = {urlsplit(one.url).path.split("/")[3] for one in uploads if "authorization" in one.more["headers"]}
    without = {urlsplit(one.url).path.split("/")[3] for one in uploads if "authorization" not in one.more["headers"]}
    assert (with_token, without) == ({"image", "document", "thumbnail", "captions"}, {"part"})


def api(calls: list[Call]) -> list[Call]:
    return [one for one in calls if urlsplit(one.url).path.startswith("/rest/")]


def fits(given: Any, shape: Any, where: str) -> None:
    """Check names and kinds of values, all the way down."""
    if isinstance(shape, dict):
        assert isinstance(given, dict), where
        assert given.keys() <= shape.keys(), f"{where}: {sorted(given.keys() - shape.keys())}"
        for name, value in given.items():
            fits(value, shape[name], f"{where} {name}")
    elif isinstance(shape, list):
        assert isinstance(given, list), where
        for one in given:
            fits(one, shape[0], where)
    elif isinstance(shape, set):
        assert given in shape, f"{where}: {given}"
    else:
        assert isinstance(given, shape), f"{where}: {given!r}"
