"""Accounts without a key: opened, named, switched to and from a connection, with all their history."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.channels import by_hand
from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.channels.queries import by_hand_keys, spec_of
from parvis.core import clock
from parvis.networks.contract import Receipt
from parvis.people.permissions import NotAllowed
from parvis.publishing.closing import StillLeaving
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.publishing.switching import switch_to_hand
from sandbox import Town
from tests.rooms.bakery import channel as connected
from tests.rooms.hands import card, hand_over, in_hand, place, planned, say, state
from tests.rooms.town import PASSWORD, as_, words
from tests.world import World

# ---- the accounts


def test_any_network_and_any_other_place_can_be_opened_without_a_key(world: World) -> None:
    shown = words(as_(world.alice).get(reverse("channels", args=["lenoir"])))
    for key in by_hand_keys():
        assert reverse("hand-new", args=["lenoir", key]) in shown
        made = place(world, key, name=f"Chez nous {key}")
        assert spec_of(made).door == "hand"
        assert spec_of(made).price is None
    assert spec_of(Channel.objects.get(network="other")).name == "Chez nous other"


def test_an_account_is_opened_through_its_page_and_nothing_typed_is_lost(world: World) -> None:
    client = as_(world.alice)
    page = reverse("hand-new", args=["lenoir", "other"])
    wrong = client.post(page, {"name": "Liste des clients", "handle": "06 12", "opens": "javascript:alert(1)"})
    assert "This is not an address of the web." in words(wrong)
    assert "Liste des clients" in words(wrong)
    done = client.post(page, {"name": "Liste des clients", "handle": "", "opens": "web.whatsapp.example/liste"})
    assert done.status_code == 303
    made = Channel.objects.get()
    assert (made.by_hand, made.name, made.opens, made.tokens) == (True, "Liste des clients", "https://web.whatsapp.example/liste", "")
    assert Entry.objects.filter(verb="channels:channel:opened_by_hand", object_id=made.pk).exists()
    again = client.post(page, {"name": "Liste des clients", "handle": "", "opens": ""})
    assert "has this account here already" in words(again)


def test_one_that_was_closed_comes_back_with_its_history(world: World) -> None:
    made = place(world)
    Channel.objects.filter(pk=made.pk).update(state=Life.CLOSED)
    assert place(world).pk == made.pk


def test_it_is_renamed_and_its_page_changed(world: World) -> None:
    made = place(world)
    done = as_(world.alice).post(
        reverse("channel-hand", args=["lenoir", made.pk]), {"handle": "lenoir.nantes", "name": "", "opens": "https://page.example/"}
    )
    assert done.status_code == 303
    made.refresh_from_db()
    assert (made.handle, made.opens) == ("lenoir.nantes", "https://page.example/")


@pytest.mark.parametrize("who", ["bob", "remi"])
def test_only_an_owner_opens_one(world: World, who: str) -> None:
    client = as_(getattr(world, who))
    assert client.post(reverse("hand-new", args=["lenoir", "tiktok"]), {"handle": "x"}).status_code == 403
    with pytest.raises(NotAllowed):
        by_hand.open_by_hand(
            company=world.bakery, network="tiktok", handle="x", name="", opens="", by=world.actor(getattr(world, who)), now=clock.now()
        )
    assert not Channel.objects.exists()


def test_going_on_by_hand_keeps_the_account_and_erases_its_authorisation(world: World) -> None:
    made = connected(world, tokens="sealed", state=Life.DEAD)
    post = planned(world, at=clock.now() + timedelta(days=1)) if made.state == Life.ALIVE else None
    assert post is None
    client = as_(world.alice)
    assert "Go on by hand with lenoir.example?" in words(client.get(reverse("channel-hand", args=["lenoir", made.pk])))
    assert client.post(reverse("channel-hand", args=["lenoir", made.pk])).status_code == 303
    made.refresh_from_db()
    assert (made.by_hand, made.tokens, made.state) == (True, "", Life.ALIVE)


def test_what_is_half_way_keeps_an_account_from_going_on_by_hand(world: World) -> None:
    made = connected(world)
    planned(world, at=clock.now() + timedelta(days=1))
    Delivery.objects.update(state=State.UNKNOWN)
    with pytest.raises(StillLeaving):
        switch_to_hand(channel=made, by=world.actor(world.alice), now=clock.now())
    made.refresh_from_db()
    assert not made.by_hand


# ---- from one way to the other


def test_what_is_in_hand_when_the_account_is_connected_may_be_left_to_parvis(world: World) -> None:
    made = place(world, "bluesky")
    delivery = in_hand(world)
    Channel.objects.filter(pk=made.pk).update(by_hand=False)
    client = as_(world.alice)
    assert "Let Parvis publish it" in card(client, delivery)
    client.post(reverse("card-hour", args=["lenoir", delivery.pk]), {"in": "0"})
    assert state(delivery) == State.SCHEDULED


def test_connecting_the_network_s_account_takes_the_place_over_with_its_history(world: World, town: Town) -> None:
    town.bluesky.add_account("lenoir.test", password=PASSWORD)
    made = place(world, "bluesky", handle="boulangerie.lenoir")
    earlier, waiting = in_hand(world), planned(world, title="Demain", at=clock.now() + timedelta(days=1))
    client = as_(world.alice)
    say(client, earlier)
    assert reverse("channel-mend", args=["lenoir", made.pk]) in words(client.get(reverse("channels", args=["lenoir"])))
    done = client.post(reverse("channel-mend", args=["lenoir", made.pk]), {"who": "lenoir.test", "password": PASSWORD})
    assert done.status_code == 303
    assert Channel.objects.get().pk == made.pk
    made.refresh_from_db()
    assert (made.by_hand, made.handle, made.tokens != "") == (False, "lenoir.test", True)
    assert Entry.objects.filter(verb="channels:channel:taken_over", object_id=made.pk).exists()
    with clock.later(timedelta(days=1, minutes=1)):
        assert [type(outcome) for outcome in hand_over()] == [Receipt]
    assert [post["text"] for post in town.bluesky.posts()] == ["La bûche est là."]
    assert Delivery.objects.filter(channel=made, state=State.SENT).count() == 2
    assert waiting.variants.get().channel_id == made.pk
    switch_to_hand(channel=made, by=world.actor(world.alice), now=clock.now())
    again = client.post(reverse("connect", args=["lenoir", "bluesky"]), {"who": "lenoir.test", "password": PASSWORD})
    assert again.status_code == 303
    assert Channel.objects.get().pk == made.pk
