"""The networks call for good: stand-ins that ring over real HTTP at a living Parvis, and everything that can go wrong on the way."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

import sandbox
from parvis.channels import hooks, rounds
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import gathering
from parvis.inbox.models import Conversation, Knocked, Message, Reading
from parvis.media import files
from parvis.networks.facts import Parcel, Picture
from parvis.networks.registry import Config, networks
from parvis.people.actors import HOUSE
from parvis.publishing import claims, commands
from parvis.publishing.engine import deliver
from sandbox.bells import Unanswered
from sandbox.linkedin_bells import number_of
from sandbox.oauth import CLIENT_ID
from tests.pictures import jpeg, shades
from tests.rooms.parlour import gather, words
from tests.rooms.test_channels_every_app import chosen, gone, ready
from tests.rooms.town import words as shown_in
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)

KEYS = ("facebook", "instagram", "linkedin")
# Whose interface has a call that registers the address; the others are given it by a person, in a form.
REGISTERED = ("facebook", "instagram")
PRIVATE = ("facebook", "instagram")
SCRIPT = "<script>alert(1)</script> {{ 7*7 }} {% now 'Y' %} \u202egnp.exe"
AGES = 40 * 3_600


@dataclass
class Street:
    """One account of the bakery on a stand-in that knows where to ring."""

    key: str
    stand: Any
    alice: Client
    channel: Channel
    post: str = ""

    @property
    def bells(self) -> Any:
        return self.stand.bells

    def comment(self, text: str, who: str = "Camille Rousseau") -> str:
        return str(self.stand.comment(self.post, who, text)["id"])

    def rung(self) -> None:
        """Wait until everything that was to be called was called."""
        assert self.bells.quiet()

    def statuses(self) -> list[int]:
        return [one["status"] for one in self.bells.told.calls]

    def secret(self, value: str) -> None:
        """Keep the application's two values as a person types them."""
        given = {"client_id": CLIENT_ID, "client_secret": value, "number": number_of(CLIENT_ID)}
        self.alice.post(reverse("app-keep", args=["lenoir", self.key]), given)


@pytest.fixture
def there(town: sandbox.Town, settings: LazySettings, live_server: Any) -> sandbox.Town:
    places = {key: {"all": town.stands[key].url} for key in (*KEYS, "x")}
    settings.NETWORKS = networks(Config(mastodon_scheme="http", places=places))
    settings.SANDBOX = {key: at["all"] for key, at in places.items()}
    # Not every network goes back to an address called localhost.
    settings.PUBLIC_URL = settings.MEDIA_ADDRESS = live_server.url.replace("localhost", "127.0.0.1")
    return town


@pytest.fixture
def street(there: sandbox.Town, world: World) -> Callable[[str], Street]:
    return lambda key: opened(there, world, key)


def connected(there: sandbox.Town, world: World, key: str) -> Street:
    """Connect the bakery's account through the pages."""
    stand = there.stands[key]
    stand.add_account("lenoir", name="Boulangerie Lenoir")
    alice = ready(world, key)
    return Street(key, stand, alice, chosen(alice, gone(alice, key)))


def opened(there: sandbox.Town, world: World, key: str) -> Street:
    """Connect it, have the network know the address, publish something, and read for the first time."""
    made = connected(there, world, key)
    if key not in REGISTERED:
        made.secret(made.bells.secret(CLIENT_ID))
        made.bells.register(hooks.address(key, world.bakery.pk))
    assert rounds.visit_due(clock.now()).well == 1
    made.post = published(made.channel)
    gather()
    made.rung()
    gather()
    assert not gathering.any_due(clock.now())
    made.bells.clear()
    Knocked.objects.all().delete()
    return made


def published(channel: Channel) -> str:
    body = jpeg(shades(480, 480))
    pictures = (Picture(files.keep(body), "image/jpeg", 480, 480, len(body), "Un pain"),)
    delivery = commands.schedule(
        channel=channel, parcel=Parcel("Chaud à 7 h : le pain aux noix.", pictures=pictures), subject="Le pain", due_at=clock.now(),
        by=HOUSE, now=clock.now(),
    )  # fmt: skip
    for held in claims.claim("worker", clock.now(), 24, 24):
        deliver(held)
    delivery.refresh_from_db()
    assert delivery.state == "sent", delivery.told
    return str(delivery.remote_id)


# ---- the handshake


@pytest.mark.parametrize("key", REGISTERED)
def test_a_visit_has_the_network_call_here(there: sandbox.Town, world: World, key: str) -> None:
    made = connected(there, world, key)
    assert not made.bells.rows()
    rounds.visit_due(clock.now())
    [row] = made.bells.rows()
    assert row["url"] == hooks.address(key, world.bakery.pk)
    Channel.objects.update(visit_at=clock.now())
    rounds.visit_due(clock.now())
    assert len(made.stand.requests("POST */subscriptions")) == 1, "it is asked once"


