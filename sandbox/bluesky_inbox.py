"""What reaches an account of the Bluesky stand-in: notifications, threads, posts as they are shown, and private conversations."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sandbox.public import name_of
from sandbox.server import Handler, iso
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.bluesky import Bluesky

POST = "app.bsky.feed.post"
CHAT = "did:web:api.bsky.chat#bsky_chat"
Record = dict[str, Any]


class Inbox:
    """The reading service and the chat service, both reached through the account's own server."""

    def __init__(self, stand: Bluesky) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        convo = "/xrpc/chat.bsky.convo."
        return {
            "GET /xrpc/app.bsky.notification.listNotifications": self.notifications,
            "GET /xrpc/app.bsky.feed.getPosts": self.several,
            "GET /xrpc/app.bsky.feed.getPostThread": self.thread,
            f"GET {convo}listConvos": self.convos,
            f"GET {convo}getMessages": self.messages,
            f"POST {convo}sendMessage": self.send,
            f"POST {convo}deleteMessageForSelf": self.forget,
        }

    # ---- posts as they are shown

    def posts(self) -> list[Record]:
        """Return every post that readings show, oldest first."""
        found = []
        for name, records in self.stand.state["records"].items():
            if name.endswith(f"/{POST}"):
                found += [one for one in records.values() if self.stand.now() - one["stored"] >= self.stand.setting("lag_seconds")]
        return sorted(found, key=lambda one: (one["stored"], one["uri"]))

    def author(self, did: str) -> Record:
        """Return somebody as profileViewBasic."""
        account = self.stand.state["accounts"][did]
        picture = {"avatar": self.stand.file_url(did, account["avatar"])} if account["avatar"] else {}
        return {"did": did, "handle": account["handle"], "displayName": account["name"], **picture, "createdAt": iso(account["at"])}

    def view(self, one: Record, me: str = "") -> Record:
        """Return a post as postView."""
        did = _did(one)
        told: Record = {
            "uri": one["uri"],
            "cid": one["cid"],
            "author": self.author(did),
            "record": one["value"],
            "indexedAt": iso(one["stored"]),
        }
        images = one["value"].get("embed", {}).get("images")
        if images:
            shown = [self._image(did, image) for image in images]
            told["embed"] = {"$type": "app.bsky.embed.images#view", "images": shown}
        viewer = {"viewer": {"replyDisabled": True}} if me and one["uri"] in self.stand.state["gated"] else {}
        return {**told, **viewer, "replyCount": 0, "repostCount": 0, "likeCount": 0, "quoteCount": 0, "labels": []}

    def _image(self, did: str, image: Record) -> Record:
        url = self.stand.file_url(did, image["image"]["ref"]["$link"])
        return {"thumb": url, "fullsize": url, "alt": image["alt"]}

    def several(self, request: Request) -> Reply:
        """Return those of some posts that there are."""
        me, uris = self.stand.enter(request)["did"], request.query.get("uris", [])
        if not 1 <= len(uris) <= 25:
            raise self.stand.refuse("Error: uris must have 1 to 25 elements")
        held = {one["uri"]: one for one in self.posts()}
        return as_json({"posts": [self.view(held[uri], me) for uri in uris if uri in held]})

    def thread(self, request: Request) -> Reply:
        """Return a post with what it answers and what answers it."""
        me = self.stand.enter(request)["did"]
        held = {one["uri"]: one for one in self.posts()}
        uri, depth, height = request.asked("uri"), int(request.asked("depth", "6")), int(request.asked("parentHeight", "80"))
        if uri not in held:
            raise self.stand.refuse(f"Post not found: {uri}", "NotFound")
        below: dict[str, list[Record]] = {}
        for one in held.values():
            below.setdefault(_parent(one), []).append(one)
        return as_json({"thread": {**self._down(held[uri], below, depth, me), **self._up(held[uri], held, height, me)}})

    def _down(self, one: Record, below: dict[str, list[Record]], depth: int, me: str) -> Record:
        told: Record = {"$type": "app.bsky.feed.defs#threadViewPost", "post": self.view(one, me)}
        if depth > 0:
            told["replies"] = [self._down(each, below, depth - 1, me) for each in below.get(one["uri"], ())]
        return told

    def _up(self, one: Record, held: dict[str, Record], height: int, me: str) -> Record:
        uri = _parent(one)
        if not uri or height <= 0:
            return {}
        if uri not in held:
            return {"parent": {"$type": "app.bsky.feed.defs#notFoundPost", "uri": uri, "notFound": True}}
        above = {"$type": "app.bsky.feed.defs#threadViewPost", "post": self.view(held[uri], me)}
        return {"parent": {**above, **self._up(held[uri], held, height - 1, me)}}

    # ---- notifications

    def notifications(self, request: Request) -> Reply:
        """List what an account is told, newest first, by pages."""
        account = self.stand.enter(request)
        reasons, limit = request.query.get("reasons", []), int(request.asked("limit", "50"))
        if not 1 <= limit <= 100:
            raise self.stand.refuse("Error: limit can not be greater than 100")
        named = [self._notification(one, reason) for one in self.posts() if (reason := self._reason(one, account))]
        told = [one for one in reversed(named) if not reasons or one["reason"] in reasons]
        start = next((i + 1 for i, one in enumerate(told) if _mark(one) == request.asked("cursor")), 0)
        page = told[start : start + limit]
        more = {"cursor": _mark(page[-1])} if start + limit < len(told) else {}
        return as_json({"notifications": page, "priority": False, **more})

    def _reason(self, one: Record, account: Record) -> str:
        did, value = account["did"], one["value"]
        if _did(one) == did:
            return ""
        reply = value.get("reply")
        if reply and did in (_owner(reply["parent"]["uri"]), _owner(reply["root"]["uri"])):
            return "reply"
        if f"@{account['handle']}" in value["text"].split():
            return "mention"
        return "quote" if _owner(value.get("embed", {}).get("record", {}).get("uri", "")) == did else ""

    def _notification(self, one: Record, reason: str) -> Record:
        told = {"uri": one["uri"], "cid": one["cid"], "author": self.author(_did(one)), "reason": reason, "record": one["value"]}
        return {**told, "isRead": False, "indexedAt": iso(one["stored"]), "labels": []}

    # ---- in private

    def enter(self, request: Request) -> str:
        """Return who asks the chat service, which only some app passwords may."""
        if request.headers.get("atproto-proxy") != CHAT:
            raise self.stand.refuse("Method Not Implemented", "MethodNotImplemented", 501)
        account = self.stand.enter(request)
        if not self.stand.setting("direct_messages"):
            raise self.stand.refuse("Bad token method", "InvalidToken")
        return str(account["did"])

    def _convo(self, request: Request, name: str) -> tuple[str, Record]:
        me = self.enter(request)
        convo = self.stand.state["convos"].get(name)
        if convo is None or me not in convo["members"]:
            raise self.stand.refuse("Convo not found", "InvalidConvo")
        return me, convo

    def convos(self, request: Request) -> Reply:
        """List conversations, the newest first."""
        me, limit = self.enter(request), int(request.asked("limit", "50"))
        mine = sorted(
            (one for one in self.stand.state["convos"].values() if me in one["members"]), key=lambda one: one["rev"], reverse=True
        )
        if cursor := request.asked("cursor"):
            mine = [one for one in mine if one["rev"] < cursor]
        page = mine[:limit]
        more = {"cursor": page[-1]["rev"]} if len(mine) > limit else {}
        return as_json({"convos": [self._shown(one, me) for one in page], **more})

    def _shown(self, one: Record, me: str) -> Record:
        about = {"id": one["id"], "rev": one["rev"], "members": [self.author(did) for did in one["members"]]}
        last = {"lastMessage": self._message(one["messages"][-1], me)} if one["messages"] else {}
        return {**about, **last, "muted": False, "status": "accepted", "unreadCount": 0}

    def _message(self, one: Record, me: str) -> Record:
        told = {"id": one["id"], "rev": one["rev"], "sender": {"did": one["by"]}, "sentAt": iso(one["at"])}
        if me in one["gone_for"]:
            return {"$type": "chat.bsky.convo.defs#deletedMessageView", **told}
        return {"$type": "chat.bsky.convo.defs#messageView", **told, "text": one["text"]}

    def messages(self, request: Request) -> Reply:
        """List the messages of a conversation, newest first."""
        me, convo = self._convo(request, request.asked("convoId"))
        limit, cursor = int(request.asked("limit", "50")), request.asked("cursor")
        held = [one for one in reversed(convo["messages"]) if not cursor or one["id"] < cursor]
        held = [one for one in held if self.stand.now() - one["at"] >= self.stand.setting("lag_seconds")]
        more = {"cursor": held[limit - 1]["id"]} if len(held) > limit else {}
        return as_json({"messages": [self._message(one, me) for one in held[:limit]], **more})

    def send(self, request: Request) -> Reply:
        """Send a message; the same call again sends it again."""
        given = self.stand.fields(request, {"convoId", "message"}, set())
        me, convo = self._convo(request, str(given["convoId"]))
        message = given["message"]
        if not isinstance(message, dict) or not isinstance(message.get("text"), str) or message.keys() - {"text", "facets"}:
            raise self.stand.refuse("Input/message must have a text")
        if len(message["text"].encode()) > 10_000 or len(message["text"]) > 1000:
            raise self.stand.refuse("Input/message/text must not be longer than 1000 graphemes")
        return as_json(self._message(self.keep(convo, me, message["text"]), me))

    def keep(self, convo: Record, by: str, text: str) -> Record:
        """Keep a message."""
        name = self.stand.new_tid()
        while convo["messages"] and name <= convo["messages"][-1]["id"]:
            name = self.stand.new_tid()
        one = {"id": name, "rev": name, "by": by, "text": text, "at": self.stand.now(), "gone_for": []}
        convo["messages"].append(one)
        convo["rev"] = name
        self.stand.changed()
        return one

    def forget(self, request: Request) -> Reply:
        """Take a message away for oneself."""
        given = self.stand.fields(request, {"convoId", "messageId"}, set())
        me, convo = self._convo(request, str(given["convoId"]))
        one = next((one for one in convo["messages"] if one["id"] == given["messageId"]), None)
        if one is None:
            raise self.stand.refuse("Message not found")
        one["gone_for"] = sorted({*one["gone_for"], me})
        self.stand.changed()
        return as_json(self._message(one, me))

    # ---- the public

    def passer_by(self, who: str) -> str:
        """Return the handle of somebody, whose account is opened where it is not there yet."""
        handle = f"{name_of(who).replace('_', '-')}.test"
        if self.stand.find(handle) is None:
            self.stand.add_account(handle, name=who)
        return handle

    def written(self, account: str, who: str, text: str) -> Record:
        """Write to an account in private."""
        to, by = self.stand.find(account), self.stand.find(self.passer_by(who))
        if to is None or by is None:
            raise KeyError(account)
        members = sorted((to["did"], by["did"]))
        name = hashlib.sha256(" ".join(members).encode()).hexdigest()[:22]
        convo = self.stand.state["convos"].setdefault(name, {"id": name, "rev": "", "members": members, "messages": []})
        one = self.keep(convo, by["did"], text)
        return {"id": f"{name}/{one['id']}", "text": text}

    def remove(self, uri: str) -> None:
        """Take a post of the public off."""
        did, collection, rkey = uri.removeprefix("at://").split("/")
        del self.stand.records(did, collection)[rkey]
        self.stand.changed()


def _did(one: Record) -> str:
    return _owner(one["uri"])


def _owner(uri: str) -> str:
    return uri.removeprefix("at://").partition("/")[0]


def _parent(one: Record) -> str:
    return str(one["value"].get("reply", {}).get("parent", {}).get("uri", ""))


def _mark(one: Record) -> str:
    return f"{one['indexedAt']}::{one['cid']}"
