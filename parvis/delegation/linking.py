"""Links by which somebody without an account decides on one request, from their phone: made for a name, with an end date, used once.

One is made by hand by whoever may say the yes, in whose place it then speaks; or by the house for a contact whom the step names.
The secret is derived from the house's own key and the row: it can be shown again to whoever made it, and the database does not hold it.
"""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.core.links import derived, digest
from parvis.delegation import approvals
from parvis.delegation.approvals import OPEN, Settled, Voice, may_decide, silent_contacts
from parvis.delegation.circuits import Known
from parvis.delegation.models import Approval, Contact, Decision, Side, Stage, Verdict, YesLink
from parvis.people.actors import HOUSE, Actor
from parvis.people.models import Member, Role
from parvis.people.permissions import NotAllowed, allowed, may

LASTS = timedelta(days=7)
MOST = timedelta(days=60)
# What contacts are told of what happens to a request. The owners are told that it is late, and whom they wait for is asked once more.
TO_CONTACTS = {"asked": "asked", "remind": "remind", "escalate": "remind", "lapsed": "lapsed"}


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
        _keep(link, by, now)
    return link


def _keep(link: YesLink, by: Actor, now: datetime) -> None:
    """Insert a link. Its secret is derived from the number that it gets by that."""
    link.digest = f"new:{link.approval_id}:{now.timestamp()}:{by.user_id}"[:64]
    link.save()
    link.digest = digest(_derived(link))
    link.save(update_fields=["digest"])
    _journal("delegation:link:made", link, by, now)


# ---- contacts


def reach(*, approval: Approval, word: str, now: datetime) -> int:
    """Have the contacts written to whom a word about a request concerns, each with their link; return how many are.

    Whoever is awaited gets a link, and a new one where theirs is over. One that somebody closed by hand stays closed.
    """
    with writing():
        if word == "gone":
            said = Decision.objects.filter(approval=approval, verdict=Verdict.YES, link__contact__removed_at=None)
            return YesLink.objects.filter(pk__in=said.values("link"), contact__isnull=False).update(tell="gone")
        if word not in TO_CONTACTS:
            return 0
        awaited = Contact.objects.filter(pk__in=silent_contacts(approval), removed_at=None)
        return sum(_reached(approval, contact, word, now) for contact in awaited.select_for_update())


def _reached(approval: Approval, contact: Contact, word: str, now: datetime) -> bool:
    last = approval.links.filter(contact=contact, step=approval.step).order_by("-pk").first()
    if last is not None and last.revoked_at is not None:
        return False
    if last is None or last.expires_at <= now:
        if last is not None:
            YesLink.objects.filter(pk=last.pk, used_at=None).update(revoked_at=now, tell="")
        last = _made_for(contact, approval, HOUSE, now)
    # Asked again at the same step (somebody else was taken away), they have their link already.
    elif word == "asked":
        return False
    return bool(YesLink.objects.filter(pk=last.pk, used_at=None, revoked_at=None).update(tell=TO_CONTACTS[word]))


def _made_for(contact: Contact, approval: Approval, by: Actor, now: datetime) -> YesLink:
    """Make the link of a contact. It outlives the hour by a week, for a yes that comes late is kept."""
    after = approval.at if approval.at and approval.at > now else now
    link = YesLink(
        approval=approval, contact=contact, name=contact.called, email=contact.email, step=approval.step, created_at=now,
        expires_at=min(after + LASTS, now + MOST),
    )  # fmt: skip
    _keep(link, by, now)
    return link


def renew(*, link: YesLink, by: Actor, now: datetime) -> YesLink:
    """Close the link of a contact and send them another one. Whoever sets the circuits may. Raises NotAllowed, Settled, LinkOver."""
    approval = link.approval
    may(by, "approvals.change", approval.company_id)
    with writing():
        contact = Contact.objects.select_for_update().filter(pk=link.contact_id or 0, removed_at=None).first()
        fresh = Approval.objects.get(pk=approval.pk)
        if contact is None:
            raise LinkOver("revoked", link)
        if link.step != fresh.step or contact.pk not in silent_contacts(fresh):
            raise Settled(fresh)
        approval.links.filter(contact=contact, step=link.step, used_at=None, revoked_at=None).update(revoked_at=now, tell="")
        made = _made_for(contact, approval, by, now)
        YesLink.objects.filter(pk=made.pk).update(tell="asked")
    return made


def to_tell() -> QuerySet[YesLink]:
    """Return the links whose contacts are still to be written to."""
    return YesLink.objects.exclude(tell="").select_related("approval__company", "approval__by", "contact").order_by("pk")


