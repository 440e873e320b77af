"""Changing the words of what is on a network, where the network lets one. What was sent before stays in the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parvis.channels.models import Channel
from parvis.channels.queries import known, spec_of
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Connector, Receipt
from parvis.networks.facts import Parcel, Spec
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.publishing import afterwards
from parvis.publishing.afterwards import Errand
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.moves import decides, note
from parvis.publishing.states import State

FIXED = gettext_noop("%(network)s does not let a publication be changed once it is there. Correct it in a comment, or take it off.")
BY_HAND = gettext_noop("It was published by hand: change it on %(network)s itself.")
NAMELESS = gettext_noop("Nobody knows which one it is over there: change it on the network’s own page.")
LONG = gettext_noop("%(count)s characters, and %(network)s takes %(most)s at most: %(over)s too many.")
EMPTY = gettext_noop("There is nothing here yet: a text or a picture is needed.")


class CannotRevise(Exception):
    """It cannot be changed there, and `why` says the reason; nothing was changed."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


def why_not(delivery: Delivery, channel: Channel) -> Say | None:
    """Return why what is there cannot be changed from here, or None where it can."""
    if not known(channel):
        return Say(NAMELESS)
    spec = spec_of(channel)
    if channel.by_hand or (delivery.handed_at is not None and not delivery.remote_id):
        return Say(BY_HAND, {"network": spec.name})
    if not spec.edits:
        return Say(FIXED, {"network": spec.name})
    return None if delivery.remote_id else Say(NAMELESS)


def revise(*, delivery: Delivery, parcel: Parcel, by: Actor, now: datetime) -> bool:
    """Have the worker put other words there; return whether there is anything to change. Asked again meanwhile, the last words count.

    Only words are changed: pictures, videos and the form are those that are there. Raises NotAllowed, CannotRevise, and TooLate when it is
    not there (any more).
    """
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    why = why_not(delivery, delivery.channel) or _does_not_fit(spec_of(delivery.channel), parcel)
    if why is not None:
        raise CannotRevise(why)
    before, after = Parcel.from_json(delivery.parcel), parcel.to_json()
    if after == delivery.parcel and delivery.revise_at is None:
        return False
    with writing():
        rows = Delivery.objects.filter(pk=delivery.pk, state=State.SENT, removed_at=None, removal_at=None)
        if not rows.update(revision=after, revise_at=now, revise_tries=0, told=None):
            raise TooLate(Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk))
        note("publishing:delivery:revision_asked", delivery=delivery, by=by, now=now, before=before.text, after=parcel.text)
    return True


def _does_not_fit(spec: Spec, parcel: Parcel) -> Say | None:
    if not parcel.text.strip() and not parcel.has_media:
        return Say(EMPTY)
    over = [(rule.most, count) for rule, count in spec.measured(parcel) if count > rule.most]
    if not over:
        return None
    most, count = over[0]
    return Say(LONG, {"count": count, "network": spec.name, "most": most, "over": count - most})


# ---- the worker's part


def _edit(line: Connector, row: Delivery) -> None:
    line.edit(Receipt(row.remote_id, row.url, row.refs), Parcel.from_json(row.revision or row.parcel))


def _done(row: Delivery, now: datetime) -> dict[str, Any]:
    there = row.revision or row.parcel
    # Other words are looked over anew where the network does that.
    refs = {name: value for name, value in row.refs.items() if name not in {"judged", "asked"}}
    return {"refs": refs, "parcel": there, "digest": Parcel.from_json(there).digest(), "revision": None, "revised_at": now}


REVISION = Errand(
    "edit", "revise_at", "revise_tries", _edit, _done, speaks=True,
    given_up=Say(gettext_noop("The network did not take the change in many tries. What was there is still there.")),
    by_hand=Say(gettext_noop("Open its page and change it there, or try again here.")),
)  # fmt: skip


def any_due(now: datetime) -> bool:
    """Tell whether anything is to be changed."""
    return afterwards.any_waits(REVISION)


def revise_due(now: datetime, most: int = 20) -> int:
    """Change what is due to be changed; return how many were. Doing it twice changes nothing more."""
    return afterwards.run_due(REVISION, now, most)
