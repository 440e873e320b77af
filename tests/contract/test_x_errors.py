"""Every refusal of X that is known leads to its class, its sentence and its cure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.core.http import Answer
from parvis.networks.contract import Disconnected, NotSent, Receipt, Refused, Unknown
from parvis.networks.facts import Parcel
from parvis.networks.x.errors import KNOWN, judged, known
from tests.contract.benches import Bench

HELLO = Parcel("Chaud à 7 h : le pain aux noix 🥖 est là.")
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post."
)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def problem(status: int, detail: str = "", title: str = "Forbidden", **more: Any) -> tuple[int, dict[str, Any]]:
    return status, {"title": title, "detail": detail, "type": "about:blank", "status": status, **more}


def codes(status: int, code: int, message: str) -> tuple[int, dict[str, Any]]:
    """Return an error in the shape of the older API, which some doors of X still give."""
    return status, {"errors": [{"code": code, "message": message}]}


def invalid(name: str, message: str) -> tuple[int, dict[str, Any]]:
    body = {"title": "Invalid Request", "type": "https://api.twitter.com/2/problems/invalid-request"}
    return 400, {"errors": [{"parameters": {name: ["…"]}, "message": message}], "detail": "One or more parameters was invalid.", **body}


# As the documentation shows them, and as third parties met them.
OBSERVED = [
    ("credits", Refused, (402, {"title": "CreditsDepleted", "type": "https://api.twitter.com/2/problems/credits"})),
    ("credits", Refused, (402, {"title": "Payment Required", "detail": "credits depleted", "type": "https://api.x.com/2/problems/credits-depleted"})),
    ("capped", Refused, problem(429, "Usage cap exceeded: Monthly product cap", "UsageCapExceeded", type="https://api.twitter.com/2/problems/usage-capped")),
    ("limit", NotSent, problem(429, "Too Many Requests", "Too Many Requests")),
    ("limit", NotSent, codes(429, 88, "Rate limit exceeded")),
    ("daily", NotSent, codes(403, 185, "User is over daily status update limit.")),
    ("double", Refused, problem(403, DUPLICATE)),
    ("double", Refused, codes(403, 187, "Status is a duplicate.")),
    ("enrolled", Refused, problem(403, "…", type="https://api.x.com/2/problems/client-forbidden", reason="client-not-enrolled")),
    ("summoned", Refused, problem(403, NOT_SUMMONED)),
    ("private", Refused, problem(403, "You do not have permission to DM one or more participants.")),
    ("private", Refused, codes(403, 349, "You cannot send messages to this user.")),
    ("gone", Refused, problem(403, "You attempted to reply to a Tweet that is deleted or not visible to you.")),
    ("gone", Refused, invalid("reply.in_reply_to_tweet_id", "The value is not a valid id.")),
    ("restricted", Refused, problem(403, "Your account is suspended and is not permitted to access this feature.")),
    ("restricted", Refused, codes(403, 326, "To protect our users from spam, this account is temporarily locked.")),
    ("media", NotSent, invalid("media.media_ids", "Your media IDs are invalid.")),
    ("media owner", NotSent, problem(403, "You are not permitted to use this media.")),
    ("video length", Refused, problem(403, "This user is not allowed to post a video longer than 20 minutes.")),
    ("file", Refused, invalid("media", "File size exceeds 5242880 bytes.")),
    ("length", Refused, codes(403, 186, "Tweet needs to be a bit shorter.")),
    ("cashtags", Refused, problem(403, "Posts are limited to a maximum of one cashtag.")),
    ("mentions", Refused, problem(403, "You are not permitted to mention accounts that have not engaged with you.")),
    ("crypto", Refused, problem(403, "Crypto addresses are prohibited")),
]  # fmt: skip


@pytest.mark.parametrize(("key", "raised", "told"), OBSERVED)
def test_each_refusal_has_its_sentence_and_its_cure(x: Bench, key: str, raised: type[Exception], told: tuple[int, Any]) -> None:
    x.stand.settings(verbatim={"status": told[0], "body": told[1]})
    meant = next(one for one in KNOWN if one.key == key)
    with pytest.raises(raised) as caught:
        x.send(HELLO)
    failure = caught.value
    assert not isinstance(failure, Disconnected)
    if isinstance(failure, Refused):
        assert (failure.reason, failure.cure) == (meant.says, meant.cure)
    elif isinstance(failure, NotSent):
        assert failure.why == meant.says
    assert x.posts() == []


def test_all_that_is_known_was_tried() -> None:
    assert {key for key, _, _ in OBSERVED} == {one.key for one in KNOWN}


def test_who_must_act_is_always_told_how() -> None:
    assert all(one.cure for one in KNOWN if one.meaning in ("refused", "double"))


def _cashtags(x: Bench) -> None:
    x.send(Parcel("$PAIN et $NOIX"))


def _long(x: Bench) -> None:
    x.send(Parcel("é" * 281))


def _enrolled(x: Bench) -> None:
    x.stand.settings(enrolled=False)
    x.send(HELLO)


def _capped(x: Bench) -> None:
    x.stand.settings(usage_capped=True)
    x.send(HELLO)


def _mentions(x: Bench) -> None:
    x.stand.settings(mentions_forbidden=True)
    x.send(Parcel("Merci @chocolat"))


def _gone(x: Bench) -> None:
    x.send(HELLO, after=Receipt("12345"))


def _other_owner(x: Bench) -> None:
    ready = x.ready(replace(HELLO, pictures=(x.picture(1),)))
    for media in x.stand.state["media"].values():
        media["owner"] = "7"
    x.line().commit(ready, "k")


def _heavy(x: Bench) -> None:
    picture = x.picture(1)
    x.files[picture.digest] += bytes(6_000_000)
    x.ready(replace(HELLO, pictures=(picture,)))


@pytest.mark.parametrize(
    ("key", "does"),
    [
        ("cashtags", _cashtags), ("length", _long), ("enrolled", _enrolled), ("capped", _capped), ("mentions", _mentions), ("gone", _gone),
        ("media owner", _other_owner), ("file", _heavy),
    ],
)  # fmt: skip
def test_the_stand_in_refuses_by_itself_in_the_same_words(x: Bench, key: str, does: Callable[[Bench], None]) -> None:
    with pytest.raises((Refused, NotSent)) as caught:
        does(x)
    says = caught.value.reason if isinstance(caught.value, Refused) else caught.value.why
    assert says == next(one for one in KNOWN if one.key == key).says
    assert x.posts() == []


def test_an_unknown_field_is_refused_in_the_networks_words(x: Bench) -> None:
    ready = x.ready(HELLO)
    with pytest.raises(Refused) as caught:
        x.line().commit(replace(ready, body={**ready.body, "colour": "red"}), "k")
    assert "$.colour" in str(caught.value.reason)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize(
    "body", [b"<html><h1>Bad Gateway</h1></html>", b"", b'{"title":"Service Unavailable","status":503}', b"[]", b"null"]
)
def test_a_fault_of_x_is_a_doubt_when_publishing_and_later_otherwise(status: int, body: bytes) -> None:
    answer = Answer(status, {}, body, "https://api.x.com/2/tweets")
    assert isinstance(judged(answer, commit=True), Unknown)
    later = judged(answer, commit=False)
    assert type(later) is NotSent
    assert "<" not in str(later.why)


@pytest.mark.parametrize(
    "body", [b"<html>Forbidden</html>", b"", b'{"errors": "?"}', b'{"errors": [1, null, {"parameters": 3}]}', b'{"detail": 7}']
)
@pytest.mark.parametrize("status", [400, 403, 404, 418])
def test_a_refusal_nobody_knows_is_told_without_html(status: int, body: bytes) -> None:
    failure = judged(Answer(status, {}, body, "https://api.x.com/2/tweets"), commit=True)
    assert isinstance(failure, Refused)
    assert "<" not in str(failure.reason)
    assert str(failure.cure)


def test_a_success_without_a_post_is_a_doubt() -> None:
    for body in (b"", b"{}", b'{"data": {}}', b"<html>ok</html>"):
        assert isinstance(judged(Answer(201, {}, body, "https://api.x.com"), commit=True), Unknown)


@pytest.mark.parametrize(("name", "seconds"), [("x-rate-limit", 600), ("x-user-limit-24hour", 40_000), ("x-app-limit-24hour", 50_000)])
def test_the_hour_of_a_limit_is_its_own(name: str, seconds: int) -> None:
    at = clock.now() + timedelta(seconds=seconds)
    soon = str(int((clock.now() + timedelta(seconds=600)).timestamp()))
    headers = {"x-rate-limit-reset": soon, f"{name}-remaining": "0", f"{name}-reset": str(int(at.timestamp()))}
    failure = judged(Answer(429, headers, b"{}", "https://api.x.com"), commit=True)
    assert isinstance(failure, NotSent)
    assert failure.again_at is not None
    assert abs(failure.again_at - at) < timedelta(seconds=2)


def test_a_limit_without_an_hour_is_waited_for_a_quarter_of_an_hour() -> None:
    failure = judged(Answer(429, {}, b"", "https://api.x.com"), commit=True)
    assert isinstance(failure, NotSent)
    assert failure.again_at is not None
    assert timedelta(minutes=14) < failure.again_at - clock.now() <= timedelta(minutes=15)


def test_a_401_is_a_dead_connection_unless_the_account_is_restricted() -> None:
    plain = Answer(401, {}, b'{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}', "https://api.x.com")
    locked = Answer(401, {}, b'{"detail":"This account is temporarily locked."}', "https://api.x.com")
    assert isinstance(judged(plain, commit=True), Disconnected)
    assert known(locked) is not None
    assert isinstance(judged(locked, commit=True), Refused)
