"""Pictures, videos and documents on their way to LinkedIn: every handle is kept at once, so that a restart goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Piece, Refused, identifier, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Wires
from parvis.networks.facts import Captions, Document, Parcel, Picture, Video
from parvis.networks.linkedin import restli
from parvis.networks.linkedin.failures import OTHER_FILE, codes_in, failure
from parvis.networks.linkedin.session import Session

SECONDS = 120.0
PLURAL = {"image": "images", "video": "videos", "document": "documents"}
# An address that ends within this time may end during the upload.
MARGIN = timedelta(minutes=5)
EXPIRED = frozenset({"EXPIRED_UPLOAD_URL"})
NO_PART = Say(gettext_noop("LinkedIn did not confirm a part of the video."))


@dataclass(slots=True)
class Uploads:
    """The uploads of one parcel. `memory` is what is kept of them, and changes as they go."""

    session: Session
    wires: Wires
    memory: dict[str, Any]

    @property
    def owner(self) -> str:
        """The page, for which everything is uploaded."""
        return self.session.account.remote_id

    def of(self, parcel: Parcel) -> dict[str, str] | None:
        """Upload all that a parcel carries; return URNs by names ("image:0", "video", "document"), or None while LinkedIn works on it."""
        names: list[str] = []
        pictures = parcel.pictures or ((parcel.card.picture,) if parcel.card and parcel.card.picture else ())
        for place, picture in enumerate(pictures):
            names.append(f"image:{place}")
            self._image(names[-1], picture)
        if parcel.video:
            names.append("video")
            self._video(names[-1], parcel.video)
        if parcel.document:
            names.append("document")
            self._document(names[-1], parcel.document)
        ready = [self._ready(name) for name in names]
        return {name: str(self._kept(name)["urn"]) for name in names} if all(ready) else None

    # ---- what is kept

    def _kept(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.memory["media"][name]
        return found

    def _known(self, name: str, digest: str) -> dict[str, Any] | None:
        """Return what is kept of this very file, unless its addresses are about to end."""
        kept: dict[str, Any] | None = self.memory.setdefault("media", {}).get(name)
        if kept is None or kept["digest"] != digest:
            return None
        end = when(kept["until"])
        return None if not kept["sent"] and end is not None and end - MARGIN < clock.now() else kept

    def _keep(self, name: str, kept: dict[str, Any] | None) -> None:
        if kept is None:
            self.memory["media"].pop(name, None)
        else:
            self.memory["media"][name] = kept
        self.wires.keep(self.memory)

    def _begin(self, kind: str, digest: str, **more: Any) -> tuple[dict[str, Any], Mapping[str, Any]]:
        asked = {"initializeUploadRequest": {"owner": self.owner, **more}}
        answer = self.session.call("POST", f"/rest/{PLURAL[kind]}?action=initializeUpload", json=asked)
        value = answer.mapping().get("value")
        told: Mapping[str, Any] = value if isinstance(value, dict) else {}
        urn = identifier(told.get(kind))
        if not answer.ok or not urn:
            raise failure(answer, commit=False)
        # The two protocols name it differently.
        end = str(told.get("uploadUrlExpiresAt") or told.get("uploadUrlsExpireAt") or "")
        until = str(int(end) // 1000) if end.isdecimal() else ""
        return {"kind": kind, "urn": urn, "digest": digest, "until": until, "sent": False}, told

    # ---- pictures and documents: one address, one body

    def _image(self, name: str, picture: Picture) -> None:
        kept = self._known(name, picture.digest) or self._single(name, "image", picture.digest)
        if not kept["sent"]:
            self._put(name, kept, self.wires.read(picture.digest), picture.mime)

    def _document(self, name: str, document: Document) -> None:
        kept = self._known(name, document.digest) or self._single(name, "document", document.digest)
        if not kept["sent"]:
            self._put(name, kept, self._piece(document.digest, 0, document.size), document.mime)

    def _single(self, name: str, kind: str, digest: str) -> dict[str, Any]:
        kept, told = self._begin(kind, digest)
        kept["url"] = str(told.get("uploadUrl") or "")
        self._keep(name, kept)
        return kept

    def _put(self, name: str, kept: dict[str, Any], content: bytes | Piece, mime: str) -> None:
        self._took(name, self.session.put(kept["url"], content, mime, SECONDS))
        self._keep(name, {**kept, "sent": True})

    def _piece(self, digest: str, start: int, size: int) -> Piece:
        return Piece(lambda: self.wires.opened(digest), start, size)

    def _took(self, name: str, answer: Answer) -> None:
        if answer.ok:
            return
        if EXPIRED & codes_in(answer) or answer.status in {404, 410}:
            # What was begun is of no more use; the next preparation begins it anew.
            self._keep(name, None)
            raise NotSent(Say(gettext_noop("LinkedIn’s address for this upload has run out; Parvis begins the upload anew.")))
        raise failure(answer, commit=False)

    # ---- videos: parts, each confirmed by a mark

    def _video(self, name: str, video: Video) -> None:
        kept = self._known(name, video.digest) or self._parts(name, video)
        for part in kept["parts"]:
            if not part["etag"]:
                part["etag"] = self._part(name, video.digest, part)
                self._keep(name, kept)
        self._beside(name, kept, video)
        if not kept["sent"]:
            self._end(name, kept)
            self._keep(name, {**kept, "sent": True})

    def _parts(self, name: str, video: Video) -> dict[str, Any]:
        wishes = {"uploadCaptions": bool(video.captions), "uploadThumbnail": video.cover is not None}
        kept, told = self._begin("video", video.digest, fileSizeBytes=video.size, **wishes)
        kept |= {"token": str(told.get("uploadToken") or ""), "parts": [_part_of(one) for one in told.get("uploadInstructions") or ()]}
        kept |= {"thumbnail": str(told.get("thumbnailUploadUrl") or ""), "captions": str(told.get("captionsUploadUrl") or "")}
        self._keep(name, kept)
        return kept

    def _part(self, name: str, digest: str, part: Mapping[str, Any]) -> str:
        """Send one part, whose address is signed already: with a token LinkedIn refuses it."""
        piece = self._piece(digest, part["first"], part["last"] - part["first"] + 1)
        head = {"content-type": "application/octet-stream"}
        answer = self.wires.http.ask("PUT", part["url"], headers=head, content=piece, seconds=SECONDS)
        self._took(name, answer)
        mark = answer.headers.get("etag", "").strip().strip('"')
        if not mark:
            raise NotSent(NO_PART)
        return mark

    def _beside(self, name: str, kept: dict[str, Any], video: Video) -> None:
        """Send the chosen still and the subtitles, once each."""
        if video.cover and kept["thumbnail"]:
            head = {"content-type": "application/octet-stream", "media-type-family": "STILLIMAGE"}
            content = self.wires.read(video.cover.digest)
            self._took(name, self.session.reach("PUT", kept["thumbnail"], headers=head, content=content, seconds=SECONDS))
            kept["thumbnail"] = ""
            self._keep(name, kept)
        if video.captions and kept["captions"]:
            self._subtitle(name, kept["captions"], video.captions[0])
            kept["captions"] = ""
            self._keep(name, kept)

    def _subtitle(self, name: str, url: str, captions: Captions) -> None:
        language, _, country = captions.language.upper().partition("-")
        about = {"format": "SRT", "source": "USER_PROVIDED", "transcriptType": "CLOSED_CAPTION", "formattedForEasyReader": True}
        about |= {"largeText": False, "locale": {"language": language, "country": country or {"EN": "US"}.get(language, language)}}
        files = {"file": ("captions.srt", self.wires.read(captions.digest), "application/octet-stream")}
        self._took(name, self.session.reach("POST", url, data={"metadata": json.dumps(about)}, files=files, seconds=SECONDS))

    def _end(self, name: str, kept: Mapping[str, Any]) -> None:
        marks = [part["etag"] for part in kept["parts"]]
        asked = {"finalizeUploadRequest": {"video": kept["urn"], "uploadToken": kept["token"], "uploadedPartIds": marks}}
        answer = self.session.call("POST", "/rest/videos?action=finalizeUpload", json=asked)
        # An answer that was lost may have been a yes: then LinkedIn works on it already.
        if answer.ok or self._status(kept) in {"PROCESSING", "AVAILABLE"}:
            return
        self._keep(name, None)
        raise failure(answer, commit=False)

    # ---- waiting

    def _ready(self, name: str) -> bool:
        kept = self._kept(name)
        status = self._status(kept)
        if status == "PROCESSING_FAILED":
            self._keep(name, None)
            raise Refused(
                Say(gettext_noop("LinkedIn could not read the picture, the video or the document; nothing was published.")), OTHER
            )
        if status == "WAITING_UPLOAD" and kept["kind"] != "video":
            kept["sent"] = False
        # Where an application may not read how it stands, the post itself will tell.
        return status in {"AVAILABLE", ""}

    def _status(self, kept: Mapping[str, Any]) -> str:
        answer = self.session.call("GET", f"/rest/{PLURAL[kept['kind']]}/{restli.key(kept['urn'])}")
        if answer.ok:
            return str(answer.mapping().get("status") or "")
        if 400 <= answer.status < 500 and answer.status != 409:
            return ""
        raise failure(answer, commit=False)


OTHER = Say(OTHER_FILE)


def _part_of(told: Any) -> dict[str, Any]:
    about = told if isinstance(told, dict) else {}
    return {"url": str(about.get("uploadUrl") or ""), "first": int(about["firstByte"]), "last": int(about["lastByte"]), "etag": ""}
