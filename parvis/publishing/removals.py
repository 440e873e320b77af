"""Taking things off a network, when a member asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Connector, Receipt
from parvis.networks.facts import COMMENT
from parvis.publishing import afterwards
from parvis.publishing.afterwards import MOST_TRIES, Errand
from parvis.publishing.models import Delivery
from parvis.publishing.states import State

__all__ = ["MOST_TRIES", "any_due", "remove_due"]


def _delete(line: Connector, row: Delivery) -> None:
    line.delete(Receipt(row.remote_id, row.url, row.refs))


def _done(row: Delivery, now: datetime) -> dict[str, Any]:
    return {"removed_at": now, "revise_at": None}


def _comments_too(row: Delivery, now: datetime) -> None:
    """A network takes a post off with the comments under it."""
    under = Delivery.objects.filter(after_id=row.pk, state=State.SENT, removed_at=None, parcel__form=COMMENT)
    under.update(removed_at=now, removal_at=None, revise_at=None)


REMOVAL = Errand(
    "remove", "removal_at", "removal_tries", _delete, _done, also=_comments_too,
    given_up=Say(gettext_noop("The network did not take it away in many tries.")),
    by_hand=Say(gettext_noop("Open its page and delete it there.")),
)  # fmt: skip


def any_due(now: datetime) -> bool:
    """Tell whether anything is to be taken off."""
    return afterwards.any_waits(REMOVAL)


def remove_due(now: datetime, most: int = 20) -> int:
    """Take off what is due to be taken off; return how many went. Doing it twice does no harm."""
    return afterwards.run_due(REMOVAL, now, most)
