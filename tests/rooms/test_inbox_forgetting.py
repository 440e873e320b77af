"""What is known of a person is shown whole, given out, erased for good, and kept only as long as the company says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from PIL import Image

from parvis.audit.models import Entry
from parvis.cli.main import main
from parvis.core import clock
from parvis.core.http import Answer
from parvis.inbox import commands, faces, forgetting, objections, queries, search
from parvis.inbox.forgetting import OneCard, StillLeaving
from parvis.inbox.models import Conversation, Face, Message, Note, Objection, Person, Presence, Promise
from parvis.media import files
from parvis.networks.listening import Somebody
from parvis.people.actors import HOUSE
from parvis.people.permissions import NotAllowed
from parvis.publishing.models import Attempt, Delivery
from tests.pictures import png
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


class Drawn:
    """Gives the same picture at every address."""

    def call(self, method: str, url: str, **more: Any) -> Answer:
        return Answer(200, {}, png(Image.new("RGB", (40, 40), "red")), url)


def keep(world: World, **days: int) -> None:
    commands.promise(company=world.bakery, facts={"keep_days": days}, by=world.actor(world.alice), now=NOON)


def camille() -> Person:
    return Person.objects.get(remote_id="u1")


def everything() -> str:
    """All that the database holds, as words."""
    models = (Person, Conversation, Message, Note, Presence, Objection, Entry, Delivery, Attempt)
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


def test_short_names_and_what_the_tries_to_send_say_go_too(world: World, parlour: Parlour) -> None:
    jo = Somebody("u7", "@jb", "Jo de la Forest", avatar="https://parlour.example/jo.png")
    parlour.say("Bonjour", AGO, who=jo)
    parlour.say("Merci", AGO, who=jo, name="c7", kind="comment", thread="c1", parent="c1")
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        gather()
    person = Person.objects.get(remote_id="u7")
    talk = queries.of(world.bakery).get(person=person)
    now, bob = NOON + timedelta(hours=1), world.actor(world.bob)
    commands.note(conversation=queries.of(world.bakery).get(kind="comment"), words="Jo a raison", by=bob, now=now)
    commands.draft(conversation=queries.of(world.bakery).get(kind="comment"), words="Merci Jo", by=bob, now=now)
    commands.answer(conversation=talk, words="Bonjour Jo, la pâte est de la veille, jo !", by=bob, now=now)
    with time_machine.travel(now + timedelta(minutes=1), tick=False):
        send()
        Attempt.objects.update(trace="400: @jb cannot be named", told={"why": {"text": "Jo is away", "facts": {}}, "cure": None})
        forgetting.erase(person=person, by=world.actor(world.alice), now=clock.now())
    assert Message.objects.get(mine=True).words == "Bonjour …, la pâte est de la veille, jo !"
    assert Note.objects.get().words == "… a raison"
    assert Presence.objects.exclude(draft="").get().draft == "Merci …"
    assert Attempt.objects.get().trace == "400: … cannot be named"
    left = everything()
    for trace in ("Jo ", "Jo,", "@jb", "Forest"):
        assert trace not in left, trace


def test_a_face_is_fetched_by_this_machine_and_goes_with_its_card(world: World, parlour: Parlour, settings: Any) -> None:
    settings.HTTP = Drawn()
    faced = replace(CAMILLE, avatar="https://parlour.example/camille.png")
    for number, who in enumerate((faced, replace(YANN, remote_id="u8", avatar="https://parlour.example/yann.png"))):
        parlour.say("Encore moi", NOON, who=who, name=f"f{number}")
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        gather()
        assert faces.any_due(clock.now())
        assert faces.fetch_due(clock.now()) == 2
        assert not faces.any_due(clock.now())
    digest = camille().avatar
    assert files.exists(digest)
    alice = Client()
    alice.force_login(world.alice)
    assert alice.get(f"/c/lenoir/media/{digest}/small/").status_code == 200
    # Both have the same picture: it stays for the other.
    forgetting.erase(person=camille(), by=world.actor(world.alice), now=NOON)
    assert files.exists(digest)
    forgetting.erase(person=Person.objects.get(remote_id="u8"), by=world.actor(world.alice), now=NOON)
    assert not files.exists(digest)
    assert not Face.objects.exists()


def test_an_objection_is_listed_withdrawn_and_put_back(world: World, parlour: Parlour) -> None:
    alice = Client(headers={"accept-language": "fr"})
    alice.force_login(world.alice)
    forgetting.objects(person=camille(), by=world.actor(world.alice), now=NOON)
    forgetting.erase(person=Person.objects.get(remote_id="u2"), by=world.actor(world.alice), now=NOON)
    page = alice.get("/c/lenoir/inbox/objections/").content.decode()
    assert "Camille Dubreuil" in page
    assert "Yannick" not in page
    erased = Objection.objects.get(person=None)
    said = alice.post(f"/c/lenoir/inbox/objections/{erased.pk}/withdrawal/", follow=True).content.decode()
    assert Objection.objects.count() == 1
    assert f"/inbox/objections/parlour/{erased.digest}/" in said
    alice.post(f"/c/lenoir/inbox/objections/parlour/{erased.digest}/")
    assert Objection.objects.count() == 2
    assert alice.post(f"/c/lenoir/inbox/objections/parlour/{'0' * 63}/").status_code == 404
    alice.post(f"/c/lenoir/inbox/persons/{camille().pk}/welcome/")
    parlour.say("Encore moi", NOON, name="m9")
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        gather()
    assert Message.objects.filter(words="Encore moi", person=camille()).exists()
    said = Entry.objects.filter(verb="inbox:person:objection_withdrawn")
    assert [one.label for one in said] == ["", ""]
    with pytest.raises(NotAllowed):
        objections.withdraw(company=world.bakery, digests=[erased.digest], by=world.actor(world.bob), now=NOON)


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
    keep(world, comment=30, person=60)
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
    keep(world, comment=1, message=1, person=1)
    assert forgetting.purge_due(NOON + timedelta(days=9)) == {}


def test_a_company_that_says_nothing_keeps_everything(world: World, parlour: Parlour) -> None:
    assert not forgetting.any_kept_so_long(NOON)
    with pytest.raises(ValueError, match="kind"):
        keep(world, cats=1)
    assert not Promise.objects.exclude(keep_days={}).exists()


def test_the_command_line_exports_and_erases(world: World, parlour: Parlour, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["person", "export", "lenoir", "parlour", "@camille.d"]) == 0
    assert json.loads(capsys.readouterr().out)["cards"][0]["name"] == CAMILLE.name
    assert main(["person", "erase", "lenoir", "parlour", "nobody"]) == 1
    assert main(["person", "erase", "lenoir", "parlour", "camille.d"]) == 0
    assert not Person.objects.filter(remote_id="u1").exists()
