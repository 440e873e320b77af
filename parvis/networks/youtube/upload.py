"""The resumable upload: a session takes a video piece by piece, tells how far it got, and makes one video however often it is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import regex

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Piece, identifier, parts_of
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Wires
from parvis.networks.facts import Video
from parvis.networks.google import Session, judged, trouble
from parvis.networks.youtube.limits import midnight, used_up
from parvis.networks.youtube.words import WORDS

STEP = 262_144
PIECE = 32 * STEP
# Bytes a second of the slowest line that is waited for.
SLOWEST = 64_000
KEPT = regex.compile(r"bytes=0-(\d{1,15})")
PLACE = "/upload/youtube/v3/videos"
NOT_WHOLE = Say(gettext_noop("YouTube has not taken the whole video yet; it goes on from there."))
LOST = Say(gettext_noop("YouTube forgot the upload before it was finished: it begins again."))


@dataclass(frozen=True, slots=True)
class Far:
    """How far a session got: bytes that are there, or the video that it made; `gone` where YouTube knows it no more."""

    taken: int = 0
    video: Mapping[str, Any] | None = None
    gone: bool = False


@dataclass(slots=True)
class Upload:
    """Uploads of one channel."""

    session: Session
    wires: Wires
    base: str

    def begin(self, about: Mapping[str, Any], params: Mapping[str, str], video: Video) -> str:
        """Open a session and return its address."""
        head = {"x-upload-content-type": video.mime, "x-upload-content-length": str(video.size)}
        asked = {"uploadType": "resumable", **params}
        answer = self.session.call("POST", f"{self.base}{PLACE}", params=asked, json=about, headers=head)
        place = answer.headers.get("location", "")
        if answer.ok and self._is_google(place):
            return self._short(place)
        if trouble(answer).reason == "quotaExceeded":
            used_up(self.wires, "uploads", clock.now())
        raise judged(answer, WORDS, commit=False, day=midnight(clock.now()))

    def far(self, place: str, size: int) -> Far:
        """Ask a session how far it got."""
        return self._read(self.session.call("PUT", self._whole(place), content=b"", headers={"content-range": f"bytes */{size}"}))

    def send(self, place: str, video: Video, start: int) -> Far:
        """Send the next piece of a video, never its last one."""
        size = min(PIECE, (video.size - start - 1) // STEP * STEP)
        return self._read(self._put(place, video.digest, start, size, video.size, commit=False))

    def end(self, place: str, digest: str, start: int, size: int) -> Answer:
        """Send the last piece: the call that makes the video."""
        return self._put(place, digest, start, size - start, size, commit=True)

    def _put(self, place: str, digest: str, start: int, length: int, size: int, *, commit: bool) -> Answer:
        span = f"{start}-{start + length - 1}" if length else "*"
        body = Piece(partial(self.wires.opened, digest), start, length) if length else b""
        head = {"content-range": f"bytes {span}/{size}", "content-type": "application/octet-stream"}
        seconds = self.wires.http.seconds + length / SLOWEST
        return self.session.call("PUT", self._whole(place), commit=commit, content=body, headers=head, seconds=seconds)

    def _read(self, answer: Answer) -> Far:
        if answer.status == 308:
            found = KEPT.fullmatch(answer.headers.get("range", ""))
            return Far(int(found[1]) + 1 if found else 0)
        if answer.ok and identifier(answer.mapping().get("id")):
            return Far(video=answer.mapping())
        if answer.status in {404, 410}:
            return Far(gone=True)
        raise judged(answer, WORDS, commit=False, day=midnight(clock.now()))

    def _is_google(self, place: str) -> bool:
        """A session is asked with the account's token, so that it must be where the interface is, or on Google's own servers."""
        found, here = parts_of(place), urlsplit(self.base)
        own = (found.scheme, found.netloc) == (here.scheme, here.netloc)
        return own or (found.scheme == "https" and (found.hostname or "").endswith(".googleapis.com"))

    def _short(self, place: str) -> str:
        return place.removeprefix(self.base)

    def _whole(self, place: str) -> str:
        return f"{self.base}{place}" if place.startswith("/") else place


def advanced(before: int, far: Far) -> int:
    """Return where to go on. Raises NotSent where a piece was not taken at all."""
    if far.taken <= before:
        raise NotSent(NOT_WHOLE)
    return far.taken
