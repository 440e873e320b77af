"""Listening to an account of X: what names it, what stands under its posts, its private messages. X charges for all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, Refused, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Gauge, Wires
from parvis.networks.listening import POSTS, Ability, Gathered, Heard, Kind, Ours, Source, Window, elsewhere, noted
from parvis.networks.x.errors import judged
from parvis.networks.x.heard import Post, heard, order, people, published, rows
from parvis.networks.x.session import Session
from parvis.networks.x.spec import POST_READ, READS_A_DAY, USER_READ
from parvis.networks.x.talks import SEVERAL, Talks

ABILITIES: Mapping[Kind, frozenset[Ability]] = {
    "comment": frozenset({"answer", "hide"}),
    "mention": frozenset({"answer"}),
    "message": frozenset({"answer"}),
}
TALKS = "messages"
# X searches the last seven days; further back the first reading would cost more than it is worth.
LONG, WATCHED = timedelta(days=6, hours=20), timedelta(days=2)
PAGE, MOST_WATCHED = 100, 100
_POST = "attachments,created_at,conversation_id,entities,lang"
# The newer words of the API and the older ones.
WANTED = (
    {"post.fields": f"{_POST},note_post", "expansions": "author_id,in_reply_to_user_id,referenced_posts,attachments.media_keys"},
    {
        "tweet.fields": f"{_POST},note_tweet,author_id,in_reply_to_user_id,referenced_tweets",
        "expansions": "author_id,attachments.media_keys",
    },
)
SHOWN = {"user.fields": "profile_image_url", "media.fields": "alt_text,preview_image_url,type,url"}
EACH = Say(gettext_noop("X charges about half a cent (US) for each post read and one cent for its author, once a day each."))
NAMED, UNDER = Say(gettext_noop("What names your account")), Say(gettext_noop("Comments under your posts"))
OWN = Say(gettext_noop("Your own posts and answers, given on X itself"))
PRIVATE = Say(gettext_noop("Private messages"))
EACH_PRIVATE = Say(gettext_noop("X charges one cent (US) for each private message read and one cent for its author, once a day each."))
NOT_CALLED = Say(
    gettext_noop("X lets an application answer only those who named your account, and this message does not. Answer on X itself.")
)


@dataclass(slots=True)
class Listening:
    """An account that is listened to. `web` is where people read it."""

    account: Account
    wires: Wires
    web: str
    abilities: Mapping[Kind, frozenset[Ability]] = field(default_factory=lambda: ABILITIES)
    sources: tuple[Source, ...] = (
        Source("own", timedelta(hours=1), timedelta(minutes=15), costs=True, what=OWN, price=EACH),
        Source("named", timedelta(minutes=15), timedelta(minutes=5), costs=True, what=NAMED, price=EACH),
        Source("under", timedelta(hours=1), timedelta(minutes=15), costs=True, what=UNDER, price=EACH),
        Source(TALKS, timedelta(minutes=15), timedelta(minutes=5), costs=True, what=PRIVATE, price=EACH_PRIVATE),
    )
    session: Session = field(init=False)
    bill: int = field(init=False, default=0)
    posts: list[Post] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read one page of what names the account, of what it answered, of what stands under one of its posts, or of its messages."""
        if source == TALKS:
            return Talks(self.session, self.account, self.web).gather(cursor)
        self.bill, self.posts = 0, []
        return replace(self._gathered(source, cursor, ours, now), micros=self.bill)

    def _gathered(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        if source == "under":
            return self._under(cursor, ours, now)
        path = f"/2/users/{self.account.remote_id}/{'mentions' if source == 'named' else 'tweets'}"
        told, turned, more = self._page(path, {}, cursor, ours, now)
        if source == "own":
            return Gathered(tuple(one for one in told if one.mine), {**turned, POSTS: self._elsewhere(cursor, now)}, more=more)
        return self._watching(told, turned, cursor, more, now)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say that in public only those may be answered who named the account, and in private one person alone."""
        if heard.kind == "message":
            return Window(True) if heard.refs.get("who") else Window(False, why=SEVERAL)
        return Window(True) if heard.refs.get("called") or heard.mine else Window(False, why=NOT_CALLED)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Hide an answer under one of our posts, or show it again."""
        answer = self.session.call("PUT", f"/2/tweets/{heard.remote_id}/hidden", json={"hidden": hidden})
        if not answer.ok:
            raise judged(answer, commit=False)

    def delete(self, heard: Heard) -> None:
        """Not on this network."""
        raise NotImplementedError

    def like(self, heard: Heard, liked: bool) -> None:
        """Not on this network: X took likes away from applications."""
        raise NotImplementedError

    # ---- under our posts

    def _under(self, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Search the conversation under one post; X finds what is at most seven days old."""
        young = [one for one in ours if one.sent_at > now - LONG]
        at, tops, page = int(cursor.get("at", 0)), dict(cursor.get("tops", {})), dict(cursor.get("page", {}))
        if at >= len(young):
            kept = {one.remote_id: tops[one.remote_id] for one in young if one.remote_id in tops}
            return self._watching((), {"tops": kept}, cursor, False, now)
        post = young[at]
        where = {"top": tops.get(post.remote_id, ""), **page}
        asked = {"query": f"conversation_id:{post.remote_id}"}
        told, turned, more = self._page("/2/tweets/search/recent", asked, where, ours, now)
        if more:
            page = {name: value for name, value in turned.items() if name != "top"}
            return self._watching(told, {"at": at, "tops": tops, "page": page}, cursor, True, now)
        tops[post.remote_id] = turned.get("top", "")
        return self._watching(told, {"at": at + 1, "tops": tops}, cursor, True, now)

    def _elsewhere(self, cursor: Mapping[str, Any], now: datetime) -> list[list[Any]]:
        """Return the account's young posts at the top of a conversation, whoever sent them, with those of before."""
        made = [published(one, self.account, self.web) for one in self.posts]
        both = {one.remote_id: one for one in (*elsewhere(cursor.get(POSTS)), *filter(None, made)) if one.sent_at > now - LONG}
        return noted(sorted(both.values(), key=lambda one: one.sent_at, reverse=True))

    # ---- what vanished

    def _watching(self, told: Sequence[Heard], turned: dict[str, Any], cursor: Mapping[str, Any], more: bool, now: datetime) -> Gathered:
        """Keep an eye on what is young. X charges for a post once a day, however often it is read."""
        cut = (now - WATCHED).isoformat()
        fresh = [[one.remote_id, one.at.isoformat()] for one in told if not one.mine]
        both = {str(one[0]): str(one[1]) for one in (*cursor.get("watched", []), *fresh) if str(one[1]) > cut}
        watched = dict(list(both.items())[-MOST_WATCHED:])
        gone = frozenset[str]() if more or not watched else self._gone(list(watched))
        kept = [[name, at] for name, at in watched.items() if name not in gone]
        day = cursor.get("day", "")
        if watched and not more and day != (today := f"{now.astimezone(UTC):%Y-%m-%d}"):
            day, older = today, watched.keys() - {str(one[0]) for one in fresh}
            self.bill += len(older) * POST_READ.value
        return Gathered(tuple(told), {**turned, "watched": kept, "day": day}, gone, more)

    def _gone(self, names: Sequence[str]) -> frozenset[str]:
        answer = self._ask("/2/tweets", {"ids": ",".join(names)})
        found = answer.mapping()
        errors = found.get("errors")
        if not answer.ok or not ("data" in found or "errors" in found):
            raise judged(answer, commit=False)
        listed = [one for one in (errors if isinstance(errors, list) else ()) if isinstance(one, dict)]
        lost = (identifier(one.get("resource_id")) for one in listed if "resource-not-found" in str(one.get("type")))
        return frozenset(lost) & frozenset(names)

    # ---- pages

    def _page(
        self, path: str, asked: Mapping[str, Any], cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime
    ) -> tuple[tuple[Heard, ...], dict[str, Any], bool]:
        """Return a page, the cursor after it, and whether there is more. X goes backwards, down to what was newest the last time."""
        top, token, newest = (str(cursor.get(name, "")) for name in ("top", "token", "newest"))
        bound = {"since_id": top} if top else {"start_time": f"{(now - LONG).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        try:
            found = self._posts(path, {**asked, **bound, "max_results": PAGE, **({"pagination_token": token} if token else {})})
        except Refused:
            if not token:
                raise
            return (), {"top": top}, True  # a page's name that X no longer knows: from the first page again
        posts, meta = rows(found.get("data")), found["meta"]
        self.bill += len(posts) * POST_READ.value + len(people(found)) * USER_READ.value
        told, self.posts = self._told(posts, found, ours), posts
        newest = max((newest, *(identifier(one["id"]) for one in posts)), key=order)
        further = line(meta.get("next_token"), 500)
        if further and further != token:
            return told, {"top": top, "token": further, "newest": newest}, True
        return told, {"top": max(top, newest, key=order)}, False

    def _posts(self, path: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        answer = self._ask(path, {**asked, **WANTED[0], **SHOWN})
        if answer.status == 400:
            answer = self._ask(path, {**asked, **WANTED[1], **SHOWN})
        found = answer.mapping()
        if answer.status != 200 or not isinstance(found.get("meta"), dict):
            raise judged(answer, commit=False)
        return found

    def _told(self, posts: Sequence[Post], found: Mapping[str, Any], ours: Sequence[Ours]) -> tuple[Heard, ...]:
        told = [heard(one, found, self.account, ours, self.web) for one in posts]
        return tuple(sorted((one for one in told if one), key=lambda one: one.at))

    def _ask(self, path: str, asked: Mapping[str, Any]) -> Answer:
        """Read, and count what was read against what X allows."""
        now = clock.now()
        tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        fresh = Gauge(0, READS_A_DAY.value, tomorrow, "units", shared=True)
        self.wires.spend("reads", 0, fresh, now)
        answer = self.session.call("GET", path, params=asked)
        count = min(len(rows(answer.mapping().get("data"))), READS_A_DAY.value - int(self.wires.gauges["reads"].used))
        self.wires.spend("reads", count, fresh, now)
        return answer
