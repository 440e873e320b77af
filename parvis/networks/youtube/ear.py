"""Listening to a channel: the comments under its videos and the answers to them. YouTube has no private messages, and no webhook of these.

One call reads a hundred threads of all videos together, so a reading costs few units of the day's quota. Each goes through the threads of
two months again: that is how edits, deletions and late answers are seen. What YouTube or we hold back is read too, and is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, Unknown, address, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Wires
from parvis.networks.google import Session, judged, moment, trouble
from parvis.networks.listening import Ability, Gathered, Heard, Kind, Ours, Somebody, Source, Window
from parvis.networks.youtube.comments import COMMENTS, PAGE, THREADS
from parvis.networks.youtube.limits import LIST, WRITE, midnight, spend, used_up
from parvis.networks.youtube.words import ALIVE, WORDS

ABILITIES: Mapping[Kind, frozenset[Ability]] = {"comment": frozenset({"answer", "hide", "delete"})}
MODERATION = f"{COMMENTS}/setModerationStatus"
PUBLISHED, HELD, REJECTED = "published", "heldForReview", "rejected"
LONG = timedelta(days=60)
MOST_SEEN, AT_ONCE, MOST_PAGES = 3000, 50, 50
CLOSED = Say(gettext_noop("Comments are switched off under this video on YouTube: nothing can be answered there."))
CUT = gettext_noop("%(host)s did not answer in full.")
Item = Mapping[str, Any]


@dataclass(slots=True)
class Listening:
    """A channel that is listened to."""

    account: Account
    wires: Wires
    web: str
    abilities: Mapping[Kind, frozenset[Ability]] = field(default_factory=lambda: ABILITIES)
    sources: tuple[Source, ...] = (Source("threads", timedelta(minutes=10), timedelta(minutes=2)),)
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.wires, ALIVE)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read one page of threads: of what everybody sees, then of what is held back; then look for what is missing."""
        status, token = str(cursor.get("status") or PUBLISHED), str(cursor.get("page") or "")
        found = self._threads(status, token)
        items = [one for one in found.get("items") or () if isinstance(one, dict)]
        told = [one for each in items for one in self._thread(each, hidden=status == HELD)]
        there = [*cursor.get("there", []), *(one.remote_id for one in told)][-MOST_SEEN:]
        seen = list(cursor.get("seen", []))
        following = str(found.get("nextPageToken") or "")
        if following and following != token and not _old(items, now - LONG):
            return _page(told, {"status": status, "page": following, "there": there, "seen": seen})
        if status == PUBLISHED:
            return _page(told, {"status": HELD, "there": there, "seen": seen})
        back, gone, unasked = self._missing([name for name in seen if name not in set(there)])
        kept = dict.fromkeys([*unasked, *(one.remote_id for one in back), *there])
        return _page([*told, *back], {"seen": list(kept)[-MOST_SEEN:]}, gone, more=False)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say that anything may be answered, except where comments are switched off."""
        return Window(False, why=CLOSED) if heard.refs.get("closed") else Window(True)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Hold it back for review, or let everybody see it."""
        self._moderate(heard, HELD if hidden else PUBLISHED)

    def delete(self, heard: Heard) -> None:
        """Reject it: nobody sees it again, nor what answers it."""
        self._moderate(heard, REJECTED)

    def like(self, heard: Heard, liked: bool) -> None:
        """Not through this interface."""
        raise NotImplementedError

    def _moderate(self, heard: Heard, status: str) -> None:
        spend(self.wires, WRITE, clock.now())
        asked = {"id": heard.remote_id, "moderationStatus": status}
        answer = self.session.call("POST", f"{self.account.base}{MODERATION}", params=asked)
        if not answer.ok and not (answer.status in {404, 410} and status == REJECTED):
            raise self._judged(answer)

    # ---- reading

    def _threads(self, status: str, token: str) -> Item:
        asked = {
            "part": "snippet,replies", "allThreadsRelatedToChannelId": self.account.remote_id, "order": "time", "textFormat": "plainText",
            "moderationStatus": status, "maxResults": str(PAGE),
        }  # fmt: skip
        try:
            return self._read(THREADS, {**asked, "pageToken": token} if token else asked)
        except Refused:
            if not token:
                raise
            return self._read(THREADS, asked)  # a mark of yesterday is no longer taken: begin again

    def _thread(self, thread: Item, *, hidden: bool) -> list[Heard]:
        snippet = _part(thread, "snippet")
        top = _part(snippet, "topLevelComment")
        replies: list[Item] = [one for one in _part(thread, "replies").get("comments") or () if isinstance(one, dict)]
        total = snippet.get("totalReplyCount")
        if isinstance(total, int) and total > len(replies):
            replies = self._replies(identifier(top.get("id")))
        closed = snippet.get("canReply") is False
        return self._told([top, *replies], hidden=hidden, closed=closed)

    def _replies(self, name: str) -> list[Item]:
        asked = {"part": "snippet", "parentId": name, "textFormat": "plainText", "maxResults": str(PAGE)}
        held: list[Item] = []
        for _ in range(MOST_PAGES):
            found = self._read(COMMENTS, asked)
            held += [one for one in found.get("items") or () if isinstance(one, dict)]
            token = str(found.get("nextPageToken") or "")
            if not token:
                break
            asked["pageToken"] = token
        return held

    def _missing(self, names: Sequence[str]) -> tuple[list[Heard], frozenset[str], list[str]]:
        """Ask by their names for some that are no longer listed; return those still there, those gone, and those not asked for yet."""
        some, rest = names[:AT_ONCE], list(names[AT_ONCE:])
        if not some:
            return [], frozenset(), rest
        found = self._read(COMMENTS, {"part": "snippet", "id": ",".join(some), "textFormat": "plainText", "maxResults": str(PAGE)})
        items = [one for one in found.get("items") or () if isinstance(one, dict)]
        there = [one for one in items if _part(one, "snippet").get("moderationStatus") != REJECTED]
        # What is older than what is listed is simply old.
        told = self._told(there, hidden=False, closed=False)
        return told, frozenset(some) - {one.remote_id for one in told}, rest

    def _read(self, path: str, asked: Mapping[str, str]) -> Item:
        spend(self.wires, LIST, clock.now())
        answer = self.session.call("GET", f"{self.account.base}{path}", params=dict(asked))
        if not answer.ok:
            raise self._judged(answer)
        if not isinstance(answer.json(), dict):
            raise NotSent(Say(CUT, {"host": answer.host}))
        return answer.mapping()

    def _judged(self, answer: Answer) -> NotSent | Refused | Unknown:
        now = clock.now()
        if trouble(answer).reason in {"quotaExceeded", "dailyLimitExceeded"}:
            used_up(self.wires, "units", now)
        return judged(answer, WORDS, commit=False, day=midnight(now))

    # ---- what was heard

    def _told(self, comments: Iterable[Item], *, hidden: bool, closed: bool) -> list[Heard]:
        told = (self._heard(one, hidden=hidden, closed=closed) for one in comments)
        return [one for one in told if one is not None]

    def _heard(self, comment: Item, *, hidden: bool, closed: bool) -> Heard | None:
        snippet, name = _part(comment, "snippet"), identifier(comment.get("id"))
        at, changed = moment(snippet.get("publishedAt")), moment(snippet.get("updatedAt"))
        if not name or at is None:
            return None
        video, parent = identifier(snippet.get("videoId")), identifier(snippet.get("parentId"))
        author = _author(snippet)
        return Heard(
            name, "comment", parent or name, str(snippet.get("textOriginal") or snippet.get("textDisplay") or ""), at, author,
            mine=author.remote_id == self.account.remote_id, parent=parent, under=video,
            url=address(f"{self.web}/watch?v={video}&lc={name}"), edited_at=changed if changed and changed > at else None,
            hidden=hidden or snippet.get("moderationStatus") == HELD,
            refs={"parent": parent or name, "video": video, **({"closed": True} if closed else {})},
        )  # fmt: skip


def _page(told: Iterable[Heard], cursor: Mapping[str, Any], gone: frozenset[str] = frozenset(), *, more: bool = True) -> Gathered:
    return Gathered(tuple(sorted(told, key=lambda one: one.at)), cursor, gone, more)


def _old(items: Sequence[Item], cut: datetime) -> bool:
    """Tell whether all threads of a page began before a moment."""
    tops = (_part(_part(_part(one, "snippet"), "topLevelComment"), "snippet") for one in items)
    return all((moment(top.get("publishedAt")) or cut) < cut for top in tops)


def _part(item: Item, name: str) -> Item:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def _author(snippet: Item) -> Somebody:
    name = line(str(snippet.get("authorDisplayName") or ""))
    url, avatar = (address(str(snippet.get(f"author{part}Url") or "")) for part in ("Channel", "ProfileImage"))
    return Somebody(identifier(_part(snippet, "authorChannelId").get("value")) or name, name, name, url, avatar)
