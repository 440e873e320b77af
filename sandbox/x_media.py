"""X's media: pictures in one call, films in numbered segments, and the time it takes to work on them."""

from __future__ import annotations

import base64
import binascii
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox import films
from sandbox.server import Handler, measure
from sandbox.wire import Part, Reply, Request, as_json, fields, ranged

if TYPE_CHECKING:
    from sandbox.x import X

CATEGORIES = frozenset({"amplify_video", "tweet_image", "tweet_gif", "tweet_video", "dm_image", "dm_gif", "dm_video", "subtitles"})
TYPES = frozenset(
    {"video/mp4", "video/webm", "video/mp2t", "video/quicktime", "text/srt", "text/vtt", "image/jpeg", "image/gif", "image/bmp",
     "image/png", "image/webp", "image/pjpeg", "image/tiff", "model/gltf-binary", "model/vnd.usdz+zip"}
)  # fmt: skip
UPLOAD = {"media", "media_category", "additional_owners"}
START = {"media_type", "total_bytes", "media_category", "additional_owners", "shared"}
PICTURE_BYTES, GIF_BYTES, VIDEO_BYTES, CHUNK_BYTES, MOST_BYTES = 5_000_000, 15_000_000, 8_000_000_000, 5_000_000, 17_179_869_184
LIVES = 86_400
MOST_SEGMENT = 999
ALT = 1000
FILMS = ("tweet_video", "amplify_video", "dm_video")
KEYS = {"tweet_gif": "16", "dm_gif": "16", **dict.fromkeys(FILMS, "7")}
LIMIT = ("media", 500)


