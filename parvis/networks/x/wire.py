"""Writing to X: media first, one call that publishes, and the account's own posts to learn what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, NotYet, Ready, Receipt, Uneditable, Wires
from parvis.networks.facts import MESSAGE, REPLY, Parcel
from parvis.networks.x.errors import judged, known
from parvis.networks.x.media import Uploads, files_of
from parvis.networks.x.session import Session
from parvis.networks.x.spec import ANSWERS, DURATION, OPTIONS, POLL, SPEC
from parvis.networks.x.talks import NOT_BACK, NOT_BACK_CURE, Talks
from parvis.networks.x.words import is_it

CLOCKS_DIFFER = timedelta(minutes=10)
OLDEST = datetime(2010, 11, 7, tzinfo=UTC)
PAGE, MOST_PAGES = 100, 32
# The newer words of the API and the older ones, which it still answers to: some applications know only those.
WANTED = (
    {"post.fields": "attachments,conversation_id,created_at,entities,note_post"},
    {"tweet.fields": "attachments,conversation_id,created_at,entities,note_tweet"},
)
# So many tries that found nothing and were refused as doubles are no accident: only a person can tell.
PUZZLING = 8
DAYS = ("user_day", "app_day")
FULL = Say(gettext_noop("This account has published as much today as X allows."))
UNREADABLE = Say(gettext_noop("The posts of this account cannot be read on X."))
PUZZLE = Say(gettext_noop("X was asked several times, and neither published these words nor shows them on the account."))


class _Unreadable(Exception):
    """The account's posts cannot be read."""


