"""What is Mastodon's own, and its compatible servers': registration, media that take time, servers that differ."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from parvis.core import clock
from parvis.core.http import Client, ForbiddenAddress, Guard
from parvis.networks.contract import Absent, Begun, CannotTell, Disconnected, NotSent, NotYet, Ready, Receipt, Refused, Unknown
from parvis.networks.facts import Parcel
from parvis.networks.mastodon.connect import written
from sandbox import Town
from tests.contract.benches import BACK, Bench, approve
from tests.loopback import answering, loopback

HELLO = Parcel("Le pain aux noix est là.")


def begin(bench: Bench, client: Mapping[str, Any] | None = None, redirect_uri: str = BACK) -> Begun:
    return bench.network.door.begin(bench.http, bench.stand.host, redirect_uri, "the state", client)


def asked(begun: Begun) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}


# ---- the door


def test_it_asks_for_no_more_than_it_needs_and_proves_itself(mastodon: Bench) -> None:
    found = asked(begin(mastodon))
    assert found["scope"].split() == [
        "read:accounts", "read:statuses", "read:notifications", "write:statuses", "write:media", "write:favourites",
    ]  # fmt: skip
    assert (found["state"], found["redirect_uri"], found["code_challenge_method"]) == ("the state", BACK, "S256")


def test_the_code_serves_only_whoever_began(mastodon: Bench) -> None:
    begun = begin(mastodon)
    code = approve(mastodon, begun.url)
    with pytest.raises(Refused):
        mastodon.network.door.finish(mastodon.http, {**begun.memory, "verifier": "another" * 9}, code)


def test_a_code_serves_once(mastodon: Bench) -> None:
    begun = begin(mastodon)
    code = approve(mastodon, begun.url)
    mastodon.network.door.finish(mastodon.http, begun.memory, code)
    with pytest.raises(Refused) as caught:
        mastodon.network.door.finish(mastodon.http, begun.memory, code)
    assert "Start the connection again" in str(caught.value.cure)


def test_a_server_without_metadata_is_connected_the_older_way(mastodon: Bench) -> None:
    mastodon.stand.settings(oauth_metadata=False, pkce=False, instance_v2=False)
    begun = begin(mastodon)
    assert asked(begun)["scope"] == "read write"
    assert "code_challenge" not in begun.url
    found = mastodon.network.door.finish(mastodon.http, begun.memory, approve(mastodon, begun.url))
    assert found.account.remote_id == mastodon.account.remote_id
    assert found.account.limits["text"] == 500


def test_a_registration_is_used_again_and_replaced_when_the_server_forgot_it(mastodon: Bench) -> None:
    first = begin(mastodon)
    assert begin(mastodon, first.client).client == first.client
    mastodon.stand.state["apps"].clear()
    assert begin(mastodon, first.client).client != first.client


def test_a_registration_for_another_address_is_not_used(mastodon: Bench) -> None:
    first = begin(mastodon)
    assert begin(mastodon, first.client, "http://127.0.0.1:8000/elsewhere").client["client_id"] != first.client["client_id"]


@pytest.mark.parametrize(
    "typed",
    [
        "la-place.example",
        "https://la-place.example/",
        "https://la-place.example/@lenoir",
        "@lenoir@la-place.example",
        " LA-PLACE.example. ",
    ],
)
def test_a_server_is_understood_however_it_is_written(typed: str) -> None:
    assert written(typed) == "la-place.example"


@pytest.mark.parametrize("typed", ["", "@", "la place", "http://", "a/b@", "é?x", "la-place..example", "-x"])
def test_what_is_no_server_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        written(typed)
    assert str(caught.value.cure)


@pytest.mark.parametrize("host", ["localhost", "10.0.0.1", "[::1]", "2130706433"])
def test_a_server_inside_is_forbidden(mastodon: Bench, host: str) -> None:
    with pytest.raises(ForbiddenAddress):
        mastodon.network.door.begin(Client(Guard()), host, BACK, "s", None)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>Bienvenue</html>", "200 OK"),
        (b"{}", "200 OK"),
        (b"", "404 Not Found"),
        (b"<html>", "405 Method Not Allowed"),
        (b"", "301 Moved"),
    ],
)
def test_a_site_that_is_no_mastodon_is_refused_in_words(mastodon: Bench, body: bytes, status: str) -> None:
    with loopback(answering(body, status)) as url, pytest.raises(Refused) as caught:
        mastodon.network.door.begin(mastodon.http, url.removeprefix("http://"), BACK, "s", None)
    assert "Mastodon" in str(caught.value.reason)


def test_a_dead_server_is_later(mastodon: Bench) -> None:
    with pytest.raises(NotSent) as caught:
        mastodon.network.door.begin(mastodon.http, "127.0.0.1:1", BACK, "s", None)
    assert "127.0.0.1" in str(caught.value.why)


def test_limits_are_the_servers_own(mastodon: Bench) -> None:
    mastodon.stand.settings(max_characters=42, url_price=10, description_limit=99, max_media=2)
    mastodon.line()
    assert mastodon.wires is not None
    found = mastodon.network.door.visit(mastodon.account, mastodon.wires)
    spec = mastodon.network.spec.refined(found.limits)
    assert (spec.texts[0].most, spec.images.most, spec.images.alt) == (42, 2, 99)
    assert spec.texts[0].count("https://lenoir.example/a") == 10


def test_what_our_counter_takes_the_server_takes_and_no_letter_more(mastodon: Bench) -> None:
    mastodon.stand.settings(max_characters=60, url_price=30)
    mastodon.connect()
    spec = mastodon.network.spec.refined(mastodon.account.limits)
    base = Parcel("@chocolat@example.social https://lenoir.example/un/chemin/fort/long 👩‍🍳 ", warning="Été")
    full = replace(base, text=base.text + "é" * (60 - spec.measured(base)[0][1]))
    assert spec.measured(full)[0][1] == 60
    mastodon.send(full)
    with pytest.raises(Refused) as caught:
        mastodon.send(replace(full, text=full.text + "é"))
    assert "Shorten" in str(caught.value.cure)


# ---- media that take time


def test_a_picture_that_takes_time_is_uploaded_once_even_across_restarts(mastodon: Bench) -> None:
    mastodon.stand.settings(media_polls=3)
    parcel = replace(HELLO, pictures=(mastodon.picture(1, "Un"), mastodon.picture(2, "Deux")))
    waits = []
    ready = mastodon.line().prepare(parcel, {}, None)
    while isinstance(ready, NotYet):
        waits.append(ready.again_at - clock.now())
        ready = mastodon.line().prepare(parcel, ready.memory, None)
    assert len(waits) >= 2
    assert all(timedelta(0) < wait <= timedelta(seconds=30) for wait in waits)
    assert len(mastodon.stand.requests("prepare")) == 2
    assert mastodon.posts() == []
    mastodon.line().commit(ready, mastodon.new_key())
    assert [p["alt"] for p in mastodon.posts()[0]["pictures"]] == ["Un", "Deux"]


def test_a_picture_that_never_gets_ready_is_refused_at_last(mastodon: Bench) -> None:
    mastodon.stand.settings(media_polls=10_000, limits=False)
    parcel = replace(HELLO, pictures=(mastodon.picture(1, "Un"),))
    with pytest.raises(Refused):
        mastodon.ready(parcel)


def test_words_changed_since_the_upload_are_the_ones_that_go_out(mastodon: Bench) -> None:
    picture = mastodon.picture(1, "Avant")
    ready = mastodon.ready(replace(HELLO, pictures=(picture,)))
    after = mastodon.ready(replace(HELLO, pictures=(replace(picture, alt="Après"),)), memory=ready.memory)
    mastodon.line().commit(after, mastodon.new_key())
    assert mastodon.posts()[0]["pictures"][0]["alt"] == "Après"


def test_an_upload_the_server_threw_away_is_made_again(mastodon: Bench) -> None:
    parcel = replace(HELLO, pictures=(mastodon.picture(1, "Un"),))
    ready = mastodon.ready(parcel)
    mastodon.stand.state["media"].clear()
    mastodon.line().commit(mastodon.ready(parcel, memory=ready.memory), mastodon.new_key())
    assert len(mastodon.posts()[0]["pictures"]) == 1


def test_a_server_without_the_newer_upload_gets_the_older_one(mastodon: Bench) -> None:
    mastodon.stand.arm("reject_before_commit", "POST /api/v2/media", status=404, every=1)
    mastodon.send(replace(HELLO, pictures=(mastodon.picture(1, "Un"),)))
    assert mastodon.posts()[0]["pictures"][0]["alt"] == "Un"


def test_what_is_no_picture_is_refused_in_words(mastodon: Bench) -> None:
    picture = mastodon.picture(1, "Un")
    mastodon.files[picture.digest] = b"Chers clients, nous fermons lundi."
    with pytest.raises(Refused) as caught:
        mastodon.ready(replace(HELLO, pictures=(picture,)))
    assert "picture" in str(caught.value.cure)


# ---- servers that differ


@pytest.mark.parametrize("ids", ["numbers", "ulid", "uuid"])
@pytest.mark.parametrize("honours", [True, False])
def test_exactly_one_post_whatever_the_ids_and_whether_keys_are_honoured(mastodon: Bench, ids: str, honours: bool) -> None:
    mastodon.stand.settings(ids=ids, honours_keys=honours)
    for fault in ("commit_then_drop", "partial_body", "commit_then_5xx"):
        mastodon.stand.arm(fault)
        mastodon.send_whatever_happens(replace(HELLO, text=f"{HELLO.text} {fault}"))
    assert len(mastodon.posts()) == 3


def test_the_same_key_goes_with_every_try(mastodon: Bench) -> None:
    key = mastodon.new_key()
    mastodon.stand.arm("reject_before_commit")
    with pytest.raises(Unknown):
        mastodon.send(HELLO, key=key)
    mastodon.send(HELLO, key=key)
    sent = [call["headers"]["idempotency-key"] for call in mastodon.stand.requests("commit")]
    assert sent == [key, key]


@pytest.mark.parametrize("bodies", ["json", "text", "html"])
@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_dead_token_is_known_in_every_dress(mastodon: Bench, bodies: str, status: int) -> None:
    mastodon.stand.settings(error_bodies=bodies, bad_token_status=status)
    mastodon.purse.tokens = {"access": "dead"}
    with pytest.raises(Disconnected) as caught:
        mastodon.send(HELLO)
    assert "<" not in str(caught.value.why)


@pytest.mark.parametrize("bodies", ["json", "text", "html"])
def test_a_refusal_is_told_in_the_servers_words_and_never_in_html(mastodon: Bench, bodies: str) -> None:
    mastodon.stand.settings(error_bodies=bodies)
    with pytest.raises(Refused) as caught:
        mastodon.send(Parcel("a" * 501))
    assert "<" not in str(caught.value.reason)
    assert ("500" in str(caught.value.reason)) == (bodies != "html")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{}", b'{"id": ""}', b'{"id": "1"}', b"<html>ok</html>", b'{"id": "1", "scheduled_at": "x", "params": {}}'],
)
def test_a_success_without_a_status_is_unknown(mastodon: Bench, body: bytes) -> None:
    ready = mastodon.ready(HELLO)
    with loopback(answering(body)) as url:
        assert mastodon.wires is not None
        with pytest.raises(Unknown):
            mastodon.network.connector(replace(mastodon.account, base=url), mastodon.wires).commit(ready, "k")


@pytest.mark.parametrize(
    ("body", "status", "seen"),
    [
        (b"<html>Bonjour</html>", "200 OK", CannotTell),
        (b"{}", "200 OK", CannotTell),
        (b"[]", "200 OK", Absent),
        (b"[null, 1, {}]", "200 OK", Absent),
        (b'{"error": "Record not found"}', "404 Not Found", CannotTell),
        (b'{"error": "This action is not allowed"}', "403 Forbidden", CannotTell),
        (b"", "302 Found", CannotTell),
    ],
)
def test_a_list_that_cannot_be_read_cannot_tell(mastodon: Bench, body: bytes, status: str, seen: type) -> None:
    with loopback(answering(body, status)) as url:
        mastodon.line()
        assert mastodon.wires is not None
        line = mastodon.network.connector(replace(mastodon.account, base=url), mastodon.wires)
        assert isinstance(line.look(HELLO, "k", clock.now(), frozenset()), seen)


def test_a_server_that_does_not_turn_its_pages_cannot_tell(mastodon: Bench) -> None:
    moment = (clock.now() + timedelta(minutes=1)).isoformat()
    page = b'[{"id": "1", "content": "<p>x</p>", "created_at": "%s"}]' % moment.encode()
    with loopback(answering(page)) as url:
        mastodon.line()
        assert mastodon.wires is not None
        line = mastodon.network.connector(replace(mastodon.account, base=url), mastodon.wires)
        assert isinstance(line.look(HELLO, "k", clock.now(), frozenset()), CannotTell)


def test_a_servers_clock_may_be_wrong_by_minutes(mastodon: Bench, town: Town) -> None:
    key, began = mastodon.new_key(), clock.now()
    town.mastodon.advance(-300)
    sent = mastodon.send(HELLO, key=key)
    assert mastodon.look(HELLO, key, began) == sent


def test_two_deliveries_of_the_same_words_are_told_apart(mastodon: Bench) -> None:
    began = clock.now()
    first, second = mastodon.send(HELLO), mastodon.send(HELLO)
    assert mastodon.look(HELLO, "k", began, frozenset({first.remote_id})) == second
    assert mastodon.look(HELLO, "k", began, frozenset({second.remote_id})) == first


# ---- tokens that end (servers that give a refresh token)


def test_a_token_with_a_refresh_is_renewed_once(mastodon: Bench) -> None:
    fresh = mastodon.purse.tokens["access"]
    with loopback(answering(b'{"access_token": "%s", "refresh_token": "r2"}' % fresh.encode())) as url:
        mastodon.purse.tokens = {**mastodon.purse.tokens, "access": "old", "refresh": "r1", "token_endpoint": f"{url}/oauth/token"}
        mastodon.send(HELLO)
    assert mastodon.purse.renewals == 1
    assert mastodon.purse.tokens["refresh"] == "r2"
    assert len(mastodon.posts()) == 1


def test_a_refused_refresh_is_a_dead_connection(mastodon: Bench) -> None:
    with loopback(answering(b'{"error": "invalid_grant"}', "400 Bad Request")) as url:
        mastodon.purse.tokens = {**mastodon.purse.tokens, "access": "old", "refresh": "r1", "token_endpoint": f"{url}/oauth/token"}
        with pytest.raises(Disconnected):
            mastodon.send(HELLO)


def test_an_answer_stands_under_what_it_answers_even_by_its_address(mastodon: Bench) -> None:
    first = mastodon.send(HELLO)
    ready = mastodon.ready(Parcel("Deux."), after=Receipt("", f"{first.url}/?x=1"))
    assert isinstance(ready, Ready)
    assert ready.body["in_reply_to_id"] == first.remote_id


def test_a_server_that_reads_only_forms_is_written_to_in_forms(mastodon: Bench) -> None:
    seen: list[bytes] = []
    blank = answering(b'{"error": "Validation failed: Text can\'t be blank"}', "422 Unprocessable Content")
    made = answering(b'{"id": 7, "url": "https://la-place.example/@lenoir/7"}')

    def talk(line: socket.socket, request: bytes) -> None:
        seen.append(request)
        (blank if b"application/json" in request else made)(line, request)

    ready = mastodon.ready(Parcel("Le pain", warning="Régime"))
    assert mastodon.wires is not None
    with loopback(talk) as url:
        line = mastodon.network.connector(replace(mastodon.account, base=url), mastodon.wires)
        receipt = line.commit(Ready({**ready.body, "media_ids": ["1", "2"]}), "the-key")
    assert receipt.remote_id == "7"
    assert b"sensitive=true" in seen[1]
    assert b"media_ids%5B%5D=1&media_ids%5B%5D=2" in seen[1]
    assert all(b"idempotency-key: the-key" in request for request in seen)


@pytest.mark.parametrize("given", ['"\\ud800<b>Nom</b>\\u0000"', "7", "null", '"' + "N" * 5000 + '"'])
def test_what_a_server_tells_of_an_account_fits_any_database(mastodon: Bench, given: str) -> None:
    body = f'{{"id": 7, "username": "lenoir", "display_name": {given}, "url": "javascript:alert(1)", "avatar": {given}}}'
    with loopback(answering(body.encode())) as url:
        mastodon.line()
        assert mastodon.wires is not None
        account = mastodon.network.door.visit(replace(mastodon.account, base=url), mastodon.wires)
    account.name.encode()
    assert "\0" not in account.name
    assert 0 < len(account.name) <= 300
    assert (account.url, account.avatar) == ("", "")


# ---- other words


def test_other_words_keep_the_pictures_and_their_descriptions(mastodon: Bench) -> None:
    parcel = replace(HELLO, pictures=(mastodon.picture(1, "Un pain"), mastodon.picture(2, "Deux pains")), warning="Faim")
    receipt = mastodon.send(parcel)
    mastodon.line().edit(receipt, replace(parcel, text="Il n’y en a plus.", warning=""))
    (held,) = mastodon.posts()
    assert (held["text"], held["warning"]) == ("Il n’y en a plus.", "")
    assert [one["alt"] for one in held["pictures"]] == ["Un pain", "Deux pains"]


def test_a_server_that_changes_nothing_is_told_from_a_post_that_is_gone(mastodon: Bench) -> None:
    receipt = mastodon.send(HELLO)
    mastodon.stand.settings(edits=False)
    with pytest.raises(Refused, match="does not let a publication be changed"):
        mastodon.line().edit(receipt, replace(HELLO, text="Autre"))
    mastodon.line().delete(receipt)
    with pytest.raises(Refused, match="not on the network any more"):
        mastodon.line().edit(receipt, replace(HELLO, text="Autre"))
