"""What is Bluesky's own: identities, app passwords, tokens that turn over, records at keys of our choosing."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from lexrpc.base import Base

from parvis.core import clock
from parvis.core.http import Client, ForbiddenAddress, Guard
from parvis.networks.bluesky.identity import written
from parvis.networks.bluesky.tid import moment, new_key
from parvis.networks.contract import Absent, Disconnected, NotSent, Receipt, Refused, Unknown
from parvis.networks.facts import Card, Parcel
from parvis.networks.registry import Config, networks
from sandbox import Town
from tests.contract.benches import PASSWORD, Bench
from tests.loopback import answering, loopback

HELLO = Parcel("Le pain aux noix est là.")


def record(bench: Bench, receipt: Receipt) -> dict[str, Any]:
    """Return the record as the server holds it."""
    asked = {"repo": bench.account.remote_id, "collection": "app.bsky.feed.post", "rkey": receipt.remote_id.rpartition("/")[2]}
    value: dict[str, Any] = bench.http.call("GET", f"{bench.account.base}/xrpc/com.atproto.repo.getRecord", params=asked).mapping()["value"]
    return value


# ---- keys


def test_keys_sort_by_time_and_carry_their_moment() -> None:
    start = datetime(2026, 12, 11, 6, 30, 0, 123456, tzinfo=UTC)
    keys = [new_key(start + timedelta(seconds=n)) for n in range(50)]
    assert keys == sorted(keys)
    assert moment(keys[0]) == start
    assert all(len(key) == 13 for key in keys)


def test_what_is_no_key_has_no_moment() -> None:
    with pytest.raises(ValueError, match="substring"):
        moment("not a key 01")


# ---- the record


def test_every_record_obeys_the_networks_own_lexicon(bluesky: Bench, town: Town) -> None:
    town.bluesky.add_account("chloe.test")
    thumb = bluesky.picture(9)
    parcels = [
        Parcel("Été 🥖 https://lenoir.example/été @chloe.test @nobody.test #Noël", language="fr"),
        Parcel("", pictures=tuple(bluesky.picture(n, f"Pain {n}") for n in range(4))),
        Parcel("Lire", warning="Régime", pictures=(bluesky.picture(1, "Pain"),)),
        Parcel("Lire https://lenoir.example/a", card=Card("https://lenoir.example/a", "Le pain", "Tout", thumb)),
        Parcel("Sans image https://lenoir.example/a", card=Card("https://lenoir.example/a", "Le pain")),
        Parcel("a" * 300, language=""),
    ]
    lexicons, before = Base(), None
    for parcel in parcels:
        before = bluesky.send(parcel, after=before)
        held = record(bluesky, before)
        lexicons.validate("app.bsky.feed.post", "record", held)
        assert held["createdAt"].endswith("Z")


def test_a_known_mention_is_alive_and_an_unknown_one_is_plain_text(bluesky: Bench, town: Town) -> None:
    did = town.bluesky.add_account("chloe.test")["did"]
    held = record(bluesky, bluesky.send(Parcel("Avec @chloe.test et @nobody.test")))
    (facet,) = held["facets"]
    assert facet["features"][0]["did"] == did


def test_a_card_has_its_picture_and_gives_way_to_chosen_pictures(bluesky: Bench) -> None:
    card = Card("https://lenoir.example/a", "Le pain", "Tout", bluesky.picture(9))
    parcel = Parcel("Lire https://lenoir.example/a", card=card)
    shown = record(bluesky, bluesky.send(parcel))["embed"]["external"]
    assert (shown["uri"], shown["title"], shown["description"]) == ("https://lenoir.example/a", "Le pain", "Tout")
    assert shown["thumb"]["size"] == card.picture.size if card.picture else None
    with_picture = record(bluesky, bluesky.send(replace(parcel, pictures=(bluesky.picture(1, "Pain"),))))
    assert with_picture["embed"]["$type"] == "app.bsky.embed.images"
    assert "https://lenoir.example/a" in with_picture["text"]


def test_the_address_of_a_card_that_gives_way_stays_in_the_text(bluesky: Bench) -> None:
    parcel = Parcel("Lire ceci", pictures=(bluesky.picture(1, "Pain"),), card=Card("https://lenoir.example/a", "Le pain"))
    assert record(bluesky, bluesky.send(parcel))["text"] == "Lire ceci\n\nhttps://lenoir.example/a"


def test_a_warning_covers_the_pictures_and_heads_the_text(bluesky: Bench) -> None:
    parcel = Parcel("Voici", warning="Araignées", pictures=(bluesky.picture(1, "Une araignée en sucre"),))
    held = record(bluesky, bluesky.send(parcel))
    assert held["text"] == "⚠️ Araignées\n\nVoici"
    assert held["labels"]["values"] == [{"val": "graphic-media"}]
    assert bluesky.network.spec.warning_note
    assert [count for _, count in bluesky.network.spec.measured(parcel)] == [18, 24]


def test_a_thread_keeps_its_root_even_when_it_goes_on_from_an_address(bluesky: Bench) -> None:
    first = bluesky.send(Parcel("Un."))
    second = bluesky.send(Parcel("Deux."), after=first)
    third = record(bluesky, bluesky.send(Parcel("Trois."), after=Receipt("", second.url)))
    assert third["reply"]["root"]["uri"] == first.remote_id
    assert third["reply"]["parent"]["uri"] == second.remote_id


# ---- once


def test_the_same_key_again_finds_the_same_post(bluesky: Bench) -> None:
    key = bluesky.network.new_key(clock.now() - timedelta(hours=1))
    first = bluesky.send(HELLO, key=key)
    with clock.shifted(timedelta(hours=3)):
        again = bluesky.send(HELLO, key=key)
    assert first == again
    dated = datetime.fromisoformat(record(bluesky, first)["createdAt"])
    assert timedelta(0) <= moment(key) - dated < timedelta(milliseconds=1)
    assert len(bluesky.posts()) == 1


def test_the_same_key_with_other_facets_still_finds_the_same_post(bluesky: Bench, town: Town) -> None:
    key, parcel = bluesky.new_key(), Parcel("Avec @chloe.test")
    first = bluesky.send(parcel, key=key)
    town.bluesky.add_account("chloe.test")
    assert bluesky.send(parcel, key=key) == first
    assert "facets" not in record(bluesky, first)


def test_a_key_taken_by_other_words_is_refused_and_changes_nothing(bluesky: Bench) -> None:
    key = bluesky.new_key()
    bluesky.send(HELLO, key=key)
    with pytest.raises(Refused):
        bluesky.send(Parcel("Tout autre chose."), key=key)
    assert [post["text"] for post in bluesky.posts()] == [HELLO.text]


def test_a_taken_key_that_cannot_be_read_is_unknown(bluesky: Bench) -> None:
    key, parcel = bluesky.new_key(), Parcel("Avec @chloe.test")
    bluesky.send(parcel, key=key)
    ready = bluesky.ready(Parcel("Avec un autre texte."))
    bluesky.stand.arm("reject_before_commit", "GET *getRecord")
    with pytest.raises(Unknown):
        bluesky.line().commit(ready, key)


def test_the_place_is_read_without_signing_in(bluesky: Bench) -> None:
    key, began = bluesky.new_key(), clock.now()
    sent = bluesky.send(HELLO, key=key)
    bluesky.purse.tokens = {"access": "dead", "refresh": "dead"}
    assert bluesky.look(HELLO, key, began) == sent
    assert isinstance(bluesky.look(HELLO, bluesky.new_key(), began), Absent)


# ---- tokens


def test_an_expired_token_is_renewed_once_and_the_post_leaves_once(bluesky: Bench) -> None:
    bluesky.stand.arm("token_expired")
    bluesky.send(HELLO)
    assert bluesky.purse.renewals == 1
    assert len(bluesky.posts()) == 1
    bluesky.send(Parcel("Encore."))
    assert bluesky.purse.renewals == 1


def test_a_token_expires_by_the_servers_clock_and_is_renewed(bluesky: Bench, town: Town) -> None:
    town.bluesky.advance(3 * 3600)
    bluesky.send(replace(HELLO, pictures=(bluesky.picture(1, "Pain"),)))
    assert bluesky.purse.renewals == 1
    assert len(bluesky.posts()) == 1


def test_a_refused_renewal_is_a_dead_connection(bluesky: Bench, town: Town) -> None:
    town.bluesky.advance(100 * 86_400)
    with pytest.raises(Disconnected):
        bluesky.send(HELLO)


@pytest.mark.parametrize("fault", ["reject_before_commit", "drop_before_commit", "html_error_page", "rate_limited"])
def test_a_renewal_that_does_not_come_through_is_tried_again_later(bluesky: Bench, fault: str) -> None:
    bluesky.stand.arm("token_expired")
    bluesky.stand.arm(fault, "POST *refreshSession")
    with pytest.raises(NotSent) as caught:
        bluesky.send(HELLO)
    assert not isinstance(caught.value, Disconnected)
    bluesky.send(HELLO)
    assert len(bluesky.posts()) == 1


def test_a_token_that_is_refused_again_after_its_renewal_is_a_dead_connection(bluesky: Bench) -> None:
    bluesky.stand.arm("token_expired", times=9, lasting=False)
    with pytest.raises(Disconnected):
        bluesky.send(HELLO)
    assert bluesky.purse.renewals == 1


# ---- the door


@pytest.mark.parametrize(
    "typed",
    [
        "lenoir.test",
        "@lenoir.test",
        " LENOIR.test ",
        "https://bsky.app/profile/lenoir.test",
        "at://lenoir.test",
        "\u2066@lenoir.test\u2069",
    ],
)
def test_a_handle_is_understood_however_it_is_pasted(typed: str) -> None:
    assert written(typed) == "lenoir.test"


@pytest.mark.parametrize("typed", ["", "lenoir", "alice@mail.example", "été.fr/x", "did:plc:short", "le noir.test", "a" * 500])
def test_what_is_no_handle_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        written(typed)
    assert "name.bsky.social" in str(caught.value.cure)


def test_an_account_may_enter_by_its_did(bluesky: Bench) -> None:
    found = bluesky.network.door.enter(bluesky.http, bluesky.account.remote_id, PASSWORD)
    assert found.account == bluesky.account


def test_a_handle_that_does_not_exist_is_refused_in_words(bluesky: Bench) -> None:
    with pytest.raises(Refused) as caught:
        bluesky.network.door.enter(bluesky.http, "nobody.test", "x")
    assert "nobody.test" in str(caught.value.reason)


def test_a_wrong_password_is_refused_with_the_way_to_an_app_password(bluesky: Bench) -> None:
    with pytest.raises(Refused) as caught:
        bluesky.network.door.enter(bluesky.http, "lenoir.test", "wrong")
    assert "App passwords" in str(caught.value.cure)
    assert "wrong" not in str(caught.value.reason) + str(caught.value.cure)


def test_too_many_tries_mean_later(bluesky: Bench) -> None:
    bluesky.stand.arm("rate_limited", "POST *createSession", reset=300)
    with pytest.raises(NotSent) as caught:
        bluesky.network.door.enter(bluesky.http, "lenoir.test", "x")
    assert caught.value.again_at is not None


@pytest.mark.parametrize("pds", ["http://10.0.0.1", "https://10.0.0.1", "https://localhost", "http://192.168.1.1:8080"])
def test_a_document_cannot_send_the_password_inside(bluesky: Bench, town: Town, pds: str) -> None:
    town.bluesky.add_account("spy.test", pds=pds)
    with pytest.raises(ForbiddenAddress):
        bluesky.network.door.enter(bluesky.http, "spy.test", "x")


def test_a_password_never_travels_in_the_clear_to_a_public_server(bluesky: Bench, town: Town) -> None:
    town.bluesky.add_account("spy.test", pds="http://1.1.1.1")
    with pytest.raises(ForbiddenAddress):
        bluesky.network.door.enter(bluesky.http, "spy.test", "x")


def test_a_resolver_that_is_down_means_later(bluesky: Bench) -> None:
    bluesky.stand.arm("html_error_page", "GET *resolveHandle")
    with pytest.raises(NotSent):
        bluesky.network.door.enter(bluesky.http, "lenoir.invalid", "x")


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        ("401 Unauthorized", "AuthFactorTokenRequired", "code sent by mail"),
        ("401 Unauthorized", "AccountTakedown", "closed or suspended"),
        ("400 Bad Request", "AccountDeactivated", "closed or suspended"),
        ("401 Unauthorized", "AuthenticationRequired", "not one of"),
    ],
)
def test_a_door_that_stays_shut_says_why(bluesky: Bench, town: Town, status: str, error: str, words: str) -> None:
    body = json.dumps({"error": error, "message": "No"}).encode()
    with loopback(answering(body, status)) as url:
        town.bluesky.add_account("shut.test", pds=url)
        with pytest.raises(Refused) as caught:
            bluesky.network.door.enter(bluesky.http, "shut.test", "x")
    assert words in str(caught.value.reason)


def test_a_server_that_answers_for_another_account_is_refused(bluesky: Bench, town: Town) -> None:
    body = json.dumps({"accessJwt": "a", "refreshJwt": "b", "did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "handle": "x.test"}).encode()
    with loopback(answering(body)) as url:
        town.bluesky.add_account("other.test", pds=url)
        with pytest.raises(Refused):
            bluesky.network.door.enter(bluesky.http, "other.test", "x")


def test_an_identity_on_the_web_is_read_where_it_stands(bluesky: Bench) -> None:
    document: dict[str, Any] = {"alsoKnownAs": ["at://lenoir.test"]}

    def talk(line: socket.socket, request: bytes) -> None:
        answering(json.dumps(document).encode())(line, request)

    with loopback(talk) as url:
        did = f"did:web:localhost%3A{url.rpartition(':')[2]}"
        document["id"] = did
        document["service"] = [{"id": "#atproto_pds", "serviceEndpoint": "https://10.0.0.1"}]
        http = Client(Guard(frozenset({"localhost"})), seconds=5)
        with pytest.raises(ForbiddenAddress) as caught:
            bluesky.network.door.enter(http, did, "x")
    assert "10.0.0.1" in str(caught.value.reason)


def test_a_deactivated_account_is_a_dead_connection_on_its_next_visit(bluesky: Bench) -> None:
    body = json.dumps({"did": bluesky.account.remote_id, "handle": "lenoir.test", "active": False, "status": "deactivated"}).encode()
    with loopback(answering(body)) as url:
        bluesky.line()
        assert bluesky.wires is not None
        with pytest.raises(Disconnected):
            bluesky.network.door.visit(replace(bluesky.account, base=url), bluesky.wires)


def test_bodies_that_make_no_sense_are_never_a_receipt(bluesky: Bench) -> None:
    ready = bluesky.ready(HELLO)
    line = networks(Config())["bluesky"]
    for body in (b"", b"null", b"[]", b"{}", b'{"uri": 1, "cid": 2}', b'{"uri": ""}', b"<html>ok</html>"):
        with loopback(answering(body)) as url:
            bluesky.line()
            assert bluesky.wires is not None
            with pytest.raises(Unknown):
                line.connector(replace(bluesky.account, base=url), bluesky.wires).commit(ready, bluesky.new_key())
