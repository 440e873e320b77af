"""Asking to be told: a page installs the application, the application is given our address; what others asked for stays theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from parvis.networks.contract import Doorbell, Wires
from parvis.networks.meta_bell import LESS, PAGE
from sandbox import Town
from sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.contract.benches import Bench
from tests.contract.conftest import connected
from tests.loopback import answering, loopback

WORD = "the agreed word"


@pytest.fixture
def facebook(town: Town) -> Iterator[Bench]:
    yield from connected("facebook", town)


@pytest.fixture
def instagram(town: Town) -> Iterator[Bench]:
    yield from connected("instagram", town)


@pytest.fixture
def house() -> Iterator[str]:
    """A house that gives every challenge back."""

    def talk(line: Any, request: bytes) -> None:
        challenge = request.partition(b"hub.challenge=")[2].partition(b"&")[0].partition(b" ")[0]
        answering(challenge)(line, request)

    with loopback(talk) as url:
        yield f"{url}/hooks/network/1-abc"


def visit(bench: Bench, address: str = "") -> None:
    wires = Wires(bench.http, bench.purse, bench.files.__getitem__, doorbell=Doorbell(address, WORD) if address else None)
    assert bench.network.door.visit(bench.account, wires) == bench.account


def asked(bench: Bench, edge: str, method: str = "POST") -> list[dict[str, Any]]:
    return [seen["given"] for seen in bench.stand.requests(f"{method} */{edge}")]


def test_a_page_is_asked_to_tell_and_a_refusal_of_that_is_no_fault(facebook: Bench) -> None:
    facebook.stand.arm("reject_before_commit", "POST /*/subscribed_apps")
    for _ in range(2):
        visit(facebook)
    assert [one["subscribed_fields"] for one in asked(facebook, "subscribed_apps")] == [PAGE] * 2
    assert facebook.stand.bells.wants(facebook.account.remote_id, CLIENT_ID, "messages")


def test_where_one_kind_of_news_is_not_known_there_the_others_are_told_all_the_same(facebook: Bench) -> None:
    facebook.stand.arm("reject_before_commit", "POST /*/subscribed_apps", status=400)
    visit(facebook)
    assert [one["subscribed_fields"] for one in asked(facebook, "subscribed_apps")] == [PAGE, LESS]
    assert facebook.stand.bells.wants(facebook.account.remote_id, CLIENT_ID, "feed")


def test_where_the_person_did_not_grant_the_messages_comments_are_told_all_the_same(facebook: Bench) -> None:
    facebook.stand.settings(withheld=["pages_messaging"])
    facebook.connect()
    visit(facebook)
    wants = facebook.stand.bells.wants
    assert wants(facebook.account.remote_id, CLIENT_ID, "feed")
    assert not wants(facebook.account.remote_id, CLIENT_ID, "messages")


def test_an_account_behind_a_page_is_told_of_through_it(instagram: Bench, house: str) -> None:
    visit(instagram, house)
    assert asked(instagram, "subscribed_apps")[0]["subscribed_fields"] == PAGE
    assert instagram.stand.bells.wants(instagram.account.remote_id, CLIENT_ID, "comments")
    [row] = instagram.stand.bells.rows()
    assert (row["about"], row["url"], row["word"], row["fields"]) == ("instagram", house, WORD, ["comments", "mentions", "messages"])


def test_what_a_page_tells_already_is_left_as_it_is(instagram: Bench) -> None:
    visit(instagram)
    before = len(asked(instagram, "subscribed_apps"))
    visit(instagram)
    assert len(asked(instagram, "subscribed_apps")) == before


def test_without_the_right_to_ask_nothing_breaks_and_the_account_page_says_so(instagram: Bench) -> None:
    instagram.stand.settings(withheld=["pages_manage_metadata"])
    instagram.connect()
    visit(instagram)
    assert not instagram.stand.bells.wants(instagram.account.remote_id, CLIENT_ID, "comments")
    wires = Wires(instagram.http, instagram.purse, instagram.files.__getitem__)
    checks = {check.key: check.level for check in instagram.network.door.readiness(instagram.account, wires)}
    assert checks["scope:pages_manage_metadata"] == "limited"


def test_an_address_is_given_once(facebook: Bench, house: str) -> None:
    for _ in range(3):
        visit(facebook, house)
    [given] = asked(facebook, "subscriptions")
    assert (given["object"], given["callback_url"], given["fields"]) == ("page", house, PAGE)
    assert [row["url"] for row in facebook.stand.bells.rows()] == [house]


def test_the_secret_stands_in_no_address(facebook: Bench, house: str) -> None:
    visit(facebook, house)
    assert not [seen for seen in facebook.stand.requests("* */subscriptions") if CLIENT_SECRET in seen["query"]]


def test_a_house_that_nobody_reaches_gives_no_address(facebook: Bench) -> None:
    visit(facebook)
    assert facebook.stand.requests("* */subscriptions") == []


def test_another_house_that_shares_the_application_goes_on_being_called(facebook: Bench, house: str) -> None:
    other = house.replace("1-abc", "2-def")
    facebook.stand.bells.register(other, WORD)
    visit(facebook, house)
    assert [row["url"] for row in facebook.stand.bells.rows()] == [other]


def test_a_house_that_moved_is_called_where_it_is_now(facebook: Bench, house: str) -> None:
    before = house.replace("127.0.0.1", "localhost")
    facebook.stand.bells.register(before, WORD)
    visit(facebook, house)
    assert [row["url"] for row in facebook.stand.bells.rows()] == [house]


def test_fields_that_are_missing_are_asked_for(facebook: Bench, house: str) -> None:
    facebook.stand.bells.register(house, WORD, fields=["feed"])
    visit(facebook, house)
    assert facebook.stand.bells.rows()[0]["fields"] == PAGE.split(",")


def test_an_address_that_the_network_cannot_reach_is_no_fault(facebook: Bench) -> None:
    visit(facebook, "http://127.0.0.1:1/hooks/network/1-abc")
    assert facebook.stand.requests("POST */subscriptions")[0]["status"] == 400
    assert not facebook.stand.bells.rows()
