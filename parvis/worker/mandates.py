"""What both sides of a mandate are written to about: a yes, a no, a stop, a new wording, somebody added, an end that is near."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.core.say import gettext_noop
from parvis.delegation import covering, proposing, queries
from parvis.delegation.commands import note_end_told, note_told
from parvis.delegation.models import Mandate, Proposal, Side, Standing
from parvis.delegation.permits import today_of
from parvis.people.models import Member

log = logging.getLogger(__name__)
MOST = 200
NEWS: dict[str, tuple[str, str]] = {
    "offered": (
        gettext_noop("%(company)s offers you a mandate"),
        gettext_noop("A mandate waits for your yes. It holds from %(first)s to %(last)s."),
    ),
    "agreed": (
        gettext_noop("The mandate of %(called)s for %(company)s is in force"),
        gettext_noop("Both sides have said yes. It holds from %(first)s to %(last)s. Both go through the handover list now."),
    ),
    "reworded": (
        gettext_noop("The mandate of %(called)s for %(company)s: another wording waits for a yes"),
        gettext_noop("Until both have said yes, the mandate goes on as it is."),
    ),
    "declined": (
        gettext_noop("The mandate of %(called)s for %(company)s: somebody said no"),
        gettext_noop("What was in force before stays in force; what was only offered is not."),
    ),
    "bearers": (
        gettext_noop("The mandate of %(called)s for %(company)s: who works under it has changed"),
        gettext_noop("The page says who works under it now. The company may refuse anybody there."),
    ),
    "resumed": (
        gettext_noop("The mandate of %(called)s for %(company)s goes on"),
        gettext_noop("What was held leaves at its hour where that is still to come; the rest waits for a word."),
    ),
}
STOPPED: dict[str, tuple[str, str]] = {
    Standing.SUSPENDED: (
        gettext_noop("The mandate of %(called)s for %(company)s is suspended"),
        gettext_noop("Nothing can be done under it from now on. What was written is kept by the company."),
    ),
    Standing.REVOKED: (
        gettext_noop("The mandate of %(called)s for %(company)s was taken back"),
        gettext_noop("Nothing can be done under it any more. What was written is kept by the company."),
    ),
    Standing.LEFT: (
        gettext_noop("%(called)s gave up the mandate for %(company)s"),
        gettext_noop("Nothing can be done under it any more. What was written is kept by the company."),
    ),
    Standing.ENDED: (
        gettext_noop("The mandate of %(called)s for %(company)s is over"),
        gettext_noop("Its last day, %(last)s, is past. What was written is kept by the company. Both go through the handover list now."),
    ),
}
NEAR = (
    gettext_noop("The mandate of %(called)s for %(company)s ends on %(last)s"),
    gettext_noop("After that day nothing can be done under it. The next one can be written with the same terms in a minute."),
)


def any_to_tell(now: datetime) -> bool:
    """Tell whether there is anything to write about."""
    return queries.to_tell().exists() or bool(queries.near_end(now)) or proposing.untold().exists()


def tell(now: datetime) -> None:
    """Write to both sides. Each is marked once a mail about it has left: a death in between costs a second mail, never a lost one."""
    for mandate in queries.to_tell()[:MOST]:
        words = STOPPED.get(mandate.standing) if mandate.tell == "stopped" else NEWS.get(mandate.tell)
        counts = queries.settled(mandate) if mandate.tell == "agreed" else {}
        if words is None or _sent(mandate, words, mandate.why if mandate.tell in ("stopped", "declined") else "", counts):
            note_told(mandate_id=mandate.pk, news=mandate.tell, now=now)
    for mandate in queries.near_end(now):
        if today_of(mandate.company, now) <= mandate.last_day and _sent(mandate, NEAR, ""):
            note_end_told(mandate_id=mandate.pk, now=now)
    for proposal in proposing.untold()[:MOST]:
        if _declined(proposal):
            proposing.note_told(proposal_id=proposal.pk, now=now)


def _declined(proposal: Proposal) -> bool:
    """Tell whoever proposed that the answer is no. Of whom it was, the mail says no more than what they had typed themselves."""
    if proposal.by is None or not proposal.by.is_active:
        return True
    with translation.override(proposal.by.language or proposal.agency.language):
        facts = {"whom": proposal.called or proposal.email}
        said = [f"“{proposal.words}”"] if proposal.words else []
        page = f"{settings.PUBLIC_URL}/c/{proposal.agency.slug}/settings/proposals/"
        text = "\n\n".join([_("Hello,"), _("Your proposal was read, and the answer is no. The link opens nothing any more."), *said, page])
        subject = " ".join((_("What you proposed to %(whom)s was declined") % facts).split())
    return _left(EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [proposal.by.email]), f"proposal {proposal.pk}")


def _left(message: EmailMessage, about: str) -> bool:
    try:
        return message.send() > 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail about %s could not be sent: %s", about, type(error).__name__)
        return False


def _sent(mandate: Mandate, words: tuple[str, str], why: str, counts: Mapping[str, int] | None = None) -> bool:
    """Send one mail to each person of both sides; False when none could be sent and somebody should have had one."""
    readers = {member.user_id: member for side in (Side.CLIENT, Side.INSIDE) for member in queries.people_of(mandate, side)}
    left = [_one(mandate, member, words, why, counts or {}) for member in _in_order(readers.values())]
    return any(left) or not left


def _in_order(readers: Iterable[Member]) -> list[Member]:
    return sorted(readers, key=lambda member: member.pk)


def _one(mandate: Mandate, member: Member, words: tuple[str, str], why: str, counts: Mapping[str, int]) -> bool:
    company = mandate.company
    with translation.override(member.user.language or company.language):
        facts = {
            "company": company.name, "called": mandate.called, "first": date_format(mandate.first_day, "DATE_FORMAT"),
            "last": date_format(mandate.last_day, "DATE_FORMAT"),
        }  # fmt: skip
        subject = " ".join((_(words[0]) % facts).split())
        page = f"{settings.PUBLIC_URL}/c/{company.slug}/settings/mandates/{mandate.pk}/"
        foot = _("You can turn these mails off in the settings of %(company)s.") % facts + f"\n{settings.PUBLIC_URL}/c/{company.slug}/"
        said = [f"“{why}”"] if why else []
        if became := covering.became(counts):
            said = [" ".join([_("Of what was scheduled and no longer covered:"), *became]), *said]
        text = "\n\n".join([_("Hello,"), _(words[1]) % facts, *said, page, foot])
    return _left(EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [member.user.email]), f"mandate {mandate.pk}")
