"""Photos, videos, reels and stories of the pages: uploads in their phases, what is checked of them, and how they are read."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox import films
from sandbox.files import NotThere, TooHeavy
from sandbox.graph import DAY, graph_time, truth
from sandbox.server import Handler, measure
from sandbox.wire import Part, Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.facebook import Facebook

PHOTOS = frozenset(
    {
        "source",
        "url",
        "published",
        "caption",
        "message",
        "alt_text_custom",
        "temporary",
        "no_story",
        "sponsor_id",
        "unpublished_content_type",
    }
)
PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff"})
VIDEOS = frozenset(
    {
        "upload_phase", "file_size", "upload_session_id", "start_offset", "video_file_chunk", "title", "description", "published", "thumb",
        "is_ai_generated", "sponsor_id", "source", "file_url", "scheduled_publish_time", "unpublished_content_type",
    }
)  # fmt: skip
REELS = frozenset({"upload_phase", "video_id", "video_state", "description", "title", "is_ai_generated", "scheduled_publish_time", "place"})
CAPTIONS = re.compile(r"[^/]+\.([a-z]{2}_[A-Z]{2})\.srt")
STATES = {"uploading": "not_started", "processing": "in_progress", "ready": "complete", "error": "error"}


class Media:
    """What is seen rather than read."""

    def __init__(self, stand: Facebook) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "POST /{page}/photos": self.photo,
            "POST /{page}/videos": self.video,
            "POST /{page}/video_reels": self.reel,
            "POST /{page}/video_stories": self.video_story,
            "POST /{page}/photo_stories": self.photo_story,
            "POST /{name}/captions": self.captions,
            "GET /{page}/videos": self.videos,
            "GET /{page}/video_reels": self.reels,
            "GET /{page}/stories": self.stories,
            "POST /video-upload/{version}/{name}": self.upload,
        }

    # ---- photos

    def photo(self, request: Request, page: str) -> Reply:
        """Take a photo, as a post of its own or to be attached to one."""
        owner = self.stand.writable(request, page)
        given = self.stand.given(request, PHOTOS)
        photo = self.keep_photo(owner, self._content(given), str(given.get("alt_text_custom", "")))
        if not truth(given.get("published")):
            return as_json({"id": photo["id"]})
        post = self.stand.make_post(owner, {"message": given.get("message", given.get("caption", ""))}, [photo["id"]])
        return as_json({"id": photo["id"], "post_id": post["id"]})

    def _content(self, given: Mapping[str, Any]) -> bytes:
        source = given.get("source")
        if isinstance(source, Part):
            return source.body
        try:
            digest, _ = self.stand.files.fetch(str(given.get("url", "")), self.stand.setting("photo_limit"))
            return self.stand.files[digest]
        except (NotThere, TooHeavy) as error:
            raise self.stand.failure(324, "(#324) Missing or invalid image file") from error

    def keep_photo(self, owner: Mapping[str, Any], content: bytes, alt: str) -> dict[str, Any]:
        """Keep a photo that belongs to no post yet, or refuse what is none."""
        if len(content) > self.stand.setting("photo_limit"):
            raise self.stand.bad("Photos should be smaller than 4 MB and saved as JPG, PNG", subcode=1366046)
        try:
            kind, width, height = measure(content)
        except ValueError as error:
            raise self.stand.failure(324, "(#324) Missing or invalid image file") from error
        if kind not in PHOTO_TYPES:
            raise self.stand.bad("Photos should be smaller than 4 MB and saved as JPG, PNG", subcode=1366046)
        photo = {
            "id": self.stand.new_id(),
            "page": owner["id"],
            "digest": self.stand.keep_file(content),
            "kind": kind,
            "alt": alt,
            "post": "",
        }
        photo |= {"width": width, "height": height, "text": "", "at": self.stand.now()}
        self.stand.state["photos"][photo["id"]] = photo
        self.stand.state["kinds"][photo["digest"]] = kind
        self.stand.changed()
        return photo

    def attached(self, owner: Mapping[str, Any], given: Mapping[str, Any]) -> list[str]:
        """Return the photos that a post wants to show, each of this page and shown nowhere yet, or refuse."""
        names = [str(one.get("media_fbid", "")) for one in _attached(given)]
        if len(names) > self.stand.setting("max_photos"):
            raise self.stand.bad(f"A post may have {self.stand.setting('max_photos')} photos")
        for name in names:
            photo = self.stand.state["photos"].get(name)
            if photo is None or photo["page"] != owner["id"]:
                raise self.stand.bad(f"The photo {name} is not there")
            if photo["post"]:
                raise self.stand.bad("The photos were already posted", subcode=1366051)
        if len(set(names)) != len(names):
            raise self.stand.bad("The photos were already posted", subcode=1366051)
        return names

    def spend(self, names: list[str], post: Mapping[str, Any]) -> None:
        """Note which post shows these photos."""
        for name in names:
            self.stand.state["photos"][name]["post"] = post["id"]

    def source(self, name: str) -> str:
        """Return the address of a photo's bytes."""
        return f"{self.stand.url}/files/{self.stand.state['photos'][name]['digest']}"

    def kind(self, digest: str) -> str:
        """Return the type of a file."""
        return str(self.stand.state["kinds"].get(digest, "application/octet-stream"))

    def told(self, name: str) -> dict[str, Any]:
        """Return a photo in the shape common to all networks."""
        photo = self.stand.state["photos"][name]
        return {"url": self.source(name), "alt": photo["alt"], "width": photo["width"], "height": photo["height"]}

    # ---- videos

    def _begun(self, owner: Mapping[str, Any], form: str, size: int) -> dict[str, Any]:
        video: dict[str, Any] = {"id": self.stand.new_id(), "page": owner["id"], "form": form, "size": size, "received": 0}
        video |= {"upload": self.stand.files.begin(), "digest": "", "state": "uploading", "polls": 0, "at": self.stand.now(), "cover": ""}
        video |= {"text": "", "title": "", "ai": False, "link": "", "photos": [], "video": video["id"], "facts": {}, "sponsor": ""}
        self.stand.state["videos"][video["id"]] = video
        self.stand.changed()
        return video

    def _own(self, owner: Mapping[str, Any], name: str) -> dict[str, Any]:
        video: dict[str, Any] | None = self.stand.state["videos"].get(name)
        if video is None or video["page"] != owner["id"]:
            raise self.stand.bad("The video is not there", subcode=1363033)
        return video

    def video(self, request: Request, page: str) -> Reply:
        """Take a video in its three phases."""
        owner = self.stand.writable(request, page)
        given = self.stand.given(request, VIDEOS)
        match given.get("upload_phase"):
            case "start":
                size = int(given.get("file_size", 0))
                if not 0 < size <= self.stand.setting("video_limit"):
                    raise self.stand.bad("The video file you tried to upload is too large", subcode=1363021)
                video = self._begun(owner, "", size)
                return as_json({"video_id": video["id"], "upload_session_id": video["id"], **self._offsets(video)})
            case "transfer":
                return self._transfer(self._own(owner, str(given.get("upload_session_id", ""))), given)
            case "finish":
                video = self._own(owner, str(given.get("upload_session_id", "")))
                return self._finish(video, given, given.get("thumb"))
        raise self.stand.bad("upload_phase must be one of start, transfer, finish")

    def _offsets(self, video: Mapping[str, Any]) -> dict[str, str]:
        end = min(video["received"] + self.stand.setting("chunk"), video["size"])
        return {"start_offset": str(video["received"]), "end_offset": str(end)}

    def _transfer(self, video: dict[str, Any], given: Mapping[str, Any]) -> Reply:
        chunk = given.get("video_file_chunk")
        if not isinstance(chunk, Part):
            raise self.stand.bad("video_file_chunk is needed")
        if str(given.get("start_offset")) != str(video["received"]) or video["state"] != "uploading":
            raise self.stand.failure(6001, "Wrong start offset", subcode=1363037, error_data=self._offsets(video))
        self._add(video, [chunk.body])
        return as_json(self._offsets(video))

    def _add(self, video: dict[str, Any], pieces: Any) -> None:
        try:
            video["received"] = self.stand.files.add(video["upload"], video["received"], pieces, video["size"])
        except KeyError as error:
            raise self.stand.failure(6000, "The upload session is not there any more", subcode=1363019) from error
        except TooHeavy as error:
            raise self.stand.bad("The file is larger than was said", subcode=1363021) from error
        self.stand.changed()

    def upload(self, request: Request, version: str, name: str) -> Reply:
        """Take the bytes of a reel or of a story, from the offset that was told on."""
        kept = self.stand.enter(request, "pages_manage_posts")
        video, size = self._own({"id": kept["account"]}, name), int(request.headers.get("file_size", "0"))
        video["size"] = video["size"] or size
        if int(request.headers.get("offset", "-1")) != video["received"] or size != video["size"]:
            told = {"retriable": True, "type": "OffsetInvalidError", "message": "Request starting offset is invalid"}
            return as_json({"debug_info": told}, 400)
        self._add(video, request.pieces())
        return as_json({"success": True})

    def _finish(self, video: dict[str, Any], given: Mapping[str, Any], cover: Any = None) -> Reply:
        self._complete(video)
        self._checked(video)
        if isinstance(cover, Part):
            video["cover"] = self.stand.keep_file(cover.body)
            self.stand.state["kinds"][video["cover"]] = cover.kind
        video |= {"text": self.stand.checked_text(str(given.get("description", ""))), "title": str(given.get("title", ""))}
        video |= {"ai": truth(given.get("is_ai_generated"), usual=False), "sponsor": str(given.get("sponsor_id", ""))}
        video |= {"state": "processing", "at": self.stand.now()}
        self.stand.changed()
        return as_json({"success": True})

    def _complete(self, video: dict[str, Any]) -> None:
        if video["state"] != "uploading":
            raise self.stand.failure(6000, "This upload was already finished", subcode=1363033)
        if not video["size"] or video["received"] != video["size"]:
            raise self.stand.failure(6000, "The upload is not complete", subcode=1363031)
        if not video["digest"]:
            video["digest"] = self.stand.files.finish(video["upload"])
            self.stand.state["kinds"][video["digest"]] = "video/mp4"

    def _checked(self, video: dict[str, Any]) -> None:
        try:
            with self.stand.files.open(video["digest"]) as file:
                film = films.measure(file)
        except ValueError as error:
            raise self.stand.failure(352, "(#352) The video file is in a format that we don't support", subcode=1363024) from error
        video["facts"] = film.shown()
        most = 90 if video["form"] == "reel" else 60 if video["form"] == "story" else 14_400
        if film.seconds > most + 1 or (video["form"] == "reel" and film.seconds < 3):
            raise self.stand.bad("The length of this video is not allowed", subcode=1363025)
        if video["form"] == "reel" and not (0.5 <= film.ratio <= 0.6 and film.width >= 540):
            raise self.stand.bad("A reel is 9:16, of 540 by 960 pixels at least", subcode=1363127)

    def reel(self, request: Request, page: str) -> Reply:
        """Begin and end a reel."""
        owner = self.stand.writable(request, page)
        given = self.stand.given(request, REELS)
        if given.get("upload_phase") == "start":
            return self._started(self._begun(owner, "reel", 0))
        if given.get("upload_phase") != "finish" or given.get("video_state") not in ("PUBLISHED", "DRAFT", "SCHEDULED"):
            raise self.stand.bad("upload_phase must be start or finish, and video_state one of PUBLISHED, SCHEDULED, DRAFT")
        since = self.stand.now() - DAY
        made = [
            one
            for one in self.stand.state["videos"].values()
            if one["form"] == "reel" and one["state"] != "uploading" and one["at"] > since
        ]
        if len(made) >= self.stand.setting("reels_a_day") and self.stand.setting("limits"):
            raise self.stand.failure(613, "(#613) Calls to this api have exceeded the rate limit: reels in 24 hours")
        return self._finish(self._own(owner, str(given.get("video_id", ""))), given)

    def _started(self, video: Mapping[str, Any]) -> Reply:
        place = f"{self.stand.url}/video-upload/{self.stand.setting('version')}/{video['id']}"
        return as_json({"video_id": video["id"], "upload_url": place})

    # ---- stories

    def video_story(self, request: Request, page: str) -> Reply:
        """Begin and end a story with a video."""
        owner = self.stand.writable(request, page)
        given = self.stand.given(request, REELS)
        if given.get("upload_phase") == "start":
            return self._started(self._begun(owner, "story", 0))
        if given.get("upload_phase") != "finish":
            raise self.stand.bad("upload_phase must be start or finish")
        video = self._own(owner, str(given.get("video_id", "")))
        self._finish(video, given)
        return as_json({"success": True, "post_id": self._story(owner, [], video["id"])["id"]})

    def photo_story(self, request: Request, page: str) -> Reply:
        """Make a story of a photo that was sent before."""
        owner = self.stand.writable(request, page)
        given = self.stand.given(request, ("photo_id",))
        (name,) = self.attached(owner, {"attached_media": [{"media_fbid": str(given.get("photo_id", ""))}]})
        story = self._story(owner, [name], "")
        self.spend([name], story)
        return as_json({"success": True, "post_id": story["id"]})

    def _story(self, owner: Mapping[str, Any], photos: list[str], video: str) -> dict[str, Any]:
        story = {"id": self.stand.new_id(), "page": owner["id"], "text": "", "link": "", "photos": photos, "video": video}
        story |= {"form": "story", "published": True, "due": 0, "sponsor": "", "at": self.stand.now()}
        self.stand.state["posts"][story["id"]] = story
        self.stand.changed()
        return story

    def stories(self, request: Request, page: str) -> Reply:
        """List the stories of the last day."""
        owner = self.stand.page(request, page, "pages_read_engagement")
        self.stand.given(request, ("status",))
        since = self.stand.now() - DAY
        held = [
            one for one in self.stand.state["posts"].values() if one["form"] == "story" and one["page"] == owner["id"] and one["at"] > since
        ]
        held = [one for one in held if self.stand.visible(one)]
        return self.stand.listed(request, sorted(held, key=lambda one: -one["at"]), self._story_view, ("post_id", "status", "media_id"))

    def _story_view(self, story: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "post_id": story["id"],
            "status": "PUBLISHED",
            "creation_time": str(int(story["at"])),
            "media_type": "video" if story["video"] else "photo",
            "media_id": story["video"] or story["photos"][0],
            "url": self.stand.address(story),
        }

    def captions(self, request: Request, name: str) -> Reply:
        """Take the subtitles of a video."""
        kept = self.stand.enter(request, "pages_manage_posts")
        video = self._own({"id": kept["account"]}, name)
        given = self.stand.given(request, ("captions_file", "default_locale", "locales_to_delete"))
        file = given.get("captions_file")
        found = CAPTIONS.fullmatch(file.filename or "") if isinstance(file, Part) else None
        if found is None or not isinstance(file, Part) or b"-->" not in file.body:
            raise self.stand.failure(385, "(#385) Captions file must have a name such as filename.fr_FR.srt and hold SubRip")
        video["captions"] = {**video.get("captions", {}), found[1]: file.body.decode("utf-8", "replace")}
        self.stand.changed()
        return as_json({"success": True})

    # ---- reading

    def videos(self, request: Request, page: str) -> Reply:
        """List a page's videos."""
        return self._list(request, page, ("",))

    def reels(self, request: Request, page: str) -> Reply:
        """List a page's reels."""
        return self._list(request, page, ("reel",))

    def _list(self, request: Request, page: str, forms: tuple[str, ...]) -> Reply:
        owner = self.stand.page(request, page, "pages_read_engagement")
        held = [one for one in self.films() if one["page"] == owner["id"] and one["form"] in forms and self.stand.visible(one)]
        return self.stand.listed(request, list(reversed(held)), self.video_view, ("id", "description", "updated_time"))

    def films(self) -> list[dict[str, Any]]:
        """Return the videos and reels that are published, oldest first; a story's video is shown by its story."""
        held = [one for one in self.stand.state["videos"].values() if one["state"] in ("processing", "ready") and one["form"] != "story"]
        return sorted(held, key=lambda one: float(one["at"]))

    def film(self, name: str) -> dict[str, Any]:
        """Return a video in the shape common to all networks."""
        video = self.stand.state["videos"][name]
        cover = f"{self.stand.url}/files/{video['cover']}" if video["cover"] else ""
        shown = {"url": f"{self.stand.url}/files/{video['digest']}", "cover": cover, "ai": video["ai"], "digest": video["digest"]}
        shown["captions"] = sorted(video.get("captions", {}))
        return {**shown, **{key: video["facts"].get(key) for key in ("seconds", "width", "height")}}

    def video_view(self, video: dict[str, Any]) -> dict[str, Any]:
        """Return what may be read of a video; looking at its state is what makes it go on."""
        out = video["state"] != "uploading"
        return {
            "id": video["id"],
            "description": video["text"] or None,
            "title": video["title"] or None,
            "created_time": graph_time(video["at"]),
            "updated_time": graph_time(video["at"]),
            "permalink_url": self.stand.address(video),
            "published": out,
            "length": video["facts"].get("seconds"),
            "post_id": video["id"] if out else None,
            "is_ai_generated": video["ai"],
            "status": lambda: self._status(video),
            "source": None,
            "from": {"id": video["page"], "name": self.stand.state["pages"][video["page"]]["name"]},
        }

    def _status(self, video: dict[str, Any]) -> dict[str, Any]:
        if video["state"] == "processing":
            video["polls"] += 1
            if video["polls"] > self.stand.setting("video_polls"):
                video["state"] = "error" if self.stand.setting("video_fails") else "ready"
        whole = bool(video["size"]) and video["received"] == video["size"]
        return {
            "video_status": "upload_complete" if whole and video["state"] == "uploading" else video["state"],
            "uploading_phase": {"status": "complete" if whole else "in_progress", "bytes_transferred": video["received"]},
            "processing_phase": {"status": STATES[video["state"]]},
            "publishing_phase": {
                "status": STATES[video["state"]],
                **({"publish_status": "published"} if video["state"] == "ready" else {}),
            },
        }

    def view_of(self, name: str) -> dict[str, Any]:
        """Return what may be read of a photo or a video, or nothing."""
        if name in self.stand.state["videos"]:
            return self.video_view(self.stand.state["videos"][name])
        photo = self.stand.state["photos"].get(name)
        if photo is None:
            return {}
        story = (
            photo["post"]
            if photo["post"] in self.stand.state["posts"] and self.stand.visible(self.stand.state["posts"][photo["post"]])
            else ""
        )
        size = {"width": photo["width"], "height": photo["height"]}
        return {
            "id": name,
            "name": None,
            "created_time": graph_time(photo["at"]),
            "alt_text": photo["alt"] or None,
            "alt_text_custom": photo["alt"] or None,
            "page_story_id": story or None,
            "link": f"{self.stand.url}/files/{photo['digest']}",
            "images": [{"source": self.source(name), **size}],
            **size,
        }


def _attached(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Read `attached_media` as forms (`attached_media[0]`) and JSON write it."""
    whole = given.get("attached_media", [])
    listed = [value for name, value in given.items() if name.startswith("attached_media[")]
    try:
        found = [*(json.loads(whole) if isinstance(whole, str) else whole), *listed]
        return [json.loads(one) if isinstance(one, str) else dict(one) for one in found]
    except (ValueError, TypeError):
        return [{"media_fbid": ""}]
