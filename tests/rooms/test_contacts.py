"""People without an account who say the company's yes: named in a circuit, reached by a link, reminded, taken away, forgotten."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client

from parvis.audit.models import Entry
from parvis.audit.sentences import sentence
from parvis.audit.verifying import verify
from parvis.core import clock
from parvis.delegation import approvals, contacts, linking
from parvis.delegation.contacts import NoAddress, StillThere, Taken, Wanted
from parvis.delegation.models import Approval, Contact, Decision, Remark, Stage, YesLink
from parvis.people.models import User
from parvis.people.permissions import NotAllowed
from parvis.publishing.models import Delivery
from parvis.web import waiting
from parvis.worker import asking
from tests.rooms.agreement import acting, circuit, fresh, outside, proposed, step
from tests.rooms.bakery import TOMORROW, channel, typed
from tests.world import NOON, World

pytestmark = pytest.mark.django_db


class Now:
    at = NOON


@pytest.fixture(autouse=True)
def hour(monkeypatch: pytest.MonkeyPatch) -> type[Now]:
    Now.at = NOON
    monkeypatch.setattr(clock, "now", lambda: Now.at)
    return Now


def named(world: World, name: str = "Jeanne Lenoir", email: str = "jeanne@example.test", language: str = "fr") -> Contact:
    by = acting(world, world.alice)
    return contacts.add(company=world.bakery, wanted=Wanted(name, email, language), by=by, now=NOON)


def asked_of(world: World, *people: Contact, need: str = "one", users: tuple[Any, ...] = (), **more: Any) -> Approval:
    outside(world)
    circuit(world, {**step("client", need, *users), "contacts": [one.pk for one in people]}, **more)
    return proposed(world)[1]


def told() -> list[Any]:
    """Make the round of mails, and take what left."""
    asking.tell(Now.at)
    letters, outbox.outbox[:] = list(outbox.outbox), []
    return letters


def to(letters: list[Any], email: str) -> list[str]:
    return [f"{one.subject}\n{one.body}" for one in letters if one.to == [email]]


def path_in(letter: str) -> str:
    found = re.search(r"/yes/[^/]+/", letter)
    assert found, letter
    return found[0]


def phone() -> Client:
    return Client(enforce_csrf_checks=True)


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_contact_named_in_a_step_receives_the_link_and_exactly_what_was_shown_leaves_with_their_yes(world: World) -> None:
    approval = asked_of(world, named(world))
    letters = told()
    (letter,) = to(letters, "jeanne@example.test")
    assert "Jeanne Lenoir" in letter
    assert {one.to[0] for one in letters} == {"jeanne@example.test"}
    path = path_in(letter)
    assert "La bûche est là." in phone().get(path).content.decode()
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 303
    assert Delivery.objects.get().due_at == TOMORROW
    said = Decision.objects.get(approval=approval)
    assert (said.who, said.user_id) == ("Jeanne Lenoir", None)
    assert told() == [] or not to(told(), "jeanne@example.test")


def test_nobody_else_says_the_yes_that_a_contact_is_named_for(world: World) -> None:
    approval = asked_of(world, named(world))
    for who in (world.alice, world.chloe, world.bob):
        with pytest.raises(NotAllowed):
            approvals.decide(approval=approval, verdict="yes", by=acting(world, who), now=NOON)  # type: ignore[arg-type]
    # What the owner writes herself waits for them as well.
    circuit_asks = browser(world.alice).get(f"/c/lenoir/approvals/{approval.pk}/").content.decode()
    assert "Jeanne Lenoir" in circuit_asks
    assert fresh(approval).stage == Stage.WAITING


def test_what_waits_for_contacts_alone_is_not_counted_as_waiting_for_the_owner(world: World) -> None:
    jeanne = named(world)
    approval = asked_of(world, jeanne, need="all", users=(world.alice,))
    assert yeses(world) == 1
    approvals.decide(approval=approval, verdict="yes", by=acting(world, world.alice), now=NOON)  # type: ignore[arg-type]
    assert yeses(world) == 0
    contacts.remove(contact=jeanne, by=acting(world, world.alice), now=NOON)
    assert yeses(world) == 1


def yeses(world: World) -> int:
    """What the menu counts as waiting for the owner's yes."""
    (company,) = waiting.companies(world.alice.pk, NOON)
    return int(company.yeses)


def test_a_mail_scanner_decides_nothing_and_a_link_decides_once(world: World) -> None:
    approval = asked_of(world, named(world))
    path = path_in(to(told(), "jeanne@example.test")[0])
    for _ in range(3):
        phone().get(f"{path}?verdict=yes")
        phone().head(f"{path}decision/?verdict=yes")
    assert fresh(approval).stage == Stage.WAITING
    phone().post(f"{path}decision/", {"verdict": "no", "words": "Trop tôt."})
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 410
    assert fresh(approval).stage == Stage.REFUSED
    assert not Delivery.objects.exists()


