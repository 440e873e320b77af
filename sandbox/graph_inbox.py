"""What the public writes to the pages of the Graph, and what pages write under their own posts: comments and private messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.graph import DAY, GraphStand, graph_time, truth
from sandbox.public import name_of
from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.facebook import Facebook

MOST_COMMENT = 8000
COMMENT = frozenset({"message", "attachment_url", "attachment_id", "attachment_share_url"})
MESSAGE = frozenset({"recipient", "message", "messaging_type", "tag", "sender_action", "reply_to"})
USUAL = ("id", "from", "message", "created_time")
TALK = "conversations"
# So many messages come with a conversation, and are readable by their names.
NEWEST = 20


class Talks:
    """Private messages between an account and the public."""

    def __init__(self, stand: GraphStand) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /{page}/conversations": self.talks,
            "GET /{name}/messages": self.messages,
            "POST /{page}/messages": self.send,
        }

    def speaker(self, request: Request, name: str) -> dict[str, Any]:
        """Return the page or the account of this path, whose messages may be read and answered by this token."""
        raise NotImplementedError

    def receive(self, owner: Mapping[str, Any], who: str, text: str) -> dict[str, Any]:
        """Write to a page or an account as somebody of the public."""
        with self.stand.lock:
            return self._said(self._talk(owner, f"p_{name_of(who)}", who), who, text, by_page=False)

    def _talk(self, owner: Mapping[str, Any], person: str, who: str) -> dict[str, Any]:
        held, page = self.stand.state[TALK], owner["id"]
        name = f"t_{page}_{person}"
        fresh: dict[str, Any] = {
            "id": name,
            "page": page,
            "person": person,
            "who": who,
            "messages": [],
            "heard": 0,
            "at": 0,
            "name": owner["name"],
        }
        talk: dict[str, Any] = held.setdefault(name, fresh)
        return talk

    def _said(self, talk: dict[str, Any], who: str, text: str, *, by_page: bool) -> dict[str, Any]:
        said = {"id": f"m_{self.stand.new_id()}", "text": text, "who": who, "by": talk["page"] if by_page else talk["person"]}
        said["at"] = talk["at"] = self.stand.now()
        if not by_page:
            talk["heard"] = talk["at"]
        talk["messages"].append(said)
        self.stand.changed()
        if not by_page:
            self.stand.bells.message(talk["page"], said)
        return {"id": said["id"], "text": text, "by": who, "at": graph_time(said["at"])}

    def held_message(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return a message with its conversation. Raises KeyError."""
        for talk in self.stand.state[TALK].values():
            for said in talk["messages"]:
                if said["id"] == name:
                    return talk, said
        raise KeyError(name)

    def rewrite(self, name: str, text: str) -> None:
        """Change a private message, as whoever wrote it: the conversation does not move."""
        with self.stand.lock:
            talk, said = self.held_message(name)
            said["text"] = text
            self.stand.changed()
            self.stand.bells.message_edited(talk["page"], said)

    def take_back(self, name: str) -> None:
        """Take a private message back, as whoever wrote it."""
        with self.stand.lock:
            talk, said = self.held_message(name)
            talk["messages"].remove(said)
            self.stand.changed()
            self.stand.bells.message_taken_back(talk["page"], said)

    def message_view(self, name: str) -> dict[str, Any] | None:
        """Return what may be read of a message by its name: of the newest of a conversation only."""
        try:
            talk, said = self.held_message(name)
        except KeyError:
            return None
        return self._message(said) if said in talk["messages"][-NEWEST:] else None

    def _message(self, said: Mapping[str, Any]) -> dict[str, Any]:
        made = {"id": said["id"], "message": said["text"], "from": {"id": said["by"], "name": said["who"]}, "to": None, "attachments": None}
        return {**made, "created_time": graph_time(said["at"])}

    def _view(self, talk: Mapping[str, Any]) -> dict[str, Any]:
        people = [
            {"id": talk["person"], "name": talk["who"]},
            {"id": talk["page"], "name": talk["name"]},
        ]
        messages = [self._message(one) for one in talk["messages"][: -NEWEST - 1 : -1]]
        seen = {"participants": {"data": people}, "messages": {"data": messages}, "updated_time": graph_time(talk["at"])}
        return {
            "id": talk["id"],
            **seen,
            "message_count": len(talk["messages"]),
            "unread_count": 0,
            "can_reply": True,
            "link": None,
            "snippet": None,
        }

    def talks(self, request: Request, page: str) -> Reply:
        """List a page's conversations, the newest first."""
        owner = self.speaker(request, page)
        self.stand.given(request, ("folder", "platform", "tags", "user_id", "updated_after_ms", "updated_before_ms"))
        held = [one for one in self.stand.state[TALK].values() if one["page"] == owner["id"]]
        return self.stand.listed(request, sorted(held, key=lambda one: -one["at"]), self._view, ("id", "updated_time", "link"))

    def messages(self, request: Request, name: str) -> Reply:
        """List the messages of a conversation, the newest first."""
        talk = self.stand.state[TALK].get(name)
        if talk is None or self.speaker(request, talk["page"])["id"] != talk["page"]:
            raise self.stand.gone(name)
        return self.stand.listed(request, list(reversed(talk["messages"])), self._message, ("id", "created_time"))

    def send(self, request: Request, page: str) -> Reply:
        """Answer somebody who wrote in the last day, or in the last week with the tag of a human agent."""
        owner = self.speaker(request, page)
        given = self.stand.given(request, MESSAGE)
        recipient, message = given.get("recipient"), given.get("message")
        if not isinstance(recipient, dict) or not isinstance(message, dict):
            raise self.stand.bad("recipient and message are needed")
        talk = self.stand.state[TALK].get(f"t_{owner['id']}_{recipient.get('id')}")
        week = given.get("messaging_type") == "MESSAGE_TAG" and given.get("tag") == "HUMAN_AGENT"
        if talk is None or self.stand.now() - talk["heard"] > (7 * DAY if week else DAY):
            raise self.stand.failure(10, "(#10) This message is sent outside of allowed window.", subcode=2018278)
        said = self._said(talk, owner["name"], str(message.get("text", "")), by_page=True)
        return as_json({"recipient_id": talk["person"], "message_id": said["id"]})


