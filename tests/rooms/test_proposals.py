"""A first proposal of an agency to a company that is not its client: what the link opens, and what nobody learns before the yes."""

from __future__ import annotations

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from parvis.audit.models import Entry
from parvis.channels.standing import actor_of
from parvis.core import clock
from parvis.delegation import commands, proposing
from parvis.delegation.commands import OwnCompany, WrongTerms
from parvis.delegation.models import Bearer, Mandate, Proposal, Side, Standing
from parvis.delegation.proposing import Line, NotAnAgency, TooMany
from parvis.delegation.terms import Terms
from parvis.people import invitations
from parvis.people.actors import Actor
from parvis.people.invitations import InvitationOver
from parvis.people.models import Company, Member, Role, User
from parvis.people.permissions import NotAllowed, allowed
from parvis.worker import mandates as mails
from tests.rooms.bakery import channel
from tests.rooms.mandates import agency_of, bearer, links, marc, waiting
from tests.world import NOON, World, build

AT = "/c/aubry/settings/proposals/"
BLUE = Line("bluesky", "@lenoir.example", ("propose", "publish"))
RED = Line("mastodon", "", ("answer",))


def owner(agency: Company) -> Actor:
    return actor_of(Member.objects.select_related("user", "company", "made").get(company=agency, role=Role.OWNER), NOON)


def terms(**more: Any) -> Terms:
    given: dict[str, Any] = {
        "called": "Agence Aubry", "email": "marc@agence.test", "first_day": date(2026, 12, 1), "last_day": date(2027, 1, 31),
        "accounts": {}, "price_cents": 80_000, "price_per": "month",
    } | more  # fmt: skip
    return Terms(**given)


def proposed(agency: Company, *lines: Line, email: str = "claire@boulangerie.test", now: Any = NOON) -> tuple[Proposal, str]:
    made = proposing.propose(
        company=agency, email=email, called="Boulangerie", terms=terms(), wanted=lines or (BLUE,), by=owner(agency), now=now
    )  # fmt: skip
    return made, proposing.token_of(made)


def take(world: World, token: str, accounts: dict[int, int], *, agree: bool = True, now: Any = NOON) -> tuple[Mandate, Any]:
    return proposing.take(token=token, company=world.bakery, accounts=accounts, agree=agree, by=world.actor(world.alice), now=now)


