"""Why a post did not do what it was told: said in words, whatever the page."""

from __future__ import annotations

from django.utils.translation import gettext as _

from parvis.delegation.approvals import Settled
from parvis.posts import commands
from parvis.publishing.commands import TooLate
from parvis.web.tags import network_name, say

STOPS = (commands.Breaks, commands.InThePast, commands.NothingToSend, commands.NoFreeSlot, commands.Changed, commands.OverMandate, Settled)


def stopped(error: Exception) -> str:
    """Say why a command did nothing."""
    if isinstance(error, commands.Breaks):
        first = error.findings[0]
        where = f"{network_name(first.channel)}: " if first.channel else ""
        more = _("(and %(count)s more)") % {"count": len(error.findings) - 1} if len(error.findings) > 1 else ""
        return f"{where}{say(first.what)} {more}".strip()
    if isinstance(error, commands.OverMandate):
        return str(say(error.why))
    words = {
        commands.InThePast: _("This hour is already past: nothing was changed."),
        commands.NothingToSend: _("There is nothing to send: write something, and choose an account."),
        commands.NoFreeSlot: _("There is no free slot. Add weekly slots in the settings, or choose an hour."),
        commands.Changed: _("Somebody changed it in the meantime. Here it is as it stands now."),
        Settled: _("Somebody was faster: it was decided, or it changed, in the meantime. Here it is as it stands now."),
        TooLate: _("It has begun to leave: nothing was changed."),
    }
    return words[type(error)]
