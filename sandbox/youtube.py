"""A stand-in of YouTube's Data API: channels, videos, the list of uploads, quotas counted to midnight in California."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sandbox import films
from sandbox.google import Google, GoogleDoors
from sandbox.oauth import Choice
from sandbox.server import Clock, Handler, from_iso, iso, picture_bytes
from sandbox.wire import Reply, Request, as_json
from sandbox.youtube_comments import Comments
from sandbox.youtube_pages import Pages
from sandbox.youtube_uploads import Uploads

ROOT = "https://www.googleapis.com/auth/"
READS = ("youtube.readonly", "youtube", "youtube.force-ssl")
CHANGES = ("youtube", "youtube.force-ssl")
PACIFIC = ZoneInfo("America/Los_Angeles")
UPLOADS, UNITS = 100, 10_000
PAGE = 50
CATEGORIES = frozenset(["1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"])
PRIVACY = ("public", "unlisted", "private")
SNIPPET = ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage")
STATUS = (
    "privacyStatus", "publishAt", "license", "embeddable", "publicStatsViewable", "selfDeclaredMadeForKids", "containsSyntheticMedia",
)  # fmt: skip
VIDEO = {
    "id": None, "kind": None, "etag": None, "snippet": dict.fromkeys(SNIPPET), "status": dict.fromkeys(STATUS),
    "paidProductPlacementDetails": {"hasPaidProductPlacement": None}, "recordingDetails": {"recordingDate": None},
    "localizations": None,
}  # fmt: skip
PARTS = frozenset(
    {"id", "snippet", "status", "contentDetails", "fileDetails", "processingDetails", "paidProductPlacementDetails", "statistics"}
)
ITEM = {"snippet": {"playlistId": None, "position": None, "resourceId": {"kind": None, "videoId": None}}}


class YouTubeDoors(GoogleDoors):
    """The channels that a person can choose."""

    stand: YouTube
    scopes: ClassVar[dict[str, tuple[str, str]]] = {
        f"{ROOT}youtube.upload": ("publier des vidéos", "upload videos"),
        f"{ROOT}youtube.readonly": ("lire votre chaîne et vos vidéos", "see your channel and your videos"),
        f"{ROOT}youtube.force-ssl": ("gérer vos vidéos et leurs commentaires", "manage your videos and their comments"),
        f"{ROOT}youtube": ("gérer votre chaîne", "manage your channel"),
        f"{ROOT}yt-analytics.readonly": ("lire vos statistiques", "see your reports"),
    }

    def choices(self) -> Sequence[Choice]:
        """Return them."""
        return [Choice(one["id"], one["name"], one["handle"]) for one in self.stand.state["accounts"].values()]


class YouTube(Google):
    """YouTube."""

    key: ClassVar[str] = "youtube"
    name: ClassVar[str] = "YouTube"
    commit: ClassVar[str] = "PUT /upload/youtube/v3/videos"
    prepare: ClassVar[str] = "POST /upload/youtube/v3/videos"
    resumes: ClassVar[str] = "PUT *upload/youtube/v3/videos"
    defaults: ClassVar[dict[str, Any]] = {
        **Google.defaults,
        "unaudited": False,
        "verified": True,
        "long_uploads": "allowed",
        "comments_off": False,
        "processing_reads": 0,
        "rejects": "",
        "fails": "",
        "keeps_bytes": 0,
        "upload_limit": 0,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = YouTubeDoors(self)
        self.uploads = Uploads(self)
        self.comments = Comments(self)
        self.pages = Pages(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        names = ("accounts", "videos", "sessions", "comments", "spent", "listed")
        self.state = {**{name: {} for name in names}, **self.doors.fresh()}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **self.doors.routes(),
            **self.uploads.routes(),
            **self.comments.routes(),
            **self.pages.routes(),
            "GET /youtube/v3/channels": self.channels,
            "GET /youtube/v3/videos": self.videos,
            "PUT /youtube/v3/videos": self.update,
            "DELETE /youtube/v3/videos": self.delete,
            "GET /youtube/v3/playlistItems": self.playlist_items,
            "POST /youtube/v3/playlistItems": self.add_to_playlist,
        }

    # ---- words and counting

    def scopes(self, *names: str) -> tuple[str, ...]:
        """Return scopes by their whole names."""
        return tuple(f"{ROOT}{name}" for name in names)

    def tag(self) -> str:
        """Return an etag."""
        return secrets.token_urlsafe(20)

    def stamp(self, moment: float) -> str:
        """Return a time as YouTube writes it."""
        return iso(moment, 0)

    def spend(self, project: str, units: int = 0, uploads: int = 0) -> None:
        """Count against the project's day, which ends at midnight in California. Raises the refusal where it is used up."""
        day = datetime.fromtimestamp(self.now(), PACIFIC).date().isoformat()
        spent = self.state["spent"].setdefault(f"{project} {day}", {"units": 0, "uploads": 0})
        if self.setting("limits") and (spent["units"] + units > UNITS or spent["uploads"] + uploads > UPLOADS):
            words = 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.'
            raise self.refuse(403, "quotaExceeded", words, domain="youtube.quota")
        spent["units"] += units
        spent["uploads"] += uploads

    # ---- channels

    def has_channel(self, request: Request) -> dict[str, Any]:
        """Return the channel of the request, which must exist."""
        account: dict[str, Any] = self.state["accounts"][request.account]
        if account["channel"]:
            return account
        raise self.refuse(401, "youtubeSignupRequired", "Unauthorized", domain="youtube.header")

    def channels(self, request: Request) -> Reply:
        """Return the channel of the token, or channels by their ids or handle."""
        kept = self.enter(
            request, *self.scopes(*READS), takes=frozenset({"part", "mine", "id", "forHandle", "maxResults", "pageToken", "hl"})
        )
        self.spend(kept["client_id"], 1)
        parts = self._parts(request, frozenset({"id", "snippet", "contentDetails", "statistics", "status"}))
        held = [one for one in self.state["accounts"].values() if one["channel"]]
        if request.asked("mine") == "true":
            held = [one for one in held if one["id"] == request.account]
        elif request.asked("id"):
            held = [one for one in held if one["id"] in request.asked("id").split(",")]
        elif request.asked("forHandle"):
            held = [one for one in held if one["handle"].removeprefix("@") == request.asked("forHandle").removeprefix("@")]
        else:
            raise self.refuse(
                400, "missingRequiredParameter", "No filter selected. Expected one of: mine, id, forHandle", domain="youtube.parameter"
            )
        body: dict[str, Any] = {"kind": "youtube#channelListResponse", "etag": self.tag(), "pageInfo": self._page_info(len(held), PAGE)}
        # An empty list is left out, as YouTube does.
        return as_json({**body, "items": [self._channel(one, parts) for one in held]} if held else body)

    def _channel(self, one: dict[str, Any], parts: set[str]) -> dict[str, Any]:
        mine = [video for video in self.state["videos"].values() if video["account"] == one["id"]]
        shown = {
            "snippet": {
                "title": one["name"], "description": one["about"], "customUrl": one["handle"], "publishedAt": self.stamp(one["at"]),
                "thumbnails": {"default": {"url": f"{self.url}/vi/{one['id']}/default.jpg", "width": 88, "height": 88}},
            },
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": _uploads_of(one["id"])}},
            "statistics": {"viewCount": "0", "subscriberCount": "12", "hiddenSubscriberCount": False, "videoCount": str(len(mine))},
            "status": {"privacyStatus": "public", "isLinked": True, "longUploadsStatus": self.setting("long_uploads")},
        }  # fmt: skip
        told = {name: value for name, value in shown.items() if name in parts}
        return {"kind": "youtube#channel", "etag": self.tag(), "id": one["id"], **told}

    def _parts(self, request: Request, known: frozenset[str]) -> set[str]:
        parts = {part for values in request.query.get("part", []) for part in values.split(",") if part}
        if not parts:
            raise self.refuse(400, "missingRequiredParameter", "Required parameter: part", domain="youtube.parameter")
        if unknown := parts - known:
            raise self.refuse(400, "unknownPart", f"'{', '.join(sorted(unknown))}'", domain="youtube.part")
        return parts

    def _page_info(self, total: int, size: int) -> dict[str, int]:
        return {"totalResults": total, "resultsPerPage": size}

    # ---- videos

    def about(self, request: Request) -> dict[str, Any]:
        """Return what a request says of a video, checked as YouTube checks it."""
        parts = self._parts(request, PARTS)
        given = self.body(request, VIDEO)
        if strange := given.keys() - parts - {"id", "kind", "etag"}:
            raise self.refuse(400, "unexpectedPart", f"The request must not hold {', '.join(sorted(strange))}.", domain="youtube.part")
        snippet, status = given.get("snippet") or {}, given.get("status") or {}
        title, text, tags = str(snippet.get("title") or ""), str(snippet.get("description") or ""), snippet.get("tags") or []
        if "snippet" in parts and (not title.strip() or len(title) > 100 or "<" in title or ">" in title):
            raise self._wrong("invalidTitle", "The request metadata specifies an invalid or empty video title.")
        if len(text.encode("utf-8", "surrogatepass")) > 5000 or "<" in text or ">" in text:
            raise self._wrong("invalidDescription", "The request metadata specifies an invalid video description.")
        if not isinstance(tags, list) or _weight(tags) > 500 or any("<" in tag or ">" in tag for tag in tags):
            raise self._wrong("invalidTags", "The request metadata specifies invalid video keywords.")
        if str(snippet.get("categoryId", "22")) not in CATEGORIES:
            raise self._wrong("invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID.")
        self._check_status(status)
        return given

    def _check_status(self, status: dict[str, Any]) -> None:
        privacy = status.get("privacyStatus", "public")
        if privacy not in PRIVACY or status.get("license", "youtube") not in {"youtube", "creativeCommon"}:
            raise self._wrong("invalidVideoMetadata", "The request metadata is invalid.")
        if status.get("publishAt"):
            try:
                late = from_iso(status["publishAt"]) <= self.now()
            except ValueError:
                late = True
            if late or privacy != "private":
                raise self._wrong("invalidPublishAt", "The request metadata specifies an invalid scheduled publishing time.")

    def _wrong(self, reason: str, words: str) -> Exception:
        return self.refuse(400, reason, words, domain="youtube.video")

    def publish(self, account: str, about: dict[str, Any], digest: str, kind: str) -> dict[str, Any]:
        """Make a video of what was sent."""
        mine = [one for one in self.state["videos"].values() if one["account"] == account and self.now() - one["at"] < 86_400]
        if self.setting("upload_limit") and len(mine) >= self.setting("upload_limit"):
            words = "The user has exceeded the number of videos they may upload."
            raise self.refuse(400, "uploadLimitExceeded", words, domain="youtube.video")
        try:
            with self.files.open(digest) as file:
                seen = films.measure(file)
            shape, fails = {"width": seen.width, "height": seen.height, "seconds": seen.seconds}, ""
        except ValueError:
            shape, fails = {"width": 0, "height": 0, "seconds": 0.0}, "invalidFile"
        status = dict(about.get("status") or {})
        if self.setting("unaudited"):
            status["privacyStatus"] = "private"
        snippet = {"title": "unknown", "description": "", "tags": [], "categoryId": "22", **(about.get("snippet") or {})}
        return self._made(account, snippet, status, about, {**shape, "digest": digest, "kind": kind, "fails": fails})

    def _made(
        self, account: str, snippet: dict[str, Any], status: dict[str, Any], about: dict[str, Any], file: dict[str, Any]
    ) -> dict[str, Any]:
        video = {
            "id": secrets.token_urlsafe(8)[:11],
            "account": account,
            "snippet": snippet,
            "status": {"privacyStatus": "public", "license": "youtube", "embeddable": True, "publicStatsViewable": True, **status},
            "paid": bool((about.get("paidProductPlacementDetails") or {}).get("hasPaidProductPlacement")),
            "file": file,
            "at": self.now(),
            "reads": self.setting("processing_reads"),
            "fails": file["fails"] or self.setting("fails"),
            "rejects": self.setting("rejects"),
            "cover": None,
            "captions": [],
        }
        self.state["videos"][video["id"]] = video
        self.changed()
        return video

    def _visible(self, video: dict[str, Any]) -> bool:
        return bool(self.now() - video["at"] >= self.setting("lag_seconds"))

    def privacy(self, video: dict[str, Any]) -> str:
        """Return who may see a video now: one that was scheduled turns public at its hour."""
        due = video["status"].get("publishAt")
        if due and from_iso(due) <= self.now() and not self.setting("unaudited"):
            return "public"
        return str(video["status"]["privacyStatus"])

    def own_video(self, request: Request, name: str) -> dict[str, Any]:
        """Return a video of the request's channel, or refuse."""
        video: dict[str, Any] | None = self.state["videos"].get(name)
        if video is None or video["account"] != request.account:
            raise self.refuse(404, "videoNotFound", "The video that you are trying to reach cannot be found.", domain="youtube.video")
        return video

    def videos(self, request: Request) -> Reply:
        """Return videos by their ids."""
        kept = self.enter(request, *self.scopes(*READS), takes=frozenset({"part", "id", "maxResults", "hl"}))
        self.spend(kept["client_id"], 1)
        self._parts(request, PARTS)
        found = [self.state["videos"].get(name) for name in request.asked("id").split(",")[:PAGE]]
        held = [
            one for one in found if one and self._visible(one) and (one["account"] == request.account or self.privacy(one) != "private")
        ]
        items = [self.entity(one, ",".join(request.query["part"])) for one in held]
        for one in held:
            one["reads"] = max(0, one["reads"] - 1)
        return as_json(
            {"kind": "youtube#videoListResponse", "etag": self.tag(), "items": items, "pageInfo": self._page_info(len(items), len(items))}
        )

    def entity(self, video: dict[str, Any], part: str) -> dict[str, Any]:
        """Return a Video, the parts that are asked for."""
        file, account = video["file"], self.state["accounts"][video["account"]]
        weight = self.files.size(file["digest"]) if file["digest"] in self.files else 0
        state = "processing" if video["reads"] else "failed" if video["fails"] else "terminated" if video["rejects"] else "succeeded"
        parts = {
            "snippet": {
                **{name: value for name, value in video["snippet"].items() if name in SNIPPET},
                "publishedAt": self.stamp(video["at"]), "channelId": video["account"], "channelTitle": account["name"],
                "thumbnails": self.thumbnails(video), "liveBroadcastContent": "none",
                "localized": {name: video["snippet"].get(name, "") for name in ("title", "description")},
            },
            "status": self._status(video),
            "contentDetails": {
                "duration": f"PT{round(file['seconds'])}S", "dimension": "2d", "definition": "hd" if file["height"] >= 720 else "sd",
                "caption": "true" if video["captions"] else "false", "licensedContent": False, "projection": "rectangular",
                "hasCustomThumbnail": bool(video["cover"]),
            },
            "fileDetails": {"fileName": "unknown", "fileSize": str(weight), "fileType": "video"},
            "processingDetails": {"processingStatus": state},
            "paidProductPlacementDetails": {"hasPaidProductPlacement": video["paid"]},
            "statistics": {"viewCount": "0", "likeCount": "0", "commentCount": str(len(self.comments.of(video["id"])))},
        }  # fmt: skip
        asked = part.split(",")
        return {"kind": "youtube#video", "etag": self.tag(), "id": video["id"], **{n: told for n, told in parts.items() if n in asked}}

    def _status(self, video: dict[str, Any]) -> dict[str, Any]:
        status = {**video["status"], "privacyStatus": self.privacy(video), "uploadStatus": "uploaded" if video["reads"] else "processed"}
        if status["privacyStatus"] == "public":
            status.pop("publishAt", None)
        if not video["reads"] and video["fails"]:
            status |= {"uploadStatus": "failed", "failureReason": video["fails"]}
        elif not video["reads"] and video["rejects"]:
            status |= {"uploadStatus": "rejected", "rejectionReason": video["rejects"]}
        return {**status, "madeForKids": bool(status.get("selfDeclaredMadeForKids"))}

    def thumbnails(self, video: dict[str, Any]) -> dict[str, Any]:
        """Return the pictures that stand for a video."""
        sizes = {"default": ("default", 120, 90), "medium": ("mqdefault", 320, 180), "high": ("hqdefault", 480, 360)}
        return {n: {"url": f"{self.url}/vi/{video['id']}/{file}.jpg", "width": w, "height": h} for n, (file, w, h) in sizes.items()}

    def update(self, request: Request) -> Reply:
        """Change a video: each part that is named is replaced whole."""
        kept = self.enter(request, *self.scopes(*CHANGES), takes=frozenset({"part"}))
        given = self.about(request)
        video = self.own_video(request, str(given.get("id", "")))
        self.spend(kept["client_id"], 50)
        parts = request.asked("part").split(",")
        if "snippet" in parts:
            if not given.get("snippet", {}).get("categoryId"):
                raise self._wrong("invalidCategoryId", "The snippet.categoryId property specifies an invalid category ID.")
            video["snippet"] = {"description": "", "tags": [], **given["snippet"]}
        if "status" in parts:
            video["status"] = {"publicStatsViewable": True, **given.get("status", {})}
            if self.setting("unaudited"):
                video["status"]["privacyStatus"] = "private"
        if "paidProductPlacementDetails" in parts:
            video["paid"] = bool(given.get("paidProductPlacementDetails", {}).get("hasPaidProductPlacement"))
        self.changed()
        return as_json(self.entity(video, request.asked("part")))

    def delete(self, request: Request) -> Reply:
        """Take one's own video off."""
        kept = self.enter(request, *self.scopes(*CHANGES), takes=frozenset({"id"}))
        self.spend(kept["client_id"], 50)
        video = self.own_video(request, request.asked("id"))
        del self.state["videos"][video["id"]]
        self.changed()
        return Reply(204, kind="")

    # ---- lists

    def playlist_items(self, request: Request) -> Reply:
        """List a playlist: a channel's uploads, newest first, in pages of fifty; private ones are shown to their owner only."""
        kept = self.enter(request, *self.scopes(*READS), takes=frozenset({"part", "playlistId", "maxResults", "pageToken", "videoId"}))
        self.spend(kept["client_id"], 1)
        parts = self._parts(request, frozenset({"id", "snippet", "contentDetails", "status"}))
        name, size = request.asked("playlistId"), min(PAGE, int(request.asked("maxResults", "5")))
        held = [one for one in self._listed(name, request.account) if request.asked("videoId") in ("", one["id"])]
        start = int(base64.urlsafe_b64decode(request.asked("pageToken")).decode()) if request.asked("pageToken") else 0
        body = {"kind": "youtube#playlistItemListResponse", "etag": self.tag(), "pageInfo": self._page_info(len(held), size)}
        if start + size < len(held):
            body["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        return as_json({**body, "items": [self._item(one, name, parts) for one in held[start : start + size]]})

    def _listed(self, name: str, account: str) -> list[dict[str, Any]]:
        if name in self.state["listed"]:
            kept = [self.state["videos"].get(one) for one in self.state["listed"][name]["videos"]]
            return [one for one in kept if one]
        owner = next((one["id"] for one in self.state["accounts"].values() if _uploads_of(one["id"]) == name), None)
        if owner is None:
            words = "The playlist identified with the request's playlistId parameter cannot be found."
            raise self.refuse(404, "playlistNotFound", words, domain="youtube.playlistItem")
        mine = [one for one in self.state["videos"].values() if one["account"] == owner and self._visible(one)]
        shown = [one for one in mine if owner == account or self.privacy(one) == "public"]
        return sorted(shown, key=lambda one: one["at"], reverse=True)

    def _item(self, video: dict[str, Any], name: str, parts: set[str]) -> dict[str, Any]:
        at, title = self.stamp(video["at"]), self.state["accounts"][video["account"]]["name"]
        shown = {
            "snippet": {
                "publishedAt": at, "channelId": video["account"], "title": video["snippet"]["title"], "channelTitle": title,
                "description": video["snippet"].get("description", ""), "thumbnails": self.thumbnails(video), "playlistId": name,
                "position": 0, "resourceId": {"kind": "youtube#video", "videoId": video["id"]},
                "videoOwnerChannelTitle": title, "videoOwnerChannelId": video["account"],
            },
            "contentDetails": {"videoId": video["id"], "videoPublishedAt": at},
            "status": {"privacyStatus": self.privacy(video)},
        }  # fmt: skip
        item = base64.urlsafe_b64encode(f"{name}.{video['id']}".encode()).decode()
        told = {part: value for part, value in shown.items() if part in parts}
        return {"kind": "youtube#playlistItem", "etag": self.tag(), "id": item, **told}

    def add_to_playlist(self, request: Request) -> Reply:
        """Put a video into a playlist of the channel."""
        kept = self.enter(request, *self.scopes(*CHANGES), takes=frozenset({"part"}))
        self.spend(kept["client_id"], 50)
        parts = self._parts(request, frozenset({"id", "snippet", "contentDetails", "status"}))
        given = self.body(request, ITEM).get("snippet") or {}
        name, video = str(given.get("playlistId", "")), self.own_video(request, (given.get("resourceId") or {}).get("videoId", ""))
        listed = self.state["listed"].get(name)
        if listed is None or listed["account"] != request.account:
            words = "The playlist identified with the request's playlistId parameter cannot be found."
            raise self.refuse(404, "playlistNotFound", words, domain="youtube.playlistItem")
        listed["videos"].append(video["id"])
        self.changed()
        return as_json(self._item(video, name, parts))

    # ---- control

    def add_account(self, handle: str, **about: Any) -> dict[str, Any]:
        """Open a channel (or find it); `channel=False` is a Google account without one. Returns its id and a token with all scopes."""
        handle = f"@{handle.removeprefix('@')}"
        with self.lock:
            known = next((one for one in self.state["accounts"].values() if one["handle"] == handle), None)
            account = known or {
                "id": f"UC{secrets.token_urlsafe(32)[:22]}",
                "handle": handle,
                "channel": True,
                "about": "",
                "at": self.now(),
            }
            account |= {"name": handle[1:].capitalize() if known is None else known["name"], **about}
            self.state["accounts"][account["id"]] = account
            self.changed()
            return {"id": account["id"], "handle": handle, "token": self.doors.grant(account["id"])}

    def add_playlist(self, account: str, title: str) -> str:
        """Make a playlist and return its id."""
        name = f"PL{secrets.token_urlsafe(24)[:32]}"
        self.state["listed"][name] = {"account": account, "title": title, "videos": []}
        self.changed()
        return name

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a video; `title`, `video` (bytes, or base64) and `privacy` may be given."""
        content = picture_bytes(what["video"]) if what.get("video") else b""
        with self.lock, self.at(what.get("at", "")):
            about = {"snippet": {"title": what.get("title") or text[:80] or "Video", "description": text}}
            about["status"] = {"privacyStatus": what.get("privacy", "public")}
            if content:
                return self.pages.shown(self.publish(account, about, self.keep_file(content), "video/mp4"))
            file = {"width": 1280, "height": 720, "seconds": 60.0, "digest": "", "kind": "video/mp4", "fails": ""}
            snippet: dict[str, Any] = {"tags": [], "categoryId": "22", **about["snippet"]}
            return self.pages.shown(self._made(account, snippet, about["status"], about, file))

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the videos held, oldest first, private ones included."""
        with self.lock:
            held = sorted(self.state["videos"].values(), key=lambda one: one["at"])
            return [self.pages.shown(one) for one in held if account in ("", one["account"])]

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Comment a video, or answer a comment, as one of the public."""
        with self.lock:
            return self.comments.write(post, who, text)

    def edit_comment(self, name: str, text: str) -> None:
        """Put other words in a comment."""
        with self.lock:
            self.comments.change(name, text)

    def remove_comment(self, name: str) -> None:
        """Take a comment off, with what answers it."""
        with self.lock:
            self.comments.forget(name)


def _uploads_of(account: str) -> str:
    return f"UU{account[2:]}"


def _weight(tags: list[Any]) -> int:
    return len(",".join(f'"{tag}"' if " " in str(tag) else str(tag) for tag in tags))
