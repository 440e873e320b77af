"""Connecting accounts through the pages, against the stand-ins over real HTTP."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.db import connections
from django.test import Client
from django.urls import reverse

import sandbox
from parvis.audit.models import Entry
from parvis.channels import commands, queries
from parvis.channels.connecting import NotConnected
from parvis.channels.models import Channel, Connecting, Registration, State
from parvis.channels.tokens import Keeper
from parvis.core import clock
from parvis.core.http import Client as Http
from parvis.core.http import Guard
from parvis.core.say import Say
from parvis.networks.registry import Config, networks
from parvis.people.models import Member, Role
from tests.rooms.town import PASSWORD, as_, begin, elsewhere_too, gone_to, sign, words
from tests.world import World

pytestmark = pytest.mark.django_db


# ---- with a password made for Parvis


def test_a_handle_and_an_app_password_connect_an_account(world: World, town: sandbox.Town) -> None:
    someone = town.bluesky.add_account("lenoir.test", PASSWORD, name="Boulangerie Lenoir")
    alice = as_(world.alice)
    answer = sign(alice, " @lenoir.test ")
    assert (answer.status_code, answer["location"]) == (303, reverse("channels", args=["lenoir"]))
    channel = Channel.objects.get()
    assert (channel.company, channel.network, channel.remote_id) == (world.bakery, "bluesky", someone["did"])
    assert (channel.handle, channel.name, channel.base) == ("lenoir.test", "Boulangerie Lenoir", town.bluesky.url)
    assert set(Keeper(channel.pk).current()) == {"access", "refresh"}
    assert "lenoir.test is connected" in words(alice.get(answer["location"]))


@pytest.mark.parametrize(
    ("who", "password", "said"),
    [
        ("lenoir.test", "wrong-wrong-wrong-wrong", "password"),
        ("nobody.test", PASSWORD, "nobody.test"),
        ("not a handle", PASSWORD, "not a handle"),
        ("lenoir.test", "", "required"),
    ],
)
def test_what_is_wrong_is_said_what_was_typed_stays_and_the_password_is_not_shown(
    world: World, town: sandbox.Town, who: str, password: str, said: str
) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    answer = sign(as_(world.alice), who, password)
    shown = words(answer)
    assert answer.status_code == 200
    assert said in shown
    assert f'value="{who}"' in shown
    assert not password or password not in shown
    assert not Channel.objects.exists()
    assert not Entry.objects.exists()


def test_a_dead_server_is_said_and_nothing_is_half_connected(world: World, town: sandbox.Town, settings: LazySettings) -> None:
    settings.NETWORKS = networks(Config(*["http://127.0.0.1:9"] * 3, "http"))
    for answer in (sign(as_(world.alice), "lenoir.test"), begin(as_(world.alice), "127.0.0.1:9")):
        assert answer.status_code == 200
        assert "127.0.0.1" in words(answer)
        assert "Nothing was changed" in words(answer)
    assert not Channel.objects.exists()
    assert not Connecting.objects.exists()


@pytest.mark.parametrize("fault", ["html_error_page", "drop_before_commit", "partial_body"])
def test_a_server_that_answers_nonsense_is_said(world: World, town: sandbox.Town, fault: str) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    town.bluesky.arm(fault, "POST *createSession", times=9)
    answer = sign(as_(world.alice), "lenoir.test")
    assert answer.status_code == 200
    assert "note wrong" in words(answer)
    assert not Channel.objects.exists()


def test_connecting_the_same_account_again_revives_it_and_what_waits_goes_on(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    alice = as_(world.alice)
    sign(alice, "lenoir.test")
    channel = Channel.objects.get()
    commands.declare_dead(channel_id=channel.pk, why=Say("gone"), now=clock.now())
    before = channel.tokens
    answer = alice.post(reverse("channel-mend", args=["lenoir", channel.pk]), {"who": "lenoir.test", "password": PASSWORD})
    assert answer.status_code == 303
    again = Channel.objects.get()
    assert (again.pk, again.state, again.why_dead) == (channel.pk, State.ALIVE, None)
    assert again.tokens != before
    assert Entry.objects.filter(verb="channels:channel:reconnected").count() == 1


def test_a_closed_account_connected_again_finds_its_history(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    channel = Channel.objects.get()
    commands.close(channel=channel, by=world.actor(world.alice), now=clock.now())
    sign(as_(world.alice), "lenoir.test")
    assert Channel.objects.get().state == State.ALIVE


def test_mending_with_another_account_says_that_the_first_is_still_broken(world: World, town: sandbox.Town) -> None:
    alice = as_(world.alice)
    for name in ("lenoir.test", "autre.test"):
        town.bluesky.add_account(name, PASSWORD)
    sign(alice, "lenoir.test")
    channel = Channel.objects.get()
    commands.declare_dead(channel_id=channel.pk, why=Say("gone"), now=clock.now())
    alice.get(reverse("channels", args=["lenoir"]))
    alice.post(reverse("channel-mend", args=["lenoir", channel.pk]), {"who": "autre.test", "password": PASSWORD})
    assert "another account" in words(alice.get(reverse("channels", args=["lenoir"])))
    assert Channel.objects.get(handle="lenoir.test").state == State.DEAD
    assert Channel.objects.get(handle="autre.test").state == State.ALIVE


def test_two_companies_may_use_the_same_account(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    sign(as_(world.alice), "lenoir.test")
    sign(as_(world.denis), "lenoir.test", company="denis")
    assert Channel.objects.count() == 2


# ---- by asking the server


def test_a_server_is_asked_and_the_person_comes_back_connected(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir", name="Boulangerie Lenoir")
    town.mastodon.settings(max_characters=1234, max_media=3)
    alice = as_(world.alice)
    begun = begin(alice, f"http://{town.mastodon.host}/@lenoir")
    assert town.mastodon.host in words(alice.get(begun["location"]))
    answer = alice.get(gone_to(town, begun))
    assert (answer.status_code, answer["location"]) == (303, reverse("channels", args=["lenoir"]))
    channel = Channel.objects.get()
    assert (channel.network, channel.base, channel.name) == ("mastodon", town.mastodon.url, "Boulangerie Lenoir")
    spec = queries.spec_of(channel)
    assert (spec.texts[0].most, spec.images.most) == (1234, 3)
    assert not Connecting.objects.exists()


def test_the_server_is_registered_with_once_for_all_companies(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    spelt = ("{}", "HTTP://{}/@lenoir", "@lenoir@{}")
    for spelling, user, company in zip(spelt, (world.alice, world.alice, world.denis), ("lenoir", "lenoir", "denis"), strict=True):
        client = as_(user)
        client.get(gone_to(town, begin(client, spelling.format(town.mastodon.host), company)))
    assert len(town.mastodon.requests("POST /api/v1/apps")) == 1
    assert Registration.objects.count() == 1
    assert Channel.objects.count() == 2


def test_a_return_serves_once(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    alice = as_(world.alice)
    back = gone_to(town, begin(alice, town.mastodon.host))
    assert alice.get(back).status_code == 303
    assert alice.get(back).status_code == 404
    assert Channel.objects.count() == 1


def test_a_return_after_ten_minutes_is_over(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    alice = as_(world.alice)
    back = gone_to(town, begin(alice, town.mastodon.host))
    with clock.shifted(timedelta(minutes=10, seconds=1)):
        answer = alice.get(back)
    assert answer.status_code == 404
    assert "more than ten minutes ago" in words(answer)
    assert not Channel.objects.exists()


def test_nobody_else_can_finish_what_one_person_began(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    back = gone_to(town, begin(as_(world.alice), town.mastodon.host))
    for user in (world.denis, world.bob):
        assert as_(user).get(back).status_code == 404
    assert Client().get(back).status_code == 302
    assert not Channel.objects.exists()
    assert as_(world.alice).get(back).status_code == 303


def test_whoever_is_no_longer_an_owner_cannot_finish(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    alice = as_(world.alice)
    back = gone_to(town, begin(alice, town.mastodon.host))
    Member.objects.filter(user=world.alice).update(role=Role.EDITOR)
    assert alice.get(back).status_code == 403
    assert not Channel.objects.exists()


def test_a_flow_begun_in_one_company_ends_in_that_company(world: World, town: sandbox.Town) -> None:
    elsewhere_too(world)
    town.mastodon.add_account("lenoir")
    denis = as_(world.denis)
    denis.get(gone_to(town, begin(denis, town.mastodon.host, "denis")))
    assert Channel.objects.get().company == world.elsewhere


@pytest.mark.parametrize("state", ["", "made-up", "é" * 400])
def test_a_made_up_state_is_over(world: World, town: sandbox.Town, state: str) -> None:
    assert as_(world.alice).get(reverse("connect-return"), {"state": state, "code": "x"}).status_code == 404


def test_a_person_who_says_no_over_there_reads_a_sentence_here(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    alice = as_(world.alice)
    town.mastodon.settings(deny=True)
    answer = alice.get(gone_to(town, begin(alice, town.mastodon.host)), follow=True)
    assert "You did not allow Parvis to publish" in words(answer)
    assert not Channel.objects.exists()
    assert not Connecting.objects.exists()


def test_a_made_up_code_is_refused_with_a_sentence(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    alice = as_(world.alice)
    back = gone_to(town, begin(alice, town.mastodon.host))
    state = parse_qs(urlsplit(back).query)["state"][0]
    answer = alice.get(reverse("connect-return"), {"state": state, "code": "made-up"}, follow=True)
    assert answer.redirect_chain[0][0] == reverse("connect", args=["lenoir", "mastodon"])
    assert "127.0.0.1" in words(answer)
    assert not Channel.objects.exists()


def test_with_htmx_the_person_is_sent_on_by_a_header(world: World, town: sandbox.Town) -> None:
    answer = as_(world.alice).post(
        reverse("connect", args=["lenoir", "mastodon"]), {"who": town.mastodon.host}, headers={"hx-request": "true"}
    )
    assert answer.status_code == 204
    assert answer["hx-redirect"].startswith(f"{town.mastodon.url}/oauth/authorize?")


def test_accounts_with_the_same_number_on_two_servers_are_two_accounts(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    alice = as_(world.alice)
    alice.get(gone_to(town, begin(alice, town.mastodon.host)))
    Channel.objects.update(base="https://other.example")
    alice.get(gone_to(town, begin(alice, town.mastodon.host)))
    assert Channel.objects.count() == 2


# ---- where a person may send us


@pytest.mark.parametrize("typed", ["127.0.0.1:{port}", "localhost:{port}", "http://0x7f000001:{port}", "2130706433:{port}", "[::1]:{port}"])
def test_an_address_inside_the_house_is_not_called(world: World, town: sandbox.Town, settings: LazySettings, typed: str) -> None:
    settings.HTTP = Http(Guard())
    answer = begin(as_(world.alice), typed.format(port=town.mastodon.port))
    assert answer.status_code == 200
    assert "address" in words(answer)
    assert town.mastodon.requests() == []
    assert not Connecting.objects.exists()


# ---- at the same moment


@pytest.mark.django_db(transaction=True)
def test_the_same_account_connected_twice_in_one_moment_is_one_account(world: World, town: sandbox.Town) -> None:
    town.bluesky.add_account("lenoir.test", PASSWORD)
    by, start = world.actor(world.alice), threading.Barrier(6)

    def one(_: int) -> int:
        try:
            start.wait()
            done = commands.connect_password(
                company=world.bakery, network="bluesky", identifier="lenoir.test", password=PASSWORD, by=by, now=clock.now()
            )
            return done.channel.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as hands:
        found = set(hands.map(one, range(6)))
    assert len(found) == Channel.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_return_shown_six_times_at_once_connects_once(world: World, town: sandbox.Town) -> None:
    town.mastodon.add_account("lenoir")
    back = gone_to(town, begin(as_(world.alice), town.mastodon.host))
    clients, start = [as_(world.alice) for _ in range(6)], threading.Barrier(6)

    def one(client: Client) -> int:
        try:
            start.wait()
            return client.get(back).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as hands:
        list(hands.map(one, clients))
    assert [seen["status"] for seen in town.mastodon.requests("POST /oauth/token")] == [200]
    assert Channel.objects.count() == 1
    assert Entry.objects.filter(verb__in=["channels:channel:connected", "channels:channel:reconnected"]).count() == 1


def test_the_house_cannot_ask_a_server_in_nobodys_name(world: World, town: sandbox.Town) -> None:
    from parvis.people.actors import HOUSE
    from parvis.people.permissions import NotAllowed

    with pytest.raises(NotAllowed):
        commands.connect_begin(
            company=world.bakery, network="mastodon", host=town.mastodon.host, redirect_uri="http://p/", by=HOUSE, now=clock.now()
        )


def test_the_house_may_connect_the_demonstrations_own_accounts(world: World, town: sandbox.Town) -> None:
    from parvis.people.actors import HOUSE

    town.bluesky.add_account("lenoir.test", PASSWORD)
    done = commands.connect_password(
        company=world.bakery, network="bluesky", identifier="lenoir.test", password=PASSWORD, by=HOUSE, now=clock.now()
    )
    assert done.how == "new"
    with pytest.raises(NotConnected):
        commands.connect_password(
            company=world.bakery, network="bluesky", identifier="lenoir.test", password="no", by=HOUSE, now=clock.now()
        )
