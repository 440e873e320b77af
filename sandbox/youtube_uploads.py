"""YouTube's uploads: sessions that can be resumed, thumbnails, captions."""

from __future__ import annotations

import json
import re
import secrets
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

from sandbox.server import Handler, measure
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.youtube import YouTube

STEP = 262_144
SESSION_SECONDS = 7 * 86_400
MOST_BYTES = 274_877_906_944
MOST_PICTURE = 2_097_152
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")
PLACE = "/upload/youtube/v3"
WRITES = ("youtube.upload", "youtube", "youtube.force-ssl")
CAPTION = {"snippet": dict.fromkeys(("videoId", "language", "name", "isDraft"))}


class Uploads:
    """The part of the stand-in that takes files."""

    def __init__(self, stand: YouTube) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths: each has an older and a newer form."""
        found: dict[str, Handler] = {}
        for place in (PLACE, f"/resumable{PLACE}"):
            found |= {
                f"POST {place}/videos": self.begin,
                f"PUT {place}/videos": self.take,
                f"POST {place}/thumbnails/set": self.thumbnail,
                f"POST {place}/captions": self.caption,
            }
        return found

    # ---- videos

    def begin(self, request: Request) -> Reply:
        """Open a session for a video that is described now and sent afterwards."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(*WRITES), takes=frozenset({"part", "notifySubscribers", "autoLevels", "stabilize"}))
        if request.asked("uploadType") != "resumable":
            raise stand.refuse(400, "badRequest", "This stand-in takes resumable uploads only.")
        stand.has_channel(request)
        about = stand.about(request)
        size = request.headers.get("x-upload-content-length", "")
        kind = request.headers.get("x-upload-content-type", "application/octet-stream")
        if not (kind.startswith("video/") or kind == "application/octet-stream"):
            raise stand.refuse(400, "badContent", f"Media type '{kind}' is not supported. Valid media types: [video/*]")
        if not size.isdigit() or not 0 < int(size) <= MOST_BYTES:
            raise stand.refuse(400, "mediaBodyRequired", "The request does not include the video content.", domain="youtube.video")
        stand.spend(kept["client_id"], uploads=1)
        name = secrets.token_urlsafe(32)
        stand.state["sessions"][name] = {
            "account": request.account, "about": about, "part": request.asked("part"), "size": int(size), "kind": kind,
            "at": stand.now(), "video": "",
            "file": stand.files.begin(), "held": 0, "notifies": request.asked("notifySubscribers", "true") != "false",
        }  # fmt: skip
        stand.changed()
        place = f"{stand.url}{request.path}?{request.search}&upload_id={name}"
        return Reply(200, headers={"Location": place, "X-GUploader-UploadID": name})

    def take(self, request: Request) -> Reply:
        """Take a piece of a video, or say how far it got; the last piece makes the video, once however often it is sent."""
        stand = self.stand
        stand.enter(request, *stand.scopes(*WRITES), takes=frozenset({"part", "notifySubscribers", "autoLevels", "stabilize", "upload_id"}))
        name = request.asked("upload_id")
        session = stand.state["sessions"].get(name)
        if session is None or session["account"] != request.account or stand.now() - session["at"] > SESSION_SECONDS:
            return stand.error(404, "notFound", "The upload session is not there any more.")
        if session["video"]:
            return self._done(session)
        try:
            self._keep(request, session)
            if session["held"] < session["size"]:
                return self._far(session)
            self._finish(session)
        except KeyError:  # the stand-in was started again since
            return stand.error(404, "notFound", "The upload session is not there any more.")
        return self._done(session)

    def _keep(self, request: Request, session: dict[str, Any]) -> None:
        asked = request.headers.get("content-range", f"bytes 0-{request.size - 1}/{request.size}")
        found = RANGE.fullmatch(asked)
        if not found or int(found[3]) != session["size"]:
            raise self.stand.refuse(400, "badRequest", f"Invalid Content-Range: {asked}")
        if found[1] is None:
            return
        start, end = int(found[1]), int(found[2])
        if (request.came.whole and end - start + 1 != request.size) or start > session["held"] or end >= session["size"]:
            raise self.stand.refuse(400, "badRequest", f"Content-Range {asked} does not fit what was sent and what is here.")
        if end + 1 < session["size"] and (end - start + 1) % STEP:
            raise self.stand.refuse(400, "badRequest", f"A piece must be a multiple of {STEP} bytes.")
        self.stand.files.add(session["file"], start, request.pieces())
        session["held"] = max(session["held"], start + self._taken(request))
        self.stand.changed()

    def _taken(self, request: Request) -> int:
        """Return how much of a piece stays: whole steps of it where the line broke, or where the control says so."""
        most = self.stand.setting("keeps_bytes")
        if most and request.size > most:
            return int(max(STEP, most // STEP * STEP))
        return request.size if request.came.whole else request.size // STEP * STEP

    def _far(self, session: dict[str, Any]) -> Reply:
        return Reply(308, headers={"Range": f"bytes=0-{session['held'] - 1}"} if session["held"] else {})

    def _finish(self, session: dict[str, Any]) -> None:
        digest = self.stand.files.finish(session["file"])
        session["video"] = self.stand.publish(session["account"], session["about"], digest, session["kind"])["id"]

    def _done(self, session: dict[str, Any]) -> Reply:
        video = self.stand.state["videos"].get(session["video"])
        if video is None:  # finished, and taken off since: the session still tells what it made
            return as_json({"kind": "youtube#video", "id": session["video"]})
        return as_json(self.stand.entity(video, session["part"]))

    # ---- what goes with a video

    def thumbnail(self, request: Request) -> Reply:
        """Take the picture that stands for a video."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(*WRITES), takes=frozenset({"videoId"}))
        video = stand.own_video(request, request.asked("videoId"))
        stand.spend(kept["client_id"], 50)
        if not stand.setting("verified"):
            words = "The authenticated user doesn't have permissions to upload and set custom video thumbnails."
            raise stand.refuse(403, "forbidden", words, domain="youtube.thumbnail")
        try:
            kind, width, height = measure(request.body)
        except ValueError as error:
            raise stand.refuse(400, "invalidImage", "The provided image content is invalid.", domain="youtube.thumbnail") from error
        if kind not in {"image/jpeg", "image/png"} or len(request.body) > MOST_PICTURE:
            raise stand.refuse(400, "mediaBodyRequired", "The image is too large or of another kind.", domain="youtube.thumbnail")
        video["cover"] = {"digest": stand.keep_file(request.body), "kind": kind, "width": width, "height": height}
        stand.changed()
        return as_json({"kind": "youtube#thumbnailSetResponse", "etag": stand.tag(), "items": [stand.thumbnails(video)]})

    def caption(self, request: Request) -> Reply:
        """Take captions of a video: one track a language and name."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes("youtube.force-ssl"), takes=frozenset({"part", "sync"}))
        stand.spend(kept["client_id"], 400)
        about, content = self._two_parts(request)
        video = stand.own_video(request, str(about.get("videoId", "")))
        if not content.strip():
            raise stand.refuse(
                400, "contentRequired", "The request does not include the caption track's contents.", domain="youtube.caption"
            )
        if not about.get("language"):
            raise stand.refuse(400, "invalidMetadata", "The request contains invalid metadata values.", domain="youtube.caption")
        mark = (about["language"], about.get("name") or "")
        if any((one["language"], one["name"]) == mark for one in video["captions"]):
            words = "The specified video already has a caption track with the specified language and name."
            raise stand.refuse(409, "captionExists", words, domain="youtube.caption")
        track = {"id": secrets.token_urlsafe(24), "language": mark[0], "name": mark[1], "text": content.decode("utf-8", "replace")}
        video["captions"].append(track)
        stand.changed()
        told = {
            "videoId": video["id"], "language": mark[0], "name": mark[1], "trackKind": "standard", "isDraft": False,
            "lastUpdated": stand.stamp(stand.now()), "status": "serving",
        }  # fmt: skip
        return as_json({"kind": "youtube#caption", "etag": stand.tag(), "id": track["id"], "snippet": told})

    def _two_parts(self, request: Request) -> tuple[dict[str, Any], bytes]:
        """Google's own client ends its lines with one sign only: mail's rules take both."""
        whole = message_from_bytes(f"Content-Type: {request.headers.get('content-type', '')}\r\n\r\n".encode() + request.body)
        parts: list[Any] = [part.get_payload(decode=True) for part in whole.walk() if not part.is_multipart()]
        try:
            given = json.loads(parts[0]) if len(parts) == 2 else None
        except (TypeError, ValueError):
            given = None
        if not isinstance(given, dict) or not isinstance(parts[1], bytes):
            raise self.stand.refuse(400, "badRequest", "Expected a description and a file.")
        self.stand.fits(given, CAPTION)
        return dict(given.get("snippet") or {}), parts[1]
