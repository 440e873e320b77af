"""Listening to Bluesky: what names us or answers us, what stands under our posts, what we wrote elsewhere, private messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, NotSent, identifier, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.bluesky.chat import Chat
from parvis.networks.bluesky.heard import CLOSED, Place, View, heard, owner_of, parent_of, root_of, under, uri_of
from parvis.networks.bluesky.places import Places
from parvis.networks.bluesky.session import Session, error_of
from parvis.networks.contract import Account, Wires
from parvis.networks.listening import Ability, Gathered, Heard, Kind, Ours, Source, Window, moment

ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide", "like"}),
    "mention": frozenset({"answer", "like"}),
    "message": frozenset({"answer"}),
}
REASONS = ["mention", "reply", "quote"]
POST, LIKE, GATE = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.feed.threadgate"
# What one gate may hide: lexicons/app/bsky/feed/threadgate.json, hiddenReplies.maxLength.
MOST_HIDDEN, GATE_PAGES = 300, 5
# How far back the first reading goes; how long a deletion is looked for; what is read again lest a late entry be missed.
LONG, WATCHED, AGAIN = timedelta(days=60), timedelta(days=14), timedelta(minutes=15)
PAGE, AT_ONCE, MOST_WATCHED, THREADS, MOST_SEEN, DEEP = 100, 25, 200, 10, 500, 100


@dataclass(slots=True)
class Listening:
    """An account that is listened to."""

    account: Account
    wires: Wires
    at: Places
    abilities: Mapping[Kind, frozenset[Ability]] = field(default_factory=lambda: ABILITIES)
    sources: tuple[Source, ...] = (
        Source("named", timedelta(minutes=2)),
        Source("messages", timedelta(minutes=2)),
        Source("own", timedelta(minutes=10), timedelta(minutes=5)),
        Source("under", timedelta(minutes=10), timedelta(minutes=5)),
    )
    session: Session = field(init=False)
    places: dict[str, Place | None] = field(default_factory=dict)
    folded: frozenset[str] | None = None

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read one page of one source."""
        match source:
            case "messages":
                return Chat(self.session, self.account.remote_id, self.at.web).gather(cursor)
            case "own":
                return self._own(cursor, now)
            case "under":
                return self._under(cursor, ours)
        return self._named(cursor, now)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say that anything may be answered, but where whoever began the conversation forbids it."""
        return Window(False, why=CLOSED) if heard.refs.get("closed") else Window(True)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Fold it away under our own post, for everybody, or show it again: the post's gate holds the list."""
        root, me = str(heard.refs["root"]["uri"]), self.account.remote_id
        key = root.rpartition("/")[2]
        answer = self._ask("GET", "com.atproto.repo.getRecord", params={"repo": me, "collection": GATE, "rkey": key})
        if not answer.ok and error_of(answer) != "RecordNotFound":
            raise verdict(answer, commit=False)
        gate, found = under(answer.mapping(), "value"), identifier(answer.mapping().get("cid")) or None
        before = hidden_in(gate)
        after = [uri for uri in before if uri != heard.remote_id] + ([heard.remote_id] if hidden else [])
        if (heard.remote_id in before) == hidden:
            return
        made = {"createdAt": heard.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
        record = {"$type": GATE, "post": root, **made, **gate, "hiddenReplies": after[-MOST_HIDDEN:]}
        # Whoever changed the gate meanwhile is not undone: the next try reads it again.
        body = {"repo": me, "collection": GATE, "rkey": key, "record": record, "swapRecord": found}
        put = self._ask("POST", "com.atproto.repo.putRecord", json=body)
        if error_of(put) == "InvalidSwap":
            raise NotSent(Say(gettext_noop("Somebody changed who may answer this post at the same moment.")))
        _fine(put)

    def delete(self, heard: Heard) -> None:
        """Not on this network."""
        raise NotImplementedError

    def like(self, heard: Heard, liked: bool) -> None:
        """Like it at a key that follows from it, so that twice is once; or take every like of ours back."""
        key, me = heard.remote_id.rpartition("/")[2], self.account.remote_id
        if liked:
            subject = {"uri": heard.remote_id, "cid": heard.refs["cid"]}
            record = {"$type": LIKE, "subject": subject, "createdAt": heard.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")}
            answer = self._ask("POST", "com.atproto.repo.putRecord", json={"repo": me, "collection": LIKE, "rkey": key, "record": record})
            return _fine(answer)
        there = self._views([heard.remote_id])
        given = uri_of({"uri": under(there[0], "viewer").get("like")}) if there else ""
        for name in {key, given.rpartition("/")[2]} - {""}:
            _fine(self._ask("POST", "com.atproto.repo.deleteRecord", json={"repo": me, "collection": LIKE, "rkey": name}))
        return None

    # ---- what names us or answers us

    def _named(self, cursor: Mapping[str, Any], now: datetime) -> Gathered:
        top, newest, down = (str(cursor.get(name, "")) for name in ("top", "newest", "down"))
        answer = self._ask(
            "GET",
            "app.bsky.notification.listNotifications",
            params={"reasons": REASONS, "limit": PAGE, **({"cursor": down} if down else {})},
        )
        page = _listed(answer, "notifications")
        since = moment(top) or now - LONG
        fresh = [one for one in page if (moment(one.get("indexedAt")) or now) >= since - AGAIN]
        newest = newest or (str(page[0].get("indexedAt", "")) if page else top)
        told = self._told(self._views([uri_of(one) for one in fresh]))
        watched = self._watched(cursor, told, now)
        following = identifier(answer.mapping().get("cursor"), 500)
        if fresh and len(fresh) == len(page) and following and following != down:
            return Gathered(told, {"top": top, "newest": newest, "down": following, "watched": watched}, more=True)
        again, gone = self._again([name for name, _ in watched[:AT_ONCE]])
        kept = [*watched[AT_ONCE:], *(one for one in watched[:AT_ONCE] if one[0] not in gone)]
        both = {one.remote_id: one for one in (*told, *again)}
        ordered = tuple(sorted(both.values(), key=lambda one: one.at))
        return Gathered(ordered, {"top": newest or top, "watched": kept}, gone)

    def _watched(self, cursor: Mapping[str, Any], told: Iterable[Heard], now: datetime) -> list[list[str]]:
        cut = (now - WATCHED).isoformat()
        known: dict[str, str] = dict(cursor.get("watched", []))
        known |= {one.remote_id: one.at.isoformat() for one in told if one.remote_id not in known}
        return [[name, at] for name, at in known.items() if at > cut][-MOST_WATCHED:]

    def _again(self, uris: Sequence[str]) -> tuple[tuple[Heard, ...], frozenset[str]]:
        views = self._views(uris)
        return self._told(views), frozenset(uris) - {uri_of(one) for one in views}

    def _views(self, uris: Sequence[str]) -> list[View]:
        """Return posts as they are shown, those that there are."""
        wanted, found = list(dict.fromkeys(uri for uri in uris if uri)), []
        for start in range(0, len(wanted), AT_ONCE):
            found += _listed(self._ask("GET", "app.bsky.feed.getPosts", params={"uris": wanted[start : start + AT_ONCE]}), "posts")
        return found

    # ---- what we wrote

    def _own(self, cursor: Mapping[str, Any], now: datetime) -> Gathered:
        """Read our own records back to the last reading: answers given from elsewhere are among them."""
        top, newest, down = (str(cursor.get(name, "")) for name in ("top", "newest", "down"))
        asked = {"repo": self.account.remote_id, "collection": POST, "limit": PAGE, **({"cursor": down} if down else {})}
        answer = self._ask("GET", "com.atproto.repo.listRecords", params=asked)
        page = _listed(answer, "records")
        since = moment(top) or now - LONG
        fresh = [one for one in page if (moment(under(one, "value").get("createdAt")) or now) >= since - AGAIN]
        newest = newest or now.isoformat()
        told = self._told(self._views([uri_of(one) for one in fresh if under(one, "value", "reply")]))
        following = identifier(answer.mapping().get("cursor"), 500)
        if fresh and len(fresh) == len(page) and following and following != down:
            return Gathered(told, {"top": top, "newest": newest, "down": following}, more=True)
        return Gathered(told, {"top": newest})

    # ---- what stands under our posts

    def _under(self, cursor: Mapping[str, Any], ours: Sequence[Ours]) -> Gathered:
        start, seen = int(cursor.get("at", 0)), dict(cursor.get("seen", {}))
        told: dict[str, Heard] = {}
        gone: set[str] = set()
        for one in ours[start : start + THREADS]:
            thread = self._thread(one.remote_id, depth=DEEP)
            if thread is None:
                continue
            views = list(_below(thread))
            told |= {each.remote_id: each for each in self._told(views, {uri_of(view): view for view in views})}
            there = [uri_of(view) for view in views if owner_of(uri_of(view)) != self.account.remote_id]
            missing = sorted(set(seen.get(one.remote_id, ())) - set(there))
            # What is missing may only have lost what it answers.
            gone |= set(missing) - {uri_of(view) for view in self._views(missing)}
            seen[one.remote_id] = there[-MOST_SEEN:]
        more = start + THREADS < len(ours)
        names = {one.remote_id for one in ours}
        kept = {name: uris for name, uris in seen.items() if uris and name in names}
        ordered = tuple(sorted(told.values(), key=lambda one: one.at))
        return Gathered(ordered, {"at": start + THREADS if more else 0, "seen": kept}, frozenset(gone), more)

    def _thread(self, uri: str, depth: int = 0, height: int = 0) -> Mapping[str, Any] | None:
        answer = self._ask("GET", "app.bsky.feed.getPostThread", params={"uri": uri, "depth": depth, "parentHeight": height})
        if error_of(answer) == "NotFound":
            return None
        if not answer.ok:
            raise verdict(answer, commit=False)
        return under(answer.mapping(), "thread")

    # ---- where a post stands

    def _told(self, views: Iterable[View], known: Mapping[str, View] | None = None) -> tuple[Heard, ...]:
        """Return posts as what was heard, oldest first; publications of our own are left out."""
        told = []
        for view in views:
            where = self._place(view, known or {})
            one = heard(view, where, self.account.remote_id, self.at.web) if where else None
            if one and one.kind == "comment" and one.remote_id in self._hidden():
                one = replace(one, hidden=True)
            told += [one] if one else []
        return tuple(sorted(told, key=lambda one: one.at))

    def _hidden(self) -> frozenset[str]:
        """Return what is hidden under our posts, as our own records say."""
        if self.folded is None:
            found: set[str] = set()
            asked = {"repo": self.account.remote_id, "collection": GATE, "limit": PAGE}
            for _ in range(GATE_PAGES):
                answer = self._ask("GET", "com.atproto.repo.listRecords", params=asked)
                page = _listed(answer, "records")
                found.update(uri for one in page for uri in hidden_in(under(one, "value")))
                following = identifier(answer.mapping().get("cursor"), 500)
                if len(page) < PAGE or not following:
                    break
                asked["cursor"] = following
            self.folded = frozenset(found)
        return self.folded

    def _place(self, view: View, known: Mapping[str, View]) -> Place | None:
        uri = uri_of(view)
        if uri not in self.places:
            self.places[uri] = self._placed(view, known)
        return self.places[uri]

    def _placed(self, view: View, known: Mapping[str, View]) -> Place | None:
        uri, parent, root, me = uri_of(view), parent_of(view), root_of(view), self.account.remote_id
        mine = owner_of(uri) == me
        if not parent:
            return None if mine else Place("mention", uri)
        if owner_of(root) != me:
            return Place("mention", root)
        if parent == root:
            return None if mine else Place("comment", uri, root)
        above = known.get(parent) or self._above(uri)
        where = self._place(above, known) if above else None
        if where is not None:
            return where
        return None if mine else Place("comment", uri, parent)

    def _above(self, uri: str) -> View | None:
        """Return what a post answers, after learning where all of that stands."""
        thread = self._thread(uri, height=DEEP)
        chain, at = [], under(thread, "parent")
        while uri_of(under(at, "post")):
            chain.append(under(at, "post"))
            at = under(at, "parent")
        known = {uri_of(one): one for one in chain}
        for one in reversed(chain):
            self._place(one, known)
        return chain[0] if chain else None

    def _ask(self, method: str, name: str, **more: Any) -> Answer:
        return self.session.call(method, name, **more)


def _below(thread: Mapping[str, Any]) -> Iterable[View]:
    waiting = [thread]
    while waiting:
        one = waiting.pop()
        replies = one.get("replies")
        for each in replies if isinstance(replies, list) else ():
            if uri_of(under(each, "post")):
                yield under(each, "post")
                waiting.append(each)


def hidden_in(gate: Mapping[str, Any]) -> list[str]:
    """Return what the gate of a post hides."""
    found = gate.get("hiddenReplies")
    return [str(uri) for uri in found] if isinstance(found, list) else []


def _listed(answer: Answer, name: str) -> list[Mapping[str, Any]]:
    found = answer.mapping().get(name)
    if not answer.ok or not isinstance(found, list):
        raise verdict(answer, commit=False)
    return [one for one in found if uri_of(one)]


def _fine(answer: Answer) -> None:
    if not answer.ok:
        raise verdict(answer, commit=False)
