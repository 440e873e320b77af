"""Members and their roles: who may what, and a company that never loses its last owner."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from django.test import Client

from parvis.audit.models import Entry
from parvis.core import clock
from parvis.people import commands, invitations
from parvis.people.actors import Actor
from parvis.people.models import Company, Invitation, Member, Role, User
from parvis.people.permissions import ALLOWED, CONNECT, VERBS, WORK, NotAllowed, allowed
from tests.world import NOON, World, build


def place(user: User, company: Company) -> Member:
    return Member.objects.select_related("user", "company").get(user=user, company=company)


def test_the_last_owner_stays_owner_whoever_asks(world: World, client: Client) -> None:
    client.force_login(world.alice)
    alice = place(world.alice, world.bakery)
    client.post(f"/c/lenoir/settings/members/{alice.pk}/role/", {"role": "reader"})
    client.post(f"/c/lenoir/settings/members/{alice.pk}/remove/")
    client.post("/c/lenoir/settings/leave/")
    assert place(world.alice, world.bakery).role == "owner"
    assert not Entry.objects.filter(company_id=world.bakery.pk).exists()
    page = client.get("/c/lenoir/settings/members/").content.decode()
    assert page.count("toast wrong") == 3


def test_a_second_owner_lets_the_first_go(world: World, client: Client) -> None:
    client.force_login(world.alice)
    bob = place(world.bob, world.bakery)
    client.post(f"/c/lenoir/settings/members/{bob.pk}/role/", {"role": "owner"})
    assert client.post("/c/lenoir/settings/leave/")["Location"] == "/"
    assert not Member.objects.filter(user=world.alice).exists()
    assert client.get("/c/lenoir/settings/").status_code == 404
    assert list(Entry.objects.order_by("pk").values_list("verb", "who")) == [
        ("people:member:given_role", "Alice"),
        ("people:member:left", "Alice"),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_at_once_leave_one() -> None:
    world = build()
    Member.objects.filter(user=world.bob).update(role=Role.OWNER)
    owners = [place(user, world.bakery) for user in (world.alice, world.bob)]
    for _ in range(5):
        Member.objects.filter(pk__in=[owner.pk for owner in owners]).update(role=Role.OWNER)
        start = threading.Barrier(2)
        refused: list[str] = []

        def demote(by: Member, who: Member, start: threading.Barrier = start, refused: list[str] = refused) -> None:
            start.wait()
            try:
                commands.change_role(member=who, role=Role.READER, by=Actor.of(by), now=NOON)
            except commands.LastOwner:
                refused.append(who.user.name)
            finally:
                connection.close()

        threads = [threading.Thread(target=demote, args=pair) for pair in (owners, owners[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Member.objects.filter(company=world.bakery, role=Role.OWNER).count() == 1
        assert len(refused) == 1


@pytest.mark.parametrize("who", ["bob", "chloe", "remi"])
def test_only_an_owner_changes_the_company_and_its_members(world: World, client: Client, who: str) -> None:
    client.force_login(getattr(world, who))
    alice, bob = place(world.alice, world.bakery), place(world.bob, world.bakery)
    given = {"name": "Moi", "timezone": "Europe/Paris", "language": "fr", "late_minutes": 60, "quiet_days": 9}
    kept = invitations.invite(company=world.bakery, email="z@example.test", role=Role.READER, by=Actor.of(alice), now=clock.now())
    for path, data in (
        ("", given),
        (f"members/{bob.pk}/role/", {"role": "owner"}),
        (f"members/{alice.pk}/remove/", {}),
        ("invitations/", {"email": "x@example.test", "role": "owner"}),
        (f"invitations/{kept.pk}/withdraw/", {}),
    ):
        answer = client.post(f"/c/lenoir/settings/{path}", data)
        assert answer.status_code == 403, path
    world.bakery.refresh_from_db()
    assert world.bakery.name == "Boulangerie Lenoir"
    assert list(Member.objects.filter(company=world.bakery).order_by("pk").values_list("role", flat=True)) == [
        "owner",
        "editor",
        "approver",
        "reader",
    ]
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1


def test_who_may_not_change_sees_no_button_and_a_403_that_says_who_can(world: World, client: Client) -> None:
    client.cookies["django_language"] = "en"
    User.objects.update(language="en")
    client.force_login(world.remi)
    members = client.get("/c/lenoir/settings/members/").content.decode()
    assert "/role/" not in members
    assert "disabled" in client.get("/c/lenoir/settings/").content.decode()
    answer = client.post("/c/lenoir/settings/invitations/", {"email": "x@example.test", "role": "owner"})
    assert "Ask an owner" in answer.content.decode()


def test_a_command_refuses_an_actor_of_another_company(world: World) -> None:
    denis = world.actor(world.denis)
    with pytest.raises(NotAllowed):
        commands.remove_member(member=place(world.bob, world.bakery), by=denis, now=NOON)
    with pytest.raises(NotAllowed):
        invitations.invite(company=world.bakery, email="x@example.test", role=Role.OWNER, by=denis, now=NOON)
    assert Member.objects.filter(company=world.bakery).count() == 4


def test_nobody_changes_somebody_elses_account(world: World) -> None:
    with pytest.raises(NotAllowed):
        commands.change_person(user=world.bob, name="X", language="en", by=Actor.person(world.alice), now=NOON)
    with pytest.raises(NotAllowed):
        commands.leave(member=place(world.bob, world.bakery), by=world.actor(world.alice), now=NOON)


def test_a_person_outside_has_no_right_inside_and_a_member_none_outside(world: World) -> None:
    person, alice = Actor.person(world.alice), world.actor(world.alice)
    inside = VERBS - ALLOWED["person"] - WORK - CONNECT
    assert not any(allowed(person, verb, world.bakery.pk) for verb in VERBS)
    assert not any(allowed(person, verb, None) for verb in inside)
    assert not any(allowed(alice, verb, None) for verb in VERBS)
    assert all(allowed(alice, verb, world.bakery.pk) for verb in inside)


def test_changing_the_company_is_written_with_what_was_before(world: World, client: Client) -> None:
    client.force_login(world.alice)
    given = {"name": "Boulangerie Lenoir", "timezone": "Europe/Paris", "language": "fr", "late_minutes": 45, "quiet_days": 7}
    client.post("/c/lenoir/settings/", given)
    entry = Entry.objects.get()
    assert (entry.facts["before"], entry.facts["after"]) == ({"late_minutes": 120}, {"late_minutes": 45})
    client.post("/c/lenoir/settings/", given)
    assert Entry.objects.count() == 1


def test_nonsense_is_refused_with_the_rest_kept(world: World, client: Client) -> None:
    client.force_login(world.alice)
    given = {"name": "Le Fournil", "timezone": "Mars/Olympus", "language": "xx", "late_minutes": "-1", "quiet_days": "0"}
    answer = client.post("/c/lenoir/settings/", given)
    assert answer.status_code == 422
    assert 'value="Le Fournil"' in answer.content.decode()
    assert set(answer.context["form"].errors) == {"timezone", "language", "late_minutes", "quiet_days"}


def test_the_pages_of_settings_ask_the_same_number_of_questions_whatever_the_rows(
    world: World, client: Client, django_assert_max_num_queries: object
) -> None:
    client.force_login(world.alice)

    def asked(path: str) -> int:
        with django_assert_max_num_queries(12) as seen:  # type: ignore[operator]
            client.get(path)
        return len(seen)

    paths = ["/c/lenoir/settings/", "/c/lenoir/settings/members/", "/c/lenoir/settings/journal/", "/me/"]
    before = [asked(path) for path in paths]
    for number in range(60):
        email = f"x{number}@example.test"
        user = User.objects.create_user(email)
        Member.objects.create(company=world.bakery, user=user, role=Role.READER, since=NOON)
        invitations.invite(company=world.bakery, email=f"i{number}@example.test", role=Role.READER, by=world.actor(world.alice), now=NOON)
    assert [asked(path) for path in paths] == before
