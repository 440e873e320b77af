"""Listening to a page of LinkedIn: the comments under its posts, the answers to them, what names it. Private messages have no API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, identifier, verdict, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Wires
from parvis.networks.linkedin import restli
from parvis.networks.linkedin.bodies import message
from parvis.networks.linkedin.failures import failure
from parvis.networks.linkedin.places import Places
from parvis.networks.linkedin.session import Session
from parvis.networks.listening import (
    POSTS,
    YOUNG,
    Ability,
    Attached,
    Gathered,
    Heard,
    Kind,
    Ours,
    Somebody,
    Source,
    Window,
    elsewhere,
    moment,
    noted,
)  # fmt: skip

# What LinkedIn lets a page write under a member's post that names it is told nowhere: one answers over there.
ABILITIES: Mapping[Kind, frozenset[Ability]] = {"comment": frozenset({"answer"}), "mention": frozenset()}
NAMED = "named"
FINDER = {"x-restli-method": "FINDER"}
# LinkedIn keeps its notifications for sixty days; some of those that were read come again, for what arrived late.
KEPT, AGAIN = timedelta(days=59), timedelta(days=1)
# Each post is asked for by itself, and LinkedIn tells nobody how many calls a day it allows: few of those made elsewhere are watched.
FEW = 10
AT_ONCE, PAGE, MOST_PAGES, MOST_SEEN, MOST_NAMES = 5, 100, 50, 1000, 500
GONE = frozenset({404, 410})
MEMBER = "urn:li:person:"
CLOSED = Say(gettext_noop("Comments are closed under this post on LinkedIn: nothing can be added there."))
Element = Mapping[str, Any]


@dataclass(slots=True)
class Listening:
    """A page that is listened to. LinkedIn tells of each post by itself, so its calls are few: whatever has no comment is asked once."""

    account: Account
    wires: Wires
    places: Places
    abilities: Mapping[Kind, frozenset[Ability]] = field(default_factory=lambda: ABILITIES)
    sources: tuple[Source, ...] = (
        Source(POSTS, timedelta(hours=1), timedelta(minutes=30)),
        Source("under", timedelta(minutes=15), timedelta(minutes=5)),
        Source(NAMED, timedelta(minutes=30), timedelta(minutes=15)),
    )
    session: Session = field(init=False)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires, self.places)

    def gather(self, source: str, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Read all that stands under some of the page's posts, or what tells of posts that name it."""
        self.names = dict(cursor.get("names", {}))
        if source == POSTS:
            return self._made_elsewhere(cursor, ours, now)
        return self._named(cursor, now) if source == NAMED else self._written(cursor, ours)

    def _made_elsewhere(self, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Tell of the page's newest posts that nobody sent from here."""
        asked = {"q": "author", "author": self.account.remote_id, "sortBy": "CREATED", "count": FEW}
        answer = self.session.call("GET", "/rest/posts", params=asked, headers=FINDER)
        elements = answer.mapping().get("elements")
        if answer.status != 200 or not isinstance(elements, list):
            raise _failed(answer)
        known = {_urn(one) for one in ours} - {one.remote_id for one in elsewhere(cursor.get(POSTS))}
        rows = [one for one in elements if isinstance(one, dict) and one.get("lifecycleState", "PUBLISHED") == "PUBLISHED"]
        made = [(restli.post_in(str(one.get("id"))), _time(one.get("createdAt"))) for one in rows]
        found = [
            Ours(urn, f"{self.places.www}/feed/update/{urn}/", {"urn": urn}, at) for urn, at in made if urn and at and at > now - YOUNG
        ]
        return Gathered((), {POSTS: noted(one for one in found if one.remote_id not in known)})

    def _written(self, cursor: Mapping[str, Any], ours: Sequence[Ours]) -> Gathered:
        start, seen = int(cursor.get("at", 0)), dict(cursor.get("seen", {}))
        told: list[Heard] = []
        gone: set[str] = set()
        for one in ours[start : start + AT_ONCE]:
            found = self._under(one, bool(seen.get(one.remote_id)))
            there = {each.remote_id for each in found}
            # A copy that lags may forget for a moment: what is missing is asked for by its name.
            missing = set(seen.get(one.remote_id, ())) - there
            lost = {name for name in missing if not self._stands(_urn(one), name)}
            gone |= lost
            told += found
            seen[one.remote_id] = sorted(there | (missing - lost))[-MOST_SEEN:]
        more = start + AT_ONCE < len(ours)
        watched = {one.remote_id for one in ours}
        kept = {name: ids for name, ids in seen.items() if ids and name in watched}
        names = dict(list(self.names.items())[-MOST_NAMES:])
        turned = {"at": start + AT_ONCE if more else 0, "seen": kept, "names": names}
        return Gathered(tuple(sorted(told, key=lambda one: one.at)), turned, frozenset(gone), more)

    def window(self, heard: Heard, now: datetime, late_allowed: bool) -> Window:
        """Say that anything may be answered, except where comments were closed."""
        return Window(False, why=CLOSED) if heard.refs.get("closed") else Window(True)

    def hide(self, heard: Heard, hidden: bool) -> None:
        """Not on this network."""
        raise NotImplementedError

    def delete(self, heard: Heard) -> None:
        """Not on this network."""
        raise NotImplementedError

    def like(self, heard: Heard, liked: bool) -> None:
        """Not on this network."""
        raise NotImplementedError

    # ---- what names the page

    def _named(self, cursor: Mapping[str, Any], now: datetime) -> Gathered:
        """Read a page of notifications, newest first, down to what was newest the last time."""
        top, start = moment(cursor.get("top")), int(cursor.get("at", 0))
        newest = moment(cursor.get("newest")) or top or now - KEPT
        asked = f"q=criteria&actions=List(SHARE_MENTION)&organizationalEntity={restli.key(self.account.remote_id)}"
        answer = self.session.call("GET", f"/rest/organizationalEntityNotifications?{asked}&start={start}&count={PAGE}", headers=FINDER)
        elements = answer.mapping().get("elements")
        if answer.status != 200 or not isinstance(elements, list):
            raise _failed(answer)
        rows = [
            (_time(one.get("lastModifiedAt")), _share(one))
            for one in elements
            if isinstance(one, dict) and one.get("action") == "SHARE_MENTION"
        ]
        self._learn(str(share.get("owner")) for _, share in rows)
        told = [self._mention(at, share) for at, share in rows if at is not None and share.get("owner") != self.account.remote_id]
        heard = tuple(sorted({one.remote_id: one for one in told if one}.values(), key=lambda one: one.at))
        newest = max([newest, *(at for at, _ in rows if at)])
        names = dict(list(self.names.items())[-MOST_NAMES:])
        cut = top - AGAIN if top else now - KEPT
        if len(elements) == PAGE and any(at is not None and at >= cut for at, _ in rows):
            kept = {"top": top.isoformat()} if top else {}
            return Gathered(heard, {**kept, "at": start + PAGE, "newest": newest.isoformat(), "names": names}, more=True)
        return Gathered(heard, {"top": newest.isoformat(), "names": names})

    def _mention(self, at: datetime, share: Element) -> Heard | None:
        urn = str(share.get("entity") or "")
        if not restli.post_in(urn):
            return None
        return Heard(
            remote_id=urn,
            kind="mention",
            thread=urn,
            words=str(share.get("text") or ""),
            at=at,
            author=self._author(str(share.get("owner") or "")),
            url=f"{self.places.www}/feed/update/{urn}/",
            refs={"post": urn},
        )

    # ---- reading

    def _under(self, one: Ours, known: bool) -> list[Heard]:
        about = self._about(_urn(one))
        summary = about.get("commentSummary")
        counts = summary if isinstance(summary, dict) else {}
        if counts.get("count") == 0 and not known:
            return []
        first = self._comments(_urn(one))
        nested = counts.get("count") != counts.get("topLevelCount") or not counts
        below = [each for above in first if _answers(above, nested) for each in self._comments(_thread(above))]
        everything = [each for each in (*first, *below) if _moment(each, "created") is not None]
        self._learn(str(each.get("actor")) for each in everything)
        closed = about.get("commentsState") == "CLOSED"
        return [self._heard(each, one, closed) for each in everything]

    def _about(self, urn: str) -> Element:
        """Return what is counted under a post, where that may be read."""
        answer = self.session.call("GET", f"/rest/socialMetadata/{restli.key(urn)}")
        if not 400 <= answer.status < 500 and not (answer.ok and answer.mapping()):
            raise verdict(answer, commit=False)
        return answer.mapping() if answer.ok else {}

    def _comments(self, urn: str) -> list[Element]:
        found: dict[str, Element] = {}
        for page in range(MOST_PAGES):
            path, asked = f"/rest/socialActions/{restli.key(urn)}/comments", {"start": page * PAGE, "count": PAGE}
            answer = self.session.call("GET", path, params=asked)
            if answer.status in GONE:
                break
            elements = answer.mapping().get("elements")
            if answer.status != 200 or not isinstance(elements, list):
                raise _failed(answer)
            found |= {identifier(one.get("id")): one for one in elements if isinstance(one, dict) and identifier(one.get("id"))}
            if len(elements) < PAGE:
                break
        return list(found.values())

    def _stands(self, urn: str, name: str) -> bool:
        answer = self.session.call("GET", f"/rest/socialActions/{restli.key(urn)}/comments/{restli.key(name)}")
        if answer.status in GONE:
            return False
        if not answer.ok or not answer.mapping():
            raise _failed(answer)
        return True

    def _learn(self, actors: Iterable[str]) -> None:
        """Learn the names of members, where the application may: comments only carry their numbers."""
        wanted = sorted({actor for actor in actors if actor.startswith(MEMBER)} - self.names.keys())[:PAGE]
        if not wanted:
            return
        several = ",".join(f"(id:{restli.key(actor.removeprefix(MEMBER))})" for actor in wanted)
        answer = self.session.call("GET", f"/rest/people?ids=List({several})")
        if answer.status >= 500:
            raise verdict(answer, commit=False)
        results = answer.mapping().get("results")
        for key, person in (results if answer.ok and isinstance(results, dict) else {}).items():
            parts = [str(person.get(f"localized{part}Name") or "") for part in ("First", "Last")] if isinstance(person, dict) else []
            self.names[f"{MEMBER}{str(key).removeprefix('(id:').removesuffix(')')}"] = " ".join(filter(None, parts))

    # ---- what was heard

    def _heard(self, one: Element, post: Ours, closed: bool) -> Heard:
        name, created, changed = identifier(one["id"]), _moment(one, "created"), _moment(one, "lastModified")
        assert created is not None
        above = str(one.get("parentComment") or "")
        top = _number(above) or name
        thread = above or _thread(one)
        refs = {
            "post": _urn(post),
            "object": str(one.get("object") or _urn(post)),
            "comment": thread,
            **({"closed": True} if closed else {}),
        }
        return Heard(
            remote_id=name,
            kind="comment",
            thread=top,
            words=message(one),
            at=created,
            author=self._author(str(one.get("actor") or "")),
            mine=one.get("actor") == self.account.remote_id,
            parent=_number(above),
            under=post.remote_id,
            url=f"{self.places.www}/feed/update/{_urn(post)}/?commentUrn={restli.key(_thread(one))}",
            edited_at=changed if changed and changed > created else None,
            attached=_attached(one),
            refs=refs,
        )

    def _author(self, actor: str) -> Somebody:
        if actor == self.account.remote_id:
            return Somebody(actor, self.account.handle, self.account.name)
        name = self.names.get(actor, "")
        return Somebody(actor, name or restli.number_of(actor), name)


def _urn(post: Ours) -> str:
    return str(post.refs.get("urn") or restli.post_in(post.remote_id) or restli.post_in(post.url) or post.remote_id)


def _thread(one: Element) -> str:
    return str(one.get("commentUrn") or f"urn:li:comment:({one.get('object')},{identifier(one.get('id'))})")


def _number(urn: str) -> str:
    return urn.rpartition(",")[2].removesuffix(")")


def _answers(one: Element, otherwise: bool) -> bool:
    """Tell whether a comment has answers; of one that does not say, what the whole post makes likely."""
    summary = one.get("commentsSummary")
    count = summary.get("totalFirstLevelComments") if isinstance(summary, dict) else None
    return count > 0 if isinstance(count, int) else otherwise


def _moment(one: Element, name: str) -> datetime | None:
    told = one.get(name)
    return _time(told.get("time")) if isinstance(told, dict) else None


def _attached(one: Element) -> tuple[Attached, ...]:
    content = one.get("content")
    listed = content if isinstance(content, list) else []
    urls = [str(each.get("url") or "") for each in listed if isinstance(each, dict)]
    return tuple(Attached("picture", url) for url in urls if url.startswith("https://"))


def _share(one: Element) -> Element:
    """Return the post that names the page, as a notification tells it."""
    decorated = one.get("decoratedGeneratedActivity")
    share = decorated.get("share") if isinstance(decorated, dict) else None
    return {"entity": one.get("generatedActivity"), **(share if isinstance(share, dict) else {})}


def _time(time: Any) -> datetime | None:
    return when(str(time / 1000)) if isinstance(time, int) and not isinstance(time, bool) else None


def _failed(answer: Answer) -> Exception:
    return failure(answer, commit=False) if not answer.ok else verdict(answer, commit=False)
