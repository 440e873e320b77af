"""What every network must promise, and the words in which it speaks to the engine.

A network is a folder: `spec.py` (facts, each with its source), `connect.py` (how an account is connected and kept alive) and
`wire.py` (the three calls and `delete`). Nothing here knows of Django, of a database or of a page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from parvis.core.http import Client, NotSent, Refused, Unknown, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Parcel, Spec

__all__ = [
    "Absent", "Account", "Begun", "Budget", "CannotTell", "Connector", "Disconnected", "Door", "Found", "Network", "NotSent", "NotYet",
    "Ready", "Receipt", "Refused", "Retake", "Unknown", "Wires",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """The proof that it is there: the network's own identity of it, its public address, and what an answer to it needs (`refs`)."""

    remote_id: str
    url: str = ""
    refs: Mapping[str, Any] = field(default_factory=dict)


# ---- the outcomes of the three calls


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything is prepared; `body` is what `commit` will send, `memory` what is worth keeping for a second preparation."""

    body: Mapping[str, Any]
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotYet:
    """The network is still working on something (a picture, say): come back at `again_at` with `memory`."""

    again_at: datetime
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Absent:
    """A reading that would have shown it did not: it is not there."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Nothing can be read that would show whether it is there."""

    why: Say


class Disconnected(NotSent):
    """The account's authorisation is dead. Nothing was created; a person must connect again."""

    @classmethod
    def by(cls, host: str, said: str = "") -> Disconnected:
        """Say which server no longer accepts the connection, in its own words where it has any."""
        if said:
            return cls(Say(gettext_noop("%(host)s no longer accepts this connection and says: “%(said)s”"), {"host": host, "said": said}))
        return cls(Say(gettext_noop("%(host)s no longer accepts this connection."), {"host": host}))


@dataclass(frozen=True, slots=True)
class Budget:
    """What the network's own headers say is left, and when it starts again."""

    left: int
    reset_at: datetime


# ---- accounts


@dataclass(frozen=True, slots=True)
class Account:
    """An account as its network knows it. `base` is the address that is called (the account's own server)."""

    network: str
    base: str
    remote_id: str
    handle: str
    name: str = ""
    url: str = ""
    avatar: str = ""
    limits: Mapping[str, Any] = field(default_factory=dict)


class Retake(Protocol):
    """What a connector needs to know of its tokens, without knowing where they are kept."""

    def current(self) -> Mapping[str, Any]:
        """Return the tokens in force."""

    def renewed(self, stale: Mapping[str, Any], renew: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return tokens newer than `stale`, calling `renew` at most once in the whole house, and keeping its result before it is used."""


@dataclass(slots=True)
class Wires:
    """What a connector is given: the client, the tokens, the bytes of a picture, and where to note the rate budget."""

    http: Client
    tokens: Retake
    read: Callable[[str], bytes]
    budget: Budget | None = None

    def note(self, left: str | None, reset: str | None) -> None:
        """Note what two headers say of the rate budget; what cannot be read is left alone."""
        at = when(reset or "")
        if at is not None and (left or "").strip().isdecimal():
            self.budget = Budget(int(left or 0), at)


@dataclass(frozen=True, slots=True)
class Begun:
    """A connection that was begun: where to send the person, what `finish` needs, and this Parvis's registration on that server.

    `memory` and `client` hold secrets: both are to be sealed; `client` is given back to the next `begin` on the same server.
    """

    url: str
    memory: Mapping[str, Any]
    client: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A connected account and its tokens (to be sealed)."""

    account: Account
    tokens: Mapping[str, Any]


class Door(Protocol):
    """How an account is connected and kept alive. Every call may raise NotSent, Refused, Unknown or ForbiddenAddress.

    A network with a `password` door answers `enter`; one with an `oauth` door answers `begin` and `finish`.
    """

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Connect with an identifier and an app password."""

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Start the code flow on `host`, registering there unless `client` is an earlier registration that still serves."""

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found:
        """End the code flow."""

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account again: its name, its limits. Raises Disconnected when the authorisation is dead."""


class Connector(Protocol):
    """An account that can be written to. See `contract` for what each failure means."""

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload what must be there first. Repeatable: a second call with the memory of the first creates nothing twice.

        `after` is the receipt of what this answers (the earlier part of a thread), None for a first part.
        """

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Make the one irreversible call. Raises NotSent, Refused, Unknown, and nothing else."""

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the network to learn whether it is there. `taken` holds remote ids that belong to other deliveries."""

    def delete(self, receipt: Receipt) -> None:
        """Take it off the network; what is already gone is no error."""


@dataclass(frozen=True, slots=True)
class Network:
    """One line of the registry."""

    spec: Spec
    door: Door
    connector: Callable[[Account, Wires], Connector]
    new_key: Callable[[datetime], str]
