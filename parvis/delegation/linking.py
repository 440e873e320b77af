"""Links by which somebody without an account decides on one request, from their phone: made for a name, with an end date, used once.

The secret is derived from the house's own key and the row: it can be shown again to whoever made it, and the database does not hold it.
"""

from __future__ import annotations

import hashlib
import smtplib
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.delegation import approvals
from parvis.delegation.approvals import OPEN, Settled, Voice, may_decide
from parvis.delegation.models import Approval, Side, Stage, Verdict, YesLink
from parvis.people.actors import Actor
from parvis.people.models import Member, Role
from parvis.people.permissions import NotAllowed, allowed

LASTS = timedelta(days=7)
MOST = timedelta(days=60)


class LinkOver(Exception):
    """The link opens nothing (any more). `why`: "guessed", "expired", "revoked" or "used"; `link` where there is one."""

    def __init__(self, why: str, link: YesLink | None = None) -> None:
        super().__init__(why)
        self.why, self.link = why, link


class NoName(Exception):
    """A link is made for somebody: it has their name."""


def make(*, approval: Approval, name: str, by: Actor, now: datetime, email: str = "", until: datetime | None = None) -> YesLink:
    """Make a link for somebody named, who then decides in the place of whoever makes it. It ends with the hour, or after seven days.

    Only whoever may say this yes themselves may have somebody say it. Raises NotAllowed, NoName, Settled.
    """
    _may_make(approval, by)
    name = " ".join(name.replace("\x00", "").split())[:120]
    if not name:
        raise NoName
    ends = min(until or now + LASTS, now + MOST, *([approval.at] if approval.at and approval.at > now else []))
    link = YesLink(
        approval=approval, name=name, email=email.strip()[:254], step=approval.step, by_id=by.user_id, created_at=now, expires_at=ends
    )
    with writing():
        if not Approval.objects.filter(pk=approval.pk, step=approval.step, stage__in=(*OPEN, Stage.LAPSED)).exists():
            raise Settled(Approval.objects.get(pk=approval.pk))
        link.digest = f"new:{approval.pk}:{now.timestamp()}:{by.user_id}"[:64]
        link.save()
        link.digest = digest(_derived(link))
        link.save(update_fields=["digest"])
        _journal("delegation:link:made", link, by, now)
    return link


def _may_make(approval: Approval, by: Actor) -> None:
    """Raise NotAllowed for whoever may not say this yes, and for a professional, who would say it in the client's place."""
    if by.mandate_id is not None or approval.side != Side.CLIENT or not may_decide(approval, by):
        raise NotAllowed("posts.approve" if approval.subject == "post" else "inbox.approve")


def may_make(approval: Approval, by: Actor) -> bool:
    """Tell whether somebody may have another person decide by a link."""
    return by.mandate_id is None and approval.side == Side.CLIENT and may_decide(approval, by)


def revoke(*, link: YesLink, by: Actor, now: datetime) -> None:
    """Close a link that nobody has used. Whoever made it may, and whoever sets the circuits. Raises NotAllowed, LinkOver."""
    company = link.approval.company_id
    if by.company_id != company or (by.user_id != link.by_id and not allowed(by, "approvals.change", company)):
        raise NotAllowed("approvals.change")
    with writing():
        if not YesLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(revoked_at=now):
            raise LinkOver("used", YesLink.objects.get(pk=link.pk))
        _journal("delegation:link:revoked", link, by, now)


def opened(token: str, now: datetime) -> YesLink:
    """Return the link of this secret, with its request, to be read: a used one still says what was decided. Raises LinkOver."""
    rows = YesLink.objects.select_related("approval__company", "by")
    link = rows.filter(digest=digest(token)).first()
    if link is None:
        raise LinkOver("guessed")
    if link.revoked_at is not None or not _maker_stands(link):
        raise LinkOver("revoked", link)
    if link.used_at is None and link.expires_at <= now:
        raise LinkOver("expired", link)
    return link


def _maker_stands(link: YesLink) -> bool:
    """Tell whether whoever made a link still has a place from which they might have said it: it speaks in their place."""
    places = Member.objects.filter(company=link.approval.company_id, user=link.by_id, user__is_active=True)
    return places.exclude(role__in=(Role.MANDATED, Role.READER)).exists()


def usable(link: YesLink, now: datetime) -> bool:
    """Tell whether a decision can still be made with it."""
    return link.used_at is None and link.revoked_at is None and link.expires_at > now and _waits(link)


def _waits(link: YesLink) -> bool:
    one = link.approval
    return one.step == link.step and one.stage in (*OPEN, Stage.LAPSED)


def use(*, link: YesLink, verdict: Verdict, now: datetime, words: str = "") -> Approval:
    """Decide with a link, which is used up by it. Raises LinkOver, NoReason, Settled: then nothing was decided."""
    with writing():
        free = YesLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=now)
        if not _maker_stands(link) or not free.update(used_at=now, opened_at=link.opened_at or now):
            raise LinkOver(_why(YesLink.objects.get(pk=link.pk)), link)
        approval = Approval.objects.get(pk=link.approval_id)
        if approval.step != link.step:
            raise Settled(approval)
        return approvals.turn(approval, verdict, voice_of(link), now, words)


def _why(link: YesLink) -> str:
    return "used" if link.used_at else "revoked" if link.revoked_at or not _maker_stands(link) else "expired"


def voice_of(link: YesLink) -> Voice:
    """Return who decides with a link: nobody of the house, under the name it was made for."""
    return Voice(None, link.name, link)


def token_of(link: YesLink) -> str:
    """Return the secret of a link, for its address; empty when the house's own key has changed since."""
    token = _derived(link)
    return token if digest(token) == link.digest else ""


def post(*, link: YesLink, address: str) -> bool:
    """Mail a link to whom it was made for, in the company's language; tell whether the mail server took it. Never called inside a write."""
    approval = link.approval
    facts = {
        "company": approval.company.name, "who": link.by.called if link.by else "Parvis", "name": link.name, "title": approval.label[:80],
        "link": address,
    }  # fmt: skip
    with translation.override(approval.company.language):
        subject = _("%(company)s: do you agree to “%(title)s”?") % facts
        text = (
            _(
                "Hello %(name)s,\n\n%(who)s asks whether you agree that this leaves in the name of %(company)s.\n\n"
                "The page shows exactly what would leave. Opening it decides nothing:\n%(link)s\n\n"
                "The link is for you: what is decided with it is written down under your name."
            )
            % facts
        )
    try:
        return bool(send_mail(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [link.email]))
    except (OSError, smtplib.SMTPException):
        return False


def digest(token: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _derived(link: YesLink) -> str:
    facts = f"{link.pk}:{link.approval_id}:{link.step}:{link.name}:{link.created_at.timestamp()}"
    return urlsafe_b64encode(salted_hmac("parvis.delegation.linking", facts, algorithm="sha256").digest()).decode().rstrip("=")


def _journal(verb: str, link: YesLink, by: Actor, now: datetime) -> None:
    record(verb, by=by, now=now, company_id=link.approval.company_id, object_id=link.approval_id, label=link.approval.label, name=link.name)
