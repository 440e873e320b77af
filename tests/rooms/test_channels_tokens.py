"""Tokens are renewed once in the whole house, and kept before they are used."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from parvis.channels.models import Channel, State
from parvis.channels.tokens import LEASE, Keeper
from parvis.core import clock
from parvis.core.say import Say
from parvis.core.secrets import KeyRing, new_key
from parvis.networks.contract import Disconnected, NotSent, Refused, Unknown
from tests.world import NOON, World

Renew = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def channel_of(world: World, **tokens: str) -> Channel:
    return Channel.objects.create(
        company=world.bakery,
        network="bluesky",
        base="https://pds.example",
        remote_id="did:plc:lenoir",
        handle="lenoir.example",
        tokens=settings.KEYS.seal(tokens or {"access": "a1", "refresh": "r1"}),
        connected_at=NOON,
        visit_at=NOON,
    )


class Network:
    """A network that gives a new pair for each refresh token, and takes each of them once."""

    def __init__(self) -> None:
        self.spent: list[str] = []
        self.lock = threading.Lock()

    def renew(self, stale: Mapping[str, Any]) -> Mapping[str, Any]:
        with self.lock:
            if stale["refresh"] in self.spent:
                raise Disconnected("pds.example", "used")
            self.spent.append(stale["refresh"])
            return {"access": f"a{len(self.spent) + 1}", "refresh": f"r{len(self.spent) + 1}"}


def must_not_be_called(stale: Mapping[str, Any]) -> Mapping[str, Any]:
    raise AssertionError("a second renewal")


@pytest.mark.django_db
def test_tokens_are_sealed_in_the_row_and_opened_for_the_wire(world: World) -> None:
    channel = channel_of(world, access="sesame", refresh="r1")
    assert "sesame" not in Channel.objects.values_list("tokens", flat=True).get()
    assert Keeper(channel.pk).current()["access"] == "sesame"
    assert "sesame" not in repr(Keeper(channel.pk, channel.tokens))


@pytest.mark.django_db
def test_what_is_renewed_is_kept_before_it_is_returned(world: World) -> None:
    channel = channel_of(world)
    fresh = Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, Network().renew)
    assert fresh["access"] == "a2"
    assert Keeper(channel.pk).current() == fresh
    assert Channel.objects.get().renewing_until is None


@pytest.mark.django_db
def test_whoever_comes_with_stale_tokens_is_given_the_new_ones_without_a_call(world: World) -> None:
    channel = channel_of(world)
    Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, Network().renew)
    assert Keeper(channel.pk, channel.tokens).renewed({"access": "a1", "refresh": "r1"}, must_not_be_called)["access"] == "a2"


@pytest.mark.django_db(transaction=True)
def test_eight_threads_with_the_same_stale_token_make_one_renewal(world: World) -> None:
    channel, network = channel_of(world), Network()
    start = threading.Barrier(8)

    def one(_: int) -> Mapping[str, Any]:
        try:
            start.wait()
            return Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, network.renew)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as hands:
        got = list(hands.map(one, range(8)))
    assert network.spent == ["r1"]
    assert {tokens["access"] for tokens in got} == {"a2"}


@pytest.mark.django_db
def test_a_process_that_died_while_renewing_blocks_nobody_after_its_lease(world: World) -> None:
    channel = channel_of(world)
    stale = {"access": "a1", "refresh": "r1"}
    Channel.objects.update(renewing_by="the dead", renewing_until=clock.now() + LEASE)
    with clock.shifted(LEASE + timedelta(seconds=1)):
        assert Keeper(channel.pk).renewed(stale, Network().renew)["access"] == "a2"


@pytest.mark.django_db
def test_while_another_process_renews_nothing_is_sent_and_it_is_tried_again_soon(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = channel_of(world)
    Channel.objects.update(renewing_by="another", renewing_until=clock.now() + LEASE)
    monkeypatch.setattr("parvis.channels.tokens.WAIT_SECONDS", 0)
    with pytest.raises(NotSent) as told:
        Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, must_not_be_called)
    assert not isinstance(told.value, Disconnected)
    assert told.value.again_at is not None


@pytest.mark.django_db
def test_a_used_refresh_token_means_disconnected(world: World) -> None:
    channel, network = channel_of(world), Network()
    network.spent.append("r1")  # renewed by a process that died before it kept the result
    with pytest.raises(Disconnected):
        Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, network.renew)
    assert Channel.objects.get().renewing_until is None


@pytest.mark.django_db
def test_a_used_refresh_token_is_no_bad_news_when_another_process_kept_the_new_one(world: World) -> None:
    channel = channel_of(world)

    def late(stale: Mapping[str, Any]) -> Mapping[str, Any]:
        Channel.objects.update(tokens=settings.KEYS.seal({"access": "a9", "refresh": "r9"}))
        raise Disconnected("pds.example", "used")

    assert Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, late)["access"] == "a9"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("failure", "seen"), [(Unknown("cut"), NotSent), (NotSent(Say("down")), NotSent), (Refused(Say("no"), Say("cure")), Disconnected)]
)
def test_a_failed_renewal_never_counts_as_something_sent(world: World, failure: Exception, seen: type[Exception]) -> None:
    channel = channel_of(world)

    def fails(stale: Mapping[str, Any]) -> Mapping[str, Any]:
        raise failure

    with pytest.raises(seen):
        Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, fails)
    assert Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, Network().renew)["access"] == "a2"


@pytest.mark.django_db
def test_an_account_connected_again_meanwhile_keeps_the_persons_tokens(world: World) -> None:
    channel = channel_of(world)

    def slow(stale: Mapping[str, Any]) -> Mapping[str, Any]:
        Channel.objects.update(tokens=settings.KEYS.seal({"access": "person", "refresh": "p"}), renewing_by="", renewing_until=None)
        return {"access": "late", "refresh": "late"}

    assert Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, slow)["access"] == "person"
    assert Keeper(channel.pk).current()["access"] == "person"


@pytest.mark.django_db
def test_seals_turned_over_during_a_renewal_lose_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    channel, old = channel_of(world), settings.KEYS

    def turned(stale: Mapping[str, Any]) -> Mapping[str, Any]:
        Channel.objects.update(tokens=old.seal({"access": "a1", "refresh": "r1"}))
        return {"access": "a2", "refresh": "r2"}

    Keeper(channel.pk).renewed({"access": "a1", "refresh": "r1"}, turned)
    assert Keeper(channel.pk).current()["access"] == "a2"


@pytest.mark.django_db
def test_a_lost_key_is_said_and_kills_no_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = channel_of(world)
    monkeypatch.setattr(settings, "KEYS", KeyRing.parse(new_key()))
    with pytest.raises(NotSent, match="key") as told:
        Keeper(channel.pk).current()
    assert not isinstance(told.value, Disconnected)


@pytest.mark.django_db
def test_a_closed_account_has_no_tokens(world: World) -> None:
    channel = channel_of(world)
    Channel.objects.update(state=State.CLOSED, tokens="")
    with pytest.raises(Disconnected):
        Keeper(channel.pk).current()
