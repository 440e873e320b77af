"""What the public writes is kept once, whole and in order, however it is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from parvis.channels.models import Channel
from parvis.inbox import gathering, hearing
from parvis.inbox.models import Conversation, Message, Objection, Person, Reading, Status, Turn
from parvis.inbox.objections import digest_of
from parvis.networks.contract import Disconnected, NotSent, Refused, Unknown
from parvis.networks.listening import Attached, Gathered, Ours, Source
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from tests.rooms.parlour import CAMILLE, US, YANN, Parlour, gather, nothing, only, words
from tests.world import NOON, World

LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def travel() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def ago(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def read_again(travel: Any, minutes: float = 20) -> int:
    travel.shift(timedelta(minutes=minutes))
    return gather()


def test_a_message_is_heard_with_who_when_and_what_hangs_on_it(parlour: Parlour, account: Channel) -> None:
    parlour.say(
        "Faites-vous des bûches sans gluten ?",
        ago(5),
        attached=(Attached("picture", "https://cdn.example/a.jpg", "a"),),
        url="https://p.example/1",
    )
    assert gather() == 1
    message, talk = Message.objects.get(), only()
    assert (message.words, message.at, message.person.called) == ("Faites-vous des bûches sans gluten ?", ago(5), "Camille Dubreuil")
    assert message.attached == [{"kind": "picture", "url": "https://cdn.example/a.jpg", "name": "a"}]
    assert (talk.kind, talk.messages_count, talk.last_words, talk.waiting_since) == ("message", 1, message.words, ago(5))
    assert talk.status == Status.OPEN
    assert talk.due_at is not None
    assert talk.due_at > ago(5)
    assert Turn.objects.get().opened_at == ago(5)


def test_what_is_read_again_is_not_there_twice(parlour: Parlour, account: Channel, travel: Any) -> None:
    for minute in range(9):
        parlour.say(f"Message {minute}", ago(30 - minute))
    gather()
    before = Conversation.objects.values().get()
    assert read_again(travel) == 1
    assert Message.objects.count() == 9
    assert Conversation.objects.values().get() == before
    assert Person.objects.count() == 1
    assert Turn.objects.count() == 1


def test_every_page_is_read(parlour: Parlour, account: Channel) -> None:
    parlour.page = 7
    for minute in range(60):
        parlour.say(f"Message {minute}", ago(90 - minute))
    gather()
    assert words() == [f"Message {minute}" for minute in range(60)]
    assert only().messages_count == 60


def test_a_fault_between_pages_loses_and_doubles_nothing(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.page, parlour.raises = 10, [None, Unknown("cut")]
    for minute in range(25):
        parlour.say(f"Message {minute}", ago(90 - minute))
    gather()
    assert Message.objects.count() == 10
    assert Reading.objects.get().failures == 1
    assert Reading.objects.get().told
    read_again(travel)
    assert words() == [f"Message {minute}" for minute in range(25)]
    assert Reading.objects.get().told is None


def test_an_edit_is_seen_and_what_it_said_before_is_kept(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Une bûche", ago(5), name="m1")
    gather()
    parlour.heard["m1"] = replace(parlour.heard["m1"], words="Deux bûches", edited_at=ago(-10))
    read_again(travel)
    message = Message.objects.get()
    assert (message.words, message.edited_at) == ("Deux bûches", ago(-10))
    assert [each["words"] for each in message.before] == ["Une bûche"]
    assert only().last_words == "Deux bûches"


def test_what_is_deleted_stays_readable_and_nobody_waits_for_it(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Oubliez ça", ago(5), name="m1")
    gather()
    parlour.heard.clear()
    parlour.gone = {"m1"}
    read_again(travel)
    assert Message.objects.get().words == "Oubliez ça"
    assert Message.objects.get().gone_at == LATER
    assert only().waiting_since is None
    assert not Turn.objects.exists()


def test_answers_under_a_deleted_post_stay_readable(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Première !", ago(9), name="c1", kind="comment", thread="c1", under="post")
    parlour.say("Moi aussi", ago(8), who=YANN, name="c2", kind="comment", thread="c1", parent="c1", under="post")
    gather()
    parlour.heard.clear()
    parlour.gone = {"c1", "c2"}
    read_again(travel)
    assert words(gone_at__isnull=False) == ["Première !", "Moi aussi"]


def test_a_parent_that_comes_later_joins_what_answers_it(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Je suis d’accord", ago(8), who=YANN, name="c2", kind="mention", thread="c1", parent="c1")
    gather()
    parlour.say("Le pain est bon", ago(9), name="c1", kind="mention", thread="root", parent="root")
    read_again(travel)
    assert only().messages_count == 2
    assert words() == ["Le pain est bon", "Je suis d’accord"]
    assert only().first_at == ago(9)
    assert only().waiting_since == ago(9)


def test_an_answer_given_elsewhere_is_ours_and_stops_the_clock(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Vous êtes ouverts ?", ago(30))
    gather()
    parlour.say("Oui, jusqu’à 19 h", ago(10), who=US, thread="with-u1")
    read_again(travel)
    talk, turn = only(), Turn.objects.get()
    assert talk.waiting_since is None
    assert talk.last_mine
    assert (turn.answered_at, turn.seconds) == (ago(10), 1200)


def test_messages_out_of_order_do_not_make_anybody_wait_who_was_answered(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Bonjour", ago(30), name="b")
    parlour.say("Bonjour Camille", ago(10), who=US, thread="with-u1", name="c")
    gather()
    parlour.say("Une question", ago(40), name="a")
    read_again(travel)
    assert words() == ["Une question", "Bonjour", "Bonjour Camille"]
    assert only().waiting_since is None


def test_what_we_say_by_ourselves_opens_no_conversation(parlour: Parlour, account: Channel) -> None:
    parlour.say("Notre premier commentaire", ago(5), who=US, kind="comment", thread="c0")
    gather()
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()


def test_a_new_message_opens_again_what_was_done(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Merci", ago(30))
    gather()
    Conversation.objects.update(status=Status.DONE, done_at=NOON, waiting_since=None)
    read_again(travel)
    assert only().status == Status.DONE
    parlour.say("Et encore une question", LATER)
    read_again(travel)
    assert only().status == Status.OPEN
    assert only().waiting_since == LATER


def test_what_was_written_before_done_and_heard_after_waits_all_the_same(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Merci", ago(30))
    gather()
    travel.shift(timedelta(minutes=10))
    Conversation.objects.update(status=Status.DONE, done_at=NOON + timedelta(minutes=10), waiting_since=None)
    parlour.say("Et pour dimanche ?", NOON + timedelta(minutes=9))
    read_again(travel)
    assert (only().status, only().waiting_since) == (Status.OPEN, NOON + timedelta(minutes=9))


def test_a_name_that_changes_is_the_same_person(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Bonjour", ago(30))
    gather()
    parlour.say("C’est encore moi", LATER, who=replace(CAMILLE, name="Camille Durand", handle="camille.durand"), thread="with-u1")
    read_again(travel)
    person = Person.objects.get()
    assert (person.called, person.handle, person.first_at, person.last_at) == ("Camille Durand", "camille.durand", ago(30), LATER)


def test_nothing_is_kept_of_somebody_who_objects(parlour: Parlour, account: Channel, world: World) -> None:
    Objection.objects.create(company=world.bakery, network="parlour", digest=digest_of(world.bakery.pk, "parlour", "u1"), at=NOON)
    parlour.say("Ne me gardez pas", ago(5))
    parlour.say("Bonjour", ago(4), who=YANN)
    gather()
    assert words() == ["Bonjour"]
    assert Person.objects.get().handle == "yann"


def test_hostile_words_are_kept_as_plain_words(parlour: Parlour, account: Channel) -> None:
    text = "<script>alert(1)</script> \u202etxet\u202c \x00\ud800" + "é" * 10_000
    parlour.say(
        text, ago(5), url="javascript:alert(1)", attached=(Attached("link", "javascript:x"), Attached("link", "https://ok.example/"))
    )
    gather()
    message = Message.objects.get()
    assert message.words == "<script>alert(1)</script> txet " + "é" * 10_000
    assert message.url == ""
    assert [each["url"] for each in message.attached] == ["https://ok.example/"]
    assert len(only().last_words) == 200


def test_history_waits_for_nobody_when_an_account_is_listened_to_for_the_first_time(parlour: Parlour, account: Channel) -> None:
    parlour.say("L’an dernier", NOON - timedelta(days=300), name="old")
    parlour.say("Il y a deux ans", NOON - timedelta(days=600), who=YANN, name="older")
    parlour.say("Hier", NOON - timedelta(days=1), name="new")
    gather()
    camille, yann = Conversation.objects.get(thread="with-u1"), Conversation.objects.get(thread="with-u2")
    assert camille.waiting_since == NOON - timedelta(days=1)
    assert camille.status == Status.OPEN
    assert camille.messages_count == 2
    assert yann.waiting_since is None
    assert yann.status == Status.DONE


def test_a_network_that_is_down_for_a_day_loses_nothing(parlour: Parlour, account: Channel, travel: Any) -> None:
    gather()
    parlour.raises = [NotSent(nothing())] * 400
    parlour.say("Pendant la panne", LATER)
    for _ in range(24 * 4):
        read_again(travel, 15)
    assert not Message.objects.exists()
    assert Reading.objects.get().failures > 20
    parlour.raises = []
    read_again(travel, 16)
    assert words() == ["Pendant la panne"]
    assert Reading.objects.get().failures == 0
    assert only().waiting_since == LATER


def test_a_dead_authorisation_is_said_and_reading_goes_on_where_it_was_once_connected_again(
    parlour: Parlour, account: Channel, travel: Any
) -> None:
    parlour.say("Avant", ago(5))
    gather()
    parlour.raises = [Disconnected.by("parlour.example", "token revoked")]
    read_again(travel)
    account.refresh_from_db()
    assert account.state == "dead"
    parlour.say("Pendant", LATER)
    assert read_again(travel, 60) == 0
    Channel.objects.filter(pk=account.pk).update(state="alive", connected_at=LATER)
    read_again(travel, 60)
    assert words() == ["Avant", "Pendant"]
    assert Reading.objects.count() == 1
    assert Conversation.objects.count() == 1


def test_a_refusal_is_told_with_its_cure(parlour: Parlour, account: Channel) -> None:
    parlour.raises = [Refused(nothing("Not allowed."), nothing("Ask for the right."))]
    gather()
    told = Reading.objects.get().told
    assert told is not None
    assert told["cure"]["text"] == "Ask for the right."


def test_a_reading_is_made_by_one_worker_only(parlour: Parlour, account: Channel) -> None:
    gathering.begin(NOON)
    row = Reading.objects.select_related("channel").get()
    first, second = gathering._claimed(row, NOON), gathering._claimed(row, NOON)
    assert first is not None
    assert second is None


def test_what_a_dead_worker_was_reading_is_read_by_another(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.say("Bonjour", ago(5))
    gathering.begin(NOON)
    assert gathering._claimed(Reading.objects.select_related("channel").get(), NOON)
    assert gather() == 0
    assert read_again(travel, 4) == 1
    assert words() == ["Bonjour"]


def test_nothing_is_due_at_rest(parlour: Parlour, account: Channel, django_assert_num_queries: Any) -> None:
    gather()
    with django_assert_num_queries(1):
        assert not gathering.any_due(NOON)
    assert not gathering.any_unheard(NOON)


def test_one_reads_more_often_while_something_is_going_on(parlour: Parlour, account: Channel) -> None:
    gather()
    assert Reading.objects.get().due_at - NOON > timedelta(minutes=8)
    Reading.objects.update(due_at=NOON)
    parlour.say("Bonjour", ago(1))
    gather()
    assert Reading.objects.get().due_at - NOON < timedelta(minutes=2)


def test_what_costs_money_is_read_only_where_a_person_says_so(parlour: Parlour, account: Channel) -> None:
    parlour.sources = (Source("all", timedelta(minutes=10), costs=True),)
    assert gather() == 0
    Reading.objects.update(off=False)
    assert gather() == 1


def test_recent_publications_are_looked_under_often_and_older_ones_seldom(parlour: Parlour, account: Channel, travel: Any) -> None:
    for days in (1, 40, 120):
        at = NOON - timedelta(days=days)
        Delivery.objects.create(
            company=account.company, channel=account, subject="x", parcel={"text": "x"}, digest="d", state=State.SENT, due_at=at,
            ready_at=at, remote_id=f"p{days}", sent_at=at, created_at=at,
        )  # fmt: skip
    gather()
    read_again(travel)
    read_again(travel, 60 * 7)
    assert [count for _, count in parlour.asked] == [2, 1, 2]


def test_keeping_five_thousand_takes_short_transactions(parlour: Parlour, account: Channel) -> None:
    heard = tuple(
        parlour.say(f"Commentaire {n}", ago(n / 60), who=replace(YANN, remote_id=f"u{n}"), name=f"c{n}", kind="comment", thread=f"c{n}")
        for n in range(300)
    )
    kept = hearing.keep(account, Gathered(heard, {}), NOON)
    assert kept.new == 300
    assert Conversation.objects.filter(waiting_since__isnull=False).count() == 300
    assert hearing.keep(account, Gathered(heard, {}), NOON).new == 0


def test_what_was_published_elsewhere_is_given_to_every_reading_while_it_is_young(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.sources = (Source("one", timedelta(minutes=10)), Source("two", timedelta(minutes=10)))
    parlour.elsewhere = [Ours("p1", "https://p.example/1", {"a": 1}, ago(60)), Ours("p2", "", {}, NOON - timedelta(days=15))]
    parlour.say("Il en reste ?", ago(5), kind="comment", under="p1")
    gather()
    parlour.asked.clear()
    read_again(travel)
    assert sorted(parlour.asked) == [("one", 1), ("two", 1)]
    assert (only().kind, only().under) == ("comment", None)


def test_what_is_sent_from_here_is_there_once_though_the_network_lists_it_too(parlour: Parlour, account: Channel, travel: Any) -> None:
    parlour.elsewhere = [Ours("p1", "", {}, ago(60))]
    gather()
    Delivery.objects.create(
        company=account.company, channel=account, subject="x", parcel={"text": "x"}, digest="d", state=State.SENT, due_at=ago(61),
        ready_at=ago(61), remote_id="p1", url="https://p.example/1", sent_at=ago(60), created_at=ago(62),
    )  # fmt: skip
    assert [(one.remote_id, one.url) for one in gathering.ours_of(account, True, NOON)] == [("p1", "https://p.example/1")]
