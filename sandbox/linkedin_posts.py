"""LinkedIn's posts: what a body may hold, what is refused, and how a post is read, changed and taken off."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from sandbox.linkedin_text import shown
from sandbox.server import Handler, Said, iso
from sandbox.wire import Reply, Request, as_json, fields

FIELDS = {
    "author": str, "commentary": str, "visibility": str, "distribution": dict, "content": dict, "lifecycleState": str,
    "isReshareDisabledByAuthor": bool, "reshareContext": dict, "contentLandingPage": str, "contentCallToActionLabel": str,
}  # fmt: skip
NEEDED = ("author", "commentary", "visibility", "distribution", "lifecycleState")
SPREAD = {"feedDistribution", "targetEntities", "thirdPartyDistributionChannels"}
MEDIA, ARTICLE = {"id", "altText", "title"}, {"source", "title", "description", "thumbnail", "thumbnailAltText"}
DURATIONS = {"ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS"}
FINDER = {"author", "q", "count", "start", "sortBy", "isDsc", "viewContext"}
CHANGEABLE = {"commentary", "contentLandingPage", "contentCallToActionLabel"}
MOST_ALT, MOST_TITLE = 4086, 400


class Posts:
    """The posts of one stand-in."""

    def __init__(self, stand: Any) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "POST /rest/posts": self.create,
            "GET /rest/posts": self.listing,
            "GET /rest/posts/{urn}": self.read,
            "POST /rest/posts/{urn}": self.change,
            "DELETE /rest/posts/{urn}": self.delete,
        }

    def of(self, urn: str) -> dict[str, Any] | None:
        """Return what is kept of a post, named by its share, its ugcPost or its activity."""
        number = urn.rpartition(":")[2]
        posts: dict[str, dict[str, Any]] = self.stand.state["posts"]
        return posts.get(number) if re.fullmatch(r"urn:li:(share|ugcPost|activity):\d+", urn) else None

    # ---- making one

    def create(self, request: Request) -> Reply:
        """Make a post, told by a header alone."""
        member = self.stand.enter(request, "w_organization_social")
        given = fields(request)
        self._shaped(given)
        page = self.stand.rights(member, given["author"])
        self._length(given["commentary"])
        kind = self._content(given.get("content") or {}, page)
        self.stand.spend_post(member)
        self._unlike_others(page, given)
        post = self.store(page, given, "ugcPost" if kind == "video" else "share")
        name = quote(post["urn"], safe="")
        return Reply(201, headers={"x-restli-id": post["urn"], "location": f"/posts/{name}"}, kind="")

    def store(self, page: dict[str, Any], given: dict[str, Any], kind: str = "share") -> dict[str, Any]:
        """Keep a post as it was given."""
        now, number = self.stand.now(), self.stand.number()
        post = {"id": number, "urn": f"urn:li:{kind}:{number}", "page": page["handle"], "at": now, "changed": now, "edited": False}
        post |= {"given": {**given, "content": given.get("content") or {}}, "comments": []}
        self.stand.state["posts"][number] = post
        self.stand.changed()
        return post

    def _shaped(self, given: dict[str, Any]) -> None:
        for name, value in given.items():
            if not isinstance(value, FIELDS.get(name, ())):
                raise self.stand.unpermitted(f"/{name}")
        for name in NEEDED:
            if name not in given:
                raise self.stand.invalid(
                    f"/{name}", "MISSING_FIELD", f"field is required but not found and has no default value :: /{name}"
                )
        if unknown := given["distribution"].keys() - SPREAD:
            raise self.stand.unpermitted(f"/distribution/{sorted(unknown)[0]}")
        if given["visibility"] not in {"PUBLIC", "LOGGED_IN"} or given["lifecycleState"] != "PUBLISHED":
            raise self.stand.invalid("/visibility", "INVALID_VALUE_FOR_FIELD", "visibility and lifecycleState do not go together")

    def _length(self, commentary: str) -> None:
        if len(commentary) > self.stand.setting("max_characters"):
            raise self.stand.invalid("/commentary", "FIELD_LENGTH_TOO_LONG", "Field length is longer than expected maximum length")

    def _unlike_others(self, page: dict[str, Any], given: dict[str, Any]) -> None:
        mark = self._mark(given)
        for post in [*self.stand.state["posts"].values(), *self.stand.state["ghosts"]]:
            young = self.stand.now() - post["at"] < self.stand.setting("duplicate_seconds")
            if young and post["page"] == page["handle"] and self._mark(post["given"]) == mark:
                raise Said(self.duplicate(post["urn"]))

    def duplicate(self, urn: str) -> Reply:
        """Return the answer to what is the same as another post."""
        words = f"com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of {urn}"
        errors = [{"description": "Duplicate post is detected", "input": {}, "code": "DUPLICATE_POST"}]
        kind = "com.linkedin.common.error.BadRequest"
        return as_json({"errorDetailType": kind, "message": words, "errorDetails": {"inputErrors": errors}, "status": 422}, 422)

    def _mark(self, given: dict[str, Any]) -> str:
        """Return what makes two posts alike: their words, and the bytes they show."""
        text = re.sub(r"urn:li:\w+:\w+", lambda found: self._bytes(found[0]), str(given.get("content") or {}))
        return f"{shown(given['commentary'])} {text}"

    def _bytes(self, urn: str) -> str:
        kept = self.stand.media.of(urn)
        return kept["digest"] if kept else urn

    # ---- what it shows

    def _content(self, content: dict[str, Any], page: dict[str, Any]) -> str:
        """Check what a post shows beside its words, and name its kind."""
        ways = {"media": self._media, "multiImage": self._several, "article": self._article, "poll": self._poll}
        if not content:
            return ""
        if len(content) != 1 or next(iter(content)) not in ways:
            raise self.stand.unpermitted(f"/content/{next(iter(content))}")
        ((name, given),) = content.items()
        if not isinstance(given, dict):
            raise self.stand.unpermitted(f"/content/{name}")
        return ways[name](given, page)

    def _media(self, given: dict[str, Any], page: dict[str, Any], path: str = "/content/media") -> str:
        self._known(given, MEDIA, path)
        kept = self._asset(str(given.get("id", "")), page, f"{path}/id")
        if len(str(given.get("altText", ""))) > MOST_ALT or len(str(given.get("title", ""))) > MOST_TITLE:
            raise self.stand.invalid(path, "FIELD_LENGTH_TOO_LONG", "Field length is longer than expected maximum length")
        if kept["kind"] == "document" and not given.get("title"):
            raise self.stand.invalid(f"{path}/title", "MISSING_FIELD", "A document needs a title")
        return str(kept["kind"])

    def _asset(self, urn: str, page: dict[str, Any], path: str) -> dict[str, Any]:
        kept: dict[str, Any] | None = self.stand.media.of(urn)
        if kept is None or kept["page"] != page["handle"]:
            raise self.stand.invalid(path, "INVALID_URN_ID", "This URN Id is invalid")
        if kept["status"] == "PROCESSING_FAILED":
            raise self.stand.invalid(path, "MEDIA_ASSET_PROCESSING_FAILED", "Media asset failed processing")
        self.stand.media.worked_on(kept)
        if kept["status"] != "AVAILABLE":
            raise self.stand.invalid(path, "MEDIA_ASSET_WAITING_UPLOAD", "Media asset is waiting upload")
        return kept

    def _several(self, given: dict[str, Any], page: dict[str, Any]) -> str:
        self._known(given, {"images"}, "/content/multiImage")
        images = given.get("images")
        if not isinstance(images, list) or not 2 <= len(images) <= 20:
            raise self.stand.invalid("/content/multiImage/images", "INVALID_VALUE_FOR_FIELD", "Between 2 and 20 images are allowed")
        for number, one in enumerate(images):
            path = f"/content/multiImage/images/{number}"
            self._known(one, {"id", "altText"}, path)
            if self._media(one, page, path) != "image":
                raise self.stand.invalid(f"{path}/id", "INVALID_URN_TYPE", "Only images are allowed")
        return "images"

    def _article(self, given: dict[str, Any], page: dict[str, Any]) -> str:
        self._known(given, ARTICLE, "/content/article")
        if not re.match(r"https?://[^\s/]", str(given.get("source", ""))) or not given.get("title"):
            raise self.stand.invalid("/content/article/source", "INVALID_URL", "An article needs a source and a title")
        if len(given["title"]) > MOST_TITLE or len(str(given.get("description", ""))) > MOST_ALT:
            raise self.stand.invalid(
                "/content/article/title", "FIELD_LENGTH_TOO_LONG", "Field length is longer than expected maximum length"
            )
        if given.get("thumbnail"):
            self._asset(given["thumbnail"], page, "/content/article/thumbnail")
        return "article"

    def _poll(self, given: dict[str, Any], page: dict[str, Any]) -> str:
        self._known(given, {"question", "options", "settings"}, "/content/poll")
        options = [one.get("text", "") for one in given.get("options", ())]
        if not 0 < len(given.get("question", "")) <= 140 or not 2 <= len(options) <= 4 or not all(0 < len(one) <= 30 for one in options):
            raise self.stand.invalid("/content/poll", "INVALID_VALUE_FOR_FIELD", "A poll has a question and two to four options")
        if (given.get("settings") or {}).get("duration") not in DURATIONS:
            raise self.stand.invalid("/content/poll/settings/duration", "INVALID_VALUE_FOR_FIELD", "Unknown duration")
        return "poll"

    def _known(self, given: dict[str, Any], allowed: set[str], path: str) -> None:
        if unknown := given.keys() - allowed:
            raise self.stand.unpermitted(f"{path}/{sorted(unknown)[0]}")

    # ---- reading, changing, taking off

    def visible(self, post: dict[str, Any]) -> bool:
        """Tell whether readings show it yet."""
        return bool(self.stand.now() - post["at"] >= self.stand.setting("lag_seconds"))

    def listing(self, request: Request) -> Reply:
        """List the posts of a page, those changed (or made) last first."""
        member = self.stand.enter(request, "r_organization_social")
        if unknown := request.query.keys() - FINDER:
            raise Said(self.stand.error(400, "QUERY_PARAM_NOT_ALLOWED", f"Query parameter {sorted(unknown)[0]} is not allowed"))
        if request.asked("q") != "author":
            raise Said(self.stand.error(400, "ILLEGAL_ARGUMENT", "Unknown finder"))
        page = self.stand.rights(member, request.asked("author"))
        by = "at" if request.asked("sortBy") == "CREATED" else "changed"
        held = [post for post in self.stand.state["posts"].values() if post["page"] == page["handle"] and self.visible(post)]
        held.sort(key=lambda post: (post[by], post["id"]), reverse=True)
        return as_json(self.stand.page_of(request, [self.element(post) for post in held], most=100))

    def element(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return a post as it is read."""
        given = {name: value for name, value in post["given"].items() if value != {}}
        times = {name: int(post[at] * 1000) for name, at in (("createdAt", "at"), ("publishedAt", "at"), ("lastModifiedAt", "changed"))}
        return {**given, "id": post["urn"], **times, "lifecycleStateInfo": {"isEditedByAuthor": post["edited"]}}

    def _held(self, urn: str) -> dict[str, Any]:
        post = self.of(urn)
        if post is None:
            raise Said(self.stand.error(404, "RESOURCE_NOT_FOUND", f"Could not find entity {urn}"))
        return post

    def read(self, request: Request, urn: str) -> Reply:
        """Return one post."""
        self.stand.enter(request, "r_organization_social")
        post = self._held(urn)
        return as_json(self.element(post)) if self.visible(post) else self.stand.error(404, "RESOURCE_NOT_FOUND")

    def change(self, request: Request, urn: str) -> Reply:
        """Change the words of a post."""
        member = self.stand.enter(request, "w_organization_social")
        if request.headers.get("x-restli-method", "").upper() != "PARTIAL_UPDATE":
            raise Said(self.stand.error(400, "ILLEGAL_ARGUMENT", "X-RestLi-Method: PARTIAL_UPDATE is required"))
        post = self._held(urn)
        self.stand.rights(member, post["given"]["author"])
        patch = fields(request).get("patch")
        changes = patch.get("$set") if isinstance(patch, dict) else None
        if not isinstance(changes, dict) or not changes or changes.keys() - CHANGEABLE:
            raise self.stand.unpermitted("/patch")
        self._length(changes.get("commentary", ""))
        post["given"] |= changes
        post |= {"changed": self.stand.now(), "edited": True}
        self.stand.changed()
        return Reply(204, kind="")

    def delete(self, request: Request, urn: str) -> Reply:
        """Take a post off; what is gone already is gone."""
        member = self.stand.enter(request, "w_organization_social")
        post = self.of(urn)
        if post is not None:
            self.stand.rights(member, post["given"]["author"])
            del self.stand.state["posts"][post["id"]]
            if self.stand.setting("remembers_deleted"):
                self.stand.state["ghosts"].append(post)
            self.stand.changed()
        return Reply(204, kind="")

    # ---- as the public sees it

    def shown(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return a post in the shape common to all networks."""
        page, content = self.stand.state["pages"][post["page"]], post["given"]["content"]
        media = content.get("media", {})
        kept = self.stand.media.of(media.get("id", "")) or {"kind": ""}
        logo = self.stand.media.of(page["logo"])
        images = content.get("multiImage", {}).get("images") or ([media] if kept["kind"] == "image" else [])
        return {
            "network": self.stand.key,
            "account": page["handle"],
            "handle": page["handle"],
            "name": page["name"],
            "avatar": self.stand.media.address(logo) if logo else "",
            "id": post["urn"],
            "url": f"{self.stand.url}/feed/update/{post['urn']}/",
            "text": shown(post["given"]["commentary"]),
            "title": media.get("title", ""),
            "at": iso(post["at"], 6),
            "after": "",
            "warning": "",
            "sensitive": False,
            "language": "",
            "form": "poll" if "poll" in content else "",
            "pictures": [self._picture(one) for one in images],
            "card": self._card(content.get("article")),
            "video": self._film(kept) if kept["kind"] == "video" else None,
            "document": {"url": self.stand.media.address(kept), "title": media.get("title", "")} if kept["kind"] == "document" else None,
            "poll": content.get("poll"),
            "comments": [self.stand.social.shown(one) for one in post["comments"]],
            "key": "",
        }

    def _picture(self, one: dict[str, Any]) -> dict[str, Any]:
        kept = self.stand.media.of(one["id"])
        size = {"width": kept["width"], "height": kept["height"]}
        return {"url": self.stand.media.address(kept), "alt": one.get("altText", ""), **size}

    def _film(self, kept: dict[str, Any]) -> dict[str, Any]:
        return {
            "url": self.stand.media.address(kept),
            "size": self.stand.files.size(kept["digest"]),
            **{name: kept[name] for name in ("seconds", "width", "height")},
            "cover": bool(kept["thumbnail"]),
            "captions": bool(kept["captions"]),
        }

    def _card(self, article: dict[str, Any] | None) -> dict[str, Any] | None:
        if not article:
            return None
        kept = self.stand.media.of(article.get("thumbnail", ""))
        image = self.stand.media.address(kept) if kept else ""
        return {"url": article["source"], "title": article["title"], "description": article.get("description", ""), "image": image}
