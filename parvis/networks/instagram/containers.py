"""Containers: what is made over there before it is published, kept in the delivery's memory as soon as it has a name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Piece, Refused, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Parcel, Picture, Video
from parvis.networks.meta import Graph, failure, is_gone, seconds_for
from parvis.networks.meta_errors import AGAIN, trouble

SUBCODE = re.compile(r"\b22070\d\d\b")
# The guide: look once a minute, for five; a long video takes longer.
FIRST, LONGEST, MOST_LOOKS = 3.0, 60.0, 90
HALF_UPLOADED = gettext_noop("%(host)s did not take the upload; it goes on where it stopped.")
NOT_READY = gettext_noop("%(host)s does not get the picture or the video ready.")


@dataclass(slots=True)
class Containers:
    """The containers of one delivery. `kept` is its memory."""

    graph: Graph
    kept: dict[str, Any]

    def keep(self) -> None:
        """Store the memory now."""
        self.graph.wires.keep(self.kept)

    @property
    def account(self) -> str:
        """The id of the account."""
        return self.graph.account.remote_id

    # ---- making

    def made(self, parcel: Parcel) -> str | datetime:
        """Return the container to publish, or the moment at which to look again. What exists and still serves is not made twice."""
        known = self.kept.get("container")
        if known:
            state = self._state(str(known))
            if state == "PUBLISHED":
                return str(known)
            if state in ("FINISHED", "IN_PROGRESS"):
                return str(known) if state == "FINISHED" else self._later()
            self._forget()
        media: list[Picture | Video] = [*parcel.pictures, *([parcel.video] if parcel.video else [])]
        story = parcel.form == "story"
        if len(media) > 1 and not story:
            return self._carousel(parcel, media)
        kind = {"media_type": "STORIES"} if story else {"media_type": "REELS"} if isinstance(media[0], Video) else {}
        asked = {**kind, **({} if story else {"caption": parcel.text}), **_said_of(parcel)}
        self.kept["container"] = self._one("0", media[0], asked)
        self.keep()
        return self._later() if self._state(self.kept["container"]) != "FINISHED" else str(self.kept["container"])

    def _carousel(self, parcel: Parcel, media: list[Picture | Video]) -> str | datetime:
        names = [self._one(str(place), one, _item(one)) for place, one in enumerate(media)]
        states = [self._state(name) for name in names]
        if any(state == "EXPIRED" for state in states):
            self._forget()
            return clock.now()
        if any(state != "FINISHED" for state in states):
            return self._later()
        asked = {"media_type": "CAROUSEL", "children": ",".join(names), "caption": parcel.text, **_said_of(parcel)}
        self.kept["container"] = self._created(asked)
        self.keep()
        return self._later() if self._state(self.kept["container"]) != "FINISHED" else str(self.kept["container"])

    def _one(self, place: str, medium: Picture | Video, asked: Mapping[str, str]) -> str:
        """Return the container of one picture or video, its bytes being all over there."""
        items: dict[str, dict[str, Any]] = self.kept.setdefault("items", {})
        item = items.get(place)
        if item is None or item["digest"] != medium.digest:
            more = self._of_video(medium) if isinstance(medium, Video) else self._of_picture(medium)
            item = {"digest": medium.digest, "id": self._created({**asked, **more}), "whole": isinstance(medium, Picture)}
            items[place] = item
            self.keep()
        if isinstance(medium, Video) and not item["whole"]:
            self._poured(item["id"], medium)
            item["whole"] = True
            self.keep()
        return str(item["id"])

    def _of_picture(self, picture: Picture) -> dict[str, str]:
        words = {"alt_text": picture.alt} if picture.alt else {}
        return {"image_url": self.graph.wires.address(picture.digest, picture.mime), **words}

    def _of_video(self, video: Video) -> dict[str, str]:
        more = {"upload_type": "resumable"}
        if video.cover:
            try:
                more["cover_url"] = self.graph.wires.address(video.cover.digest, video.cover.mime)
            except NotSent:
                # A house without a public address can send a video, though not its chosen still.
                return more
        return more

    def _created(self, asked: Mapping[str, str]) -> str:
        found = self.graph.call("POST", f"/{self.account}/media", data=dict(asked), seconds=120.0)
        name = identifier(found.get("id"))
        if not name:
            raise NotSent(Say(gettext_noop("The network's answer was not complete; it will be asked again.")))
        return name

    def _forget(self) -> None:
        for name in ("container", "items", "looks"):
            self.kept.pop(name, None)
        self.keep()

    # ---- sending a video

    def _poured(self, name: str, video: Video) -> None:
        start = self._received(name)
        if start >= video.size:
            return
        piece = Piece(lambda: self.graph.wires.opened(video.digest), start, video.size - start)
        head = {"offset": str(start), "file_size": str(video.size), "content-type": "application/octet-stream"}
        # The address that the network gave is used only in its form: an answer must not lead the token to another host.
        url = f"{self.graph.places.uploads}/ig-api-upload/{self.graph.places.version}/{name}"
        answer = self.graph.answer("POST", url, scheme="OAuth", headers=head, content=piece, seconds=seconds_for(len(piece)))
        if answer.ok and answer.mapping().get("success") is True:
            return
        told = answer.mapping().get("debug_info")
        if isinstance(told, dict):
            if told.get("retriable") is False:
                self._forget()
            raise NotSent(Say(HALF_UPLOADED, {"host": answer.host}))
        raise failure(answer, commit=False)

    def _received(self, name: str) -> int:
        answer = self._seen(name, "video_status")
        if is_gone(answer):
            self._forget()
            raise NotSent(Say(HALF_UPLOADED, {"host": answer.host}))
        status = answer.mapping().get("video_status")
        phase = status.get("uploading_phase") if isinstance(status, dict) else None
        got = phase.get("bytes_transferred") if isinstance(phase, dict) else 0
        return int(got) if isinstance(got, int) else 0

    # ---- looking at one

    def _seen(self, name: str, fields: str) -> Answer:
        answer = self.graph.answer("GET", self.graph.places.at(f"/{name}", self.graph.account.base), params={"fields": fields})
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)
        return answer

    def state(self, name: str) -> tuple[str, str]:
        """Return the state of a container and the network's words about it; one that is not there has expired."""
        answer = self._seen(name, "status_code,status")
        found = answer.mapping()
        return ("EXPIRED", "") if is_gone(answer) else (str(found.get("status_code", "")), str(found.get("status", "")))

    def _state(self, name: str) -> str:
        """Return the state of a container; one that failed is forgotten, and a person told why."""
        state, words = self.state(name)
        if state == "ERROR":
            self._forget()
            raise self._failed(words)
        return state

    def _failed(self, words: str) -> Exception:
        host = {"host": self.graph.account.base.partition("://")[2]}
        found = SUBCODE.search(words)
        meant = trouble(0, int(found[0])) if found else None
        if meant is None:
            return Refused(Say(NOT_READY, host), Say(AGAIN))
        return Refused(Say(meant.why, host), Say(meant.cure or AGAIN))

    def _later(self) -> datetime:
        looks = int(self.kept.get("looks", 0)) + 1
        self.kept["looks"] = looks
        if looks > MOST_LOOKS:
            self._forget()
            raise Refused(Say(NOT_READY, {"host": self.graph.account.base.partition("://")[2]}), Say(AGAIN))
        return clock.now() + timedelta(seconds=min(FIRST * 2 ** (looks - 1), LONGEST) if looks < 10 else LONGEST)


def _item(medium: Picture | Video) -> dict[str, str]:
    return {"is_carousel_item": "true", **({"media_type": "VIDEO"} if isinstance(medium, Video) else {})}


def _said_of(parcel: Parcel) -> dict[str, str]:
    return {**({"is_ai_generated": "true"} if parcel.ai else {}), **({"is_paid_partnership": "true"} if parcel.paid else {})}
