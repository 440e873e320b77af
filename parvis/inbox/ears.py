"""Ears in the words of this room: which accounts can be listened to, and a kept message as its network told it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django.conf import settings

from parvis.channels.models import Channel
from parvis.channels.queries import account_of, network_of
from parvis.channels.rounds import wires_of
from parvis.core.say import Say, gettext_noop
from parvis.inbox.models import Conversation, Message
from parvis.networks.contract import Wires
from parvis.networks.listening import Ability, Attached, Ear, Heard, Kind, Somebody, Window

NOBODY = Somebody("", "")
DEAF = Say(gettext_noop("Parvis cannot answer on this account; the network's own page can."))
POST_GONE = Say(gettext_noop("The publication that this stands under was taken off the network: nothing can be answered there any more."))
NOT_CONNECTED = Say(gettext_noop("This account must be connected again before anything can be answered from here."))


def listening() -> list[str]:
    """Return the keys of the networks that can be listened to."""
    return [key for key, network in settings.NETWORKS.items() if network.listens]


def hears(channel: Channel) -> bool:
    """Tell whether an account can be listened to."""
    return not channel.by_hand and channel.network in settings.NETWORKS and network_of(channel).listens


def ear_of(channel: Channel, *, calls: bool = True) -> tuple[Ear, Wires]:
    """Return the ear of an account and its wires; `calls`: it is to call its network. Raises KeyError where nothing listens there."""
    make = network_of(channel).ear
    if make is None:
        raise KeyError(channel.network)
    wires = wires_of(channel, calls=calls)
    return cast(Ear, make(account_of(channel), wires)), wires


def heard_of(message: Message, conversation: Conversation) -> Heard:
    """Return a message as its network told it."""
    person = message.person
    author = Somebody(person.remote_id, person.handle, person.name, person.url) if person else NOBODY
    return Heard(
        message.remote_id, cast(Kind, conversation.kind), conversation.thread, message.words, message.at, author,
        mine=message.mine, parent=message.parent, url=message.url, edited_at=message.edited_at, hidden=message.hidden,
        attached=tuple(Attached(**one) for one in message.attached), refs=message.refs,
    )  # fmt: skip


def abilities_of(channel: Channel, kind: str) -> frozenset[Ability]:
    """Return what can be done to a message of this kind on its network."""
    return ear_of(channel, calls=False)[0].abilities.get(cast(Kind, kind), frozenset()) if hears(channel) else frozenset()


def window_of(message: Message | None, conversation: Conversation, now: datetime, late_allowed: bool) -> Window:
    """Tell whether a message can be answered from here now, and until when; no network is called."""
    channel = conversation.channel
    if message is None or not hears(channel):
        return Window(False, why=DEAF)
    if conversation.under is not None and conversation.under.removed_at is not None:
        return Window(False, why=POST_GONE)
    if channel.state != "alive":
        return Window(False, why=NOT_CONNECTED)
    ear, _ = ear_of(channel, calls=False)
    if "answer" not in ear.abilities.get(cast(Kind, conversation.kind), frozenset()):
        return Window(False, why=DEAF)
    return ear.window(heard_of(message, conversation), now, late_allowed)


def attached_json(heard: Heard) -> list[dict[str, Any]]:
    """Return what hangs on a message as the row keeps it."""
    return [{"kind": one.kind, "url": one.url, "name": one.name} for one in heard.attached]
