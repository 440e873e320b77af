"""LinkedIn's images, videos and documents: an upload is begun, its bytes are put at an address, and the asset is worked on."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Protocol

from sandbox import films
from sandbox.files import TooHeavy
from sandbox.server import Handler, Said, Stand, measure
from sandbox.wire import Part, Reply, Request, as_json, fields, ranged

KINDS = {"images": "image", "videos": "video", "documents": "document"}
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/gif"})
ASKED = {"images": {"owner"}, "documents": {"owner"}, "videos": {"owner", "fileSizeBytes", "uploadCaptions", "uploadThumbnail"}}
DOCUMENT_STARTS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class House(Protocol):
    """What the uploads need of the stand-in around them."""

    def enter(self, request: Request, *scopes: str) -> str:
        """Return the member who calls."""

    def rights(self, member: str, urn: str) -> dict[str, Any]:
        """Return the page that the member may write for."""

    def invalid(self, field: str, code: str, words: str) -> Said:
        """Return the refusal of a value."""


class Media:
    """The three upload protocols of one stand-in."""

    def __init__(self, stand: Any) -> None:
        self.stand: Stand = stand
        self.house: House = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        found: dict[str, Handler] = {
            "PUT /dms-uploads/{name}/{what}/{number}": self.put,
            "POST /dms-uploads/{name}/captions/0": self.captions,
        }
        for plural in KINDS:
            found[f"POST /rest/{plural}"] = lambda request, plural=plural: self.act(request, plural)
            found[f"GET /rest/{plural}/{{urn}}"] = lambda request, urn, plural=plural: self.read(request, plural, urn)
        return {**found, "GET /dms/{kind}/{name}": self.file}

    def of(self, urn: str) -> dict[str, Any] | None:
        """Return what is kept of an asset."""
        kept: dict[str, Any] | None = self.stand.state["media"].get(urn)
        return kept

    # ---- beginning and ending an upload

    def act(self, request: Request, plural: str) -> Reply:
        """Begin an upload, or end a video's."""
        member = self.house.enter(request, "w_organization_social")
        match (request.asked("action"), plural):
            case ("initializeUpload", _):
                return self._begin(request, plural, member)
            case ("finalizeUpload", "videos"):
                return self._end(request, member)
        return self.stand.error(400, "ILLEGAL_ARGUMENT", f"Action {request.asked('action')} is not supported on /{plural}")

    def _begin(self, request: Request, plural: str, member: str) -> Reply:
        given = _inner(self.house, request, "initializeUploadRequest", ASKED[plural])
        page = self.house.rights(member, str(given.get("owner", "")))
        kind, kept = KINDS[plural], self._new(KINDS[plural], page["handle"])
        told: dict[str, Any] = {kind: kept["urn"]}
        if kind == "video":
            told |= self._video(kept, given)
        else:
            told |= {"uploadUrlExpiresAt": int(kept["until"] * 1000), "uploadUrl": self._place(kept["name"], kind, 0)}
        self.stand.state["media"][kept["urn"]] = kept
        self.stand.changed()
        return as_json({"value": told})

    def _new(self, kind: str, handle: str) -> dict[str, Any]:
        name = secrets.token_hex(12)
        kept = {
            "kind": kind,
            "name": name,
            "urn": f"urn:li:{kind}:{name}",
            "page": handle,
            "status": "WAITING_UPLOAD",
            "token": "",
            "seconds": 0.0,
        }
        kept |= {"until": self.stand.now() + self.stand.setting("upload_seconds"), "polls": self.stand.setting(f"{kind}_polls")}
        return {**kept, "digest": "", "mime": "", "width": 0, "height": 0, "parts": [], "upload": "", "thumbnail": "", "captions": ""}

    def place(self, handle: str, content: bytes) -> str:
        """Keep a picture as if it had been uploaded long ago, and return its URN."""
        kept = self._new("image", handle)
        self._picture(kept, content)
        kept["status"] = "AVAILABLE"
        self.stand.state["media"][kept["urn"]] = kept
        return str(kept["urn"])

    def _video(self, kept: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        size, piece = given.get("fileSizeBytes"), self.stand.setting("part_bytes")
        if not isinstance(size, int) or not self.stand.setting("video_least") < size <= self.stand.setting("video_most"):
            raise self.house.invalid("/fileSizeBytes", "FILE_SIZE_OUT_OF_RANGE", "fileSizeBytes is out of range")
        kept |= {"token": secrets.token_urlsafe(12), "upload": self.stand.files.begin()}
        ranges = [(first, min(first + piece, size) - 1) for first in range(0, size, piece)]
        kept["parts"] = [{"first": first, "last": last, "etag": ""} for first, last in ranges]
        told: dict[str, Any] = {"uploadUrlsExpireAt": int(kept["until"] * 1000), "uploadToken": kept["token"]}
        told["uploadInstructions"] = [
            {"uploadUrl": self._place(kept["name"], "part", number), "firstByte": part["first"], "lastByte": part["last"]}
            for number, part in enumerate(kept["parts"])
        ]
        for wish, name in (("uploadCaptions", "captions"), ("uploadThumbnail", "thumbnail")):
            if given.get(wish):
                told[f"{name}UploadUrl"] = self._place(kept["name"], name, 0)
        return told

    def _place(self, name: str, what: str, number: int) -> str:
        return f"{self.stand.url}/dms-uploads/{name}/{what}/{number}"

    def _end(self, request: Request, member: str) -> Reply:
        given = _inner(self.house, request, "finalizeUploadRequest", {"video", "uploadToken", "uploadedPartIds"})
        kept = self.of(str(given.get("video")))
        if kept is None or kept["kind"] != "video" or kept["token"] != given.get("uploadToken"):
            raise self.house.invalid("/video", "INVALID_VIDEO_ID", "This Video ID is invalid")
        self.house.rights(member, self._owner(kept))
        if kept["status"] != "WAITING_UPLOAD":
            raise self.house.invalid("/video", "UPDATING_ASSET_FAILED", "Failed to update asset. Please recreate the asset and try again.")
        if not all(part["etag"] for part in kept["parts"]):
            raise self.house.invalid("/video", "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload")
        if given.get("uploadedPartIds") != [part["etag"] for part in kept["parts"]]:
            raise self.house.invalid(
                "/uploadedPartIds", "INVALID_UPLOADED_PART_IDS", "The part ids are not those of this upload, in its order"
            )
        self._joined(kept)
        return Reply(200, kind="")

    def _joined(self, kept: dict[str, Any]) -> None:
        digest = self.stand.files.finish(kept["upload"])
        try:
            film = films.measure(self.stand.files.open(digest))
            fits = self.stand.setting("video_seconds_least") <= film.seconds <= self.stand.setting("video_seconds_most")
            kept |= {"width": film.width, "height": film.height, "seconds": film.seconds}
        except ValueError:
            fits = False
        kept |= {"digest": digest, "mime": "video/mp4", "status": "PROCESSING" if fits else "PROCESSING_FAILED"}
        self.stand.changed()

    def _owner(self, kept: dict[str, Any]) -> str:
        return f"urn:li:organization:{self.stand.state['pages'][kept['page']]['id']}"

    # ---- bytes

    def put(self, request: Request, name: str, what: str, number: str) -> Reply:
        """Take bytes at an address that was given for them."""
        kept = next((one for one in self.stand.state["media"].values() if one["name"] == name), None)
        if kept is None:
            return self.stand.error(404)
        if self.stand.now() > kept["until"]:
            return self.stand.error(400, "EXPIRED_UPLOAD_URL", f"The {kept['kind'].capitalize()} upload URL is expired")
        request.account = kept["page"]
        reply = self._taken(request, kept, what, int(number))
        self.stand.changed()
        return reply

    def _taken(self, request: Request, kept: dict[str, Any], what: str, number: int) -> Reply:
        match (kept["kind"], what):
            case ("image", "image"):
                return self._picture(kept, request.body)
            case ("document", "document"):
                return self._document(kept, request)
            case ("video", "part") if number < len(kept["parts"]):
                return self._part(kept, request, number)
            case ("video", "thumbnail"):
                kept["thumbnail"] = self.stand.keep_file(request.body)
                return Reply(201, kind="")
        return self.stand.error(404)

    def _picture(self, kept: dict[str, Any], content: bytes) -> Reply:
        try:
            mime, width, height = measure(content)
        except ValueError:
            mime, width, height = "", 0, 0
        fits = mime in IMAGE_TYPES and width * height < self.stand.setting("image_pixels")
        kept |= {"digest": self.stand.keep_file(content), "mime": mime, "width": width, "height": height}
        kept["status"] = "PROCESSING" if fits else "PROCESSING_FAILED"
        return Reply(201, kind="")

    def _document(self, kept: dict[str, Any], request: Request) -> Reply:
        try:
            digest = self.stand.files.keep_pieces(request.pieces(), self.stand.setting("document_most"))
            fits = self.stand.files.part(digest, 0, 8).startswith(DOCUMENT_STARTS)
        except TooHeavy:
            digest, fits = "", False
        kept |= {"digest": digest, "mime": "application/pdf", "status": "PROCESSING" if fits else "PROCESSING_FAILED"}
        return Reply(201, kind="")

    def _part(self, kept: dict[str, Any], request: Request, number: int) -> Reply:
        part = kept["parts"][number]
        if "authorization" in request.headers:
            return self.stand.error(400, "ILLEGAL_ARGUMENT", "Multiple authentication schemes: the upload URL is signed already")
        if kept["status"] != "WAITING_UPLOAD" or request.size != part["last"] - part["first"] + 1:
            return self.stand.error(400, "ILLEGAL_ARGUMENT", "The bytes do not fill the range of this upload URL")
        self.stand.files.add(kept["upload"], part["first"], request.pieces())
        mark = hashlib.sha256(f"{kept['name']} {number}".encode()).hexdigest()[:24]
        part["etag"] = f"/ambry-video/signedId/{mark}"
        return Reply(200, headers={"ETag": part["etag"]}, kind="")

    def captions(self, request: Request, name: str) -> Reply:
        """Take the subtitles of a video: their description and the file, as a form of two parts."""
        kept = self.of(f"urn:li:video:{name}")
        given = fields(request)
        file = next((value for value in given.values() if isinstance(value, Part)), None)
        if kept is None or file is None or "metadata" not in given or b"-->" not in file.body:
            return self.stand.error(400, "ILLEGAL_ARGUMENT", "metadata and a file of captions are needed")
        kept["captions"] = self.stand.keep_file(file.body)
        self.stand.changed()
        return Reply(201, kind="")

    # ---- reading

    def read(self, request: Request, plural: str, urn: str) -> Reply:
        """Tell how an asset stands; each reading brings it nearer to its end."""
        self.house.enter(request, "w_organization_social", "r_organization_social")
        kept = self.of(urn)
        if not self.stand.setting("media_readable"):
            return self.stand.error(403)
        if kept is None or kept["kind"] != KINDS[plural]:
            return self.stand.error(404)
        self.worked_on(kept)
        told = {"id": urn, "owner": self._owner(kept), "status": kept["status"]}
        if kept["status"] == "AVAILABLE":
            told |= {"downloadUrl": self.address(kept), "downloadUrlExpiresAt": int((self.stand.now() + 3600) * 1000)}
        return as_json(told)

    def worked_on(self, kept: dict[str, Any]) -> None:
        """Bring an asset nearer to its end."""
        if kept["status"] == "PROCESSING":
            kept["polls"] -= 1
            if kept["polls"] < 0:
                kept["status"] = "AVAILABLE"
            self.stand.changed()

    def address(self, kept: dict[str, Any]) -> str:
        """Return where the public sees an asset."""
        return f"{self.stand.url}/dms/{kept['kind']}/{kept['name']}"

    def file(self, request: Request, kind: str, name: str) -> Reply:
        """Return the bytes of an asset."""
        kept = self.of(f"urn:li:{kind}:{name}")
        if kept is None or not kept["digest"]:
            return self.stand.error(404)
        digest = kept["digest"]
        return ranged(request, self.stand.files.size(digest), lambda start, size: self.stand.files.part(digest, start, size), kept["mime"])


def _inner(house: House, request: Request, name: str, allowed: set[str]) -> dict[str, Any]:
    given = fields(request)
    inner = given.get(name)
    if set(given) != {name} or not isinstance(inner, dict):
        raise house.invalid(f"/{name}", "MISSING_FIELD", f"{name} is required, and nothing else")
    if unknown := inner.keys() - allowed:
        raise house.invalid(f"/{name}/{sorted(unknown)[0]}", "UNKNOWN_FIELD", f"Unknown field {', '.join(sorted(unknown))}")
    return inner
