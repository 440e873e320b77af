"""Mandates: who words them, who says yes, who bears them, and what each of these refuses."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from parvis.audit.models import Entry
from parvis.delegation import commands, queries
from parvis.delegation.commands import Changed, InvitationOver, Over, OwnCompany, WrongTerms
from parvis.delegation.models import Bearer, Mandate, Side, Standing
from parvis.delegation.permits import OVER, SUSPENDED
from parvis.delegation.terms import Terms
from parvis.people import commands as people
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.models import Company, Invitation, Member, Role, User
from parvis.people.permissions import NotAllowed, allowed, anywhere, may, under
from parvis.posts import mandates, rewording
from tests.rooms.bakery import channel
from tests.rooms.mandates import agency_of, bearer, mandate_of, marc, offered, terms, waiting
from tests.world import NOON, World, build

LATER = NOON + timedelta(days=3)


def test_a_mandate_is_written_offered_accepted_and_lends_exactly_what_it_says(world: World) -> None:
    blue, other = channel(world), channel(world, "mastodon", "lenoir@mastodon.example")
    pro = marc()
    mandate = mandate_of(world, pro, blue, actions=["propose", "answer"], siret="732 829 320 00074")
    assert (mandate.standing, mandate.siret, mandate.revision) == (Standing.ACTIVE, "73282932000074", 1)
    by = bearer(world, pro)
    assert allowed(by, "posts.propose", world.bakery.pk, on=(blue.pk,))
    assert allowed(by, "inbox.answer", world.bakery.pk, on=(blue.pk,))
    assert not allowed(by, "posts.schedule", world.bakery.pk, on=(blue.pk,))
    assert not allowed(by, "posts.read", world.bakery.pk, on=(other.pk,))
    assert not anywhere(by, "members.change", world.bakery.pk)
    assert Member.objects.get(user=pro, company=world.bakery).role == Role.MANDATED
    assert [entry.verb for entry in Entry.objects.filter(company_id=world.bakery.pk).order_by("pk")] == [
        "delegation:mandate:drafted", "delegation:mandate:offered", "people:invitation:sent", "people:invitation:accepted",
        "delegation:mandate:agreed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("called", {"called": "  \x00 "}),
        ("email", {"email": "marc chez agence"}),
        ("siret", {"siret": "732 829 320 00075"}),
        ("siret", {"siret": "12"}),
        ("last_day", {"first_day": date(2027, 2, 1)}),
        ("last_day", {"first_day": date(2026, 1, 1), "last_day": date(2026, 12, 10)}),
        ("last_day", {"last_day": date(2046, 12, 10)}),
        ("accounts", {"accounts": {}}),
        ("accounts", {"accounts": {"1": []}}),
        ("accounts", {"accounts": {"-1": ["publish"]}}),
        ("accounts", {"accounts": {"9" * 40: ["publish"]}}),
        ("posts_a_month", {"posts_a_month": -1}),
        ("minutes_a_month", {"minutes_a_month": 10**9}),
        ("price_per", {"price_cents": 80_000, "price_per": "year"}),
        ("notice_days", {"notice_days": 4000}),
        ("terms", {"terms": "a" * 20_001}),
    ],
)
def test_what_a_mandate_cannot_say_is_refused_and_nothing_is_kept(world: World, field: str, more: dict[str, object]) -> None:
    with pytest.raises(WrongTerms) as refused:
        commands.draft(company=world.bakery, terms=terms(channel(world), **more), by=world.actor(world.alice), now=NOON)
    assert refused.value.field == field
    assert not Mandate.objects.exists()
    assert not Entry.objects.filter(room="delegation").exists()


def test_accounts_of_another_company_or_closed_ones_are_refused(world: World) -> None:
    theirs, closed = channel(world, company=world.elsewhere), channel(world, handle="old.example", state="closed")
    for one in (theirs, closed):
        with pytest.raises(WrongTerms):
            commands.draft(company=world.bakery, terms=terms(one), by=world.actor(world.alice), now=NOON)


@pytest.mark.parametrize("who", ["bob", "chloe", "remi", "denis"])
def test_only_an_owner_writes_and_offers(world: World, who: str) -> None:
    blue = channel(world)
    by = world.actor(getattr(world, who))
    with pytest.raises(NotAllowed):
        commands.draft(company=world.bakery, terms=terms(blue), by=by, now=NOON)
    mandate = commands.draft(company=world.bakery, terms=terms(blue), by=world.actor(world.alice), now=NOON)
    for refused in (
        lambda: commands.offer(mandate=mandate, by=by, now=NOON),
        lambda: commands.change(mandate=mandate, terms=terms(blue), by=by, now=NOON),
        lambda: commands.withdraw(mandate=mandate, by=by, now=NOON),
        lambda: commands.decline(mandate=mandate, why="", by=by, now=NOON),
        lambda: rewording.agree(mandate=mandate, digest=waiting(mandate), by=by, now=NOON),
        lambda: mandates.stop(mandate=mandate, to=Standing.SUSPENDED, by=by, now=NOON),
        lambda: mandates.stop(mandate=mandate, to=Standing.LEFT, by=by, now=NOON),
        lambda: mandates.resume(mandate=mandate, by=by, now=NOON),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_link_opens_once_and_not_after_seven_days_nor_when_the_offer_is_taken_back(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate, token = offered(world, blue)
    other = User.objects.create_user("lea@agence.test", "correct horse 9")
    accept = {"token": token, "digest": waiting(mandate)}
    with pytest.raises(InvitationOver):
        commands.join(**accept, by=Actor.person(pro), now=NOON + timedelta(days=7, seconds=1))
    commands.withdraw(mandate=mandate, by=world.actor(world.alice), now=NOON)
    with pytest.raises(InvitationOver):
        commands.join(**accept, by=Actor.person(pro), now=NOON)
    again = commands.offer(mandate=mandate, by=world.actor(world.alice), now=LATER)
    assert again is not None
    token = invitations.token_of(again)
    commands.join(token=token, digest=waiting(mandate), by=Actor.person(pro), now=LATER)
    with pytest.raises(InvitationOver):
        commands.join(token=token, digest=waiting(mandate), by=Actor.person(other), now=LATER)
    assert list(Bearer.objects.values_list("member__user", flat=True)) == [pro.pk]


def test_a_mandate_is_not_accepted_by_the_door_of_members_and_a_place_alone_lends_nothing(world: World) -> None:
    _mandate, token = offered(world, channel(world))
    with pytest.raises(invitations.NeedsMandate):
        invitations.accept(token=token, by=Actor.person(marc()), now=NOON)
    assert Invitation.objects.get().accepted_at is None


def test_what_is_accepted_is_the_wording_that_was_read(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate, token = offered(world, blue)
    read = waiting(mandate)
    commands.change(mandate=mandate, terms=terms(blue, price_cents=1, price_per="month"), by=world.actor(world.alice), now=NOON)
    invitation = commands.offer(mandate=mandate, by=world.actor(world.alice), now=LATER)
    assert invitation is not None
    with pytest.raises(InvitationOver):
        commands.join(token=token, digest=read, by=Actor.person(pro), now=LATER)
    with pytest.raises(Changed):
        commands.join(token=invitations.token_of(invitation), digest=read, by=Actor.person(pro), now=LATER)
    assert not Bearer.objects.exists()
    commands.join(token=invitations.token_of(invitation), digest=waiting(mandate), by=Actor.person(pro), now=LATER)
    assert Mandate.objects.get().price_cents == 1


def test_a_new_wording_holds_only_once_both_have_said_yes(world: World) -> None:
    blue, pro, alice = channel(world), marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, blue, actions=["propose"], posts_a_month=4)
    commands.change(mandate=mandate, terms=terms(blue, actions=["propose", "publish"], posts_a_month=8), by=alice, now=NOON)
    mandate.refresh_from_db()
    assert (mandate.standing, mandate.posts_a_month) == (Standing.ACTIVE, 4)
    assert not allowed(bearer(world, pro), "posts.schedule", world.bakery.pk, on=(blue.pk,))
    rewording.agree(mandate=mandate, digest=waiting(mandate), by=alice, now=NOON)
    assert not allowed(bearer(world, pro), "posts.schedule", world.bakery.pk, on=(blue.pk,)), "her own yes twice is not theirs"
    rewording.agree(mandate=mandate, digest=waiting(mandate), by=bearer(world, pro), now=NOON)
    mandate.refresh_from_db()
    assert (mandate.revision, mandate.posts_a_month) == (2, 8)
    assert allowed(bearer(world, pro), "posts.schedule", world.bakery.pk, on=(blue.pk,))
    commands.change(mandate=mandate, terms=terms(blue, posts_a_month=99), by=bearer(world, pro), now=NOON)
    commands.decline(mandate=mandate, why="Trop.", by=alice, now=NOON)
    mandate.refresh_from_db()
    assert (mandate.standing, mandate.revision, mandate.posts_a_month) == (Standing.ACTIVE, 2, 8)
    with pytest.raises(Over):
        rewording.agree(mandate=mandate, digest=waiting(mandate), by=alice, now=NOON)


def test_a_professional_may_write_the_next_one_and_the_owner_s_yes_makes_it_hold(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate_of(world, pro, blue)
    following = terms(blue, first_day=date(2027, 2, 1), last_day=date(2027, 6, 30))
    mandate = commands.draft(company=world.bakery, terms=following, by=bearer(world, pro), now=NOON)
    assert mandate.standing == Standing.DRAFT
    with pytest.raises(NotAllowed):
        commands.offer(mandate=mandate, by=bearer(world, pro), now=NOON)
    assert commands.offer(mandate=mandate, by=world.actor(world.alice), now=NOON) is None
    mandate.refresh_from_db()
    assert mandate.standing == Standing.ACTIVE
    assert bearer(world, pro).rights is not None
    assert under(bearer(world, pro), "posts.write", (blue.pk,)) != mandate.pk


def test_whoever_has_a_place_keeps_it_and_an_owner_needs_no_mandate(world: World) -> None:
    blue, red = channel(world), channel(world, "mastodon", "lenoir@mastodon.example")
    mandate, token = offered(world, blue, email="remi@example.test")
    with pytest.raises(OwnCompany):
        commands.join(token=token, digest=waiting(mandate), by=Actor.person(world.alice), now=NOON)
    commands.join(token=token, digest=waiting(mandate), by=Actor.person(world.remi), now=NOON)
    member = Member.objects.get(user=world.remi)
    assert member.role == Role.READER
    by = bearer(world, world.remi)
    assert allowed(by, "posts.read", world.bakery.pk)
    assert allowed(by, "posts.schedule", world.bakery.pk, on=(blue.pk,))
    assert not allowed(by, "posts.schedule", world.bakery.pk, on=(red.pk,))
    assert under(by, "posts.schedule", (blue.pk,)) == mandate.pk
    assert under(by, "posts.read", (blue.pk,)) is None


def test_of_several_mandates_the_one_that_covers_the_accounts_and_the_verb_counts(world: World) -> None:
    blue, red, pro = channel(world), channel(world, "mastodon", "lenoir@mastodon.example"), marc()
    first = mandate_of(world, pro, blue, actions=["answer"])
    second = mandate_of(world, pro, red, actions=["publish"], now=LATER)
    third = mandate_of(world, pro, blue, actions=["publish"], now=LATER + timedelta(hours=1))
    by = bearer(world, pro, LATER)
    assert under(by, "inbox.answer", (blue.pk,)) == first.pk
    assert under(by, "posts.schedule", (red.pk,)) == second.pk
    assert under(by, "posts.schedule", (blue.pk,)) == third.pk
    assert under(by, "posts.schedule", (blue.pk, red.pk)) is None


def test_an_agency_adds_its_own_people_and_the_company_may_refuse_them(world: World) -> None:
    blue, pro = channel(world), marc()
    agency = agency_of(pro)
    lea = User.objects.create_user("lea@agence.test", "correct horse 9", name="Léa")
    Member.objects.create(company=agency, user=lea, role=Role.EDITOR, since=NOON)
    mandate = mandate_of(world, pro, blue, agency=agency)
    owner = Actor.of(Member.objects.select_related("user", "made").get(company=agency, user=pro))
    editor = Actor.of(Member.objects.select_related("user", "made").get(company=agency, user=lea))
    with pytest.raises(NotAllowed):
        commands.add_bearer(mandate=mandate, user=lea, by=editor, now=NOON)
    with pytest.raises(Over):
        commands.add_bearer(mandate=mandate, user=world.denis, by=owner, now=NOON)
    added = commands.add_bearer(mandate=mandate, user=lea, by=owner, now=NOON)
    assert allowed(bearer(world, lea), "posts.write", world.bakery.pk, on=(blue.pk,))
    assert Mandate.objects.get().tell == "bearers"
    commands.remove_bearer(bearer=added, by=world.actor(world.alice), now=NOON)
    assert not anywhere(bearer(world, lea), "posts.write", world.bakery.pk)
    mandate.refresh_from_db()
    with pytest.raises(Over):
        commands.add_bearer(mandate=mandate, user=lea, by=owner, now=NOON)
    with pytest.raises(NotAllowed):
        commands.remove_bearer(bearer=Bearer.objects.get(), by=world.actor(world.bob), now=NOON)


def test_nobody_accepts_in_the_name_of_a_company_that_is_not_their_agency(world: World) -> None:
    mandate, token = offered(world, channel(world))
    pro = marc()
    theirs = agency_of(User.objects.create_user("autre@agence.test", "correct horse 9"))
    for company in (theirs, world.elsewhere):
        with pytest.raises(NotAllowed):
            commands.join(token=token, digest=waiting(mandate), agency=company, by=Actor.person(pro), now=NOON)
    assert not Bearer.objects.exists()


def test_whoever_says_no_by_the_link_bears_nothing_and_the_reason_is_kept(world: World) -> None:
    mandate, token = offered(world, channel(world))
    commands.decline_link(token=token, why="Je  pars\nen congé.", by=Actor.person(marc()), now=NOON)
    mandate.refresh_from_db()
    assert (mandate.standing, mandate.why) == (Standing.DECLINED, "Je pars en congé.")
    with pytest.raises(Over):
        commands.offer(mandate=mandate, by=world.actor(world.alice), now=NOON)
    commands.change(mandate=mandate, terms=Terms.of(mandate), by=world.actor(world.alice), now=LATER)
    assert commands.offer(mandate=mandate, by=world.actor(world.alice), now=LATER)


def test_a_stopped_mandate_lends_nothing_from_that_moment_and_says_why(world: World) -> None:
    blue, pro, alice = channel(world), marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, blue)
    mandates.stop(mandate=mandate, to=Standing.SUSPENDED, why="Vérification.", by=alice, now=NOON)
    with pytest.raises(NotAllowed) as refused:
        may(bearer(world, pro), "posts.write", world.bakery.pk, on=(blue.pk,))
    assert refused.value.why == SUSPENDED
    with pytest.raises(NotAllowed):
        mandates.resume(mandate=mandate, by=bearer(world, pro), now=NOON)
    mandates.resume(mandate=mandate, by=alice, now=NOON)
    may(bearer(world, pro), "posts.write", world.bakery.pk, on=(blue.pk,))
    mandates.stop(mandate=mandate, to=Standing.LEFT, by=bearer(world, pro), now=NOON)
    with pytest.raises(NotAllowed) as refused:
        may(bearer(world, pro), "posts.write", world.bakery.pk, on=(blue.pk,))
    assert refused.value.why == OVER
    with pytest.raises(Over):
        mandates.resume(mandate=mandate, by=alice, now=NOON)


def test_a_member_under_a_running_mandate_is_not_removed_past_it(world: World) -> None:
    pro, alice = marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, channel(world))
    member = Member.objects.select_related("user", "company", "made").get(user=pro)
    for act in (
        lambda: people.remove_member(member=member, by=alice, now=NOON),
        lambda: people.leave(member=member, by=bearer(world, pro), now=NOON),
    ):
        with pytest.raises(people.BearsMandate):
            act()
    mandates.stop(mandate=mandate, to=Standing.REVOKED, by=alice, now=NOON)
    people.remove_member(member=member, by=alice, now=NOON)
    assert not Member.objects.filter(user=pro).exists()


@pytest.mark.parametrize(
    ("zone", "last_moment"),
    [
        ("Europe/Paris", datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC)),
        ("America/Guadeloupe", datetime(2027, 2, 1, 3, 59, 59, tzinfo=UTC)),
        ("Pacific/Noumea", datetime(2027, 1, 31, 12, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_last_day_ends_at_the_company_s_own_midnight(world: World, zone: str, last_moment: datetime) -> None:
    Company.objects.filter(pk=world.bakery.pk).update(timezone=zone)
    world.bakery.refresh_from_db()
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    assert allowed(bearer(world, pro, last_moment), "posts.schedule", world.bakery.pk, on=(blue.pk,))
    assert not mandates.any_to_end(last_moment)
    assert mandates.end_due(last_moment) == 0
    over = last_moment + timedelta(seconds=1)
    assert not anywhere(bearer(world, pro, over), "posts.schedule", world.bakery.pk), "even before the round has come by"
    assert mandates.any_to_end(over)
    assert mandates.end_due(over) == 1
    mandate.refresh_from_db()
    assert (mandate.standing, mandate.tell) == (Standing.ENDED, "stopped")
    assert not mandates.any_to_end(over)


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_revoke_at_once_revoke_once() -> None:
    world = build()
    Member.objects.filter(user=world.bob).update(role=Role.OWNER)
    mandate = mandate_of(world, marc(), channel(world))
    start, told = threading.Barrier(2), []

    def revoke(user: User) -> None:
        by = world.actor(user)
        start.wait()
        try:
            mandates.stop(mandate=Mandate.objects.get(pk=mandate.pk), to=Standing.REVOKED, by=by, now=NOON)
            told.append("done")
        except Over:
            told.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=revoke, args=(user,)) for user in (world.alice, world.bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done", "over"]
    assert Entry.objects.filter(verb="delegation:mandate:revoked").count() == 1


def test_both_sides_are_told_thirty_and_seven_days_before_the_end_once_each(world: World) -> None:
    mandate = mandate_of(world, marc(), channel(world))
    ends = datetime(2027, 1, 31, 12, tzinfo=UTC)
    told = []
    for before in range(40, -3, -1):
        now = ends - timedelta(days=before)
        if queries.near_end(now):
            told.append(before)
            commands.note_end_told(mandate_id=mandate.pk, now=now)
    assert told == [30, 7]


def test_the_page_knows_whose_yes_waits(world: World) -> None:
    blue, pro = channel(world), marc()
    mandate = mandate_of(world, pro, blue)
    commands.change(mandate=mandate, terms=terms(blue, posts_a_month=8), by=bearer(world, pro), now=NOON)
    assert queries.whole(mandate, Side.CLIENT, NOON).my_yes_waits
    assert not queries.whole(mandate, Side.INSIDE, NOON).my_yes_waits


def test_a_professional_who_is_given_a_role_keeps_what_the_mandate_lends(world: World) -> None:
    blue, pro, alice = channel(world), marc(), world.actor(world.alice)
    mandate = mandate_of(world, pro, blue)
    member = Member.objects.select_related("user", "company", "made").get(user=pro)
    people.change_role(member=member, role=Role.READER, by=alice, now=NOON)
    by = bearer(world, pro)
    assert allowed(by, "posts.read", world.bakery.pk)
    assert under(by, "posts.schedule", (blue.pk,)) == mandate.pk
    people.change_role(member=member, role=Role.MANDATED, by=alice, now=NOON)
    assert not allowed(bearer(world, pro), "posts.read", world.bakery.pk)
    assert allowed(bearer(world, pro), "posts.schedule", world.bakery.pk, on=(blue.pk,))


@pytest.mark.django_db(transaction=True)
def test_an_offer_taken_back_while_it_is_accepted_is_one_or_the_other() -> None:
    world = build()
    blue, pro = channel(world), marc()
    for n in range(4):
        mandate, token = offered(world, blue, now=NOON + timedelta(seconds=n))
        start, told = threading.Barrier(2), []

        def accept(mandate: Mandate = mandate, token: str = token, start: threading.Barrier = start, told: list[str] = told) -> None:
            start.wait()
            try:
                commands.join(token=token, digest=waiting(mandate), by=Actor.person(pro), now=NOON)
                told.append("accepted")
            except InvitationOver:
                told.append("over")
            finally:
                connection.close()

        def take_back(mandate: Mandate = mandate, start: threading.Barrier = start, told: list[str] = told) -> None:
            by = world.actor(world.alice)
            start.wait()
            try:
                commands.withdraw(mandate=mandate, by=by, now=NOON)
                told.append("taken back")
            except Over:
                told.append("too late")
            finally:
                connection.close()

        threads = [threading.Thread(target=act) for act in (accept, take_back)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        mandate.refresh_from_db()
        if "accepted" in told:
            assert (sorted(told), mandate.standing) == (["accepted", "too late"], Standing.ACTIVE)
        else:
            assert (sorted(told), mandate.standing) == (["over", "taken back"], Standing.DRAFT)
