"""Mastodon's media: uploads, and the time a server takes to work on them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from sandbox.server import Handler, Said, measure
from sandbox.wire import Part, Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.mastodon import Mastodon

FIELDS = frozenset({"file", "thumbnail", "description", "focus"})
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


class Media:
    """The media part of the stand-in."""

    def __init__(self, stand: Mastodon) -> None:
        self.stand = stand
        blank = io.BytesIO()
        Image.new("RGB", (48, 48), "#778287").save(blank, "PNG")
        self._missing = blank.getvalue()

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "POST /api/v2/media": self.upload,
            "POST /api/v1/media": self.upload_and_wait,
            "GET /api/v1/media/{name}": self.read,
            "PUT /api/v1/media/{name}": self.describe,
            "DELETE /api/v1/media/{name}": self.delete,
            "GET /system/media_attachments/files/{size}/{digest}": self.file,
            "GET /system/accounts/avatars/{digest}": self.avatar,
            "GET /avatars/original/missing.png": self.missing,
        }

    def upload(self, request: Request) -> Reply:
        """Take a file: 200 when it is ready, 202 while the server works on it."""
        media = self._take(request)
        media["polls"] = self.stand.setting("media_polls")
        return as_json(self.entity(media), 202 if media["polls"] else 200)

    def upload_and_wait(self, request: Request) -> Reply:
        """Take a file and answer when it is ready (the older call)."""
        return as_json(self.entity(self._take(request)))

    def _take(self, request: Request) -> dict[str, Any]:
        account = self.stand.enter(request, "write:media", limits=(("media", 30, 1800),))
        given = self.stand.fields(request, FIELDS)
        part = given.get("file")
        if not isinstance(part, Part):
            raise self.stand.invalid("File can't be blank")
        return self.keep(part.body, str(given.get("description") or ""), account["id"])

    def keep(self, content: bytes, description: str, account: str) -> dict[str, Any]:
        """Check a picture against the server's limits and keep it. Refuses in the server's words."""
        if len(content) > self.stand.setting("image_size_limit"):
            raise self.stand.invalid(f"File file size must be less than {self.stand.setting('image_size_limit') // 1_048_576} MB")
        try:
            kind, width, height = measure(content)
        except ValueError:
            kind, width, height = "", 0, 0
        if kind not in self.stand.setting("image_types"):
            raise self.stand.invalid("File content type is invalid, File is invalid")
        if width * height > self.stand.setting("image_matrix_limit"):
            raise self.stand.invalid(f"{width}x{height} images are not supported")
        self._check_words(description)
        media = {
            "id": self.stand.new_id(self.stand.now()),
            "account": account,
            "digest": self.stand.keep_file(content),
            "kind": kind,
            "width": width,
            "height": height,
            "description": description,
            "status": "",
            "polls": 0,
        }
        self.stand.state["media"][media["id"]] = media
        self.stand.changed()
        return media

    def _check_words(self, description: str) -> None:
        most = self.stand.setting("description_limit")
        if len(description) > most:
            raise self.stand.invalid(f"Description is too long (maximum is {most} characters)")

    def _own(self, request: Request, name: str) -> dict[str, Any]:
        account = self.stand.enter(request, "write:media")
        media: dict[str, Any] | None = self.stand.state["media"].get(name)
        if media is None or media["account"] != account["id"] or media["status"]:
            raise Said(self.stand.error(404))
        return media

    def read(self, request: Request, name: str) -> Reply:
        """Tell how far a file is: 206 while the server works on it."""
        media = self._own(request, name)
        if media["polls"] > 0:
            media["polls"] -= 1
            return as_json(self.entity(media, working=True), 206)
        return as_json(self.entity(media))

    def describe(self, request: Request, name: str) -> Reply:
        """Change the description of a file that is not yet attached."""
        media = self._own(request, name)
        given = self.stand.fields(request, FIELDS)
        self._check_words(str(given.get("description") or ""))
        media["description"] = str(given.get("description", media["description"]))
        return as_json(self.entity(media))

    def delete(self, request: Request, name: str) -> Reply:
        """Forget a file that is not attached."""
        self._own(request, name)
        del self.stand.state["media"][name]
        return as_json({})

    def check(self, names: list[str], account: str) -> None:
        """Refuse media that cannot be attached to a new status."""
        if len(names) > self.stand.setting("max_media"):
            raise Said(self.stand.error(422, words=f"Cannot attach more than {self.stand.setting('max_media')} files"))
        found = [self.stand.state["media"].get(name) for name in names]
        missing = [name for name, one in zip(names, found, strict=True) if one is None or one["account"] != account or one["status"]]
        if missing:
            raise Said(self.stand.error(422, words=f"Media {', '.join(missing)} not found or already attached to another post"))
        if any(one["polls"] for one in found if one):
            raise Said(self.stand.error(422, words="Cannot attach files that have not finished processing. Try again in a moment!"))

    def entity(self, media: dict[str, Any], working: bool = False) -> dict[str, Any]:
        """Return a MediaAttachment."""
        ready = not (working or media["polls"])
        size = {"width": media["width"], "height": media["height"], "size": f"{media['width']}x{media['height']}"}
        name = f"{media['digest']}.{ENDINGS[media['kind']]}"
        base = f"{self.stand.url}/system/media_attachments/files"
        return {
            "id": media["id"],
            "type": "image",
            "url": f"{base}/original/{name}" if ready else None,
            "preview_url": f"{base}/small/{name}" if ready else None,
            "remote_url": None,
            "preview_remote_url": None,
            "text_url": None,
            "meta": {"original": {**size, "aspect": media["width"] / media["height"]}} if ready else None,
            "description": media["description"] or None,
            "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH" if ready else None,
        }

    def shown(self, name: str) -> dict[str, Any]:
        """Return a picture in the shape common to all networks."""
        media = self.stand.state["media"][name]
        url = self.entity(media, working=False)["url"]
        return {"url": url, "alt": media["description"], "width": media["width"], "height": media["height"]}

    def file(self, request: Request, size: str, digest: str) -> Reply:
        """Return the bytes of a file."""
        return self._bytes(digest)

    def avatar(self, request: Request, digest: str) -> Reply:
        """Return the bytes of an account's picture."""
        return self._bytes(digest)

    def missing(self, request: Request) -> Reply:
        """Return the picture of those who have none."""
        return Reply(200, self._missing, kind="image/png")

    def _bytes(self, name: str) -> Reply:
        content = self.stand.files.get(name.partition(".")[0])
        if content is None:
            return self.stand.error(404)
        return Reply(200, content, {"cache-control": "max-age=86400, immutable"}, kind=measure(content)[0])
