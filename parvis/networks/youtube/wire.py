"""Writing to a channel.

A video is there once the last byte of its upload has arrived. So `prepare` opens the session, keeps it at once, and sends all pieces but
the last; `commit` sends the last one: the one irreversible call. A session makes one video however often its end is sent, so that a
second preparation that finds it finished sends nothing more. `look` asks the session first, then reads the channel's uploads.

What can only be given to a video that is there (its still, subtitles, a playlist) follows in `commit`; where that fails the video is
there all the same: the receipt says what was left out, and `edit` gives the still and the subtitles again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, Unknown, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Account, CannotTell, Hidden, NotYet, Ready, Receipt, Wires
from parvis.networks.facts import COMMENT, REPLY, Parcel
from parvis.networks.google import Session, judged, moment, trouble
from parvis.networks.youtube import about, aftermath, comments
from parvis.networks.youtube.extras import Extras
from parvis.networks.youtube.limits import LIST, WRITE, midnight, spend, spend_upload, used_up
from parvis.networks.youtube.spec import SPEC
from parvis.networks.youtube.upload import LOST, NOT_WHOLE, PIECE, Far, Upload, advanced
from parvis.networks.youtube.words import ALIVE, WORDS

VIDEOS = "/youtube/v3/videos"
UPLOADS = "/youtube/v3/playlistItems"
CLOCKS_DIFFER = timedelta(minutes=10)
PAGE, MOST_PAGES = 50, 20
NO_VIDEO = Say(gettext_noop("YouTube takes videos only, and there is none here."))
NO_TITLE = Say(gettext_noop("A video needs a title."))
NO_POST = Say(gettext_noop("A first comment needs the video that it stands under."))


class _Unreadable(Exception):
    """The channel's uploads cannot be read."""


