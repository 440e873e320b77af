"""Bringing files to X: pictures in one call, films and animations in numbered segments; every handle is kept as soon as it is known."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, identifier, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import NotYet
from parvis.networks.facts import Captions, Parcel, Picture, Video
from parvis.networks.x.errors import OTHER_FILE, judged, sentence
from parvis.networks.x.session import Session
from parvis.networks.x.spec import MEDIA_LIVES, MOST_CHUNK

UPLOAD = "/2/media/upload"
UPLOAD_SECONDS = 120.0
# Whole mebibytes, as many as a segment may have.
CHUNK = MOST_CHUNK.value // 1_048_576 * 1_048_576
# A medium must still be alive when the post is made and, after a doubt, made again.
SPARE = timedelta(hours=1)
MOST_POLLS = 400
SLOWEST = timedelta(minutes=1)
TRACKS = {"text/vtt": "text/vtt", "application/x-subrip": "text/srt"}
NAMES = {
    "fr": "Français",
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "it": "Italiano",
    "nl": "Nederlands",
    "pt": "Português",
    "br": "Brezhoneg",
}
ALONE = Say(gettext_noop("X takes an animated picture only by itself, without other pictures or a video."))
ONE_ONLY = Say(gettext_noop("Keep the animation alone, or replace it by a still picture."))


@dataclass(frozen=True, slots=True)
class File:
    """One file to bring: `name` finds it again in the memory, `category` and `mime` are what X calls it."""

    name: str
    digest: str
    mime: str
    size: int
    category: str
    alt: str = ""
    language: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether it goes in one call."""
        return self.category == "tweet_image"


def files_of(parcel: Parcel) -> list[File]:
    """Return the files of a parcel in their order, subtitles last. Raises Refused for a mixture that X does not take."""
    animated = [picture for picture in parcel.pictures if picture.mime == "image/gif"]
    if animated and (len(parcel.pictures) > 1 or parcel.video):
        raise Refused(ALONE, ONE_ONLY)
    media: list[Picture | Video] = [*parcel.pictures, *([parcel.video] if parcel.video else [])]
    found = [_file(place, one) for place, one in enumerate(media)]
    tracks = parcel.video.captions if parcel.video else ()
    return [*found, *(_track(one) for one in tracks if one.mime in TRACKS)]


def _file(place: int, one: Picture | Video) -> File:
    category = "tweet_video" if isinstance(one, Video) else "tweet_gif" if one.mime == "image/gif" else "tweet_image"
    # The place keeps apart the same picture shown twice, and the words an upload that was described otherwise before.
    words = hashlib.sha256(one.alt.encode("utf-8", "replace")).hexdigest()[:8]
    return File(f"{place}:{one.digest[:16]}:{words}", one.digest, one.mime, one.size, category, one.alt.strip())


def _track(one: Captions) -> File:
    return File(f"cc:{one.digest[:16]}:{one.language}", one.digest, TRACKS[one.mime], one.size, "subtitles", language=one.language)


class _Lost(Exception):
    """X no longer has what was begun."""


