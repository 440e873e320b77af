"""What every network must promise, and the words in which it speaks to the engine.

A network is a folder: `spec.py` (facts, each with its source), `connect.py` (how an account is connected and kept alive) and
`wire.py` (the three calls and `delete`). Nothing here knows of Django, of a database or of a page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Literal, Protocol

from parvis.core.http import Client, NotSent, Refused, Unknown, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Parcel, Spec

__all__ = [
    "Absent", "Account", "Begun", "Budget", "CannotTell", "Check", "Connector", "Disconnected", "Door", "Found", "Gauge", "Handed",
    "Hidden", "Judged", "Network", "NotSent", "NotYet", "Plain", "Ready", "Receipt", "Refused", "Retake", "Uneditable", "Unknown", "Wires",
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
class Handed:
    """What `commit` returns where a person publishes it: it was put into their hands, and they will say what became of it."""


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


@dataclass(frozen=True, slots=True)
class Gauge:
    """How much of a named limit is used, to be shown to a person and waited for. `unit` says what is counted.

    `shared`: the limit is the application's, so that all accounts of one network eat from it.
    """

    used: float
    most: float
    reset_at: datetime
    unit: Literal["calls", "percent", "units", "posts", "uploads"] = "calls"
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the readiness of an account: what works, what does not, and what to do. `key` is short and permanent.

    `asked`: the network does not tell it (that an application was audited, say), so the company is asked, and its word is kept.
    """

    key: str
    level: Literal["good", "limited", "bad", "unknown"]
    what: Say
    cure: Say | None = None
    at: str = ""
    asked: bool = False


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


def _no_address(digest: str, mime: str) -> str:
    raise NotSent(Say(gettext_noop("This Parvis has no public address from which the network could fetch the picture or the video.")))


def _forget(memory: Mapping[str, Any]) -> None:
    """Keep nothing: the memory returned at the end is then all that is kept."""


@dataclass(frozen=True, slots=True)
class Doorbell:
    """Where a network may call for an account's company, and the word that it repeats when it asks whether the address is ours.

    `number` is that of the company's application, where a person gave it (`AppRule.number_name`).
    """

    address: str
    word: str
    number: str = ""


@dataclass(slots=True)
class Wires:
    """What a connector is given: the client, the tokens, the bytes of files, and where to note what was learnt.

    `read` returns a whole file by its digest; `open` opens one for reading in pieces, for what is too heavy to be held in memory.
    `address` makes a public, signed, expiring address of a file (digest, mime) for networks that fetch media themselves.
    `keep` stores the memory of a preparation in the middle of it: whatever dies afterwards, the next `prepare` gets what was kept last.
    `memory` is what the last preparation kept, for a `look` that reads by it (a container, an upload session).
    `budget` and `gauges` are read by the engine afterwards; `gauges` begins with what earlier calls noted.
    `doorbell` is given to a visit where the network can reach this house: it registers that, where its interface has a call for it.
    """

    http: Client
    tokens: Retake
    read: Callable[[str], bytes]
    budget: Budget | None = None
    open: Callable[[str], BinaryIO] | None = None
    address: Callable[[str, str], str] = _no_address
    keep: Callable[[Mapping[str, Any]], None] = _forget
    memory: Mapping[str, Any] = field(default_factory=dict)
    gauges: dict[str, Gauge] = field(default_factory=dict)
    doorbell: Doorbell | None = None

    def opened(self, digest: str) -> BinaryIO:
        """Open a file for reading in pieces."""
        return self.open(digest) if self.open else io.BytesIO(self.read(digest))

    def gauge(self, name: str, gauge: Gauge) -> None:
        """Note how much of a limit is used, as the network itself told it."""
        self.gauges[name] = gauge

    def spend(self, name: str, cost: float, fresh: Gauge, now: datetime) -> None:
        """Count `cost` against a limit that the network does not show; `fresh` is the limit at the beginning of its present window.

        Raises NotSent for the hour at which it starts again, where it would be passed; nothing was called then.
        """
        known = self.gauges.get(name)
        used = known.used if known and now < known.reset_at <= fresh.reset_at else fresh.used
        if used + cost > fresh.most:
            why = Say(gettext_noop("What this network allows is used up; it goes on when the network counts anew."))
            raise NotSent(why, fresh.reset_at)
        self.gauges[name] = Gauge(used + cost, fresh.most, fresh.reset_at, fresh.unit, fresh.shared)

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
    """A connected account and its tokens (to be sealed).

    `ends_at` is when the authorisation ends for good unless a person connects again; None where it renews itself.
    """

    account: Account
    tokens: Mapping[str, Any]
    ends_at: datetime | None = None


class Door(Protocol):
    """How an account is connected and kept alive. Every call may raise NotSent, Refused, Unknown or ForbiddenAddress.

    A network with a `password` door answers `enter`; one with an `oauth` door answers `begin` and `finish`. Where the company makes its
    own application (`Spec.app`), `client` is {"client_id", "client_secret"} as a person copied them.
    """

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Connect with an identifier and an app password."""

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Start the code flow on `host`, registering there unless `client` is an earlier registration that still serves."""

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found | tuple[Found, ...]:
        """End the code flow. Several: the person chooses among the pages, organisations or places that this login opens."""

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account again: its name, its limits. Raises Disconnected when the authorisation is dead."""

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say what works on this account, what does not and why: scopes, roles, modes, versions. Readings only."""


class Connector(Protocol):
    """An account that can be written to. See `contract` for what each failure means."""

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload what must be there first. Repeatable: a second call with the memory of the first creates nothing twice.

        `after` is the receipt of what this answers (the earlier part of a thread), None for a first part.
        """

    def commit(self, ready: Ready, key: str) -> Receipt | Handed:
        """Make the one irreversible call. Raises NotSent, Refused, Unknown, and nothing else."""

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the network to learn whether it is there. `taken` holds remote ids that belong to other deliveries.

        What the preparation kept (a container, an upload session) is in the wires' `memory`.
        """

    def delete(self, receipt: Receipt) -> None:
        """Take it off the network; what is already gone is no error."""

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Change the words of what is there, where `Spec.edits`. Doing it twice changes nothing more."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is wrong with a publication that is there: its network does not show it, or not as it was meant; and what to do."""

    why: Say
    cure: Say


class Judged(Protocol):
    """What a connector answers too where its network judges what is there already (`Spec.judges`)."""

    def became(self, receipt: Receipt) -> Hidden | None:
        """Return what is wrong with it, None where all is well. Raises NotSent while that is not known."""


class Plain:
    """What a door inherits whose accounts can do everything as soon as they are connected."""

    __slots__ = ()

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say that publishing works; a dead authorisation is told by `visit`."""
        return (Check("publish", "good", Say(gettext_noop("Publishing works."))),)


class Uneditable:
    """What a connector inherits whose network lets nobody change what is there."""

    __slots__ = ()

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Refuse: nothing is changed over there."""
        raise Refused(
            Say(gettext_noop("This network does not let a publication be changed once it is there.")),
            Say(gettext_noop("Take it off and publish it again, or correct it in a comment.")),
        )


@dataclass(frozen=True, slots=True)
class Network:
    """One line of the registry."""

    spec: Spec
    door: Door
    connector: Callable[[Account, Wires], Connector]
    new_key: Callable[[datetime], str]
    # How it is listened to, and its webhooks (see `listening`); None where it cannot be.
    ear: Callable[[Account, Wires], Any] | None = None
    bell: Any = None

    @property
    def listens(self) -> bool:
        """Whether it can be listened to."""
        return self.ear is not None
