"""A network's call is believed only with its signature, is written down before it is answered, and hastens a reading."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from parvis.channels import hooks
from parvis.channels.commands import save_app
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import gathering, knocking
from parvis.inbox.models import Knocked, Reading
from parvis.networks.contract import NotSent
from parvis.networks.listening import Knock, Source
from sandbox.x_inbox import crc
from tests.rooms.parlour import Parlour, channel, gather, nothing, signed, words
from tests.world import World


@pytest.fixture
def parlour(settings: Any) -> Parlour:
    made = Parlour()
    settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
    return made


@pytest.fixture
def account(world: World, parlour: Parlour) -> Channel:
    return channel(world)


def address(world: World, network: str = "parlour") -> str:
    return reverse("hook", args=[network, hooks.key_of(world.bakery.pk)])


def body(*news: str, **more: Any) -> bytes:
    return json.dumps({"news": [{"account": each, **more} for each in news or ("lenoir",)]}).encode()


def call(world: World, content: bytes, signature: str = "", **more: Any) -> Any:
    client = Client(enforce_csrf_checks=True)
    return client.post(
        address(world, **more), content, content_type="application/json", headers={"x-signature": signature or signed(content)}
    )


def due() -> bool:
    return gathering.any_due(clock.now())


def test_news_is_read_at_once(world: World, account: Channel, parlour: Parlour) -> None:
    gather()
    parlour.say("Bonjour", clock.now() - timedelta(seconds=2))
    assert not due()
    answer = call(world, body())
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert due()
    gather()
    assert words() == ["Bonjour"]
    assert Knocked.objects.filter(read_at__isnull=False).count() == 1
    assert not answer.cookies


def test_the_handshake_is_answered_with_the_word_that_was_given(world: World, account: Channel) -> None:
    word = hooks.verify_token(world.bakery.pk)
    right = Client().get(address(world), {"challenge": "4711", "word": word})
    assert (right.status_code, right.content) == (200, b"4711")
    assert Client().get(address(world), {"challenge": "4711", "word": "guessed"}).status_code == 403


@pytest.mark.parametrize("signature", ["0" * 64, "none", signed(b"another body")])
def test_a_forged_call_is_refused_and_nothing_is_kept(world: World, account: Channel, signature: str) -> None:
    gather()
    assert call(world, body(), signature).status_code == 403
    assert not Knocked.objects.exists()
    assert not due()


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'"news"', b'{"news": 4}', b'{"olds": []}'])
def test_a_malformed_call_is_refused_and_nothing_is_kept(world: World, account: Channel, content: bytes) -> None:
    assert call(world, content).status_code == 400
    assert not Knocked.objects.exists()


def test_a_replay_is_the_same_call(world: World, account: Channel) -> None:
    gather()
    for _ in range(3):
        assert call(world, body()).status_code == 200
    assert Knocked.objects.count() == 1


def test_too_large_a_body_is_not_read(world: World, account: Channel) -> None:
    assert call(world, b'{"news": []}' + b" " * 1_000_001).status_code == 413


def test_news_of_nobody_here_is_taken_and_forgotten(world: World, account: Channel) -> None:
    assert call(world, body("somebody-else")).status_code == 200
    assert not Knocked.objects.exists()


def test_only_the_companys_own_address_is_there(world: World, account: Channel) -> None:
    mine = hooks.key_of(world.bakery.pk)
    for key in (mine[:-1] + "x", f"{world.elsewhere.pk}-{mine.partition('-')[2]}", "1", "-", f"{'9' * 30}-x"):
        assert Client().post(reverse("hook", args=["parlour", key]), b"{}", content_type="application/json").status_code == 404
    for network in ("bluesky", "nowhere"):
        assert call(world, body(), network=network).status_code == 404
    assert Client().delete(address(world)).status_code == 405


def test_a_call_at_another_companys_address_says_nothing_of_ours(world: World, account: Channel) -> None:
    content = body()
    key = hooks.key_of(world.elsewhere.pk)
    headers = {"x-signature": signed(content)}
    answer = Client().post(reverse("hook", args=["parlour", key]), content, content_type="application/json", headers=headers)
    assert answer.status_code == 200
    assert not Knocked.objects.exists()


def test_news_of_one_source_hastens_that_one(world: World, account: Channel, parlour: Parlour) -> None:
    parlour.sources = (Source("comments", timedelta(minutes=10)), Source("messages", timedelta(minutes=10)))
    gather()
    call(world, body(source="messages"))
    assert list(Reading.objects.filter(due_at__lte=clock.now()).values_list("source", flat=True)) == ["messages"]


def test_news_that_comes_while_it_is_read_is_read_next(world: World, account: Channel, parlour: Parlour) -> None:
    gathering.begin(clock.now())
    claim = gathering._claimed(Reading.objects.select_related("channel").get(), clock.now())
    assert claim is not None
    assert call(world, body()).status_code == 200
    assert not due(), "whoever reads keeps it"
    gathering._read(claim)
    assert due()
    gather()
    assert not due()


def test_news_of_an_account_that_rests_is_kept_for_when_it_is_connected_again(world: World, account: Channel) -> None:
    gather()
    Channel.objects.update(state="dead")
    assert call(world, body()).status_code == 200
    assert Knocked.objects.count() == 1
    Channel.objects.update(state="alive")
    assert due()


def test_a_call_is_one_short_write(world: World, account: Channel, django_assert_max_num_queries: Any) -> None:
    gather()
    with django_assert_max_num_queries(8):
        call(world, body())


@pytest.mark.django_db(transaction=True)
def test_a_storm_from_many_threads_is_written_down_to_the_last_call(world: World, account: Channel) -> None:
    gather()
    failed: list[int] = []

    def storm(thread: int) -> None:
        for n in range(25):
            news = [Knock("lenoir")]
            if (
                knocking.knock(company_id=world.bakery.pk, network="parlour", body=b"%d-%d" % (thread, n), knocks=news, now=clock.now())
                != 1
            ):
                failed.append(n)
        connection.close()

    threads = [threading.Thread(target=storm, args=(n,)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed
    assert Knocked.objects.count() == 200
    assert due()


def test_what_no_list_shows_is_told_to_the_reading_until_it_was_read_to_its_end(world: World, account: Channel, parlour: Parlour) -> None:
    gather()
    call(world, body(source="all", about="17:1"))
    call(world, body(source="all", about="18"))
    call(world, body(source="all", about="18"))
    call(world, body(source="other", about="19"))
    parlour.told.clear()
    parlour.raises = [NotSent(nothing())]
    gather()
    Reading.objects.update(due_at=clock.now())
    gather()
    Reading.objects.update(due_at=clock.now())
    gather()
    assert parlour.told == [["17:1", "18"], ["17:1", "18"], []]


def test_a_networks_own_question_about_the_address_is_answered_with_the_companys_secret(world: World, settings: Any) -> None:
    spec = settings.NETWORKS["x"].spec
    asked = f"{address(world, 'x')}?crc_token=a+word"
    assert Client().get(asked).status_code == 403
    values = {"client_id": "1", "client_secret": "the client secret"}
    save_app(company=world.bakery, rule=spec.app, by=world.actor(world.alice), now=clock.now(), **values)
    answer = Client().get(asked)
    assert (answer.status_code, answer["content-type"]) == (200, "application/json")
    assert answer.json() == crc("the client secret", "a word")
