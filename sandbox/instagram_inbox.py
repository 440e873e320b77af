"""Comments under the publications of professional accounts, and their private messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.graph import graph_time
from sandbox.graph_inbox import Talks
from sandbox.public import name_of
from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.instagram import Instagram

MOST = 2200
COMMENTS = ("instagram_manage_comments", "instagram_business_manage_comments")
MESSAGES = ("instagram_manage_messages", "instagram_business_manage_messages")
USUAL = ("id", "text", "timestamp")


class Inbox(Talks):
    """Comments, their replies (one level), conversations."""

    stand: Instagram

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **super().routes(),
            "GET /{name}/comments": self.listing,
            "POST /{name}/comments": self.add,
            "GET /{name}/replies": self.replies,
            "POST /{name}/replies": self.reply,
        }

    def speaker(self, request: Request, name: str) -> dict[str, Any]:
        """Return the account of this path, whose messages may be read and answered."""
        return self.stand.owner(request, name, MESSAGES)

    def _kept(self, media: str, who: str, text: str, *, parent: str = "", own: bool = False) -> dict[str, Any]:
        comment = {"id": self.stand.new_id(), "media": media, "who": who, "text": text, "parent": parent, "own": own, "hidden": False}
        comment["at"] = self.stand.now()
        self.stand.state["comments"][comment["id"]] = comment
        self.stand.bells.comment(comment)
        self.stand.changed()
        return comment

    def write(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Comment as somebody of the public, or answer a comment."""
        with self.stand.lock:
            above = self.stand.state["comments"].get(post)
            if above is None and post not in self.stand.state["media"]:
                raise KeyError(post)
            where, parent = (above["media"], above["parent"] or above["id"]) if above else (post, "")
            return self._shown(self._kept(where, name_of(who), text, parent=parent))

    def view(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of a comment."""
        return {
            "id": comment["id"],
            "text": comment["text"],
            "username": comment["who"],
            "from": {"id": f"p_{comment['who']}", "username": comment["who"]},
            "timestamp": graph_time(comment["at"]),
            "hidden": comment["hidden"],
            "like_count": 0,
            "parent_id": comment["parent"] or None,
            "media": {"id": comment["media"]},
            "replies": {"data": [self.view(one) for one in self._of(comment["media"], comment["id"])]},
        }

    def _of(self, media: str, parent: str = "") -> list[dict[str, Any]]:
        held = [one for one in self.stand.state["comments"].values() if one["media"] == media and one["parent"] == parent]
        return sorted((one for one in held if self.stand.visible(one)), key=lambda one: -one["at"])

    def under(self, media: str) -> dict[str, Any]:
        """Return the comments of a publication, as a field of it."""
        return {"data": [self.view(one) for one in self._of(media)]}

    def listing(self, request: Request, name: str) -> Reply:
        """List the comments under a publication, newest first."""
        media = self.stand.mine(request, name, COMMENTS)
        self.stand.given(request, ())
        return self.stand.listed(request, self._of(media["id"]), self.view, USUAL)

    def _text(self, request: Request) -> str:
        text = str(self.stand.given(request, ("message",)).get("message", ""))
        if not text.strip() or len(text) > MOST:
            raise self.stand.bad("The parameter message is required, of 2200 characters at most")
        return text

    def add(self, request: Request, name: str) -> Reply:
        """Comment under one's own publication."""
        media = self.stand.mine(request, name, COMMENTS)
        if not media["comments"]:
            raise self.stand.bad("This media is closed to comments")
        handle = self.stand.state["accounts"][media["account"]]["handle"]
        return self.stand.shown(request, self.view(self._kept(media["id"], handle, self._text(request), own=True)))

    def _mine(self, request: Request, name: str) -> dict[str, Any]:
        comment: dict[str, Any] | None = self.stand.state["comments"].get(name)
        if comment is None:
            raise self.stand.gone(name)
        self.stand.mine(request, comment["media"], COMMENTS)
        return comment

    def replies(self, request: Request, name: str) -> Reply:
        """List the replies to a comment."""
        comment = self._mine(request, name)
        return self.stand.listed(request, self._of(comment["media"], name), self.view, USUAL)

    def reply(self, request: Request, name: str) -> Reply:
        """Reply to a comment."""
        comment = self._mine(request, name)
        text = self._text(request)
        handle = self.stand.handle_of(self.stand.state["media"][comment["media"]]["account"])
        made = self._kept(comment["media"], handle, text, parent=comment["parent"] or name, own=True)
        return as_json({"id": made["id"]})

    def show(self, request: Request, name: str) -> Reply:
        """Show one comment."""
        return self.stand.shown(request, self.view(self._mine(request, name)), USUAL)

    def hide(self, request: Request, name: str) -> Reply:
        """Hide a comment, or show it again."""
        self._mine(request, name)["hidden"] = str(self.stand.given(request, ("hide",)).get("hide")).lower() == "true"
        self.stand.changed()
        return as_json({"success": True})

    def delete(self, request: Request, name: str) -> Reply:
        """Take a comment off."""
        del self.stand.state["comments"][self._mine(request, name)["id"]]
        self.stand.changed()
        return as_json({"success": True})

    def _shown(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": comment["id"], "text": comment["text"], "by": comment["who"], "at": graph_time(comment["at"])}

    def told(self, media: str) -> list[dict[str, Any]]:
        """Return what stands under a publication, oldest first, in the shape common to all networks."""
        held = [one for one in self.stand.state["comments"].values() if one["media"] == media and not one["hidden"]]
        return [self._shown(one) for one in sorted(held, key=lambda one: float(one["at"]))]
