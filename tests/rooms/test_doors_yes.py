"""The yes, attacked: by colleagues, by whoever has two places, by links, by doors that do not look like one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from parvis.core import clock
from parvis.delegation.models import Approval, Bearer, Mandate, Stage, Verdict
from parvis.people.models import Member, User
from parvis.people.permissions import NotAllowed
from parvis.posts import approving
from parvis.posts import commands as posts
from parvis.posts.approving import Left
from parvis.publishing.models import Delivery
from tests.rooms.agreement import acting, bearer, circuit, fresh, mandate, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, idea
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def say(world: World, approval: Approval, who: User) -> Approval:
    return approving.decide(approval=approval, verdict=Verdict.YES, by=acting(world, who), now=NOON)


def left(world: World, who: User, **more: Any) -> Left:
    return approving.leave(post=idea(world), at=TOMORROW, by=acting(world, who), now=NOON, **more)


# ---- colleagues, and whoever has two places


@pytest.mark.parametrize("colleague", [False, True])
def test_a_circuit_inside_does_not_stand_in_for_the_yes_that_a_mandate_asks_for(world: World, colleague: bool) -> None:
    held, paul = outside(world)
    circuit(world, step("inside"))
    nina = bearer(world, held, "nina") if colleague else None
    asked = left(world, paul).asked
    assert asked
    if nina is not None:
        say(world, asked, nina)
    assert fresh(asked).side == "client"
    assert not Delivery.objects.exists()
    say(world, fresh(asked), world.alice)
    assert Delivery.objects.count() == 1


def test_the_law_asks_the_company_where_a_circuit_asks_colleagues_alone(world: World) -> None:
    held, paul = outside(world, alone={"posts": "all"})
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    post = idea(world, "Notre vin chaud vous attend au comptoir.")
    asked = approving.leave(post=post, at=TOMORROW, by=acting(world, paul), now=NOON).asked
    assert asked
    say(world, asked, nina)
    assert (fresh(asked).stage, fresh(asked).side) == (Stage.WAITING, "client")


@pytest.mark.parametrize("limit", [{"posts_a_month": 0}, {"last_day": NOON.date()}])
def test_what_colleagues_agree_to_keeps_to_the_limits_of_their_mandate(world: World, limit: dict[str, Any]) -> None:
    held, paul = outside(world, alone={"posts": "all"}, **limit)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"))
    asked = left(world, paul).asked
    assert asked
    with pytest.raises(posts.OverMandate):
        say(world, asked, nina)
    assert fresh(asked).stage == Stage.WAITING
    page = enter(nina).post(f"/c/lenoir/approvals/{asked.pk}/decision/", {"verdict": "yes"})
    assert page.status_code == 422
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("ended", [{"standing": "suspended"}, {"standing": "revoked"}, {"last_day": NOON.date() - timedelta(days=1)}])
def test_a_mandate_that_does_not_run_says_no_yes_inside(world: World, ended: dict[str, Any]) -> None:
    held, _paul = outside(world)
    nina = bearer(world, held, "nina")
    circuit(world, step("inside"), step("client"))
    _, asked = proposed(world)
    Mandate.objects.filter(pk=held.pk).update(**ended)
    with pytest.raises(NotAllowed):
        say(world, asked, nina)


def bears_too(world: World, user: User) -> Mandate:
    """A mandate of which the company says yes to each post, and that somebody bears beside a role of their own."""
    held = mandate(world, channel(world).pk)
    place = Member.objects.get(user=user)
    Bearer.objects.create(mandate=held, member=place, since=NOON)
    Member.objects.filter(pk=place.pk).update(granted=True)
    return held


def test_whoever_bears_the_mandate_does_not_say_the_companys_yes_beside_it(world: World) -> None:
    bears_too(world, world.chloe)
    asked = left(world, world.chloe).asked
    assert asked
    with pytest.raises(NotAllowed):
        say(world, asked, world.chloe)
    say(world, asked, world.alice)
    assert Delivery.objects.count() == 1


def test_nor_is_their_yes_waited_for_where_all_must_agree(world: World) -> None:
    bears_too(world, world.chloe)
    circuit(world, step("client", "all", world.alice, world.chloe))
    asked = left(world, world.chloe).asked
    assert asked
    assert say(world, asked, world.alice).stage == Stage.APPROVED


def test_they_still_say_it_of_what_others_make(world: World) -> None:
    bears_too(world, world.chloe)
    circuit(world, step("client"))
    asked = left(world, world.bob).asked
    assert asked
    assert say(world, asked, world.chloe).stage == Stage.APPROVED