def test_a_contact_who_bears_the_mandate_by_now_does_not_agree_to_their_own_work(world: World) -> None:
    approval = asked_of(world, named(world, email="paul@example.test"))
    path = path_in(to(told(), "paul@example.test")[0])
    assert phone().get(path).status_code == 200
    assert approval.mandate is not None
    User.objects.filter(pk=approval.mandate.bearers.get().member.user_id).update(email="Paul@example.test")
    assert phone().get(path).status_code == 410
    Client().post(path, {"verdict": "yes"})
    assert fresh(approval).stage == Stage.WAITING
    assert not Delivery.objects.exists()


def test_a_link_cannot_put_off_what_it_could_then_not_come_back_to(world: World) -> None:
    approval = asked_of(world, named(world))
    path = path_in(to(told(), "jeanne@example.test")[0])
    assert phone().post(f"{path}decision/", {"verdict": "hold"}).status_code == 404
    assert (fresh(approval).stage, YesLink.objects.get().used_at) == (Stage.WAITING, None)


def test_a_contact_of_a_later_step_is_written_to_once_it_is_reached(world: World) -> None:
    outside(world)
    jeanne = named(world)
    circuit(world, step("client", "one", world.chloe), {**step(), "contacts": [jeanne.pk]})
    _, approval = proposed(world)
    assert not to(told(), "jeanne@example.test")
    approvals.decide(approval=approval, verdict="yes", by=acting(world, world.chloe), now=NOON)  # type: ignore[arg-type]
    assert len(to(told(), "jeanne@example.test")) == 1
    assert YesLink.objects.get().step == 1


def test_a_contact_is_reminded_with_the_same_link_and_once_more_when_the_owners_are_told(world: World, hour: type[Now]) -> None:
    asked_of(world, named(world), remind_hours=10, escalate_hours=4)
    path = path_in(to(told(), "jeanne@example.test")[0])
    for before in (9, 3):
        hour.at = TOMORROW - timedelta(hours=before)
        approvals.look_after(now=hour.at)
        letters = told()
        assert [path_in(one) for one in to(letters, "jeanne@example.test")] == [path]
    assert to(letters, "alice@example.test")


def test_a_yes_of_a_contact_after_the_hour_is_kept_and_nothing_leaves(world: World, hour: type[Now]) -> None:
    approval = asked_of(world, named(world))
    path = path_in(to(told(), "jeanne@example.test")[0])
    hour.at = TOMORROW + timedelta(hours=1)
    approvals.look_after(now=hour.at)
    assert [path_in(one) for one in to(told(), "jeanne@example.test")] == [path]
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 303
    assert approvals.agreed(fresh(approval))
    assert not Delivery.objects.exists()
    hour.at = TOMORROW + timedelta(days=8)
    assert phone().get("/yes/abc/").status_code == 404


def test_what_is_written_to_a_contact_is_in_the_language_chosen_for_them(world: World) -> None:
    asked_of(world, named(world, language="en"))
    (letter,) = to(told(), "jeanne@example.test")
    assert "your yes to" in letter
    assert "Opening it decides nothing" in letter


def test_all_of_a_step_waits_for_each_contact_and_member(world: World) -> None:
    jeanne, marie = named(world), named(world, "Marie", "marie@example.test")
    approval = asked_of(world, jeanne, marie, need="all", users=(world.chloe,))
    letters = told()
    paths = [path_in(to(letters, one.email)[0]) for one in (jeanne, marie)]
    assert paths[0] != paths[1]
    phone().post(f"{paths[0]}decision/", {"verdict": "yes"})
    approvals.decide(approval=fresh(approval), verdict="yes", by=acting(world, world.chloe), now=NOON)  # type: ignore[arg-type]
    assert fresh(approval).stage == Stage.WAITING
    assert phone().post(f"{paths[0]}decision/", {"verdict": "yes"}).status_code == 410
    phone().post(f"{paths[1]}decision/", {"verdict": "yes"})
    assert Delivery.objects.count() == 1


def test_a_changed_comma_asks_a_contact_anew_with_another_link(world: World) -> None:
    outside(world)
    circuit(world, {**step(), "contacts": [named(world).pk]})
    post, _ = proposed(world)
    first = path_in(to(told(), "jeanne@example.test")[0])
    typed(post, ["Une autre virgule,"], world)
    assert phone().post(f"{first}decision/", {"verdict": "yes"}).status_code == 422
    assert not Delivery.objects.exists()


