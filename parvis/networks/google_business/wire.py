"""Writing to a place: one call makes the post, Google fetches its picture by itself, and the place's own posts tell what became of it.

Google looks every post over after it was made. What it decides comes later than the receipt: `became` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, address, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, Gauge, Hidden, NotYet, Ready, Receipt, Wires
from parvis.networks.facts import Fact, Parcel
from parvis.networks.google import Session, moment
from parvis.networks.google_business import about
from parvis.networks.google_business.connect import MASK, has_posts, place_of
from parvis.networks.google_business.spec import EVENT, OFFER, READ, SPEC
from parvis.networks.google_business.words import GONE, NO_POSTS, REJECTED, judge

CLOCKS_DIFFER = timedelta(minutes=10)
PAGE, MOST_PAGES = "100", 20
EDITS = Fact(10, "developers.google.com/my-business/content/limits: edits a minute of one profile", READ)
MINUTE = timedelta(minutes=1)


class _Unreadable(Exception):
    """The place's posts cannot be read."""


@dataclass(slots=True)
class Posting:
    """A place that can be written to; `info` is where places are read."""

    account: Account
    wires: Wires
    info: str
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.wires)

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Ask once whether the place may have posts, and give its picture a public address."""
        parcel = SPEC.carried(parcel)
        if not memory.get("asked"):
            answer = self.session.call("GET", f"{self.info}/v1/{place_of(self.account)}", params={"readMask": MASK})
            if not answer.ok or answer.json() is None:
                raise judge(answer, commit=False)
            if not has_posts(answer):
                raise Refused(NO_POSTS.why, NO_POSTS.cure)
        picture = self.wires.address(parcel.pictures[0].digest, parcel.pictures[0].mime) if parcel.pictures else ""
        return Ready(about.described(parcel, picture), {"asked": True})

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Make the post."""
        self._spend()
        # Google fetches the picture within the call.
        patience = self.wires.http.seconds * 2
        answer = self.session.call("POST", self._posts(), commit=True, json=dict(ready.body), seconds=patience)
        if answer.ok and answer.mapping().get("name"):
            return _receipt(answer.mapping())
        raise judge(answer, commit=True)

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the place's posts, newest first, and find the one with these words, this form and as many pictures."""
        parcel = SPEC.carried(parcel)
        try:
            for post in self._since(since - CLOCKS_DIFFER):
                if str(post["name"]) not in taken and about.is_it(post, parcel):
                    return _receipt(post)
        except _Unreadable:
            return CannotTell(Say(gettext_noop("The posts of this establishment cannot be read.")))
        return Absent()

    def _since(self, cut: datetime) -> Iterator[Mapping[str, Any]]:
        asked = {"pageSize": PAGE}
        for _ in range(MOST_PAGES):
            found = self._read(self._posts(), asked)
            page = [post for post in found.get("localPosts") or () if isinstance(post, dict) and post.get("name")]
            fresh = [post for post in page if (moment(post.get("createTime")) or cut) >= cut]
            yield from fresh
            token = found.get("nextPageToken")
            if not token or not fresh:
                return
            asked["pageToken"] = str(token)
        raise _Unreadable

    def _read(self, url: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self.session.call("GET", url, params=asked)
        if answer.ok and isinstance(answer.json(), dict):
            return answer.mapping()
        failure = judge(answer, commit=False)
        raise _Unreadable if isinstance(failure, Refused) else failure

    def delete(self, receipt: Receipt) -> None:
        """Take it off; it is no error that it is gone."""
        self._spend()
        self._accepted(self.session.call("DELETE", self._post(receipt)), gone=True)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Change the words, the button, the days or the terms; the picture stays."""
        parcel = SPEC.carried(parcel)
        body = about.described(parcel, "")
        mask = ["summary", "languageCode"]
        mask += ["event"] if parcel.form in {EVENT, OFFER} else []
        mask += ["offer"] if parcel.form == OFFER else ["callToAction"]
        self._spend()
        kept = {name: body[name] for name in mask if name in body}
        given = {**kept, "topicType": body["topicType"]}
        self._accepted(self.session.call("PATCH", self._post(receipt), params={"updateMask": ",".join(mask)}, json=given))

    def became(self, receipt: Receipt) -> Hidden | None:
        """Read what became of a post after Google looked it over. Raises NotSent while Google is still looking."""
        answer = self.session.call("GET", self._post(receipt))
        if answer.status == 404:
            return Hidden(GONE.why, GONE.cure)
        self._accepted(answer)
        match answer.mapping().get("state"):
            case "PROCESSING":
                raise NotSent(Say(gettext_noop("Google is still looking this post over.")), clock.now() + MINUTE)
            case "REJECTED":
                return Hidden(REJECTED.why, REJECTED.cure)
        return None

    def _accepted(self, answer: Answer, *, gone: bool = False) -> None:
        if not answer.ok and not (gone and answer.status in {404, 410}):
            raise judge(answer, commit=False)

    def _spend(self) -> None:
        now = clock.now()
        self.wires.spend("edits", 1, Gauge(0, EDITS.value, now + MINUTE, "calls"), now)

    def _posts(self) -> str:
        return f"{self.account.base}/v4/{self.account.remote_id}/localPosts"

    def _post(self, receipt: Receipt) -> str:
        return f"{self.account.base}/v4/{receipt.refs.get('name') or receipt.remote_id}"


def _receipt(post: Mapping[str, Any]) -> Receipt:
    name, state = line(post.get("name"), 300), line(post.get("state"), 40)
    refs = {"name": name} if state in {"", "LIVE"} else {"name": name, "state": state}
    return Receipt(name, address(post.get("searchUrl")), refs)
