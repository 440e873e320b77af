"""Beside a conversation: who writes, what their words say and who corrected it, what asks for care; and choosing what one answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import commands, forgetting, queries
from parvis.inbox.cautions import cautions
from parvis.inbox.models import Conversation, Message, Person, Reading
from parvis.inbox.queries import Wanted
from parvis.people import establishing
from parvis.people.models import Member, User
from tests.rooms.parlour import CAMILLE, US, YANN, Parlour, gather, send
from tests.world import NOON, World

AGO = NOON - timedelta(minutes=30)


@pytest.fixture
def alice(world: World) -> Client:
    return client(world.alice)


def client(user: User) -> Client:
    made = Client(headers={"accept-language": "fr"})
    made.force_login(user)
    return made


def page(by: Client, path: str = "", **more: Any) -> str:
    answer = by.get(f"/c/lenoir/inbox/{path}", more or None)
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def press(by: Client, talk: Conversation, path: str, **given: Any) -> str:
    return str(by.post(f"/c/lenoir/inbox/{talk.pk}/{path}", given, follow=True).content.decode())


def read() -> None:
    Reading.objects.update(due_at=clock.now())
    gather()


def hours(world: World) -> None:
    """Let the bakery be open from 7 to 19 every day."""
    by = world.actor(world.alice)
    place = establishing.add_place(company=world.bakery, name="Boulangerie Lenoir", siret="", holidays="", by=by, now=NOON)
    week = {day: [(time(7), time(19))] for day in range(7)}
    establishing.change_hours(place=place, week=week, by=by, now=NOON)


# ---- the list


def test_the_clock_counts_opening_hours_and_those_answered_today_come_last(
    world: World, parlour: Parlour, account: Channel, alice: Client, travel: Any
) -> None:
    hours(world)
    for number, minutes in enumerate((300, 100, 20)):
        who = replace(YANN, remote_id=f"y{number}", name=f"Yann {number}")
        parlour.say("Bonjour ?", NOON - timedelta(minutes=minutes), who=who, name=f"b{number}", thread=f"y{number}")
    parlour.say("Et la mienne ?", AGO, name="m1")
    gather()
    talk = queries.of(world.bakery).get(person__remote_id=CAMILLE.remote_id)
    commands.answer(conversation=talk, words="Oui.", by=world.actor(world.bob), now=NOON)
    travel.shift(timedelta(minutes=1))
    send()
    text = page(alice)
    # 13 h in Paris; four opening hours are promised, the bakery closes at 19 h.
    order = ("En retard", "Yann 0", "Dans les temps", "Yann 1", "reste 2\u00a0h ouvrées", "Yann 2", "reste 3\u00a0h ouvrées",
             "Répondues aujourd’hui", "Camille Dubreuil", "Oui.", "en 31\u00a0min")  # fmt: skip
    places = [text.index(words) for words in order]
    assert places == sorted(places), list(zip(order, places, strict=True))
    travel.shift(timedelta(days=1))
    assert "Répondues aujourd’hui" not in page(alice)


def test_an_opening_hour_left_is_one_hour_and_tomorrow_s_count_too(world: World, parlour: Parlour, account: Channel, alice: Client) -> None:
    commands.promise(company=world.bakery, facts={"minutes": 120, "warn_minutes": 10}, by=world.actor(world.alice), now=NOON)
    hours(world)
    parlour.say("Bonjour ?", NOON - timedelta(minutes=60))
    gather()
    assert "reste 1\u00a0h ouvrée<" in page(alice)


def test_the_unread_count_is_that_of_the_dots(world: World, parlour: Parlour, account: Channel, alice: Client, travel: Any) -> None:
    Member.objects.update(since=NOON - timedelta(days=400))
    for number in range(4):
        parlour.say("Bonjour ?", AGO, who=replace(YANN, remote_id=f"y{number}"), thread=f"y{number}", name=f"b{number}")
    gather()
    talks = list(queries.of(world.bakery).order_by("pk"))
    travel.shift(timedelta(seconds=5))
    alice.post(f"/c/lenoir/inbox/{talks[0].pk}/here/")
    commands.done(conversation=talks[1], by=world.actor(world.bob), now=clock.now())
    member = Member.objects.get(user=world.alice)

    def counted() -> tuple[int, int]:
        rows = queries.listed(world.bakery, world.alice.pk, Wanted(tab="all"), clock.now()).rows
        return queries.counts(world.bakery, member, clock.now()).unread, sum(row.unread for row in rows)

    assert counted() == (2, 2)
    assert '2<span class="vh"> non lues' in page(alice)
    press(alice, talks[0], "unread/")
    assert counted() == (3, 3)
    travel.shift(timedelta(seconds=5))
    parlour.say("Alors ?", clock.now(), who=replace(YANN, remote_id="y1"), thread="y1", name="again")
    read()
    assert counted() == (4, 4)


# ---- who it is


def test_the_panel_says_who_it_is_how_often_they_wrote_and_the_last_conversations(
    world: World, parlour: Parlour, account: Channel, alice: Client, travel: Any
) -> None:
    parlour.say("Bonsoir", NOON - timedelta(days=40), thread="old")
    parlour.say("Oui, du mardi au samedi.", NOON - timedelta(days=40, minutes=-14), who=US, thread="old")
    parlour.say("Merci pour la tourte", NOON - timedelta(days=3), kind="comment", thread="c")
    parlour.say("Et samedi ?", AGO)
    gather()
    talk = queries.of(world.bakery).get(thread="with-u1")
    text = page(alice, f"{talk.pk}/")
    assert "3 fois, toujours par Parlour" in text
    assert "a écrit pour la première fois dimanche 1er novembre" in text
    before = text.partition("Auparavant")[2]
    assert "Merci pour la tourte" in before
    assert "Oui, du mardi au samedi." in before
    assert "Et samedi" not in before.partition("</aside>")[0]
    parlour.say("Bonjour", AGO, who=replace(YANN, remote_id="other"), thread="other")
    read()
    other = Person.objects.get(remote_id="other")
    forgetting.merge(person=other, into=Person.objects.get(remote_id="u1"), by=world.actor(world.bob), now=NOON)
    assert "4 fois" in page(alice, f"{Conversation.objects.get(thread='other').pk}/")


def test_a_face_is_shown_from_this_machine_alone(parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Bonjour", AGO, who=replace(CAMILLE, avatar="https://elsewhere.example/face.png"))
    gather()
    talk = Conversation.objects.get()
    assert "elsewhere.example" not in page(alice) + page(alice, f"{talk.pk}/")
    Person.objects.update(avatar="a" * 64)
    face = f'src="/c/lenoir/media/{"a" * 64}/small/"'
    assert face in page(alice)
    assert face in page(alice, f"{talk.pk}/")


# ---- what it is about


def test_the_topic_says_its_words_and_a_correction_who_made_it_and_how_to_undo_it(
    world: World, parlour: Parlour, account: Channel, alice: Client
) -> None:
    parlour.say("Bonjour, est-ce que vous livrez à Rezé ?", AGO, name="m1")
    gather()
    talk, pk = Conversation.objects.get(), Message.objects.get().pk
    shown = page(alice, f"{talk.pk}/")
    assert "à cause de" in shown
    assert "«\u00a0est-ce que\u00a0»" in shown
    said = press(client(world.bob), talk, f"messages/{pk}/about/", topic="purchase")
    assert "about/?words=1" in said
    shown = page(alice, f"{talk.pk}/")
    assert "Achat probable" in shown
    assert "corrigé par Bob, aujourd’hui" in shown
    press(alice, talk, f"messages/{pk}/about/", urgent="1")
    talk.refresh_from_db()
    assert (talk.topic, talk.urgent) == ("purchase", True)
    said = press(alice, talk, f"messages/{pk}/about/", topic="complaint")
    assert "about/?topic=purchase&amp;urgent=1" in said
    press(alice, talk, f"messages/{pk}/about/?topic=purchase&urgent=1")
    talk.refresh_from_db()
    assert (talk.topic, talk.urgent) == ("purchase", True)
    press(alice, talk, f"messages/{pk}/about/", words="1")
    talk.refresh_from_db()
    assert (talk.topic, talk.urgent, Message.objects.get().corrected) == ("question", False, None)


def test_where_irony_is_possible_it_is_said_until_somebody_knows(parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Bravo, deux heures d’attente pour une pizza froide", AGO)
    gather()
    talk, message = Conversation.objects.get(), Message.objects.get()
    assert message.sorted["ironic"]
    assert "incertain" in page(alice, f"{talk.pk}/")
    press(alice, talk, f"messages/{message.pk}/about/", topic="complaint")
    assert "incertain" not in page(alice, f"{talk.pk}/")


CAREFUL = {
    "Une bûche sans gluten ? Ma fille est cœliaque.": {"allergy": ("sans gluten", "cœliaque")},
    "Mon fils est ALLERGIQUE aux fruits à coque": {"allergy": ("ALLERGIQUE", "fruits à coque")},
    "Sans réponse, je saisis la DGCCRF et mon avocat.": {"law": ("DGCCRF", "avocat")},
    "Toute la famille malade après vos éclairs, on a fini aux urgences": {"health": ("malade", "urgences")},
    "Je vous demande d’effacer mes données (RGPD)": {"data": ("effacer mes", "RGPD")},
    "Un toast à l’avocat, c’est prévu ?": {},
    "Je suis malade de vos croissants, quel délice": {},
    "Bonjour, ouvrez-vous dimanche ? On habite Villejuif-Justice": {},
    "C’est trop cuit, presque brûlé": {},
}


@pytest.mark.parametrize("words", CAREFUL)
def test_what_asks_for_care_is_found_with_its_words(words: str) -> None:
    assert {one.what: one.words for one in cautions([words])} == CAREFUL[words]


def test_the_caution_stands_above_the_answer_while_they_wait(world: World, parlour: Parlour, account: Channel, alice: Client) -> None:
    parlour.say("Des bûches sans gluten ? Ma fille est cœliaque.", AGO)
    gather()
    talk = Conversation.objects.get()
    shown = page(alice, f"{talk.pk}/")
    assert "Allergie signalée" in shown
    assert "«\u00a0sans gluten\u00a0», «\u00a0cœliaque\u00a0»" in shown
    commands.done(conversation=talk, by=world.actor(world.bob), now=NOON)
    assert "Allergie signalée" not in page(alice, f"{talk.pk}/")


# ---- which message one answers


def test_in_public_one_chooses_which_message_is_answered(
    world: World, parlour: Parlour, account: Channel, alice: Client, travel: Any
) -> None:
    for number, words in enumerate(("Sec, ce pain", "Pas le mien", "Et samedi ?")):
        parlour.say(words, AGO + timedelta(minutes=number), who=YANN if number else CAMILLE, kind="comment", thread="c", name=f"c{number}",
                    parent="c0" if number else "")  # fmt: skip
    gather()
    talk = Conversation.objects.get()
    first, _, newest = Message.objects.order_by("at")
    shown = page(alice, f"{talk.pk}/")
    assert "Vous répondez à Yannick Le Goff" in shown
    assert f"messages/{first.pk}/choose/" in shown
    assert f"messages/{newest.pk}/choose/" not in shown
    shown = press(alice, talk, f"messages/{first.pk}/choose/", words="Nous sommes désolés")
    assert "Vous répondez à Camille Dubreuil" in shown
    assert "Nous sommes désolés" in shown  # what was written stays
    assert f'name="answers" value="{first.pk}" data-chosen' in shown
    assert f"messages/{newest.pk}/choose/" in shown
    press(alice, talk, "answer/", words="Nous sommes désolés", answers=first.pk)
    travel.shift(timedelta(minutes=1))
    send()
    assert parlour.sent[0].to["remote_id"] == "c0"
    assert Message.objects.get(mine=True).parent == "c0"


def test_every_message_that_can_be_hidden_or_liked_can_be_reached(parlour: Parlour, account: Channel, alice: Client) -> None:
    for number in range(3):  # within a minute: they stand together
        parlour.say(f"Mot {number}", AGO + timedelta(seconds=number), kind="comment", thread="c", name=f"c{number}")
    gather()
    shown = page(alice, f"{Conversation.objects.get().pk}/")
    for message in Message.objects.all():
        assert f"messages/{message.pk}/wish/" in shown


def test_earlier_messages_are_read_without_a_box_that_would_answer_the_wrong_one(
    parlour: Parlour, account: Channel, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_MESSAGES", 3)
    for number in range(8):
        parlour.say(f"Mot {number}", AGO + timedelta(minutes=number), name=f"m{number}")
    gather()
    talk = Conversation.objects.get()
    edge = Message.objects.get(words="Mot 5")
    with CaptureQueriesContext(connection) as asked:
        shown = page(alice, f"{talk.pk}/", before=edge.pk)
    assert len(asked) <= 12
    assert all(f"Mot {number}" in shown for number in (2, 3, 4))
    assert 'id="words"' not in shown
    assert "Revenir aux derniers" in shown
    assert 'id="words"' in page(alice, f"{talk.pk}/", before="x")
