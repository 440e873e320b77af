"""What is done to a message on its network: hidden, shown again, deleted, liked. A member wishes it; a round does it, with pauses."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from parvis.audit.commands import record
from parvis.channels.commands import declare_dead, note_budget
from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.core.db import writing
from parvis.core.say import Say, gettext_noop
from parvis.inbox.ears import abilities_of, ear_of, heard_of
from parvis.inbox.models import Message, Wish
from parvis.inbox.settling import settle
from parvis.networks.contract import Disconnected, NotSent, Refused, Wires
from parvis.networks.listening import Ear, Heard
from parvis.people.actors import Actor
from parvis.people.permissions import may
from parvis.publishing.moves import pause, told

log = logging.getLogger(__name__)
HELD_FOR = timedelta(minutes=2)
MOST_TRIES = 10
NEEDS = {Wish.HIDE: "hide", Wish.SHOW: "hide", Wish.DELETE: "delete", Wish.LIKE: "like", Wish.UNLIKE: "like"}
CALLS: dict[str, Callable[[Ear, Heard], None]] = {
    Wish.HIDE: lambda ear, heard: ear.hide(heard, True),
    Wish.SHOW: lambda ear, heard: ear.hide(heard, False),
    Wish.DELETE: lambda ear, heard: ear.delete(heard),
    Wish.LIKE: lambda ear, heard: ear.like(heard, True),
    Wish.UNLIKE: lambda ear, heard: ear.like(heard, False),
}
GIVEN_UP = Say(gettext_noop("The network did not do it in many tries."))
BY_HAND = Say(gettext_noop("Open the message on its network and do it there."))
BROKE = Say(gettext_noop("Something in Parvis itself went wrong; nothing was changed over there."))


class CannotDo(Exception):
    """This network does not let it be done to such a message, or the message is not there."""


def wish(*, message: Message, what: str, by: Actor, now: datetime) -> None:
    """Have a message hidden, shown, deleted, liked or no longer liked over there. What is deleted waits some seconds, to be taken back.

    Raises NotAllowed, CannotDo. What is done already, or wished already, is no error; a new wish takes the place of an older one.
    """
    may(by, "inbox.moderate", message.company_id, on=(message.channel_id,))
    if NEEDS[Wish(what)] not in abilities_of(message.channel, message.conversation.kind) or not message.remote_id or message.gone_at:
        raise CannotDo
    at = now + timedelta(seconds=settings.UNDO_SECONDS) if what == Wish.DELETE else now
    with writing():
        Message.objects.filter(pk=message.pk).exclude(wish=what).update(wish=what, wish_at=at, wish_by=by.user_id, wish_tries=0, told=None)
        record(VERBS[Wish(what)], by=by, now=now, **_about(message))


def unwish(*, message: Message, by: Actor, now: datetime) -> bool:
    """Take a wish back; False where the network has done it already. Raises NotAllowed."""
    may(by, "inbox.moderate", message.company_id, on=(message.channel_id,))
    with writing():
        # Once a try is under way (its hour is moved, its tries counted) nobody can promise that it is not done.
        rows = Message.objects.filter(pk=message.pk, wish_tries=0).exclude(wish="")
        taken = rows.update(wish="", wish_at=None) == 1
        if taken:
            record("inbox:message:left_alone", by=by, now=now, **_about(message))
    return taken


VERBS = {
    Wish.HIDE: "inbox:message:hidden", Wish.SHOW: "inbox:message:shown", Wish.DELETE: "inbox:message:deleted",
    Wish.LIKE: "inbox:message:liked", Wish.UNLIKE: "inbox:message:unliked",
}  # fmt: skip


def _about(message: Message) -> dict[str, Any]:
    label = message.person.called if message.person else message.channel.handle
    return {"company_id": message.company_id, "object_id": message.conversation_id, "label": label}


# ---- carried out


def _due(now: datetime) -> QuerySet[Message]:
    # Whether the account lives is asked of each: there are few wishes and many messages.
    return Message.objects.filter(wish_at__isnull=False, wish_at__lte=now).order_by("wish_at", "pk")


def any_due(now: datetime) -> bool:
    """Tell whether a wish is to be carried out."""
    return Life.ALIVE in _due(now).values_list("channel__state", flat=True)[:500]


def carry_out(now: datetime, most: int = 20) -> int:
    """Carry out the wishes that are due; return how many were. Doing one twice does no harm."""
    due = [row for row in _due(now).select_related("channel", "conversation", "person")[:500] if row.channel.state == Life.ALIVE]
    return sum(_carried(message, now) for message in due[:most])


def _carried(message: Message, now: datetime) -> bool:
    until = now + HELD_FOR
    with writing():
        mine = Message.objects.filter(pk=message.pk, wish=message.wish, wish_at=message.wish_at)
        if not mine.update(wish_at=until, wish_tries=message.wish_tries + 1):
            return False
    trouble, wires = _called(message)
    _note(message, until, trouble, wires)
    return trouble is None


def _called(message: Message) -> tuple[Exception | None, Wires | None]:
    wires = None
    try:
        ear, wires = ear_of(message.channel)
        CALLS[message.wish](ear, heard_of(message, message.conversation))
    except Exception as error:
        log.info("message %s: %s came to nothing: %s", message.pk, message.wish, type(error).__name__)
        return error, wires
    return None, wires


def _note(message: Message, until: datetime, trouble: Exception | None, wires: Wires | None) -> None:
    now = clock.now()
    with writing():
        # What was wished anew meanwhile has its own hour, and is left alone.
        rows = Message.objects.filter(pk=message.pk, wish=message.wish, wish_at=until)
        if rows.update(**_changes(message, trouble, now)) and trouble is None and message.wish == Wish.DELETE:
            settle({message.conversation_id}, now)
        note_budget(channel_id=message.channel_id, budget=wires.budget if wires else None, now=now)
        if isinstance(trouble, Disconnected):
            declare_dead(channel_id=message.channel_id, why=trouble.why, now=now, since=now)


def _changes(message: Message, trouble: Exception | None, now: datetime) -> dict[str, Any]:
    over: dict[str, Any] = {"wish": "", "wish_at": None}
    if trouble is None:
        done: dict[str, dict[str, Any]] = {
            Wish.HIDE: {"hidden": True}, Wish.SHOW: {"hidden": False}, Wish.DELETE: {"gone_at": now}, Wish.LIKE: {"liked": True},
            Wish.UNLIKE: {"liked": False},
        }  # fmt: skip
        return {**over, "told": None, **done[message.wish]}
    if isinstance(trouble, Refused):
        return {**over, "told": told(trouble.reason, trouble.cure)}
    if message.wish_tries + 1 >= MOST_TRIES:
        return {**over, "told": told(GIVEN_UP, BY_HAND)}
    if isinstance(trouble, NotSent):
        return {"told": told(trouble.why), "wish_at": trouble.again_at or now + pause(message.wish_tries + 1)}
    return {"told": told(BROKE), "wish_at": now + pause(message.wish_tries + 1)}
