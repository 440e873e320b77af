"""What can only be given to a video that is there: its still, its subtitles, a place in a playlist."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer
from parvis.networks.contract import Wires
from parvis.networks.google import Session, judged, trouble
from parvis.networks.youtube.limits import CAPTIONS, WRITE, midnight, spend
from parvis.networks.youtube.words import WORDS

PLACE = "/upload/youtube/v3"
SECONDS = 120.0


@dataclass(slots=True)
class Extras:
    """What is added to the videos of one channel."""

    session: Session
    wires: Wires
    base: str

    def add(self, video: str, wanted: Mapping[str, Any]) -> tuple[str, ...]:
        """Add what is wanted and return what could not be: the video is there, so that nothing of this may look like a failure."""
        steps = self._given(video, wanted)
        if wanted.get("playlist"):
            steps.append(("playlist", lambda: self._list(video, wanted["playlist"])))
        return tuple(name for name, step in steps if not _done(step))

    def mend(self, video: str, wanted: Mapping[str, Any]) -> None:
        """Give the still and the subtitles again. Raises what went wrong."""
        for _, step in self._given(video, wanted):
            step()

    def _given(self, video: str, wanted: Mapping[str, Any]) -> list[tuple[str, Callable[[], None]]]:
        steps: list[tuple[str, Callable[[], None]]] = []
        if wanted.get("cover"):
            steps.append(("cover", lambda: self._cover(video, wanted["cover"])))
        if wanted.get("captions"):
            steps.append(("captions", lambda: self._captions(video, wanted["captions"])))
        return steps

    def _cover(self, video: str, cover: Mapping[str, Any]) -> None:
        asked, head = {"videoId": video, "uploadType": "media"}, {"content-type": str(cover["mime"])}
        body = self.wires.read(str(cover["digest"]))
        self._send("/thumbnails/set", asked, WRITE, content=body, headers=head, seconds=SECONDS)

    def _captions(self, video: str, captions: list[Mapping[str, Any]]) -> None:
        for one in captions:
            about = {"snippet": {"videoId": video, "language": one["language"], "name": "", "isDraft": False}}
            kind, body = _related(about, self.wires.read(str(one["digest"])))
            asked = {"part": "snippet", "uploadType": "multipart"}
            self._send("/captions", asked, CAPTIONS, content=body, headers={"content-type": kind}, seconds=SECONDS)

    def _list(self, video: str, playlist: str) -> None:
        body = {"snippet": {"playlistId": playlist, "resourceId": {"kind": "youtube#video", "videoId": video}}}
        self._accepted(self._call(f"{self.base}/youtube/v3/playlistItems", {"part": "snippet"}, WRITE, json=body))

    def _send(self, path: str, asked: Mapping[str, str], cost: int, **more: Any) -> None:
        answer = self._call(f"{self.base}{PLACE}{path}", asked, cost, **more)
        # The same subtitles given a second time are there already.
        if trouble(answer).reason != "captionExists":
            self._accepted(answer)

    def _call(self, url: str, asked: Mapping[str, str], cost: int, **more: Any) -> Answer:
        spend(self.wires, cost, clock.now())
        return self.session.call("POST", url, params=asked, **more)

    def _accepted(self, answer: Answer) -> None:
        if not answer.ok:
            raise judged(answer, WORDS, commit=False, day=midnight(clock.now()))


def _done(step: Callable[[], None]) -> bool:
    try:
        step()
    except Exception:  # whatever it is: the video is there
        return False
    return True


def _related(about: Mapping[str, Any], content: bytes) -> tuple[str, bytes]:
    edge = secrets.token_hex(16)
    head = f"--{edge}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(about)}\r\n"
    body = head.encode() + f"--{edge}\r\nContent-Type: application/octet-stream\r\n\r\n".encode() + content
    return f"multipart/related; boundary={edge}", body + f"\r\n--{edge}--\r\n".encode()