@pytest.mark.parametrize("key", KEYS)
def test_whoever_does_not_know_the_word_or_the_secret_is_shown_the_door(there: sandbox.Town, world: World, key: str) -> None:
    made = connected(there, world, key)
    stranger = made.stand.doors.add_app("stranger", "another secret")
    right = hooks.verify_token(world.bakery.pk)
    word, app = ("guessed", CLIENT_ID) if key in REGISTERED else (right, stranger["client_id"])
    with pytest.raises(Unanswered):
        made.bells.register(hooks.address(key, world.bakery.pk), word, app)
    elsewhere = hooks.address(key, world.bakery.pk)[:-1] + "x"
    with pytest.raises(Unanswered):
        made.bells.register(elsewhere, right)
    assert not made.bells.rows()
    assert made.bells.register(hooks.address(key, world.bakery.pk), right)


# ---- what the public does


@pytest.mark.parametrize("key", KEYS)
def test_a_comment_is_read_as_soon_as_the_network_has_called(street: Callable[[str], Street], key: str) -> None:
    made = street(key)
    made.comment("Il reste du pain de seigle à l’épeautre ? 🥖")
    made.rung()
    assert made.statuses() == [200]
    assert gathering.any_due(clock.now())
    gather()
    assert words() == ["Il reste du pain de seigle à l’épeautre ? 🥖"]
    assert not gathering.any_due(clock.now())


@pytest.mark.parametrize("key", PRIVATE)
def test_a_private_message_is_read_as_soon_as_the_network_has_called(street: Callable[[str], Street], key: str) -> None:
    made = street(key)
    made.stand.message("lenoir", "Camille Rousseau", "Une bûche pour huit ?")
    made.rung()
    due = Reading.objects.filter(due_at__lte=clock.now()).values_list("source", flat=True)
    assert list(due) == ["talks"], "and nothing else is read"
    gather()
    assert words(conversation__kind="message") == ["Une bûche pour huit ?"]


@pytest.mark.parametrize("key", ["facebook", "linkedin"])
def test_an_edit_and_a_deletion_are_seen_as_soon(street: Callable[[str], Street], key: str) -> None:
    made = street(key)
    one, two = made.comment("Pour huit"), made.comment("Oubliez", "Paul Martin")
    made.rung()
    gather()
    made.stand.edit_comment(one, "Pour dix")
    made.stand.remove_comment(two)
    made.rung()
    gather()
    kept = {row.words: (row.before, row.gone_at) for row in Message.objects.all()}
    assert kept["Pour dix"][0][0]["words"] == "Pour huit"
    assert kept["Oubliez"][1] is not None


def test_where_every_reading_costs_a_call_makes_only_what_it_names_due(there: sandbox.Town, world: World) -> None:
    made = connected(there, world, "x")
    with pytest.raises(Unanswered):
        made.bells.register(hooks.address("x", world.bakery.pk), app=made.stand.doors.add_app("stranger", "another")["client_id"])
    made.bells.register(hooks.address("x", world.bakery.pk))
    gathering.begin(clock.now())
    Reading.objects.update(off=False)
    gather()
    acts = {
        "named": lambda: made.stand.mention("lenoir", "Odile", "du pain de seigle ?"),
        "messages": lambda: made.stand.message("lenoir", "Paul", "Une bûche pour huit ?"),
    }
    for source, act in acts.items():
        act()
        made.rung()
        assert set(Reading.objects.filter(due_at__lte=clock.now()).values_list("source", flat=True)) == {source}
        gather()
    assert made.statuses() == [200, 200]
    assert sorted(words()) == ["Une bûche pour huit ?", "du pain de seigle ?"]


def test_what_happened_in_the_past_rings_nowhere(street: Callable[[str], Street]) -> None:
    made = street("facebook")
    with made.stand.at("2026-11-01T10:00:00+00:00"):
        made.comment("Il y a longtemps")
    made.rung()
    assert made.statuses() == []


# ---- what goes wrong

FAULTS = {
    "rung_twice": [200] * 6,
    "rung_out_of_order": [200] * 3,
    "rung_late": [200] * 3,
    "rung_forged": [403] * 3 + [200] * 3,
    "rung_again": [200] * 6,
    "rung_malformed": [400] * 3 + [200] * 3,
    "rung_burst": [200] * 60,
}


