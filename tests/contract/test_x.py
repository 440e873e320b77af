"""X's oddities: short codes and rotating tokens, threads, money, limits, and recognising one's own words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.core import clock
from parvis.core.http import Answer, Client
from parvis.core.weights import weighted
from parvis.networks.contract import Absent, Begun, CannotTell, Disconnected, Found, NotSent, Receipt, Refused, Unknown
from parvis.networks.facts import COMMENT, Parcel
from parvis.networks.x.spec import SPEC
from parvis.networks.x.words import is_it
from sandbox import Town, x_text
from sandbox.x_inbox import crc, sign
from tests.contract.benches import BACK, OUR_APP, Bench, said_yes

HELLO = Parcel("Chaud à 7 h : le pain aux noix 🥖 est là.")
LINK = Parcel("La brioche du samedi : https://boulangerie-lenoir.fr/brioche?a=1&b=2")


def begin(x: Bench, redirect_uri: str = BACK, client: Any = OUR_APP) -> Begun:
    return x.network.door.begin(x.http, "", redirect_uri, "the state", client)


def enter(x: Bench, *withheld: str) -> Found:
    """Connect again, the person leaving some scopes out."""
    x.stand.settings(withheld=[*withheld])
    x.connect()
    assert x.found is not None
    return x.found


def answer(x: Bench, method: str, path: str, **more: Any) -> Answer:
    """Make a call as another client would, with a token that may do everything."""
    token = x.stand.add_account("lenoir")
    return x.http.call(method, f"{x.stand.url}{path}", headers={"authorization": f"Bearer {token}"}, **more)


# ---- the door


def test_it_asks_for_no_more_than_it_needs_and_proves_itself(x: Bench) -> None:
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begin(x).url).query).items()}
    publishing, listening = ["tweet.read", "tweet.write", "users.read", "media.write"], ["tweet.moderate.write", "dm.read", "dm.write"]
    assert asked["scope"].split() == [*publishing, *listening, "offline.access"]
    assert (asked["state"], asked["redirect_uri"], asked["code_challenge_method"]) == ("the state", BACK, "S256")
    assert OUR_APP["client_secret"] not in begin(x).url


@pytest.mark.parametrize("client", [None, {}, {"client_id": "a"}, {"client_id": "a", "client_secret": ""}])
def test_without_an_application_the_person_is_told_to_make_one(x: Bench, client: Any) -> None:
    with pytest.raises(Refused) as caught:
        begin(x, client=client)
    assert "Client ID" in str(caught.value.reason)


def test_localhost_is_refused_before_x_does(x: Bench) -> None:
    with pytest.raises(Refused) as caught:
        begin(x, "http://localhost:8000/connect/back")
    assert "127.0.0.1" in str(caught.value.cure)


def test_a_code_serves_once_only_whoever_began_and_for_thirty_seconds(x: Bench) -> None:
    begun = begin(x)
    code = said_yes(x, begun.url)
    x.network.door.finish(x.http, begun.memory, code)
    other = said_yes(x, begun.url)
    late = said_yes(x, begun.url)
    x.stand.advance(31)
    for memory, one in ((begun.memory, code), ({**begun.memory, "verifier": "v" * 60}, other), (begun.memory, late)):
        with pytest.raises(Refused) as caught:
            x.network.door.finish(x.http, memory, one)
        assert "Start the connection again" in str(caught.value.cure)


def test_a_wrong_secret_is_told_as_such(x: Bench) -> None:
    begun = begin(x, client={**OUR_APP, "client_secret": "another"})
    with pytest.raises(Refused) as caught:
        x.network.door.finish(x.http, begun.memory, said_yes(x, begun.url))
    assert "Copy both values" in str(caught.value.cure)


def test_an_application_without_credits_is_told_before_anything_is_kept(x: Bench) -> None:
    x.stand.settings(credits=0)
    with pytest.raises(Refused) as caught:
        x.connect()
    assert "connect again" in str(caught.value.cure)


def test_who_may_not_stay_connected_ends_in_two_hours(x: Bench) -> None:
    assert x.found is not None
    assert x.found.ends_at is None
    found = enter(x, "offline.access")
    assert found.ends_at is not None
    assert timedelta(minutes=110) < found.ends_at - clock.now() <= timedelta(hours=2)


# ---- tokens


def test_a_token_is_renewed_before_its_end_and_what_came_is_kept(x: Bench) -> None:
    before = x.purse.tokens = {**x.purse.tokens, "ends": (clock.now() + timedelta(minutes=1)).isoformat()}
    x.send(HELLO)
    assert x.purse.renewals == 1
    assert x.purse.tokens["refresh"] != before["refresh"]
    assert x.purse.tokens["client_secret"] == before["client_secret"]
    assert [call["status"] for call in x.stand.requests("POST /2/tweets")] == [201]


def test_a_token_that_x_found_too_old_is_renewed_and_the_post_leaves_once(x: Bench) -> None:
    x.stand.advance(7300)
    x.send(HELLO)
    assert x.purse.renewals == 1
    assert len(x.posts()) == 1


def test_a_spent_refresh_token_is_a_dead_connection(x: Bench) -> None:
    old = dict(x.purse.tokens)
    x.stand.advance(7300)
    x.send(HELLO)
    x.purse.tokens = old
    with pytest.raises(Disconnected):
        x.send(LINK)


def test_what_was_not_allowed_is_refused_in_words(x: Bench) -> None:
    enter(x, "tweet.write")
    with pytest.raises(Refused) as caught:
        x.send(HELLO)
    assert "allow all" in str(caught.value.cure)


# ---- what works


def checks(x: Bench, http: Client | None = None) -> dict[str, str]:
    x.line()
    assert x.wires is not None
    x.wires.http = http or x.http
    return {check.key: check.level for check in x.network.door.readiness(x.account, x.wires)}


def test_readiness_says_what_works_and_what_it_costs(x: Bench) -> None:
    assert checks(x) == {"publish": "good", "credits": "good", "price": "good"}


def test_readiness_names_what_was_not_allowed(x: Bench) -> None:
    enter(x, "media.write", "offline.access")
    assert checks(x) == {"publish": "good", "media": "limited", "stay": "limited", "credits": "good", "price": "good"}
    enter(x, "tweet.write")
    assert checks(x)["publish"] == "bad"
    enter(x, "tweet.moderate.write", "dm.read")
    assert checks(x) == {"publish": "good", "hide": "limited", "messages": "limited", "credits": "good", "price": "good"}


@pytest.mark.parametrize(("setting", "value"), [("credits", 0), ("enrolled", False), ("usage_capped", True)])
def test_readiness_says_why_the_application_is_refused(x: Bench, setting: str, value: Any) -> None:
    x.stand.settings(**{setting: value})
    assert checks(x)["application"] == "bad"


def test_readiness_knows_a_protected_account_and_a_dead_connection(x: Bench) -> None:
    x.stand.add_account("lenoir", protected=True)
    assert checks(x)["protected"] == "limited"
    x.stand.arm("token_revoked", "any", times=9)
    assert checks(x)["token"] == "bad"


def test_readiness_says_that_it_could_not_look(x: Bench) -> None:
    x.stand.arm("drop_before_commit", "GET *")
    assert checks(x)["reach"] == "unknown"


# ---- posts


def test_what_a_person_declared_and_who_may_answer_are_told(x: Bench) -> None:
    first = x.send(replace(HELLO, ai=True, paid=True, details={"reply_settings": "following"}))
    x.send(Parcel("La suite.", details={"reply_settings": "following"}), after=first)
    told = [(post["ai"], post["paid"], post["reply_settings"]) for post in x.posts()]
    assert told == [(True, True, "following"), (False, False, "")]


POLL = replace(HELLO, form="poll", details={"option1": "Noix", "option2": " Seigle ", "option4": "", "duration": "4320"})


def test_a_poll_carries_its_answers_and_its_time(x: Bench) -> None:
    x.send(POLL)
    assert x.posts()[0]["poll"] == {"options": ["Noix", "Seigle"], "duration_minutes": 4320}
    x.send(replace(POLL, text="Encore une ?", details={**POLL.details, "duration": "soon"}))
    assert x.posts()[1]["poll"]["duration_minutes"] == 1440


def test_a_poll_is_not_taken_for_the_same_words_alone(x: Bench) -> None:
    began, sent = clock.now(), x.send(POLL)
    assert x.look(POLL, "k", began) == sent
    assert x.look(HELLO, "k", began) == Absent()


def test_a_poll_that_x_does_not_take_is_refused_in_its_words(x: Bench) -> None:
    with pytest.raises(Refused) as caught:
        x.send(replace(POLL, details={"option1": "Noix"}))
    assert "2 to 4 options" in str(caught.value.reason)


def test_nothing_is_told_that_nobody_declared(x: Bench) -> None:
    x.send(HELLO)
    assert x.stand.requests("commit")[-1]["given"] == {"text": HELLO.text}


def test_a_choice_that_x_does_not_know_is_left_out(x: Bench) -> None:
    x.send(replace(HELLO, details={"reply_settings": "nobody"}))
    assert x.posts()[0]["reply_settings"] == ""


def test_every_part_of_a_thread_is_charged_and_so_is_the_first_comment(x: Bench) -> None:
    picture = x.picture(1, "Un pain")
    parcels = [HELLO, replace(LINK, pictures=(picture,)), Parcel("Trois."), Parcel("Réservez au 02 40 00 00 00.", form=COMMENT)]
    before, receipt = x.stand.money.spent()["micros"], None
    for parcel in parcels:
        receipt = x.send(parcel, after=receipt)
    spent = x.stand.money.spent()["micros"] - before
    assert spent == sum(SPEC.price(parcel).micros for parcel in parcels if SPEC.price) == 15_000 + 205_000 + 15_000 + 15_000


def test_a_look_and_a_visit_cost_a_thousandth_of_a_dollar_each_thing(x: Bench) -> None:
    began = clock.now()
    x.send(HELLO)
    before = x.stand.money.spent()["calls"]
    for _ in range(3):
        x.look(HELLO, "k", began)
    x.network.door.visit(x.account, x.wires)  # type: ignore[arg-type]
    after = x.stand.money.spent()["calls"]
    grown = {kind: count - before.get(kind, 0) for kind, count in after.items() if count != before.get(kind, 0)}
    assert grown == {"post owned": 1}


def test_a_card_stands_in_the_text_and_costs_what_a_link_costs(x: Bench) -> None:
    assert SPEC.price is not None
    assert SPEC.price(LINK).micros > 10 * SPEC.price(HELLO).micros
    assert SPEC.price(Parcel("Voir lenoir.fr")).micros == SPEC.price(LINK).micros
    assert "thirteen" in str(SPEC.price(LINK).why)


@pytest.mark.parametrize("shape", ["newer", "older"])
def test_without_credits_nothing_leaves_and_nobody_insists(x: Bench, shape: str) -> None:
    x.stand.settings(credits=0, credits_shape=shape)
    with pytest.raises(Refused) as caught:
        x.send(HELLO)
    assert "credits" in str(caught.value.cure)
    assert isinstance(x.look(HELLO, "k", clock.now()), CannotTell)
    assert x.posts() == []


# ---- the same words twice


def test_words_that_are_there_already_are_refused_at_a_first_try(x: Bench) -> None:
    x.send(HELLO)
    with pytest.raises(Refused) as caught:
        x.send(HELLO)
    assert "change a few words" in str(caught.value.cure)


def test_a_double_after_a_doubt_proves_the_first_and_is_looked_for(x: Bench) -> None:
    began = clock.now()
    ready = x.ready(HELLO)
    x.stand.arm("commit_then_drop")
    with pytest.raises(Unknown):
        x.line().commit(ready, "k")
    again = x.ready(HELLO, memory=ready.memory)
    with pytest.raises(Unknown) as caught:
        x.line().commit(again, "k")
    assert "duplicate" in caught.value.trace
    assert isinstance(x.look(HELLO, "k", began), Receipt)
    assert len(x.posts()) == 1


def test_after_many_tries_without_a_trace_a_person_is_asked(x: Bench) -> None:
    memory: Any = {}
    for _ in range(8):
        memory = x.ready(HELLO, memory=memory).memory
        assert isinstance(x.look(HELLO, "k", clock.now()), Absent) == (memory["tries"] < 8)
    assert isinstance(x.look(HELLO, "k", clock.now()), CannotTell)


# ---- limits


def test_the_limits_of_a_day_are_read_and_waited_for(x: Bench) -> None:
    x.stand.settings(day_posts=1)
    x.send(HELLO)
    assert x.wires is not None
    assert (x.wires.gauges["user_day"].used, x.wires.gauges["user_day"].most) == (1, 1)
    assert x.wires.gauges["app_day"].shared
    with pytest.raises(NotSent) as caught:
        x.send(LINK)
    assert caught.value.again_at == x.wires.gauges["user_day"].reset_at
    assert len(x.stand.requests("commit")) == 1


def test_a_day_that_is_used_up_by_others_is_waited_for_too(x: Bench) -> None:
    x.stand.settings(day_posts=0)
    for calls in (1, 1):
        with pytest.raises(NotSent) as caught:
            x.send(LINK)
        assert caught.value.again_at is not None
        assert len(x.stand.requests("commit")) == calls


def test_the_budget_is_that_of_publishing(x: Bench) -> None:
    x.send(HELLO)
    x.look(HELLO, "k", clock.now())
    assert x.wires is not None
    assert x.wires.budget is None
    x.send(LINK)
    assert x.wires is not None
    assert x.wires.budget is not None
    assert x.wires.budget.left == 98


# ---- recognising one's own words


@pytest.mark.parametrize(
    "text",
    [
        "Ouvert : https://Boulangerie-Lenoir.fr/Brioche/ et lenoir.fr !",
        "« Pain & noix » <b>à 5 €</b> &amp; 100 % http://lenoir.fr/p%C3%A2te?q=%20a",
        "Deux fois https://lenoir.fr puis https://lenoir.fr.",
        "E\u0301te\u0301 à la plage\n\n  avec des espaces  et 👩‍🍳",
        "lenoir.fr",
    ],
)
@pytest.mark.parametrize("dialect", ["both", "tweet", "post"])
def test_it_is_found_however_x_writes_it(x: Bench, text: str, dialect: str) -> None:
    x.stand.settings(dialect=dialect, edit_history=dialect == "both")
    began, parcel = clock.now(), Parcel(text, pictures=(x.picture(1, "Un"),))
    sent = x.send(parcel)
    assert x.look(parcel, "k", began) == sent
    assert isinstance(x.look(replace(parcel, text=text + " Oui."), "k", began), Absent)


def test_one_whose_address_leads_elsewhere_by_now_is_still_it(x: Bench) -> None:
    short = x_text.links(LINK.text, "1")[0]
    urls = [{"start": 0, "end": 9, "url": short.short, "expanded_url": "https://lenoir.fr/moved"}]
    post = {"id": "1", "text": LINK.text.replace(short.url, short.short), "entities": {"urls": urls}}
    assert not is_it(post, LINK.text, (0, False), "lenoir")
    assert is_it(post, LINK.text, (0, False), "lenoir", blurred=True)
    assert is_it({"id": "1", "text": f"@lenoir {HELLO.text}"}, HELLO.text, (0, False), "lenoir")


def test_an_answer_is_not_taken_for_a_post_nor_a_post_for_an_answer(x: Bench) -> None:
    began = clock.now()
    x.stand.settings(duplicate_seconds=0)
    top = x.send(HELLO)
    same = x.send(HELLO, after=top)
    assert x.look(HELLO, "k", began) == same
    x.ready(HELLO)
    assert x.look(HELLO, "k", began) == top


def test_errors_beside_what_was_found_change_nothing(x: Bench) -> None:
    x.stand.settings(partial=True)
    began = clock.now()
    assert x.look(HELLO, "k", began) == Absent()
    sent = x.send(HELLO)
    assert x.look(HELLO, "k", began) == sent


def test_an_account_that_x_no_longer_finds_cannot_tell(x: Bench) -> None:
    x.line()
    assert x.wires is not None
    line = x.network.connector(replace(x.account, remote_id="1"), x.wires)
    assert isinstance(line.look(HELLO, "k", clock.now(), frozenset()), CannotTell)


def test_what_is_another_accounts_is_not_taken_off(x: Bench) -> None:
    x.stand.add_account("autre")
    other = x.stand.add_post("autre", "Bonjour")
    with pytest.raises(Refused):
        x.line().delete(Receipt(other["id"], other["url"]))
    assert len(x.posts()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "", "Chaud à 7 h", "👩‍🍳 🇫🇷 1️⃣ ©️", "日本語", "voir lenoir.fr/pain?x=1, puis https://a.test/ et chaud.Le pain", "“œuf” … → — • €",
        "e\u0301" * 9,
        "https://lenoir.fr/a_(b)_c. @lenoir #pain $PAIN", "écrire à contact@lenoir.fr",
    ],
)  # fmt: skip
def test_x_counts_a_text_as_we_do(text: str) -> None:
    assert x_text.weight(text) == weighted(text)


# ---- a long text, where a setting asks for it


def test_subscribers_write_long_texts_only_where_a_setting_says_so(x: Bench, town: Town) -> None:
    x.stand.add_account("lenoir", subscription="Premium")
    long = replace(HELLO, text="é" * 400)
    assert x.connect().account.limits == {}
    door = replace(x.network.door, long=True)  # type: ignore[type-var]
    x.line()
    found = door.visit(x.account, x.wires)  # type: ignore[arg-type]
    assert SPEC.refined(found.limits).texts[0].most == 25_000
    began = clock.now()
    assert x.look(long, "k", began) == Absent()
    assert x.send(long) == x.look(long, "k", began)


# ---- the public, and what a later inbox reads


def test_what_the_public_writes_is_read_as_x_tells_it(x: Bench) -> None:
    sent = x.send(HELLO)
    comment = x.stand.comment(sent.remote_id, "Mme Le Goff", "Vous en gardez deux ?")
    x.stand.message("lenoir", "Mme Le Goff", "Bonjour")
    found = answer(x, "GET", f"/2/users/{x.account.remote_id}/mentions", params={"tweet.fields": "conversation_id,author_id"}).mapping()
    assert [post["id"] for post in found["data"]] == [comment["id"]]
    assert found["data"][0]["text"] == "@lenoir Vous en gardez deux ?"
    query = {"query": f"conversation_id:{sent.remote_id}", "max_results": 10}
    assert len(answer(x, "GET", "/2/tweets/search/recent", params=query).mapping()["data"]) == 2
    assert answer(x, "GET", "/2/dm_events", params={"dm_event.fields": "sender_id"}).mapping()["data"][0]["text"] == "Bonjour"
    assert x.posts()[0]["comments"][0]["by"] == "Mme Le Goff"
    assert answer(x, "PUT", f"/2/tweets/{comment['id']}/hidden", json={"hidden": True}).mapping() == {"data": {"hidden": True}}


def test_only_who_named_the_account_is_answered(x: Bench) -> None:
    sent = x.send(HELLO)
    comment = x.stand.comment(sent.remote_id, "Mme Le Goff", "Vous en gardez deux ?")
    x.send(Parcel("Bien sûr !"), after=Receipt(comment["id"]))
    x.stand.add_account("autre")
    stranger = x.stand.add_post("autre", "Qui a du bon pain ?")
    with pytest.raises(Refused) as caught:
        x.send(Parcel("Nous !"), after=Receipt(stranger["id"]))
    assert "answer there" in str(caught.value.cure)


def test_signatures_are_in_base64(x: Bench) -> None:
    assert crc("secret", "challenge") == {"response_token": sign("secret", b"challenge")}
    assert sign("secret", b"challenge").startswith("sha256=")
    assert sign("secret", b"challenge").endswith("=")
