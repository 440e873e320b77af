"""What was connected by invitation: whoever invited is written to."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from parvis.channels import inviting
from parvis.channels.models import AskedNetwork
from parvis.networks.facts_of import SPECS
from parvis.worker.mail import line, page

log = logging.getLogger(__name__)


def tell(now: datetime) -> None:
    """Write to whoever invited about what was connected since. A death in between costs a second mail, never a lost one."""
    for asked in inviting.untold()[:50]:
        user = asked.invitation.by
        if user is None or not user.is_active or user.provisional or _sent(asked, user.email, user.language):
            inviting.note_told(asked=asked, now=now)


def _sent(asked: AskedNetwork, email: str, language: str) -> bool:
    company = asked.invitation.company
    with translation.override(language or company.language):
        subject, body = _about(asked)
    try:
        return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [email]).send() > 0
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail for company %s could not be sent: %s", company.pk, type(error).__name__)
        return False


def _about(asked: AskedNetwork) -> tuple[str, str]:
    invitation = asked.invitation
    network = SPECS[asked.network].name if asked.network in SPECS else asked.network
    facts = {"company": invitation.company.name, "name": invitation.name, "network": network, "accounts": asked.accounts}
    subject = _("%(company)s: %(accounts)s is connected") % facts
    text = _("%(name)s has connected %(accounts)s (%(network)s) for %(company)s, with your invitation. You can publish there now:") % facts
    return line(subject), "\n\n".join([_("Hello,"), text, page(invitation.company, "settings/channels/")])
