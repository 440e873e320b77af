"""What is X's own in listening: whom it lets be answered, what a reading costs, its older words, its webhooks."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from parvis.core import clock
from parvis.networks.contract import Refused
from parvis.networks.facts import MESSAGE, REPLY, Parcel
from parvis.networks.listening import Call, Knock
from parvis.networks.x.bell import Webhook
from parvis.networks.x.heard import published
from parvis.networks.x.spec import SPEC
from sandbox.oauth import CLIENT_SECRET
from sandbox.x_inbox import crc, sign
from tests.contract.benches import Bench
from tests.contract.hearings import Hearing


def test_every_reading_costs_and_is_left_to_the_setting_of_the_account(x: Bench) -> None:
    assert all(source.costs for source in Hearing(x).ear.sources)


def test_what_was_read_is_counted(x: Bench) -> None:
    hearing = Hearing(x)
    for number in range(3):
        hearing.mention(f"Bravo {number}")
    hearing.read()
    assert x.wires is not None
    assert x.wires.gauges["reads"].used >= 3


def test_reading_again_the_same_day_costs_nothing_more(x: Bench) -> None:
    hearing = Hearing(x)
    hearing.comment(hearing.publish().remote_id, "Il en reste ?")
    hearing.read()
    before = x.stand.money.spent()["micros"]
    hearing.read()
    assert x.stand.money.spent()["micros"] == before


def test_what_a_reading_costs_is_counted_as_x_bills_it(x: Bench) -> None:
    hearing = Hearing(x)
    post = hearing.publish().remote_id
    for number in range(3):
        hearing.comment(post, f"Il en reste {number} ?")
    before = x.stand.money.spent()["micros"]
    cursors: dict[str, Any] = {}
    counted = 0
    for _ in range(2):
        for source in ("under", "named"):
            more = True
            while more:
                gathered = hearing.ear.gather(source, cursors.get(source, {}), hearing.ours, clock.now())
                cursors[source], more = dict(gathered.cursor), gathered.more
                counted += gathered.micros
    assert counted >= x.stand.money.spent()["micros"] - before > 0


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_the_older_words_of_the_api_and_the_newer_say_the_same(x: Bench, dialect: str) -> None:
    x.stand.settings(dialect=dialect)
    hearing = Hearing(x)
    post = hearing.publish().remote_id
    one = hearing.heard(hearing.comment(post, "Il en reste ?", "Zoé Petit"))
    assert (one.kind, one.under, one.author.name, one.words) == ("comment", post, "Zoé Petit", "Il en reste ?")


def test_an_answer_that_x_refuses_keeps_the_words_and_leads_to_x(x: Bench) -> None:
    hearing = Hearing(x)
    name = x.stand.inbox.passing("Paul", "Entre nous", after=hearing.publish().remote_id, names=False)["id"]
    one = hearing.heard(name)
    with pytest.raises(Refused) as refused:
        x.send(hearing.answer(one, "Oui."))
    assert "your text is kept" in str(refused.value.cure)
    assert one.url.endswith(f"/status/{name}")


def test_our_own_thread_is_no_conversation(x: Bench) -> None:
    hearing = Hearing(x)
    first = hearing.publish("Première partie")
    x.send(x.says("Seconde partie"), after=first)
    assert hearing.read() == {}


def test_an_old_publication_is_not_searched(x: Bench) -> None:
    hearing = Hearing(x)
    hearing.publish(at=clock.now() - timedelta(days=8))
    hearing.read()
    assert not [one for one in x.stand.requests() if one["path"].endswith("/search/recent")]


def test_a_page_whose_name_x_forgot_is_begun_again(x: Bench) -> None:
    hearing = Hearing(x)
    name = hearing.mention("Bravo")
    hearing.cursors["named"] = {"top": "", "token": "?", "newest": ""}
    assert name in hearing.read()


def test_an_answer_to_one_who_called_is_cheaper() -> None:
    assert SPEC.price is not None
    answer, post = (SPEC.price(Parcel("Oui.", form=form)) for form in (REPLY, ""))
    assert (answer.micros, post.micros) == (10_000, 15_000)


def test_a_private_message_costs_the_same_with_a_link() -> None:
    assert SPEC.price is not None
    assert SPEC.price(Parcel("Là : https://lenoir.fr", form=MESSAGE)).micros == 15_000


# ---- what was published on X itself


def test_what_answers_a_post_made_on_x_itself_is_a_comment_even_before_that_post_is_known(x: Bench) -> None:
    hearing = Hearing(x)
    post = str(x.stand.add_post("lenoir", "Depuis le téléphone")["id"])
    name = hearing.comment(post, "Il en reste ?")
    told = hearing.ear.gather("named", {}, [], clock.now()).heard
    assert [(one.remote_id, one.kind, one.under, one.parent) for one in told] == [(name, "comment", post, "")]


def test_what_is_only_passed_on_is_no_publication_of_ours(x: Bench) -> None:
    post = {"id": "7", "author_id": x.account.remote_id, "created_at": clock.now().isoformat(), "conversation_id": "7"}
    assert published(post, x.account, "https://x.com") is not None
    for kind in ("retweeted", "reposted", "replied_to"):
        assert published({**post, "referenced_posts": [{"type": kind, "id": "3"}]}, x.account, "https://x.com") is None


def test_knowing_what_was_published_on_x_itself_costs_no_reading_more(x: Bench) -> None:
    hearing = Hearing(x)
    x.stand.add_post("lenoir", "Depuis le téléphone")
    hearing.read()
    calls = {one["path"].rpartition("/")[2] for one in x.stand.requests() if one["path"].startswith("/2/") and one["method"] == "GET"}
    assert calls == {"me", "tweets", "mentions", "recent", "dm_events"}
    assert x.stand.money.spent()["calls"].get("post owned") == 1


# ---- in private


def asked(x: Bench) -> list[dict[str, Any]]:
    return [one for one in x.stand.requests() if one["path"] == "/2/dm_events"]


def test_once_read_private_messages_are_asked_for_few_at_a_time(x: Bench) -> None:
    hearing = Hearing(x)
    early = {hearing.message(f"Question {n}") for n in range(30)}
    assert early <= hearing.read().keys()
    later = {hearing.message(f"Et puis {n}") for n in range(15)}
    before = len(asked(x))
    assert later <= hearing.restarted().read().keys()
    first, second = asked(x)[before:]
    assert "max_results=10" in first["query"]
    assert "max_results=100" in second["query"]


def test_a_page_of_messages_whose_name_x_forgot_is_begun_again(x: Bench) -> None:
    hearing = Hearing(x)
    name = hearing.message("Bonjour")
    x.stand.arm("reject_before_commit", "GET /2/dm_events", status=400, times=2)
    hearing.cursors["messages"] = {"top": "", "token": "AAAA", "newest": ""}
    assert name in hearing.read()


def test_where_private_messages_were_not_allowed_nothing_is_asked_and_it_is_said(x: Bench) -> None:
    x.stand.settings(withheld=["dm.read", "dm.write"])
    x.connect()
    with pytest.raises(Refused) as refused:
        Hearing(x).ear.gather("messages", {}, [], clock.now())
    assert refused.value.cure
    assert asked(x) == []


def test_several_people_are_answered_on_x_itself(x: Bench) -> None:
    hearing = Hearing(x)
    name = hearing.message("Bonjour à tous")
    x.stand.state["messages"][-1]["conversation"] = "1580000000000000001"
    one = hearing.heard(name)
    window = hearing.ear.window(one, clock.now(), late_allowed=False)
    assert (window.open, bool(window.why)) == (False, True)
    with pytest.raises(Refused):
        x.send(hearing.answer(one, "Bonjour."))


def test_a_private_message_cannot_be_taken_back_and_that_is_said(x: Bench) -> None:
    hearing = Hearing(x)
    receipt = x.send(hearing.answer(hearing.heard(hearing.message("Bonjour")), "Bonjour."))
    with pytest.raises(Refused) as refused:
        x.line().delete(receipt)
    assert refused.value.cure


def test_the_narrow_limit_of_messages_says_nothing_about_posts(x: Bench) -> None:
    hearing = Hearing(x)
    one = hearing.heard(hearing.message("Bonjour"))
    x.send(hearing.answer(one, "Bonjour."))
    assert x.wires is not None
    assert x.wires.budget is None


def test_a_picture_comes_along_with_its_description(x: Bench) -> None:
    hearing = Hearing(x)
    picture = x.picture(1)
    x.stand.add_account("zoe")
    name = x.stand.add_post("zoe", "@lenoir Regardez", pictures=[(x.files[picture.digest], "Un pain brûlé")])["id"]
    assert [(one.kind, one.name) for one in hearing.heard(name).attached] == [("picture", "Un pain brûlé")]


# ---- the bell

APP = {"client_id": "1", "client_secret": CLIENT_SECRET}
BOTH = {**APP, "signing_secret": "the consumer secret"}
NEWER, OLDER = "x-twitter-webhooks-signature-oauth2", "x-twitter-webhooks-signature"


def news(*happened: tuple[str, str]) -> bytes:
    told = [{"event_uuid": f"{n}", "filter": {"user_id": who}, "event_type": what, "payload": {}} for n, (what, who) in enumerate(happened)]
    return json.dumps({"data": told[0] if len(told) == 1 else told}).encode()


@pytest.mark.parametrize(("app", "secret"), [(APP, CLIENT_SECRET), (BOTH, "the consumer secret")])
def test_the_challenge_is_answered_with_the_secret_that_belongs_to_it(app: dict[str, str], secret: str) -> None:
    reply = Webhook().handshake(Call("GET", {"crc_token": "a word"}, {}, b""), app)
    assert reply is not None
    assert (reply.status, reply.kind, json.loads(reply.body)) == (200, "application/json", crc(secret, "a word"))


def test_without_an_application_nobody_answers_the_challenge() -> None:
    refused = Webhook().handshake(Call("GET", {"crc_token": "a word"}, {}, b""), {"verify_token": "x"})
    assert refused is not None
    assert refused.status == 403
    assert Webhook().handshake(Call("POST", {}, {}, news(("dm.received", "7"))), APP) is None
    assert Webhook().handshake(Call("GET", {}, {}, b""), APP) is None


def test_each_signature_is_believed_with_its_own_secret_and_over_this_very_body_only() -> None:
    body = news(("dm.received", "7"))
    newer, older = sign(CLIENT_SECRET, body), sign("the consumer secret", body)
    assert Webhook().genuine(Call("POST", {}, {NEWER: newer}, body), APP)
    assert Webhook().genuine(Call("POST", {}, {OLDER: older}, body), BOTH)
    assert Webhook().genuine(Call("POST", {}, {NEWER: newer, OLDER: older}, body), BOTH)
    for headers in ({}, {NEWER: older}, {OLDER: newer}, {NEWER: "é"}, {NEWER: newer[:-2]}):
        assert not Webhook().genuine(Call("POST", {}, headers, body), BOTH), headers
    assert not Webhook().genuine(Call("POST", {}, {NEWER: newer}, body + b" "), BOTH)
    assert not Webhook().genuine(Call("POST", {}, {OLDER: sign("", body), NEWER: sign("", body)}, body), {"client_secret": ""})


def test_news_names_its_account_and_what_is_to_be_read() -> None:
    happened = [("dm.received", "7"), ("dm.received", "7"), ("post.mention.create", "7"), ("post.reply.create", "8"), ("like.create", "9")]
    body = news(*happened)
    assert Webhook().knocks(Call("POST", {}, {}, body)) == (Knock("7", "messages"), Knock("7", "named"), Knock("8", "under"))
    assert Webhook().knocks(Call("POST", {}, {}, news(("dm.sent", "7")))) == (Knock("7", "messages"),)
    for senseless in (b"", b"[]", b"{", b'{"data": 3}', b'{"data": [1]}', b'{"data": {"event_type": "dm.sent"}}', b"[" * 5000):
        assert Webhook().knocks(Call("POST", {}, {}, senseless)) == ()
