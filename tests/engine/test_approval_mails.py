"""Whoever must know of a request for a yes is written to: once, in time, and never against their wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox

from parvis.delegation import approvals
from parvis.delegation.models import Approval, Stage, Verdict
from parvis.people.models import Member
from parvis.posts import approving
from parvis.worker import asking
from parvis.worker.rounds import ROUNDS
from tests.rooms.agreement import acting, circuit, fresh, outside, proposed, step
from tests.rooms.bakery import TOMORROW, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


def written(now: object = NOON) -> dict[str, str]:
    outbox.outbox.clear()
    asking.tell(now)  # type: ignore[arg-type]
    return {letter.to[0].partition("@")[0]: f"{letter.subject}\n{letter.body}" for letter in outbox.outbox}


def test_those_whose_yes_is_asked_for_are_written_to_once_with_the_page(world: World) -> None:
    outside(world)
    _, approval = proposed(world, "La bûche est là.")
    letters = written()
    assert set(letters) == {"alice", "chloe"}
    assert f"/c/lenoir/approvals/{approval.pk}/" in letters["alice"]
    assert "12/12/2026" in letters["alice"]
    assert written() == {}


def test_only_those_named_are_written_to_and_not_those_who_turned_mails_off(world: World) -> None:
    outside(world)
    circuit(world, step("client", "one", world.alice, world.chloe))
    Member.objects.filter(user=world.alice).update(mails=False)
    proposed(world)
    assert set(written()) == {"chloe"}


def test_a_reminder_then_the_owners_then_both_are_told_that_nothing_left(world: World) -> None:
    outside(world)
    circuit(world, step("client", "one", world.chloe), remind_hours=10, escalate_hours=2)
    _, approval = proposed(world)
    written()
    for before, readers in ((10, {"chloe"}), (2, {"alice"})):
        at = TOMORROW - timedelta(hours=before)
        assert approvals.any_due(at)
        assert approvals.look_after(now=at) == 1
        assert set(written(at)) == readers
        assert approvals.look_after(now=at) == 0
    approvals.look_after(now=TOMORROW)
    assert fresh(approval).stage == Stage.LAPSED
    assert set(written(TOMORROW)) == {"chloe", "paul"}
    assert not approvals.any_due(TOMORROW + timedelta(days=2))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_whoever_asked_is_told_what_was_decided_and_why(world: World, verdict: Verdict) -> None:
    outside(world)
    _, approval = proposed(world)
    written()
    approving.decide(approval=approval, verdict=verdict, by=acting(world, world.alice), now=NOON, words="Le prix est faux.")
    letters = written()
    assert set(letters) == {"paul"}
    assert "Le prix est faux." in letters["paul"]


def test_a_professional_who_was_removed_is_not_written_to_any_more(world: World) -> None:
    held, paul = outside(world)
    _, approval = proposed(world)
    written()
    held.standing = "revoked"
    held.save()
    approving.decide(approval=approval, verdict=Verdict.YES, by=acting(world, world.alice), now=NOON)
    assert written() == {}
    assert paul.email


def test_what_nobody_was_told_of_is_not_told_to_be_gone(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    typed(post, ["Autre chose"], world)
    assert fresh(approval).stage == Stage.GONE
    assert written() == {}


def test_when_a_yes_lets_nothing_out_whoever_said_it_and_whoever_asked_are_told(world: World) -> None:
    outside(world)
    post, approval = proposed(world)
    written()
    type(post).objects.filter(pk=post.pk).update(parts=["Autre chose"], revision=9)
    approving.decide(approval=approval, verdict=Verdict.YES, by=acting(world, world.alice), now=NOON)
    assert fresh(approval).stage == Stage.GONE
    assert set(written()) == {"alice", "paul"}


def test_a_mail_server_that_is_away_costs_a_delay_and_no_mail(world: World, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    outside(world)
    proposed(world)

    def away(self: object, *more: object) -> int:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", away)
        assert written() == {}
    assert set(written()) == {"alice", "chloe"}
    assert Approval.objects.get().tell == ""


def test_the_worker_makes_these_rounds() -> None:
    assert {"approvals", "approval mails"} <= {each.name for each in ROUNDS}
