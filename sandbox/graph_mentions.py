"""What others publish that names a page or an account: a list of posts, and what is read by its name once a webhook told it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.graph import GraphStand, graph_time
from sandbox.instagram_inbox import COMMENTS
from sandbox.public import name_of
from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.facebook import Facebook
    from sandbox.instagram import Instagram

NAMED = "named"
SHADOW = re.compile(r"mentioned_(media|comment)\.(?:media|comment)_id\((\w+)\)")


class Mentions:
    """What names somebody; `where` is the publication of somebody else under which a comment stands ("": it is a publication)."""

    def __init__(self, stand: GraphStand) -> None:
        self.stand = stand

    def keep(self, owner: Mapping[str, Any], who: str, text: str, where: str = "", *, listed: bool = True) -> dict[str, Any]:
        """Name an account as somebody of the public; what is not `listed` is told by webhooks alone."""
        made = {"id": self.stand.new_id(), "owner": owner["id"], "who": who, "text": text, "where": where, "at": self.stand.now()}
        made["listed"] = listed and not where
        self.stand.state[NAMED][made["id"]] = made
        self.tell(made)
        self.stand.changed()
        return {"id": made["id"], "text": text, "by": who, "at": graph_time(made["at"])}

    def tell(self, one: Mapping[str, Any]) -> None:
        """Tell whoever asked to be told by webhook."""
        raise NotImplementedError

    def of(self, owner: str) -> list[dict[str, Any]]:
        """Return the publications that a list shows, the newest first."""
        held = [one for one in self.stand.state[NAMED].values() if one["owner"] == owner and one["listed"] and self.stand.visible(one)]
        return sorted(held, key=lambda one: -one["at"])


class PageMentions(Mentions):
    """Those of pages."""

    stand: Facebook

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {"GET /{page}/tagged": self.tagged}

    def tell(self, one: Mapping[str, Any]) -> None:
        """Tell of a mention of a page."""
        told = {"post_id": one["where"] or one["id"], "comment_id": one["id"] if one["where"] else "", "verb": "add"}
        self.stand.bells.change(one["owner"], "mention", {**told, "item": "comment" if one["where"] else "post"})

    def tagged(self, request: Request, page: str) -> Reply:
        """List the posts in which a page was tagged."""
        owner = self.stand.page(request, page, "pages_read_user_content")
        self.stand.given(request, ())
        return self.stand.listed(request, self.of(owner["id"]), self.view, ("id", "message", "created_time"))

    def view(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read: who wrote it is told to themselves alone, unless the stand is asked to tell."""
        by = {"id": f"p_{name_of(one['who'])}", "name": one["who"]} if self.stand.setting("names_taggers") else None
        told = {"id": one["id"], "message": one["text"], "from": by, "created_time": graph_time(one["at"])}
        return {**told, "permalink_url": f"{self.stand.url}/posts/{one['id']}", "full_picture": None, "attachments": None}


class AccountMentions(Mentions):
    """Those of professional accounts."""

    stand: Instagram

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {"GET /{account}/tags": self.tags, "POST /{account}/mentions": self.answer}

    def tell(self, one: Mapping[str, Any]) -> None:
        """Tell of a mention of an account in words; of a tag alone nothing is told."""
        account = self.stand.state["accounts"][one["owner"]]
        if f"@{account['handle']}".lower() in one["text"].lower():
            told = {"media_id": one["where"] or one["id"], "comment_id": one["id"] if one["where"] else ""}
            self.stand.bells.change(one["owner"], "mentions", told)

    def tags(self, request: Request, account: str) -> Reply:
        """List the media in which an account was tagged."""
        owner = self.stand.owner(request, account, COMMENTS)
        self.stand.given(request, ("media_type", "posted_after", "posted_before"))
        return self.stand.listed(request, self.of(owner["id"]), self.media)

    def _username(self, one: Mapping[str, Any]) -> dict[str, str]:
        return {"username": name_of(one["who"])} if self.stand.setting("names_mentions") else {}

    def media(self, one: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of somebody else's publication."""
        told = {"id": one["id"], "caption": one["text"] or None, "timestamp": graph_time(one["at"]), **self._username(one)}
        more = {"media_type": "IMAGE", "media_url": f"{self.stand.url}/files/{one['id']}", "permalink": self._page(one["id"])}
        return {**told, **more, "like_count": 0, "comments_count": 0, "owner": None}

    def _comment(self, one: Mapping[str, Any]) -> dict[str, Any]:
        told = {"id": one["id"], "text": one["text"], "timestamp": graph_time(one["at"]), **self._username(one)}
        return {**told, "like_count": 0, "media": {"id": one["where"], "permalink": self._page(one["where"])}}

    def _page(self, name: str) -> str:
        return f"{self.stand.url}/p/{name}/"

    def fields(self, request: Request, owner: Mapping[str, Any]) -> dict[str, Callable[[], Any]]:
        """Return the fields of an account through which one thing that names it is read."""
        asked = SHADOW.findall(str(self.stand.given(request).get("fields", "")))
        return {f"mentioned_{kind}": lambda kind=kind, name=name: self._shadow(owner, kind, name) for kind, name in asked}  # type: ignore[misc]

    def _shadow(self, owner: Mapping[str, Any], kind: str, name: str) -> dict[str, Any]:
        one = self._naming(owner, name)
        if bool(one["where"]) != (kind == "comment"):
            raise self.stand.gone(name)
        return self._comment(one) if one["where"] else self.media(one)

    def _naming(self, owner: Mapping[str, Any], name: str) -> dict[str, Any]:
        """Return what names an account in its words, or refuse: whoever only tagged it cannot be read or answered so."""
        one: dict[str, Any] | None = self.stand.state[NAMED].get(name)
        if one is None or one["owner"] != owner["id"] or f"@{owner['handle']}".lower() not in one["text"].lower():
            raise self.stand.gone(name)
        return one

    def answer(self, request: Request, account: str) -> Reply:
        """Answer a caption or a comment that names the account."""
        owner = self.stand.owner(request, account, COMMENTS)
        given = self.stand.given(request, ("media_id", "comment_id", "message"))
        one = self._naming(owner, str(given.get("comment_id") or given.get("media_id") or ""))
        if str(given.get("media_id")) != (one["where"] or one["id"]) or not str(given.get("message", "")).strip():
            raise self.stand.bad("The parameters media_id and message are required")
        made = {"id": self.stand.new_id(), "text": str(given["message"]), "to": one["id"], "at": self.stand.now()}
        self.stand.state["answers"].append(made)
        self.stand.changed()
        return as_json({"id": made["id"]})