def signed(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def english() -> Client:
    return Client(headers={"accept-language": "en"})


def form(**more: Any) -> dict[str, Any]:
    today = clock.now().date()
    return {
        "owner_email": "claire@boulangerie.test", "company": "Boulangerie", "called": "Agence Aubry", "email": "marc@agence.test",
        "siret": "", "first_day": today.isoformat(), "last_day": (today + timedelta(days=90)).isoformat(),
        "notice_days": "30", "at_end": "hold",
        "price": "800", "price_per": "month", "posts_a_month": "8", "hours_a_month": "", "posts_alone": "none", "answers_alone": "none",
        "network-0": "bluesky", "handle-0": "@lenoir.example", "do-0": ["propose", "publish"],
    } | more  # fmt: skip


def test_from_a_proposal_to_somebody_unknown_to_a_mandate_in_force(world: World) -> None:
    pro = marc()
    agency_of(pro)
    theirs = signed(pro)
    assert theirs.get(AT).status_code == theirs.get(AT + "new/").status_code == 200
    answer = theirs.post(AT + "new/", form(), follow=True)
    assert "Proposed: the link has left for claire@boulangerie.test." in answer.content.decode()
    (message,) = mail.outbox
    link = re.search(r"/proposals/[\w-]+/", message.body)
    assert link is not None
    assert message.to == ["claire@boulangerie.test"]
    where = link[0]
    page = english().get(where).content.decode()
    assert "Agence Aubry proposes to look after your pages" in page
    assert "accounts/signup/?next=" in page
    assert 'value="yes"' not in page
    claire = User.objects.create_user("claire@boulangerie.test", "correct horse 9", name="Claire")
    hers = signed(claire)
    assert "Make my company" in hers.get(where).content.decode()
    back = hers.post("/start/", {"name": "Chez Claire", "timezone": "Europe/Paris", "language": "fr", "next": where})
    assert back["Location"] == where
    company = Company.objects.get(name="Chez Claire")
    page = hers.get(where).content.decode()
    assert "connect it, then open this page again" in page
    account = channel(world, company=company)
    page = hers.get(where).content.decode()
    assert f'<option value="{account.pk}" selected>' in page
    assert "Chez Claire" not in theirs.get(AT).content.decode()
    done = hers.post(where, {"company": company.slug, "account-0": str(account.pk), "answer": "yes"}, follow=True)
    assert "the mandate is in force, and they are told" in done.content.decode()
    mandate = Mandate.objects.get()
    assert (mandate.standing, mandate.company, mandate.accounts) == (
        Standing.ACTIVE, company, {str(account.pk): ["propose", "publish"]},
    )  # fmt: skip
    revision = mandate.revisions.get()
    assert (revision.side, revision.client_who, revision.inside_who) == (Side.INSIDE, "Claire", "Marc Aubry")
    assert Bearer.objects.get().member.user == pro
    assert "The mandate of Chez Claire" in theirs.get(AT).content.decode()
    assert hers.get(where).status_code == 410
    mail.outbox.clear()
    mails.tell(clock.now())
    assert sorted(one.to[0] for one in mail.outbox) == ["claire@boulangerie.test", "marc@agence.test"]


def test_what_holds_is_what_was_proposed_on_the_accounts_that_were_chosen(world: World) -> None:
    pro = marc()
    agency = agency_of(pro)
    blue, red = channel(world), channel(world, "mastodon", "lenoir@mastodon.example")
    _made, token = proposed(agency, BLUE, RED)
    mandate, invitation = take(world, token, {0: blue.pk, 1: red.pk})
    by = bearer(world, pro)
    assert (invitation, mandate.standing, mandate.agency, mandate.price_cents) == (None, Standing.ACTIVE, agency, 80_000)
    assert allowed(by, "posts.schedule", world.bakery.pk, on=(blue.pk,))
    assert not allowed(by, "posts.schedule", world.bakery.pk, on=(red.pk,))
    assert allowed(by, "inbox.answer", world.bakery.pk, on=(red.pk,))
    assert list(Entry.objects.filter(company_id=world.bakery.pk).order_by("pk").values_list("verb", flat=True)) == [
        "delegation:mandate:taken_up", "delegation:mandate:agreed",
    ]  # fmt: skip
    assert list(Entry.objects.filter(company_id=agency.pk).order_by("pk").values_list("verb", flat=True)) == [
        "delegation:proposal:sent", "delegation:proposal:agreed",
    ]  # fmt: skip


def test_yes_to_a_part_asks_the_agency_for_its_own(world: World) -> None:
    pro = marc()
    agency = agency_of(pro)
    blue = channel(world)
    made, token = proposed(agency, BLUE, RED)
    mandate, invitation = take(world, token, {0: blue.pk})
    assert (mandate.standing, mandate.agency, Bearer.objects.exists()) == (Standing.OFFERED, None, False)
    assert invitation.email == "marc@agence.test"
    assert "Boulangerie Lenoir" not in signed(pro).get(AT).content.decode()
    commands.join(token=invitations.token_of(invitation), digest=waiting(mandate), agency=agency, by=Actor.person(pro), now=NOON)
    mandate.refresh_from_db()
    made.refresh_from_db()
    assert (mandate.standing, made.mandate) == (Standing.ACTIVE, mandate)


def test_worded_otherwise_it_is_the_company_s_own_draft_and_the_agency_learns_no_name(world: World) -> None:
    pro = marc()
    agency_of(pro)
    blue, alice, theirs = channel(world), signed(world.alice), signed(pro)
    theirs.post(AT + "new/", form(owner_email="alice@example.test"))
    token = proposing.token_of(Proposal.objects.get())
    answer = alice.post(f"/proposals/{token}/", {"company": "lenoir", "account-0": str(blue.pk), "answer": "words"})
    mandate = Mandate.objects.get()
    assert answer["Location"] == f"/c/lenoir/settings/mandates/{mandate.pk}/edit/"
    assert alice.get(answer["Location"]).status_code == 200
    assert (mandate.standing, mandate.agency, mandate.revisions.get().inside_at) == (Standing.DRAFT, None, None)
    assert theirs.get(f"/c/lenoir/settings/mandates/{mandate.pk}/").status_code == 404
    page = theirs.get(AT).content.decode()
    assert "they word it otherwise" in page
    assert "Lenoir" not in page
    alice.post(f"/c/lenoir/settings/mandates/{mandate.pk}/offer/")
    assert len(links()) == 1


def test_opened_a_hundred_times_by_scanners_nothing_is_decided(world: World) -> None:
    agency = agency_of(marc())
    made, token = proposed(agency, now=clock.now())
    before = Proposal.objects.values().get()
    for client in (Client(), signed(world.alice)):
        for method in ("get", "head", "get"):
            assert getattr(client, method)(f"/proposals/{token}/").status_code == 200
    assert client.put(f"/proposals/{token}/").status_code == 405
    assert Proposal.objects.values().get() == before
    assert client.get(f"/proposals/{token}/")["Cache-Control"].count("no-store") == 1
    assert made.answered_at is None


@pytest.mark.parametrize(
    "how", ["used", "declined", "withdrawn", "expired", "guessed", "renewed", "no longer an owner", "no longer an agency"]
)
def test_a_link_that_is_over_opens_nothing_and_does_nothing(world: World, how: str) -> None:
    pro = marc()
    agency = agency_of(pro)
    blue = channel(world)
    made, token = proposed(agency)
    now = NOON
    if how == "used":
        take(world, token, {0: blue.pk})
    elif how == "declined":
        proposing.decline(token=token, why="", now=NOON)
    elif how == "withdrawn":
        proposing.withdraw(proposal=made, by=owner(agency), now=NOON)
    elif how == "expired":
        now = NOON + proposing.LASTS
    elif how == "guessed":
        token = token[:-1] + ("A" if token[-1] != "A" else "B")
    elif how == "renewed":
        proposed(agency, now=NOON + timedelta(minutes=1))
    elif how == "no longer an owner":
        Member.objects.filter(company=agency).update(role=Role.EDITOR)
    else:
        Company.objects.filter(pk=agency.pk).update(agency=False)
    count = Mandate.objects.count()
    for act in (
        lambda: proposing.opened(token, now), lambda: take(world, token, {0: blue.pk}, now=now),
        lambda: take(world, token, {0: blue.pk}, agree=False, now=now), lambda: proposing.decline(token=token, why="", now=now),
    ):  # fmt: skip
        with pytest.raises(InvitationOver):
            act()
    assert Mandate.objects.count() == count
    with clock.at(now):
        assert signed(world.alice).get(f"/proposals/{token}/").status_code == 410
        assert signed(world.alice).post(f"/proposals/{token}/", {"company": "lenoir", "answer": "yes"}).status_code == 410


def test_whoever_guesses_links_is_stopped(world: World) -> None:
    cache.clear()
    stranger = Client()
    codes = [stranger.get(f"/proposals/guess{n}/").status_code for n in range(25)]
    assert codes[0] == 410
    assert codes[-1] == 429
    cache.clear()


def test_an_address_that_belongs_to_somebody_here_answers_as_one_that_does_not(world: World) -> None:
    pro = marc()
    agency_of(pro)
    theirs = signed(pro)
    theirs.post(AT + "new/", form(owner_email="warm@example.test"))
    told = []
    for email in ("alice@example.test", "nobody@example.test"):
        mail.outbox.clear()
        with CaptureQueriesContext(connection) as asked:
            answer = theirs.post(AT + "new/", form(owner_email=email))
        page = theirs.get(AT).content.decode()
        assert [one.to for one in mail.outbox] == [[email]]
        told.append((answer.status_code, answer["Location"], mail.outbox[0].subject, "Alice" in page, "Lenoir" in page, len(asked)))
    assert told[0] == told[1]
    assert told[0][:2] == (303, AT)
    assert told[0][3:5] == (False, False)


def test_no_more_leave_in_a_day_than_is_civil(world: World) -> None:
    agency = agency_of(marc())
    for n in range(proposing.MOST_SENT):
        proposed(agency, email=f"n{n}@example.test")
    with pytest.raises(TooMany):
        proposed(agency, email="one@more.test")
    proposed(agency, email="one@more.test", now=NOON + timedelta(days=1, seconds=1))
    assert Proposal.objects.count() == proposing.MOST_SENT + 1


def test_one_address_is_not_written_to_again_and_again_whoever_does(world: World) -> None:
    agencies = []
    for n in range(proposing.MOST_RECEIVED + 1):
        user = User.objects.create_user(f"a{n}@agence.test", "correct horse 9", name=f"A{n}")
        agencies.append(Company.objects.create(name=f"A{n}", slug=f"a{n}", created_at=NOON, agency=True))
        Member.objects.create(company=agencies[-1], user=user, role=Role.OWNER, since=NOON)
    for one in agencies[:-1]:
        proposed(one)
    with pytest.raises(TooMany):
        proposed(agencies[-1])


def test_only_an_owner_of_an_agency_proposes_and_withdraws(world: World) -> None:
    pro = marc()
    agency = agency_of(pro)
    lea = User.objects.create_user("lea@agence.test", "correct horse 9", name="Léa")
    Member.objects.create(company=agency, user=lea, role=Role.EDITOR, since=NOON)
    made, _token = proposed(agency)
    editor = actor_of(Member.objects.select_related("user", "company", "made").get(company=agency, user=lea), NOON)
    given = {"email": "x@example.test", "called": "", "terms": terms(), "wanted": (BLUE,), "now": NOON}
    for by in (editor, world.actor(world.alice)):
        with pytest.raises(NotAllowed):
            proposing.propose(company=agency, by=by, **given)
    with pytest.raises(NotAnAgency):
        proposing.propose(company=world.bakery, by=world.actor(world.alice), **given)
    for by in (editor, world.actor(world.alice), world.actor(world.denis)):
        with pytest.raises(NotAllowed):
            proposing.withdraw(proposal=made, by=by, now=NOON)
    alice = signed(world.alice)
    assert alice.get("/c/lenoir/settings/proposals/").status_code == alice.get("/c/lenoir/settings/proposals/new/").status_code == 404
    assert alice.get(AT).status_code == 404
    assert signed(lea).get(AT).status_code == 403
    Company.objects.filter(pk=world.elsewhere.pk).update(agency=True)
    assert signed(world.denis).post(f"/c/denis/settings/proposals/{made.pk}/withdraw/").status_code == 404


@pytest.mark.parametrize("who", ["bob", "chloe", "remi", "denis"])
def test_only_an_owner_answers_for_the_company(world: World, who: str) -> None:
    blue = channel(world)
    _made, token = proposed(agency_of(marc()), now=clock.now())
    with pytest.raises(NotAllowed):
        proposing.take(
            token=token, company=world.bakery, accounts={0: blue.pk}, agree=True, by=world.actor(getattr(world, who)), now=clock.now()
        )
    client = signed(getattr(world, who))
    page = client.get(f"/proposals/{token}/?company=lenoir").content.decode()
    assert "Boulangerie Lenoir" not in page
    assert client.post(f"/proposals/{token}/", {"company": "lenoir", "account-0": str(blue.pk), "answer": "yes"}).status_code == 404
    assert not Mandate.objects.exists()


def test_accounts_of_others_or_of_another_network_are_not_taken_and_the_link_still_opens(world: World) -> None:
    agency = agency_of(marc())
    theirs, red, closed = (
        channel(world, company=world.elsewhere), channel(world, "mastodon", "lenoir@mastodon.example"),
        channel(world, handle="old.example", state="closed"),
    )  # fmt: skip
    _made, token = proposed(agency)
    for accounts in ({0: theirs.pk}, {0: red.pk}, {0: closed.pk}, {}, {7: red.pk}, {0: 10**17}):
        with pytest.raises(WrongTerms):
            take(world, token, accounts)
    assert proposing.opened(token, NOON).answered_at is None
    assert not Mandate.objects.exists()


def test_nobody_takes_their_own_proposal(world: World) -> None:
    pro = marc()
    agency = agency_of(pro)
    mine = channel(world, company=agency)
    Member.objects.create(company=world.bakery, user=pro, role=Role.OWNER, since=NOON)
    _made, token = proposed(agency)
    with pytest.raises(OwnCompany):
        proposing.take(token=token, company=agency, accounts={0: mine.pk}, agree=True, by=owner(agency), now=NOON)
    with pytest.raises(OwnCompany):
        take(world, token, {0: channel(world).pk})
    assert proposing.opened(token, NOON)
    assert not Mandate.objects.exists()


def test_no_needs_no_account_and_whoever_proposed_is_told_why(world: World) -> None:
    pro = marc()
    agency = agency_of(pro)
    _made, token = proposed(agency, now=clock.now())
    User.objects.filter(pk=pro.pk).update(language="en")
    answer = english().post(f"/proposals/{token}/", {"answer": "no", "why": "Nous  faisons\nseuls."})
    assert "You have said no" in answer.content.decode()
    mails.tell(clock.now())
    (message,) = mail.outbox
    assert message.to == ["marc@agence.test"]
    assert "“Nous faisons seuls.”" in message.body
    mails.tell(clock.now())
    assert len(mail.outbox) == 1
    assert Entry.objects.get(company_id=agency.pk, verb="delegation:proposal:declined").label == "claire@boulangerie.test"


@pytest.mark.parametrize(
    ("more", "at"),
    [
        ({"owner_email": "claire chez elle"}, "id_owner_email_error"), ({"siret": "123"}, "id_siret_error"),
        ({"last_day": "2020-01-01", "first_day": "2019-01-01"}, "id_last_day_error"), ({"network-0": ""}, "accounts_error"),
        ({"network-0": "myspace"}, "accounts_error"), ({"do-0": []}, "accounts_error"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_marked_and_all_that_was_typed_comes_back(world: World, more: dict[str, Any], at: str) -> None:
    pro = marc()
    agency_of(pro)
    answer = signed(pro).post(AT + "new/", form(terms="Deux photos par semaine.") | more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="{at}"' in page
    assert "Deux photos par semaine." in page
    assert not Proposal.objects.exists()
    assert not mail.outbox


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_one_does() -> None:
    world = build()
    Member.objects.filter(user=world.bob).update(role=Role.OWNER)
    blue = channel(world)
    _made, token = proposed(agency_of(marc()))
    start, told = threading.Barrier(2), []

    def go(user: User) -> None:
        by = world.actor(user)
        start.wait()
        try:
            proposing.take(token=token, company=world.bakery, accounts={0: blue.pk}, agree=True, by=by, now=NOON)
            told.append("taken")
        except InvitationOver:
            told.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(user,)) for user in (world.alice, world.bob)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["over", "taken"]
    assert Mandate.objects.count() == Bearer.objects.count() == 1


def test_where_nothing_came_of_it_the_address_is_forgotten_and_where_something_did_it_is_not(world: World) -> None:
    agency = agency_of(marc())
    gone, _ = proposed(agency)
    taken, token = proposed(agency, email="alice@example.test")
    take(world, token, {0: channel(world).pk})
    proposing.decline(token=proposing.token_of(gone), why="Non, merci.", now=NOON)
    late = NOON + proposing.LASTS + proposing.KEPT
    assert not proposing.any_to_forget(late - timedelta(seconds=1))
    assert proposing.any_to_forget(late)
    assert proposing.forget(late) == 1
    assert not proposing.any_to_forget(late)
    gone.refresh_from_db()
    taken.refresh_from_db()
    assert (gone.email, gone.called, gone.words, taken.email) == ("", "", "", "alice@example.test")
    assert list(proposing.of_agency(agency)) == [taken]


def test_whoever_has_proved_the_address_finds_the_proposal_where_companies_are_made(world: World) -> None:
    agency = agency_of(marc())
    _made, token = proposed(agency, now=clock.now())
    claire, other = (User.objects.create_user(f"{name}@boulangerie.test", "correct horse 9") for name in ("claire", "jeanne"))
    for user, proved in ((claire, False), (other, True)):
        EmailAddress.objects.create(user=user, email=user.email, verified=proved, primary=True)
        assert "Agence Aubry" not in signed(user).get("/start/").content.decode()
    EmailAddress.objects.filter(user=claire).update(verified=True)
    assert f"/proposals/{token}/" in signed(claire).get("/start/").content.decode()


def test_one_person_with_many_agencies_sends_no_more_than_with_one(world: World) -> None:
    pro = marc()
    agency = agency_of(pro)
    other = Company.objects.create(name="L’autre", slug="autre", created_at=NOON, agency=True)
    Member.objects.create(company=other, user=pro, role=Role.OWNER, since=NOON)
    for n in range(proposing.MOST_SENT):
        proposed(agency, email=f"n{n}@example.test")
    with pytest.raises(TooMany):
        proposed(other, email="one@more.test")


def test_the_way_back_after_making_a_company_leads_to_no_other_house(world: World) -> None:
    client = signed(marc())
    for where in ("https://evil.test/x", "//evil.test/x", "javascript:alert(1)"):
        answer = client.post("/start/", {"name": "Chez Moi", "timezone": "Europe/Paris", "language": "fr", "next": where})
        assert answer["Location"].startswith("/c/chez-moi")
