"""What is known of a person is shown whole, given out, erased for good, and kept only as long as the company says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from parvis.audit.models import Entry
from parvis.cli.main import main
from parvis.inbox import commands, forgetting, queries, search
from parvis.inbox.forgetting import OneCard, StillLeaving
from parvis.inbox.models import Conversation, Message, Note, Objection, Person, Promise
from parvis.people.actors import HOUSE
from parvis.people.permissions import NotAllowed
from parvis.publishing.models import Delivery
from tests.rooms.parlour import CAMILLE, YANN, Parlour, channel, gather, send
from tests.world import NOON, World

AGO = NOON - timedelta(minutes=30)


@pytest.fixture
def parlour(world: World, settings: Any) -> Iterator[Parlour]:
    with time_machine.travel(NOON, tick=False):
        made = Parlour()
        settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
        channel(world)
        made.say("Je suis Camille Dubreuil, mon numéro est le 06 12 34 56 78", AGO, name="m1", url="https://parlour.example/m1")
        made.say("Le pain était sec", AGO, name="c1", kind="comment", thread="c1")
        made.say("Pas le mien", AGO + timedelta(minutes=1), who=YANN, name="c2", kind="comment", thread="c1", parent="c1")
        gather()
        yield made


def camille() -> Person:
    return Person.objects.get(remote_id="u1")


def everything() -> str:
    """All that the database holds, as words."""
    models = (Person, Conversation, Message, Note, Objection, Entry, Delivery)
    return json.dumps([list(model.objects.values()) for model in models], default=str, ensure_ascii=False)


def test_all_that_is_known_is_shown_and_given_out(world: World, parlour: Parlour) -> None:
    talk = Conversation.objects.get(kind="message")
    commands.note(conversation=talk, words="Cliente de longue date", by=world.actor(world.bob), now=NOON)
    given = json.loads(json.dumps(forgetting.exported(person=camille(), by=world.actor(world.alice), now=NOON)))
    assert [one["handle"] for one in given["cards"]] == ["camille.d"]
    assert {one["remote_id"] for one in given["messages"]} == {"m1", "c1"}
    assert [one["words"] for one in given["notes"]] == ["Cliente de longue date"]
    assert given["objects"] is False
    entry = Entry.objects.get(verb="inbox:person:exported")
    assert entry.label == ""


def test_only_an_owner_takes_out_and_erases(world: World, parlour: Parlour) -> None:
    for command in (forgetting.exported, forgetting.erase, forgetting.objects):
        for user in (world.bob, world.chloe, world.remi, world.denis):
            with pytest.raises(NotAllowed):
                command(person=camille(), by=world.actor(user), now=NOON)
    assert camille()


def test_nothing_of_a_person_is_left_once_erased(world: World, parlour: Parlour) -> None:
    talk = Conversation.objects.get(kind="message")
    commands.note(conversation=talk, words="Camille rappelle demain", by=world.actor(world.bob), now=NOON)
    commands.done(conversation=talk, by=world.actor(world.bob), now=NOON)
    done = forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON)
    assert done == {"messages": 2, "conversations": 2}
    left = everything().lower()
    for trace in ("camille", "dubreuil", "06 12", "pain", "m1", "with-u1", '"u1"'):
        assert trace not in left, trace
    assert not search.found(world.bakery, "dubreuil").exists()
    assert not search.found(world.bakery, "sec").exists()
    assert Message.objects.get(remote_id="c2").words == "Pas le mien"


def test_whoever_was_erased_is_not_read_in_again(world: World, parlour: Parlour) -> None:
    forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON)
    parlour.say("Encore moi", NOON, name="m9")
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        gather()
    assert not Person.objects.filter(remote_id="u1").exists()
    assert not Message.objects.filter(words="Encore moi").exists()


def test_a_thread_stays_readable_without_them(world: World, parlour: Parlour) -> None:
    forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON)
    talk = Conversation.objects.get(kind="comment")
    shown = [(one.message.erased, one.message.words) for one in queries.whole(queries.of(world.bakery).get(pk=talk.pk), 1, NOON).messages]
    assert shown == [(True, ""), (False, "Pas le mien")]


def test_our_answers_stay_without_the_name(world: World, parlour: Parlour) -> None:
    talk = queries.of(world.bakery).get(kind="message")
    commands.answer(conversation=talk, words="Bonjour camille, c’est noté", by=world.actor(world.bob), now=NOON)
    with pytest.raises(StillLeaving):
        forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON)
    assert camille()
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        send()
        forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON + timedelta(minutes=1))
    assert Message.objects.get(mine=True).words == "Bonjour …, c’est noté"
    assert "camille" not in everything().lower()


def test_cards_are_joined_and_parted_by_hand(world: World, parlour: Parlour) -> None:
    bob, yann = world.actor(world.bob), Person.objects.get(remote_id="u2")
    forgetting.merge(person=yann, into=camille(), by=bob, now=NOON)
    yann.refresh_from_db()
    assert [one.remote_id for one in forgetting.cards(yann)] == ["u1", "u2"]
    assert len(forgetting.known(yann)["messages"]) == 3
    with pytest.raises(OneCard):
        forgetting.merge(person=camille(), into=yann, by=bob, now=NOON)
    forgetting.part(person=yann, by=bob, now=NOON)
    assert [one.remote_id for one in forgetting.cards(camille())] == ["u1"]


def test_erasing_one_card_erases_those_joined_to_it(world: World, parlour: Parlour) -> None:
    yann = Person.objects.get(remote_id="u2")
    forgetting.merge(person=yann, into=camille(), by=world.actor(world.bob), now=NOON)
    forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON)
    assert not Person.objects.exists()
    assert Objection.objects.count() == 2


def test_what_is_older_than_it_is_kept_goes_and_does_not_come_back(world: World, parlour: Parlour) -> None:
    for talk in Conversation.objects.all():
        commands.done(conversation=talk, by=world.actor(world.bob), now=NOON)
    forgetting.retain(company=world.bakery, days={"comment": 30, "person": 60}, by=world.actor(world.alice), now=NOON)
    assert forgetting.purge_due(NOON + timedelta(days=29)) == {}
    assert forgetting.purge_due(NOON + timedelta(days=31)) == {world.bakery.pk: {"comment": 2}}
    with time_machine.travel(NOON + timedelta(days=31), tick=False):
        gather()
    assert {one.remote_id: one.words == "" for one in Message.objects.all()} == {"m1": False, "c1": True, "c2": True}
    # Camille's private message is kept, so is her card; nothing is left of Yann's.
    assert forgetting.purge_due(NOON + timedelta(days=61)) == {world.bakery.pk: {"person": 1}}
    assert [one.remote_id for one in Person.objects.all()] == ["u1"]
    said = Entry.objects.filter(verb="inbox:retention:done").order_by("pk").last()
    assert said is not None
    assert (said.facts["counts"], said.who) == ({"person": 1}, HOUSE.name)


def test_what_waits_for_an_answer_is_kept(world: World, parlour: Parlour) -> None:
    forgetting.retain(company=world.bakery, days={"comment": 1, "message": 1, "person": 1}, by=world.actor(world.alice), now=NOON)
    assert forgetting.purge_due(NOON + timedelta(days=9)) == {}


def test_a_company_that_says_nothing_keeps_everything(world: World, parlour: Parlour) -> None:
    assert not forgetting.any_kept_so_long(NOON)
    with pytest.raises(ValueError, match="kind"):
        forgetting.retain(company=world.bakery, days={"cats": 1}, by=world.actor(world.alice), now=NOON)
    assert not Promise.objects.exclude(keep_days={}).exists()


def test_the_command_line_exports_and_erases(world: World, parlour: Parlour, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["person", "export", "lenoir", "parlour", "@camille.d"]) == 0
    assert json.loads(capsys.readouterr().out)["cards"][0]["name"] == CAMILLE.name
    assert main(["person", "erase", "lenoir", "parlour", "nobody"]) == 1
    assert main(["person", "erase", "lenoir", "parlour", "camille.d"]) == 0
    assert not Person.objects.filter(remote_id="u1").exists()