@dataclass(slots=True)
class Posting(Uneditable):
    """An account that can be written to. `web` is where people read it."""

    account: Account
    wires: Wires
    web: str
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires)

    # ---- the calls of the contract

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload the files once, wait until X has worked on them, and count the tries."""
        if parcel.form == MESSAGE:
            return self._talks.ready(parcel, memory)
        self._wait_for_the_day()
        parcel, tries = SPEC.carried(parcel), int(memory.get("tries", 0))
        above = str(parcel.to["remote_id"]) if parcel.form == REPLY else _id_of(after) if after else ""
        kept = {**memory, "after": above}
        media = Uploads(self.session, kept, tries > 0).bring(files_of(parcel))
        if isinstance(media, NotYet):
            return media
        return Ready(_body(parcel, media, above), {**kept, "tries": tries + 1})

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Publish it, or send it in private."""
        if "with" in ready.body:
            return self._talks.send(ready.body)
        answer = self.session.call("POST", "/2/tweets", commit=True, json=ready.body)
        made = answer.mapping().get("data")
        name = identifier(made.get("id")) if isinstance(made, dict) else ""
        if answer.ok and name:
            return self._receipt(name)
        raise judged(answer, commit=True, first=int(ready.memory.get("tries", 1)) <= 1)

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the account's own posts since then, and find the one with these words, as many media, under the same post.

        Where no post has these very words, one that differs in its addresses alone is it: X rewrites them.
        """
        if parcel.form == MESSAGE:
            return self._look_in_private(parcel, since, taken)
        sent, alike = SPEC.carried(parcel), ""
        held = (len(sent.pictures) + bool(sent.video), sent.form == POLL)
        try:
            for post in self._since(since - CLOCKS_DIFFER):
                if post["id"] in taken or not self._fits(post) or not _answers(post, parcel):
                    continue
                if is_it(post, sent.text, held, self.account.handle):
                    return self._receipt(post["id"])
                if not alike and is_it(post, sent.text, held, self.account.handle, blurred=True):
                    alike = post["id"]
        except _Unreadable:
            return CannotTell(UNREADABLE)
        if alike:
            return self._receipt(alike)
        return CannotTell(PUZZLE) if int(self.wires.memory.get("tries", 0)) >= PUZZLING else Absent()

    def delete(self, receipt: Receipt) -> None:
        """Take it off; it is no error that it is gone. Raises Refused for a private message, which its reader keeps."""
        if receipt.refs.get("private"):
            raise Refused(NOT_BACK, NOT_BACK_CURE)
        answer = self.session.call("DELETE", f"/2/tweets/{_id_of(receipt)}")
        found = answer.mapping()
        done = found.get("data")
        if answer.status == 404 or (isinstance(done, dict) and done.get("deleted") is True) or _is_missing(answer, found):
            return
        raise judged(answer, commit=False)

    # ---- in private

    @property
    def _talks(self) -> Talks:
        return Talks(self.session, self.account, self.web)

    def _look_in_private(self, parcel: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        try:
            return self._talks.sent(str(parcel.to["who"]), parcel.text, since, taken) or Absent()
        except Refused as refused:
            return CannotTell(refused.reason)

    # ---- the day's posts

    def _wait_for_the_day(self) -> None:
        """Raise NotSent where X itself said that the day's posts, of the account or of the application, are used up."""
        for name in DAYS:
            told = self.wires.gauges.get(name)
            if told and told.used >= told.most and clock.now() < told.reset_at:
                raise NotSent(FULL, told.reset_at)

    # ---- reading back

    def _fits(self, post: Mapping[str, Any]) -> bool:
        """Tell whether a post stands where this one would: an answer under a post, anything else by itself."""
        root, after = post.get("conversation_id"), self.wires.memory.get("after")
        return root is None or after is None or bool(after) == (root != post["id"])

    def _since(self, cut: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield the account's own posts made since `cut`, newest first, every one of them. Raises _Unreadable."""
        asked: dict[str, Any] = {"max_results": PAGE, "start_time": f"{max(cut, OLDEST).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
        for _ in range(MOST_PAGES):
            page, more = self._page(asked)
            yield from page
            if not more:
                return
            if more == asked.get("pagination_token"):
                break
            asked["pagination_token"] = more
        raise _Unreadable

    def _page(self, asked: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], str]:
        answer = self._read({**asked, **WANTED[0]})
        if answer.status == 400:
            answer = self._read({**asked, **WANTED[1]})
        found = answer.mapping()
        data, meta = found.get("data", []), found.get("meta")
        if answer.status == 429 or answer.status >= 500:
            known_as = known(answer)
            if known_as is None or known_as.meaning == "later":
                raise judged(answer, commit=False)
        # A 200 may hold errors beside what was found, or nothing but errors.
        if answer.status != 200 or not isinstance(data, list) or not isinstance(meta, dict):
            raise _Unreadable
        posts: list[Mapping[str, Any]] = [post for post in data if isinstance(post, dict) and identifier(post.get("id"))]
        return posts, str(meta.get("next_token") or "")

    def _read(self, asked: Mapping[str, Any]) -> Answer:
        return self.session.call("GET", f"/2/users/{self.account.remote_id}/tweets", params=asked)

    def _receipt(self, name: str) -> Receipt:
        return Receipt(name, f"{self.web}/{self.account.handle}/status/{name}", {"id": name})


def _answers(post: Mapping[str, Any], parcel: Parcel) -> bool:
    """Tell whether a post stands in the conversation of what a parcel answers, where X says so."""
    thread = str(parcel.to.get("thread", "")) if parcel.form == REPLY else ""
    return not thread or post.get("conversation_id") in {None, thread}


def _body(parcel: Parcel, media: list[str], above: str) -> dict[str, Any]:
    body: dict[str, Any] = {"text": parcel.text} if parcel.text else {}
    if media:
        body["media"] = {"media_ids": media}
    if above:
        body["reply"] = {"in_reply_to_tweet_id": above}
    answers = parcel.details.get(ANSWERS.key, "")
    # Who may answer is said once, by the post at the top.
    if answers in dict(ANSWERS.options) and answers and not above:
        body["reply_settings"] = answers
    if parcel.form == POLL:
        body["poll"] = _poll(parcel.details)
    if parcel.ai:
        body["made_with_ai"] = True
    if parcel.paid:
        body["paid_partnership"] = True
    return body


def _poll(details: Mapping[str, str]) -> dict[str, Any]:
    answers = [details.get(one.key, "").strip() for one in OPTIONS]
    lasts = details.get(DURATION.key, "")
    usual = DURATION.options[0][0]
    return {"options": [one for one in answers if one], "duration_minutes": int(lasts if lasts in dict(DURATION.options) else usual)}


def _id_of(receipt: Receipt) -> str:
    return str(receipt.refs.get("id") or receipt.remote_id or receipt.url.partition("?")[0].rstrip("/").rpartition("/")[2])


def _is_missing(answer: Answer, found: Mapping[str, Any]) -> bool:
    errors = found.get("errors")
    rows = errors if answer.ok and isinstance(errors, list) else []
    return any(isinstance(one, dict) and "resource-not-found" in str(one.get("type")) for one in rows)
