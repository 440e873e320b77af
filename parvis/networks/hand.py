"""By hand: a connector like the others, whose `commit` is a person. It serves any network's facts, and places that are no network here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from parvis.core.http import Client, Refused
from parvis.core.say import Say, gettext_noop
from parvis.core.text import graphemes
from parvis.networks.contract import Account, Begun, CannotTell, Found, Handed, Network, Plain, Ready, Receipt, Wires
from parvis.networks.facts import DocumentRule, Fact, ImageRule, Mark, Parcel, Spec, TextRule, VideoRule

# The key of whatever is no network here: a messenger's list, a trade forum, the notice board of the town.
OTHER = "other"
OURS = Fact(20_000, "parvis/networks/hand.py: a person decides what fits there", date(2026, 11, 27))
NOBODY = Say(gettext_noop("A person publishes there by hand: only they can say whether it is there."))
OVER_THERE = Say(gettext_noop("A person publishes there by hand, so Parvis cannot change anything there."))
DO_IT_THERE = Say(gettext_noop("Open the page and do it there yourself."))

ANYWHERE = Spec(
    key=OTHER,
    name=gettext_noop("Another place"),
    mark=Mark("··", "tile-slate"),
    texts=(TextRule(OURS.value, "graphemes", graphemes, OURS),),
    images=ImageRule(
        most=20,
        bytes=16_000_000,
        side=4096,
        most_pixels=0,
        types=frozenset({"image/jpeg", "image/png", "image/webp"}),
        alt=2000,
        fact=Fact(20, OURS.source, OURS.read),
    ),
    videos=VideoRule(most=1, bytes=1_000_000_000, seconds=0, fact=OURS),
    documents=DocumentRule(bytes=100_000_000, pages=1000, title=200, fact=OURS),
    door="hand",
    threads=True,
    warnings=False,
    cards=False,
    fold=0,
    settles=timedelta(0),
    twice=Fact(gettext_noop("A person publishes it and says so: nothing is ever sent by itself."), OURS.source, OURS.read),
)


def other(name: str) -> Spec:
    """Return the facts of a place that is no network here, under the name that its company gives it."""
    letters = "".join(word[0] for word in name.split()[:2] if word[0].isalnum())
    return replace(ANYWHERE, name=name or ANYWHERE.name, mark=Mark(letters.upper()[:2] or ANYWHERE.mark.letters, ANYWHERE.mark.style))


def hand(spec: Spec) -> Network:
    """Return a network with these facts where a person publishes: without application, price, daily quota, or any change by itself."""
    facts = replace(
        spec, door="hand", app=None, price=None, daily=None, edits=False, fetches=False, guide=None, asks_host=False, twice=ANYWHERE.twice
    )
    return Network(facts, Nobody(), Person, new_key)


def new_key(now: datetime) -> str:
    """Return a fresh key; nobody over there ever sees it."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Person:
    """An account that a person writes to. Nothing here opens a connection."""

    account: Account
    wires: Wires

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready:
        """Leave everything as it is: what an earlier connection uploaded may serve again later."""
        return Ready({}, memory)

    def commit(self, ready: Ready, key: str) -> Handed:
        """Put it into a person's hands."""
        return Handed()

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> CannotTell:
        """Say that nothing can be read."""
        return CannotTell(NOBODY)

    def delete(self, receipt: Receipt) -> None:
        """Refuse: it is taken off over there, by whoever put it there."""
        raise Refused(OVER_THERE, DO_IT_THERE)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Refuse: it is changed over there, by whoever put it there."""
        raise Refused(OVER_THERE, DO_IT_THERE)


@dataclass(frozen=True, slots=True)
class Nobody(Plain):
    """The door of an account where nothing is connected: none of its calls is ever made."""

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this kind."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Not a door of this kind."""
        raise NotImplementedError

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found:
        """Not a door of this kind."""
        raise NotImplementedError

    def visit(self, account: Account, wires: Wires) -> Account:
        """Leave the account as it is known."""
        return account
