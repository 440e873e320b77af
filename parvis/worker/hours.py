"""The mails about time beyond what a month includes: the owners are asked, grouped; whoever noted it is told what was decided."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from parvis.delegation import queries, working
from parvis.delegation.models import Mandate, Side, Work
from parvis.people.models import Member

log = logging.getLogger(__name__)
MOST_SHOWN = 20
NO_BREAK = "\u00a0"


def tell(now: datetime) -> None:
    """Write to both sides about time beyond. Each line is marked once a mail about it has left: a death in between costs a second one."""
    for (_mandate, word), works in working.to_tell(now).items():
        for told in [works] if word == working.ASKED else _by_person(works):
            if _sent(told[0].mandate, told, word):
                working.note_told(told)


def _by_person(works: Sequence[Work]) -> list[list[Work]]:
    order = sorted(works, key=lambda work: (work.user_id or 0, work.day, work.pk))
    return [list(of) for _user, of in groupby(order, lambda work: work.user_id)]


def _sent(mandate: Mandate, works: list[Work], word: str) -> bool:
    """Send one mail to each who is concerned; False when none could be sent and somebody should have had one."""
    readers = queries.people_of(mandate, Side.CLIENT if word == working.ASKED else Side.INSIDE)
    if word == working.ANSWERED:
        readers = [member for member in readers if member.user_id == works[0].user_id]
    left = [_one(mandate, member, works, word) for member in readers]
    return any(left) or not left


def _one(mandate: Mandate, member: Member, works: list[Work], word: str) -> bool:
    company = mandate.company
    with translation.override(member.user.language or company.language):
        subject, said = _asked(mandate, works) if word == working.ASKED else _answered(mandate, works)
        page = f"{settings.PUBLIC_URL}/c/{company.slug}/settings/mandates/{mandate.pk}/#hours"
        foot = _("You can turn these mails off in the settings of %(company)s.") % {"company": company.name}
        text = "\n\n".join([_("Hello,"), *said, page, f"{foot}\n{settings.PUBLIC_URL}/c/{company.slug}/"])
    try:
        return EmailMessage(" ".join(subject.split()), text, settings.DEFAULT_FROM_EMAIL, [member.user.email]).send() > 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail about the hours of mandate %s could not be sent: %s", mandate.pk, type(error).__name__)
        return False


def _asked(mandate: Mandate, works: list[Work]) -> tuple[str, list[str]]:
    facts = {"company": mandate.company.name, "called": mandate.called, "time": _lasting(sum(work.minutes for work in works))}
    subject = _("%(company)s: %(time)s beyond the mandate wait for your yes") % facts
    said = _("%(called)s noted %(time)s beyond what the mandate includes. They count, and are due, only with your yes:") % facts
    return subject, [said, _lines(works)]


def _answered(mandate: Mandate, works: list[Work]) -> tuple[str, list[str]]:
    facts = {"company": mandate.company.name}
    agreed, not_so = [work for work in works if work.agreed_at], [work for work in works if not work.agreed_at]
    said = []
    if agreed:
        said += [_("%(company)s agrees to this time beyond what the mandate includes. It counts, and is due:") % facts, _lines(agreed)]
    if not_so:
        said += [_("%(company)s took its yes to this time beyond back. It is not counted:") % facts, _lines(not_so)]
    return _("%(company)s: what was decided of your time beyond the mandate") % facts, said


def _lines(works: list[Work]) -> str:
    lines = [_line(work) for work in works[:MOST_SHOWN]]
    if len(works) > MOST_SHOWN:
        lines.append(_("… and %(count)s more.") % {"count": len(works) - MOST_SHOWN})
    return "\n".join(lines)


def _line(work: Work) -> str:
    head = f"– {date_format(work.day, 'DATE_FORMAT')}, {_lasting(work.minutes)}, {work.who}"
    return f"{head}{pgettext('before a list', ':')} {work.what}" if work.what else head


def _lasting(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return f"{hours}{NO_BREAK}h" + (f"{NO_BREAK}{rest:02d}" if rest else "") if hours else f"{rest}{NO_BREAK}min"
