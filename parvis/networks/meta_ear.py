"""Listening in one family of networks: comments under our publications, what names us elsewhere, and conversations in private."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Wires
from parvis.networks.listening import POSTS, TOLD, Ability, Gathered, Heard, Kind, Ours, Source, Window, moment
from parvis.networks.meta import MOST_PAGES, Endless, Graph, Places, after_of, codes_of, failure, is_gone
from parvis.networks.meta_heard import MESSAGE_FIELDS, Dialect, Found, comment, flat, is_mine, message, other_than_us, parent_of
from parvis.networks.meta_looks import Looks
from parvis.networks.meta_mentions import TAGGED, Mentions, Naming
from parvis.networks.meta_posts import Shelf

UNDER, TALKS, NAMED = "under", "talks", "named"
SOURCES = (
    Source(POSTS, timedelta(minutes=15), timedelta(minutes=5)),
    Source(UNDER, timedelta(minutes=10), timedelta(minutes=2)),
    Source(TALKS, timedelta(minutes=2)),
    Source(NAMED, timedelta(minutes=15), timedelta(minutes=5)),
)
DAY, WEEK = timedelta(hours=24), timedelta(days=7)
# How far back the first reading goes, and how much is read twice, for what arrives in their lists late.
LONG, AGAIN = timedelta(days=60), timedelta(minutes=10)
PAGE, CALLS, MOST_SEEN = 100, 10, 1000
TALKS_A_PAGE, MOST_TALKS, AT_ONCE = 50, 200, 20
CLOSED = Say(
    gettext_noop("More than 24 hours have gone by since this person's last message: the network takes no answer from a tool any more.")
)
CLOSED_WEEK = Say(
    gettext_noop("More than seven days have gone by since this person's last message: the network takes no answer from a tool any more.")
)


@dataclass(slots=True)
class Listening:
    """An account that is listened to."""

    account: Account
    wires: Wires
    places: Places
    dialect: Dialect
    abilities: Mapping[Kind, frozenset[Ability]]
    naming: Naming
    sources: tuple[Source, ...] = SOURCES
    graph: Graph = field(init=False)

    def __post_init__(self) -> None:
        self.graph = Graph(self.account, self.wires, self.places)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read some pages of what stands under our publications, of what names us, or of our conversations."""
        if source == POSTS:
            return Shelf(self.graph, self.dialect).gather(cursor, ours, now)
        if source == NAMED:
            return Mentions(self.graph, self.dialect, self.naming).gather(cursor, ours, now)
        return self._under(cursor, ours) if source == UNDER else self._talks(cursor, now)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say that a message is answered within 24 hours, by a human being within seven days where that is allowed; comments always.

        What names the account is answered where its name stands in the words, and not where it was only tagged.
        """
        if heard.kind == "mention":
            return Window(True) if heard.refs.get("answers") else Window(False, why=TAGGED)
        if heard.kind != "message":
            return Window(True)
        if now < heard.at + DAY:
            return Window(True, heard.at + DAY)
        if late_allowed and now < heard.at + WEEK:
            return Window(True, heard.at + WEEK, late=True)
        return Window(False, heard.at + (WEEK if late_allowed else DAY), CLOSED_WEEK if late_allowed else CLOSED)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Hide a comment from the public, or show it again."""
        self._act("POST", f"/{heard.remote_id}", data={self.dialect.hide: "true" if hidden else "false"})

    def delete(self, heard: Heard) -> None:
        """Take a comment off."""
        self._act("DELETE", f"/{heard.remote_id}")

    def like(self, heard: Heard, liked: bool) -> None:
        """Like a comment as the account, or take that back."""
        if "like" not in self.abilities.get(heard.kind, frozenset()):
            raise NotImplementedError
        self._act("POST" if liked else "DELETE", f"/{heard.remote_id}/likes")

    def _act(self, method: str, path: str, **more: Any) -> None:
        answer = self.graph.answer(method, self.places.at(path, self.account.base), **more)
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)

    # ---- under our publications

    def _under(self, cursor: Mapping[str, Any], ours: Sequence[Ours]) -> Gathered:
        """Read on where the cursor stands: in the list of a publication, by its name, or at the first one."""
        names = [one.remote_id for one in ours]
        seen = {name: ids for name, ids in dict(cursor.get("seen", {})).items() if name in names}
        at = names.index(cursor["at"]) if cursor.get("at") in names else 0
        reading = (
            _Reading(dict(cursor.get("tops", {})), str(cursor.get("after", ""))) if at < len(names) and cursor.get("at") else _Reading()
        )
        told: list[Heard] = []
        gone: set[str] = set()
        for _ in range(CALLS):
            if at >= len(names):
                break
            told += self._read(names[at], reading, gone, seen)
            if not reading.after:
                at, reading = at + 1, _Reading()
        more = at < len(names)
        turned = {"seen": seen, **({"at": names[at], "tops": reading.tops, "after": reading.after} if more else {})}
        ordered = tuple(sorted({one.remote_id: one for one in told}.values(), key=lambda one: one.at))
        return Gathered(ordered, turned, frozenset(gone), more)

    def _read(self, post: str, reading: _Reading, gone: set[str], seen: dict[str, list[str]]) -> list[Heard]:
        """Read one page of a publication's comments; at its last, learn what is no longer there."""
        asked = {"fields": self.dialect.fields, "limit": PAGE, **self.dialect.asked, **({"after": reading.after} if reading.after else {})}
        answer = self.graph.answer("GET", self.places.at(f"/{post}/comments", self.account.base), params=asked)
        if not answer.ok and codes_of(answer)[0] == 100:
            # The publication is no longer there, or is of a kind under which nobody writes.
            gone |= set(seen.pop(post, ())) if is_gone(answer) else set()
            reading.after = ""
            return []
        found = answer.mapping()
        if not answer.ok or not isinstance(found.get("data"), list):
            raise failure(answer, commit=False)
        told = [self._placed(one, post, reading.tops) for one in flat(self._whole(found["data"]))]
        reading.after = after_of(found)
        if not reading.after:
            gone |= {name for name in seen.get(post, ()) if name not in reading.tops and self._is_gone(name)}
            seen[post] = list(reading.tops)[-MOST_SEEN:]
        return [one for one in told if one is not None]

    def _whole(self, page: list[Any]) -> list[Found]:
        """Return a page of comments with all their answers, where those came with them and are more than what came."""
        return [self._with_answers(one) for one in page if isinstance(one, dict)]

    def _with_answers(self, one: Found) -> Found:
        inside = one.get("replies")
        if not isinstance(inside, dict) or not after_of(inside):
            return one
        found = self._all(f"/{identifier(one.get('id'))}/replies", self.dialect.fields.partition(",replies")[0])
        return {**one, "replies": {"data": list(found)}}

    def _all(self, path: str, fields: str, most: int = MOST_PAGES, **asked: Any) -> Iterator[Found]:
        """Yield what a list holds, as far as anybody may read it."""
        try:
            yield from self.graph.pages(path, fields, most=most, **asked)
        except Endless:
            return

    def _placed(self, one: Found, post: str, tops: dict[str, str]) -> Heard | None:
        """Return a comment in its conversation: the first of a stranger above it. What we wrote at the top ourselves answers nobody."""
        name, parent = identifier(one["id"]), parent_of(one)
        top = tops.get(parent, parent) if parent else ""
        if not top and not is_mine(one, self.account):
            top = name
        tops[name] = top
        return comment(one, self.account, self.dialect, post, top) if top else None

    def _is_gone(self, name: str) -> bool:
        answer = self.graph.answer("GET", self.places.at(f"/{name}", self.account.base), params={"fields": "id"})
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)
        return not answer.ok

    # ---- in private

    def _talks(self, cursor: Mapping[str, Any], now: datetime) -> Gathered:
        """Read the conversations that moved since the last reading, some pages at a time; at the last, look at the newest ones again."""
        looks, seen = Looks(self.graph, self.dialect), dict(cursor.get("looked", {}))
        if taken_back := list(cursor.get(TOLD, ())):
            gone = frozenset(name for name in map(str, taken_back[:AT_ONCE]) if looks.is_gone(name))
            return Gathered((), {**cursor, TOLD: taken_back[AT_ONCE:]}, gone, more=True)
        since = moment(cursor.get("since")) or now - LONG
        upto = moment(cursor.get("upto")) or since
        todo: list[list[str]] = [list(one) for one in cursor.get("todo", ())]
        if not todo:
            todo, upto = self._moved(since - AGAIN, since)
        told: list[Heard] = []
        for _ in range(CALLS):
            if not todo:
                break
            name, person, after = todo[0]
            page, after = self._said(name, person, after, since - AGAIN)
            told += page
            todo = [[name, person, after], *todo[1:]] if after else todo[1:]
        if todo:
            turned = {"since": since.isoformat(), "upto": upto.isoformat(), "todo": todo, "looked": seen}
            return Gathered(tuple(sorted(told, key=lambda one: one.at)), turned, more=True)
        again, gone, looked = looks.again(seen, upto, now)
        heard = sorted({one.remote_id: one for one in (*told, *again)}.values(), key=lambda one: one.at)
        return Gathered(tuple(heard), {"since": upto.isoformat(), "looked": looked}, gone)

    def _moved(self, since: datetime, upto: datetime) -> tuple[list[list[str]], datetime]:
        """Return each conversation that moved, with whom it is, and when the last one moved."""
        found: list[list[str]] = []
        fields, asked = "id,updated_time,participants", {"platform": self.dialect.platform, "limit": TALKS_A_PAGE}
        for one in self._all(f"/{self.account.remote_id}/conversations", fields, most=MOST_TALKS, **asked):
            at, name = moment(one.get("updated_time")), identifier(one.get("id"))
            if at is None or not name:
                continue
            if at < since:
                break
            found.append([name, other_than_us(one, self.account), ""])
            upto = max(upto, at)
        return found, upto

    def _said(self, talk: str, person: str, after: str, since: datetime) -> tuple[list[Heard], str]:
        """Return one page of a conversation, and the cursor of the next where that is needed."""
        asked = {"fields": MESSAGE_FIELDS, "limit": PAGE, **({"after": after} if after else {})}
        answer = self.graph.answer("GET", self.places.at(f"/{talk}/messages", self.account.base), params=asked)
        if is_gone(answer):
            return [], ""
        found = answer.mapping()
        if not answer.ok or not isinstance(found.get("data"), list):
            raise failure(answer, commit=False)
        page = [message(one, self.account, self.dialect, talk, person) for one in found["data"] if isinstance(one, dict)]
        told = [one for one in page if one is not None]
        older = any(one.at < since for one in told)
        return [one for one in told if one.at >= since], "" if older else after_of(found)


@dataclass(slots=True)
class _Reading:
    """A publication's list while it is read: the conversation of each comment (by id), and where the next page begins."""

    tops: dict[str, str] = field(default_factory=dict)
    after: str = ""
