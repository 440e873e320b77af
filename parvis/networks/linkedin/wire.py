"""Writing in the name of a page of LinkedIn, whose answers carry nothing but a name, and which refuses the same words twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, Refused, identifier, said, verdict, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, Gauge, NotSent, NotYet, Ready, Receipt, Unknown, Wires
from parvis.networks.facts import COMMENT, REPLY, Parcel
from parvis.networks.linkedin import bodies, little, restli
from parvis.networks.linkedin.failures import codes_in, failure
from parvis.networks.linkedin.places import Places
from parvis.networks.linkedin.session import Session, midnight
from parvis.networks.linkedin.uploads import Uploads

CLOCKS_DIFFER = timedelta(minutes=10)
PAGE, MOST_PAGES = 100, 30
MOST_POLLS, LONGEST_POLL = 90, 60
MOST_DOUBTS = 5
POSTS = "posts"
TWIN_CURE = Say(
    gettext_noop("Look at the page. If the publication there is enough, cancel this one; else change its words and send it again.")
)


class _Unreadable(Exception):
    """The posts or comments cannot be read."""


@dataclass(slots=True)
class Posting:
    """A page that can be written to."""

    account: Account
    wires: Wires
    places: Places
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires, self.places)

    # ---- the three calls

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload what the post shows, and wait until LinkedIn has worked on it."""
        parcel, kept = bodies.carried(parcel), {**memory}
        if parcel.form == COMMENT:
            post = _post_of(after)
            kept["post"] = post
            path = f"/rest/socialActions/{restli.key(post)}/comments"
            return self._ready(path, bodies.comment(self.account.remote_id, post, parcel.text), kept)
        if parcel.form == REPLY:
            kept["post"], thread = str(parcel.to["post"]), str(parcel.to["comment"])
            path = f"/rest/socialActions/{restli.key(thread)}/comments"
            return self._ready(path, bodies.reply(self.account.remote_id, parcel.to, parcel.text), kept)
        uploads = Uploads(self.session, self.wires, kept)
        urns = uploads.of(parcel)
        if urns is None:
            return self._not_yet(kept)
        return self._ready("/rest/posts", bodies.post(self.account.remote_id, parcel, urns), kept)

    def _not_yet(self, kept: dict[str, Any]) -> NotYet:
        polls = int(kept.get("polls", 0)) + 1
        if polls > MOST_POLLS:
            why = Say(gettext_noop("LinkedIn does not get the picture, the video or the document ready."))
            raise Refused(why, Say(gettext_noop("Replace it by a lighter or a simpler one, or send this again later.")))
        return NotYet(clock.now() + timedelta(seconds=min(2 ** min(polls, 10), LONGEST_POLL)), {**kept, "polls": polls})

    def _ready(self, path: str, body: Mapping[str, Any], kept: Mapping[str, Any]) -> Ready:
        """Count the tries: only what was tried before can be the twin that LinkedIn speaks of."""
        tries = {"tries": int(kept.get("tries", 0)) + 1, "first": kept.get("first") or clock.now().isoformat()}
        return Ready({"path": path, "json": body}, {**kept, **tries})

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Publish it. The answer is empty: a header tells the name of what was made."""
        if ready.body["path"] != "/rest/posts":
            return self._made(ready)
        before = self.wires.gauges.get(POSTS)
        self._spend()
        try:
            return self._made(ready)
        except (NotSent, Refused):
            self._spare(before)
            raise

    def _made(self, ready: Ready) -> Receipt:
        path, comments = str(ready.body["path"]), ready.body["path"] != "/rest/posts"
        answer = self.session.call("POST", path, commit=True, json=ready.body["json"], headers={"x-restli-method": "CREATE"})
        name = identifier(answer.headers.get("x-restli-id"))
        if answer.status == 201 and name:
            return self._commented(str(ready.memory["post"]), name) if comments else self._posted(name)
        if "DUPLICATE_POST" in codes_in(answer) or (answer.status == 422 and "duplicate" in said(answer).lower()):
            return self._twin(restli.post_in(said(answer)), ready)
        raise failure(answer, commit=True)

    def _spend(self) -> None:
        if self.places.daily:
            now = clock.now()
            self.wires.spend(POSTS, 1, Gauge(0, self.places.daily, midnight(now), "posts"), now)

    def _spare(self, before: Gauge | None) -> None:
        """Count nothing for what was not made."""
        self.wires.gauges.pop(POSTS, None)
        if before is not None:
            self.wires.gauge(POSTS, before)

    def _posted(self, urn: str) -> Receipt:
        return Receipt(urn, f"{self.places.www}/feed/update/{urn}/", {"urn": urn})

    def _commented(self, post: str, name: str) -> Receipt:
        thread = restli.key(f"urn:li:comment:({post},{name})")
        return Receipt(name, f"{self.places.www}/feed/update/{post}/?commentUrn={thread}", {"post": post, "comment": name})

    def _twin(self, urn: str, ready: Ready) -> Receipt:
        """Say what a refusal as a duplicate proves: of our own earlier try, that it succeeded; of anything else, that nothing was made.

        LinkedIn goes on naming what was taken off, so a name is believed only when the post can be read and has these very words.
        """
        tries = int(ready.memory.get("tries", 1))
        if tries > 1:
            post = self._read(urn)
            if post is not None and self._is_ours(post, ready):
                return self._posted(str(post["id"]))
            if post is None and tries <= MOST_DOUBTS:
                # It may be too young to be read.
                raise Unknown(f"LinkedIn says that it is a duplicate of {urn or 'another post'}, which cannot be read")
        facts: dict[str, str | int] = {"at": f"{self.places.www}/feed/update/{urn}/"}
        why = gettext_noop("LinkedIn says that this is the same as another publication of the page (%(at)s); nothing was published.")
        raise Refused(Say(why, facts), TWIN_CURE)

    def _read(self, urn: str) -> Mapping[str, Any] | None:
        try:
            answer = self.session.call("GET", f"/rest/posts/{restli.key(urn)}") if urn else None
        except NotSent as failed:
            raise Unknown(f"LinkedIn says that it is a duplicate of {urn}, and did not let it be read") from failed
        return answer.mapping() if answer is not None and answer.ok and identifier(answer.mapping().get("id")) else None

    def _is_ours(self, post: Mapping[str, Any], ready: Ready) -> bool:
        began = when(str(ready.memory.get("first", ""))) or clock.now()
        same = bodies.same(str(post.get("commentary") or ""), little.read(str(ready.body["json"]["commentary"])))
        return post.get("author") == self.account.remote_id and same and _moment(post) >= began - CLOCKS_DIFFER

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the page's posts (or the comments of its post) since then, and find the one with these words that shows the same."""
        sent = bodies.carried(parcel)
        try:
            found = self._look_under(sent, since) if parcel.form in {COMMENT, REPLY} else self._look_on_page(sent, since)
            return next((receipt for receipt in found if receipt.remote_id not in taken), Absent())
        except _Unreadable:
            return CannotTell(Say(gettext_noop("LinkedIn does not let the page’s posts be read.")))

    def _look_on_page(self, sent: Parcel, since: datetime) -> Iterator[Receipt]:
        for post in self._posts(since - CLOCKS_DIFFER):
            if bodies.is_it(post, sent):
                yield self._posted(str(post["id"]))

    def _look_under(self, sent: Parcel, since: datetime) -> Iterator[Receipt]:
        post = str(sent.to.get("post") or self.wires.memory.get("post") or "")
        if not post:
            raise _Unreadable
        for one in self._comments(str(sent.to.get("comment") or post), since - CLOCKS_DIFFER):
            if one.get("actor") == self.account.remote_id and bodies.flat(bodies.message(one)) == bodies.flat(sent.text):
                yield self._commented(post, identifier(one["id"]))

    # ---- reading

    def _posts(self, cut: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield the page's posts made since `cut`, newest first, every one of them. Raises _Unreadable."""
        asked = {"q": "author", "author": self.account.remote_id, "sortBy": "CREATED"}
        for post in self._elements("/rest/posts", asked, cut):
            if post.get("author") == self.account.remote_id:
                yield post

    def _comments(self, post: str, cut: datetime) -> Iterator[Mapping[str, Any]]:
        return self._elements(f"/rest/socialActions/{restli.key(post)}/comments", {}, cut, gone=True)

    def _elements(self, path: str, asked: Mapping[str, Any], cut: datetime, *, gone: bool = False) -> Iterator[Mapping[str, Any]]:
        for page in range(MOST_PAGES):
            answer = self.session.call("GET", path, params={**asked, "start": page * PAGE, "count": PAGE}, headers=_finder(asked))
            if gone and answer.status in {404, 410}:
                return
            elements = _listed(answer)
            fresh = [one for one in elements if _moment(one) >= cut]
            yield from fresh
            if len(elements) < PAGE or not fresh:
                return
        raise _Unreadable

    # ---- afterwards

    def delete(self, receipt: Receipt) -> None:
        """Take it off; what is already gone is no error."""
        answer = self.session.call("DELETE", self._path(receipt), headers={"x-restli-method": "DELETE"})
        if not answer.ok and answer.status not in {404, 410}:
            raise failure(answer, commit=False)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Change its words; what it shows stays."""
        parcel = bodies.carried(parcel)
        patch = bodies.comment_patch(parcel.text) if receipt.refs.get("comment") else bodies.post_patch(parcel.text)
        answer = self.session.call("POST", self._path(receipt), json=patch, headers={"x-restli-method": "PARTIAL_UPDATE"})
        if not answer.ok:
            raise failure(answer, commit=False)

    def _path(self, receipt: Receipt) -> str:
        comment = str(receipt.refs.get("comment") or "")
        if not comment:
            return f"/rest/posts/{restli.key(_post_of(receipt))}"
        post = restli.key(str(receipt.refs.get("post")))
        return f"/rest/socialActions/{post}/comments/{restli.key(comment)}?actor={restli.key(self.account.remote_id)}"


def _finder(asked: Mapping[str, Any]) -> dict[str, str]:
    return {"x-restli-method": "FINDER"} if "q" in asked else {}


def _listed(answer: Answer) -> list[Mapping[str, Any]]:
    elements = answer.mapping().get("elements")
    if answer.status == 429 or answer.status >= 500:
        raise verdict(answer, commit=False)
    if answer.status != 200 or not isinstance(elements, list):
        raise _Unreadable
    return [one for one in elements if isinstance(one, dict) and identifier(one.get("id"))]


def _moment(thing: Mapping[str, Any]) -> datetime:
    """Return when a post or a comment was made; one that does not say is as young as can be."""
    created = thing.get("created")
    moment = thing.get("createdAt") or thing.get("publishedAt") or (created.get("time") if isinstance(created, dict) else None)
    found = when(str(moment / 1000)) if isinstance(moment, int) and not isinstance(moment, bool) else None
    return found or clock.now()


def _post_of(receipt: Receipt | None) -> str:
    found = (restli.post_in(receipt.remote_id) or restli.post_in(receipt.url)) if receipt else ""
    if not found:
        raise Refused(
            Say(gettext_noop("It is not known under which publication on LinkedIn this was to stand; nothing was published.")),
            Say(gettext_noop("Publish these words as a post of their own.")),
        )
    return found