def test_taking_a_contact_away_closes_their_links_and_says_who_is_asked_instead(world: World) -> None:
    jeanne = named(world)
    approval = asked_of(world, jeanne)
    path = path_in(to(told(), "jeanne@example.test")[0])
    answer = browser(world.alice).post(f"/c/lenoir/settings/contacts/{jeanne.pk}/removal/", follow=True).content.decode()
    assert "Alice, Chloé" in answer or "Alice, Chloe" in answer
    assert YesLink.objects.get().revoked_at == NOON
    assert phone().get(path).status_code == 410
    assert phone().post(f"{path}decision/", {"verdict": "yes"}).status_code == 410
    letters = told()
    assert to(letters, "alice@example.test")
    assert to(letters, "chloe@example.test")
    assert not to(letters, "jeanne@example.test")
    assert "Alice" in str(fresh(approval).why)
    done = approvals.decide(approval=fresh(approval), verdict="yes", by=acting(world, world.alice), now=NOON)  # type: ignore[arg-type]
    assert done.stage == Stage.APPROVED


def test_taking_away_the_last_who_was_silent_lets_nothing_out_by_itself(world: World) -> None:
    jeanne, marie = named(world), named(world, "Marie", "marie@example.test")
    approval = asked_of(world, jeanne, marie, need="all")
    path = path_in(to(told(), "jeanne@example.test")[0])
    phone().post(f"{path}decision/", {"verdict": "yes"})
    contacts.remove(contact=marie, by=acting(world, world.alice), now=NOON)
    assert fresh(approval).stage == Stage.WAITING
    assert not Delivery.objects.exists()
    assert approvals.may_decide(fresh(approval), acting(world, world.alice))


def test_what_others_are_named_for_as_well_goes_on_waiting_for_them(world: World) -> None:
    jeanne = named(world)
    approval = asked_of(world, jeanne, users=(world.chloe,))
    told()
    assert contacts.remove(contact=jeanne, by=acting(world, world.alice), now=NOON).requests == 0
    assert approvals.may_decide(fresh(approval), acting(world, world.chloe))
    assert not approvals.may_decide(fresh(approval), acting(world, world.alice))


def test_a_link_closed_by_hand_stays_closed_until_another_is_sent(world: World, hour: type[Now]) -> None:
    approval = asked_of(world, named(world), remind_hours=10)
    told()
    link, alice = YesLink.objects.get(), browser(world.alice)
    alice.post(f"/c/lenoir/approvals/{approval.pk}/links/{link.pk}/removal/")
    hour.at = TOMORROW - timedelta(hours=9)
    approvals.look_after(now=hour.at)
    assert not to(told(), "jeanne@example.test")
    assert alice.post(f"/c/lenoir/approvals/{approval.pk}/links/{link.pk}/again/").status_code == 303
    path = path_in(to(told(), "jeanne@example.test")[0])
    assert phone().get(path).status_code == 200
    for who in (world.bob, world.chloe, world.remi):
        assert browser(who).post(f"/c/lenoir/approvals/{approval.pk}/links/{link.pk}/again/").status_code == 403


def test_another_address_closes_the_link_that_went_astray(world: World) -> None:
    jeanne = named(world, email="jaene@example.test")
    asked_of(world, jeanne)
    astray = path_in(to(told(), "jaene@example.test")[0])
    given = {"name": "Jeanne Lenoir", "email": "jeanne@example.test", "language": "fr"}
    assert browser(world.alice).post(f"/c/lenoir/settings/contacts/{jeanne.pk}/change/", given).status_code == 303
    assert phone().post(f"{astray}decision/", {"verdict": "yes"}).status_code == 410
    assert phone().get(path_in(to(told(), "jeanne@example.test")[0])).status_code == 200


def test_without_a_mail_server_the_owner_is_shown_the_address_and_nobody_else_is(world: World, settings: Any) -> None:
    approval = asked_of(world, named(world))
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    asking.tell(NOON)
    page = f"/c/lenoir/approvals/{approval.pk}/"
    assert "/yes/" in browser(world.alice).get(page).content.decode()
    assert "/yes/" not in browser(world.chloe).get(page).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert "/yes/" not in browser(world.alice).get(page).content.decode()


def gone(letter: Any) -> int:
    raise OSError(letter)


def test_a_mail_that_does_not_leave_is_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asked_of(world, named(world))
    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", gone)
        asking.tell(NOON)
    assert len(to(told(), "jeanne@example.test")) == 1
    assert not told()


