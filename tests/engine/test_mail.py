"""Failure is loud: the members who may decide are written to, once, in their language; and rounds are made by one worker."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as post
from django.urls import resolve

from parvis.channels.commands import declare_dead
from parvis.core import clock
from parvis.core.say import Say
from parvis.people.models import Company, Member, User
from parvis.publishing import claims, rounds
from parvis.publishing.models import Delivery, Round
from parvis.publishing.states import State
from parvis.worker import mail
from parvis.worker import rounds as work
from tests.engine.conftest import Engine, state
from tests.engine.test_people import asked

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english(world: Any) -> None:
    User.objects.update(language="en")


def readers() -> set[str]:
    return {address.partition("@")[0] for message in post.outbox for address in message.to}


def refused(engine: Engine) -> Delivery:
    delivery = engine.schedule(engine.channel(), "Galette " + "x" * 500)
    engine.send()
    assert state(delivery) == State.REFUSED
    return delivery


def test_a_refusal_reaches_those_who_may_decide(engine: Engine) -> None:
    delivery = refused(engine)
    mail.tell(clock.now())
    assert readers() == {"alice", "bob", "chloe"}
    text = post.outbox[0].body
    assert "Galette" in text
    assert "500 characters" in text
    assert f"/c/lenoir/deliveries/{delivery.pk}/" in text


def test_the_page_that_a_mail_names_is_there(engine: Engine) -> None:
    assert resolve(f"/c/lenoir/deliveries/{refused(engine).pk}/")
    assert resolve("/c/lenoir/settings/channels/")


def test_a_question_and_what_is_held_are_told_too(engine: Engine) -> None:
    asked(engine)
    late = engine.schedule(engine.channel("late"))
    with clock.later(timedelta(hours=3)):
        engine.send()
        assert state(late) == State.HELD
        mail.tell(clock.now())
    assert len(post.outbox) == 3
    assert "2 publications need you" in post.outbox[0].subject
    assert "120 minutes late" in post.outbox[0].body


def test_nobody_is_told_twice(engine: Engine) -> None:
    refused(engine)
    mail.tell(clock.now())
    mail.tell(clock.now())
    assert len(post.outbox) == 3


def test_what_fails_again_is_told_again(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    with clock.later(timedelta(hours=3)):
        engine.send()
        mail.tell(clock.now())
        Delivery.objects.filter(pk=delivery.pk).update(state=State.SCHEDULED)
        engine.send()
        mail.tell(clock.now())
    assert len(post.outbox) == 6


def test_members_who_want_no_mail_get_none(engine: Engine) -> None:
    Member.objects.filter(user=engine.world.bob).update(mails=False)
    refused(engine)
    mail.tell(clock.now())
    assert readers() == {"alice", "chloe"}


def test_strangers_get_nothing(engine: Engine) -> None:
    refused(engine)
    mail.tell(clock.now())
    assert "denis" not in readers()
    assert "remi" not in readers(), "a reader has nothing to decide"


def test_mail_that_cannot_be_sent_is_sent_later(engine: Engine, settings: Any) -> None:
    refused(engine)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9
    mail.tell(clock.now())
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert post.outbox == []
    mail.tell(clock.now())
    assert len(post.outbox) == 3


def test_a_dead_account_is_told_with_the_page_that_mends_it(engine: Engine) -> None:
    channel = engine.channel()
    declare_dead(channel_id=channel.pk, why=Say("The password was changed."), now=clock.now())
    mail.tell(clock.now())
    mail.tell(clock.now())
    assert len(post.outbox) == 3
    assert "must be connected again" in post.outbox[0].subject
    assert "The password was changed." in post.outbox[0].body


def test_a_silent_week_is_told_once(engine: Engine) -> None:
    engine.channel()
    for _ in range(3):
        mail.tell_quiet(clock.now())
    assert len(post.outbox) == 3
    assert "quiet for 7 days" in post.outbox[0].subject
    with clock.later(timedelta(days=7, hours=1)):
        mail.tell_quiet(clock.now())
    assert len(post.outbox) == 6


def test_who_has_something_to_come_is_not_called_silent(engine: Engine) -> None:
    engine.schedule(engine.channel(), due=clock.now() + timedelta(days=2))
    mail.tell_quiet(clock.now())
    assert post.outbox == []


def test_a_subject_cannot_be_broken_by_a_name(engine: Engine) -> None:
    Company.objects.update(name="Lenoir\r\nBcc: all@example.test")
    refused(engine)
    mail.tell(clock.now())
    assert "\n" not in post.outbox[0].subject


# ---- rounds


def test_a_round_is_made_by_one_worker_and_then_again(db: None) -> None:
    made: list[str] = []
    each = work.Round("bread", timedelta(seconds=60), lambda now: made.append("once"))
    assert work.make(each, clock.now())
    assert not work.make(each, clock.now())
    with clock.later(timedelta(seconds=61)):
        assert work.make(each, clock.now())
    assert len(made) == 2


def test_a_round_that_failed_is_made_again(db: None) -> None:
    each = work.Round("bread", timedelta(seconds=60), lambda now: 1 / 0)
    assert work.make(each, clock.now())
    with clock.later(timedelta(seconds=61)):
        assert work.make(each, clock.now())


def test_a_round_whose_worker_died_is_another_s(db: None) -> None:
    assert rounds.claim("bread", work.HOLD, clock.now())
    with clock.later(work.HOLD + timedelta(seconds=1)):
        assert rounds.claim("bread", work.HOLD, clock.now())


def test_a_clock_put_back_stops_no_round(db: None) -> None:
    assert rounds.claim("bread", timedelta(seconds=60), clock.now())
    with clock.shifted(timedelta(hours=-1)):
        assert rounds.claim("bread", timedelta(seconds=60), clock.now())


def test_every_round_can_be_made_on_an_empty_house(db: None) -> None:
    for each in work.ROUNDS:
        each.do(clock.now())
    assert not Round.objects.exists()
    assert claims.hold_late(clock.now()) == 0
