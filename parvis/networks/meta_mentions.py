"""Mentions in one family of networks: what others published that names the account, listed or told by a webhook.

What a list shows is read again for a week, so that edits and deletions are seen; what only a webhook names, for two days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import regex

from parvis.core.http import address, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.listening import TOLD, Attached, Gathered, Heard, Ours, Somebody, moment
from parvis.networks.meta import Graph, after_of, codes_of, failure, is_gone
from parvis.networks.meta_heard import Dialect, Found, is_mine, somebody

# How far back the first reading goes; how long what was listed, and what a webhook named, is looked at again.
LONG, LISTED, NAMED = timedelta(days=60), timedelta(days=7), timedelta(days=2)
PAGE, AT_ONCE, MOST_SEEN = 50, 20, 300
BETWEEN = ":"
# Not there, or not for this application: 10 and 200 are rights that it lacks for this one publication.
CLOSED = (10, 100, 200)
# The list may want a feature that few applications are given (Page Public Content Access, says its page): then webhooks alone tell.
NOT_GIVEN = 10
TAGGED = Say(gettext_noop("The network lets no tool answer where your account was only tagged: answer on its own page."))
At = dict[str, str]


@dataclass(frozen=True, slots=True)
class Naming:
    """How one network of the family tells who named an account.

    `edge` lists publications in `fields`; `comment` are the fields of a comment; `more` is asked besides where the network knows it.
    `shadow`: what stands under somebody else is read through the account, and answered there.
    """

    edge: str
    fields: str
    comment: str
    more: str = ""
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Mentions:
    """What names an account."""

    graph: Graph
    dialect: Dialect
    naming: Naming

    def gather(self, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read what webhooks named, some at once, then the list, a page at once; at its last, learn what is no longer there."""
        own = {one.remote_id for one in ours}
        told = [name for name in map(str, cursor.get(TOLD, ())) if name.partition(BETWEEN)[0] not in own]
        if not told:
            return self._page(cursor, own, now)
        heard, gone = self._one_by_one(told[:AT_ONCE])
        named = {**cursor.get("named", {}), **dict.fromkeys(told[:AT_ONCE], now.isoformat())}
        return Gathered(heard, {**cursor, TOLD: told[AT_ONCE:], "named": named}, gone, more=True)

    # ---- one by one

    def _one_by_one(self, names: Iterable[str]) -> tuple[tuple[Heard, ...], frozenset[str]]:
        """Read each by its name; return what is there, oldest first, and what is gone."""
        told: list[Heard] = []
        gone: set[str] = set()
        for name in names:
            post, _, comment = name.partition(BETWEEN)
            found = self._one(post, comment)
            if found is None:
                gone.add(comment or post)
            elif one := self._heard(found, post, comment):
                told.append(one)
        return tuple(sorted(told, key=lambda one: one.at)), frozenset(gone)

    def _one(self, post: str, comment: str) -> Found | None:
        """Return what a webhook named, or None where it cannot be read (any more)."""
        fields = self.naming.comment if comment else self.naming.fields
        for more in dict.fromkeys((self.naming.more, "")):
            path, asked = self._asked(post, comment, fields + more)
            answer = self.graph.answer("GET", path, params=asked)
            if answer.ok:
                key = "mentioned_comment" if comment else "mentioned_media"
                found: Any = answer.mapping().get(key) if self.naming.shadow else answer.mapping()
                return found if isinstance(found, dict) else None
            if is_gone(answer):
                return None
        if codes_of(answer)[0] in CLOSED:
            return None
        raise failure(answer, commit=False)

    def _asked(self, post: str, comment: str, fields: str) -> tuple[str, dict[str, Any]]:
        name = self.graph.account.remote_id if self.naming.shadow else comment or post
        if self.naming.shadow:
            fields = f"mentioned_comment.comment_id({comment}){{{fields}}}" if comment else f"mentioned_media.media_id({post}){{{fields}}}"
        return self._at(f"/{name}"), {"fields": fields}

    def _at(self, path: str) -> str:
        return self.graph.places.at(path, self.graph.account.base)

    # ---- the list

    def _page(self, cursor: Mapping[str, Any], own: set[str], now: datetime) -> Gathered:
        top, after = moment(cursor.get("top")), str(cursor.get("after", ""))
        cut = min(top, now - LISTED) if top else now - LONG
        asked = {"fields": self.naming.fields + self.naming.more, "limit": PAGE, **({"after": after} if after else {})}
        answer = self.graph.answer("GET", self._at(f"/{self.graph.account.remote_id}/{self.naming.edge}"), params=asked)
        found = answer.mapping()
        if codes_of(answer)[0] == NOT_GIVEN:
            return self._unlisted(cursor, now)
        if not answer.ok or not isinstance(found.get("data"), list):
            raise failure(answer, commit=False)
        page = [one for one in found["data"] if isinstance(one, dict) and identifier(one.get("id")) not in own]
        told = [one for each in page if (one := self._heard(each, identifier(each.get("id")), ""))]
        there: At = {**cursor.get("there", {}), **{one.remote_id: one.at.isoformat() for one in told}}
        heard = tuple(sorted(told, key=lambda one: one.at))
        further = after_of(found)
        if further and further != after and any(one.at >= cut for one in told):
            return Gathered(heard, {**cursor, "there": there, "after": further}, more=True)
        return self._last(cursor, heard, there, now)

    def _unlisted(self, cursor: Mapping[str, Any], now: datetime) -> Gathered:
        """Look again at what webhooks named, where the list itself is closed to this application."""
        named = self._lately_named(cursor, now)
        again, vanished = self._one_by_one(list(named)[-AT_ONCE:])
        kept = {name: cursor[name] for name in ("top", "seen") if name in cursor}
        return Gathered(again, {**kept, "named": named}, vanished)

    def _lately_named(self, cursor: Mapping[str, Any], now: datetime) -> At:
        return {name: at for name, at in dict(cursor.get("named", {})).items() if at > (now - NAMED).isoformat()}

    def _last(self, cursor: Mapping[str, Any], heard: tuple[Heard, ...], there: At, now: datetime) -> Gathered:
        """Learn what is no longer listed, and look again at what webhooks named lately."""
        fresh = {name: at for name, at in dict(cursor.get("seen", {})).items() if at > (now - LISTED).isoformat()}
        missing = [name for name in fresh if name not in there]
        lost = {name for name in missing[:AT_ONCE] if self.naming.shadow or self._one(name, "") is None}
        named = self._lately_named(cursor, now)
        again, vanished = self._one_by_one(list(named)[-AT_ONCE:])
        seen = {**{name: fresh[name] for name in missing if name not in lost}, **there}
        turned = {"top": max([*there.values(), str(cursor.get("top") or "")]) or now.isoformat(), "named": named}
        kept = dict(sorted(seen.items(), key=lambda pair: pair[1])[-MOST_SEEN:])
        both = {one.remote_id: one for one in (*heard, *again)}
        ordered = tuple(sorted(both.values(), key=lambda one: one.at))
        return Gathered(ordered, {**turned, "seen": kept}, frozenset(lost | vanished) - both.keys())

    # ---- what was heard

    def _heard(self, one: Found, post: str, comment: str) -> Heard | None:
        at = moment(one.get("created_time") or one.get("timestamp"))
        if at is None or not post or is_mine(one, self.graph.account):
            return None
        words = str(one.get("message") or one.get("caption") or one.get("text") or "")
        media = one.get("media")
        place = media if isinstance(media, dict) else one
        refs = (
            {"media": post, "comment": comment, "answers": bool(comment) or self._named_in(words)} if self.naming.shadow else {"post": post}
        )
        return Heard(
            remote_id=comment or post,
            kind="mention",
            thread=comment or post,
            words=words,
            at=at,
            author=_author(one, self),
            url=address(one.get("permalink_url")) or address(place.get("permalink")),
            attached=_attached(one),
            refs=refs,
        )

    def _named_in(self, words: str) -> bool:
        name = regex.escape(self.graph.account.handle)
        return regex.search(rf"(?<![\w.@])@{name}(?![\w.]*\w)", words, regex.IGNORECASE) is not None


def _author(one: Found, mentions: Mentions) -> Somebody:
    """Return who wrote it; the network names people only to themselves, so that there may be nobody to name."""
    by = one.get("from")
    known = (isinstance(by, dict) and by.get("id")) or one.get("username")
    return somebody(one, mentions.graph.account, mentions.dialect) if known else Somebody("", "")


def _attached(one: Found) -> tuple[Attached, ...]:
    url = address(one.get("full_picture"), 2000) or address(one.get("media_url"), 2000)
    return (Attached("video" if one.get("media_type") == "VIDEO" else "picture", url),) if url else ()
