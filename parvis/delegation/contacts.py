"""People without an account who say the yes of a company: added, changed, taken away, forgotten. Circuits name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from parvis.audit.commands import record, shed
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.delegation import approvals, linking
from parvis.delegation.approvals import OPEN
from parvis.delegation.models import Approval, Contact, Decision, Remark, Stage, YesLink
from parvis.people.actors import Actor
from parvis.people.models import Company, Member, Role
from parvis.people.permissions import may

MOST = 50
MOST_ASKED = 5
INSTEAD = gettext_noop("Who was named for this step was taken away: %(whom)s may say the yes instead.")


class NoName(Exception):
    """A contact has a name: what they decide is written down under it."""


class NoAddress(Exception):
    """A contact has an e-mail address: the links go there."""


class Taken(Exception):
    """Somebody of this address is a contact already, or has a place here and decides in their own name (`place`)."""

    def __init__(self, *, place: bool = False) -> None:
        super().__init__()
        self.place = place


class Enough(Exception):
    """There are as many contacts as a company may have."""


class StillThere(Exception):
    """Only whoever was taken away is erased: it cannot be undone."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contact as somebody wants them."""

    name: str
    email: str
    language: str = ""

    def fields(self, company: Company) -> dict[str, Any]:
        """Return what is kept of it. Raises NoName, NoAddress, Taken where they have a place here."""
        name = " ".join(self.name.replace("\x00", "").split())[:120]
        email = self.email.strip().lower()
        if not name:
            raise NoName
        try:
            validate_email(email)
        except ValidationError as error:
            raise NoAddress from error
        # Somebody who acts under a mandate would agree to their own work by it.
        if len(email) > 254 or Member.objects.filter(company=company, user__email__iexact=email).exists():
            raise Taken(place=True)
        language = self.language if self.language in dict(settings.LANGUAGES) else company.language
        return {"name": name, "email": email, "language": language}


@dataclass(frozen=True, slots=True)
class Removed:
    """What became of what a contact was asked for: links closed, requests that others (`whom`, by name) are asked for instead."""

    links: int = 0
    requests: int = 0
    whom: str = ""


def of(company: Company) -> QuerySet[Contact]:
    """Return the contacts of a company, by their names."""
    return Contact.objects.filter(company=company, removed_at=None).select_related("company")


def taken_away(company: Company) -> QuerySet[Contact]:
    """Return those who were taken away and not erased yet."""
    return Contact.objects.filter(company=company, removed_at__isnull=False, erased_at=None).select_related("company")


def add(*, company: Company, wanted: Wanted, by: Actor, now: datetime) -> Contact:
    """Name somebody who may then be asked. Raises NotAllowed, NoName, NoAddress, Taken, Enough."""
    may(by, "approvals.change", company.pk)
    fields = wanted.fields(company)
    with writing():
        _free(company.pk, fields["email"])
        made = Contact.objects.create(company=company, by_id=by.user_id, created_at=now, **fields)
        _journal("delegation:contact:added", made, by, now)
    return made


def _free(company_id: int, email: str, but: int = 0) -> None:
    # The company is held, so that two at once do not both find the address free.
    Company.objects.select_for_update().filter(pk=company_id).values_list("pk").first()
    rows = Contact.objects.filter(company=company_id, removed_at=None).exclude(pk=but)
    if rows.filter(email=email).exists():
        raise Taken
    if rows.count() >= MOST:
        raise Enough


def change(*, contact: Contact, wanted: Wanted, by: Actor, now: datetime) -> None:
    """Say otherwise who it is. At another address the links that are open are closed, and others are sent there.

    Raises NotAllowed, NoName, NoAddress, Taken, Enough.
    """
    may(by, "approvals.change", contact.company_id)
    fields = wanted.fields(contact.company)
    with writing():
        _free(contact.company_id, fields["email"], but=contact.pk)
        if not Contact.objects.filter(pk=contact.pk, removed_at=None).update(**fields):
            return
        _journal("delegation:contact:changed", Contact.objects.get(pk=contact.pk), by, now)
        if fields["email"] == contact.email:
            return
        for link in YesLink.objects.filter(contact=contact, used_at=None, revoked_at=None).select_related("approval"):
            YesLink.objects.filter(pk=link.pk).update(revoked_at=now, tell="")
            if contact.pk in approvals.silent_contacts(link.approval) and link.step == link.approval.step:
                linking.renew(link=link, by=by, now=now)


def remove(*, contact: Contact, by: Actor, now: datetime) -> Removed:
    """Take a contact away: their links open nothing any more, and what waited for them alone is asked of whoever may. Raises NotAllowed."""
    may(by, "approvals.change", contact.company_id)
    whom = askable(contact.company)
    with writing():
        if not Contact.objects.filter(pk=contact.pk, removed_at=None).update(removed_at=now):
            return Removed()
        closed = YesLink.objects.filter(contact=contact, used_at=None, revoked_at=None).update(revoked_at=now, tell="")
        rows = Approval.objects.filter(company=contact.company_id, stage__in=(*OPEN, Stage.LAPSED)).order_by("pk")
        named = [one for one in rows if any(contact.pk in step.contacts for step in approvals.steps_of(one))]
        instead = Say(INSTEAD, {"whom": whom})
        fallen = sum(approvals.let_go_of(approval=one, contact_id=contact.pk, instead=instead, now=now) for one in named)
        _journal("delegation:contact:removed", contact, by, now, links=closed, requests=fallen)
    return Removed(closed, fallen, whom)


def restore(*, contact: Contact, by: Actor, now: datetime) -> None:
    """Bring a contact back: circuits name them again. What others were asked instead stays with them. Raises NotAllowed, Taken, Enough."""
    may(by, "approvals.change", contact.company_id)
    with writing():
        _free(contact.company_id, contact.email, but=contact.pk)
        if Contact.objects.filter(pk=contact.pk, erased_at=None, removed_at__isnull=False).update(removed_at=None):
            _journal("delegation:contact:restored", contact, by, now)


def erase(*, contact: Contact, by: Actor, now: datetime) -> int:
    """Forget who a contact was, who was taken away: their name and address, wherever they stand, the journal's words too.

    What was decided stays, under their number; the chain stays whole. Return how many entries of the journal lost words.
    Raises NotAllowed, StillThere.
    """
    may(by, "approvals.change", contact.company_id)
    with writing():
        if not Contact.objects.filter(pk=contact.pk, removed_at__isnull=False).update(name="", email="", erased_at=now):
            raise StillThere
        YesLink.objects.filter(contact=contact).update(name=contact.signed, email="", tell="")
        Decision.objects.filter(link__contact=contact).update(who=contact.signed)
        Remark.objects.filter(contact=contact).update(who=contact.signed)
        facts = {"contact_id": contact.pk}
        count = shed(company_id=contact.company_id, rooms=("delegation",), facts=facts, by=by, now=now)
        who = contact.signed
        record("delegation:contact:erased", by=by, now=now, company_id=contact.company_id, object_id=contact.pk, label=who)
    return count


def askable(company: Company) -> str:
    """Return who says the company's yes where nobody is named, by their names."""
    rows = Member.objects.filter(company=company, role__in=(Role.OWNER, Role.APPROVER), user__is_active=True)
    names = [place.user.called for place in rows.select_related("user").order_by("since", "pk")[:MOST_ASKED]]
    return ", ".join(names) or company.name


def _journal(verb: str, contact: Contact, by: Actor, now: datetime, **facts: Any) -> None:
    facts["contact_id"] = contact.pk
    record(verb, by=by, now=now, company_id=contact.company_id, object_id=contact.pk, label=contact.called, **facts)
