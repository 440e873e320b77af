"""Every call to Google is one that Google publishes, and every answer of the stand-ins has names that Google knows.

YouTube and the newer services of Google Business are held against Google's discovery documents. The v4 service of Google Business, which
holds the posts and the reviews, is in no package: its schema is written here by hand from Google's reference of localPosts and reviews.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from parvis.core import clock
from parvis.networks.contract import Receipt
from parvis.networks.facts import COMMENT, Parcel
from parvis.networks.google_business.connect import SCOPE
from parvis.networks.youtube.connect import SCOPES
from sandbox import Town
from tests.contract.benches import HERE, Bench
from tests.contract.discovery import Judge, Recording, body_of
from tests.contract.test_youtube import dressed, film

# developers.google.com/identity/protocols/oauth2/web-server: the authorize page and the token endpoint.
CONSENT = {
    "client_id", "redirect_uri", "response_type", "scope", "state", "access_type", "prompt", "include_granted_scopes", "login_hint",
    "code_challenge", "code_challenge_method", "enable_granular_consent",
}  # fmt: skip
TOKEN = {"grant_type", "code", "client_id", "client_secret", "redirect_uri", "code_verifier", "refresh_token"}
TOLD = {"access_token", "expires_in", "refresh_token", "refresh_token_expires_in", "scope", "token_type"}

TEXT, NUMBER, YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}


def shape(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def many(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def one_of(*values: str) -> dict[str, Any]:
    return {"type": "string", "enum": [*values]}


DAY, HOUR = shape(year=NUMBER, month=NUMBER, day=NUMBER), shape(hours=NUMBER, minutes=NUMBER, seconds=NUMBER, nanos=NUMBER)
POST = shape(
    name=TEXT, languageCode=TEXT, summary=TEXT, createTime=TEXT, updateTime=TEXT, scheduledTime=TEXT, recurringInstanceTime=TEXT,
    searchUrl=TEXT, alertType=one_of("COVID_19"), topicType=one_of("STANDARD", "EVENT", "OFFER", "ALERT"),
    state=one_of("REJECTED", "LIVE", "PROCESSING", "SCHEDULED", "RECURRING"),
    callToAction=shape(actionType=one_of("BOOK", "ORDER", "SHOP", "LEARN_MORE", "SIGN_UP", "CALL"), url=TEXT),
    event=shape(title=TEXT, schedule=shape(startDate=DAY, startTime=HOUR, endDate=DAY, endTime=HOUR)),
    offer=shape(couponCode=TEXT, redeemOnlineUrl=TEXT, termsConditions=TEXT),
    media=many(shape(name=TEXT, mediaFormat=one_of("PHOTO", "VIDEO"), sourceUrl=TEXT, googleUrl=TEXT, thumbnailUrl=TEXT)),
)  # fmt: skip
REPLY = shape(comment=TEXT, updateTime=TEXT, reviewReplyState=one_of("PENDING", "APPROVED", "REJECTED"), policyViolation=TEXT)
REVIEW = shape(
    name=TEXT, reviewId=TEXT, comment=TEXT, createTime=TEXT, updateTime=TEXT, reviewReply=REPLY, reviewMediaItems=many(shape()),
    starRating=one_of("ONE", "TWO", "THREE", "FOUR", "FIVE"),
    reviewer=shape(displayName=TEXT, profilePhotoUrl=TEXT, isAnonymous=YES),
)  # fmt: skip
V4 = "v4/accounts/{account}/locations/{place}"
PAGED = {"pageSize": NUMBER, "pageToken": TEXT}


def v4(verb: str, path: str, request: Any = None, response: Any = None, **parameters: Any) -> dict[str, Any]:
    return {
        "httpMethod": verb, "path": f"{V4}/{path}", "parameters": parameters, "scopes": [SCOPE], "request": request,
        "response": response or shape(),
    }  # fmt: skip


BY_HAND = Judge(
    {
        "parameters": {"alt": TEXT, "key": TEXT, "fields": TEXT},
        "schemas": {},
        "methods": {
            "create": v4("POST", "localPosts", POST, POST),
            "list": v4("GET", "localPosts", None, shape(localPosts=many(POST), nextPageToken=TEXT), **PAGED),
            "get": v4("GET", "localPosts/{name}", None, POST),
            "patch": v4("PATCH", "localPosts/{name}", POST, POST, updateMask={"type": "string", "required": True}),
            "delete": v4("DELETE", "localPosts/{name}"),
            "reviews": v4(
                "GET", "reviews", None,
                shape(reviews=many(REVIEW), averageRating={"type": "number"}, totalReviewCount=NUMBER, nextPageToken=TEXT),
                orderBy=TEXT, **PAGED,
            ),
            "review": v4("GET", "reviews/{name}", None, REVIEW),
            "reply": v4("PUT", "reviews/{name}/reply", shape(comment=TEXT), REPLY),
            "unreply": v4("DELETE", "reviews/{name}/reply"),
        },
    }
)  # fmt: skip


@pytest.fixture(params=["youtube", "google_business"])
def bench(request: pytest.FixtureRequest, town: Town) -> Iterator[Bench]:
    found = Bench(request.param, town, http=Recording(HERE, seconds=5))
    found.connect()
    yield found
    found.http.close()


def everything(bench: Bench) -> None:
    """Make every call that a connector can make."""
    bench.line()
    assert bench.wires is not None
    bench.network.door.visit(bench.account, bench.wires)
    bench.network.door.readiness(bench.account, bench.wires)
    began = clock.now()
    for parcel in parcels(bench):
        receipt = bench.send(parcel)
        found = bench.look(parcel, "", began)
        assert isinstance(found, Receipt)
        assert found.remote_id == receipt.remote_id
        bench.line().edit(receipt, replace(parcel, text="Corrigé."))
        bench.line().became(receipt)  # type: ignore[attr-defined]
        if bench.network.spec.comment:
            comment(bench, receipt)
        bench.line().delete(receipt)
    bench.stand.arm("token_expired", "any")
    bench.look(bench.says("Autre chose."), "", began)


def parcels(bench: Bench) -> list[Parcel]:
    if bench.key == "youtube":
        playlist = bench.stand.add_playlist(bench.account.remote_id, "Nos gestes")
        details = {"tags": "pain", "category": "26", "privacy": "unlisted", "kids": "1", "playlist": playlist, "license": "creativeCommon"}
        return [film(bench), film(bench, "Tout.", video=dressed(bench), details=details, ai=True, paid=True)]
    days = {"starts": "2026-12-12T09:30", "ends": "2026-12-12T18:00"}
    offer = {**days, "coupon": "NOIX", "redeem": "https://lenoir.example", "terms": "Une fois."}
    return [
        Parcel("Bonjour.", pictures=(bench.picture(1),), details={"action": "BOOK", "link": "https://lenoir.example"}),
        Parcel("Venez.", form="event", title="Portes ouvertes", details={**days, "action": "CALL"}),
        Parcel("Noix.", form="offer", title="Dix pour cent", details=offer),
    ]


def comment(bench: Bench, receipt: Receipt) -> None:
    parcel = Parcel("La recette est là.", form=COMMENT)
    said = bench.send(parcel, after=receipt)
    assert bench.look(parcel, "", clock.now()) == said
    bench.line().edit(said, replace(parcel, text="La recette est ici."))
    bench.line().delete(said)


def judges(bench: Bench) -> list[Judge]:
    if bench.key == "youtube":
        return [Judge.of("youtube.v3")]
    return [Judge.of("mybusinessaccountmanagement.v1"), Judge.of("mybusinessbusinessinformation.v1"), BY_HAND]


def calls(bench: Bench) -> Iterator[tuple[str, str, dict[str, Any], Any, Judge, Any]]:
    """Yield every call to a service: verb, path, parameters, what it carried and got, its judge and its method."""
    assert isinstance(bench.http, Recording)
    for verb, url, more, answer in bench.http.seen:
        path, query = urlsplit(url).path, dict(parse_qsl(urlsplit(url).query))
        if path in {"/o/oauth2/v2/auth", "/token"} or path.startswith("/m/"):
            continue
        upload = verb == "PUT" and path.startswith("/upload/")
        found = next(((judge, one) for judge in judges(bench) if (one := judge.method("POST" if upload else verb, path))), None)
        assert found, f"{verb} {path} is nothing that Google publishes"
        yield verb, path, {**query, **(more.get("params") or {})}, (more, answer), *found


def test_every_call_is_one_that_google_publishes(bench: Bench) -> None:
    everything(bench)
    wrong, seen = [], 0
    for verb, path, asked, (more, _), judge, method in calls(bench):
        seen += 1
        known = judge.parameters(method) | ({"upload_id": TEXT} if verb == "PUT" and path.startswith("/upload/") else {})
        wrong += [f"{path}?{name}: unknown" for name in asked if name not in known]
        wrong += [
            f"{path}?{name}: {asked[name]}"
            for name in asked.keys() & known.keys()
            if asked[name] not in known[name].get("enum", [asked[name]])
        ]
        wrong += [
            f"{path}?{name}: missing"
            for name, one in known.items()
            if one.get("required") and one.get("location", "query") == "query" and name not in asked
        ]
        given = body_of(more)
        if given is not None:
            wrong += [f"{verb} {path} {line}" for line in judge.wrong(given, method["request"])]
        assert {*SCOPES, SCOPE} & {*method.get("scopes", [SCOPE])}, f"{verb} {path} needs a scope that is not asked"
    assert not wrong
    assert seen > 20


def test_every_answer_of_the_stand_in_has_names_that_google_knows(bench: Bench) -> None:
    everything(bench)
    wrong, seen = [], 0
    for verb, path, _, (_, answer), judge, method in calls(bench):
        if answer.ok and answer.body:
            seen += 1
            wrong += [f"{verb} {path} {line}" for line in judge.wrong(answer.json(), method["response"])]
    assert not wrong
    assert seen > 10


def test_the_parts_and_masks_that_are_asked_exist(bench: Bench) -> None:
    everything(bench)
    for verb, path, asked, _, judge, method in calls(bench):
        schema = (method.get("response") or method.get("request") or {}).get("$ref", "")
        if "part" in asked:
            resource = schema.removesuffix("ListResponse").removesuffix("Response")
            assert {*asked["part"].split(",")} <= {*judge.about["schemas"][resource]["properties"]}, f"{verb} {path}"
        if "readMask" in asked:
            assert {*asked["readMask"].split(",")} <= {*judge.about["schemas"]["Location"]["properties"]}
        if "updateMask" in asked:
            assert {*asked["updateMask"].split(",")} <= {*POST["properties"]}


def test_the_permission_is_asked_as_google_documents_it(bench: Bench) -> None:
    bench.stand.arm("token_expired", "any")
    bench.look(bench.says("Bonjour."), "", clock.now())
    assert isinstance(bench.http, Recording)
    tokens = 0
    for _, url, more, answer in bench.http.seen:
        if urlsplit(url).path == "/o/oauth2/v2/auth":
            assert {name for name, _ in parse_qsl(urlsplit(url).query)} <= CONSENT
        if urlsplit(url).path == "/token":
            tokens += 1
            assert {*more["data"]} <= TOKEN
            assert {*answer.mapping()} <= TOLD
    assert tokens == 2


def test_what_the_public_wrote_is_told_under_names_that_google_knows(bench: Bench) -> None:
    receipt = bench.send(bench.says("Bonjour."))
    head = {"authorization": f"Bearer {bench.purse.tokens['access']}"}
    if bench.key == "youtube":
        said = bench.stand.comment(receipt.remote_id, "@chloe", "Un croissant pour moi !")
        bench.http.call("POST", f"{bench.stand.url}/youtube/v3/comments", params={"part": "snippet"}, headers=head,
                        json={"snippet": {"parentId": said["id"], "textOriginal": "Il vous attend."}})  # fmt: skip
        about = {"part": "snippet,replies", "allThreadsRelatedToChannelId": bench.account.remote_id, "order": "time"}
        threads = bench.http.call("GET", f"{bench.stand.url}/youtube/v3/commentThreads", params=about, headers=head).mapping()
        assert threads["items"][0]["replies"]["comments"][0]["snippet"]["textOriginal"] == "Il vous attend."
        bench.http.call("GET", f"{bench.stand.url}/youtube/v3/comments", params={"part": "snippet", "parentId": said["id"]}, headers=head)
        held = {"id": said["id"], "moderationStatus": "rejected"}
        bench.http.call("POST", f"{bench.stand.url}/youtube/v3/comments/setModerationStatus", params=held, headers=head)
    else:
        review = bench.stand.review(bench.account.remote_id, "Chloé", 5, "Le meilleur pain.")
        place = f"{bench.stand.url}/v4/{bench.account.remote_id}/reviews"
        bench.http.call("PUT", f"{place}/{review['id']}/reply", json={"comment": "Merci !"}, headers=head)
        bench.http.call("GET", place, params={"pageSize": "50", "orderBy": "updateTime desc"}, headers=head)
        bench.http.call("GET", f"{place}/{review['id']}", headers=head)
    wrong = []
    for verb, path, _, (_, answer), judge, method in calls(bench):
        assert answer.ok or answer.status == 308, (verb, path, answer.body)
        if answer.body:
            wrong += [f"{verb} {path} {line}" for line in judge.wrong(answer.json(), method["response"])]
    assert not wrong


def test_the_judge_sees_what_is_wrong() -> None:
    judge = Judge.of("youtube.v3")
    schema = {"$ref": "Video"}
    assert list(judge.wrong({"snippet": {"titel": "x"}}, schema)) == [".snippet.titel: unknown"]
    assert list(judge.wrong({"status": {"privacyStatus": "secret"}}, schema))
    assert list(judge.wrong({"snippet": {"tags": "pain"}}, schema))
    assert judge.method("POST", "/youtube/v3/video") is None
    assert list(BY_HAND.wrong({"summary": "x", "topicType": "NEWS"}, POST))