class Inbox(Talks):
    """Comments and conversations of pages."""

    stand: Facebook

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **super().routes(),
            "GET /{name}/comments": self.listing,
            "POST /{name}/comments": self.add,
            "POST /{name}/likes": self.like,
            "DELETE /{name}/likes": self.like,
        }

    def speaker(self, request: Request, name: str) -> dict[str, Any]:
        """Return the page of this path, whose messages may be read and answered."""
        return self.stand.page(request, name, "pages_messaging", "MESSAGING")

    # ---- comments

    def above(self, name: str) -> dict[str, Any]:
        """Return what can be commented on: a post, a video, a photo or a comment."""
        for kind in ("posts", "videos", "comments"):
            if name in self.stand.state[kind]:
                found: dict[str, Any] = self.stand.state[kind][name]
                return found
        raise self.stand.gone(name)

    def _kept(self, parent: Mapping[str, Any], by: Mapping[str, Any], text: str) -> dict[str, Any]:
        top = parent.get("post")
        comment = {
            "id": f"{(top or parent['id']).rpartition('_')[2]}_{self.stand.new_id()}",
            "page": by["page"],
            "by": by["id"],
            "who": by["name"],
        }
        comment |= {"post": top or parent["id"], "parent": parent["id"] if top else "", "text": text, "hidden": False, "liked": False}
        comment |= {"at": self.stand.now()}
        self.stand.state["comments"][comment["id"]] = comment
        self.stand.bells.comment(comment, "add")
        self.stand.changed()
        return comment

    def take_off(self, name: str) -> None:
        """Take a comment off, whoever wants it."""
        self.stand.bells.comment(self.stand.state["comments"].pop(name), "remove")
        self.stand.changed()

    def add(self, request: Request, name: str) -> Reply:
        """Comment as the page whose token calls."""
        kept = self.stand.enter(request, "pages_manage_engagement")
        page = self.stand.state["pages"].get(kept["account"])
        given = self.stand.given(request, COMMENT)
        parent, text = self.above(name), str(given.get("message", ""))
        if page is None:
            raise self.stand.failure(210, "(#210) A page access token is required to request this resource.")
        if not text.strip() and not given.get("attachment_url"):
            raise self.stand.bad("Missing message or attachment")
        if len(text) > MOST_COMMENT:
            raise self.stand.bad("The comment is too long")
        comment = self._kept(parent, {"page": page["id"], "id": page["id"], "name": page["name"]}, text)
        return self.stand.shown(request, self.view(comment))

    def write(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Comment as somebody of the public."""
        with self.stand.lock:
            return self._shown(self._kept(self.above(post), {"page": "", "id": f"p_{name_of(who)}", "name": who}, text))

    def view(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be read of a comment."""
        parent = self.stand.state["comments"].get(comment["parent"])
        return {
            "id": comment["id"],
            "message": comment["text"],
            "from": {"id": comment["by"], "name": comment["who"]},
            "created_time": graph_time(comment["at"]),
            "parent": {"id": parent["id"], "message": parent["text"]} if parent else None,
            "is_hidden": comment["hidden"],
            "attachment": None,
            "like_count": int(comment["liked"]),
            "user_likes": comment["liked"],
            "comment_count": sum(1 for one in self.stand.state["comments"].values() if one["parent"] == comment["id"]),
            "can_reply_privately": not comment["page"],
            "permalink_url": f"{self.stand.address(self.above(comment['post']))}?comment_id={comment['id']}",
            "object": {"id": comment["post"]},
        }

    def _of(self, name: str) -> list[dict[str, Any]]:
        held = [one for one in self.stand.state["comments"].values() if name in (one["post"], one["parent"]) and self.stand.visible(one)]
        return sorted(held, key=lambda one: float(one["at"]))

    def under(self, name: str) -> dict[str, Any]:
        """Return the comments of a post, as a field of it."""
        held = self._of(name)
        return {"data": [self.view(one) for one in held], "summary": {"order": "ranked", "total_count": len(held), "can_comment": True}}

    def listing(self, request: Request, name: str) -> Reply:
        """List the comments under something."""
        self.stand.enter(request, "pages_read_engagement", "pages_read_user_content")
        given = self.stand.given(request, ("filter", "order", "live_filter"))
        self.above(name)
        held = self._of(name)
        if given.get("filter", "toplevel") == "toplevel" and name not in self.stand.state["comments"]:
            held = [one for one in held if not one["parent"]]
        if str(given.get("order", "")).startswith("reverse"):
            held.reverse()
        return self.stand.listed(request, held, self.view, USUAL)

    def view_of(self, name: str) -> dict[str, Any]:
        """Return what may be read of a comment by its id, or refuse: nothing else is known under it."""
        comment = self.stand.state["comments"].get(name)
        if comment is None or not self.stand.visible(comment):
            raise self.stand.gone(name)
        return self.view(comment)

    def _mine(self, request: Request, name: str) -> dict[str, Any]:
        kept = self.stand.enter(request, "pages_manage_engagement")
        comment: dict[str, Any] = self.stand.state["comments"][name]
        if self.above(comment["post"])["page"] != kept["account"]:
            raise self.stand.gone(name)
        return comment

    def change(self, request: Request, name: str) -> Reply:
        """Hide a comment, or change one's own words."""
        comment = self._mine(request, name)
        given = self.stand.given(request, ("message", "is_hidden"))
        if "is_hidden" in given:
            comment["hidden"] = truth(given["is_hidden"])
            self.stand.bells.comment(comment, "hide" if comment["hidden"] else "unhide")
        if "message" in given:
            if not comment["page"]:
                raise self.stand.failure(200, status=403)
            comment["text"] = str(given["message"])
            self.stand.bells.comment(comment, "edited")
        self.stand.changed()
        return as_json({"success": True})

    def delete(self, request: Request, name: str) -> Reply:
        """Take a comment off."""
        self.take_off(self._mine(request, name)["id"])
        return as_json({"success": True})

    def like(self, request: Request, name: str) -> Reply:
        """Like a comment as the page, or take that back."""
        if name not in self.stand.state["comments"]:
            raise self.stand.gone(name)
        self._mine(request, name)["liked"] = request.method == "POST"
        return as_json({"success": True})

    def _shown(self, comment: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": comment["id"], "text": comment["text"], "by": comment["who"], "at": graph_time(comment["at"])}

    def told(self, name: str) -> list[dict[str, Any]]:
        """Return what stands under a post, oldest first, in the shape common to all networks."""
        held = [one for one in self.stand.state["comments"].values() if one["post"] == name and not one["hidden"]]
        return [self._shown(one) for one in sorted(held, key=lambda one: float(one["at"]))]
