"""What every network must promise, and the words in which it speaks to the engine.

A network is a folder: `spec.py` (facts, each with its source), `connect.py` (how an account is connected and kept alive) and
`wire.py` (the three calls and `delete`). Nothing here knows of Django, of a database or of a page.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol

from parvis.core.http import Client, NotSent, Refused, Unknown, when
from parvis.core.say import Say, gettext_noop

__all__ = [
    "Absent", "Account", "Begun", "Budget", "CannotTell", "Card", "Connector", "Disconnected", "Door", "Fact", "Found", "Guide",
    "ImageRule", "Mark", "Network", "NotSent", "NotYet", "Parcel", "Picture", "Ready", "Receipt", "Refused", "Retake", "Spec", "TextRule",
    "Unknown", "Wires",
]  # fmt: skip


WARNING_SIGN = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}"

# ---- the facts of a network


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or a rule of the outside world, where it was read and when."""

    value: Any
    source: str
    read: date


@dataclass(frozen=True, slots=True)
class Mark:
    """How a network is recognised on a page: two letters and the name of its colour and shape in the style sheet."""

    letters: str
    style: str


@dataclass(frozen=True, slots=True)
class TextRule:
    """A limit on text: `most` of what `count` counts; `unit` names it to a person.

    `priced`, where a server may set its own price of an address, makes the counter for that price.
    """

    most: int
    unit: Literal["graphemes", "characters", "bytes"]
    count: Callable[[str], int]
    fact: Fact
    priced: Callable[[int], Callable[[str], int]] | None = None

    def refined(self, most: int, url: int | None) -> TextRule:
        """Return the same rule with a server's own figures."""
        return replace(self, most=most, count=self.priced(url) if self.priced and url is not None else self.count)


@dataclass(frozen=True, slots=True)
class ImageRule:
    """What a network takes as pictures. Sizes in bytes and pixels; `most_pixels` is width x height (0: no limit)."""

    most: int
    bytes: int
    side: int
    most_pixels: int
    types: frozenset[str]
    alt: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Guide:
    """What a person is told on the page that connects an account.

    `asks` names what they type first (an account's name or a server) and `like` shows examples of it; `steps` say what to do, in
    order; `at` is the network's own page where that is done; `apart` says what never to type here.
    """

    asks: Say
    like: tuple[str, ...]
    steps: tuple[Say, ...]
    at: str = ""
    apart: Say | None = None


@dataclass(frozen=True, slots=True)
class Spec:
    """The hard facts of a network. Counters, forms, previews and checks are all drawn from it.

    `texts` are all to be met (the first is the one shown to a person). `settles` is how long after an attempt a reading that
    finds nothing may still be wrong; `twice` says in a sentence how a double is avoided. `warnings` tells whether the network
    has content warnings of its own; where it has none, `carried` makes the warning the first line of the text, and
    `warning_note` says so to a person. `card_picture` is the rule of a card's picture. `fold` is where the network's own page
    cuts a long text (0: it does not).
    """

    key: str
    name: str
    mark: Mark
    texts: tuple[TextRule, ...]
    images: ImageRule
    door: Literal["password", "oauth", "token"]
    threads: bool
    warnings: bool
    cards: bool
    fold: int
    settles: timedelta
    twice: Fact
    asks_host: bool = False
    links_clickable: bool = True
    warning_note: Say | None = None
    card_picture: ImageRule | None = None
    guide: Guide | None = None

    def carried(self, parcel: Parcel) -> Parcel:
        """Return the parcel as this network can carry it: what is sealed, previewed and sent. Doing it twice changes nothing.

        Nothing is dropped: a warning without a field of its own becomes the first line of the text, and the address of a card that
        cannot be shown (no cards there, or pictures take its place) stands in the text.
        """
        text, card = parcel.text, parcel.card
        if card and (parcel.pictures or not self.cards):
            text = text if card.url in text else f"{text}\n\n{card.url}".strip()
            card = None
        head = f"{WARNING_SIGN} {parcel.warning.strip()}"
        if parcel.warning.strip() and not self.warnings and not text.startswith(head):
            text = f"{head}\n\n{text}".rstrip()
        return replace(parcel, text=text, card=card)

    def measured(self, parcel: Parcel) -> list[tuple[TextRule, int]]:
        """Return each of `texts` with what it counts of a parcel. A warning weighs too, wherever it is shown."""
        shown = self.carried(parcel)
        own = shown.warning if self.warnings else ""
        return [(rule, rule.count(shown.text) + rule.count(own)) for rule in self.texts]

    def refined(self, limits: Mapping[str, Any]) -> Spec:
        """Return the facts as one server tells them, where it tells more than the network's own (see each folder's `spec.learn`).

        Known names: `text`, `url`, `images`, `image_bytes`, `image_pixels`, `image_types`, `alt`. Unknown ones are left alone.
        """
        return _refined(self, limits)


def _refined(spec: Spec, limits: Mapping[str, Any]) -> Spec:
    images = replace(
        spec.images,
        most=int(limits.get("images", spec.images.most)),
        bytes=int(limits.get("image_bytes", spec.images.bytes)),
        most_pixels=int(limits.get("image_pixels", spec.images.most_pixels)),
        types=frozenset(limits.get("image_types", spec.images.types)) & spec.images.types or spec.images.types,
        alt=int(limits.get("alt", spec.images.alt)),
    )
    first = spec.texts[0].refined(int(limits.get("text", spec.texts[0].most)), limits.get("url"))
    return replace(spec, images=images, texts=(first, *spec.texts[1:]))


# ---- what leaves


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made to fit its network. `digest` (SHA-256, hex) finds its bytes; `mime`, pixels and bytes are the sent file's own."""

    digest: str
    mime: str
    width: int
    height: int
    size: int
    alt: str


@dataclass(frozen=True, slots=True)
class Card:
    """The card of a link, read when the post was composed."""

    url: str
    title: str
    description: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One thing that leaves the house, frozen. What was seen and approved is what goes out."""

    text: str
    language: str = "fr"
    pictures: tuple[Picture, ...] = ()
    warning: str = ""
    card: Card | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the form that is stored and digested."""
        return {
            "text": self.text,
            "language": self.language,
            "pictures": [_plain(p) for p in self.pictures],
            "warning": self.warning,
            "card": {
                "url": self.card.url,
                "title": self.card.title,
                "description": self.card.description,
                "picture": _plain(self.card.picture) if self.card.picture else None,
            }
            if self.card
            else None,
        }

    def digest(self) -> str:
        """Return what identifies this exact content (SHA-256, hex)."""
        text = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Parcel:
        """Read what `to_json` wrote."""
        card = kept.get("card")
        return cls(
            text=kept["text"],
            language=kept["language"],
            pictures=tuple(Picture(**p) for p in kept["pictures"]),
            warning=kept["warning"],
            card=Card(card["url"], card["title"], card["description"], Picture(**card["picture"]) if card["picture"] else None)
            if card
            else None,
        )


def _plain(picture: Picture) -> dict[str, Any]:
    return {name: getattr(picture, name) for name in Picture.__slots__}


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
