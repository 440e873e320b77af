"""What is LinkedIn's own in listening: members without names, two levels of answers, few calls, no private messages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import Doorbell, Wires
from parvis.networks.linkedin.bell import Webhook
from parvis.networks.linkedin.spec import SPEC
from parvis.networks.listening import Call, Knock
from sandbox.linkedin_bells import challenge_response, number_of, signature
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.contract.benches import Bench
from tests.contract.hearings import Hearing, listening
from tests.loopback import answering, loopback


def test_nothing_is_heard_in_private() -> None:
    assert SPEC.messages is None
    assert "linkedin" not in listening(lambda can: "message" in can)


def test_where_members_may_not_be_named_their_comments_are_still_heard(linkedin: Bench) -> None:
    linkedin.stand.settings(people_readable=False)
    hearing = Hearing(linkedin)
    one = hearing.heard(hearing.comment(hearing.publish().remote_id, "Il en reste ?", "Zoé Petit"))
    assert (one.author.remote_id, one.author.name, one.author.handle) == ("urn:li:person:zoe_petit", "", "zoe_petit")


def test_a_member_is_asked_for_once(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    post = hearing.publish().remote_id
    for words in ("Un", "Deux"):
        assert hearing.heard(hearing.comment(post, words, "Zoé Petit")).author.name == "Zoé Petit"
    assert len([one for one in linkedin.stand.requests() if one["path"] == "/rest/people"]) == 1


def test_a_post_without_comments_costs_one_call(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    for number in range(3):
        hearing.publish(f"Pain {number}")
    before = len(linkedin.stand.requests())
    hearing.ear.gather("under", {}, hearing.ours, clock.now())
    assert len(linkedin.stand.requests()) - before == 3


@pytest.mark.parametrize("told", [True, False])
def test_answers_are_found_whether_or_not_a_comment_counts_them(linkedin: Bench, told: bool) -> None:
    linkedin.stand.settings(comment_summaries=told)
    hearing = Hearing(linkedin)
    first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    second = hearing.comment(first, "Moi aussi", "Paul")
    assert hearing.heard(second).parent == first


def test_an_answer_to_an_answer_stands_under_the_comment_at_the_top(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    first = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    second = hearing.heard(hearing.comment(first, "Moi aussi", "Paul"))
    sent = hearing.heard(linkedin.send(hearing.answer(second, "Oui.")).remote_id)
    assert (sent.parent, sent.thread, sent.mine) == (first, first, True)


def test_a_comment_that_a_copy_forgets_for_a_moment_is_not_gone(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    name = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    hearing.read()
    linkedin.stand.settings(lag_seconds=3600)
    hearing.read()
    assert not hearing.gone
    linkedin.stand.settings(lag_seconds=0)
    linkedin.stand.remove_comment(name)
    hearing.read()
    assert hearing.gone == {name}


def test_an_edit_says_when(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    name = hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    assert hearing.heard(name).edited_at is None
    linkedin.stand.advance(60)
    linkedin.stand.edit_comment(name, "Il en reste deux ?")
    edited = hearing.heard(name).edited_at
    assert edited is not None
    assert edited > clock.now()


# ---- what names the page


def test_a_post_that_names_the_page_is_heard_with_its_member_and_answered_over_there(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    one = hearing.heard(hearing.mention("Merci à la boulangerie Lenoir", "Zoé Petit"))
    assert (one.author.name, one.thread, one.under) == ("Zoé Petit", one.remote_id, "")
    assert one.url.endswith(f"/feed/update/{one.remote_id}/")
    assert "answer" not in hearing.ear.abilities["mention"]


def test_of_posts_that_name_the_page_only_the_new_are_told_again_with_those_of_the_last_day(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    with linkedin.stand.at((clock.now() - timedelta(days=5)).isoformat()):
        early = hearing.mention("Avant")
    hearing.read()
    late = hearing.mention("Après")
    again = hearing.restarted()
    assert late in again.read()
    assert again.cursors["named"].keys() == {"top", "names"}
    assert early in hearing.held


def test_a_comment_under_our_own_post_is_no_mention(linkedin: Bench) -> None:
    hearing = Hearing(linkedin)
    name = hearing.comment(hearing.publish().remote_id, "Bravo Lenoir")
    assert [one.kind for one in hearing.read().values()] == ["comment"]
    assert name in hearing.held


APP = {"client_secret": "the secret"}
PAGE = "urn:li:organization:5000000"


def rung(*rows: dict[str, Any], secret: str = "the secret") -> Call:
    body = json.dumps({"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [*rows]}, ensure_ascii=False).encode()
    return Call("POST", {}, {"x-li-signature": signature(secret, body)}, body)


def test_the_challenge_is_answered_with_the_secret_and_only_where_there_is_one() -> None:
    asked = Call("GET", {"challengeCode": "abc", "applicationId": "1"}, {}, b"")
    reply = Webhook().handshake(asked, APP)
    assert reply is not None
    assert (reply.status, reply.kind) == (200, "application/json")
    assert json.loads(reply.body) == {"challengeCode": "abc", "challengeResponse": challenge_response("the secret", "abc")}
    refused = Webhook().handshake(asked, {})
    assert refused is not None
    assert refused.status == 403
    assert Webhook().handshake(rung(), APP) is None


def test_only_the_right_signature_of_this_very_body_is_believed() -> None:
    call = rung({"notificationId": 1, "action": "COMMENT", "organizationalEntity": PAGE})
    marked = Call("POST", {}, {"x-li-signature": f"hmacsha256={call.headers['x-li-signature']}"}, call.body)
    assert Webhook().genuine(call, APP)
    assert Webhook().genuine(marked, APP)
    assert not Webhook().genuine(call, {"client_secret": ""})
    assert not Webhook().genuine(rung(secret="another"), APP)
    assert not Webhook().genuine(Call("POST", {}, call.headers, call.body + b" "), APP)
    assert not Webhook().genuine(Call("POST", {}, {}, call.body), APP)
    assert not Webhook().genuine(Call("POST", {}, {"x-li-signature": "é"}, call.body), APP)


def test_news_of_comments_names_its_page_once_and_other_news_nobody() -> None:
    said = {"notificationId": 1, "action": "COMMENT", "organizationalEntity": PAGE}
    named = {**said, "notificationId": 4, "action": "SHARE_MENTION"}
    assert Webhook().knocks(rung(named)) == (Knock(PAGE, "named"),)
    liked = {"notificationId": 3, "action": "LIKE", "organizationalEntity": "urn:li:organization:2"}
    assert Webhook().knocks(rung(said, said, {**said, "notificationId": 2, "action": "COMMENT_DELETE"}, liked)) == (Knock(PAGE, "under"),)
    for body in (b"", b"[]", b'{"notifications": 3}', b'{"notifications": [1]}', b"[" * 5000):
        assert Webhook().knocks(Call("POST", {}, {}, body)) == ()


# ---- asking to be told


@pytest.fixture
def house() -> Iterator[str]:
    """A house that proves that it knows the secret."""

    def talk(line: Any, request: bytes) -> None:
        code = request.partition(b"challengeCode=")[2].partition(b" ")[0].decode()
        answer = {"challengeCode": code, "challengeResponse": challenge_response(CLIENT_SECRET, code)}
        answering(json.dumps(answer).encode())(line, request)

    with loopback(talk) as url:
        yield f"{url}/hooks/linkedin/1-abc"


def visit(bench: Bench, bell: Doorbell | None) -> list[int]:
    """Visit the page, and return how each asking to be told was answered."""
    wires = Wires(bench.http, bench.purse, bench.files.__getitem__, doorbell=bell)
    assert bench.network.door.visit(bench.account, wires) == bench.account
    return [seen["status"] for seen in bench.stand.requests("PUT /rest/eventSubscriptions/*")]


def told(bench: Bench) -> dict[str, str]:
    found: dict[str, str] = bench.stand.state.get("told", {}).get(bench.account.remote_id, {})
    return found


def test_a_page_is_asked_to_tell_once_its_address_is_registered(linkedin: Bench, house: str) -> None:
    bell = Doorbell(house, "word", number_of(CLIENT_ID))
    assert visit(linkedin, bell) == [400], "LinkedIn does not know the address yet, and that is no fault"
    linkedin.stand.bells.register(house)
    assert visit(linkedin, bell) == [400, 201]
    assert visit(linkedin, bell) == [400, 201, 201]
    assert told(linkedin) == {CLIENT_ID: house}


def test_without_the_number_of_the_application_or_an_address_nothing_is_asked(linkedin: Bench, house: str) -> None:
    linkedin.stand.bells.register(house)
    assert visit(linkedin, None) == []
    assert visit(linkedin, Doorbell(house, "word")) == []
    assert visit(linkedin, Doorbell(house, "word", "1")) == [400], "the number of another"
    assert not told(linkedin)
