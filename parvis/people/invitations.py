"""Invitations: a secret link that opens a place in a company for seven days."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.people.actors import Actor
from parvis.people.models import Company, Invitation, Member, Role
from parvis.people.permissions import may

LASTS = timedelta(days=7)


class AlreadyMember(Exception):
    """This person already has a place in the company."""


class InvitationOver(Exception):
    """The invitation was used, withdrawn, is too old, or never was."""


def invite(*, company: Company, email: str, role: Role, by: Actor, now: datetime) -> Invitation:
    """Open a place for whoever holds the link. An older open invitation of the same address is withdrawn. Raises AlreadyMember."""
    may(by, "members.change", company.pk)
    email = email.strip().lower()
    with writing():
        Company.objects.select_for_update().get(pk=company.pk)
        if Member.objects.filter(company=company, user__email__iexact=email).exists():
            raise AlreadyMember(email)
        company.invitations.filter(email=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
        invitation = Invitation(company=company, email=email, role=role, by_id=by.user_id, created_at=now, expires_at=now + LASTS)
        invitation.digest = digest(_derived(invitation))
        invitation.save()
        record("people:invitation:sent", by=by, now=now, company_id=company.pk, object_id=invitation.pk, label=email, role=str(role))
    return invitation


def withdraw(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Close an invitation that nobody has used. Raises InvitationOver when somebody was faster."""
    may(by, "members.change", invitation.company_id)
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
    """Take the place. Works once. Whoever already is a member keeps their role. Raises InvitationOver."""
    may(by, "invitation.accept", None)
    if by.user_id is None:
        raise InvitationOver
    with writing():
        open_ones = Invitation.objects.filter(digest=digest(token), accepted_at=None, withdrawn_at=None, expires_at__gt=now)
        if not open_ones.update(accepted_at=now):
            raise InvitationOver
        invitation = Invitation.objects.get(digest=digest(token))
        place, _new = Member.objects.get_or_create(
            company_id=invitation.company_id, user_id=by.user_id, defaults={"role": invitation.role, "since": now}
        )
        record(
            "people:invitation:accepted",
            by=by,
            now=now,
            company_id=invitation.company_id,
            object_id=by.user_id,
            label=by.name,
            role=place.role,
        )
    return place


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


def digest(token: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def post(*, invitation: Invitation, link: str) -> bool:
    """Mail the link in the company's language; tell whether the mail server took it. Never called inside a write."""
    company, by = invitation.company, invitation.by
    facts = {"company": company.name, "who": by.called if by else "Parvis", "link": link}
    with translation.override(company.language):
        subject = _("%(company)s invites you to Parvis") % facts
        text = (
            _(
                "Hello,\n\n%(who)s invites you to prepare the publications of %(company)s with them.\n\n"
                "To accept, open this page within seven days:\n%(link)s\n\n"
                "If you do not know %(who)s, ignore this message: nothing happens without you."
            )
            % facts
        )
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
    return urlsafe_b64encode(salted_hmac("parvis.people.invitations", facts, algorithm="sha256").digest()).decode().rstrip("=")
