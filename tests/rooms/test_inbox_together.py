"""Working together: who has a conversation, where it stands, what colleagues add; and the list, whose figures are right."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from parvis.audit.models import Entry
from parvis.audit.sentences import SENTENCES, sentence
from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import commands, queries
from parvis.inbox.commands import NotAMember, PastHour
from parvis.inbox.models import Conversation, Message, Note, SavedAnswer, Status, Turn
from parvis.inbox.queries import Wanted
from parvis.inbox.ready import AlreadyThere, Nameless, filled
from parvis.people.models import Member
from parvis.people.permissions import NotAllowed
from tests.rooms.parlour import CAMILLE, US, YANN, Parlour, gather, only
from tests.world import NOON, World


@pytest.fixture
def talk(parlour: Parlour, account: Channel) -> Conversation:
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30), name="m1")
    gather()
    return only()


def many(parlour: Parlour, count: int) -> None:
    """Let so many people write, the first of them first."""
    for n in range(count):
        who = replace(YANN, remote_id=f"u{n}", handle=f"client{n}", name=f"Client {n}")
        parlour.say(f"Question {n}", NOON - timedelta(minutes=count - n), who=who, name=f"c{n}", kind="comment", thread=f"c{n}")
    gather()


def listed(world: World, after: str = "", most: int = 40, **wanted: Any) -> queries.Page:
    return queries.listed(world.bakery, world.alice.pk, Wanted(**wanted), clock.now(), after=after, most=most)


def counts(world: World, user: Any = None) -> queries.Counts:
    member = Member.objects.get(user=user or world.alice)
    Member.objects.filter(pk=member.pk).update(since=NOON - timedelta(days=9))
    member.refresh_from_db()
    return queries.counts(world.bakery, member, clock.now())


def fresh(conversation: Conversation) -> Conversation:
    return queries.of(conversation.company).get(pk=conversation.pk)


# ---- verbs, and their undoing


def test_it_is_given_to_a_member_and_to_nobody_else(world: World, talk: Conversation) -> None:
    by = world.actor(world.alice)
    assert commands.assign(conversation=talk, to=world.bob, by=by, now=NOON) is None
    assert commands.assign(conversation=talk, to=world.chloe, by=by, now=NOON) == world.bob.pk
    assert fresh(talk).assigned_to == world.chloe
    with pytest.raises(NotAMember):
        commands.assign(conversation=talk, to=world.denis, by=by, now=NOON)
    commands.assign(conversation=talk, to=None, by=by, now=NOON)
    assert fresh(talk).assigned_to is None


def test_done_and_opened_again_waits_since_they_wrote(world: World, talk: Conversation) -> None:
    by = world.actor(world.alice)
    commands.done(conversation=talk, by=by, now=NOON)
    assert (fresh(talk).status, fresh(talk).waiting_since, counts(world).waiting) == (Status.DONE, None, 0)
    commands.reopen(conversation=talk, by=by, now=NOON)
    assert (fresh(talk).status, fresh(talk).waiting_since) == (Status.OPEN, NOON - timedelta(minutes=30))
    assert Turn.objects.get().answered_at is None


def test_put_off_it_wakes_at_its_hour(world: World, talk: Conversation, travel: Any) -> None:
    by = world.actor(world.alice)
    with pytest.raises(PastHour):
        commands.snooze(conversation=talk, until=NOON, by=by, now=NOON)
    commands.snooze(conversation=talk, until=NOON + timedelta(hours=2), by=by, now=NOON)
    assert (counts(world).waiting, counts(world).snoozed) == (0, 1)
    assert not commands.any_to_wake(now=NOON)
    travel.shift(timedelta(hours=2))
    assert commands.wake_due(now=clock.now()) == 1
    assert (fresh(talk).status, counts(world).waiting) == (Status.OPEN, 1)


def test_put_off_it_wakes_when_they_write(world: World, talk: Conversation, parlour: Parlour, travel: Any) -> None:
    commands.snooze(conversation=talk, until=NOON + timedelta(days=2), by=world.actor(world.alice), now=NOON)
    travel.shift(timedelta(minutes=20))
    gather()
    assert fresh(talk).status == Status.SNOOZED
    parlour.say("Alors ?", clock.now(), thread="with-u1")
    travel.shift(timedelta(minutes=20))
    gather()
    assert fresh(talk).status == Status.OPEN


def test_notes_labels_and_following_come_and_go(world: World, talk: Conversation) -> None:
    by: dict[str, Any] = {"by": world.actor(world.bob), "now": NOON}
    note = commands.note(conversation=talk, words="Cliente fidèle", **by)
    commands.remove_note(note=note, **by)
    assert not queries.whole(fresh(talk), world.bob.pk, NOON).notes
    commands.bring_back_note(note=note, **by)
    label = commands.make_label(company=world.bakery, name=" Noël  2026 ", **by)
    commands.label(conversation=talk, label=label, **by)
    commands.follow(conversation=talk, **by)
    whole = queries.whole(fresh(talk), world.bob.pk, NOON)
    assert ([each.words for each in whole.notes], [each.name for each in whole.labels]) == (["Cliente fidèle"], ["Noël 2026"])
    assert whole.followers == [world.bob]
    assert [row.conversation.pk for row in listed(world, label=label.pk).rows] == [talk.pk]
    commands.remove_label(label=label, **by)
    assert not queries.whole(fresh(talk), world.bob.pk, NOON).labels
    commands.bring_back_label(label=label, **by)
    assert [each.name for each in fresh(talk).labels.all()] == ["Noël 2026"]
    commands.unfollow(conversation=talk, **by)
    commands.unlabel(conversation=talk, label=fresh(talk).labels.get(), **by)
    assert not fresh(talk).labels.exists()
    assert not fresh(talk).followers.exists()


def test_a_reader_changes_nothing(world: World, talk: Conversation) -> None:
    by: dict[str, Any] = {"by": world.actor(world.remi), "now": NOON}
    for call in (
        lambda: commands.assign(conversation=talk, to=world.remi, **by),
        lambda: commands.done(conversation=talk, **by),
        lambda: commands.note(conversation=talk, words="x", **by),
        lambda: commands.draft(conversation=talk, words="x", **by),
        lambda: commands.make_saved(company=world.bakery, name="x", words="x", **by),
        lambda: commands.correct_sorting(message=Message.objects.get(), facts={"topic": "spam"}, **by),
    ):
        with pytest.raises(NotAllowed):
            call()
    commands.look_at(conversation=talk, **by)


def test_every_change_is_in_the_journal_with_a_sentence(world: World, talk: Conversation) -> None:
    by: dict[str, Any] = {"by": world.actor(world.alice), "now": NOON}
    commands.assign(conversation=talk, to=world.bob, **by)
    commands.snooze(conversation=talk, until=NOON + timedelta(hours=1), **by)
    commands.wake(conversation=talk, **by)
    commands.done(conversation=talk, **by)
    commands.promise(company=world.bakery, facts={"minutes": 60}, **by)
    entries = list(Entry.objects.filter(room="inbox").order_by("pk"))
    assert [entry.verb for entry in entries] == [
        "inbox:conversation:assigned", "inbox:conversation:snoozed", "inbox:conversation:woken", "inbox:conversation:done",
        "inbox:promise:changed",
    ]  # fmt: skip
    assert str(sentence(entries[0])) == "Alice gave the conversation with Camille Dubreuil to Bob"
    assert all(entry.verb in SENTENCES for entry in entries)


def test_two_people_see_each_other(world: World, talk: Conversation, travel: Any) -> None:
    commands.look_at(conversation=talk, by=world.actor(world.bob), now=NOON)
    commands.draft(conversation=talk, words="Bonjour", by=world.actor(world.bob), now=NOON)
    whole = queries.whole(fresh(talk), world.alice.pk, NOON)
    assert ([each.user for each in whole.here], whole.writing) == ([world.bob], [world.bob])
    assert queries.whole(fresh(talk), world.bob.pk, NOON).own.draft == "Bonjour"  # type: ignore[union-attr]
    assert [row.here for row in listed(world).rows] == [[world.bob]]
    later = NOON + timedelta(seconds=20)
    assert queries.whole(fresh(talk), world.alice.pk, later).writing == []
    assert queries.whole(fresh(talk), world.alice.pk, later + timedelta(minutes=1)).here == []


def test_a_correction_of_the_sorting_is_kept_and_shown(world: World, talk: Conversation, parlour: Parlour, travel: Any) -> None:
    message, by = Message.objects.get(), world.actor(world.alice)
    commands.correct_sorting(message=message, facts={"topic": "complaint", "urgent": True}, by=by, now=NOON)
    assert (fresh(talk).topic, fresh(talk).urgent) == ("complaint", True)
    assert [row.conversation.pk for row in listed(world, topic="complaint", urgent=True).rows] == [talk.pk]
    parlour.heard["m1"] = replace(parlour.heard["m1"], words="Vous êtes ouverts lundi ?", edited_at=NOON)
    travel.shift(timedelta(minutes=20))
    gather()
    assert fresh(talk).topic == "complaint"
    commands.correct_sorting(message=message, facts=None, by=by, now=NOON)
    assert Message.objects.get().corrected is None


def test_ready_answers_are_found_filled_and_counted(world: World, talk: Conversation) -> None:
    by: dict[str, Any] = {"by": world.actor(world.bob), "now": NOON}
    saved = commands.make_saved(company=world.bakery, name="Horaires", words="Bonjour {prenom}, {entreprise} ouvre à 7 h. {site}", **by)
    commands.make_saved(company=world.bakery, name="Allergènes", words="Nous ne pouvons rien garantir.", **by)
    with pytest.raises(AlreadyThere):
        commands.make_saved(company=world.bakery, name="Horaires", words="x", **by)
    with pytest.raises(Nameless):
        commands.change_saved(saved=saved, name="Horaires", words=" ", **by)
    text = commands.use_saved(saved=saved, conversation=fresh(talk), **by)
    assert text == "Bonjour Camille, Boulangerie Lenoir ouvre à 7 h. {site}"
    assert filled("{ Nom } {telephone} {autre}", fresh(talk), {"telephone": "02 40"}) == "Dubreuil 02 40 {autre}"
    assert [each.name for each in queries.saved_answers(world.bakery)] == ["Horaires", "Allergènes"]
    assert [each.name for each in queries.saved_answers(world.bakery, "garan")] == ["Allergènes"]
    commands.remove_saved(saved=saved, **by)
    assert SavedAnswer.objects.count() == 1


# ---- the list


def test_who_waits_longest_comes_first_and_every_page_follows_the_other(world: World, account: Channel, parlour: Parlour) -> None:
    many(parlour, 25)
    seen, after = [], ""
    for _ in range(9):
        page = listed(world, after, most=10)
        seen += [row.conversation.last_words for row in page.rows]
        after = page.after
        if not after:
            break
    assert seen == [f"Question {n}" for n in range(25)]
    assert [row.conversation.last_words for row in listed(world, tab="all", most=2).rows] == ["Question 24", "Question 23"]
    assert [row.conversation.last_words for row in listed(world, listed(world, tab="all", most=2).after, most=1, tab="all").rows] == [
        "Question 22"
    ]
    assert listed(world, "nonsense_x", most=1).rows[0].conversation.last_words == "Question 0"


def test_the_filters_narrow(world: World, account: Channel, parlour: Parlour) -> None:
    many(parlour, 3)
    parlour.say("Un message", NOON - timedelta(minutes=1), who=CAMILLE)
    account.readings.update(due_at=NOON)
    gather()
    by: dict[str, Any] = {"by": world.actor(world.alice), "now": NOON}
    first = Conversation.objects.get(thread="c0")
    commands.assign(conversation=first, to=world.alice, **by)
    commands.done(conversation=Conversation.objects.get(thread="c1"), **by)

    def found(**wanted: Any) -> list[str]:
        return [row.conversation.last_words for row in listed(world, **wanted).rows]

    assert found() == ["Question 0", "Question 2", "Un message"]
    assert found(tab="mine") == found(assignee=world.alice.pk) == ["Question 0"]
    assert found(assignee=0) == ["Question 2", "Un message"]
    assert found(tab="done") == ["Question 1"]
    assert found(kind="message") == found(text="message") == ["Un message"]
    assert found(network="parlour", channel=account.pk) == found()
    assert found(network="bluesky") == found(topic="spam") == found(urgent=True) == []
    assert found(tab="all", text="Client 2") == ["Question 2"]
    assert queries.listed(world.elsewhere, world.denis.pk, Wanted(tab="all"), NOON).rows == []


def test_the_figures_are_right(world: World, account: Channel, parlour: Parlour, travel: Any) -> None:
    many(parlour, 4)
    assert counts(world) == queries.Counts(waiting=4, unread=4)
    rows = list(Conversation.objects.order_by("pk"))
    commands.look_at(conversation=rows[0], by=world.actor(world.alice), now=clock.now())
    commands.assign(conversation=rows[1], to=world.alice, by=world.actor(world.alice), now=clock.now())
    assert counts(world) == queries.Counts(waiting=4, unread=3, mine=1)
    assert counts(world, world.bob).unread == 4
    # Written before it was looked at, and heard after: nobody has read it.
    travel.shift(timedelta(minutes=20))
    parlour.say("Et aussi…", NOON - timedelta(minutes=2), who=replace(YANN, remote_id="u0"), name="late", kind="comment", thread="c0")
    gather()
    assert counts(world).unread == 4
    commands.seen(conversation=rows[0], by=world.actor(world.alice), now=clock.now())
    assert counts(world).unread == 3
    commands.seen(conversation=rows[0], by=world.actor(world.alice), now=clock.now(), read=False)
    assert counts(world).unread == 4
    travel.shift(timedelta(days=2))
    assert counts(world).late == 4
    assert all(row.late(clock.now()) for row in listed(world).rows)


def test_a_conversation_is_shown_in_order_with_what_answers_what(world: World, account: Channel, parlour: Parlour) -> None:
    place: dict[str, Any] = {"kind": "comment", "thread": "c1"}
    parlour.say("Enfant à l’horloge en avance", NOON - timedelta(minutes=9), name="c3", parent="c2", who=YANN, **place)
    parlour.say("Premier", NOON - timedelta(minutes=8), name="c1", **place)
    parlour.say("Second", NOON - timedelta(minutes=7), name="c2", parent="c1", who=YANN, **place)
    parlour.say("À vous", NOON - timedelta(minutes=6), name="c4", parent="c1", who=US, **place)
    gather()
    whole = queries.whole(fresh(only()), world.alice.pk, NOON)
    assert [shown.message.remote_id for shown in whole.messages] == ["c1", "c2", "c3", "c4"]
    assert [shown.answers.remote_id if shown.answers else "" for shown in whole.messages] == ["", "", "", "c1"]
    assert whole.newest is not None
    assert whole.newest.remote_id == "c3"
    assert whole.window.open
    assert whole.abilities == {"answer", "hide", "delete", "like"}


def test_a_long_conversation_is_read_in_parts(world: World, account: Channel, parlour: Parlour) -> None:
    for n in range(130):
        parlour.say(f"Message {n}", NOON - timedelta(minutes=400 - n))
    gather()
    whole = queries.whole(fresh(only()), world.alice.pk, NOON)
    assert (len(whole.messages), whole.earlier) == (50, True)
    above = queries.whole(fresh(only()), world.alice.pk, NOON, before=whole.messages[0].message.pk)
    assert (len(above.messages), above.earlier) == (50, True)
    first = queries.whole(fresh(only()), world.alice.pk, NOON, before=above.messages[0].message.pk)
    assert ([shown.message.words for shown in first.messages], first.earlier) == ([f"Message {n}" for n in range(30)], False)


def test_list_figures_and_conversation_make_few_queries(
    world: World, account: Channel, parlour: Parlour, django_assert_max_num_queries: Any
) -> None:
    many(parlour, 30)
    for row in Conversation.objects.all()[:9]:
        Note.objects.create(conversation=row, words="x", at=NOON)
        commands.look_at(conversation=row, by=world.actor(world.bob), now=NOON)
    with django_assert_max_num_queries(5):
        listed(world, network="parlour")
    member = Member.objects.get(user=world.alice)
    with django_assert_max_num_queries(3):
        queries.counts(world.bakery, member, NOON)
    talk = queries.of(world.bakery).first()
    assert talk is not None
    with django_assert_max_num_queries(9):
        queries.whole(talk, world.alice.pk, NOON)


def test_a_moment_without_a_zone_begins_the_list_no_less(world: World, talk: Conversation) -> None:
    assert listed(world, after=f"{datetime(2020, 1, 1, tzinfo=None).isoformat()}_1").rows  # noqa: DTZ001
