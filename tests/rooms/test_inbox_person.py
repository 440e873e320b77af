"""The page of what is known of a person: all of it, in a file, joined with another card, erased in two conscious steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from parvis.audit.models import Entry
from parvis.channels import hooks
from parvis.channels.models import Channel
from parvis.inbox import answering, commands, forgetting
from parvis.inbox.models import Conversation, Message, Person, Reading
from parvis.people.models import User
from tests.rooms.parlour import CAMILLE, YANN, Parlour, channel, gather
from tests.world import NOON, World

AGO = NOON - timedelta(minutes=30)


@pytest.fixture
def parlour(world: World, settings: Any) -> Iterator[Parlour]:
    with time_machine.travel(NOON, tick=False):
        made = Parlour()
        settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
        channel(world)
        made.say("Mon numéro est le 06 12 34 56 78 <b>!</b>", AGO, name="m1")
        made.say("Le pain était sec", AGO, name="c1", kind="comment", thread="c1")
        made.say("Pas le mien", AGO, who=YANN, name="c2", kind="comment", thread="c1", parent="c1")
        gather()
        yield made


def client(user: User) -> Client:
    made = Client(headers={"accept-language": "fr"})
    made.force_login(user)
    return made


@pytest.fixture
def alice(world: World, parlour: Parlour) -> Client:
    return client(world.alice)


def of(remote_id: str = CAMILLE.remote_id) -> Person:
    return Person.objects.get(remote_id=remote_id)


def at(path: str = "", person: Person | None = None) -> str:
    return f"/c/lenoir/inbox/persons/{(person or of()).pk}/{path}"


def page(by: Client, url: str) -> str:
    answer = by.get(url)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def test_everything_kept_is_on_the_page_and_in_few_questions(world: World, alice: Client, django_assert_max_num_queries: Any) -> None:
    talk = Conversation.objects.get(kind="message")
    commands.note(conversation=talk, words="Cliente de longue date", by=world.actor(world.bob), now=NOON)
    url = f"{at()}?q=Yann"
    with django_assert_max_num_queries(12):
        shown = page(alice, url)
    for words in ("Ce que nous savons de cette personne", "06 12 34 56 78 &lt;b&gt;", "Le pain était sec", "Cliente de longue date"):
        assert words in shown
    assert "Pas le mien" not in shown
    assert at() in page(alice, f"/c/lenoir/inbox/{talk.pk}/")


def test_joined_cards_and_thousands_of_messages_cost_no_more(
    world: World, parlour: Parlour, alice: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        who = replace(CAMILLE, remote_id=f"c{number}")
        for each in range(12):
            parlour.say(f"Mot {number}-{each}", AGO, who=who, name=f"x{number}-{each}", kind="comment", thread=f"x{number}")
    Reading.objects.update(due_at=NOON)
    gather()
    for one in Person.objects.filter(remote_id__startswith="c", handle=CAMILLE.handle):
        forgetting.merge(person=one, into=of(), by=world.actor(world.alice), now=NOON)
    url = at()
    with django_assert_max_num_queries(12):
        shown = page(alice, url)
    assert "74" in shown  # 72 and the two of before
    assert shown.count("Mot ") == 50
    assert len(forgetting.known(of())["messages"]) == 74


def test_the_file_holds_everything_and_taking_it_out_is_noted(alice: Client) -> None:
    assert alice.get(at("file/")).status_code == 405
    answer = alice.post(at("file/"))
    assert "attachment" in answer["Content-Disposition"]
    assert {one["remote_id"] for one in json.loads(answer.content)["messages"]} == {"m1", "c1"}
    assert Entry.objects.filter(verb="inbox:person:exported").exists()


def test_erasing_says_what_goes_and_needs_a_second_step(alice: Client) -> None:
    shown = page(alice, at("erase/"))
    assert "Ce qui disparaît" in shown
    assert "Ce qui reste" in shown
    assert "Rien n’a été effacé" in alice.post(at("erase/")).content.decode()
    assert of()
    answer = alice.post(at("erase/"), {"sure": "yes"}, follow=True)
    assert "Effacé" in answer.content.decode()
    assert not Person.objects.filter(remote_id=CAMILLE.remote_id).exists()
    assert not Message.objects.filter(words__contains="06 12").exists()


def test_somebody_who_objects_is_no_longer_taken_in(alice: Client, parlour: Parlour) -> None:
    assert "plus rien" in alice.post(at("objects/"), follow=True).content.decode()
    parlour.say("Encore moi", NOON, name="m9")
    gather()
    assert not Message.objects.filter(words="Encore moi").exists()


def test_while_an_answer_leaves_nothing_is_erased_and_it_is_said(world: World, alice: Client) -> None:
    talk = Conversation.objects.get(kind="message")
    answering.answer(conversation=talk, words="Bonjour", by=world.actor(world.alice), now=NOON)
    assert "Rien n’a été effacé" in alice.post(at("erase/"), {"sure": "yes"}).content.decode()
    assert of()


def test_who_may_not_erase_sees_the_page_and_no_button(world: World, alice: Client) -> None:
    for user in (world.bob, world.remi):
        by = client(user)
        shown = page(by, at())
        assert "erase/" not in shown
        assert "file/" not in shown
        assert by.get(at("erase/")).status_code == by.post(at("erase/"), {"sure": "yes"}).status_code == 403
        assert by.post(at("file/")).status_code == 403
    assert client(world.remi).post(at("join/"), {"card": of(YANN.remote_id).pk}).status_code == 403
    assert of()


def test_two_cards_are_found_joined_and_taken_apart(alice: Client) -> None:
    yann = of(YANN.remote_id)
    assert f'value="{yann.pk}"' in page(alice, f"{at()}?q={yann.called[:3]}")
    alice.post(at("join/"), {"card": yann.pk})
    assert of(YANN.remote_id).merged_into == of()
    assert "Pas le mien" in page(alice, at())
    assert alice.get(at(person=yann)).headers["Location"] == at()
    assert "déjà" in alice.post(at("join/"), {"card": yann.pk}, follow=True).content.decode()
    alice.post(at("part/", yann))
    assert of(YANN.remote_id).merged_into is None
    assert alice.post(at("join/"), {"card": "x"}).status_code == 404


def test_the_account_s_page_gives_owners_what_makes_its_network_knock(world: World, alice: Client) -> None:
    account, word = Channel.objects.get(), hooks.verify_token(world.bakery.pk)
    url = f"/c/lenoir/settings/channels/{account.pk}/"
    shown = page(alice, url)
    assert hooks.address("parlour", world.bakery.pk) in shown
    assert word in shown
    assert "à quelques minutes d’intervalle" in shown
    assert word not in page(client(world.bob), url)
    Channel.objects.update(by_hand=True)
    assert word not in page(alice, url)


def test_a_network_that_cannot_knock_shows_nothing_of_it(world: World, alice: Client, parlour: Parlour, settings: Any) -> None:
    settings.NETWORKS = {**settings.NETWORKS, "parlour": replace(parlour.network(), bell=None)}
    assert hooks.verify_token(world.bakery.pk) not in page(alice, f"/c/lenoir/settings/channels/{Channel.objects.get().pk}/")


def test_the_inbox_leads_to_how_long_answers_take(alice: Client) -> None:
    assert "/c/lenoir/inbox/measures/" in page(alice, "/c/lenoir/inbox/")