@pytest.mark.parametrize("key", ["facebook", "linkedin"])
@pytest.mark.parametrize("kind", FAULTS)
def test_nothing_is_lost_doubled_or_executed(street: Callable[[str], Street], kind: str, key: str) -> None:
    made = street(key)
    made.stand.settings(ring_pauses=[0.0])
    made.stand.arm(kind, every=1, count=20, reset=60)
    wrote = [f"{n} : {SCRIPT}" for n in range(3)]
    for text in wrote:
        made.comment(text)
    if kind in {"rung_late", "rung_again", "rung_out_of_order"}:
        assert made.bells.made({"rung_late": 0, "rung_again": 3, "rung_out_of_order": 0}[kind])
        made.stand.advance(61)
    made.rung()
    assert sorted(made.statuses()) == sorted(FAULTS[kind])
    for _ in range(2):
        gather()
    assert sorted(words()) == [text.replace("\u202e", "") for text in wrote]
    calls = len({(one.digest) for one in Knocked.objects.all()})
    assert calls == (60 if kind == "rung_burst" else 3)
    assert not Knocked.objects.filter(read_at=None).exists()
    for talk in Conversation.objects.all():
        page = made.alice.get(reverse("conversation", args=["lenoir", talk.pk])).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }} {% now" in page
        assert "<script>alert(1)" not in page


def test_news_that_comes_in_the_wrong_order_ends_with_the_last_word(street: Callable[[str], Street]) -> None:
    made = street("facebook")
    made.stand.arm("rung_out_of_order")
    name = made.comment("Pour huit")
    made.stand.edit_comment(name, "Pour dix")
    made.rung()
    assert [json.loads(one["body"])["entry"][0]["changes"][0]["value"]["verb"] for one in made.bells.told.calls] == ["edited", "add"]
    gather()
    assert words() == ["Pour dix"]
    made.stand.remove_comment(name)
    made.rung()
    gather()
    assert Message.objects.get().gone_at is not None


def test_a_network_that_calls_again_and_again_is_calmed_once_it_is_believed(street: Callable[[str], Street]) -> None:
    made = street("facebook")
    made.secret("mistyped")
    made.comment("Vous livrez ?")
    assert made.bells.made(2)
    assert made.statuses() == [403, 403]
    assert not Knocked.objects.exists()
    made.secret(made.stand.bells.secret(CLIENT_ID))
    made.stand.advance(60)
    made.rung()
    made.stand.advance(AGES)
    made.rung()
    assert made.statuses() == [403, 403, 200]
    gather()
    assert words() == ["Vous livrez ?"]


def test_what_a_network_gives_up_telling_is_found_all_the_same(street: Callable[[str], Street]) -> None:
    made = street("linkedin")
    made.stand.settings(ring_pauses=[0.0, 300.0])
    made.secret("mistyped")
    made.comment("Vous livrez ?")
    assert made.bells.made(2)
    made.stand.advance(300)
    made.rung()
    assert (made.statuses(), made.bells.told.given_up) == ([403] * 3, 1)
    Reading.objects.update(due_at=clock.now())
    gather()
    assert words() == ["Vous livrez ?"]


def test_the_account_page_says_where_the_network_calls(street: Callable[[str], Street]) -> None:
    made = street("facebook")
    page = shown_in(made.alice.get(reverse("channel", args=["lenoir", made.channel.pk])))
    assert made.bells.rows()[0]["url"] in page


# ---- what no list shows


@pytest.mark.parametrize("key", REGISTERED)
def test_a_comment_elsewhere_that_names_us_is_in_the_inbox_by_its_call_alone(street: Callable[[str], Street], key: str) -> None:
    made = street(key)
    made.stand.mention("lenoir", "Zoé Petit", "Allez chez @lenoir", where="178400")
    made.rung()
    gather()
    talk = Conversation.objects.get()
    assert (talk.kind, words()) == ("mention", ["Allez chez @lenoir"])
    assert "Allez chez @lenoir" in shown_in(made.alice.get(reverse("conversation", args=["lenoir", talk.pk])))


def test_a_post_of_a_member_that_names_the_page_is_in_the_inbox_at_once(street: Callable[[str], Street]) -> None:
    made = street("linkedin")
    made.stand.mention("lenoir", "Zoé Petit", "Merci à Lenoir")
    made.rung()
    gather()
    assert (Conversation.objects.get().kind, words()) == ("mention", ["Merci à Lenoir"])


@pytest.mark.parametrize("key", PRIVATE)
def test_a_private_message_that_was_taken_back_is_known_at_once(street: Callable[[str], Street], key: str) -> None:
    made = street(key)
    name = str(made.stand.message("lenoir", "Zoé Petit", "Je voudrais commander")["id"])
    made.rung()
    gather()
    assert words() == ["Je voudrais commander"]
    made.stand.remove_comment(name)
    made.rung()
    gather()
    assert Message.objects.get().gone_at is not None


def test_other_words_of_a_private_message_are_known_at_once(street: Callable[[str], Street]) -> None:
    made = street("facebook")
    name = str(made.stand.message("lenoir", "Zoé Petit", "Deux pains")["id"])
    made.rung()
    gather()
    made.stand.edit_comment(name, "Trois pains")
    made.rung()
    gather()
    message = Message.objects.get()
    assert (message.words, [one["words"] for one in message.before]) == ("Trois pains", ["Deux pains"])
