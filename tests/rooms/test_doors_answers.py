"""Answers, attacked: an answer is a matter of the inbox by whatever door, and nobody says themselves what they may answer alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from parvis.core import clock
from parvis.delegation.models import Standing as Stands
from parvis.inbox import answering
from parvis.inbox import commands as inbox
from parvis.inbox.models import Conversation, Message, Standing
from parvis.networks.facts import Parcel
from parvis.people.models import MadeRole, Member, Role, User
from parvis.people.permissions import NotAllowed
from parvis.posts import approving, mandates
from parvis.publishing import commands as engine
from parvis.publishing import revisions
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.rooms import parlour as there
from tests.rooms.agreement import acting, bearer, circuit, mandate, step
from tests.rooms.bakery import stand
from tests.rooms.parlour import Parlour
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def parlour(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Parlour:
    """A network whose answers can be changed where they are."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    made = Parlour()
    network = made.network()
    settings.NETWORKS = {**settings.NETWORKS, "parlour": replace(network, spec=replace(network.spec, edits=True))}
    return made


def heard(world: World, parlour: Parlour, *said: str, **more: Any) -> Conversation:
    if not world.bakery.channels.exists():
        there.channel(world)
    for number, words in enumerate(said):
        parlour.say(words, NOON - timedelta(minutes=30 - number), **more)
    there.gather()
    return Conversation.objects.order_by("-last_at")[0]


def given(world: World, talk: Conversation, state: State = State.SENT) -> Delivery:
    answering.answer(conversation=talk, words="Oui, dès 7 h.", by=acting(world, world.alice), now=NOON)
    made = Delivery.objects.get()
    stand(made, state, remote_id="a1" if state == State.SENT else "", sent_at=NOON if state == State.SENT else None)
    return Delivery.objects.get()


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# ---- the doors of publications


def otherwise(made: Delivery) -> Parcel:
    return replace(Parcel.from_json(made.parcel), text="Non, jamais.")


DOORS: dict[str, tuple[State, Callable[[Delivery, Any], object]]] = {
    "again": (State.ASKED, lambda made, by: engine.send_again(delivery=made, by=by, now=NOON)),
    "now": (State.HELD, lambda made, by: engine.release(delivery=made, due_at=NOON, by=by, now=NOON)),
    "there": (State.ASKED, lambda made, by: engine.say_there(delivery=made, url="", by=by, now=NOON)),
    "removal": (State.SENT, lambda made, by: engine.ask_removal(delivery=made, by=by, now=NOON)),
    "revision": (State.SENT, lambda made, by: revisions.revise(delivery=made, parcel=otherwise(made), by=by, now=NOON)),
}


@pytest.mark.parametrize("door", list(DOORS))
def test_whoever_publishes_and_does_not_answer_decides_nothing_about_an_answer(world: World, parlour: Parlour, door: str) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?")
    state, go = DOORS[door]
    made = given(world, talk, state)
    paul = bearer(world, mandate(world, talk.channel_id, actions=("publish",), alone={"posts": "all"}))
    with pytest.raises(NotAllowed):
        go(made, acting(world, paul))
    assert enter(paul).post(f"/c/lenoir/deliveries/{made.pk}/{door}/", {"text": "Non."}).status_code in {403, 404}
    kept = Delivery.objects.get()
    assert (kept.state, kept.revision, kept.removal_at) == (state, None, None)


@pytest.mark.parametrize("door", ["again", "there"])
def test_whoever_answers_under_a_mandate_says_what_became_of_an_answer(world: World, parlour: Parlour, door: str) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?")
    state, go = DOORS[door]
    paul = bearer(world, mandate(world, talk.channel_id, actions=("answer",)))
    go(given(world, talk, state), acting(world, paul))
    assert Delivery.objects.get().state != state


def test_other_words_in_the_place_of_an_answer_need_the_yes_that_the_answer_needed(world: World, parlour: Parlour) -> None:
    made = given(world, heard(world, parlour, "Vous êtes ouverts dimanche ?"))
    circuit(world, step("client"), kinds=["answer"])
    with pytest.raises(answering.NeedsYes):
        answering.revise(delivery=made, parcel=otherwise(made), by=acting(world, world.bob), now=NOON)
    with pytest.raises(ValueError, match="answer"):
        approving.revise(delivery=made, parcel=otherwise(made), by=acting(world, world.bob), now=NOON)
    shown = enter(world.bob).post(f"/c/lenoir/deliveries/{made.pk}/revision/", {"text": "Non, jamais."})
    assert shown.status_code == 422
    assert Delivery.objects.get().revision is None
    enter(world.alice).post(f"/c/lenoir/deliveries/{made.pk}/revision/", {"text": "Non, désolés."})
    assert (Delivery.objects.get().revision or {})["text"] == "Non, désolés."


