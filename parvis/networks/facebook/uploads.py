"""What must be there before something is published on a page: photos that belong to no post, videos in pieces, their subtitles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core.http import Answer, NotSent, Piece, Refused, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.facts import Captions, Picture, Video
from parvis.networks.meta import Graph, codes_of, failure, is_gone, seconds_for

# The network says how much it takes at once; more than this is not held in memory.
MOST_CHUNK = 16_000_000
WRONG_OFFSET = 1363037
SESSION_OVER = frozenset({1363019, 1363033})
MOST_TURNS = 100_000
AGAIN = Say(gettext_noop("Send it again: it will be prepared anew."))


@dataclass(slots=True)
class Uploads:
    """Uploads of one delivery. `kept` is its memory; every handle is stored there as soon as it is known."""

    graph: Graph
    page: str
    kept: dict[str, Any]

    def keep(self) -> None:
        """Store the memory now."""
        self.graph.wires.keep(self.kept)

    # ---- photos

    def photos(self, pictures: tuple[Picture, ...]) -> list[str]:
        """Return the ids of the photos, each uploaded once and shown nowhere yet."""
        known: dict[str, str] = self.kept.setdefault("photos", {})
        ids = []
        for place, picture in enumerate(pictures):
            name = f"{place}:{picture.digest[:16]}"
            if name not in known or not self._there(known[name]):
                known[name] = self._photo(place, picture)
                self.keep()
            ids.append(known[name])
        return ids

    def _there(self, name: str) -> bool:
        """Tell whether an earlier upload can still be shown: the network throws away what waits for days."""
        answer = self.graph.answer("GET", self._at(f"/{name}"), params={"fields": "id"})
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)
        return answer.ok

    def _at(self, path: str, base: str = "") -> str:
        return self.graph.places.at(path, base or self.graph.account.base)

    def _photo(self, place: int, picture: Picture) -> str:
        file = (f"{place + 1}.{picture.mime.partition('/')[2]}", self.graph.wires.read(picture.digest), picture.mime)
        words = {"published": "false", **({"alt_text_custom": picture.alt} if picture.alt else {})}
        found = self.graph.call("POST", f"/{self.page}/photos", data=words, files={"source": file}, seconds=seconds_for(picture.size))
        return _id(found, "id")

    # ---- videos

    def video(self, video: Video) -> str:
        """Return the id of a video whose bytes are all over there, going on where an earlier try was cut."""
        if self.kept.get("video", {}).get("digest") != video.digest or not self._serves():
            self._begin(video)
        self._transferred(video)
        self._captioned(video.captions)
        return str(self.kept["video"]["id"])

    def _serves(self) -> bool:
        """Tell whether the upload that is remembered can still be published: one that was spoiled or thrown away cannot."""
        answer = self.graph.answer("GET", self._at(f"/{self.kept['video']['id']}"), params={"fields": "status"})
        if not answer.ok and not is_gone(answer):
            raise failure(answer, commit=False)
        status = answer.mapping().get("status")
        return answer.ok and not (isinstance(status, dict) and status.get("video_status") in ("error", "expired"))

    def _begin(self, video: Video) -> None:
        asked = {"upload_phase": "start", "file_size": video.size}
        found = self.graph.call("POST", f"/{self.page}/videos", base=self.graph.places.videos, data=asked)
        session = _id(found, "upload_session_id")
        self.kept["video"] = {
            "digest": video.digest, "id": _id(found, "video_id"), "session": session, "start": found.get("start_offset"),
            "end": found.get("end_offset"),
        }  # fmt: skip
        self.keep()

    def _transferred(self, video: Video) -> None:
        kept = self.kept["video"]
        for _ in range(MOST_TURNS):
            start, end = int(kept["start"]), min(int(kept["end"]), video.size)
            if start >= end:
                return
            kept["start"], kept["end"] = self._chunk(video, start, min(end, start + MOST_CHUNK))
            self.keep()
        raise Refused(Say(gettext_noop("The upload of the video makes no headway over there.")), AGAIN)

    def _chunk(self, video: Video, start: int, end: int) -> tuple[Any, Any]:
        with self.graph.wires.opened(video.digest) as file:
            file.seek(start)
            content = file.read(end - start)
        asked = {"upload_phase": "transfer", "upload_session_id": self.kept["video"]["session"], "start_offset": start}
        chunk = {"video_file_chunk": ("video.mp4", content, "application/octet-stream")}
        url = self._at(f"/{self.page}/videos", self.graph.places.videos)
        answer = self.graph.answer("POST", url, data=asked, files=chunk, seconds=seconds_for(len(content)))
        found = answer.mapping()
        if codes_of(answer)[1] == WRONG_OFFSET:
            # An answer was lost: what it would have said stands in the refusal.
            found = found["error"].get("error_data") or {}
        elif not answer.ok:
            raise self._lost(answer)
        return found.get("start_offset", start), found.get("end_offset", end)

    def _lost(self, answer: Answer) -> Exception:
        """Say what a refusal proves; an upload that is gone over there is forgotten here, so that the next try begins anew."""
        if codes_of(answer)[1] not in SESSION_OVER and not is_gone(answer):
            return failure(answer, commit=False)
        self.kept.pop("video", None)
        self.keep()
        return NotSent(Say(gettext_noop("The upload of the video was thrown away over there; it begins again.")))

    def _captioned(self, captions: tuple[Captions, ...]) -> None:
        done: list[str] = self.kept["video"].setdefault("captions", [])
        for one in captions:
            if one.digest in done or one.mime != "application/x-subrip":
                continue
            language = f"{one.language}_{'US' if one.language == 'en' else one.language.upper()}"
            file = (f"video.{language}.srt", self.graph.wires.read(one.digest), one.mime)
            self.graph.call("POST", f"/{self.kept['video']['id']}/captions", data={"default_locale": "none"}, files={"captions_file": file})
            done.append(one.digest)
            self.keep()

    # ---- reels, and stories with a video

    def sent(self, edge: str, video: Video) -> str:
        """Return the id of a reel's or a story's video whose bytes are all over there, going on where an earlier try was cut."""
        kept = self.kept.get("video", {})
        if kept.get("digest") != video.digest or kept.get("edge") != edge or not self._serves():
            found = self.graph.call("POST", f"/{self.page}/{edge}", data={"upload_phase": "start"})
            kept = {"digest": video.digest, "edge": edge, "id": _id(found, "video_id"), "whole": False}
            self.kept["video"] = kept
            self.keep()
        if not kept["whole"]:
            self._poured(str(kept["id"]), video)
            kept["whole"] = True
            self.keep()
        return str(kept["id"])

    def _poured(self, name: str, video: Video) -> None:
        start = self._received(name)
        if start >= video.size:
            return
        piece = Piece(lambda: self.graph.wires.opened(video.digest), start, video.size - start)
        head = {"offset": str(start), "file_size": str(video.size), "content-type": "application/octet-stream"}
        # The address that the network gave is used only in its form: an answer must not lead the token to another host.
        url = f"{self.graph.places.uploads}/video-upload/{self.graph.places.version}/{name}"
        answer = self.graph.answer("POST", url, scheme="OAuth", headers=head, content=piece, seconds=seconds_for(len(piece)))
        if not answer.ok or answer.mapping().get("success") is not True:
            raise _upload_failure(answer)

    def _received(self, name: str) -> int:
        answer = self.graph.answer("GET", self._at(f"/{name}"), params={"fields": "status"})
        if not answer.ok:
            raise self._lost(answer)
        status = answer.mapping().get("status")
        phase = status.get("uploading_phase") if isinstance(status, dict) else None
        # The guide spells it with one r, the schema with two.
        told = [phase.get(name) for name in ("bytes_transferred", "bytes_transfered")] if isinstance(phase, dict) else []
        return next((int(got) for got in told if isinstance(got, int)), 0)


def _upload_failure(answer: Answer) -> Exception:
    told = answer.mapping().get("debug_info")
    if isinstance(told, dict):
        return NotSent(Say(gettext_noop("%(host)s did not take the upload; it goes on where it stopped."), {"host": answer.host}))
    return failure(answer, commit=False)


def _id(found: Mapping[str, Any], name: str) -> str:
    made = identifier(found.get(name))
    if not made:
        raise NotSent(Say(gettext_noop("The network's answer was not complete; it will be asked again.")))
    return made
