"""Other words for what is there: put there by a round, tried with pauses, told in the end. And what becomes of first comments."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from parvis.audit.models import Entry
from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.core.db import hang_up
from parvis.networks.facts import COMMENT, Parcel
from parvis.people.permissions import NotAllowed
from parvis.publishing import commands, removals, revisions
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.revisions import CannotRevise
from parvis.publishing.states import State
from tests.engine.conftest import Engine, state
from tests.engine.processes import wait_until
from tests.rooms.town import as_, words


def there(engine: Engine, text: str = "Ouvert lundi") -> Delivery:
    delivery = engine.schedule(engine.channel(), text)
    engine.send()
    assert state(delivery) == State.SENT
    return delivery


def revise(engine: Engine, delivery: Delivery, text: str, who: str = "alice") -> bool:
    delivery = Delivery.objects.select_related("channel").get(pk=delivery.pk)
    parcel = replace(Parcel.from_json(delivery.parcel), text=text)
    return revisions.revise(delivery=delivery, parcel=parcel, by=engine.world.actor(getattr(engine.world, who)), now=clock.now())


def edits(delivery: Delivery) -> list[str]:
    return list(Attempt.objects.filter(delivery=delivery, kind="edit").order_by("pk").values_list("verdict", flat=True))


def test_the_words_are_changed_there_and_here_and_both_are_in_the_journal(engine: Engine) -> None:
    delivery = there(engine)
    assert revise(engine, delivery, "Ouvert mardi")
    assert revisions.any_due(clock.now())
    assert revisions.revise_due(clock.now()) == 1
    assert engine.posts() == ["Ouvert mardi"]
    delivery.refresh_from_db()
    assert (delivery.parcel["text"], delivery.revision, delivery.revise_at) == ("Ouvert mardi", None, None)
    assert delivery.digest == Parcel("Ouvert mardi").digest()
    assert delivery.revised_at is not None
    facts = Entry.objects.get(verb="publishing:delivery:revision_asked").facts
    assert (facts["before"], facts["after"]) == ("Ouvert lundi", "Ouvert mardi")
    assert edits(delivery) == ["gone"]
    assert not revisions.any_due(clock.now())


def test_the_same_words_change_nothing(engine: Engine) -> None:
    delivery = there(engine)
    assert not revise(engine, delivery, "Ouvert lundi")
    assert not revisions.any_due(clock.now())


def test_a_network_in_trouble_is_tried_again_with_pauses(engine: Engine) -> None:
    delivery = there(engine)
    revise(engine, delivery, "Ouvert mardi")
    engine.fake.arm("reject_before_commit", "PATCH /posts/*", status=503, times=2)
    assert revisions.revise_due(clock.now()) == 0
    assert revisions.revise_due(clock.now()) == 0
    assert engine.posts() == ["Ouvert lundi"]
    for minutes in (1, 2, 9):
        with clock.later(timedelta(minutes=minutes)):
            revisions.revise_due(clock.now())
    assert engine.posts() == ["Ouvert mardi"]
    assert edits(delivery) == ["not_sent", "not_sent", "gone"]


def test_after_many_tries_it_is_told_and_left_alone(engine: Engine) -> None:
    delivery = there(engine)
    revise(engine, delivery, "Ouvert mardi")
    engine.fake.arm("reject_before_commit", "PATCH /posts/*", status=503, times=100)
    for hours in range(1, 30):
        with clock.later(timedelta(hours=hours)):
            revisions.revise_due(clock.now())
    delivery.refresh_from_db()
    assert delivery.revise_at is None
    assert "many tries" in delivery.told["why"]["text"]  # type: ignore[index]
    assert delivery.revision["text"] == "Ouvert mardi", "what was typed is not lost"  # type: ignore[index]
    assert delivery.parcel["text"] == "Ouvert lundi"


def test_what_is_gone_over_there_is_told_with_its_cure(engine: Engine) -> None:
    delivery = there(engine)
    engine.fake.state["posts"].clear()
    revise(engine, delivery, "Ouvert mardi")
    revisions.revise_due(clock.now())
    delivery.refresh_from_db()
    assert delivery.told["why"]["text"] == "It is not on the network any more."  # type: ignore[index]
    assert delivery.revise_at is None


def test_asked_again_meanwhile_the_last_words_count(engine: Engine) -> None:
    delivery = there(engine)
    revise(engine, delivery, "Ouvert mardi")
    row = Delivery.objects.select_related("channel").get(pk=delivery.pk)
    revise(engine, delivery, "Ouvert mercredi")
    Delivery.objects.filter(pk=row.pk).update(revise_at=clock.now() - timedelta(seconds=1))
    revisions.revise_due(clock.now())
    assert engine.posts() == ["Ouvert mercredi"]


@pytest.mark.django_db(transaction=True)
def test_words_asked_while_others_are_on_their_way_are_not_lost(engine: Engine) -> None:
    delivery = there(engine)
    revise(engine, delivery, "Ouvert mardi")
    engine.fake.arm("slow", "PATCH /posts/*", ms=500)
    first = threading.Thread(target=lambda: (revisions.revise_due(clock.now()), hang_up()))
    first.start()
    wait_until(lambda: any(fault["struck"] for fault in engine.fake.faults.shown()), "the call")
    revise(engine, delivery, "Ouvert mercredi")
    first.join()
    assert revisions.revise_due(clock.now()) == 1
    assert engine.posts() == ["Ouvert mercredi"]
    delivery.refresh_from_db()
    assert delivery.parcel["text"] == "Ouvert mercredi"


def test_a_dead_authorisation_is_declared_and_the_words_wait(engine: Engine) -> None:
    delivery = there(engine)
    revise(engine, delivery, "Ouvert mardi")
    engine.fake.arm("token_revoked", "PATCH /posts/*", lasting=True)
    revisions.revise_due(clock.now())
    assert Channel.objects.get().state == Life.DEAD
    delivery.refresh_from_db()
    assert delivery.revise_at is not None


def test_what_is_too_long_or_empty_is_told_before_anything_is_asked(engine: Engine) -> None:
    delivery = there(engine)
    with pytest.raises(CannotRevise, match="501 characters"):
        revise(engine, delivery, "x" * 501)
    with pytest.raises(CannotRevise):
        revise(engine, delivery, " ")
    assert not revisions.any_due(clock.now())


def test_only_what_is_there_and_is_known_can_be_changed(engine: Engine) -> None:
    delivery = engine.schedule(engine.channel())
    Delivery.objects.update(remote_id="7")
    with pytest.raises(TooLate):
        revise(engine, delivery, "autre")
    Delivery.objects.update(remote_id="", state=State.SENT)
    with pytest.raises(CannotRevise, match="Nobody knows which one"):
        revise(engine, delivery, "autre")
    Channel.objects.update(by_hand=True)
    with pytest.raises(CannotRevise, match="by hand"):
        revise(engine, delivery, "autre")
    with pytest.raises(NotAllowed):
        revise(engine, delivery, "autre", who="remi")


def test_a_person_changes_it_from_the_page_of_the_post(engine: Engine, client: Client) -> None:
    delivery, page = there(engine), as_(engine.world.chloe)
    address = reverse("revision", args=["lenoir", delivery.pk])
    assert "Ouvert lundi</textarea>" in words(page.get(address))
    wrong = page.post(address, {"text": "x" * 600})
    assert wrong.status_code == 422
    assert "100 too many" in words(wrong)
    assert "x" * 600 in words(wrong)
    assert page.post(address, {"text": "Ouvert\r\nmardi"}).status_code == 303
    revisions.revise_due(clock.now())
    assert engine.posts() == ["Ouvert\nmardi"]
    reader = as_(engine.world.remi)
    assert "<textarea" not in words(reader.get(address))
    assert reader.post(address, {"text": "autre"}).status_code == 403


# ---- first comments


def commented(engine: Engine, due: timedelta = timedelta(0)) -> tuple[Delivery, Delivery]:
    """Return a post that is there, and its first comment."""
    post = engine.schedule(engine.channel(), "La bûche")
    comment = commands.schedule(
        channel=post.channel, parcel=Parcel("Le lien", form=COMMENT), subject="La bûche", due_at=clock.now() + due,
        by=engine.world.actor(engine.world.alice), now=clock.now(), after=post,
    )  # fmt: skip
    engine.send()
    return post, comment


def test_a_first_comment_leaves_after_its_post_and_never_before(engine: Engine) -> None:
    post, comment = commented(engine)
    assert (state(post), state(comment)) == (State.SENT, State.SCHEDULED)
    engine.send()
    assert state(comment) == State.SENT
    assert [one["after"] for one in engine.fake.posts()] == ["", post.refs["id"] or post.remote_id]


def test_taking_a_post_off_takes_its_comments_with_it(engine: Engine) -> None:
    post, comment = commented(engine)
    engine.send()
    commands.ask_removal(delivery=post, by=engine.world.actor(engine.world.alice), now=clock.now())
    removals.remove_due(clock.now())
    comment.refresh_from_db()
    assert comment.removed_at is not None


def test_a_comment_that_waits_does_not_leave_under_a_post_that_is_taken_off(engine: Engine) -> None:
    post, comment = commented(engine, due=timedelta(hours=1))
    commands.ask_removal(delivery=post, by=engine.world.actor(engine.world.alice), now=clock.now())
    assert state(comment) == State.CANCELLED
    assert "taken off" in comment.told["why"]["text"]  # type: ignore[index]


def test_a_comment_can_be_taken_off_and_its_post_stays(engine: Engine) -> None:
    post, comment = commented(engine)
    engine.send()
    commands.ask_removal(delivery=comment, by=engine.world.actor(engine.world.alice), now=clock.now())
    removals.remove_due(clock.now())
    assert engine.posts() == ["La bûche"]
    post.refresh_from_db()
    assert post.removed_at is None


def test_nothing_is_tied_to_what_a_person_published_and_no_network_named(engine: Engine) -> None:
    post, comment = commented(engine)
    Delivery.objects.filter(pk=post.pk).update(remote_id="", refs={}, handed_at=clock.now())
    engine.send()
    assert state(comment) == State.REFUSED
    assert engine.posts() == ["La bûche"]