def test_the_journal_names_the_contact_and_forgets_them_with_a_whole_chain(world: World) -> None:
    jeanne = named(world)
    asked_of(world, jeanne)
    path = path_in(to(told(), "jeanne@example.test")[0])
    phone().post(f"{path}remarks/", {"words": "Joli."})
    phone().post(f"{path}decision/", {"verdict": "yes"})
    said = Entry.objects.get(verb="delegation:approval:agreed")
    assert str(sentence(said)).startswith(f"Jeanne Lenoir (Contact {jeanne.pk}) said yes")
    with pytest.raises(StillThere):
        contacts.erase(contact=jeanne, by=acting(world, world.alice), now=NOON)
    contacts.remove(contact=jeanne, by=acting(world, world.alice), now=NOON)
    browser(world.alice).post(f"/c/lenoir/settings/contacts/{jeanne.pk}/erasure/")
    for rows in (Entry.objects, Contact.objects, YesLink.objects, Decision.objects, Remark.objects, Approval.objects, Delivery.objects):
        kept = str(list(rows.values()))  # type: ignore[attr-defined]
        assert "Jeanne" not in kept, rows.model  # type: ignore[attr-defined]
        assert "jeanne@" not in kept, rows.model  # type: ignore[attr-defined]
    assert Decision.objects.get().who == f"Contact {jeanne.pk}"
    said.refresh_from_db()
    assert str(sentence(said)).startswith(f"Contact {jeanne.pk} said yes")
    assert verify(world.bakery.pk).whole  # type: ignore[call-arg]


def test_only_whoever_sets_the_circuits_sees_and_names_contacts(world: World) -> None:
    jeanne = named(world)
    _, paul = outside(world)
    for who in (paul, world.bob, world.chloe, world.remi):
        assert browser(who).get("/c/lenoir/settings/contacts/").status_code == 403
        for tail in ("", f"{jeanne.pk}/removal/", f"{jeanne.pk}/change/", f"{jeanne.pk}/erasure/", f"{jeanne.pk}/return/"):
            assert browser(who).post(f"/c/lenoir/settings/contacts/{tail}", {"name": "x", "email": "x@y.fr"}).status_code == 403
    assert browser(world.denis).post(f"/c/denis/settings/contacts/{jeanne.pk}/removal/").status_code == 404
    assert Contact.objects.get().removed_at is None


def test_a_contact_is_somebody_whom_a_link_can_reach_and_who_has_no_place_here(world: World) -> None:
    _, paul = outside(world)
    named(world)
    for email, error in (
        ("pas une adresse", NoAddress),
        (paul.email, Taken),
        ("ALICE@example.test", Taken),
        ("Jeanne@Example.test", Taken),
    ):
        with pytest.raises(error):
            named(world, email=email)
    answer = browser(world.alice).post("/c/lenoir/settings/contacts/", {"name": "Paul", "email": paul.email})
    assert answer.status_code == 422
    assert "Paul" in answer.content.decode()


def test_a_contact_of_another_company_is_named_nowhere(world: World) -> None:
    wanted = Wanted("Autre", "autre@example.test")
    other = contacts.add(company=world.elsewhere, wanted=wanted, by=world.actor(world.denis), now=NOON)
    alice = browser(world.alice)
    alice.post("/c/lenoir/settings/circuits/new/", {"name": "Relecture", "need-0": "one", "side-0": "client", "contact-0": str(other.pk)})
    assert "contacts" not in world.bakery.circuits.get().steps[0]
    approval = asked_of(world, other)
    assert not to(told(), "autre@example.test")
    assert approvals.may_decide(approval, acting(world, world.alice))


def test_the_form_of_a_circuit_names_contacts_and_never_for_a_step_inside(world: World) -> None:
    jeanne, alice = named(world), browser(world.alice)
    channel(world)
    form = {"name": "Mairie", "need-0": "one", "side-0": "inside", "contact-0": str(jeanne.pk)}
    answer = alice.post("/c/lenoir/settings/circuits/new/", form)
    assert answer.status_code == 422
    assert "Jeanne Lenoir" in answer.content.decode()
    assert alice.post("/c/lenoir/settings/circuits/new/", {**form, "side-0": "client"}).status_code == 303
    assert "Jeanne Lenoir" in alice.get("/c/lenoir/settings/circuits/").content.decode()
    assert world.bakery.circuits.get().steps[0]["contacts"] == [jeanne.pk]


def test_who_was_taken_away_by_mistake_comes_back_and_is_named_again(world: World) -> None:
    jeanne, alice = named(world), browser(world.alice)
    alice.post(f"/c/lenoir/settings/contacts/{jeanne.pk}/removal/")
    alice.post(f"/c/lenoir/settings/contacts/{jeanne.pk}/return/")
    approval = asked_of(world, jeanne)
    assert approvals.silent_contacts(approval) == {jeanne.pk}


def test_a_contact_taken_away_while_they_decide_decides_nothing(world: World) -> None:
    jeanne = named(world)
    approval = asked_of(world, jeanne)
    told()
    link = YesLink.objects.select_related("approval", "contact").get()
    contacts.remove(contact=jeanne, by=acting(world, world.alice), now=NOON)
    with pytest.raises(linking.LinkOver):
        linking.use(link=link, verdict="yes", now=NOON)  # type: ignore[arg-type]
    assert fresh(approval).stage == Stage.WAITING
