"""What anybody sees of Google Business: a place on the map, its posts; and a post in the shape common to all networks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.server import Handler
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html

if TYPE_CHECKING:
    from sandbox.google_business import GoogleBusiness

FORMS = {"EVENT": "event", "OFFER": "offer"}


class Pages:
    """The public part of the stand-in."""

    def __init__(self, stand: GoogleBusiness) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {"GET /maps/{place}": self.place, "GET /place": self.post, "GET /photo/{digest}": self.photo}

    def url(self, post: Mapping[str, Any]) -> str:
        """Return the public address of a post."""
        return f"{self.stand.url}/place?id={post['place']}&use=posts&lpsid={post['id']}"

    def place(self, request: Request, place: str) -> Reply:
        """Show a place and its posts."""
        if place not in self.stand.state["places"]:
            return self.stand.error(404)
        return as_html(account_page(request, [one for one in self.stand.posts() if one["place"] == place]))

    def post(self, request: Request) -> Reply:
        """Show a post."""
        name = request.asked("lpsid")
        if name not in self.stand.state["posts"]:
            return self.stand.error(404)
        posts = self.stand.posts()
        return as_html(post_page(request, posts, next(one["id"] for one in posts if one["id"].endswith(f"/{name}"))))

    def photo(self, request: Request, digest: str) -> Reply:
        """Return the bytes of a picture."""
        content = self.stand.files.get(digest)
        return Reply(200, content, kind="image/jpeg") if content else self.stand.error(404)

    def shown(self, post: Mapping[str, Any]) -> dict[str, Any]:
        """Return a post in the shape common to all networks."""
        place, given = self.stand.state["places"][post["place"]], post["given"]
        event, action = given.get("event") or {}, given.get("callToAction") or {}
        return {
            "network": self.stand.key,
            "account": self.stand.name_of(place),
            "place": place["id"],
            "handle": place["code"] or place["title"],
            "name": place["title"],
            "avatar": "",
            "id": f"{self.stand.name_of(place)}/localPosts/{post['id']}",
            "url": self.url(post),
            "title": event.get("title", ""),
            "text": given.get("summary", ""),
            "at": self.stand.stamp(post["at"]),
            "after": "",
            "warning": "",
            "sensitive": False,
            "language": given.get("languageCode", ""),
            "pictures": [
                {"url": self.stand.photo(one["digest"]), "alt": "", "width": one["width"], "height": one["height"]}
                for one in post["pictures"]
            ],
            "video": None,
            "document": None,
            "card": None,
            "form": FORMS.get(given.get("topicType", ""), ""),
            "comments": [],
            "state": self.stand.standing(post),
            "action": action,
            "event": event,
            "offer": given.get("offer") or {},
            "key": "",
        }
