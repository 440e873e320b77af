"""The inbox on a living network: what the public writes is heard, answered once under faults, and the worker does it by itself."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.core.db import hang_up
from parvis.inbox import commands, gathering, knocking, wishes
from parvis.inbox.answering import follow_answers
from parvis.inbox.models import Conversation, Message, Reading
from parvis.networks.listening import Knock
from parvis.worker import loop
from tests.engine.conftest import Engine
from tests.engine.processes import wait_until


@pytest.fixture
def account(engine: Engine, settings: Any) -> Channel:
    settings.UNDO_SECONDS = 0
    return engine.channel()


@pytest.fixture
def working(engine: Engine) -> Iterator[None]:
    """Let a worker work."""
    stop = threading.Event()
    worker = threading.Thread(target=lambda: (loop.run(stop), hang_up()))
    worker.start()
    yield
    stop.set()
    worker.join()


def read() -> None:
    gathering.begin(clock.now())
    Reading.objects.update(due_at=clock.now())
    gathering.read_due(clock.now())


def talk(kind: str) -> Conversation:
    return Conversation.objects.select_related("channel", "person", "company").get(kind=kind)


def answer(engine: Engine, kind: str, text: str) -> Message:
    return commands.answer(conversation=talk(kind), words=text, by=engine.world.actor(engine.world.alice), now=clock.now())


def heard() -> list[tuple[str, str, bool]]:
    return list(Message.objects.order_by("at", "pk").values_list("conversation__kind", "words", "mine"))


def test_comments_mentions_and_messages_are_heard_and_answered(engine: Engine, account: Channel) -> None:
    delivery = engine.schedule(account, "La bûche est là.")
    engine.send()
    delivery.refresh_from_db()
    first = engine.fake.comment(delivery.remote_id, "Camille", "Sans gluten ?")
    engine.fake.comment(first["id"], "Yannick", "Je veux savoir aussi.")
    engine.fake.message("lenoir", "Camille", "Bonjour, une bûche pour huit ?")
    engine.fake.mention("lenoir", "Odile", "Le pain de @lenoir est bon.")
    read()
    assert sorted((kind, words) for kind, words, _ in heard()) == [
        ("comment", "Je veux savoir aussi."), ("comment", "Sans gluten ?"), ("mention", "Le pain de @lenoir est bon."),
        ("message", "Bonjour, une bûche pour huit ?"),
    ]  # fmt: skip
    assert talk("comment").under == delivery
    for kind in ("comment", "mention", "message"):
        answer(engine, kind, f"Merci ({kind})")
    for _ in range(3):
        engine.send()
    follow_answers(now=clock.now())
    read()
    read()
    ours = [(kind, words) for kind, words, mine in heard() if mine]
    assert sorted(ours) == [("comment", "Merci (comment)"), ("mention", "Merci (mention)"), ("message", "Merci (message)")]
    assert not Conversation.objects.filter(waiting_since__isnull=False).exists()


def test_an_answer_whose_receipt_is_lost_is_sent_once_and_shown_once(engine: Engine, account: Channel) -> None:
    engine.fake.message("lenoir", "Camille", "Bonjour ?")
    read()
    message = answer(engine, "message", "Bonjour Camille.")
    engine.fake.arm("commit_then_drop", match="POST /messages", times=1)
    engine.send()
    follow_answers(now=clock.now())
    read()
    with clock.later(timedelta(minutes=5)):
        engine.look()
        engine.send()
        follow_answers(now=clock.now())
        read()
    message.refresh_from_db()
    assert (message.standing, bool(message.remote_id)) == ("", True)
    assert [words for _, words, mine in heard() if mine] == ["Bonjour Camille."]


def test_an_edit_and_a_deletion_by_the_public_are_seen(engine: Engine, account: Channel) -> None:
    one = engine.fake.message("lenoir", "Camille", "Pour huit")
    two = engine.fake.message("lenoir", "Camille", "Oubliez")
    read()
    engine.fake.edit_comment(one["id"], "Pour dix")
    engine.fake.remove_comment(two["id"])
    read()
    kept = {row.words: (row.before, row.gone_at) for row in Message.objects.all()}
    assert kept["Pour dix"][0][0]["words"] == "Pour huit"
    assert kept["Oubliez"][1] is not None


def test_a_comment_is_hidden_and_liked_over_there(engine: Engine, account: Channel) -> None:
    delivery = engine.schedule(account)
    engine.send()
    delivery.refresh_from_db()
    engine.fake.comment(delivery.remote_id, "Camille", "Arnaque")
    read()
    message = Message.objects.select_related("channel", "conversation", "person").get()
    for what in ("hide", "like"):
        commands.wish(message=message, what=what, by=engine.world.actor(engine.world.alice), now=clock.now())
        assert wishes.carry_out(clock.now()) == 1
    message.refresh_from_db()
    assert (message.hidden, message.liked) == (True, True)


@pytest.mark.django_db(transaction=True)
def test_the_worker_hears_hastens_and_answers_by_itself(engine: Engine, account: Channel, working: None) -> None:
    wait_until(lambda: account.readings.filter(read_at__isnull=False).exists(), "the first reading")
    engine.fake.message("lenoir", "Camille", "Vous êtes ouverts ?")
    body = json.dumps({"news": 1}).encode()
    knocking.knock(company_id=account.company_id, network="fake", body=body, knocks=[Knock(account.remote_id)], now=clock.now())
    wait_until(Message.objects.exists, "the message")
    answer(engine, "message", "Oui, jusqu’à 19 h.")
    wait_until(lambda: Message.objects.filter(mine=True, standing="").exclude(remote_id="").exists(), "the answer")
    assert [words for _, words, _ in heard()] == ["Vous êtes ouverts ?", "Oui, jusqu’à 19 h."]
