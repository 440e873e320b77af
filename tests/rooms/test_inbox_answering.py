"""An answer leaves once, can be taken back, is one message with its copy, and its words are never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.core.say import Say
from parvis.inbox import acknowledging, answering, clocks, commands, wishes
from parvis.inbox.answering import Closed, Empty, NothingToAnswer, TooLate, TooLong
from parvis.inbox.models import Message, Presence, Promise, Standing, Status, Turn
from parvis.networks.contract import NotSent, Refused, Unknown
from parvis.networks.listening import Window
from parvis.people.models import Member, Role
from parvis.people.permissions import NotAllowed
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.rooms.parlour import US, Parlour, channel, gather, nothing, only, send, words
from tests.rooms.town import as_
from tests.rooms.town import words as html_words
from tests.world import NOON, World

SOON = timedelta(seconds=11)


@pytest.fixture
def account(world: World, parlour: Parlour) -> Channel:
    """An account to which Camille has written half an hour ago."""
    made = channel(world)
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30), name="m1")
    gather()
    return made


def answer(world: World, text: str = "Oui, de 7 h à 13 h.", who: Any = None, **more: Any) -> Message:
    by = world.actor(who or world.alice)
    return commands.answer(conversation=only(), words=text, by=by, now=clock.now(), **more)


def fresh(message: Message) -> Message:
    return Message.objects.select_related("delivery", "conversation__channel", "conversation__person").get(pk=message.pk)


def draft(world: World, user: Any = None) -> str:
    return Presence.objects.get(user=user or world.alice).draft


def test_an_answer_leaves_after_some_seconds_once_to_what_it_answers(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    message = answer(world)
    assert only().waiting_since is None
    assert Turn.objects.get().answered_at is None
    send()
    assert not parlour.sent
    travel.shift(SOON)
    send()
    travel.shift(SOON)
    send()
    (parcel,) = parlour.sent
    assert (parcel.text, parcel.form) == ("Oui, de 7 h à 13 h.", "message")
    assert parcel.to == {"ref": "m1", "remote_id": "m1", "kind": "message", "thread": "with-u1"}
    message = fresh(message)
    assert (message.remote_id, message.standing, message.by) == ("a1", "", world.alice)
    turn = Turn.objects.get()
    assert (turn.answered_at, turn.by) == (message.at, world.alice)


def test_it_is_taken_back_with_its_words(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    message = answer(world)
    commands.take_back(message=message, by=world.actor(world.alice), now=clock.now())
    commands.take_back(message=message, by=world.actor(world.alice), now=clock.now())
    travel.shift(SOON)
    send()
    assert not parlour.sent
    assert draft(world) == "Oui, de 7 h à 13 h."
    assert only().waiting_since == NOON - timedelta(minutes=30)
    assert words() == ["Vous êtes ouverts dimanche ?"]


def test_what_has_left_is_not_taken_back(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    message = answer(world)
    travel.shift(SOON)
    send()
    with pytest.raises(TooLate):
        commands.take_back(message=fresh(message), by=world.actor(world.alice), now=clock.now())
    assert len(words()) == 2


def test_a_second_answer_leaves_after_the_first_and_comes_back_with_it(
    world: World, account: Channel, parlour: Parlour, travel: Any
) -> None:
    first, second = answer(world, "Oui."), answer(world, "Et lundi aussi.", who=world.bob)
    assert second.delivery is not None
    assert second.delivery.after_id == first.delivery_id
    commands.take_back(message=first, by=world.actor(world.alice), now=clock.now())
    assert (draft(world), draft(world, world.bob)) == ("Oui.", "Et lundi aussi.")
    answer(world, "Oui.")
    answer(world, "Et lundi aussi.")
    travel.shift(SOON)
    send()
    send()
    assert [parcel.text for parcel in parlour.sent] == ["Oui.", "Et lundi aussi."]


def test_our_answer_and_its_gathered_copy_are_one_message(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    message = answer(world)
    travel.shift(SOON)
    send()
    parlour.say("@camille Oui, de 7 h à 13 h.", clock.now(), who=US, thread="with-u1", name="a1")
    travel.shift(timedelta(minutes=20))
    gather()
    assert Message.objects.filter(mine=True).count() == 1
    assert fresh(message).words == "Oui, de 7 h à 13 h."
    assert not fresh(message).before


def test_a_copy_that_is_read_before_the_receipt_is_known_becomes_the_same_message(
    world: World, account: Channel, parlour: Parlour, travel: Any
) -> None:
    message = answer(world)
    travel.shift(timedelta(minutes=15))
    parlour.say("Oui, de 7 h à 13 h.", clock.now(), who=US, thread="with-u1", name="a1")
    gather()
    assert Message.objects.filter(mine=True).count() == 2
    send()
    assert Message.objects.filter(mine=True).count() == 1
    assert (fresh(message).remote_id, fresh(message).by) == ("a1", world.alice)
    assert Turn.objects.get().by == world.alice


def test_a_copy_of_what_a_person_found_there_is_known_by_its_words(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    message = answer(world)
    Delivery.objects.update(state=State.ASKED)
    answering.follow_answers(now=clock.now())
    assert fresh(message).standing == Standing.FAILED
    assert only().waiting_since is not None
    commands.is_there(message=fresh(message), by=world.actor(world.alice), now=clock.now())
    assert (fresh(message).standing, only().waiting_since) == ("", None)
    parlour.say("Oui, de 7 h  à 13 h.", clock.now(), who=US, thread="with-u1", name="x9")
    travel.shift(timedelta(minutes=20))
    gather()
    assert Message.objects.filter(mine=True).count() == 1
    assert fresh(message).remote_id == "x9"


def test_a_refused_answer_keeps_its_words_and_whoever_waits_waits_again(
    world: World, account: Channel, parlour: Parlour, travel: Any
) -> None:
    parlour.verdicts = [Refused(nothing("Comments are closed."), nothing("Open the page."))]
    message = answer(world)
    travel.shift(SOON)
    send()
    message = fresh(message)
    assert message.standing == Standing.FAILED
    assert message.told["why"]["text"] == "Comments are closed."
    assert only().waiting_since == NOON - timedelta(minutes=30)
    commands.again(message=message, by=world.actor(world.alice), now=clock.now())
    travel.shift(SOON)
    send()
    assert [parcel.text for parcel in parlour.sent] == ["Oui, de 7 h à 13 h."]
    assert only().waiting_since is None


def test_the_home_page_shows_an_answer_that_failed_with_its_words_and_the_mail_leads_to_it(
    world: World, account: Channel, parlour: Parlour, travel: Any
) -> None:
    parlour.verdicts = [Refused(nothing("Comments are closed."), nothing("Open the page."))]
    message = answer(world)
    travel.shift(SOON)
    send()
    client = as_(world.alice)
    page = html_words(client.get(reverse("home", args=["lenoir"])))
    assert "Your answer to Camille Dubreuil did not leave" in page
    assert "“Oui, de 7 h à 13 h.”" in page
    assert "One thing waits for you" in page
    led = client.get(reverse("delivery", args=["lenoir", message.delivery_id]))
    assert (led.status_code, led["location"]) == (302, reverse("conversation", args=["lenoir", only().pk]))


def test_a_failed_answer_is_given_up_with_its_words(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    parlour.verdicts = [Refused(nothing("No."), nothing("Open."))]
    message = answer(world)
    travel.shift(SOON)
    send()
    commands.give_up(message=fresh(message), by=world.actor(world.bob), now=clock.now())
    assert draft(world, world.bob) == "Oui, de 7 h à 13 h."
    assert not Message.objects.filter(mine=True).exists()


def test_a_network_that_is_down_delays_an_answer(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    parlour.verdicts = [NotSent(nothing())]
    answer(world)
    travel.shift(SOON)
    send()
    assert only().waiting_since is None
    travel.shift(timedelta(seconds=10))
    send()
    assert len(parlour.sent) == 1


def test_nobody_knows_whether_it_left_until_it_is_looked_for(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    parlour.verdicts = [Unknown("cut")]
    message = answer(world)
    travel.shift(SOON)
    send()
    assert fresh(message).standing == Standing.LEAVING
    assert not parlour.sent


def test_a_closed_window_is_known_beforehand_and_the_draft_is_kept(world: World, account: Channel, parlour: Parlour) -> None:
    parlour.window = Window(False, why=Say("More than 24 hours ago."))
    with pytest.raises(Closed) as closed:
        answer(world, "Oui.")
    assert str(closed.value.window.why) == "More than 24 hours ago."
    assert draft(world) == "Oui."
    assert not Delivery.objects.exists()


def test_a_late_answer_says_so_in_its_references(world: World, account: Channel, parlour: Parlour) -> None:
    parlour.window = Window(True, late=True)
    answer(world)
    assert Delivery.objects.get().parcel["to"]["late"] is True


def test_nothing_leaves_that_is_empty_too_long_or_answers_nothing(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    with pytest.raises(Empty):
        answer(world, " \n ")
    with pytest.raises(TooLong):
        answer(world, "é" * 5_000)
    parlour.heard.clear()
    parlour.gone = {"m1"}
    travel.shift(timedelta(minutes=20))
    gather()
    with pytest.raises(NothingToAnswer):
        answer(world)
    assert not Delivery.objects.exists()


def test_only_those_answer_who_may(world: World, account: Channel) -> None:
    for who in (world.remi, world.denis):
        with pytest.raises(NotAllowed):
            answer(world, who=who)


def test_an_answer_waits_for_a_yes_where_the_company_wants_one(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    Promise.objects.create(company=world.bakery, needs_yes=True)
    message = answer(world, who=world.bob)
    assert (message.standing, message.delivery) == (Standing.ASKS, None)
    assert only().waiting_since is not None
    with pytest.raises(NotAllowed):
        commands.approve_answer(message=fresh(message), by=world.actor(world.bob), now=clock.now())
    for _ in range(2):
        commands.approve_answer(message=fresh(message), by=world.actor(world.chloe), now=clock.now())
    travel.shift(SOON)
    send()
    assert len(parlour.sent) == 1
    assert fresh(message).by == world.bob
    assert answer(world, "Et voilà.", who=world.chloe).standing == Standing.LEAVING


def test_an_answer_that_gets_a_no_goes_back_to_its_writer(world: World, account: Channel) -> None:
    Promise.objects.create(company=world.bakery, needs_yes=True)
    message = answer(world, who=world.bob)
    commands.refuse_answer(message=fresh(message), by=world.actor(world.chloe), now=clock.now(), why="Plus aimable.")
    assert draft(world, world.bob) == "Oui, de 7 h à 13 h."
    assert only().notes.get().words == "Plus aimable."
    assert not Message.objects.filter(mine=True).exists()


def test_done_at_once_after_an_answer_is_measured_all_the_same(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    answer(world)
    commands.done(conversation=only(), by=world.actor(world.alice), now=clock.now())
    travel.shift(SOON)
    send()
    turn = Turn.objects.get()
    assert turn.answered_at is not None
    assert turn.resolved_at is not None
    assert only().status == Status.DONE


def test_an_answer_that_fails_after_done_opens_the_conversation_again(
    world: World, account: Channel, parlour: Parlour, travel: Any
) -> None:
    parlour.verdicts = [Refused(nothing("No."), nothing("Open."))]
    answer(world)
    commands.done(conversation=only(), by=world.actor(world.alice), now=clock.now())
    travel.shift(SOON)
    send()
    assert (only().status, only().waiting_since) == (Status.OPEN, NOON - timedelta(minutes=30))


# ---- hidden, deleted, liked


def test_a_wish_is_carried_out_over_there(world: World, parlour: Parlour, travel: Any) -> None:
    channel(world)
    parlour.say("Arnaque !", NOON, kind="comment", thread="c1", name="c1")
    gather()
    message, by = Message.objects.get(), world.actor(world.alice)
    for what in ("hide", "like"):
        commands.wish(message=message, what=what, by=by, now=clock.now())
        assert wishes.any_due(clock.now())
        assert wishes.carry_out(clock.now()) == 1
    message.refresh_from_db()
    assert (message.hidden, message.liked, message.wish) == (True, True, "")
    commands.wish(message=message, what="show", by=by, now=clock.now())
    wishes.carry_out(clock.now())
    assert parlour.done == [("hide", "c1"), ("like", "c1"), ("show", "c1")]
    assert not wishes.any_due(clock.now())


def test_a_deletion_can_be_taken_back_for_some_seconds(world: World, parlour: Parlour, travel: Any) -> None:
    channel(world)
    parlour.say("Spam", NOON, kind="comment", thread="c1", name="c1")
    gather()
    message, by = Message.objects.get(), world.actor(world.alice)
    commands.wish(message=message, what="delete", by=by, now=clock.now())
    assert wishes.carry_out(clock.now()) == 0
    assert commands.unwish(message=message, by=by, now=clock.now())
    travel.shift(SOON)
    assert wishes.carry_out(clock.now()) == 0
    commands.wish(message=message, what="delete", by=by, now=clock.now())
    travel.shift(SOON)
    assert wishes.carry_out(clock.now()) == 1
    message.refresh_from_db()
    assert message.gone_at is not None
    assert only().waiting_since is None


def test_a_wish_that_fails_is_tried_again_and_a_refusal_is_told(world: World, parlour: Parlour, travel: Any) -> None:
    channel(world)
    parlour.say("Arnaque !", NOON, kind="comment", thread="c1", name="c1")
    gather()
    commands.wish(message=Message.objects.get(), what="hide", by=world.actor(world.alice), now=clock.now())
    parlour.raises = [NotSent(nothing()), Refused(nothing("No right."), nothing("Ask."))]
    wishes.carry_out(clock.now())
    assert Message.objects.get().wish == "hide"
    travel.shift(timedelta(minutes=3))
    wishes.carry_out(clock.now())
    message = Message.objects.get()
    assert (message.wish, message.hidden, message.told["why"]["text"]) == ("", False, "No right.")


def test_what_a_network_cannot_do_is_not_wished(world: World, account: Channel) -> None:
    with pytest.raises(wishes.CannotDo):
        commands.wish(message=Message.objects.get(), what="hide", by=world.actor(world.alice), now=clock.now())


# ---- out of hours


def closed(monkeypatch: Any) -> None:
    monkeypatch.setattr(clocks, "open_at", lambda company, now: False)


def test_a_private_message_out_of_hours_is_acknowledged_once_a_day(
    world: World, account: Channel, parlour: Parlour, travel: Any, monkeypatch: Any
) -> None:
    Promise.objects.create(company=world.bakery, acknowledges=True, acknowledgement="Nous répondons demain dès 7 h.")
    assert acknowledging.acknowledge_due(clock.now()) == 0, "the shop is open"
    closed(monkeypatch)
    parlour.say("Bonsoir ?", clock.now(), name="m2")
    travel.shift(timedelta(minutes=10))
    gather()
    for _ in range(3):
        acknowledging.acknowledge_due(clock.now())
    travel.shift(SOON)
    send()
    assert [parcel.text for parcel in parlour.sent] == ["Nous répondons demain dès 7 h."]
    assert only().waiting_since == NOON - timedelta(minutes=30), "whoever waits still waits"
    assert Turn.objects.get().answered_at is None
    parlour.say("Alors ?", clock.now(), name="m3")
    travel.shift(timedelta(minutes=10))
    gather()
    assert acknowledging.acknowledge_due(clock.now()) == 0


def test_a_public_comment_is_not_acknowledged(world: World, parlour: Parlour, travel: Any, monkeypatch: Any) -> None:
    Promise.objects.create(company=world.bakery, acknowledges=True, acknowledgement="À demain.")
    closed(monkeypatch)
    channel(world)
    parlour.say("Ouvert ?", NOON, kind="comment", thread="c1")
    gather()
    assert not acknowledging.any_to_acknowledge(clock.now())


def test_an_editor_of_another_company_sees_nothing_of_it(world: World, account: Channel) -> None:
    Member.objects.filter(user=world.denis).update(role=Role.EDITOR)
    with pytest.raises(NotAllowed):
        commands.draft(conversation=only(), words="x", by=world.actor(world.denis), now=NOON)