@dataclass(slots=True)
class Uploads:
    """Brings the files of one parcel. `kept` is the delivery's memory, which it changes and keeps after every step.

    `doubts`: an earlier try failed late, so that what was uploaded is asked for before it is believed.
    """

    session: Session
    kept: dict[str, Any]
    doubts: bool

    def bring(self, files: list[File]) -> list[str] | NotYet:
        """Return the ids of the media in their order, or when to come back."""
        known = {file.name for file in files}
        self.kept["media"] = {name: dict(entry) for name, entry in self.kept.get("media", {}).items() if name in known}
        for file in files:
            self._bring(file)
        waits = [entry["again"] for entry in self._media.values() if entry["stage"] == "working"]
        if waits:
            return NotYet(max(when(wait) or clock.now() for wait in waits), self.kept)
        for file in files:
            self._tie(file, files)
        return [self._media[file.name]["id"] for file in files if file.category != "subtitles"]

    @property
    def _media(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = self.kept["media"]
        return found

    def _keep(self) -> None:
        self.session.wires.keep(self.kept)

    def _bring(self, file: File) -> None:
        entry = self._media.get(file.name)
        try:
            if entry is None or _old(entry) or (self.doubts and entry["stage"] == "ready" and not self._is_there(entry)):
                entry = self._media[file.name] = self._whole(file) if file.whole else self._opened(file)
                self._keep()
            if entry["stage"] == "open":
                self._append(file, entry)
                self._close(entry)
                self._keep()
            elif entry["stage"] == "working":
                self._poll(entry)
                self._keep()
            self._describe(file, entry)
        except _Lost as lost:
            del self._media[file.name]
            self._keep()
            raise NotSent(Say(gettext_noop("X gave up the upload of a file; it is begun again."))) from lost

    # ---- one call

    def _whole(self, file: File) -> dict[str, Any]:
        body = self.session.wires.read(file.digest)
        sent = {"media": (f"picture.{_ending(file.mime)}", body, file.mime)}
        answer = self._ask("POST", UPLOAD, files=sent, data={"media_category": file.category}, seconds=UPLOAD_SECONDS)
        entry = self._entry(answer)
        self._settle(entry, answer)
        return entry

    def _entry(self, answer: Answer) -> dict[str, Any]:
        found = _data(answer)
        name, lasts = identifier(found.get("id")), found.get("expires_after_secs")
        if not name:
            raise judged(answer, commit=False)
        lives = timedelta(seconds=lasts) if isinstance(lasts, int) and 0 < lasts < 10**7 else MEDIA_LIVES.value
        return {"id": name, "until": (clock.now() + lives).isoformat(), "stage": "open", "part": 0, "polls": 0}

    # ---- segments

    def _opened(self, file: File) -> dict[str, Any]:
        asked = {"media_type": file.mime, "total_bytes": file.size, "media_category": file.category}
        return self._entry(self._ask("POST", f"{UPLOAD}/initialize", json=asked))

    def _append(self, file: File, entry: dict[str, Any]) -> None:
        """Send the segments that were not yet taken, and keep the number of each as soon as it was."""
        for number, part in self._parts(file, int(entry["part"])):
            sent = {"media": ("part", part, "application/octet-stream")}
            path = f"{UPLOAD}/{entry['id']}/append"
            answer = self.session.call("POST", path, files=sent, data={"segment_index": number}, seconds=UPLOAD_SECONDS)
            if answer.status in {400, 404}:
                raise _Lost(sentence(answer))
            if not answer.ok:
                raise judged(answer, commit=False)
            entry["part"] = number + 1
            self._keep()

    def _parts(self, file: File, first: int) -> Iterator[tuple[int, bytes]]:
        with self.session.wires.opened(file.digest) as source:
            source.seek(first * CHUNK)
            number = first
            while part := source.read(CHUNK):
                yield number, part
                number += 1

    def _close(self, entry: dict[str, Any]) -> None:
        answer = self.session.call("POST", f"{UPLOAD}/{entry['id']}/finalize")
        if answer.status in {400, 404}:
            # The answer to an earlier call may have been lost: then X says that it is closed already.
            answer = self._status(entry)
        if not answer.ok:
            raise judged(answer, commit=False)
        self._settle(entry, answer)

    # ---- waiting

    def _poll(self, entry: dict[str, Any]) -> None:
        answer = self._status(entry)
        if not answer.ok:
            raise judged(answer, commit=False)
        entry["polls"] += 1
        if entry["polls"] > MOST_POLLS:
            raise Refused(Say(gettext_noop("X does not finish working on the video.")), OTHER_FILE)
        self._settle(entry, answer)

    def _status(self, entry: Mapping[str, Any]) -> Answer:
        answer = self.session.call("GET", UPLOAD, params={"command": "STATUS", "media_id": entry["id"]})
        if answer.status in {400, 404}:
            raise _Lost(sentence(answer))
        return answer

    def _is_there(self, entry: Mapping[str, Any]) -> bool:
        try:
            return self._status(entry).ok
        except _Lost:
            return False

    def _settle(self, entry: dict[str, Any], answer: Answer) -> None:
        """Read how far X is: without `processing_info` it is ready at once."""
        info = _data(answer).get("processing_info")
        info = info if isinstance(info, dict) else {"state": "succeeded"}
        state = str(info.get("state", ""))
        if state == "failed":
            self._media.pop(next((name for name, one in self._media.items() if one is entry), ""), None)
            self._keep()
            raise _failed(info)
        wait = info.get("check_after_secs")
        pause = min(timedelta(seconds=wait if isinstance(wait, int) and wait > 0 else 1), SLOWEST)
        entry["stage"] = "ready" if state == "succeeded" else "working"
        entry["again"] = (clock.now() + pause).isoformat()

    # ---- words that go with them

    def _describe(self, file: File, entry: dict[str, Any]) -> None:
        if not file.alt or entry.get("told"):
            return
        told = {"id": entry["id"], "metadata": {"alt_text": {"text": file.alt}}}
        answer = self.session.call("POST", "/2/media/metadata", json=told)
        if answer.status == 404:
            raise _Lost(sentence(answer))
        if not answer.ok:
            raise judged(answer, commit=False)
        entry["told"] = True
        self._keep()

    def _tie(self, file: File, files: list[File]) -> None:
        entry = self._media[file.name]
        film = next((one for one in files if one.category == "tweet_video"), None)
        if file.category != "subtitles" or film is None or entry.get("told") == self._media[film.name]["id"]:
            return
        track = {"id": entry["id"], "language_code": file.language, "display_name": NAMES.get(file.language, file.language)}
        tied = {"id": self._media[film.name]["id"], "media_category": "TweetVideo", "subtitles": track}
        self._ask("POST", "/2/media/subtitles", json=tied)
        entry["told"] = tied["id"]
        self._keep()

    def _ask(self, method: str, path: str, **more: Any) -> Answer:
        answer = self.session.call(method, path, **more)
        if not answer.ok:
            raise judged(answer, commit=False)
        return answer


def _old(entry: Mapping[str, Any]) -> bool:
    until: datetime | None = when(str(entry.get("until", "")))
    return until is None or until - SPARE <= clock.now()


def _data(answer: Answer) -> Mapping[str, Any]:
    found = answer.mapping().get("data")
    return found if isinstance(found, dict) else {}


def _failed(info: Mapping[str, Any]) -> Refused:
    problem = info.get("error")
    said = str(problem.get("message") or problem.get("name") or "") if isinstance(problem, dict) else ""
    if said:
        return Refused(Say(gettext_noop("X cannot use this file and says: “%(said)s”"), {"said": said[:300]}), OTHER_FILE)
    return Refused(Say(gettext_noop("X cannot use this file, and does not say why.")), OTHER_FILE)


def _ending(mime: str) -> str:
    return mime.partition("/")[2].replace("jpeg", "jpg")
