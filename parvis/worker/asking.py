"""The mails about approvals: whose yes is asked for, reminders before the hour, the owners told, what was decided, what lapsed."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parvis.channels.standing import actor_of
from parvis.core.say import Say
from parvis.delegation import approvals, linking
from parvis.delegation.approvals import may_decide
from parvis.delegation.models import Approval, Decision, Stage, Verdict, YesLink
from parvis.people.invitations import mail_leaves
from parvis.people.models import Member, Role
from parvis.people.permissions import allowed

log = logging.getLogger(__name__)
MOST = 100


def any_untold(now: datetime) -> bool:
    """Tell whether anybody is to be written to about a request."""
    return Approval.objects.exclude(tell="").exists() or linking.to_tell().exists()


def any_due(now: datetime) -> bool:
    """Tell whether people are to be reminded, the owners told, or an hour has passed without a yes."""
    return approvals.any_due(now)


def look_after(now: datetime) -> int:
    """Remind, tell the owners, and let lapse what is due; the mails follow."""
    return approvals.look_after(now=now)


def tell(now: datetime) -> int:
    """Write to people about requests for a yes; return how many requests were told of.

    Each is marked once its mails have left: a death in between costs a second mail, never a lost one.
    """
    rows = Approval.objects.exclude(tell="").select_related("company", "by").order_by("pk")[:MOST]
    told = sum(_told(approval, now) for approval in rows)
    for link in linking.to_tell()[:MOST]:
        if _to_contact(link, now):
            linking.note_told(link=link)
    return told


def _told(approval: Approval, now: datetime) -> bool:
    word = approval.tell
    # A contact has a link, and a word of their own to wait for: theirs may leave when another mail does not.
    linking.reach(approval=approval, word=word, now=now)
    readers = list(_readers(approval, word, now))
    sent = sum(_send(approval, member, word) for member in readers)
    if readers and not sent:
        return False  # the mail server is away: the next round tries again
    return bool(Approval.objects.filter(pk=approval.pk, tell=word).update(tell=""))


# ---- who is written to


def _readers(approval: Approval, word: str, now: datetime) -> Iterable[Member]:
    """Return whom a word concerns, each once: those whose yes is awaited, whoever asked, the owners. Mails that are off stay off."""
    members = Member.objects.filter(company=approval.company_id, mails=True, user__is_active=True, user__provisional=False)
    rows = members.select_related("user", "company", "made").order_by("pk")
    concerned = WHOM[word]
    return [member for member in rows if any(asks(approval, member, now) for asks in concerned)]


def _awaited(approval: Approval, member: Member, now: datetime) -> bool:
    """Tell whether a request waits for this member's yes."""
    return may_decide(approval, actor_of(member, now))


def _asker(approval: Approval, member: Member, now: datetime) -> bool:
    """Tell whether this member asked for it, and may still see it."""
    return member.user_id == approval.by_id and _reads(approval, member, now)


def _reads(approval: Approval, member: Member, now: datetime) -> bool:
    return allowed(actor_of(member, now), "approvals.read", member.company_id, on=approval.channels)


def _owner(approval: Approval, member: Member, now: datetime) -> bool:
    """Tell whether this member owns the company."""
    return member.role == Role.OWNER


def _said_yes(approval: Approval, member: Member, now: datetime) -> bool:
    """Tell whether this member has said yes to it, and may still see it."""
    said = Decision.objects.filter(approval=approval, user=member.user_id, verdict=Verdict.YES)
    return said.exists() and _reads(approval, member, now)


Concern = Callable[[Approval, Member, datetime], bool]
WHOM: dict[str, tuple[Concern, ...]] = {
    "asked": (_awaited,), "remind": (_awaited,), "escalate": (_owner,), "decided": (_asker,), "late": (_asker, _said_yes),
    "lapsed": (_asker, _awaited), "gone": (_asker, _said_yes),
}  # fmt: skip


# ---- what is written


def _send(approval: Approval, member: Member, word: str) -> bool:
    with translation.override(member.user.language or approval.company.language):
        subject, body = _letter(approval, word)
    return _left(subject, body, member.user.email, approval)


def _left(subject: str, body: str, address: str, approval: Approval) -> bool:
    try:
        return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address]).send() > 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail about approval %s could not be sent: %s", approval.pk, type(error).__name__)
        return False