def note_told(*, link: YesLink) -> None:
    """Keep that a contact was written to, or need not be any more."""
    YesLink.objects.filter(pk=link.pk, tell=link.tell).update(tell="")


# ---- closing, opening, using


def _may_make(approval: Approval, by: Actor) -> None:
    """Raise NotAllowed for whoever may not say this yes, and for a professional, who would say it in the client's place."""
    if by.mandate_id is not None or approval.side != Side.CLIENT or not may_decide(approval, by):
        raise NotAllowed("posts.approve" if approval.subject == "post" else "inbox.approve")


def may_make(approval: Approval, by: Actor, known: Known | None = None) -> bool:
    """Tell whether somebody may have another person decide by a link."""
    return by.mandate_id is None and approval.side == Side.CLIENT and may_decide(approval, by, known)


def revoke(*, link: YesLink, by: Actor, now: datetime) -> None:
    """Close a link that nobody has used. Whoever made it may, and whoever sets the circuits. Raises NotAllowed, LinkOver."""
    company = link.approval.company_id
    if by.company_id != company or (by.user_id != link.by_id and not allowed(by, "approvals.change", company)):
        raise NotAllowed("approvals.change")
    with writing():
        if not YesLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(revoked_at=now, tell=""):
            raise LinkOver("used", YesLink.objects.get(pk=link.pk))
        _journal("delegation:link:revoked", link, by, now)


def opened(token: str, now: datetime) -> YesLink:
    """Return the link of this secret, with its request, to be read: a used one still says what was decided. Raises LinkOver."""
    rows = YesLink.objects.select_related("approval__company", "by", "contact")
    link = rows.filter(digest=digest(token)).first()
    if link is None:
        raise LinkOver("guessed")
    if link.revoked_at is not None or not _maker_stands(link):
        raise LinkOver("revoked", link)
    if link.used_at is None and link.expires_at <= now:
        raise LinkOver("expired", link)
    return link


def _maker_stands(link: YesLink) -> bool:
    """Tell whether whoever made a link still has a place from which they might have said it: it speaks in their place.

    The link of a contact speaks for them alone, for as long as the company keeps them.
    """
    if link.contact_id is not None:
        return Contact.objects.filter(pk=link.contact_id, removed_at=None).exists()
    places = Member.objects.filter(company=link.approval.company_id, user=link.by_id, user__is_active=True)
    return places.exclude(role__in=(Role.MANDATED, Role.READER)).exists()


def usable(link: YesLink, now: datetime) -> bool:
    """Tell whether a decision can still be made with it."""
    return link.used_at is None and link.revoked_at is None and link.expires_at > now and _waits(link)


def _waits(link: YesLink) -> bool:
    one = link.approval
    return one.step == link.step and one.stage in (*OPEN, Stage.LAPSED)


def use(*, link: YesLink, verdict: Verdict, now: datetime, words: str = "") -> Approval:
    """Decide with a link, which is used up by it: it says yes, no, or asks for changes. Raises LinkOver, NoReason, Settled.

    Where it raises nothing was decided.
    """
    with writing():
        free = YesLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=now)
        if not _maker_stands(link) or not free.update(used_at=now, opened_at=link.opened_at or now):
            raise LinkOver(_why(YesLink.objects.get(pk=link.pk)), link)
        approval = Approval.objects.get(pk=link.approval_id)
        if approval.step != link.step or (link.contact_id is not None and link.contact_id not in silent_contacts(approval)):
            raise Settled(approval)
        return approvals.turn(approval, verdict, voice_of(link), now, words)


def _why(link: YesLink) -> str:
    return "used" if link.used_at else "revoked" if link.revoked_at or not _maker_stands(link) else "expired"


def voice_of(link: YesLink) -> Voice:
    """Return who decides with a link: nobody of the house, under the name it was made for."""
    return Voice(None, link.contact.signed, link, link.contact) if link.contact else Voice(None, link.name, link)


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


def _derived(link: YesLink) -> str:
    facts = f"{link.pk}:{link.approval_id}:{link.step}:{link.name}:{link.created_at.timestamp()}"
    return derived("parvis.delegation.linking", facts)


def _journal(verb: str, link: YesLink, by: Actor, now: datetime) -> None:
    company, label, of = link.approval.company_id, link.approval.label, {"contact_id": link.contact_id} if link.contact_id else {}
    record(verb, by=by, now=now, company_id=company, object_id=link.approval_id, label=label, name=link.name, **of)
