"""What a network tells of the public: comments, mentions, private messages; how one answers; and its webhooks.

A network that can be listened to has `ear.py` in its folder and gives it in its `Network.ear`. Like the rest it knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from parvis.core.say import Say
from parvis.networks.contract import Account, Wires

# Where a cursor holds what webhooks named since the last reading.
TOLD = "told"
# Where a cursor holds what the account published by other means than Parvis (from a phone, say): people write under that too. The young
# ones are watched, so many at most, which the inbox then gives to every reading among its own.
POSTS, YOUNG, MOST_ELSEWHERE = "posts", timedelta(days=13), 20
# What is heard: under one of our posts, naming us elsewhere, or to us alone.
Kind = Literal["comment", "mention", "message"]
Ability = Literal["answer", "hide", "delete", "like"]


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who wrote it, as the network tells. `handle` is shown, `remote_id` is what stays."""

    remote_id: str
    handle: str
    name: str = ""
    url: str = ""
    avatar: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """What hangs on a message: shown as a link or a picture, never executed."""

    kind: Literal["picture", "video", "sound", "file", "link"]
    url: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message. `remote_id` is the network's own and permanent; `thread` is what holds a conversation together.

    `parent` is the message that it answers, `under` our own publication that it stands under. `mine`: the account itself wrote it.
    `refs` is what an answer needs, given back in `Parcel.to`. `words` are plain text, whatever the network sends.
    """

    remote_id: str
    kind: Kind
    thread: str
    words: str
    at: datetime
    author: Somebody
    mine: bool = False
    parent: str = ""
    under: str = ""
    url: str = ""
    language: str = ""
    edited_at: datetime | None = None
    hidden: bool = False
    attached: tuple[Attached, ...] = ()
    refs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ours:
    """One of our publications, under which the public may write."""

    remote_id: str
    url: str
    refs: Mapping[str, Any]
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one reading brought. `gone` are remote ids that are no longer there; `more`: read again at once with the new cursor.

    `cursor` is whatever the network's next reading needs (ids, moments); it fits in JSON. `micros` is what the page cost by the prices that
    the network publishes, in millionths of a US dollar.
    """

    heard: tuple[Heard, ...]
    cursor: Mapping[str, Any]
    gone: frozenset[str] = frozenset()
    more: bool = False
    micros: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """Whether one may answer a message now, and until when. Closed: `why` says the network's rule; one then answers over there."""

    open: bool
    until: datetime | None = None
    why: Say | None = None
    # The late answer of a human being, which some networks allow under a mark of its own.
    late: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that is read: its name in the cursor, how often at rest, and how often while something is going on.

    Where it costs money, `what` it brings and its `price` are sentences for whoever decides.
    """

    name: str
    every: timedelta
    soon: timedelta = timedelta(minutes=2)
    # A reading that costs money or a scarce quota: read by the setting of the account.
    costs: bool = False
    what: Say | None = None
    price: Say | None = None


class Ear(Protocol):
    """An account that is listened to. Readings may raise NotSent, Refused, Unknown and Disconnected like any call."""

    sources: tuple[Source, ...]
    abilities: Mapping[Kind, frozenset[Ability]]

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read what is new or changed since `cursor` ({}: the first time), oldest first. Reading twice brings the same again, no more."""

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say, without a call, whether an answer to this message would be accepted."""

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Hide it from the public over there, or show it again. Twice is no error."""

    def delete(self, heard: Heard) -> None:
        """Take it away over there; what is already gone is no error."""

    def like(self, heard: Heard, liked: bool) -> None:
        """Like it in the account's name, or take that back. Twice is no error."""


@dataclass(frozen=True, slots=True)
class Call:
    """A webhook call as it came: header names in small letters, the body untouched."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to a webhook call."""

    status: int
    body: str = ""
    kind: str = "text/plain"


@dataclass(frozen=True, slots=True)
class Knock:
    """What a webhook says happened: something new for the account of this remote id, in this source ("": any).

    `about` names it where no list of the network would show it: the next reading of that source finds it in its cursor, under TOLD.
    """

    remote_id: str
    source: str = ""
    about: str = ""


class Bell(Protocol):
    """A network's webhooks: they only hasten a reading, and are believed only with their signature."""

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        """Answer the network's own question about the address, or None where this is no such question."""

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        """Tell whether the signature over the untouched body is right. Compares in constant time."""

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        """Return what it says happened; of a body that makes no sense, nothing."""


def noted(ours: Iterable[Ours]) -> list[list[Any]]:
    """Return publications as a cursor holds them under POSTS."""
    return [[one.remote_id, one.url, dict(one.refs), one.sent_at.isoformat()] for one in ours][:MOST_ELSEWHERE]


def elsewhere(rows: Any) -> list[Ours]:
    """Read what `noted` wrote."""
    return [Ours(name, url, refs, at) for name, url, refs, told in rows or () if (at := moment(told)) is not None]


def moment(text: Any) -> datetime | None:
    """Read a moment as networks write it (ISO 8601 with its zone), or return None."""
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


__all__ = [
    "MOST_ELSEWHERE", "POSTS", "TOLD", "YOUNG", "Ability", "Account", "Attached", "Bell", "Call", "Ear", "Gathered", "Heard", "Kind",
    "Knock", "Ours", "Reply", "Somebody", "Source", "Window", "Wires", "elsewhere", "moment", "noted",
]  # fmt: skip