class Media:
    """The media part of the stand-in."""

    def __init__(self, stand: X) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "POST /2/media/upload": self.upload,
            "GET /2/media/upload": self.status,
            "POST /2/media/upload/initialize": self.start,
            "POST /2/media/upload/{name}/append": self.append,
            "POST /2/media/upload/{name}/finalize": self.finish,
            "POST /2/media/metadata": self.describe,
            "POST /2/media/subtitles": self.subtitle,
            "GET /media/{name}": self.file,
            "GET /ext_tw_video/{name}": self.file,
            "GET /profile_images/{name}": self.avatar,
        }

    # ---- pictures, in one call

    def upload(self, request: Request) -> Reply:
        """Take a whole file."""
        user = self.stand.enter(request, "media.write", limit=LIMIT)
        given = fields(request)
        self.stand.only(given, UPLOAD)
        category = str(given.get("media_category", ""))
        if category not in CATEGORIES or category in FILMS:
            raise self.stand.invalid("media_category", category, "media_category is not one of the accepted values for this upload")
        media = self._new(user["id"], category)
        self._store(media, self.stand.keep_file(self._bytes(given)))
        return as_json({"data": self._told(media)})

    def _bytes(self, given: dict[str, Any]) -> bytes:
        media = given.get("media")
        if isinstance(media, Part):
            return media.body
        try:
            return base64.b64decode(str(media or ""), validate=True)
        except (binascii.Error, ValueError) as error:
            raise self.stand.invalid("media", "", "media is not base64") from error

    def _new(self, owner: str, category: str, kind: str = "", total: int = 0) -> dict[str, Any]:
        name, now = self.stand.new_id(), self.stand.now()
        media = {
            "id": name,
            "key": f"{KEYS.get(category, '3')}_{name}",
            "owner": owner,
            "category": category,
            "kind": kind,
            "total": total,
            "digest": "",
            "width": 0,
            "height": 0,
            "seconds": 0.0,
            "size": 0,
            "alt": "",
            "at": now,
            "ends": now + LIVES,
            "state": "open",
            "polls": 0,
            "next": 0.0,
            "subtitles": [],
            "parts": {},
        }
        self.stand.state["media"][name] = media
        self.stand.changed()
        return media

    def keep(self, owner: str, content: bytes, alt: str) -> str:
        """Keep a picture or a film that was placed by the control; return its id."""
        try:
            probed = measure(content)[0]
        except ValueError:
            probed = "video/mp4"
        media = self._new(owner, "tweet_video" if probed == "video/mp4" else "tweet_image", probed)
        self._store(media, self.stand.keep_file(content))
        media.update(alt=alt, state="ready")
        return str(media["id"])

    def _store(self, media: dict[str, Any], digest: str) -> None:
        size = self.stand.files.size(digest)
        if media["category"] in FILMS:
            self._film(media, digest)
        elif media["category"] != "subtitles":
            self._picture(media, digest, size)
        media.update(digest=digest, size=size, state="ready")
        self.stand.changed()

    def _picture(self, media: dict[str, Any], digest: str, size: int) -> None:
        gif = media["category"].endswith("_gif")
        if size > (GIF_BYTES if gif else PICTURE_BYTES):
            raise self.stand.invalid("media", "", f"File size exceeds {GIF_BYTES if gif else PICTURE_BYTES} bytes.")
        try:
            kind, width, height = measure(self.stand.files[digest])
        except ValueError as error:
            raise self.stand.invalid("media", "", "media type unrecognized.") from error
        if gif and (kind != "image/gif" or width > 1280 or height > 1080):
            raise self.stand.invalid("media", "", "Not a valid animated GIF.")
        media.update(kind=kind, width=width, height=height)

    def _film(self, media: dict[str, Any], digest: str) -> None:
        try:
            with self.stand.files.open(digest) as file:
                film = films.measure(file)
        except ValueError:
            media["problem"] = {"code": 1, "name": "InvalidMedia", "message": "Unsupported video format"}
            return
        media.update(width=film.width, height=film.height, seconds=film.seconds)
        if film.seconds < 0.5 or not 1 / 3 <= film.ratio <= 3:
            media["problem"] = {"code": 3, "name": "UnsupportedMedia", "message": "Video duration or aspect ratio is not supported"}

    # ---- films, in segments

    def start(self, request: Request) -> Reply:
        """Open an upload."""
        user = self.stand.enter(request, "media.write", limit=LIMIT)
        given = self.stand.body(request, START)
        kind, total, category = given.get("media_type"), given.get("total_bytes"), given.get("media_category")
        if kind not in TYPES:
            raise self.stand.invalid("media_type", kind, "media_type is not one of the accepted values")
        if category not in CATEGORIES:
            raise self.stand.invalid("media_category", category, "media_category is not one of the accepted values")
        if not isinstance(total, int) or not 0 < total <= MOST_BYTES:
            raise self.stand.invalid("total_bytes", total, "total_bytes must be a number between 1 and 17179869184")
        if category in FILMS and total > VIDEO_BYTES:
            raise self.stand.invalid("total_bytes", total, f"File size exceeds {VIDEO_BYTES} bytes.")
        media = self._new(user["id"], category, kind, total)
        return as_json({"data": {"id": media["id"], "media_key": media["key"], "expires_after_secs": LIVES}})

    def append(self, request: Request, name: str) -> Reply:
        """Take one segment; the same one may come again."""
        user = self.stand.enter(request, "media.write", limit=("append", 1875))
        media = self._open(name, user["id"])
        given = fields(request)
        self.stand.only(given, {"media", "segment_index"})
        index = str(given.get("segment_index", ""))
        if not index.isdigit() or int(index) > MOST_SEGMENT:
            raise self.stand.invalid("segment_index", index, "segment_index must be between 0 and 999")
        content = self._bytes(given)
        if not content or len(content) > CHUNK_BYTES:
            raise self.stand.invalid("media", "", f"A segment may have {CHUNK_BYTES} bytes.")
        media["parts"][str(int(index))] = self.stand.keep_file(content)
        self.stand.changed()
        return as_json({"data": {"expires_at": int(media["ends"])}})

    def finish(self, request: Request, name: str) -> Reply:
        """Close an upload: every segment must be there."""
        user = self.stand.enter(request, "media.write", limit=LIMIT)
        media = self._open(name, user["id"])
        parts, files = media["parts"], self.stand.files
        if sorted(map(int, parts)) != list(range(len(parts))) or sum(map(files.size, parts.values())) != media["total"]:
            raise self.stand.invalid("id", name, "Segments do not add up to provided total file size.")
        self._store(media, files.keep_pieces(files[parts[str(index)]] for index in range(len(parts))))
        media["parts"] = {}
        polls = int(self.stand.setting("media_polls"))
        if media.get("problem") or (polls and media["category"] not in ("subtitles", "tweet_image")):
            wait = self.stand.setting("check_after")
            media.update(state="pending", polls=polls or 1, next=self.stand.now() + wait)
        return as_json({"data": self._told(media)})

    def _open(self, name: str, owner: str) -> dict[str, Any]:
        media = self._own(name, owner)
        if media["state"] != "open":
            raise self.stand.invalid("id", name, "The media upload is already finalized.")
        return media

    def _own(self, name: str, owner: str) -> dict[str, Any]:
        media: dict[str, Any] | None = self.stand.state["media"].get(name)
        if media is None or self.stand.now() >= media["ends"]:
            raise self.stand.invalid("id", name, "Invalid mediaId")
        if media["owner"] != owner:
            raise self.stand.refused("The user is not allowed to use this media.")
        return media

    def status(self, request: Request) -> Reply:
        """Tell how far X is with a file."""
        user = self.stand.enter(request, "media.write", limit=("media status", 1000))
        self.stand.asks(request, {"command", "media_id"})
        if request.asked("command") not in ("", "STATUS"):
            raise self.stand.invalid("command", request.asked("command"), "command is not one of [STATUS]")
        media = self._own(request.asked("media_id"), user["id"])
        if media["state"] == "open":
            raise self.stand.invalid("media_id", media["id"], "The media upload is not finalized.")
        if media["state"] in ("pending", "in_progress"):
            self._go_on(media)
        return as_json({"data": self._told(media)})

    def _go_on(self, media: dict[str, Any]) -> None:
        now = self.stand.now()
        if now < media["next"]:
            self.stand.state["early_polls"] += 1
        media["polls"] -= 1
        media["next"] = now + self.stand.setting("check_after")
        media["state"] = "in_progress" if media["polls"] > 0 else "failed" if media.get("problem") else "succeeded"
        self.stand.changed()

    def _told(self, media: dict[str, Any]) -> dict[str, Any]:
        body: dict[str, Any] = {"id": media["id"], "media_key": media["key"], "size": media["size"]}
        body["expires_after_secs"] = max(0, int(media["ends"] - self.stand.now()))
        if media["state"] in ("open", "ready"):
            return body
        info: dict[str, Any] = {"state": media["state"]}
        if media["state"] in ("pending", "in_progress"):
            info["check_after_secs"] = int(self.stand.setting("check_after"))
        if media["state"] != "pending":
            info["progress_percent"] = 100 if media["state"] == "succeeded" else 40
        if media["state"] == "failed":
            info["error"] = media["problem"]
        return {**body, "processing_info": info}

    # ---- words that go with them

    def describe(self, request: Request) -> Reply:
        """Set what a file says of itself; the description for those who cannot see."""
        user = self.stand.enter(request, "media.write", limit=("metadata", 500), price="media metadata")
        given = self.stand.body(request, {"id", "metadata"})
        media = self._own(str(given.get("id", "")), user["id"])
        told = given.get("metadata")
        alt = told.get("alt_text", {}).get("text") if isinstance(told, dict) and isinstance(told.get("alt_text"), dict) else None
        if not isinstance(alt, str) or not 0 < len(alt) <= ALT:
            raise self.stand.invalid("metadata.alt_text.text", "", f"alt_text must be between 1 and {ALT} characters")
        media["alt"] = alt
        self.stand.charge("media metadata")
        return as_json({"data": {"id": media["id"], "associated_metadata": {"alt_text": {"text": alt}}}})

    def subtitle(self, request: Request) -> Reply:
        """Tie a file of subtitles to a film."""
        user = self.stand.enter(request, "media.write", limit=("subtitles", 100))
        given = self.stand.body(request, {"id", "media_category", "subtitles"})
        media = self._own(str(given.get("id", "")), user["id"])
        track = given.get("subtitles")
        if not isinstance(track, dict) or track.keys() - {"display_name", "id", "language_code"}:
            raise self.stand.invalid("subtitles", "", "subtitles is not well formed")
        if given.get("media_category") not in ("TweetVideo", "AmplifyVideo"):
            raise self.stand.invalid("media_category", given.get("media_category"), "media_category is not one of the accepted values")
        if self._own(str(track.get("id", "")), user["id"])["category"] != "subtitles":
            raise self.stand.invalid("subtitles.id", track.get("id"), "The media is no file of subtitles.")
        media["subtitles"].append({"id": track["id"], "language": track.get("language_code"), "name": track.get("display_name")})
        self.stand.changed()
        done = {"id": media["id"], "media_category": "TweetVideo", "associated_subtitles": {"subtitles": [track]}}
        return as_json({"data": done})

    # ---- for a post

    def check(self, names: list[str], owner: str) -> None:
        """Refuse media that cannot go with a new post."""
        media = [self.stand.state["media"].get(name) for name in names]
        now = self.stand.now()
        if any(one and one["owner"] != owner for one in media):
            raise self.stand.refused("You are not permitted to use this media.")
        if any(one is None or now >= one["ends"] or one["state"] not in ("ready", "succeeded") for one in media):
            raise self.stand.invalid("media.media_ids", names, "Your media IDs are invalid.")
        self._check_length(media)
        heavy = [one for one in media if one and one["category"] != "tweet_image"]
        if len(media) > 4 or (heavy and len(media) > 1):
            raise self.stand.invalid("media.media_ids", names, "A Post may have up to 4 photos, or 1 animated GIF, or 1 video.")

    def _check_length(self, media: list[dict[str, Any] | None]) -> None:
        most = float(self.stand.setting("video_seconds"))
        if any(one and one["seconds"] > most for one in media):
            raise self.stand.refused(f"This user is not allowed to post a video longer than {most / 60:g} minutes.")

    def url(self, media: dict[str, Any]) -> str:
        """Return where the public sees a file."""
        if media["category"] in FILMS:
            return f"{self.stand.url}/ext_tw_video/{media['id']}.mp4"
        return f"{self.stand.url}/media/{media['id']}.{media['kind'].rpartition('/')[2].replace('jpeg', 'jpg')}"

    def file(self, request: Request, name: str) -> Reply:
        """Return the bytes of a file."""
        media = self.stand.state["media"].get(name.partition(".")[0])
        if media is None or not media["digest"]:
            return self.stand.error(404)
        kind = "video/mp4" if media["category"] in FILMS else media["kind"]
        digest = media["digest"]
        part = partial(self.stand.files.part, digest)
        return ranged(request, self.stand.files.size(digest), part, kind)

    def avatar(self, request: Request, name: str) -> Reply:
        """Return the bytes of an account's picture."""
        content = self.stand.files.get(name)
        return Reply(200, content, kind=measure(content)[0]) if content else self.stand.error(404)
