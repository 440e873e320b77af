"""Answers that need a yes go the same way as posts: circuits, the phone, a reason, and nothing leaves without it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from parvis.core import clock
from parvis.delegation import commands, contacts, linking
from parvis.delegation.approvals import NoReason
from parvis.delegation.circuits import ANSWER, NeedsYes
from parvis.delegation.contacts import Wanted
from parvis.delegation.models import Approval, Mandate, Stage, Verdict, YesLink
from parvis.delegation.terms import Terms
from parvis.inbox import answering, forgetting
from parvis.inbox.models import Conversation, Message, Note, Presence, Promise, Standing
from parvis.people.permissions import NotAllowed
from parvis.posts import rewording
from parvis.posts.mandates import Stopped
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from parvis.worker import asking
from tests.rooms.agreement import acting, bearer, circuit, fresh, mandate, step
from tests.rooms.parlour import Parlour, channel, gather, only
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


Heard = Callable[[World], Conversation]


@pytest.fixture(autouse=True)
def parlour(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Parlour:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    there = Parlour()
    settings.NETWORKS = {**settings.NETWORKS, "parlour": there.network()}
    return there


@pytest.fixture
def heard(parlour: Parlour) -> Heard:
    def one(world: World) -> Conversation:
        channel(world)
        parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30), name="m1")
        gather()
        return only()

    return one


def asked(world: World, talk: Conversation, who: object, words: str = "Oui, avec plaisir.") -> Message:
    return answering.answer(conversation=talk, words=words, by=acting(world, who, clock.now()), now=clock.now())  # type: ignore[arg-type]


def test_a_mandate_that_does_not_let_answers_out_alone_asks(world: World, heard: Heard) -> None:
    talk = heard(world)
    held = mandate(world, talk.channel_id)
    paul = bearer(world, held)
    message = asked(world, talk, paul)
    assert (message.standing, message.delivery) == (Standing.ASKS, None)
    approval = Approval.objects.get(subject=ANSWER)
    assert approval.mandate == held
    with pytest.raises(NotAllowed):
        answering.decide(approval=approval, verdict=Verdict.YES, by=acting(world, paul, clock.now()), now=clock.now())
    answering.decide(approval=approval, verdict=Verdict.YES, by=acting(world, world.alice, clock.now()), now=clock.now())
    sent = Delivery.objects.get()
    assert (sent.parcel["text"], sent.mandate_id) == ("Oui, avec plaisir.", held.pk)
    assert Message.objects.get(pk=message.pk).by == paul


@pytest.mark.parametrize("alone", ["all", "topic", "another"])
def test_a_mandate_lets_some_topics_out_alone(world: World, heard: Heard, alone: str) -> None:
    talk = heard(world)
    Conversation.objects.filter(pk=talk.pk).update(topic="question")
    talk.refresh_from_db()
    said = {"all": "all", "topic": ["question"], "another": ["complaint"]}[alone]
    paul = bearer(world, mandate(world, talk.channel_id, alone={"answers": said}))
    message = asked(world, talk, paul)
    assert (message.standing == Standing.ASKS) == (alone == "another")


def test_a_circuit_holds_for_answers_and_all_of_its_people_must_agree(world: World, heard: Heard) -> None:
    talk = heard(world)
    circuit(world, step("client", "all", world.alice, world.chloe), kinds=["answer"])
    message = asked(world, talk, world.bob)
    for who in (world.alice, world.chloe):
        assert not Delivery.objects.exists()
        answering.approve_answer(message=message, by=acting(world, who, clock.now()), now=clock.now())
    assert Delivery.objects.count() == 1


def test_a_no_says_why_and_the_words_are_in_the_draft_again(world: World, heard: Heard) -> None:
    talk = heard(world)
    Promise.objects.create(company=world.bakery, needs_yes=True)
    message = asked(world, talk, world.bob)
    chloe = acting(world, world.chloe, clock.now())
    with pytest.raises(NoReason):
        answering.refuse_answer(message=message, by=chloe, now=clock.now())
    assert Message.objects.get(pk=message.pk).standing == Standing.ASKS
    answering.refuse_answer(message=message, by=chloe, now=clock.now(), why="Plus aimable.")
    assert Presence.objects.get(user=world.bob).draft == "Oui, avec plaisir."
    assert Note.objects.get().words == "Plus aimable."
    assert Approval.objects.get().stage == Stage.REFUSED


def test_from_the_phone_an_answer_leaves_too(world: World, heard: Heard) -> None:
    talk = heard(world)
    Promise.objects.create(company=world.bakery, needs_yes=True)
    asked(world, talk, world.bob)
    link = linking.make(approval=Approval.objects.get(), name="Jeanne", by=acting(world, world.alice, clock.now()), now=clock.now())
    path = f"/yes/{linking.token_of(link)}/"
    assert "Oui, avec plaisir." in Client().get(path).content.decode()
    assert Client().post(f"{path}decision/", {"verdict": "yes"}).status_code == 303
    assert Delivery.objects.get().parcel["text"] == "Oui, avec plaisir."


def test_an_answer_waits_for_the_contact_that_its_circuit_names_and_leaves_with_their_link(world: World, heard: Heard) -> None:
    talk, wanted = heard(world), Wanted("Jeanne", "jeanne@example.test")
    jeanne = contacts.add(company=world.bakery, wanted=wanted, by=acting(world, world.alice, clock.now()), now=clock.now())
    circuit(world, {**step(), "contacts": [jeanne.pk]}, kinds=[ANSWER])
    message = asked(world, talk, world.alice)
    assert (message.standing, message.delivery) == (Standing.ASKS, None)
    asking.tell(clock.now())
    path = f"/yes/{linking.token_of(YesLink.objects.select_related('contact').get())}/"
    assert Client().post(f"{path}decision/", {"verdict": "changes", "words": "Plus court."}).status_code == 303
    assert Note.objects.get().words == "Plus court."
    asked(world, talk, world.alice, "Oui !")
    asking.tell(clock.now())
    path = f"/yes/{linking.token_of(YesLink.objects.order_by('-pk')[0])}/"
    assert Client().post(f"{path}decision/", {"verdict": "yes"}).status_code == 303
    assert Delivery.objects.get().parcel["text"] == "Oui !"


def test_taken_back_it_asks_nobody_any_more(world: World, heard: Heard) -> None:
    talk = heard(world)
    Promise.objects.create(company=world.bakery, needs_yes=True)
    message = asked(world, talk, world.bob)
    answering.take_back(message=message, by=acting(world, world.bob, clock.now()), now=clock.now())
    assert Approval.objects.get().stage == Stage.GONE
    assert Presence.objects.get(user=world.bob).draft == "Oui, avec plaisir."


def test_words_that_are_others_by_now_do_not_leave(world: World, heard: Heard) -> None:
    talk = heard(world)
    Promise.objects.create(company=world.bakery, needs_yes=True)
    message = asked(world, talk, world.bob)
    Message.objects.filter(pk=message.pk).update(words="Autre chose")
    done = answering.decide(
        approval=Approval.objects.get(), verdict=Verdict.YES, by=acting(world, world.alice, clock.now()), now=clock.now()
    )
    assert done.stage == Stage.GONE
    assert not Delivery.objects.exists()


def test_what_a_network_refused_is_not_sent_again_by_whoever_needs_a_yes_it_never_had(world: World, heard: Heard) -> None:
    talk = heard(world)
    message = asked(world, talk, world.bob)
    Delivery.objects.update(state="refused")
    Promise.objects.create(company=world.bakery, needs_yes=True)
    with pytest.raises(NeedsYes):
        answering.again(message=Message.objects.get(pk=message.pk), by=acting(world, world.bob, clock.now()), now=clock.now())
    assert Delivery.objects.count() == 1


def test_whoever_asks_to_be_forgotten_stands_in_no_request_any_more(world: World, heard: Heard) -> None:
    talk = heard(world)
    Promise.objects.create(company=world.bakery, needs_yes=True)
    message = asked(world, talk, world.bob, "Bonjour Camille, oui.")
    approval = Approval.objects.get()
    answering.refuse_answer(message=message, by=acting(world, world.chloe, clock.now()), now=clock.now(), why="Pas à Camille.")
    forgetting.erase(person=talk.person, by=acting(world, world.alice, clock.now()), now=clock.now())  # type: ignore[arg-type]
    kept = fresh(approval)
    assert (kept.content, kept.label, kept.stage) == ({}, "…", Stage.REFUSED)
    assert "Camille" not in str(list(kept.decisions.values()))


def test_an_answer_whose_kind_a_new_wording_drops_waits_and_one_that_was_agreed_to_leaves(world: World, heard: Heard) -> None:
    talk, alice = heard(world), acting(world, world.alice, clock.now())
    held = mandate(world, talk.channel_id, email="paul@agence.test", alone={"posts": "all", "answers": "all"})
    paul = bearer(world, held)

    def reword(**more: object) -> Stopped | None:
        new = replace(Terms.of(Mandate.objects.get(pk=held.pk)), **more)  # type: ignore[arg-type]
        revision = commands.change(mandate=held, terms=new, by=acting(world, paul, clock.now()), now=clock.now())
        return rewording.agree(mandate=held, digest=revision.digest, by=alice, now=clock.now())

    alone = asked(world, talk, paul)
    assert reword(alone={"posts": "all", "answers": "none"}) == Stopped(held=1)
    assert Delivery.objects.get(message=alone).state == State.HELD
    other = asked(world, talk, paul, "Et lundi aussi.")
    answering.decide(approval=Approval.objects.get(object_id=other.pk), verdict=Verdict.YES, by=alice, now=clock.now())
    assert reword(alone={"posts": "none", "answers": "none"}) == Stopped()
    assert Delivery.objects.get(message=other).state == State.SCHEDULED
    assert reword(accounts={str(talk.channel_id): ["propose"]}, alone={"posts": "all", "answers": "none"}) == Stopped(held=1)
    assert Delivery.objects.get(message=other).state == State.HELD
