"""YouTube's comments: threads under videos, answers, moderation."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.youtube import YouTube

MOST = 10_000
COMMENT = {"id": None, "kind": None, "etag": None, "snippet": {"parentId": None, "textOriginal": None}}
THREAD = {"snippet": {"channelId": None, "videoId": None, "topLevelComment": {"snippet": {"textOriginal": None}}}}
LISTED = frozenset(
    {"part", "videoId", "allThreadsRelatedToChannelId", "id", "order", "moderationStatus", "textFormat", "maxResults", "pageToken"}
)
SCOPE = "youtube.force-ssl"


class Comments:
    """The part of the stand-in where people speak."""

    def __init__(self, stand: YouTube) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /youtube/v3/commentThreads": self.threads,
            "POST /youtube/v3/commentThreads": self.begin,
            "GET /youtube/v3/comments": self.listing,
            "POST /youtube/v3/comments": self.answer,
            "PUT /youtube/v3/comments": self.update,
            "DELETE /youtube/v3/comments": self.delete,
            "POST /youtube/v3/comments/setModerationStatus": self.moderate,
        }

    def of(self, video: str) -> list[dict[str, Any]]:
        """Return the comments and answers under a video, oldest first."""
        held = [one for one in self.stand.state["comments"].values() if one["video"] == video and one["status"] != "rejected"]
        return sorted(held, key=lambda one: one["at"])

    def keep(self, video: str, who: str, text: str, *, account: str = "", parent: str = "") -> dict[str, Any]:
        """Put a comment under a video: of a channel of this stand-in, or of anybody."""
        name = f"{parent}.{secrets.token_urlsafe(16)[:22]}" if parent else f"Ug{secrets.token_urlsafe(18)[:24]}"
        comment = {
            "id": name, "video": video, "parent": parent, "who": who, "account": account or f"UC{secrets.token_urlsafe(16)[:22]}",
            "text": text, "at": self.stand.now(), "edited": 0.0, "status": "published",
        }  # fmt: skip
        self.stand.state["comments"][name] = comment
        self.stand.changed()
        return comment

    def write(self, place: str, who: str, text: str) -> dict[str, Any]:
        """Let somebody of the public write under a video or a comment. Raises KeyError."""
        above = self.stand.state["comments"].get(place)
        if above is None:
            return self.keep(self.stand.state["videos"][place]["id"], who, text, account=_channel(who))
        return self.keep(above["video"], who, text, account=_channel(who), parent=above["parent"] or above["id"])

    def change(self, name: str, text: str) -> None:
        """Put other words in a comment. Raises KeyError."""
        self.stand.state["comments"][name] |= {"text": text, "edited": self.stand.now()}
        self.stand.changed()

    def forget(self, name: str) -> None:
        """Take a comment off, with what answers it. Raises KeyError."""
        held = self.stand.state["comments"]
        for each in [one["id"] for one in held.values() if held[name]["id"] in (one["id"], one["parent"])]:
            del held[each]
        self.stand.changed()

    def shown(self, video: str) -> list[dict[str, Any]]:
        """Return the comments under a video in the shape common to all networks."""
        return [{"id": one["id"], "text": one["text"], "by": one["who"], "at": self.stand.stamp(one["at"])} for one in self.of(video)]

    # ---- writing

    def begin(self, request: Request) -> Reply:
        """Put a comment under a video."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(SCOPE), takes=frozenset({"part"}))
        given = stand.body(request, THREAD).get("snippet") or {}
        text = str(((given.get("topLevelComment") or {}).get("snippet") or {}).get("textOriginal") or "")
        video = self._video(str(given.get("videoId", "")))
        self._check(text)
        stand.spend(kept["client_id"], 50)
        comment = self.keep(video["id"], self._name(request), text, account=request.account)
        return as_json(self._thread(comment, request.asked("part", "snippet")))

    def answer(self, request: Request) -> Reply:
        """Answer a comment."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(SCOPE), takes=frozenset({"part"}))
        given = stand.body(request, COMMENT).get("snippet") or {}
        parent = stand.state["comments"].get(str(given.get("parentId", "")).partition(".")[0])
        if parent is None:
            raise stand.refuse(404, "parentCommentNotFound", "The specified parent comment could not be found.", domain="youtube.comment")
        self._check(str(given.get("textOriginal") or ""))
        stand.spend(kept["client_id"], 50)
        text = str(given["textOriginal"])
        comment = self.keep(parent["video"], self._name(request), text, account=request.account, parent=parent["id"])
        return as_json(self._comment(comment))

    def update(self, request: Request) -> Reply:
        """Change one's own comment."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(SCOPE), takes=frozenset({"part"}))
        given = stand.body(request, COMMENT)
        comment = self._own(request, str(given.get("id", "")))
        text = str((given.get("snippet") or {}).get("textOriginal") or "")
        self._check(text)
        stand.spend(kept["client_id"], 50)
        self.change(comment["id"], text)
        return as_json(self._comment(comment))

    def delete(self, request: Request) -> Reply:
        """Take a comment off: one's own, or one under one's own video."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(SCOPE), takes=frozenset({"id"}))
        comment = self._own(request, request.asked("id"))
        stand.spend(kept["client_id"], 50)
        self.forget(comment["id"])
        return Reply(204, kind="")

    def moderate(self, request: Request) -> Reply:
        """Say whether a comment is to be seen."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(SCOPE), takes=frozenset({"id", "moderationStatus", "banAuthor"}))
        status = request.asked("moderationStatus")
        if status not in {"published", "heldForReview", "rejected"}:
            raise stand.refuse(400, "badRequest", "Invalid value for moderationStatus.")
        stand.spend(kept["client_id"], 50)
        for name in request.asked("id").split(","):
            self._own(request, name)["status"] = status
        stand.changed()
        return Reply(204, kind="")

    def _check(self, text: str) -> None:
        if self.stand.setting("comments_off"):
            words = "The video identified by the videoId parameter has disabled comments."
            raise self.stand.refuse(403, "commentsDisabled", words, domain="youtube.commentThread")
        if not text.strip():
            raise self.stand.refuse(400, "commentTextRequired", "The comment must have text.", domain="youtube.commentThread")
        if len(text) > MOST:
            raise self.stand.refuse(400, "commentTextTooLong", "The comment exceeds the size limit.", domain="youtube.commentThread")

    def _video(self, name: str) -> dict[str, Any]:
        video: dict[str, Any] | None = self.stand.state["videos"].get(name)
        if video is None:
            raise self.stand.refuse(404, "videoNotFound", "The video could not be found.", domain="youtube.commentThread")
        return video

    def _own(self, request: Request, name: str) -> dict[str, Any]:
        comment: dict[str, Any] | None = self.stand.state["comments"].get(name)
        if comment is None:
            words = "The specified comment could not be found."
            raise self.stand.refuse(404, "commentNotFound", words, domain="youtube.comment")
        owner = self.stand.state["videos"].get(comment["video"], {}).get("account")
        if request.account not in (comment["account"], owner):
            raise self.stand.refuse(403, "forbidden", "The comment cannot be changed by this account.", domain="youtube.comment")
        return comment

    def _name(self, request: Request) -> str:
        return str(self.stand.state["accounts"][request.account]["handle"])

    # ---- reading

    def threads(self, request: Request) -> Reply:
        """List threads: of a video, or of all of a channel's videos, newest first."""
        stand = self.stand
        kept = stand.enter(request, *stand.scopes(SCOPE), takes=LISTED)
        stand.spend(kept["client_id"], 1)
        videos = self._wanted(request)
        status = request.asked("moderationStatus", "published")
        held = [one for one in stand.state["comments"].values() if one["video"] in videos and not one["parent"] and one["status"] == status]
        held = [one for one in held if stand.now() - one["at"] >= stand.setting("lag_seconds")]
        held.sort(key=lambda one: one["at"], reverse=True)
        return self._page(request, "commentThread", [self._thread(one, request.asked("part", "snippet")) for one in held])

    def _wanted(self, request: Request) -> set[str]:
        if channel := request.asked("allThreadsRelatedToChannelId"):
            return {one["id"] for one in self.stand.state["videos"].values() if one["account"] == channel}
        return {self._video(request.asked("videoId"))["id"]}

    def listing(self, request: Request) -> Reply:
        """List the answers to a comment, or comments by their ids."""
        stand = self.stand
        kept = stand.enter(
            request, *stand.scopes(SCOPE), takes=frozenset({"part", "parentId", "id", "textFormat", "maxResults", "pageToken"})
        )
        stand.spend(kept["client_id"], 1)
        names, parent = request.asked("id").split(","), request.asked("parentId")
        held = [one for one in stand.state["comments"].values() if (one["parent"] == parent if parent else one["id"] in names)]
        return self._page(request, "comment", [self._comment(one) for one in sorted(held, key=lambda one: one["at"])])

    def _page(self, request: Request, kind: str, items: list[dict[str, Any]]) -> Reply:
        size, token = min(100, int(request.asked("maxResults", "20"))), request.asked("pageToken")
        start = int(base64.urlsafe_b64decode(token).decode()) if token else 0
        body: dict[str, Any] = {
            "kind": f"youtube#{kind}ListResponse", "etag": self.stand.tag(),
            "pageInfo": {"totalResults": len(items), "resultsPerPage": size}, "items": items[start : start + size],
        }  # fmt: skip
        if start + size < len(items):
            body["nextPageToken"] = base64.urlsafe_b64encode(str(start + size).encode()).decode()
        return as_json(body)

    def _thread(self, comment: dict[str, Any], part: str) -> dict[str, Any]:
        answers = [one for one in self.of(comment["video"]) if one["parent"] == comment["id"]]
        video = self.stand.state["videos"][comment["video"]]
        body: dict[str, Any] = {
            "kind": "youtube#commentThread", "etag": self.stand.tag(), "id": comment["id"],
            "snippet": {
                "channelId": video["account"], "videoId": comment["video"], "topLevelComment": self._comment(comment),
                "canReply": not self.stand.setting("comments_off"),
                "totalReplyCount": len(answers), "isPublic": comment["status"] == "published",
            },
        }  # fmt: skip
        if "replies" in part.split(",") and answers:
            body["replies"] = {"comments": [self._comment(one) for one in answers[:5]]}
        return body

    def _comment(self, one: dict[str, Any]) -> dict[str, Any]:
        video = self.stand.state["videos"].get(one["video"], {})
        snippet = {
            "channelId": video.get("account", ""), "videoId": one["video"], "textDisplay": one["text"], "textOriginal": one["text"],
            "authorDisplayName": one["who"], "authorChannelUrl": f"{self.stand.url}/channel/{one['account']}",
            "authorChannelId": {"value": one["account"]}, "canRate": True, "viewerRating": "none", "likeCount": 0,
            "publishedAt": self.stand.stamp(one["at"]), "updatedAt": self.stand.stamp(one["edited"] or one["at"]),
        }  # fmt: skip
        if one["status"] != "published":
            snippet["moderationStatus"] = one["status"]
        if one["parent"]:
            snippet["parentId"] = one["parent"]
        return {"kind": "youtube#comment", "etag": self.stand.tag(), "id": one["id"], "snippet": snippet}


def _channel(who: str) -> str:
    """Return the channel of somebody of the public: the same for ever."""
    return f"UC{hashlib.sha256(who.encode()).hexdigest()[:22]}"
