"""Taking things off a network, when a member asked for it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from parvis.channels.models import State as Life
from parvis.channels.tokens import connector
from parvis.core import clock
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.media import files
from parvis.networks.contract import NotSent, Receipt, Refused
from parvis.publishing.engine import insist
from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.moves import pause, told
from parvis.publishing.verdicts import close

log = logging.getLogger(__name__)
HELD_FOR = timedelta(minutes=2)
MOST_TRIES = 12
TOO_FAR = timedelta(hours=2)
GIVEN_UP = Say(gettext_noop("The network did not take it away in many tries."))
BY_HAND = Say(gettext_noop("Open its page and delete it there."))


def any_due(now: datetime) -> bool:
    """Tell whether anything is to be taken off."""
    return Delivery.objects.filter(removal_at__isnull=False).exists()


def remove_due(now: datetime, most: int = 20) -> int:
    """Take off what is due to be taken off; return how many went. Doing it twice does no harm."""
    rows = Delivery.objects.filter(removal_at__isnull=False, channel__state=Life.ALIVE).select_related("channel").order_by("removal_at")
    due = [row for row in rows[: most * 5] if row.removal_at is not None and not now < row.removal_at < now + TOO_FAR]
    return sum(_remove(row, now) for row in due[:most])


def _remove(row: Delivery, now: datetime) -> bool:
    with writing():
        claimed = Delivery.objects.filter(pk=row.pk, removal_at=row.removal_at).update(
            removal_at=now + HELD_FOR, removal_tries=row.removal_tries + 1
        )
        if not claimed:
            return False
        entry = Attempt.objects.create(delivery=row, number=row.removal_tries + 1, kind="remove", began_at=now)
    trouble = _delete(row)
    insist(lambda: _note(row, entry.pk, trouble, clock.now()))
    return trouble is None


def _delete(row: Delivery) -> Exception | None:
    try:
        line, _ = connector(row.channel, files.read)
        line.delete(Receipt(row.remote_id, row.url, row.refs))
    except Exception as error:
        log.info("delivery %s: not taken off: %s", row.pk, type(error).__name__)
        return error
    return None


def _note(row: Delivery, entry: int, trouble: Exception | None, now: datetime) -> None:
    rows = Delivery.objects.filter(pk=row.pk)
    with writing():
        close(entry, trouble, now)
        if trouble is None:
            rows.update(removed_at=now, removal_at=None, told=None)
        elif isinstance(trouble, Refused):
            rows.update(removal_at=None, told=told(trouble.reason, trouble.cure))
        elif row.removal_tries + 1 >= MOST_TRIES:
            rows.update(removal_at=None, told=told(GIVEN_UP, BY_HAND))
        else:
            again = trouble.again_at if isinstance(trouble, NotSent) else None
            rows.update(removal_at=again or now + pause(row.removal_tries + 1))
