"""Listening to the fake network: one list of everything that concerns the account, in the order in which it changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, get_args

from parvis.core import clock
from parvis.core.http import address, identifier, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Wires
from parvis.networks.fake.session import Session
from parvis.networks.listening import Ability, Attached, Gathered, Heard, Kind, Ours, Somebody, Source, Window, moment

CLOSED = Say(gettext_noop("Too much time has gone by: this network takes no more answers to this message from here."))
EVERY = timedelta(minutes=2)
ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide", "delete", "like"}),
    "mention": frozenset({"answer", "like"}),
    "message": frozenset({"answer"}),
}


@dataclass(slots=True)
class Listening:
    """An account that is listened to."""

    account: Account
    wires: Wires
    sources: tuple[Source, ...] = (Source("all", EVERY, EVERY),)
    abilities: Mapping[Kind, frozenset[Ability]] = field(default_factory=lambda: ABILITIES)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read one page of what changed since the cursor."""
        after = int(cursor.get("after", 0))
        answer = Session(self.account, self.wires).call("GET", "/heard", params={"after": after})
        found = answer.mapping()
        if answer.status != 200 or not isinstance(found.get("heard"), list) or not isinstance(found.get("next"), int):
            raise verdict(answer, commit=False)
        items = [one for one in found["heard"] if isinstance(one, dict) and identifier(one.get("id"))]
        gone = frozenset(str(one["id"]) for one in items if one.get("gone"))
        heard = [_heard(one) for one in items if not one.get("gone") and one.get("kind") in get_args(Kind)]
        heard.sort(key=lambda one: one.at)
        return Gathered(tuple(heard), {"after": found["next"]}, gone, more=bool(found.get("more")))

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say until when a message is answered, as the network told it."""
        until, late_until = (moment(heard.refs.get(name)) for name in ("until", "late_until"))
        if until is None or now < until:
            return Window(True, until)
        if late_allowed and late_until and now < late_until:
            return Window(True, late_until, late=True)
        return Window(False, until, CLOSED)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Hide a comment, or show it again."""
        self._mark(heard, "hidden", hidden)

    def like(self, heard: Heard, liked: bool) -> None:
        """Like it, or take that back."""
        self._mark(heard, "liked", liked)

    def delete(self, heard: Heard) -> None:
        """Take a comment off."""
        answer = Session(self.account, self.wires).call("DELETE", f"/posts/{heard.remote_id}")
        if not answer.ok and answer.status not in {404, 410}:
            raise verdict(answer, commit=False)

    def _mark(self, heard: Heard, what: str, value: bool) -> None:
        answer = Session(self.account, self.wires).call("PUT", f"/posts/{heard.remote_id}/{what}", json={what: value})
        if not answer.ok:
            raise verdict(answer, commit=False)


def _heard(one: Mapping[str, Any]) -> Heard:
    by = one["by"] if isinstance(one.get("by"), dict) else {}
    who = identifier(by.get("id")) or "?"
    return Heard(
        remote_id=str(one["id"]),
        kind=one["kind"],
        thread=identifier(one.get("thread")) or str(one["id"]),
        words=str(one.get("text") or ""),
        at=moment(one.get("at")) or clock.now(),
        author=Somebody(who, who, str(by.get("name") or ""), address(by.get("url"))),
        mine=one.get("mine") is True,
        parent=identifier(one.get("parent")),
        under=identifier(one.get("under")),
        url=address(one.get("url")),
        edited_at=moment(one.get("edited_at")),
        hidden=one.get("hidden") is True,
        attached=tuple(_attached(each) for each in one.get("attached") or () if isinstance(each, dict)),
        refs={"id": str(one["id"]), "who": who, **{name: one[name] for name in ("until", "late_until") if one.get(name)}},
    )


def _attached(one: Mapping[str, Any]) -> Attached:
    return Attached("picture" if one.get("kind") == "picture" else "file", address(one.get("url")), str(one.get("name") or ""))
