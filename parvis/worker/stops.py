"""An emergency stop, given or lifted: the owners are written to at once, and whoever reads the worker's log sees it."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from parvis.people.permissions import ALLOWED
from parvis.publishing import stops
from parvis.publishing.models import Stop
from parvis.worker.mail import line, page, write_to

log = logging.getLogger(__name__)
LIFTERS = [role for role, verbs in ALLOWED.items() if "company.resume" in verbs]


def say_standing() -> None:
    """Write into the log what is stopped: a worker that starts and sends nothing must say why."""
    for stop in Stop.objects.filter(lifted_at=None).select_related("company", "channel").order_by("pk"):
        log.warning("%s", in_log(stop))


def tell(now: datetime) -> None:
    """Write to the owners about stops given or lifted since. A death in between costs a second mail, never a lost one."""
    for stop in stops.untold()[:50]:
        log.warning("%s", in_log(stop))
        if write_to(stop.company, LIFTERS, lambda stop=stop: _about(stop)):  # type: ignore[misc]
            stops.note_told(stop=stop, now=now)


def in_log(stop: Stop) -> str:
    """Say a stop in one line, for those who run the house."""
    what = f"account {stop.channel.handle} (--channel {stop.channel_id})" if stop.channel else "everything"
    lifted = f"; lifted by {stop.lifted_who} on {stop.lifted_at:%Y-%m-%d %H:%M} UTC" if stop.lifted_at else ""
    why = f" ({stop.why})" if stop.why else ""
    return f"{stop.company.slug}: {what} stopped by {stop.who} on {stop.at:%Y-%m-%d %H:%M} UTC{why}{lifted}"


def _about(stop: Stop) -> tuple[str, str]:
    subject, first = _lifted(stop) if stop.lifted_at else _given(stop)
    facts = {
        "company": stop.company.name, "account": stop.channel.handle if stop.channel else "", "who": stop.who, "other": stop.lifted_who,
        "day": date_format(stop.at.astimezone(ZoneInfo(stop.company.timezone)), "SHORT_DATETIME_FORMAT"),
    }  # fmt: skip
    said = [_("The reason given: “%(why)s”") % {"why": stop.why}] if stop.why else []
    foot = page(stop.company, f"stops/{stop.pk}/")
    return line(subject % facts), "\n\n".join([_("Hello,"), first % facts, *said, foot])


def _given(stop: Stop) -> tuple[str, str]:
    if stop.channel:
        return _("%(company)s: %(account)s is stopped"), _(
            "%(who)s stopped the account %(account)s of %(company)s (%(day)s). Nothing new leaves through it until an owner lifts the "
            "stop; the other accounts go on. Nothing is lost. See what waits, and lift it:"
        )
    return _("%(company)s: everything is stopped"), _(
        "%(who)s stopped everything that leaves %(company)s (%(day)s): publications, answers and changes wait until an owner lifts the "
        "stop. Nothing is lost. See what waits, and lift it:"
    )


def _lifted(stop: Stop) -> tuple[str, str]:
    if stop.channel:
        return _("%(company)s: the stop of %(account)s is lifted"), _(
            "%(who)s had stopped the account %(account)s of %(company)s (%(day)s); %(other)s has lifted it. What waited leaves in order, "
            "one by one, or waits for your word."
        )
    return _("%(company)s: the stop is lifted"), _(
        "%(who)s had stopped everything that leaves %(company)s (%(day)s); %(other)s has lifted it. What waited leaves in order, one by "
        "one on each account, or waits for your word."
    )
