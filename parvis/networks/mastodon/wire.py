"""Writing to a Mastodon-compatible server: a key with every call, and the account's own list to learn what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import regex

from parvis.core import clock
from parvis.core.http import Answer, Refused, address, identifier, said, verdict, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, NotYet, Ready, Receipt, Wires
from parvis.networks.facts import MESSAGE, REPLY, Parcel, Picture
from parvis.networks.mastodon.session import Session
from parvis.networks.mastodon.spec import SPEC
from parvis.networks.mastodon.words import is_it

CLOCKS_DIFFER = timedelta(minutes=10)
UPLOAD_SECONDS = 120.0
PAGE, MOST_PAGES = 40, 50
# What servers that read only forms say of JSON: to them the status was empty, so nothing was made.
NOT_READ = regex.compile(r"blank|empty|missing|required|unsupported|content.type", regex.IGNORECASE)
MOST_POLLS = 40
OTHER_PICTURE = Say(gettext_noop("Replace the picture by a lighter or a simpler one."))


GONE = Say(gettext_noop("It is not on the network any more."))
PUBLISH_AGAIN = Say(gettext_noop("Publish it again if it is still of use."))
INSTEAD = Say(gettext_noop("Take it off and publish it again, or correct it in a comment."))


class _Unreadable(Exception):
    """The account's posts cannot be read."""


