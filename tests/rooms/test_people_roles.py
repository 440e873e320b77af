"""Roles that a company makes, roles on single accounts and places, and the page that says what somebody may do and why."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from parvis.audit.models import Entry
from parvis.channels.models import Channel
from parvis.channels.standing import actor_of
from parvis.people import commands, invitations, roles
from parvis.people.actors import Actor
from parvis.people.models import Establishment, Grant, Invitation, MadeRole, Member, Role, User
from parvis.people.permissions import NotAllowed, allowed, anywhere
from parvis.people.roles import WrongRole
from tests.rooms.bakery import channel
from tests.world import NOON, World

AT = "/c/lenoir/settings/"


def signed(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def place(user: User) -> Member:
    return Member.objects.select_related("user", "company", "made").get(user=user)


def by(user: User) -> Actor:
    return actor_of(place(user), NOON)


def trainee(world: World, *verbs: str) -> MadeRole:
    return roles.make_role(
        company=world.bakery, name="Stagiaire", verbs=verbs or ("posts.read", "posts.write"), by=world.actor(world.alice), now=NOON
    )


def test_a_made_role_allows_what_was_put_into_it_and_changes_at_once(world: World) -> None:
    alice = world.actor(world.alice)
    made = trainee(world)
    commands.change_role(member=place(world.bob), role=Role.MADE, made=made, by=alice, now=NOON)
    assert allowed(by(world.bob), "posts.write", world.bakery.pk)
    assert not allowed(by(world.bob), "posts.schedule", world.bakery.pk)
    roles.change_made(made=made, name="Stagiaire", verbs=["posts.read"], by=alice, now=NOON)
    assert not allowed(by(world.bob), "posts.write", world.bakery.pk)
    with pytest.raises(WrongRole):
        roles.remove_made(made=made, by=alice, now=NOON)
    commands.change_role(member=place(world.bob), role=Role.EDITOR, by=alice, now=NOON)
    roles.remove_made(made=made, by=alice, now=NOON)
    with pytest.raises(commands.NoSuchRole):
        commands.change_role(member=place(world.bob), role=Role.MADE, made=made, by=alice, now=NOON)
    roles.bring_back_made(made=made, by=alice, now=NOON)
    commands.change_role(member=place(world.bob), role=Role.MADE, made=made, by=alice, now=NOON)


def test_no_made_role_can_give_rights_away_and_a_name_is_one_role_s(world: World) -> None:
    alice = world.actor(world.alice)
    made = trainee(world, "members.change", "mandates.change", "posts.read", "work.log", "nonsense")
    assert made.verbs == ["posts.read"]
    for name, verbs in (("  ", ["posts.read"]), ("Vide", ["members.change"]), ("Stagiaire", ["posts.read"])):
        with pytest.raises(WrongRole):
            roles.make_role(company=world.bakery, name=name, verbs=verbs, by=alice, now=NOON)
    for user in (world.bob, world.chloe, world.remi, world.denis):
        with pytest.raises(NotAllowed):
            roles.make_role(company=world.bakery, name="X", verbs=["posts.read"], by=world.actor(user), now=NOON)
    theirs = roles.make_role(company=world.elsewhere, name="X", verbs=["posts.read"], by=world.actor(world.denis), now=NOON)
    with pytest.raises(commands.NoSuchRole):
        commands.change_role(member=place(world.bob), role=Role.MADE, made=theirs, by=alice, now=NOON)


def test_the_last_owner_keeps_the_role_whatever_role_is_given(world: World) -> None:
    with pytest.raises(commands.LastOwner):
        commands.change_role(member=place(world.alice), role=Role.MADE, made=trainee(world), by=world.actor(world.alice), now=NOON)
    for role in ("guest", "mandated"):
        signed(world.alice).post(f"{AT}members/{place(world.alice).pk}/role/", {"role": role})
        assert place(world.alice).role == Role.OWNER


def test_a_role_on_one_account_or_one_shop_holds_there_alone_and_is_taken_back(world: World) -> None:
    alice = world.actor(world.alice)
    blue, red = channel(world), channel(world, "mastodon", "lenoir@mastodon.example")
    shop = Establishment.objects.create(company=world.bakery, name="Rue des Halles", main=True)
    commands.change_role(member=place(world.remi), role=Role.GUEST, by=alice, now=NOON)
    given = roles.grant(member=place(world.remi), role=Role.EDITOR, channel_id=blue.pk, by=alice, now=NOON)
    assert allowed(by(world.remi), "posts.schedule", world.bakery.pk, on=(blue.pk,))
    assert not allowed(by(world.remi), "posts.read", world.bakery.pk, on=(red.pk,))
    assert not anywhere(by(world.remi), "members.change", world.bakery.pk)
    roles.grant(member=place(world.remi), role=Role.READER, establishment=shop, by=alice, now=NOON)
    signed(world.alice).post(f"{AT}channels/{red.pk}/place/", {"establishment": str(shop.pk)})
    assert Channel.objects.get(pk=red.pk).establishment_id == shop.pk
    assert allowed(by(world.remi), "posts.read", world.bakery.pk, on=(red.pk,))
    assert not allowed(by(world.remi), "posts.write", world.bakery.pk, on=(red.pk,))
    roles.ungrant(grant=Grant.objects.select_related("member__user", "made", "establishment").get(pk=given.pk), by=alice, now=NOON)
    assert not anywhere(by(world.remi), "posts.schedule", world.bakery.pk)
    assert Entry.objects.filter(verb="people:grant:taken_back").count() == 1


def test_grants_are_of_the_company_s_own_accounts_and_roles(world: World) -> None:
    alice, bob = world.actor(world.alice), place(world.bob)
    blue, theirs = channel(world), channel(world, company=world.elsewhere)
    shop = Establishment.objects.create(company=world.elsewhere, name="Ailleurs", main=True)
    for more in (
        {"role": Role.EDITOR, "channel_id": theirs.pk}, {"role": Role.EDITOR, "establishment": shop}, {"role": Role.EDITOR},
        {"role": Role.OWNER, "channel_id": blue.pk}, {"role": Role.MANDATED, "channel_id": blue.pk},
        {"role": Role.MADE, "channel_id": blue.pk},
    ):  # fmt: skip
        with pytest.raises(WrongRole):
            roles.grant(member=bob, by=alice, now=NOON, **more)
    with pytest.raises(NotAllowed):
        roles.grant(member=bob, role=Role.EDITOR, channel_id=blue.pk, by=world.actor(world.chloe), now=NOON)
    assert not Grant.objects.exists()


def test_an_invitation_brings_its_role_and_its_account(world: World) -> None:
    alice, blue = signed(world.alice), channel(world)
    made = trainee(world)
    alice.post(AT + "invitations/", {"email": "lou@example.test", "role": f"made:{made.pk}", "where": f"c{blue.pk}"})
    alice.post(AT + "invitations/", {"email": "max@example.test", "role": f"made:{made.pk}", "where": ""})
    assert alice.post(AT + "invitations/", {"email": "zoe@example.test", "role": "made:999", "where": ""}).status_code == 422
    lou, max_ = (User.objects.create_user(f"{name}@example.test", "correct horse 9") for name in ("lou", "max"))
    for user in (lou, max_):
        invitation = Invitation.objects.get(email=user.email)
        invitations.accept(token=invitations.token_of(invitation), by=Actor.person(user), now=invitation.created_at)
    assert place(lou).role == Role.GUEST
    assert allowed(by(lou), "posts.write", world.bakery.pk, on=(blue.pk,))
    assert not allowed(by(lou), "posts.write", world.bakery.pk)
    assert allowed(by(max_), "posts.write", world.bakery.pk)


def test_the_page_of_a_member_says_what_they_may_do_where_and_why(world: World) -> None:
    alice, blue = signed(world.alice), channel(world)
    remi = place(world.remi)
    answer = alice.post(f"{AT}members/{remi.pk}/grants/", {"role": "editor", "where": f"c{blue.pk}"}, follow=True)
    page = answer.content.decode()
    assert "only on Bluesky lenoir.example" in page
    assert "Editor on Bluesky lenoir.example" in page
    assert "role: Reader" in page
    assert "no: nothing they have includes it" in page
    given = Grant.objects.get()
    taken = alice.post(f"{AT}members/{remi.pk}/grants/{given.pk}/remove/", follow=True).content.decode()
    undo = f"{AT}members/{remi.pk}/grants/?role=editor&amp;where=c{blue.pk}"
    assert undo in taken
    alice.post(undo.replace("&amp;", "&"))
    assert Grant.objects.get().channel_id == blue.pk
    assert signed(world.bob).get(f"{AT}members/{remi.pk}/").status_code == 200
    assert signed(world.bob).post(f"{AT}members/{remi.pk}/grants/", {"role": "editor", "where": f"c{blue.pk}"}).status_code == 403
    assert signed(world.denis).get(f"{AT}members/{remi.pk}/").status_code == 404


def test_roles_are_made_changed_and_brought_back_on_their_page(world: World) -> None:
    alice = signed(world.alice)
    assert alice.get(AT + "roles/").status_code == 200
    assert alice.post(AT + "roles/", {"name": "Stagiaire", "verb": []}).status_code == 422
    alice.post(AT + "roles/", {"name": "Stagiaire", "verb": ["posts.read", "posts.write"]})
    made = MadeRole.objects.get()
    assert "checked" in alice.get(f"{AT}roles/{made.pk}/").content.decode()
    alice.post(f"{AT}roles/{made.pk}/", {"name": "Apprenti", "verb": ["posts.read"]})
    gone = alice.post(f"{AT}roles/{made.pk}/remove/", follow=True).content.decode()
    assert f"{AT}roles/{made.pk}/back/" in gone
    alice.post(f"{AT}roles/{made.pk}/back/")
    made.refresh_from_db()
    assert (made.name, made.verbs, made.removed_at) == ("Apprenti", ["posts.read"], None)
    assert signed(world.bob).post(AT + "roles/", {"name": "X", "verb": ["posts.read"]}).status_code == 403


def test_changing_a_role_can_be_undone(world: World) -> None:
    alice, bob = signed(world.alice), place(world.bob)
    page = alice.post(f"{AT}members/{bob.pk}/role/", {"role": "reader"}, follow=True).content.decode()
    assert f"{AT}members/{bob.pk}/role/?role=editor" in page
    alice.post(f"{AT}members/{bob.pk}/role/?role=editor")
    assert place(world.bob).role == Role.EDITOR


def test_a_company_says_that_it_is_an_agency(world: World) -> None:
    denis = signed(world.denis)
    assert "/c/denis/settings/agency/" in denis.get("/c/denis/settings/").content.decode()
    denis.post("/c/denis/settings/agency/", {"agency": "yes"})
    world.elsewhere.refresh_from_db()
    assert world.elsewhere.agency
    assert signed(world.bob).post(AT + "agency/", {"agency": "yes"}).status_code == 403


def test_the_pages_stay_within_twelve_queries_however_many_roles_and_grants(world: World, django_assert_max_num_queries: Any) -> None:
    alice, by_alice = signed(world.alice), world.actor(world.alice)
    member = place(world.remi)
    for n in range(5):
        made = roles.make_role(company=world.bakery, name=f"Rôle {n}", verbs=["posts.read"], by=by_alice, now=NOON)
        blue = channel(world, handle=f"compte-{n}.example")
        roles.grant(member=member, role=Role.MADE, made=made, channel_id=blue.pk, by=by_alice, now=NOON)
    for path in ("roles/", "members/", f"members/{member.pk}/"):
        alice.get(AT + path)
        with django_assert_max_num_queries(12):
            assert alice.get(AT + path).status_code == 200
