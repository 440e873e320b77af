"""What people decide about deliveries. Whoever is faster wins, the person or the engine, and the other is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from parvis.channels.models import Channel
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Parcel
from parvis.people.actors import Actor
from parvis.people.permissions import may, under
from parvis.publishing.mandates import companys_word
from parvis.publishing.models import Delivery
from parvis.publishing.moves import FREE, by_person, decides, drop_followers, moved, note, verb_of
from parvis.publishing.spending import passes, price_of
from parvis.publishing.states import State

WAITING = (State.SCHEDULED, State.HELD, State.HANDED)
NAMELESS = Say(
    gettext_noop("The part before it was found by a person, and its identity is not known: publish this part by hand, as an answer to it.")
)
TAKEN_OFF = Say(gettext_noop("What it was to follow is taken off the network, so it did not leave."))
NAMELESS_CURE = Say(gettext_noop("Open the account's page, publish it there, then take this one back here."))


class TooLate(Exception):
    """The delivery had already moved on; `state` is where it stands."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = State(state)


class OverCeiling(Exception):
    """Sending it would still pass the ceiling of its account: nothing was changed."""


class CannotRemove(Exception):
    """Nothing says which thing on the network it is: only a person can take it off, on the network's own page."""


def schedule(
    *, channel: Channel, parcel: Parcel, subject: str, due_at: datetime, by: Actor, now: datetime, after: Delivery | None = None,
    mandate_id: int | None = None,
) -> Delivery:  # fmt: skip
    """Seal a parcel and hand it to the engine. `after` is what must be there before it leaves (the earlier part of a thread).
    `mandate_id` is the mandate it was made under, where whoever schedules it needs none.

    Raises NotAllowed, and TooLate when `after` will never be there.
    """
    may(by, verb_of(parcel.form), channel.company_id, on=(channel.pk,))
    if after is not None and after.channel_id != channel.pk:
        raise ValueError("what follows leaves through the same channel")
    with writing():
        if after is not None:
            _still_coming(after)
        delivery = Delivery.objects.create(
            company_id=channel.company_id, channel=channel, after=after, subject=subject[:200], parcel=parcel.to_json(),
            digest=parcel.digest(), due_at=due_at, ready_at=due_at, price=price_of(channel, parcel), created_at=now,
            mandate_id=under(by, verb_of(parcel.form), (channel.pk,)) or mandate_id,
        )  # fmt: skip
        note("publishing:delivery:scheduled", delivery=delivery, by=by, now=now, due_at=due_at.isoformat())
    return delivery


def _still_coming(after: Delivery) -> None:
    state = Delivery.objects.values_list("state", flat=True).get(pk=after.pk)
    if state in (State.REFUSED, State.CANCELLED):
        raise TooLate(state)


def cancel(*, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Take it back, and whatever was to follow it. Before the claim this always wins; doing it twice is no error.

    Raises NotAllowed, and TooLate when it has left, may have left, or was refused.
    """
    may(by, verb_of(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    with writing():
        if not moved(delivery.pk, (*WAITING, State.ASKED), State.CANCELLED):
            if _state(delivery) == State.CANCELLED:
                return
            raise TooLate(_state(delivery))
        drop_followers(delivery.pk, now)
        note("publishing:delivery:cancelled", delivery=delivery, by=by, now=now)


def reseal(*, delivery: Delivery, parcel: Parcel, subject: str, by: Actor, now: datetime) -> None:
    """Put another content in its place, before it leaves. Raises NotAllowed, TooLate."""
    may(by, verb_of(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    with writing():
        # The key stays: should an earlier try have got through against all we know, the same key cannot make a second thing.
        price = price_of(delivery.channel, parcel)
        _change(delivery, WAITING, parcel=parcel.to_json(), digest=parcel.digest(), subject=subject[:200], price=price, memory={})
        note("publishing:delivery:resealed", delivery=delivery, by=by, now=now)


def move(*, delivery: Delivery, due_at: datetime, by: Actor, now: datetime) -> None:
    """Give it another hour. One that was held, or in a person's hands, goes on with it. Raises NotAllowed, TooLate."""
    may(by, verb_of(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    companys_word(delivery, by)
    with writing():
        changes: dict[str, Any] = {"due_at": due_at, "ready_at": due_at, "fails": 0}
        if not moved(delivery.pk, (State.HELD, State.HANDED), State.SCHEDULED, **changes):
            _change(delivery, (State.SCHEDULED,), **changes)
        note("publishing:delivery:moved", delivery=delivery, by=by, now=now, due_at=due_at.isoformat())


def release(*, delivery: Delivery, due_at: datetime, by: Actor, now: datetime) -> None:
    """Let a held delivery leave at `due_at`. Raises NotAllowed, TooLate, and OverCeiling where its account may not spend that."""
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    companys_word(delivery, by)
    if passes(Delivery.objects.select_related("channel", "company").get(pk=delivery.pk), due_at):
        raise OverCeiling
    with writing():
        _decide(delivery, State.HELD, State.SCHEDULED, due_at=due_at, ready_at=due_at, fails=0, told=None)
        by_person(delivery, "released", now)
        note("publishing:delivery:released", delivery=delivery, by=by, now=now, due_at=due_at.isoformat())


def say_there(*, delivery: Delivery, url: str, by: Actor, now: datetime) -> None:
    """Answer the engine's question: it is there, at `url` (which may be empty). What was to follow is dropped: its place is not known.
    Where a person publishes they know the place, and what follows comes to them.

    Raises NotAllowed, TooLate.
    """
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    with writing():
        _decide(delivery, State.ASKED, State.SENT, url=url[:700], sent_at=delivery.first_tried_at or now, told=None, **FREE)
        if not delivery.channel.by_hand:
            drop_followers(delivery.pk, now, NAMELESS)
        by_person(delivery, "there", now)
        note("publishing:delivery:found", delivery=delivery, by=by, now=now, url=url[:700])


def send_again(*, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Answer the engine's question: it is not there, send it. Raises NotAllowed, TooLate."""
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    with writing():
        _decide(delivery, State.ASKED, State.SCHEDULED, due_at=now, ready_at=now, fails=0, told=None)
        by_person(delivery, "again", now)
        note("publishing:delivery:sent_again", delivery=delivery, by=by, now=now)


def ask_removal(*, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Have the worker take it off the network; what was to follow it stays here. Raises NotAllowed, CannotRemove, and TooLate when it is
    not there."""
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    with writing():
        rows = Delivery.objects.filter(pk=delivery.pk, state=State.SENT, removed_at=None)
        if not rows.exists():
            raise TooLate(_state(delivery))
        if not rows.exclude(remote_id="").filter(removal_at=None).update(removal_at=now, removal_tries=0, revise_at=None, told=None):
            if rows.filter(remote_id="").exists():
                raise CannotRemove
            return
        drop_followers(delivery.pk, now, TAKEN_OFF)
        note("publishing:delivery:removal_asked", delivery=delivery, by=by, now=now)


def _change(delivery: Delivery, states: tuple[State, ...], **changes: Any) -> None:
    if not Delivery.objects.filter(pk=delivery.pk, state__in=states).update(**changes):
        raise TooLate(_state(delivery))


def _decide(delivery: Delivery, before: State, after: State, **changes: Any) -> None:
    if not moved(delivery.pk, (before,), after, **changes):
        raise TooLate(_state(delivery))


def _state(delivery: Delivery) -> str:
    return Delivery.objects.values_list("state", flat=True).get(pk=delivery.pk)