@dataclass(slots=True)
class Posting:
    """An account that can be written to."""

    account: Account
    wires: Wires
    session: Session = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.account, self.wires)

    # ---- the four calls

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Upload the pictures once, and wait until the server has worked on them."""
        parcel = carried(parcel)
        media = self._uploaded(parcel.pictures, memory.get("media", {}))
        polls = int(memory.get("polls", 0)) + 1
        kept = {"media": media, "polls": polls}
        if not all(picture["ready"] for picture in media.values()):
            if polls > MOST_POLLS:
                raise Refused(Say(gettext_noop("%(host)s does not get a picture ready."), {"host": self._host()}), OTHER_PICTURE)
            return NotYet(clock.now() + timedelta(seconds=min(2 ** (polls - 1), 30)), kept)
        body: dict[str, Any] = {
            "status": parcel.text,
            "visibility": parcel.to.get("visibility", "public"),
            "sensitive": bool(parcel.warning.strip()),
        }
        if parcel.language:
            body["language"] = parcel.language
        if parcel.warning.strip():
            body["spoiler_text"] = parcel.warning
        if media:
            body["media_ids"] = [picture["id"] for picture in media.values()]
        if parcel.to:
            body["in_reply_to_id"] = str(parcel.to["remote_id"])
        elif after is not None:
            body["in_reply_to_id"] = str(after.refs.get("id") or _id_of(after))
        return Ready(body, kept)

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Post it, with `key` as the Idempotency-Key."""
        head = {"idempotency-key": key}
        answer = self.session.call("POST", "/api/v1/statuses", commit=True, json=ready.body, headers=head)
        if _was_not_read(answer):
            answer = self.session.call("POST", "/api/v1/statuses", commit=True, data=_form(ready.body), headers=head)
        found = answer.mapping()
        if answer.ok and _is_status(found):
            return _receipt(found)
        raise verdict(answer, commit=True, cure=_cure(answer))

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Read the account's own posts since then, and find the one with these words, this warning and as many pictures.

        The server keeps the key to itself, so it cannot be looked for. Where no post has these very words, one that differs in punctuation
        alone is it: some servers rewrite that.
        """
        sent, alike, to = carried(parcel), None, parcel.to.get("remote_id")
        try:
            for status in self._since(since - CLOCKS_DIFFER):
                if str(status["id"]) in taken or (to and str(status.get("in_reply_to_id")) != to):
                    continue
                if is_it(status, sent.text, sent.warning, len(sent.pictures)):
                    return _receipt(status)
                if alike is None and is_it(status, sent.text, sent.warning, len(sent.pictures), by_letters=True):
                    alike = status
        except _Unreadable:
            return CannotTell(Say(gettext_noop("The posts of this account cannot be read on %(host)s."), {"host": self._host()}))
        return _receipt(alike) if alike else Absent()

    def delete(self, receipt: Receipt) -> None:
        """Take it off; it is no error that it is gone."""
        answer = self.session.call("DELETE", f"/api/v1/statuses/{_id_of(receipt)}")
        if not answer.ok and answer.status not in {404, 410}:
            raise verdict(answer, commit=False)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Put other words in its place. The pictures are named again: a server takes out those that are not."""
        parcel, path = carried(parcel), f"/api/v1/statuses/{_id_of(receipt)}"
        there = self.session.call("GET", path)
        if there.status in {404, 410}:
            raise Refused(GONE, PUBLISH_AGAIN)
        if not there.ok:
            raise verdict(there, commit=False)
        media = there.mapping().get("media_attachments")
        kept = [identifier(one.get("id")) for one in media if isinstance(one, dict)] if isinstance(media, list) else []
        body = {
            "status": parcel.text, "spoiler_text": parcel.warning, "sensitive": bool(parcel.warning.strip()), "language": parcel.language,
            "media_ids": kept,
        }  # fmt: skip
        answer = self.session.call("PUT", path, json=body)
        if answer.status in {404, 405, 501}:  # it is there: it is the call that this server does not know
            raise Refused(
                Say(gettext_noop("%(host)s does not let a publication be changed once it is there."), {"host": self._host()}), INSTEAD
            )
        if not answer.ok:
            raise verdict(answer, commit=False, cure=_cure(answer))

    # ---- pictures

    def _uploaded(self, pictures: tuple[Picture, ...], before: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        media: dict[str, dict[str, Any]] = {}
        for place, picture in enumerate(pictures):
            # The place keeps apart the same picture shown twice, and the description an upload whose words were changed since.
            name = f"{place}:{picture.digest[:16]}:{hashlib.sha256(picture.alt.encode('utf-8', 'replace')).hexdigest()[:8]}"
            known = self._still_there(before[name]) if name in before else None
            media[name] = known or self._upload(place, picture)
        return media

    def _still_there(self, known: Mapping[str, Any]) -> dict[str, Any] | None:
        answer = self.session.call("GET", f"/api/v1/media/{known['id']}")
        if answer.status in {404, 405, 410}:
            return None
        return {"id": known["id"], "ready": self._ready(answer)}

    def _upload(self, place: int, picture: Picture) -> dict[str, Any]:
        body = self.wires.read(picture.digest)
        kind = picture.mime.partition("/")[2].replace("jpeg", "jpg")
        file, words = {"file": (f"{place + 1}.{kind}", body, picture.mime)}, {"description": picture.alt} if picture.alt else {}
        answer = self.session.call("POST", "/api/v2/media", files=file, data=words, seconds=UPLOAD_SECONDS)
        if answer.status in {404, 405, 410, 501}:
            answer = self.session.call("POST", "/api/v1/media", files=file, data=words, seconds=UPLOAD_SECONDS)
        found = answer.mapping()
        if not answer.ok or not identifier(found.get("id")):
            raise verdict(answer, commit=False, cure=OTHER_PICTURE)
        return {"id": identifier(found["id"]), "ready": self._ready(answer)}

    def _ready(self, answer: Answer) -> bool:
        """Tell whether a picture can be posted: 202 and 206 say that the server is still working on it."""
        if answer.status in {202, 206}:
            return False
        if not answer.ok:
            raise verdict(answer, commit=False, cure=OTHER_PICTURE)
        return True

    # ---- reading back

    def _since(self, cut: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield the account's own posts made since `cut`, newest first, every one of them. Raises _Unreadable."""
        asked: dict[str, Any] = {"limit": PAGE, "exclude_reblogs": "true"}
        for _ in range(MOST_PAGES):
            page = self._page(asked)
            fresh = [status for status in page if (_at(status) or cut) >= cut]
            yield from fresh
            if not fresh:
                return
            if page[-1]["id"] == asked.get("max_id"):
                break  # this server does not turn its pages, so what it hides cannot be seen
            asked["max_id"] = page[-1]["id"]
        raise _Unreadable

    def _page(self, asked: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        answer = self.session.call("GET", f"/api/v1/accounts/{self.account.remote_id}/statuses", params=asked)
        found = answer.json()
        if answer.status == 429 or answer.status >= 500:
            raise verdict(answer, commit=False)
        if answer.status != 200 or not isinstance(found, list):
            raise _Unreadable
        return [status for status in found if isinstance(status, dict) and identifier(status.get("id"))]

    def _host(self) -> str:
        return self.account.base.partition("://")[2]


def carried(parcel: Parcel) -> Parcel:
    """Return the parcel as it goes out: an answer names whom it answers, and keeps their warning."""
    parcel = SPEC.carried(parcel)
    acct = str(parcel.to.get("acct", ""))
    if parcel.form not in {REPLY, MESSAGE} or not acct:
        return parcel
    named = f"@{acct}" in parcel.text.split()
    return replace(parcel, text=parcel.text if named else f"@{acct} {parcel.text}", warning=parcel.warning or parcel.to.get("warning", ""))


def _at(status: Mapping[str, Any]) -> datetime | None:
    return when(str(status.get("created_at") or ""))


def _is_status(found: Mapping[str, Any]) -> bool:
    return bool(identifier(found.get("id"))) and any(found.get(name) for name in ("uri", "url", "created_at", "content"))


def _receipt(status: Mapping[str, Any]) -> Receipt:
    name = identifier(status["id"])
    return Receipt(name, address(status.get("url")) or address(status.get("uri")), {"id": name})


def _was_not_read(answer: Answer) -> bool:
    return answer.status == 415 or (answer.status in {400, 422} and bool(NOT_READ.search(said(answer))))


def _form(body: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: "true" if value is True else "false" if value is False else value for name, value in body.items()}
    return {f"{name}[]" if isinstance(value, list) else name: value for name, value in plain.items()}


def _id_of(receipt: Receipt) -> str:
    return (receipt.remote_id or receipt.url).partition("?")[0].rstrip("/").rpartition("/")[2]


def _cure(answer: Answer) -> Say | None:
    words = said(answer).lower()
    if answer.status == 404 or "reply" in words:
        return Say(gettext_noop("The post that this one answers may be gone: publish this text as a post of its own, or cancel it."))
    if "media" in words or "file" in words:
        return OTHER_PICTURE
    if "character" in words or "limit" in words or "long" in words:
        return Say(gettext_noop("Shorten the text, then send it again."))
    return None
