"""Listening to a Mastodon-compatible server: what names us, what we wrote ourselves, and what stands under our statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, Refused, identifier, verdict
from parvis.networks.contract import Account, Wires
from parvis.networks.listening import Ability, Gathered, Heard, Kind, Ours, Source, Window, moment
from parvis.networks.mastodon.connect import CONNECT_AGAIN, MAY_NOT
from parvis.networks.mastodon.heard import Place, Status, author_of, heard, id_of, place
from parvis.networks.mastodon.session import MayNot, Session

ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "like"}),
    "mention": frozenset({"answer", "like"}),
    "message": frozenset({"answer"}),
}
# How far back the first reading goes, and how long an edit or a deletion is looked for.
LONG, WATCHED = timedelta(days=60), timedelta(days=14)
PAGE, MOST_WATCHED, AT_ONCE, ONE_BY_ONE, STATUSES = 40, 200, 20, 3, 10
MOST_SEEN = 500
GONE = frozenset({404, 410})


@dataclass(slots=True)
class Listening:
    """An account that is listened to."""

    account: Account
    wires: Wires
    abilities: Mapping[Kind, frozenset[Ability]] = field(default_factory=lambda: ABILITIES)
    sources: tuple[Source, ...] = (
        Source("named", timedelta(minutes=2)),
        Source("own", timedelta(minutes=10), timedelta(minutes=5)),
        Source("under", timedelta(minutes=10), timedelta(minutes=5)),
    )
    session: Session = field(init=False)
    places: dict[str, Place | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read one page of what names us, of what we wrote, or of what stands under some of our statuses."""
        if source == "under":
            return self._under(cursor, ours)
        if source == "own":
            page, turned, more = self._page(f"/api/v1/accounts/{self.account.remote_id}/statuses", {"exclude_reblogs": "true"}, cursor, now)
            # A publication of our own is no answer: what answers nothing and is no message is left alone.
            answers = [one for one in page if one.get("in_reply_to_id") or one.get("visibility") == "direct"]
            return Gathered(self._told(answers, self._stubs(ours)), turned, more=more)
        return self._named(cursor, ours, now)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say that anything may be answered at any time."""
        return Window(True)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Not on this network."""
        raise NotImplementedError

    def delete(self, heard: Heard) -> None:
        """Not on this network."""
        raise NotImplementedError

    def like(self, heard: Heard, liked: bool) -> None:
        """Make it a favourite, or take that back."""
        answer = self._ask("POST", f"/api/v1/statuses/{heard.remote_id}/{'favourite' if liked else 'unfavourite'}")
        if not answer.ok and answer.status not in GONE:
            raise verdict(answer, commit=False)

    # ---- what names us

    def _named(self, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        page, turned, more = self._page("/api/v1/notifications", {"types[]": "mention"}, cursor, now)
        statuses = [one["status"] for one in page if isinstance(one.get("status"), dict) and one.get("type") == "mention"]
        told = self._told(statuses, self._stubs(ours))
        cut = (now - WATCHED).isoformat()
        watched = [one for one in cursor.get("watched", []) if one[1] > cut]
        watched = [*watched, *([one.remote_id, one.at.isoformat()] for one in told if one.at.isoformat() > cut)]
        watched = list(dict(watched[-MOST_WATCHED:]).items())
        if more:
            return Gathered(told, {**turned, "watched": watched}, more=True)
        again, gone, looked = self._again([name for name, _ in watched])
        # Whoever was looked at goes to the end: all have their turn.
        waiting = [one for one in watched if one[0] not in looked]
        kept = [one for one in watched if one[0] in looked and one[0] not in gone]
        both = {one.remote_id: one for one in (*told, *again)}
        ordered = tuple(sorted(both.values(), key=lambda one: one.at))
        return Gathered(ordered, {**turned, "watched": [*waiting, *kept]}, gone)

    def _again(self, names: Sequence[str]) -> tuple[tuple[Heard, ...], frozenset[str], set[str]]:
        """Read some statuses again; return them, those that are gone, and which were looked at."""
        some = names[:AT_ONCE]
        if not some:
            return (), frozenset(), set()
        answer = self._ask("GET", "/api/v1/statuses", params={"id[]": list(some)})
        found = answer.json()
        if answer.ok and isinstance(found, list):
            there = [one for one in found if isinstance(one, dict) and id_of(one)]
            return self._told(there), frozenset(some) - {id_of(one) for one in there}, set(some)
        if answer.status == 429 or answer.status >= 500:
            raise verdict(answer, commit=False)
        return self._one_by_one(names[:ONE_BY_ONE])  # an older server, or another kind

    def _one_by_one(self, names: Sequence[str]) -> tuple[tuple[Heard, ...], frozenset[str], set[str]]:
        answers = {name: self._status(name) for name in names}
        there = [one for one in answers.values() if one is not None]
        return self._told(there), frozenset(name for name, one in answers.items() if one is None), set(names)

    def _status(self, name: str) -> Status | None:
        answer = self._ask("GET", f"/api/v1/statuses/{name}")
        if answer.status in GONE:
            return None
        if not answer.ok or not id_of(answer.mapping()):
            raise verdict(answer, commit=False)
        return answer.mapping()

    # ---- what stands under our statuses

    def _under(self, cursor: Mapping[str, Any], ours: Sequence[Ours]) -> Gathered:
        start, seen = int(cursor.get("at", 0)), dict(cursor.get("seen", {}))
        some = ours[start : start + STATUSES]
        told: list[Heard] = []
        gone: set[str] = set()
        for one in some:
            context = self._context(one.remote_id)
            if context is None:
                continue
            below = _statuses(context.get("descendants"))
            told += self._told(below, known={**self._stubs([one]), **{id_of(each): each for each in below}})
            there = [id_of(each) for each in below if author_of(each) != self.account.remote_id]
            missing = set(seen.get(one.remote_id, ())) - set(there)
            # What answered something that was taken off hangs in the air: it is there, but no longer below.
            gone |= {name for name in missing if self._status(name) is None}
            seen[one.remote_id] = there[-MOST_SEEN:]
        more = start + STATUSES < len(ours)
        kept = {name: ids for name, ids in seen.items() if ids and name in {one.remote_id for one in ours}}
        ordered = tuple(sorted({one.remote_id: one for one in told}.values(), key=lambda one: one.at))
        return Gathered(ordered, {"at": start + STATUSES if more else 0, "seen": kept}, frozenset(gone), more)

    # ---- where a status stands

    def _stubs(self, ours: Iterable[Ours]) -> dict[str, Status]:
        return {one.remote_id: {"id": one.remote_id, "account": {"id": self.account.remote_id}} for one in ours}

    def _told(self, statuses: Iterable[Status], known: Mapping[str, Status] | None = None) -> tuple[Heard, ...]:
        """Return statuses as what was heard, oldest first; publications of our own are left out."""
        told = []
        for status in sorted(statuses, key=lambda one: str(one.get("created_at"))):
            where = self._place(status, known or {})
            one = heard(status, where, self.account.remote_id, self.account.base.partition("://")[2]) if where else None
            told += [one] if one else []
        return tuple(told)

    def _place(self, status: Status, known: Mapping[str, Status]) -> Place | None:
        name, parent = id_of(status), identifier(status.get("in_reply_to_id"))
        if name not in self.places:
            direct = status.get("visibility") == "direct"
            if parent and not direct and parent not in self.places:
                self._learn(status, known)
            above = self.places.get(parent)
            if direct and above and above.kind == "message":
                self.places[name] = above
            else:
                alone = direct or not parent
                self.places[name] = place(status, (), self.account.remote_id) if alone else self._below(status, parent)
        return self.places[name]

    def _below(self, status: Status, parent: str) -> Place | None:
        mine = author_of(status) == self.account.remote_id
        if parent not in self.places:  # what it answered is gone
            return None if mine else Place("mention", id_of(status))
        where = self.places[parent]
        if where is None:
            return None if mine else Place("comment", id_of(status), parent)
        return Place("mention", id_of(status)) if where.kind == "message" else where

    def _learn(self, status: Status, known: Mapping[str, Status]) -> None:
        """Learn where everything stands that a status answers: from what is known, or else from the server."""
        chain: list[Status] = []
        at = identifier(status.get("in_reply_to_id"))
        while at in known and len(chain) < MOST_SEEN:
            chain.insert(0, known[at])
            at = identifier(known[at].get("in_reply_to_id"))
        if at:
            chain = _statuses((self._context(id_of(status)) or {}).get("ancestors"))
        for i, one in enumerate(chain):
            self.places.setdefault(id_of(one), place(one, chain[:i], self.account.remote_id))

    def _context(self, name: str) -> Mapping[str, Any] | None:
        answer = self._ask("GET", f"/api/v1/statuses/{name}/context")
        if answer.status in GONE:
            return None
        if not answer.ok:
            raise verdict(answer, commit=False)
        return answer.mapping()

    # ---- pages

    def _page(
        self, path: str, asked: Mapping[str, Any], cursor: Mapping[str, Any], now: datetime
    ) -> tuple[list[Mapping[str, Any]], dict[str, Any], bool]:
        """Return a page, the cursor after it, and whether there is more: backwards at first, then from where one was."""
        top, down = str(cursor.get("top", "")), str(cursor.get("down", ""))
        bound = {"max_id": down} if down else {"min_id": top} if top else {}
        answer = self._ask("GET", path, params={**asked, "limit": PAGE, **bound})
        found = answer.json()
        if not answer.ok or not isinstance(found, list):
            raise verdict(answer, commit=False)
        page: list[Mapping[str, Any]] = sorted((one for one in found if isinstance(one, dict) and id_of(one)), key=_order)
        if top and not down:
            page = [one for one in page if _order(one) > _order({"id": top})]
            return page, {"top": id_of(page[-1]) if page else top}, bool(page)
        page = [one for one in page if not down or _order(one) < _order({"id": down})]
        if not page:
            return [], {"top": top} if top else {}, False
        top = top or id_of(page[-1])
        old = (moment(page[0].get("created_at")) or now) < now - LONG
        return page, {"top": top} if old else {"top": top, "down": id_of(page[0])}, not old

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        try:
            return self.session.call(method, path, scoped=True, **more)
        except MayNot as error:
            raise Refused(MAY_NOT, CONNECT_AGAIN) from error


def _order(one: Mapping[str, Any]) -> tuple[int, str]:
    """Ids are numbers that grow, or words that sort by time."""
    return len(id_of(one)), id_of(one)


def _statuses(found: Any) -> list[Status]:
    return [one for one in found if isinstance(one, dict) and id_of(one)] if isinstance(found, list) else []
