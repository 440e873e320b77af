"""Whoever follows a conversation is told by one mail what colleagues did there, and never of what they know already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as mailing

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import commands, news, queries
from parvis.inbox.models import Conversation, News
from parvis.people.models import Grant, Member, Role
from parvis.worker import mail
from tests.rooms.parlour import YANN, Parlour, channel, gather, send
from tests.world import NOON, World


@pytest.fixture
def talk(world: World, parlour: Parlour, account: Channel) -> Conversation:
    """A conversation that Alice and Chloé follow."""
    parlour.say("Vous êtes ouverts dimanche ?", NOON - timedelta(minutes=30), name="m1")
    parlour.say("Et lundi ?", NOON - timedelta(minutes=20), who=YANN, name="m2")
    gather()
    found = queries.of(world.bakery).get(thread="with-u1")
    for user in (world.alice, world.chloe):
        commands.follow(conversation=found, by=world.actor(user), now=NOON)
    return found


def told(travel: Any, minutes: int = 6) -> dict[str, str]:
    """Let time pass and the round be made; return the mails by who got them."""
    travel.shift(timedelta(minutes=minutes))
    mailing.outbox.clear()
    if news.any_due(clock.now()):
        mail.tell_followers(clock.now())
    return {one.to[0].partition("@")[0]: f"{one.subject}\n{one.body}" for one in mailing.outbox}


def test_followers_get_one_mail_of_all_that_a_colleague_did(world: World, talk: Conversation, travel: Any) -> None:
    bob: dict[str, Any] = {"by": world.actor(world.bob), "now": NOON}
    commands.answer(conversation=talk, words="Oui, dès 8 h.", **bob)
    commands.note(conversation=talk, words="Cliente fidèle", **bob)
    commands.assign(conversation=talk, to=world.chloe, **bob)
    travel.shift(timedelta(minutes=1))
    send()
    assert told(travel, 1) == {}  # what follows at once is to stand in the same mail
    mails = told(travel)
    assert sorted(mails) == ["alice", "chloe"]
    for words in ("Camille Dubreuil", "Bob", "Oui, dès 8 h.", "Cliente fidèle", f"/c/lenoir/inbox/{talk.pk}/", "Chloe"):
        assert words in mails["alice"]
    assert "vous l’a confiée" in mails["chloe"]
    assert told(travel) == {}
    assert not News.objects.exists()


def test_two_conversations_stand_in_one_mail(world: World, talk: Conversation, travel: Any) -> None:
    other = queries.of(world.bakery).get(thread="with-u2")
    commands.follow(conversation=other, by=world.actor(world.alice), now=NOON)
    for one in (talk, other):
        commands.note(conversation=one, words="Rappelle demain", by=world.actor(world.bob), now=NOON)
    mails = told(travel)
    assert "2 conversations" in mails["alice"].partition("\n")[0]
    assert "Yannick" in mails["alice"]
    assert "Yannick" not in mails["chloe"]


def test_whoever_did_it_or_has_seen_it_gets_none(world: World, talk: Conversation, travel: Any) -> None:
    commands.note(conversation=talk, words="Je m’en occupe", by=world.actor(world.alice), now=NOON)
    commands.look_at(conversation=talk, by=world.actor(world.chloe), now=NOON + timedelta(minutes=1))
    assert told(travel) == {}
    assert not News.objects.exists()


def test_an_answer_is_news_once_it_is_there(world: World, talk: Conversation, travel: Any) -> None:
    message = commands.answer(conversation=talk, words="Oui.", by=world.actor(world.bob), now=NOON)
    assert told(travel) == {}
    send()
    assert sorted(told(travel, 0)) == ["alice", "chloe"]
    message = commands.answer(conversation=talk, words="Et samedi aussi.", by=world.actor(world.bob), now=clock.now())
    commands.take_back(message=message, by=world.actor(world.bob), now=clock.now())
    note = commands.note(conversation=talk, words="Non", by=world.actor(world.bob), now=clock.now())
    commands.remove_note(note=note, by=world.actor(world.bob), now=clock.now())
    assert told(travel) == {}


def test_no_mail_to_who_wants_none_has_left_or_may_not_see_it_any_more(
    world: World, parlour: Parlour, talk: Conversation, travel: Any
) -> None:
    Member.objects.filter(user=world.alice).update(mails=False)
    elsewhere = channel(world, remote_id="other", handle="other")
    place = Member.objects.get(user=world.chloe)
    Member.objects.filter(pk=place.pk).update(role=Role.GUEST, granted=True)
    Grant.objects.create(member=place, channel_id=elsewhere.pk, role=Role.APPROVER)
    commands.note(conversation=talk, words="Rappelle demain", by=world.actor(world.bob), now=NOON)
    assert told(travel) == {}
    assert not News.objects.exists()


def test_a_mail_that_could_not_leave_is_tried_again(world: World, talk: Conversation, travel: Any, settings: Any) -> None:
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1
    commands.note(conversation=talk, words="Rappelle demain", by=world.actor(world.bob), now=NOON)
    assert told(travel) == {}
    settings.EMAIL_BACKEND = works
    assert sorted(told(travel)) == ["alice", "chloe"]
