"""A network that wants the company's own application: its guide, its two values, the way there and back, the choice of pages."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.channels import commands, hooks
from parvis.channels.models import App, Channel, Connecting, Registration, State
from parvis.channels.tokens import Keeper
from parvis.core import clock
from parvis.core.say import Say
from parvis.core.secrets import KeyRing, new_key
from parvis.people.models import Member, Role
from parvis.people.permissions import NotAllowed
from tests.rooms import plaza
from tests.rooms.plaza import APP_ID, APP_SECRET, RULE, Plaza
from tests.rooms.test_channels_secrets import old_line
from tests.rooms.town import as_, words
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(settings: LazySettings) -> Plaza:
    door = Plaza()
    settings.NETWORKS = {"plaza": plaza.network(door), "gallery": plaza.network(Plaza("gallery"))}
    return door


@pytest.fixture
def alice(world: World, door: Plaza) -> Client:
    return as_(world.alice)


def connect_page(client: Client, key: str = "plaza") -> str:
    return words(client.get(reverse("connect", args=["lenoir", key])))


# ---- the guide and the two values


def test_the_guide_shows_the_exact_return_address_and_the_networks_own_words(alice: Client, settings: LazySettings) -> None:
    shown = connect_page(alice)
    assert f'value="{settings.PUBLIC_URL}{reverse("connect-return")}"' in shown
    assert "Paste" in shown
    assert "as the return address." in shown
    assert "%(back)s" not in shown
    assert "Plaza App ID" in shown
    assert "Plaza App secret" in shown
    assert RULE.at in shown


def test_the_two_values_are_kept_sealed_and_the_secret_is_never_shown_again(alice: Client, world: World) -> None:
    answer = plaza.keep(alice, client_secret=f"  {APP_SECRET} ")
    assert (answer.status_code, answer["location"]) == (303, reverse("connect", args=["lenoir", "plaza"]))
    app = App.objects.get()
    assert (app.company, app.family, app.by) == (world.bakery, "plaza", world.alice)
    assert APP_SECRET not in app.sealed
    shown = connect_page(alice)
    assert APP_ID in shown
    assert f"•••• {APP_SECRET[-4:]}" in shown
    assert APP_SECRET not in shown
    assert Entry.objects.filter(verb="channels:app:saved").count() == 1
    assert APP_SECRET not in json.dumps(list(Entry.objects.values("facts", "label")))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"client_id": ""}, "required"),
        ({"client_secret": ""}, "required"),
        ({"client_secret": "two words"}, "space or a sign"),
        ({"client_id": "idé"}, "space or a sign"),
        ({"client_secret": APP_ID}, "same value"),
        ({"client_id": "x" * 301}, "300"),
    ],
)
def test_values_that_cannot_be_right_are_said_and_nothing_is_kept(alice: Client, typed: dict[str, str], said: str) -> None:
    answer = plaza.keep(alice, **typed)
    assert answer.status_code == 200
    assert said in words(answer)
    assert APP_SECRET not in words(answer)
    assert not App.objects.exists()


def test_values_saved_again_take_the_place_of_the_first(alice: Client) -> None:
    plaza.keep(alice)
    plaza.keep(alice, client_id="another-id", client_secret="another-secret-9999")
    assert App.objects.count() == 1
    assert "another-id" in connect_page(alice)


def test_the_secret_of_webhooks_may_be_left_out_is_sealed_and_stays_with_its_application(
    world: World, door: Plaza, settings: LazySettings
) -> None:
    alice, secret = as_(world.alice), "signing-secret-5566"
    rule = replace(RULE, signing_name="Plaza signing secret")
    settings.NETWORKS = {"plaza": plaza.network(door, app=rule)}
    spec = settings.NETWORKS["plaza"].spec
    assert "Plaza signing secret" in connect_page(alice)
    plaza.keep(alice)
    assert "signing_secret" not in hooks.application(world.bakery, spec)
    plaza.keep(alice, signing_secret=secret)
    assert hooks.application(world.bakery, spec)["signing_secret"] == secret
    shown = connect_page(alice)
    assert "kept, sealed" in shown
    assert secret not in shown
    assert secret not in App.objects.get().sealed
    plaza.keep(alice, client_secret="made-anew-1234567")
    assert hooks.application(world.bakery, spec)["signing_secret"] == secret
    plaza.keep(alice, client_id="another-application")
    assert "signing_secret" not in hooks.application(world.bakery, spec)


def test_the_number_of_an_application_is_kept_shown_and_stays_with_it(world: World, door: Plaza, settings: LazySettings) -> None:
    alice, rule = as_(world.alice), replace(RULE, number_name=Say("Plaza application number"))
    settings.NETWORKS = {"plaza": plaza.network(door, app=rule)}
    spec = settings.NETWORKS["plaza"].spec
    assert "Plaza application number" in connect_page(alice)
    assert "Figures only" in words(plaza.keep(alice, number="urn:li:12"))
    plaza.keep(alice, number="20448716")
    assert "20448716" in connect_page(alice)
    plaza.keep(alice, client_secret="made-anew-1234567")
    assert hooks.application(world.bakery, spec)["number"] == "20448716"
    plaza.keep(alice, client_id="another-application")
    assert "number" not in hooks.application(world.bakery, spec)


def test_a_network_that_signs_with_no_third_value_asks_for_none(world: World, alice: Client, settings: LazySettings) -> None:
    assert 'name="signing_secret"' not in alice.get(reverse("connect", args=["lenoir", "plaza"])).content.decode()
    plaza.keep(alice, signing_secret="unasked-for-123456")
    assert "signing_secret" not in hooks.application(world.bakery, settings.NETWORKS["plaza"].spec)


def test_one_application_serves_its_whole_family(alice: Client, settings: LazySettings) -> None:
    plaza.keep(alice)
    shown = connect_page(alice, "gallery")
    assert APP_ID in shown
    assert "It also serves:" in shown
    plaza.connect(alice, "gallery")
    assert settings.NETWORKS["gallery"].door.given[-1] == {"client_id": APP_ID, "client_secret": APP_SECRET}


def test_erased_values_are_gone_and_connected_accounts_stay(alice: Client) -> None:
    plaza.keep(alice)
    plaza.connect(alice)
    assert alice.post(reverse("app-forget", args=["lenoir", "plaza"])).status_code == 303
    assert not App.objects.exists()
    assert Channel.objects.get().state == State.ALIVE
    assert Entry.objects.filter(verb="channels:app:forgotten").count() == 1


def test_without_the_two_values_nothing_begins(alice: Client, door: Plaza) -> None:
    answer = alice.post(reverse("connect", args=["lenoir", "plaza"]), {"csrfmiddlewaretoken": "x"})
    assert answer.status_code == 200
    assert "two values are not here yet" in words(answer)
    assert not Connecting.objects.exists()
    assert door.given == []


def test_only_an_owner_keeps_or_erases_an_application(world: World, alice: Client) -> None:
    plaza.keep(alice)
    for user in (world.bob, world.chloe, world.remi):
        assert plaza.keep(as_(user)).status_code == 403
        assert as_(user).post(reverse("app-forget", args=["lenoir", "plaza"])).status_code == 403
        with pytest.raises(NotAllowed):
            commands.save_app(company=world.bakery, rule=RULE, client_id="x", client_secret="y", by=world.actor(user), now=clock.now())
    for name in ("app-keep", "app-forget"):
        assert as_(world.denis).post(reverse(name, args=["lenoir", "plaza"])).status_code == 404
        assert alice.get(reverse(name, args=["lenoir", "plaza"])).status_code == 405
    assert App.objects.get().by == world.alice


def test_another_company_has_an_application_of_its_own(world: World, alice: Client, door: Plaza) -> None:
    plaza.keep(alice)
    denis = as_(world.denis)
    assert APP_ID not in words(denis.get(reverse("connect", args=["denis", "plaza"])))
    plaza.connect(alice)
    plaza.keep(denis, company="denis", client_id="denis-app", client_secret="denis-secret-1234")
    plaza.begin(denis, company="denis")
    assert [client["client_id"] for client in door.given if client] == [APP_ID, "denis-app"]
    assert not Registration.objects.exists(), "an application is never shared between companies"


def test_in_a_demonstration_the_stand_ins_own_values_are_proposed(alice: Client, settings: LazySettings) -> None:
    assert "parvis-demo-app" not in connect_page(alice)
    settings.SANDBOX = {"plaza": "http://127.0.0.1:1"}
    assert 'value="parvis-demo-app"' in connect_page(alice)
    assert "parvis-demo-secret" in connect_page(alice)


def test_turning_the_keys_over_reseals_an_application(alice: Client, settings: LazySettings, door: Plaza) -> None:
    plaza.keep(alice)
    fresh = new_key()
    settings.KEYS = KeyRing.parse(f"{fresh}\n{old_line(settings.KEYS)}")
    assert commands.rotate_seals(now=clock.now())["done"] == 1
    settings.KEYS = KeyRing.parse(fresh)
    plaza.begin(alice)
    assert door.given[-1] == {"client_id": APP_ID, "client_secret": APP_SECRET}


def test_values_that_no_key_opens_are_asked_again(alice: Client, settings: LazySettings) -> None:
    plaza.keep(alice)
    settings.KEYS = KeyRing.parse(new_key())
    assert "The key that sealed these values is missing" in connect_page(alice)
    plaza.keep(alice)
    assert APP_ID in connect_page(alice)


# ---- there and back


def test_a_person_goes_there_with_the_application_and_comes_back_connected(alice: Client, door: Plaza, settings: LazySettings) -> None:
    plaza.keep(alice)
    asked = plaza.begin(alice)
    assert asked["client_id"] == APP_ID
    assert asked["redirect_uri"] == settings.PUBLIC_URL + reverse("connect-return")
    answer = plaza.come_back(alice, asked)
    channel = Channel.objects.get()
    assert (answer.status_code, answer["location"]) == (303, reverse("channel", args=["lenoir", channel.pk]))
    assert Keeper(channel.pk).current()["token"] == "token-of-boulangerie"
    shown = words(alice.get(answer["location"]))
    assert "boulangerie is connected" in shown
    assert "Publishing works." in shown


def test_a_code_that_does_not_serve_is_said_and_a_return_serves_once(alice: Client) -> None:
    plaza.keep(alice)
    asked = plaza.begin(alice)
    shown = words(alice.get(reverse("connect-return"), {"state": asked["state"], "code": "used"}, follow=True))
    assert "this code was used" in shown
    assert plaza.come_back(alice, asked).status_code == 404
    assert not Channel.objects.exists()


def test_whoever_set_out_to_mend_and_said_no_is_back_where_they_began(alice: Client) -> None:
    plaza.keep(alice)
    plaza.connect(alice)
    channel = Channel.objects.get()
    asked = plaza.begin(alice, mends=channel.pk)
    answer = alice.get(reverse("connect-return"), {"state": asked["state"], "error": "access_denied"})
    assert answer["location"] == reverse("channel-mend", args=["lenoir", channel.pk])
    assert "You did not allow Parvis to publish" in words(alice.get(answer["location"]))


# ---- several pages


def several(alice: Client, door: Plaza, *pages: str, mends: int | None = None) -> Any:
    door.pages = pages or ("boulangerie", "salon-de-the", "traiteur")
    plaza.keep(alice)
    return plaza.connect(alice, mends=mends)


def choose(client: Client, page: str, *numbers: object) -> Any:
    return client.post(page, {"chosen": [str(number) for number in numbers]})


def test_a_login_that_opens_several_pages_lets_the_person_choose(alice: Client, door: Plaza) -> None:
    page = several(alice, door)["location"]
    assert not Channel.objects.exists()
    shown = words(alice.get(page))
    for name in ("Boulangerie", "Salon-de-the", "Traiteur"):
        assert name in shown
    assert "token-of" not in shown
    answer = choose(alice, page, 0, 2)
    assert (answer.status_code, answer["location"]) == (303, reverse("channels", args=["lenoir"]))
    assert set(Channel.objects.values_list("remote_id", flat=True)) == {"boulangerie", "traiteur"}
    assert "2 accounts are connected" in words(alice.get(answer["location"]))
    traiteur = Channel.objects.get(remote_id="traiteur")
    assert Keeper(traiteur.pk).current()["token"] == "token-of-traiteur"


def test_what_was_found_is_kept_sealed_and_serves_once(alice: Client, door: Plaza) -> None:
    page = several(alice, door)["location"]
    assert "token-of" not in Connecting.objects.get().sealed
    assert choose(alice, page, 1).status_code == 303
    assert choose(alice, page, 0).status_code == 404
    assert alice.get(page).status_code == 404
    assert Channel.objects.count() == 1


def test_a_choice_waits_ten_minutes_from_the_return(alice: Client, door: Plaza) -> None:
    page = several(alice, door)["location"]
    with clock.shifted(timedelta(minutes=9, seconds=50)):
        assert alice.get(page).status_code == 200
    with clock.shifted(timedelta(minutes=10, seconds=1)):
        assert alice.get(page).status_code == 404
        assert choose(alice, page, 0).status_code == 404
    assert not Channel.objects.exists()


@pytest.mark.parametrize("numbers", [(), ("99",), ("x",), ("9" * 5000,)])
def test_no_choice_is_said_and_can_be_made_again(alice: Client, door: Plaza, numbers: tuple[str, ...]) -> None:
    page = several(alice, door)["location"]
    answer = choose(alice, page, *numbers)
    assert answer.status_code == 200
    assert "Choose at least one" in words(answer)
    assert choose(alice, page, 0).status_code == 303


def test_nobody_else_chooses(world: World, alice: Client, door: Plaza) -> None:
    page = several(alice, door)["location"]
    Member.objects.create(company=world.bakery, user=world.denis, role=Role.OWNER, since=clock.now())
    for user, code in ((world.denis, 404), (world.bob, 403), (world.remi, 403)):
        assert as_(user).get(page).status_code == code
        assert choose(as_(user), page, 0).status_code == code
    Member.objects.filter(user=world.alice).update(role=Role.EDITOR)
    assert choose(alice, page, 0).status_code == 403
    assert not Channel.objects.exists()


def test_a_choice_is_no_way_out_and_a_way_out_is_no_choice(alice: Client, door: Plaza) -> None:
    several(alice, door)
    flow = Connecting.objects.get()
    assert alice.get(reverse("connect-leave", args=["lenoir", flow.pk])).status_code == 404
    plaza.begin(alice)
    begun = Connecting.objects.exclude(pk=flow.pk).get()
    assert alice.get(reverse("connect-choose", args=["lenoir", begun.pk])).status_code == 404


def test_mending_one_page_of_many_takes_that_one_without_asking(alice: Client, door: Plaza) -> None:
    choose(alice, several(alice, door)["location"], 0, 1)
    tea = Channel.objects.get(remote_id="salon-de-the")
    commands.declare_dead(channel_id=tea.pk, why=Say("gone"), now=clock.now())
    answer = plaza.connect(alice, mends=tea.pk)
    assert answer["location"] == reverse("channel", args=["lenoir", tea.pk])
    tea.refresh_from_db()
    assert tea.state == State.ALIVE
    assert Channel.objects.count() == 2
    assert "is connected again" in words(alice.get(answer["location"]))


def test_where_the_page_to_mend_is_not_among_them_the_person_is_told_and_chooses(alice: Client, door: Plaza) -> None:
    choose(alice, several(alice, door)["location"], 2)
    lost = Channel.objects.get()
    commands.declare_dead(channel_id=lost.pk, why=Say("gone"), now=clock.now())
    page = several(alice, door, "boulangerie", "salon-de-the", mends=lost.pk)["location"]
    assert "is not among them" in words(alice.get(page))
    answer = choose(alice, page, 0)
    assert "another account than the one you wanted to mend" in words(alice.get(answer["location"]))
    assert Channel.objects.get(pk=lost.pk).state == State.DEAD


def test_a_page_that_is_connected_already_says_so(alice: Client, door: Plaza) -> None:
    choose(alice, several(alice, door)["location"], 0)
    page = plaza.connect(alice)["location"]
    assert "Connected already" in words(alice.get(page))
    choose(alice, page, 0, 1)
    assert Channel.objects.count() == 2


def test_a_login_that_opens_nothing_is_said(alice: Client, door: Plaza) -> None:
    door.pages = ()
    plaza.keep(alice)
    shown = words(alice.get(plaza.connect(alice)["location"]))
    assert "opens no account" in shown
    assert not Channel.objects.exists()


def test_turning_the_keys_over_reseals_a_choice_that_waits(alice: Client, door: Plaza, settings: LazySettings) -> None:
    page = several(alice, door)["location"]
    fresh = new_key()
    settings.KEYS = KeyRing.parse(f"{fresh}\n{old_line(settings.KEYS)}")
    commands.rotate_seals(now=clock.now())
    settings.KEYS = KeyRing.parse(fresh)
    assert choose(alice, page, 0).status_code == 303


# ---- the list of networks


def test_each_network_says_what_it_takes(alice: Client, world: World) -> None:
    shown = words(alice.get(reverse("channels", args=["lenoir"])))
    assert "about twenty minutes" in shown
    plaza.keep(alice)
    assert "one minute" in words(alice.get(reverse("channels", args=["lenoir"])))
    assert "twenty minutes" not in words(alice.get(reverse("channels", args=["lenoir"])))


@pytest.mark.parametrize("name", ["connect", "channels", "channel", "choose"])
def test_no_page_asks_more_than_twelve_times(alice: Client, door: Plaza, django_assert_max_num_queries: Any, name: str) -> None:
    door.pages = tuple(f"page{n}" for n in range(12))
    plaza.keep(alice)
    page = plaza.connect(alice)["location"]
    if name != "choose":
        choose(alice, page, *range(12))
    pk = Channel.objects.order_by("pk").values_list("pk", flat=True).first()
    args = {"connect": ["plaza"], "channel": [pk]}.get(name, [])
    with django_assert_max_num_queries(12):
        answer = alice.get(page if name == "choose" else reverse(name, args=["lenoir", *args]))
    assert answer.status_code == 200
