"""Invitations: a secret link that opens a place in a company for seven days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.links import derived, digest
from parvis.people.actors import Actor
from parvis.people.models import Company, Establishment, Grant, Invitation, MadeRole, Member, Role
from parvis.people.permissions import may

LASTS = timedelta(days=7)


class AlreadyMember(Exception):
    """This person already has a place in the company."""


class InvitationOver(Exception):
    """The invitation was used, withdrawn, is too old, or never was."""


class NeedsMandate(Exception):
    """The place comes with a mandate, which is accepted with it: `delegation.commands.join`."""


def invite(
    *, company: Company, email: str, role: Role, by: Actor, now: datetime, made: MadeRole | None = None,
    grants: Sequence[Mapping[str, Any]] = (), mandate_id: int | None = None,
) -> Invitation:  # fmt: skip
    """Open a place for whoever holds the link, with a made role, grants, or a mandate. An older open invitation to the same is withdrawn.

    Raises AlreadyMember; not for a mandate, which whoever is a member bears beside their role.
    """
    may(by, "members.change" if mandate_id is None else "mandates.change", company.pk)
    email = email.strip().lower()
    with writing():
        Company.objects.select_for_update().get(pk=company.pk)
        if mandate_id is None and Member.objects.filter(company=company, user__email__iexact=email).exists():
            raise AlreadyMember(email)
        same = {"email": email, "mandate_id": None} if mandate_id is None else {"mandate_id": mandate_id}
        company.invitations.filter(**same, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
        invitation = Invitation(
            company=company, email=email, role=role, by_id=by.user_id, created_at=now, expires_at=now + LASTS, made=made,
            grants=list(grants), mandate_id=mandate_id,
        )  # fmt: skip
        invitation.digest = digest(_derived(invitation))
        invitation.save()
        record("people:invitation:sent", by=by, now=now, company_id=company.pk, object_id=invitation.pk, label=email, role=str(role))
    return invitation


def withdraw(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Close an invitation that nobody has used. Raises InvitationOver when somebody was faster."""
    may(by, "members.change" if invitation.mandate_id is None else "mandates.change", invitation.company_id)
    with writing():
        if not Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now):
            raise InvitationOver
        record(
            "people:invitation:withdrawn",
            by=by,
            now=now,
            company_id=invitation.company_id,
            object_id=invitation.pk,
            label=invitation.email,
        )


def accept(*, token: str, by: Actor, now: datetime) -> Member:
    """Take the place, with what comes with it. Works once. Whoever already is a member keeps their role.

    Raises InvitationOver, and NeedsMandate where it is accepted with a mandate.
    """
    may(by, "invitation.accept", None)
    with writing():
        invitation = use(token=token, by=by, now=now)
        if invitation.mandate_id is not None:
            raise NeedsMandate
        assert by.user_id is not None
        made = invitation.made if invitation.made is not None and invitation.made.removed_at is None else None
        role = Role.GUEST if invitation.role == Role.MADE and made is None else invitation.role
        place, new = Member.objects.get_or_create(
            company_id=invitation.company_id, user_id=by.user_id, defaults={"role": role, "made": made, "since": now}
        )
        if new:
            _grant(place, invitation.grants)
    return place


def use(*, token: str, by: Actor, now: datetime) -> Invitation:
    """Use an invitation up, inside the write that gives what it promises. Raises InvitationOver."""
    may(by, "invitation.accept", None)
    if by.user_id is None:
        raise InvitationOver
    open_ones = Invitation.objects.filter(digest=digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    with writing():
        if not open_ones.update(accepted_at=now):
            raise InvitationOver
        invitation = Invitation.objects.select_related("made").get(digest=digest(token))
        record(
            "people:invitation:accepted", by=by, now=now, company_id=invitation.company_id, object_id=by.user_id, label=by.name,
            role=invitation.role,
        )  # fmt: skip
    return invitation


def close_of(*, mandate_id: int, now: datetime) -> None:
    """Let the link of a mandate that is no longer offered open nothing, inside the write that takes it back."""
    Invitation.objects.filter(mandate_id=mandate_id, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)


def _grant(place: Member, grants: Sequence[Mapping[str, Any]]) -> None:
    """Give what the invitation promised on single places and accounts; what is gone meanwhile is left out."""
    made = set(MadeRole.objects.filter(company_id=place.company_id, removed_at=None).values_list("pk", flat=True))
    places = set(Establishment.objects.filter(company_id=place.company_id, removed_at=None).values_list("pk", flat=True))
    rows = [
        Grant(
            member=place, role=one["role"], made_id=one.get("made"), establishment_id=one.get("establishment"),
            channel_id=one.get("channel"),
        )
        for one in grants
        if one.get("made") in {None, *made} and one.get("establishment") in {None, *places}
    ]  # fmt: skip
    Grant.objects.bulk_create(rows)
    if rows:
        Member.objects.filter(pk=place.pk).update(granted=True)


def open_by(token: str, now: datetime) -> Invitation:
    """Return the open invitation that this secret opens, with its company. Raises InvitationOver."""
    rows = Invitation.objects.select_related("company", "by")
    found = rows.filter(digest=digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=now).first()
    if found is None:
        raise InvitationOver
    return found


def token_of(invitation: Invitation) -> str:
    """Return the secret of an invitation, for its link; empty when the house's own secret has changed since."""
    token = _derived(invitation)
    return token if digest(token) == invitation.digest else ""


def post(*, invitation: Invitation, link: str) -> bool:
    """Mail the link in the company's language; tell whether the mail server took it. Never called inside a write."""
    company, by = invitation.company, invitation.by
    facts = {"company": company.name, "who": by.called if by else "Parvis", "link": link}
    with translation.override(company.language):
        if invitation.mandate_id is not None:
            return _send(invitation, *_about_mandate(facts))
        subject = _("%(company)s invites you to Parvis") % facts
        text = (
            _(
                "Hello,\n\n%(who)s invites you to prepare the publications of %(company)s with them.\n\n"
                "To accept, open this page within seven days:\n%(link)s\n\n"
                "If you do not know %(who)s, ignore this message: nothing happens without you."
            )
            % facts
        )
    return _send(invitation, subject, text)


def _about_mandate(facts: Mapping[str, str]) -> tuple[str, str]:
    subject = _("%(company)s offers you a mandate") % facts
    text = _(
        "Hello,\n\n%(who)s would like you to work on the pages of %(company)s, and has written down what that means: "
        "which accounts, what may be done there, from when to when.\n\n"
        "To read it and say yes or no, open this page within seven days:\n%(link)s\n\n"
        "If you do not know %(who)s, ignore this message: nothing happens without you."
    )
    return subject, text % facts


def _send(invitation: Invitation, subject: str, text: str) -> bool:
    try:
        return bool(send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [invitation.email]))
    except OSError:
        return False


def mail_leaves() -> bool:
    """Tell whether this Parvis has a mail server; without one, links are shown to be copied."""
    return not settings.EMAIL_BACKEND.endswith("console.EmailBackend")


def _derived(invitation: Invitation) -> str:
    """Make the secret from the house's key and the row's own facts: the link can be shown again, the database alone does not hold it."""
    facts = f"{invitation.company_id}:{invitation.email}:{invitation.created_at.timestamp()}"
    if invitation.mandate_id is not None:
        facts += f":{invitation.mandate_id}"
    return derived("parvis.people.invitations", facts)
