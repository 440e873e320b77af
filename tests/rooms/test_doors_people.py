"""Places and roles, attacked: what somebody brought in before they lost theirs, and links that several people hold."""

from __future__ import annotations

import pytest
from django.test import Client

from parvis.core import clock
from parvis.people import commands, invitations, roles
from parvis.people.actors import Actor
from parvis.people.invitations import InvitationOver
from parvis.people.models import MadeRole, Member, Role, User
from parvis.people.permissions import NotAllowed, allowed
from tests.rooms.agreement import acting
from tests.rooms.bakery import channel
from tests.rooms.mandates import marc, offered
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def second_owner(world: World) -> Member:
    commands.change_role(member=Member.objects.get(user=world.bob), role=Role.OWNER, by=acting(world, world.alice), now=NOON)
    return Member.objects.get(user=world.bob)


@pytest.mark.parametrize("how", ["removed", "left", "given another role"])
def test_an_owner_who_is_none_any_more_brings_nobody_in(world: World, how: str) -> None:
    mallory = second_owner(world)
    made = invitations.invite(company=world.bakery, email="ami@example.test", role=Role.OWNER, by=acting(world, world.bob), now=NOON)
    kept = invitations.invite(company=world.bakery, email="lea@example.test", role=Role.EDITOR, by=acting(world, world.alice), now=NOON)
    if how == "removed":
        commands.remove_member(member=mallory, by=acting(world, world.alice), now=NOON)
    elif how == "left":
        commands.leave(member=mallory, by=acting(world, world.bob), now=NOON)
    else:
        commands.change_role(member=mallory, role=Role.READER, by=acting(world, world.alice), now=NOON)
    friend = User.objects.create_user("ami@example.test", "correct horse 9")
    browser = Client()
    browser.force_login(friend)
    assert browser.post(f"/join/{invitations.token_of(made)}/").status_code == 410
    assert not Member.objects.filter(user=friend).exists()
    assert invitations.accept(token=invitations.token_of(kept), by=Actor.person(friend), now=NOON).role == Role.EDITOR


def test_nor_does_the_link_of_a_mandate_that_they_offered_open(world: World) -> None:
    second_owner(world)
    _, token = offered(world, channel(world))
    commands.change_role(member=Member.objects.get(user=world.alice), role=Role.READER, by=acting(world, world.bob), now=NOON)
    browser = Client()
    browser.force_login(marc())
    assert browser.get(f"/join/{token}/").status_code == 410


def test_an_invitation_that_two_people_hold_brings_in_the_first(world: World) -> None:
    made = invitations.invite(company=world.bakery, email="ami@example.test", role=Role.EDITOR, by=acting(world, world.alice), now=NOON)
    token, people = invitations.token_of(made), [User.objects.create_user(f"{name}@example.test") for name in ("ami", "autre")]
    invitations.accept(token=token, by=Actor.person(people[0]), now=NOON)
    with pytest.raises(InvitationOver):
        invitations.accept(token=token, by=Actor.person(people[1]), now=NOON)
    assert not Member.objects.filter(user=people[1]).exists()


def test_no_role_widens_itself(world: World) -> None:
    made = roles.make_role(
        company=world.bakery, name="Bras droit", by=acting(world, world.alice), now=NOON,
        verbs=["members.change", "mandates.change", "approvals.change", "company.resume", "company.change", "channels.change"],
    )  # fmt: skip
    assert sorted(made.verbs) == ["channels.change", "company.change"]
    user = User.objects.create_user("bras@example.test", "correct horse 9")
    place = Member.objects.create(company=world.bakery, user=user, role=Role.MADE, made=made, since=NOON)
    by = acting(world, user)
    for act in (
        lambda: roles.change_made(made=made, name="Bras droit", verbs=["posts.approve"], by=by, now=NOON),
        lambda: commands.change_role(member=place, role=Role.OWNER, by=by, now=NOON),
        lambda: roles.grant(member=place, role=Role.APPROVER, channel_id=channel(world).pk, by=by, now=NOON),
        lambda: invitations.invite(company=world.bakery, email="a@example.test", role=Role.OWNER, by=by, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            act()
    MadeRole.objects.filter(pk=made.pk).update(removed_at=NOON)
    assert not allowed(acting(world, user), "channels.change", world.bakery.pk)