def _to_contact(link: YesLink, now: datetime) -> bool:
    """Write to a contact, in their language; True where they were, or where there is nothing to write about any more."""
    address = link.contact.email if link.contact and link.contact.removed_at is None else ""
    if not address or (link.tell != "gone" and not linking.usable(link, now)) or not mail_leaves():
        return True
    approval, name = link.approval, link.name
    with translation.override(link.contact.language if link.contact else approval.company.language):
        facts = _facts(approval)
        subject, text = (part % facts for part in _words(approval, link.tell))
        parts = [_("Hello %(name)s,") % {"name": name}, text, *_why(approval, link.tell)]
        if link.tell != "gone":
            ends = date_format(link.expires_at.astimezone(ZoneInfo(approval.company.timezone)), "SHORT_DATETIME_FORMAT")
            page = f"{settings.PUBLIC_URL}/yes/{linking.token_of(link)}/"
            parts += [
                _("This page shows it, and takes your yes or your no. Opening it decides nothing:") + f"\n{page}",
                _("The link is for you and decides once, until %(ends)s: what is decided with it is written down under your name.")
                % {"ends": ends},
            ]
        parts.append(
            _("%(company)s has named you to say yes to what leaves in its name. To be written to no more, ask %(company)s.") % facts
        )
    return _left(" ".join(subject.split()), "\n\n".join(parts), address, approval)


def _facts(approval: Approval) -> dict[str, str]:
    return {"company": approval.company.name, "title": approval.label[:80], "who": approval.who, "hour": _hour(approval)}


def _letter(approval: Approval, word: str) -> tuple[str, str]:
    facts = _facts(approval)
    subject, text = (part % facts for part in _words(approval, word))
    page = f"{settings.PUBLIC_URL}/c/{approval.company.slug}/approvals/{approval.pk}/"
    off = _("You can turn these mails off in the settings of %(company)s.") % facts
    parts = [_("Hello,"), text, *_why(approval, word), page, f"{off}\n{settings.PUBLIC_URL}/c/{approval.company.slug}/"]
    return " ".join(subject.split()), "\n\n".join(parts)


def _words(approval: Approval, word: str) -> tuple[str, str]:
    """Return the subject and the first sentence of a letter."""
    if word == "decided":
        return _decided(approval)
    timed = approval.at is not None
    words = {
        "asked": (
            _("%(company)s: your yes to “%(title)s”"),
            _("%(who)s would have “%(title)s” leave on %(hour)s. It leaves only with your yes: see exactly what would go out.")
            if timed else _("%(who)s would have “%(title)s” leave. It leaves only with your yes: see exactly what would go out."),
        ),
        "remind": (
            _("%(company)s: “%(title)s” still waits for your yes"),
            _("“%(title)s” is meant for %(hour)s and still waits for your yes. Without it, nothing leaves.")
            if timed else _("“%(title)s” still waits for your yes. Without it, nothing leaves."),
        ),
        "escalate": (
            _("%(company)s: “%(title)s” may not leave in time"),
            _("“%(title)s” is meant for %(hour)s, and nobody has decided yet. Without a yes, nothing leaves.")
            if timed else _("“%(title)s” has waited for long, and nobody has decided yet. Without a yes, nothing leaves."),
        ),
        "lapsed": (
            _("%(company)s: “%(title)s” did not leave"),
            _("The hour of “%(title)s” (%(hour)s) has passed without a yes: nothing left. A yes given now is kept, for another hour."),
        ),
        "late": (
            _("%(company)s: “%(title)s” is agreed to, after its hour"),
            _("The yes to “%(title)s” came after its hour (%(hour)s): nothing left. It is kept: choose another hour, and it leaves."),
        ),
        "gone": (
            _("%(company)s: the yes to “%(title)s” no longer holds"),
            _("What would leave as “%(title)s” is no longer what was shown: nothing leaves, and a yes must be asked for again."),
        ),
    }  # fmt: skip
    return words[word]


def _decided(approval: Approval) -> tuple[str, str]:
    words = {
        Stage.APPROVED: (_("%(company)s: yes to “%(title)s”"), _("“%(title)s” is agreed to, and leaves exactly as it was shown.")),
        Stage.CHANGES: (_("%(company)s: changes in “%(title)s”"), _("Changes are asked for in “%(title)s”. It does not leave as it is.")),
        Stage.REFUSED: (_("%(company)s: no to “%(title)s”"), _("“%(title)s” was refused. It does not leave.")),
        Stage.HELD: (
            _("%(company)s: “%(title)s” is put off"),
            _("The decision on “%(title)s” is put off. It goes on waiting, and does not leave."),
        ),
    }
    return words.get(Stage(approval.stage), (_("%(company)s: “%(title)s”"), _("Something was decided about “%(title)s”.")))


def _why(approval: Approval, word: str) -> list[str]:
    """Return what was said with the decision, or why the request is gone; what makes it ask, for those who are asked."""
    if word == "gone" and (ended := Say.from_json(approval.ended)):
        return [_(ended.text) % ended.facts if ended.facts else _(ended.text)]
    if word == "decided":
        said = Decision.objects.filter(approval=approval).order_by("-pk").first()
        return [f"{said.who}{pgettext('before a list', ':')} {said.words}"] if said and said.words else []
    return []


def _hour(approval: Approval) -> str:
    zone = ZoneInfo(approval.company.timezone)
    return date_format(approval.at.astimezone(zone), "SHORT_DATETIME_FORMAT") if approval.at else ""