@dataclass(slots=True)
class Posting:
    """A channel that can be written to; `web` is where its videos are watched."""

    account: Account
    wires: Wires
    web: str
    session: Session = field(init=False)
    upload: Upload = field(init=False)
    extras: Extras = field(init=False)

    def __post_init__(self) -> None:
        self.session = Session(self.wires, ALIVE)
        self.upload = Upload(self.session, self.wires, self.account.base)
        self.extras = Extras(self.session, self.wires, self.account.base)

    # ---- sending

    def prepare(self, parcel: Parcel, memory: Mapping[str, Any], after: Receipt | None) -> Ready | NotYet:
        """Send all of the video but its last piece, going on from where an earlier preparation stopped."""
        if parcel.form == COMMENT:
            return self._comment(parcel, after)
        if parcel.form == REPLY:
            return Ready({"reply": comments.answer(parcel)}, {"parent": comments.parent_of(parcel)})
        parcel = SPEC.carried(parcel)
        if parcel.video is None:
            raise Refused(NO_VIDEO, Say(gettext_noop("Add a video, then send it again.")))
        if not parcel.title.strip():
            raise Refused(NO_TITLE, Say(gettext_noop("Give it a title, then send it again.")))
        # A file that is lost must be known before the call that cannot be taken back.
        self.wires.opened(parcel.video.digest).close()
        place, far = self._session(parcel, memory)
        more = about.extras(parcel, parcel.video)
        if far.video is not None:
            made = {"id": identifier(far.video.get("id")), "privacy": _privacy(far.video)}
            return Ready({"made": made, "extras": more, "wanted": about.wanted(parcel)}, {"session": place})
        taken = far.taken
        while parcel.video.size - taken > PIECE:
            taken = self._sent(place, parcel, taken)
        body = {"session": place, "start": taken, "size": parcel.video.size, "digest": parcel.video.digest}
        body |= {"extras": more, "wanted": about.wanted(parcel)}
        return Ready(body, {"session": place, "sent": taken})

    def _session(self, parcel: Parcel, memory: Mapping[str, Any]) -> tuple[str, Far]:
        assert parcel.video is not None
        if memory.get("session"):
            far = self.upload.far(str(memory["session"]), parcel.video.size)
            if not far.gone:
                return str(memory["session"]), far
        spend_upload(self.wires, clock.now())
        place = self.upload.begin(about.described(parcel), about.asked(parcel), parcel.video)
        self.wires.keep({"session": place, "sent": 0})
        return place, Far()

    def _sent(self, place: str, parcel: Parcel, taken: int) -> int:
        assert parcel.video is not None
        far = self.upload.send(place, parcel.video, taken)
        if far.gone:
            self.wires.keep({})
            raise NotSent(LOST)
        taken = advanced(taken, far)
        self.wires.keep({"session": place, "sent": taken})
        return taken

    def _comment(self, parcel: Parcel, after: Receipt | None) -> Ready:
        video = str(after.refs.get("id") or after.remote_id) if after else ""
        if not video:
            raise Refused(NO_POST, Say(gettext_noop("Publish the video first, then its comment.")))
        return Ready({"comment": comments.body(self.account.remote_id, video, parcel.text)}, {"video": video})

    def commit(self, ready: Ready, key: str) -> Receipt:
        """Send the last piece, which makes the video; or the comment."""
        if "comment" in ready.body:
            return self._said(comments.THREADS, ready.body["comment"])
        if "reply" in ready.body:
            return self._said(comments.COMMENTS, ready.body["reply"])
        made = ready.body.get("made") or self._ended(ready.body)
        left_out = self.extras.add(made["id"], ready.body["extras"])
        more = {"left_out": list(left_out)} if left_out else {}
        if "playlist" in left_out:
            more["playlist"] = ready.body["extras"]["playlist"]
        return self._receipt(made["id"], made["privacy"], ready.body["wanted"], more)

    def _ended(self, body: Mapping[str, Any]) -> dict[str, str]:
        answer = self.upload.end(body["session"], body["digest"], body["start"], body["size"])
        found = answer.mapping()
        if answer.ok and identifier(found.get("id")):
            return {"id": identifier(found["id"]), "privacy": _privacy(found)}
        if answer.status == 308:
            raise NotSent(NOT_WHOLE)
        if answer.status in {404, 410}:
            raise NotSent(LOST)
        raise self._judged(answer, commit=True)

    def _said(self, path: str, body: Mapping[str, Any]) -> Receipt:
        spend(self.wires, WRITE, clock.now())
        answer = self.session.call("POST", f"{self.account.base}{path}", commit=True, params={"part": "snippet"}, json=body)
        if answer.ok and identifier(answer.mapping().get("id")):
            return comments.receipt(answer.mapping(), self.web)
        raise self._judged(answer, commit=True)

    # ---- reading back

    def look(self, parcel: Parcel, key: str, since: datetime, taken: frozenset[str]) -> Receipt | Absent | CannotTell:
        """Ask the upload's session, then read the channel's uploads, newest first, for this title and this description."""
        try:
            if parcel.form == COMMENT:
                return self._look_for_comment(parcel, since, taken)
            if parcel.form == REPLY:
                return self._look_for_reply(parcel, since, taken)
            return self._made(parcel, taken) or self._listed(SPEC.carried(parcel), since, taken)
        except _Unreadable:
            return CannotTell(Say(gettext_noop("The videos of this channel cannot be read.")))

    def _made(self, parcel: Parcel, taken: frozenset[str]) -> Receipt | None:
        """Return what the session made, where it is still there with these words."""
        place = str(self.wires.memory.get("session") or "")
        if not place or parcel.video is None:
            return None
        try:
            far = self.upload.far(place, parcel.video.size)
        except Refused:
            return None
        name = identifier((far.video or {}).get("id"))
        if not name or name in taken:
            return None
        items = self._items(VIDEOS, {"part": "snippet,status", "id": name})
        known = bool(items) and about.is_it(items[0].get("snippet") or {}, SPEC.carried(parcel))
        return self._found(name, items[0], parcel) if known else None

    def _listed(self, parcel: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent:
        for item in self._since(since - CLOCKS_DIFFER):
            name = identifier((item.get("contentDetails") or {}).get("videoId"))
            if name and name not in taken and about.is_it(item.get("snippet") or {}, parcel):
                return self._found(name, item, parcel)
        return Absent()

    def _found(self, name: str, item: Mapping[str, Any], parcel: Parcel) -> Receipt:
        """What was to go with it may never have been given: `became` reads it."""
        return self._receipt(name, _privacy(item), about.wanted(parcel), about.perhaps_lacking(parcel))

    def _since(self, cut: datetime) -> Iterator[Mapping[str, Any]]:
        """Yield the channel's uploads since `cut`, newest first. Raises _Unreadable where there are too many to be read."""
        asked = {"part": "snippet,contentDetails,status", "playlistId": self.account.limits.get("uploads") or "", "maxResults": str(PAGE)}
        for _ in range(MOST_PAGES):
            answer = self._get(UPLOADS, asked)
            page = [item for item in answer.mapping().get("items") or () if isinstance(item, dict)]
            fresh = [item for item in page if (moment((item.get("snippet") or {}).get("publishedAt")) or cut) >= cut]
            yield from fresh
            token = answer.mapping().get("nextPageToken")
            if not token or not fresh:
                return
            asked["pageToken"] = str(token)
        raise _Unreadable

    def _items(self, path: str, asked: Mapping[str, str]) -> list[Mapping[str, Any]]:
        return [item for item in self._get(path, asked).mapping().get("items") or () if isinstance(item, dict)]

    def _get(self, path: str, asked: Mapping[str, str]) -> Answer:
        spend(self.wires, LIST, clock.now())
        answer = self.session.call("GET", f"{self.account.base}{path}", params=asked)
        if answer.ok and answer.json() is None:
            raise NotSent(Say(gettext_noop("%(host)s did not answer in full."), {"host": answer.host}))
        if answer.ok:
            return answer
        failure = self._judged(answer, commit=False)
        raise _Unreadable if isinstance(failure, Refused) else failure

    def _look_for_comment(self, parcel: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent:
        video = str(self.wires.memory.get("video") or "")
        where = {"videoId": video} if video else {"allThreadsRelatedToChannelId": self.account.remote_id}
        asked = {"part": "snippet", "order": "time", "textFormat": "plainText", "maxResults": str(comments.PAGE), **where}
        thread = comments.found(self._get(comments.THREADS, asked), self.account.remote_id, parcel.text, since, taken)
        return comments.receipt(thread, self.web) if thread else Absent()

    def _look_for_reply(self, parcel: Parcel, since: datetime, taken: frozenset[str]) -> Receipt | Absent:
        asked = {"part": "snippet", "parentId": comments.parent_of(parcel), "textFormat": "plainText", "maxResults": str(comments.PAGE)}
        for _ in range(MOST_PAGES):
            answer = self._get(comments.COMMENTS, asked)
            if one := comments.found(answer, self.account.remote_id, parcel.text, since, taken):
                return comments.receipt(one, self.web)
            if not (token := answer.mapping().get("nextPageToken")):
                return Absent()
            asked["pageToken"] = str(token)
        raise _Unreadable

    # ---- afterwards

    def delete(self, receipt: Receipt) -> None:
        """Take a video or a comment off; it is no error that it is gone."""
        spend(self.wires, WRITE, clock.now())
        path = comments.COMMENTS if _is_comment(receipt) else VIDEOS
        answer = self.session.call("DELETE", f"{self.account.base}{path}", params={"id": _id_of(receipt)})
        if not answer.ok and answer.status not in {404, 410}:
            raise self._judged(answer, commit=False)

    def edit(self, receipt: Receipt, parcel: Parcel) -> None:
        """Change the title, the description, the keywords, the still and the subtitles of a video; or the words of a comment."""
        if _is_comment(receipt):
            body = {"id": _id_of(receipt), "snippet": {"textOriginal": parcel.text}}
            self._put(comments.COMMENTS, {"part": "snippet"}, body)
            return
        parcel = SPEC.carried(parcel)
        # The part is replaced whole: what is left out of it would be lost.
        self._put(VIDEOS, {"part": "snippet"}, {"id": _id_of(receipt), "snippet": about.words_of(parcel)})
        if parcel.video:
            self.extras.mend(_id_of(receipt), about.extras(parcel, parcel.video))

    def became(self, receipt: Receipt) -> Hidden | None:
        """Read what became of a video after it was taken. Raises NotSent while YouTube is still working on it."""
        return None if _is_comment(receipt) else aftermath.became(self._read, _id_of(receipt), receipt)

    def _read(self, path: str, asked: Mapping[str, str]) -> list[Mapping[str, Any]]:
        try:
            return self._items(path, asked)
        except _Unreadable as error:
            raise LookupError(path) from error

    def _put(self, path: str, asked: Mapping[str, str], body: Mapping[str, Any]) -> None:
        spend(self.wires, WRITE, clock.now())
        answer = self.session.call("PUT", f"{self.account.base}{path}", params=asked, json=body)
        if not answer.ok:
            raise self._judged(answer, commit=False)

    def _judged(self, answer: Answer, *, commit: bool) -> NotSent | Refused | Unknown:
        now = clock.now()
        if trouble(answer).reason in {"quotaExceeded", "dailyLimitExceeded"}:
            used_up(self.wires, "units", now)
        return judged(answer, WORDS, commit=commit, day=midnight(now))

    def _receipt(self, name: str, privacy: str, wanted: str, more: Mapping[str, Any] | None = None) -> Receipt:
        refs: dict[str, Any] = {"id": name, "kind": "video", "privacy": privacy, **(more or {})}
        # A project that was not audited gets every video private, whatever was asked.
        locked = {"locked": True} if privacy == "private" != wanted else {}
        return Receipt(name, f"{self.web}/watch?v={name}", {**refs, **locked})


def _privacy(video: Mapping[str, Any]) -> str:
    return identifier((video.get("status") or {}).get("privacyStatus"))


def _id_of(receipt: Receipt) -> str:
    return str(receipt.refs.get("id") or receipt.remote_id or receipt.url.rpartition("=")[2])


def _is_comment(receipt: Receipt) -> bool:
    return receipt.refs.get("kind") == "comment" or "&lc=" in receipt.url