# ---- what one may answer alone


def paul_answers(world: World, talk: Conversation, *topics: str) -> User:
    return bearer(world, mandate(world, talk.channel_id, alone={"posts": "none", "answers": list(topics)}))


def test_nobody_under_a_mandate_says_themselves_what_they_may_answer_alone(world: World, parlour: Parlour) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?")
    paul = paul_answers(world, talk, "praise")
    theirs = Message.objects.get(mine=False)
    inbox.correct_sorting(message=theirs, facts={"topic": "praise"}, by=acting(world, paul), now=NOON)
    answer = answering.answer(conversation=there.only(), words="Oui.", by=acting(world, paul), now=NOON)
    assert answer.standing == Standing.ASKS
    answering.take_back(message=answer, by=acting(world, paul), now=NOON)
    inbox.correct_sorting(message=theirs, facts={"topic": "praise"}, by=acting(world, world.bob), now=NOON)
    answer = answering.answer(conversation=there.only(), words="Oui.", by=acting(world, paul), now=NOON)
    assert answer.standing == Standing.LEAVING, "what the company says it is about, it is about"


@pytest.mark.parametrize("chosen", [False, True])
def test_all_that_waits_counts_whichever_message_is_answered(world: World, parlour: Parlour, chosen: bool) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?", "Merci, votre pain est délicieux !")
    topics = dict(Message.objects.filter(mine=False).values_list("remote_id", "sorted__topic"))
    assert topics == {"m1": "question", "m2": "praise"}
    to = Message.objects.get(remote_id="m2") if chosen else None
    answer = answering.answer(conversation=talk, words="Non.", by=acting(world, paul_answers(world, talk, "praise")), now=NOON, to=to)
    assert answer.standing == Standing.ASKS


def test_topics_that_are_all_let_out_alone_leave_alone(world: World, parlour: Parlour) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?", "Merci, votre pain est délicieux !")
    paul = paul_answers(world, talk, "praise", "question")
    assert answering.answer(conversation=talk, words="Oui.", by=acting(world, paul), now=NOON).standing == Standing.LEAVING


def test_an_older_message_of_another_topic_is_not_answered_under_the_newest_one_s(world: World, parlour: Parlour) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?")
    given(world, talk)
    there.follow_answers(now=NOON)
    heard(world, parlour, "Merci, votre pain est délicieux !")
    paul, older = paul_answers(world, talk, "praise"), Message.objects.get(remote_id="m1")
    answer = answering.answer(conversation=there.only(), words="Non.", by=acting(world, paul), now=NOON, to=older)
    assert answer.standing == Standing.ASKS


def test_a_made_role_does_not_lift_the_yes_that_its_own_answers_need(world: World, parlour: Parlour) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?")
    inbox.promise(company=world.bakery, facts={"needs_yes": True}, by=acting(world, world.alice), now=NOON)
    made = MadeRole.objects.create(company=world.bakery, name="Accueil", verbs=["inbox.read", "inbox.answer", "inbox.change"])
    user = User.objects.create_user("accueil@example.test", "correct horse 9")
    Member.objects.create(company=world.bakery, user=user, role=Role.MADE, made=made, since=NOON)
    with pytest.raises(NotAllowed):
        inbox.promise(company=world.bakery, facts={"needs_yes": False}, by=acting(world, user), now=NOON)
    inbox.promise(company=world.bakery, facts={"needs_yes": True, "minutes": 90}, by=acting(world, user), now=NOON)
    talk.refresh_from_db()
    assert answering.answer(conversation=talk, words="Oui.", by=acting(world, user), now=NOON).standing == Standing.ASKS


def test_a_mandate_suspended_while_one_writes_stops_the_answer(world: World, parlour: Parlour) -> None:
    talk = heard(world, parlour, "Vous êtes ouverts dimanche ?")
    by = acting(world, bearer(world, held := mandate(world, talk.channel_id, alone={"posts": "all", "answers": "all"})))
    mandates.stop(mandate=held, to=Stands.SUSPENDED, by=acting(world, world.alice), now=NOON)
    with pytest.raises(NotAllowed):
        answering.answer(conversation=talk, words="Oui.", by=by, now=NOON)
    assert not Delivery.objects.exists()
