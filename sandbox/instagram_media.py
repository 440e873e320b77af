"""Containers: what is fetched or sent, looked at, worked on for a while, and published once."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox import films
from sandbox.files import NotThere, TooHeavy
from sandbox.graph import DAY, truth
from sandbox.server import Handler, Said
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.instagram import Instagram

GIVEN = frozenset(
    {
        "image_url", "video_url", "caption", "media_type", "is_carousel_item", "children", "alt_text", "cover_url", "thumb_offset",
        "share_to_feed", "collaborators", "user_tags", "location_id", "product_tags", "trial_params", "is_ai_generated",
        "is_paid_partnership", "branded_content_sponsor_ids", "cross_post_to_threads", "audio_name", "upload_type",
    }
)  # fmt: skip
TYPES = frozenset({"", "IMAGE", "REELS", "STORIES", "CAROUSEL", "VIDEO"})
READ = ("instagram_basic", "instagram_business_basic")
PUBLISH = ("instagram_content_publish", "instagram_business_content_publish")
# code and subcode of each refusal, with its words for a person
SAYS = {
    "not fetched": (9004, 2207052, "The media could not be fetched from this URI."),
    "too heavy": (36000, 2207004, "The image is too large to download. It should be less than 8 MiB."),
    "not a jpeg": (36001, 2207005, "The image format is not supported."),
    "ratio": (36003, 2207009, "The submitted image has an unsupported aspect ratio: it must be between 4:5 and 1.91:1."),
    "caption": (36004, 2207010, "The caption was too long, or had too many hashtags or mentions."),
    "video": (352, 2207026, "The video format is not supported."),
    "kind": (100, 2207023, "The media type is unknown."),
    "carousel": (100, 2207028, "The carousel validation failed."),
    "thumb": (100, 2207057, "The thumbnail offset is invalid."),
    "not ready": (9007, 2207027, "The media is not ready for publishing, please wait for a moment."),
    "missing": (24, 2207006, "The media could not be found."),
    "expired": (24, 2207008, "The media builder has expired: create a new one."),
    "gone": (-2, 2207020, "The media you are trying to access has expired."),
    "quota": (9, 2207042, "You reached the maximum number of posts allowed to be published by content publishing API."),
}


class Containers:
    """What is prepared before it is published."""

    def __init__(self, stand: Instagram) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "POST /{account}/media": self.create,
            "POST /{account}/media_publish": self.publish,
            "GET /{account}/content_publishing_limit": self.limit,
            "POST /ig-api-upload/{version}/{name}": self.upload,
        }

    def refusal(self, what: str) -> Said:
        """Return the network's own refusal."""
        code, subcode, words = SAYS[what]
        return self.stand.failure(code, words, subcode=subcode, status=400, error_user_title="Media", error_user_msg=words)

    # ---- making one

    def create(self, request: Request, account: str) -> Reply:
        """Make a container: look at what it holds, and fetch it where an address was given."""
        owner = self.stand.owner(request, account, PUBLISH)
        given = self.stand.given(request, GIVEN)
        kind = str(given.get("media_type", ""))
        if kind not in TYPES:
            raise self.refusal("kind")
        self._counted(owner)
        container = self._blank(owner, given, kind)
        if kind == "CAROUSEL":
            container["items"] = self._children(owner, given)
        elif given.get("upload_type") == "resumable":
            container["upload"] = self.stand.files.begin()
        else:
            container["items"] = [self._fetched(given, kind)]
        self.stand.state["containers"][container["id"]] = container
        self.stand.changed()
        more = {"uri": f"{self.stand.url}/ig-api-upload/{self.stand.setting('version')}/{container['id']}"} if container["upload"] else {}
        return as_json({"id": container["id"], **more})

    def _counted(self, owner: Mapping[str, Any]) -> None:
        since = self.stand.now() - DAY
        made = sum(1 for one in self.stand.state["containers"].values() if one["account"] == owner["id"] and one["at"] > since)
        if made >= self.stand.setting("containers_a_day") and self.stand.setting("limits"):
            raise self.stand.failure(4, "Application request limit reached", subcode=2207051)

    def _blank(self, owner: Mapping[str, Any], given: Mapping[str, Any], kind: str) -> dict[str, Any]:
        text = self._caption(str(given.get("caption", "")))
        item = truth(given.get("is_carousel_item"), usual=False)
        if kind == "VIDEO" and not item:
            raise self.refusal("kind")
        return {
            "id": self.stand.new_id(),
            "account": owner["id"],
            "kind": kind,
            "text": "" if item else text,
            "item": item,
            "items": [],
            "upload": "",
            "received": 0,
            "alt": str(given.get("alt_text", "")),
            "cover": str(given.get("cover_url", "")),
            "ai": truth(given.get("is_ai_generated"), usual=False),
            "paid": truth(given.get("is_paid_partnership"), usual=False),
            "polls": 0,
            "published": 0.0,
            "error": 0,
            "at": self.stand.now(),
        }

    def _caption(self, text: str) -> str:
        marks, names = len(re.findall(r"#\w", text)), len(re.findall(r"@\w", text))
        long = len(text.encode("utf-16-le")) // 2 > self.stand.setting("max_caption")
        if long or marks > self.stand.setting("max_hashtags") or names > self.stand.setting("max_mentions"):
            raise self.refusal("caption")
        return text

    def _fetched(self, given: Mapping[str, Any], kind: str) -> dict[str, Any]:
        if url := str(given.get("video_url", "")):
            if kind not in ("REELS", "STORIES", "VIDEO"):
                raise self.refusal("kind")
            digest = self._got(url, self.stand.setting("video_limit"), "video")
            return self._film(digest, story=kind == "STORIES")
        if kind in ("REELS", "VIDEO") or not given.get("image_url"):
            raise self.stand.bad("The parameter image_url is required")
        digest = self._got(str(given["image_url"]), self.stand.setting("picture_limit"), "too heavy")
        return self.item(self.stand.files[digest], str(given.get("alt_text", "")), story=kind == "STORIES")

    def _got(self, url: str, most: int, heavy: str) -> str:
        try:
            digest, told = self.stand.files.fetch(url, most)
        except NotThere as error:
            raise self.refusal("not fetched") from error
        except TooHeavy as error:
            raise self.refusal(heavy) from error
        if told.partition("/")[0] not in ("image", "video"):
            raise self.refusal("not fetched")
        return digest

    def item(self, content: bytes, alt: str, *, story: bool = False) -> dict[str, Any]:
        """Return a picture, or refuse what is none of the right kind and shape."""
        try:
            kept = self.stand.keep_item(content)
        except ValueError as error:
            raise self.refusal("not a jpeg") from error
        if kept["kind"] != "image/jpeg":
            raise self.refusal("not a jpeg")
        if not story and not 0.79 <= kept["width"] / kept["height"] <= 1.92:
            raise self.refusal("ratio")
        return {**kept, "id": self.stand.new_id(), "alt": alt, "video": False, "facts": {}, "cover": ""}

    def _film(self, digest: str, *, story: bool) -> dict[str, Any]:
        try:
            with self.stand.files.open(digest) as file:
                film = films.measure(file)
        except ValueError as error:
            raise self.refusal("video") from error
        most = 60 if story else 900
        if not 3 <= film.seconds <= most + 1 or film.width > 1920:
            raise self.refusal("video")
        self.stand.state["kinds"][digest] = "video/mp4"
        size = {"width": film.width, "height": film.height}
        return {
            "id": self.stand.new_id(),
            "digest": digest,
            "kind": "video/mp4",
            **size,
            "alt": "",
            "video": True,
            "facts": film.shown(),
            "cover": "",
        }

    def _children(self, owner: Mapping[str, Any], given: Mapping[str, Any]) -> list[dict[str, Any]]:
        listed = given.get("children", "")
        names = json.loads(listed) if isinstance(listed, str) and listed.startswith("[") else listed
        names = names.split(",") if isinstance(names, str) else names
        held = [self.stand.state["containers"].get(str(name)) for name in names]
        if not 2 <= len(held) <= 10:
            raise self.refusal("carousel")
        for one in held:
            if one is None or one["account"] != owner["id"] or not one["item"] or self.state_of(one) != "FINISHED":
                raise self.refusal("carousel")
        return [one["items"][0] for one in held if one]

    # ---- sending a video

    def upload(self, request: Request, version: str, name: str) -> Reply:
        """Take the bytes of a video from the offset where the last ones ended, or fetch it from `file_url`."""
        kept = self.stand.enter(request, *PUBLISH)
        container = self.stand.state["containers"].get(name)
        page = self.stand.state["pages"].get(kept["account"])
        if container is None or container["account"] != (page["account"] if page else kept["account"]) or not container["upload"]:
            return self._retry("The container is not there", retriable=False)
        if url := request.headers.get("file_url"):
            return self._uploaded(container, self._got(url, self.stand.setting("video_limit"), "video"))
        size = int(request.headers.get("file_size", "0"))
        if request.headers.get("offset") != str(container["received"]) or not 0 < size <= self.stand.setting("video_limit"):
            return self._retry("Request starting offset is invalid", retriable=True)
        container["size"] = size
        container["received"] = self.stand.files.add(container["upload"], container["received"], request.pieces(), size)
        self.stand.changed()
        if container["received"] < size:
            return self._retry("The upload is not whole", retriable=True)
        return self._uploaded(container, self.stand.files.finish(container["upload"]))

    def _uploaded(self, container: dict[str, Any], digest: str) -> Reply:
        try:
            container["items"] = [{**self._film(digest, story=container["kind"] == "STORIES"), "alt": container["alt"]}]
        except Said:
            container["error"] = 2207026
        self.stand.changed()
        return as_json({"success": True, "message": "Upload successful."})

    def _retry(self, words: str, *, retriable: bool) -> Reply:
        return as_json({"debug_info": {"retriable": retriable, "type": "ProcessingFailedError", "message": words}}, 400)

    # ---- its state

    def state_of(self, container: dict[str, Any], *, seen: bool = False) -> str:
        """Return a container's state; looking at it is what makes it go on."""
        if container["published"]:
            # A reading that lags does not show it yet.
            return "PUBLISHED" if self.stand.now() - container["published"] >= self.stand.setting("lag_seconds") else "FINISHED"
        if self.stand.now() - container["at"] > self.stand.setting("container_seconds"):
            return "EXPIRED"
        if not container["error"] and self._working(container, seen=seen):
            return "IN_PROGRESS"
        container["error"] = container["error"] or self.stand.setting("ends_in_error")
        return "ERROR" if container["error"] else "FINISHED"

    def _working(self, container: dict[str, Any], *, seen: bool) -> bool:
        if not container["items"]:
            return True
        container["polls"] += seen
        needed = self.stand.setting("video_polls" if any(one["video"] for one in container["items"]) else "picture_polls")
        return bool(needed and container["polls"] <= needed)

    def show(self, request: Request, name: str) -> Reply:
        """Show a container."""
        kept = self.stand.enter(request, *READ)
        container = self.stand.state["containers"][name]
        page = self.stand.state["pages"].get(kept["account"])
        if container["account"] != (page["account"] if page else kept["account"]):
            raise self.stand.gone(name)
        state = self.state_of(container, seen=True)
        words = f"Error: Media upload has failed with error code {container['error']}" if state == "ERROR" else state.capitalize()
        phase = {"status": "complete" if container["items"] else "in_progress", "bytes_transferred": container["received"]}
        video = {"uploading_phase": phase, "processing_phase": {"status": "in_progress"}}
        return self.stand.shown(request, {"id": name, "status_code": state, "status": words, "video_status": video})

    # ---- publishing

    def _used(self, account: str) -> int:
        since = self.stand.now() - DAY
        return sum(1 for one in self.stand.state["containers"].values() if one["account"] == account and one["published"] > since)

    def limit(self, request: Request, account: str) -> Reply:
        """Tell how many publications of the day are used."""
        owner = self.stand.owner(request, account, PUBLISH)
        self.stand.given(request, ())
        config = {"quota_total": self.stand.setting("quota_total"), "quota_duration": DAY}
        shown = {"quota_usage": self._used(owner["id"]), "config": config}
        asked = str(self.stand.given(request).get("fields", "quota_usage")).split(",")
        return as_json({"data": [{name: value for name, value in shown.items() if name in asked}]})

    def publish(self, request: Request, account: str) -> Reply:
        """Publish a container, once."""
        owner = self.stand.owner(request, account, PUBLISH)
        name = str(self.stand.given(request, ("creation_id",)).get("creation_id", ""))
        container = self.stand.state["containers"].get(name)
        if container is None or container["account"] != owner["id"] or container["item"] or container["published"]:
            raise self.refusal("missing")
        match self.state_of(container):
            case "EXPIRED":
                raise self.refusal("expired")
            case "IN_PROGRESS":
                raise self.refusal("not ready")
            case "ERROR":
                raise self.refusal("missing")
        if self._used(owner["id"]) >= self.stand.setting("quota_total") and self.stand.setting("limits"):
            raise self.refusal("quota")
        form = "story" if container["kind"] == "STORIES" else "reel" if container["kind"] == "REELS" else ""
        container["published"] = self.stand.now()
        media = self.publication(owner, {**container, "form": form, "text": "" if form == "story" else container["text"]})
        return as_json({"id": media["id"]})

    def publication(self, owner: Mapping[str, Any], what: Mapping[str, Any]) -> dict[str, Any]:
        """Make a publication."""
        kept = {name: what[name] for name in ("text", "items", "form", "ai", "paid")}
        code = secrets.token_urlsafe(8).replace("-", "a")
        media = {"id": self.stand.new_id(), "account": owner["id"], "code": code, "comments": True, "at": self.stand.now(), **kept}
        self.stand.state["media"][media["id"]] = media
        self.stand.changed()
        return media

    def film(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """Return a video in the shape common to all networks."""
        facts = {key: item["facts"].get(key) for key in ("seconds", "width", "height")}
        return {"url": f"{self.stand.url}/files/{item['digest']}", "cover": "", "digest": item["digest"], **facts}
