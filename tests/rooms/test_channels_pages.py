"""The pages of accounts: who sees them, what they say, what closing one does."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.channels import commands, queries
from parvis.channels.models import Channel, State
from parvis.core.say import Say
from parvis.networks.contract import Budget
from parvis.networks.facts import Parcel
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from parvis.publishing.closing import StillLeaving, close_channel
from parvis.publishing.commands import schedule
from parvis.publishing.models import Delivery
from parvis.publishing.states import State as Stand
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


def connected(world: World, network: str = "bluesky", **about: Any) -> Channel:
    facts = {
        "company": world.bakery,
        "network": network,
        "base": "https://pds.example",
        "remote_id": f"did:plc:{network}",
        "handle": "lenoir.example",
        "name": "Boulangerie Lenoir",
        "tokens": settings.KEYS.seal({"access": "a1", "refresh": "r1"}),
        "connected_at": NOON,
        "visit_at": NOON,
        **about,
    }
    return Channel.objects.create(**facts)


def as_(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=["lenoir", *args]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_company_is_shown_where_to_begin(world: World) -> None:
    shown = page(as_(world.alice), "channels")
    assert "No account is connected yet" in shown
    for network in settings.NETWORKS.values():
        assert reverse("connect", args=["lenoir", network.spec.key]) in shown
        assert network.spec.name in shown


def test_an_account_is_shown_with_its_state_and_its_own_limits(world: World) -> None:
    connected(world, "mastodon", limits={"text": 11000, "images": 7})
    shown = page(as_(world.alice), "channels")
    assert "Connected" in shown
    assert re.search(r"\b11\D?000\b", shown)
    assert re.search(r"\b7\b.{1,10}pictures", shown)
    assert "pds.example" in shown


def test_a_dead_account_says_why_and_offers_the_button_that_mends_it(world: World) -> None:
    channel = connected(world)
    commands.declare_dead(channel_id=channel.pk, why=Say("The password was taken back."), now=NOON)
    shown = page(as_(world.alice), "channels")
    assert "The password was taken back." in shown
    assert reverse("channel-mend", args=["lenoir", channel.pk]) in shown
    assert list(queries.dead(world.bakery)) == [channel]


def test_only_an_owner_can_change_accounts_and_members_can_see_them(world: World) -> None:
    channel = connected(world)
    for user in (world.bob, world.chloe, world.remi):
        shown = page(as_(user), "channels")
        assert "lenoir.example" in shown
        assert reverse("channel-close", args=["lenoir", channel.pk]) not in shown
        with pytest.raises(NotAllowed):
            commands.close(channel=channel, by=world.actor(user), now=NOON)
        with pytest.raises(NotAllowed):
            commands.connect_password(company=world.bakery, network="bluesky", identifier="x", password="y", by=world.actor(user), now=NOON)
        with pytest.raises(NotAllowed):
            commands.connect_begin(
                company=world.bakery, network="mastodon", host="x.example", redirect_uri="https://p/", by=world.actor(user), now=NOON
            )


def test_a_stranger_sees_nothing_and_changes_nothing(world: World) -> None:
    channel = connected(world)
    denis = as_(world.denis)
    for name, args in (("channels", []), ("connect", ["bluesky"]), ("channel-mend", [channel.pk]), ("channel-close", [channel.pk])):
        assert denis.get(reverse(name, args=["lenoir", *args])).status_code == 404
        assert denis.post(reverse(name, args=["lenoir", *args])).status_code == 404
        assert denis.get(reverse(name, args=["denis", *args])).status_code in ({200} if name in {"channels", "connect"} else {404})
    assert Channel.objects.get().state == State.ALIVE


def test_closing_erases_the_tokens_and_keeps_the_history(world: World) -> None:
    channel = connected(world)
    answer = as_(world.alice).post(reverse("channel-close", args=["lenoir", channel.pk]))
    assert answer.status_code == 303
    channel.refresh_from_db()
    assert (channel.state, channel.tokens) == (State.CLOSED, "")
    assert Entry.objects.filter(verb="channels:channel:closed", object_id=channel.pk, user_id=world.alice.pk).count() == 1
    assert list(queries.of(world.bakery)) == []


def waiting(world: World, channel: Channel) -> Delivery:
    due = NOON + timedelta(days=1)
    return schedule(channel=channel, parcel=Parcel("Bonjour"), subject="Bonjour", due_at=due, by=world.actor(world.alice), now=NOON)


@pytest.mark.parametrize(("choice", "state"), [("cancel", Stand.CANCELLED), ("keep", Stand.SCHEDULED)])
def test_what_waits_on_a_closed_account_is_what_the_owner_chose(world: World, choice: str, state: Stand) -> None:
    channel = connected(world)
    delivery = waiting(world, channel)
    assert "1 publication still waits" in page(as_(world.alice), "channel-close", channel.pk)
    as_(world.alice).post(reverse("channel-close", args=["lenoir", channel.pk]), {"waiting": choice})
    delivery.refresh_from_db()
    assert delivery.state == state
    assert Channel.objects.get().state == State.CLOSED


def test_a_closing_without_a_choice_changes_nothing_while_something_waits(world: World) -> None:
    channel = connected(world)
    waiting(world, channel)
    answer = as_(world.alice).post(reverse("channel-close", args=["lenoir", channel.pk]))
    assert "Say what becomes of what waits" in answer.content.decode()
    assert Channel.objects.get().state == State.ALIVE


@pytest.mark.parametrize("half_way", [Stand.SENDING, Stand.UNKNOWN])
def test_an_account_with_something_half_way_stays_open(world: World, half_way: Stand) -> None:
    channel = connected(world)
    delivery = waiting(world, channel)
    Delivery.objects.filter(pk=delivery.pk).update(state=half_way)
    with pytest.raises(StillLeaving):
        close_channel(channel=channel, take_back=True, by=world.actor(world.alice), now=NOON)
    shown = as_(world.alice).post(reverse("channel-close", args=["lenoir", channel.pk]), {"waiting": "cancel"}).content.decode()
    assert "The account stays open" in shown
    assert Channel.objects.get().tokens != ""


def test_the_list_asks_as_much_of_the_database_for_one_account_as_for_twenty(world: World, django_assert_max_num_queries: Any) -> None:
    client = as_(world.alice)
    for n in range(20):
        connected(world, "mastodon" if n % 2 else "bluesky", remote_id=f"r{n}", handle=f"h{n}.example")
    page(client, "channels")
    with django_assert_max_num_queries(12):
        page(client, "channels")


# ---- what the engine notes


def test_a_spent_budget_pauses_the_channel_until_the_networks_own_hour(world: World) -> None:
    channel = connected(world)
    commands.note_budget(channel_id=channel.pk, budget=Budget(3, NOON + timedelta(minutes=5)), now=NOON)
    assert Channel.objects.get().paused_until is None
    commands.note_budget(channel_id=channel.pk, budget=Budget(0, NOON + timedelta(minutes=5)), now=NOON)
    commands.note_budget(channel_id=channel.pk, budget=Budget(0, NOON + timedelta(minutes=2)), now=NOON)
    assert Channel.objects.get().paused_until == NOON + timedelta(minutes=5)


def test_a_budget_that_starts_again_in_a_year_is_a_servers_mistake(world: World) -> None:
    channel = connected(world)
    commands.note_budget(channel_id=channel.pk, budget=Budget(0, NOON + timedelta(days=365)), now=NOON)
    assert Channel.objects.get().paused_until == NOON + timedelta(days=1)


def test_failures_are_counted_until_something_leaves(world: World) -> None:
    channel = connected(world)
    for _ in range(3):
        commands.note_outcome(channel_id=channel.pk, ok=False, now=NOON)
    assert Channel.objects.get().failures == 3
    commands.note_outcome(channel_id=channel.pk, ok=True, now=NOON)
    assert (Channel.objects.get().failures, Channel.objects.get().last_left_at) == (0, NOON)


def test_an_account_dies_once_and_people_are_told_once(world: World) -> None:
    channel = connected(world)
    assert commands.declare_dead(channel_id=channel.pk, why=Say("gone"), now=NOON)
    assert not commands.declare_dead(channel_id=channel.pk, why=Say("gone"), now=NOON)
    assert Entry.objects.filter(verb="channels:channel:died").count() == 1
    assert list(queries.untold_dead()) == [channel]
    assert commands.note_told(channel_id=channel.pk, now=NOON)
    assert not commands.note_told(channel_id=channel.pk, now=NOON)
    assert list(queries.untold_dead()) == []


def test_an_old_failure_does_not_kill_an_account_connected_again_since(world: World) -> None:
    channel = connected(world, connected_at=NOON + timedelta(minutes=1))
    assert not commands.declare_dead(channel_id=channel.pk, why=Say("gone"), now=NOON + timedelta(minutes=2), since=NOON)
    assert Channel.objects.get().state == State.ALIVE
