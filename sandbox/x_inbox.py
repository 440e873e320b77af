"""What reaches an account of X: mentions, answers, private messages; and the signatures of what X sends by itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING, Any

from sandbox import x_text as text_rules
from sandbox.server import Handler, iso
from sandbox.wire import Reply, Request, as_json
from sandbox.x_entities import FIELDS, names
from sandbox.x_reading import PAGES

if TYPE_CHECKING:
    from sandbox.x import X

DM_FIELDS = names("attachments created_at dm_conversation_id entities event_type id text")
OLDER_DM_FIELDS = names("participant_ids referenced_tweets sender_id")
DM_EXPANSIONS = names("attachments.media_keys participant_ids referenced_posts sender_id")
CLAUSE = re.compile(r'(-?)((?:[a-z_]+:)?(?:"[^"]+"|[^\s"]+))')
RECENT_DAYS, MESSAGE_DAYS = 7, 30
MOST_MENTIONS = 800


class Inbox:
    """The inbox part of the stand-in."""

    def __init__(self, stand: X) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /2/tweets/search/recent": self.search,
            "GET /2/users/{who}/mentions": self.mentions,
            "PUT /2/tweets/{name}/hidden": self.hide,
            "GET /2/dm_events": self.messages,
            "GET /2/dm_conversations/with/{who}/dm_events": self.messages_with,
            "POST /2/dm_conversations/with/{who}/messages": self.send,
        }

    def mentions(self, request: Request, who: str) -> Reply:
        """List the posts that name an account, newest first."""
        self.stand.enter(request, "tweet.read", "users.read", limit=("mentions", 300))
        self.stand.asks(request, FIELDS | PAGES)
        user = self.stand.state["users"].get(who)
        if user is None:
            return self.stand.reading.missing_user(who)
        found = [post for post in self.stand.reading.newest(request) if self._names(post, user)][:MOST_MENTIONS]
        token = request.asked("pagination_token")
        return self.stand.entities.listing(request, found, least=5, token=token)

    def _names(self, post: dict[str, Any], user: dict[str, Any]) -> bool:
        text = f"{post['prefix']}{post['text']}".lower()
        return post["user"] != user["id"] and user["username"].lower() in text_rules.MENTION.findall(text)

    def search(self, request: Request) -> Reply:
        """List the posts of the last seven days that fit every word of a query, newest first."""
        self.stand.enter(request, "tweet.read", "users.read", limit=("search", 300))
        self.stand.asks(request, FIELDS | PAGES | {"query", "next_token", "sort_order"})
        clauses = CLAUSE.findall(request.asked("query"))
        if not clauses or " OR " in request.asked("query") or "(" in request.asked("query"):
            raise self.stand.invalid("query", request.asked("query"), "This stand-in reads words one after the other, without OR")
        since = self.stand.now() - RECENT_DAYS * 86_400
        recent = [post for post in self.stand.reading.newest(request) if post["at"] >= since]
        found = [post for post in recent if all(self._fits(post, word) != bool(no) for no, word in clauses)]
        token = request.asked("next_token") or request.asked("pagination_token")
        return self.stand.entities.listing(request, found, least=10, token=token)

    def _fits(self, post: dict[str, Any], word: str) -> bool:
        users, (name, colon, value) = self.stand.state["users"], word.partition(":")
        match name if colon else "":
            case "conversation_id":
                return bool(post["conversation"] == value)
            case "from":
                return bool(users[post["user"]]["username"].lower() == value.removeprefix("@").lower())
            case "to":
                answered = users.get(self.stand.author_of(post["after"]), {"username": ""})
                return bool(answered["username"].lower() == value.removeprefix("@").lower())
            case "is":
                return bool(post["after"]) if value == "reply" else bool(post["quote"]) and value == "quote"
        return word.strip('"').lower() in f"{post['prefix']}{post['text']}".lower()

    def hide(self, request: Request, name: str) -> Reply:
        """Hide an answer under one's own post, or show it again."""
        user = self.stand.enter(request, "tweet.read", "users.read", "tweet.moderate.write", limit=("hidden", 50))
        given = self.stand.body(request, {"hidden"})
        post = self.stand.state["posts"].get(name)
        root = self.stand.state["posts"].get(post["conversation"]) if post else None
        if post is None or root is None or root["user"] != user["id"]:
            raise self.stand.refused("You are not permitted to perform this action.")
        post["hidden"] = bool(given.get("hidden"))
        self.stand.changed()
        return as_json({"data": {"hidden": post["hidden"]}})

    def passing(self, who: str, text: str, after: str = "", *, names: bool = True) -> dict[str, Any]:
        """Write a post, or an answer to one, as somebody of the public; X puts the name of whom one answers before the text."""
        posts, user = self.stand.state["posts"], self.stand.passer_by(who)
        author = self.stand.state["users"][posts[after]["user"]]["username"] if after else ""
        made = {"user": user["id"], "text": text, "prefix": f"@{author} " if author and names else "", "media": [], "after": after}
        made |= {"quote": "", "hidden": False, "poll": None, "conversation": posts[after]["conversation"] if after else ""}
        made |= {"reply_settings": "", "ai": False, "paid": False}
        self.stand.keep_post(made, late=True)
        self.stand.bells.post(made)
        return self.stand.shown_comment(made)

    # ---- private messages

    def messages(self, request: Request) -> Reply:
        """List the private messages of the last thirty days, newest first."""
        return self._messages(request)

    def messages_with(self, request: Request, who: str) -> Reply:
        """List those between the account and one person."""
        return self._messages(request, who)

    def _messages(self, request: Request, who: str = "") -> Reply:
        user = self.stand.enter(request, "dm.read", "tweet.read", "users.read", limit=("messages", 15))
        self.stand.asks(request, FIELDS | {"max_results", "pagination_token", "event_types", "dm_event.fields"})
        known = DM_FIELDS if self.stand.setting("dialect") == "post" else DM_FIELDS | OLDER_DM_FIELDS
        wanted = self._wanted(request, "dm_event.fields", known) | self._wanted(request, "expansions", DM_EXPANSIONS)
        since = self.stand.now() - MESSAGE_DAYS * 86_400
        held = [one for one in self.stand.state["messages"] if {user["id"], who or user["id"]} <= {*one["people"]} and one["at"] >= since]
        if who:
            held = [one for one in held if len(one["people"]) == 2]
        start, most = int(request.asked("pagination_token", "0") or 0), self.stand.reading.page(request, 1)
        shown = held[::-1][start : start + most]
        self.stand.charge_reads("messages", [one["id"] for one in shown], owned=[user["id"]] * len(shown), request=request)
        body: dict[str, Any] = {"data": [self._event(one, wanted) for one in shown]} if shown else {}
        if shown and "sender_id" in request.asked("expansions").split(","):
            users = {one["sender"]: self.stand.state["users"][one["sender"]] for one in shown}
            body["includes"] = {"users": [{name: user[name] for name in ("id", "name", "username")} for user in users.values()]}
        more = {"next_token": str(start + most)} if start + most < len(held) else {}
        return as_json({**body, "meta": {"result_count": len(shown), **more}})

    def _wanted(self, request: Request, name: str, known: frozenset[str]) -> set[str]:
        wanted = {each for each in request.asked(name).split(",") if each}
        if unknown := wanted - known:
            raise self.stand.invalid(name, ",".join(sorted(unknown)), "The query parameter value is not one of the fields")
        return wanted

    def _event(self, one: dict[str, Any], wanted: set[str]) -> dict[str, Any]:
        whole = {
            "created_at": iso(one["at"], 3),
            "dm_conversation_id": one["conversation"],
            "participant_ids": one["people"],
            "sender_id": one["sender"],
        }
        kept = {name: value for name, value in whole.items() if name in wanted}
        return {"id": one["id"], "event_type": "MessageCreate", "text": one["text"], **kept}

    def send(self, request: Request, who: str) -> Reply:
        """Send a private message to somebody."""
        scopes = ("dm.write", "dm.read", "tweet.read", "users.read")
        user = self.stand.enter(request, *scopes, limit=("send message", 15), price="message")
        given = self.stand.body(request, {"text", "attachments"})
        if who not in self.stand.state["users"]:
            return self.stand.reading.missing_user(who)
        text = given.get("text")
        if not isinstance(text, str) or not text.strip():
            raise self.stand.invalid("text", text, "At least one of text, attachments is required")
        made = self.keep(user["id"], who, text)
        self.stand.charge("message")
        return as_json({"data": {"dm_conversation_id": made["conversation"], "dm_event_id": made["id"]}}, 201)

    def keep(self, sender: str, to: str, text: str) -> dict[str, Any]:
        """Keep a private message."""
        people = sorted((sender, to), key=int)
        made = {
            "id": self.stand.new_id(),
            "sender": sender,
            "people": people,
            "conversation": "-".join(people),
            "text": text,
            "at": self.stand.now(),
        }
        self.stand.state["messages"].append(made)
        self.stand.changed()
        return made


def crc(secret: str, token: str) -> dict[str, str]:
    """Return what a receiver must answer to X's challenge."""
    return {"response_token": sign(secret, token.encode())}


def sign(secret: str, body: bytes) -> str:
    """Return the signature that X puts on what it sends."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
