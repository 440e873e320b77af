"""A stand-in of X: posts and threads, what each call costs, limits, and refusals in X's own words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from sandbox import x_text as text_rules
from sandbox.faults import Fault
from sandbox.oauth import SETTINGS
from sandbox.public import name_of
from sandbox.server import Clock, Handler, Said, Stand, iso, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Malformed, Reply, Request, as_html, as_json
from sandbox.x_bells import AccountBells
from sandbox.x_doors import XDoors, username
from sandbox.x_entities import Entities, names
from sandbox.x_inbox import Inbox
from sandbox.x_media import Media
from sandbox.x_money import Money
from sandbox.x_reading import Reading

EPOCH_MS = 1_288_834_974_657
WINDOW, DAY = 900, 86_400
PUBLISH = ("tweet.read", "tweet.write", "users.read")
POST_FIELDS = names(
    "text media poll reply reply_settings quote_tweet_id community_id share_with_followers made_with_ai paid_partnership nullcast"
    " for_super_followers_only geo edit_options direct_message_deep_link card_uri"
)
INSIDE = {
    "media": {"media_ids", "tagged_user_ids"},
    "reply": {"in_reply_to_tweet_id", "exclude_reply_user_ids", "auto_populate_reply_metadata"},
    "poll": {"options", "duration_minutes", "reply_settings"},
    "geo": {"place_id"},
    "edit_options": {"previous_post_id"},
}
AUDIENCES = ("following", "mentionedUsers", "subscribers", "verified")
TITLES = {
    400: "Invalid Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout",
}  # fmt: skip
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
NOT_SUMMONED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are"
    " replying to."
)
CASHTAGS = "Posts are limited to a maximum of one cashtag."


class X(Stand):
    """X, its API and its pages on one address."""

    key: ClassVar[str] = "x"
    name: ClassVar[str] = "X"
    commit: ClassVar[str] = "POST /2/tweets"
    prepare: ClassVar[str] = "POST /2/media/upload*"
    defaults: ClassVar[dict[str, Any]] = {
        **SETTINGS,
        "ring_pauses": [],
        "credits": 1_000_000.0,
        "credits_shape": "newer",
        "enrolled": True,
        "usage_capped": False,
        "verbatim": None,
        "summoned": True,
        "mentions_forbidden": False,
        "duplicate_seconds": DAY,
        "day_posts": 2400,
        "dialect": "both",
        "edit_history": True,
        "partial": False,
        "media_polls": 0,
        "check_after": 1,
        "video_seconds": 1200.0,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = XDoors(self)
        self.media = Media(self)
        self.entities = Entities(self)
        self.inbox = Inbox(self)
        self.bells: AccountBells = AccountBells(self)
        self.reading = Reading(self)
        self.money = Money(self)
        self._budget: dict[str, str] = {}
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        self.state = {"users": {}, "posts": {}, "media": {}, "messages": [], "made": 0, "early_polls": 0}
        self.state |= {**self.money.fresh(), **self.doors.fresh()}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **self.doors.routes(),
            **self.media.routes(),
            **self.reading.routes(),
            **self.inbox.routes(),
            "POST /2/tweets": self.publish,
            "DELETE /2/tweets/{name}": self.delete,
            "GET /{who}/status/{name}": self.post_web,
            "GET /{who}": self.account_web,
        }

    # ---- words

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error as X writes it; `code` is the last part of its type."""
        title = TITLES.get(status, "Error")
        detail = words or ("You are not permitted to perform this action." if status == 403 else title)
        kind = f"https://api.x.com/2/problems/{code}" if code else "about:blank"
        return as_json({"title": title, "detail": detail, "type": kind, "status": status}, status)

    def invalid(self, name: str, value: Any, words: str) -> Said:
        """Return the refusal of a parameter."""
        body = {
            "errors": [{"parameters": {name: [value]}, "message": words}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": "https://api.x.com/2/problems/invalid-request",
        }
        return Said(as_json(body, 400))

    def refused(self, words: str) -> Said:
        """Return a 403 with its sentence."""
        return Said(self.error(403, words=words))

    def limited(self, until: float) -> Reply:
        """Return X's own answer to too many calls."""
        self._budget = {"x-rate-limit-limit": "100", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(int(until))}
        reply = self.error(429)
        reply.headers.update(self._budget)
        return reply

    def headers_for(self, account: str) -> dict[str, str]:
        """Return the limits that were counted for this answer."""
        told, self._budget = self._budget, {}
        return told

    def only(self, given: dict[str, Any], known: set[str] | frozenset[str]) -> None:
        """Refuse what the schema does not know."""
        if unknown := sorted(given.keys() - known):
            words = f"$.{unknown[0]}: is not defined in the schema and the schema does not allow additional properties"
            raise self.invalid(unknown[0], given[unknown[0]], words)

    def asks(self, request: Request, known: set[str] | frozenset[str]) -> None:
        """Refuse parameters after the question mark that the call does not know."""
        if unknown := sorted(request.query.keys() - known):
            raise self.invalid(unknown[0], request.asked(unknown[0]), f"The query parameter [{unknown[0]}] is not one of the known ones")

    def body(self, request: Request, known: set[str] | frozenset[str]) -> dict[str, Any]:
        """Return the JSON of a body, whose names are all known."""
        if request.kind != "application/json":
            raise Said(self.error(400, "invalid-request", "Content-Type must be application/json"))
        given = request.json()
        if not isinstance(given, dict):
            raise Malformed("not an object")
        self.only(given, known)
        return given

    # ---- who

    def enter(self, request: Request, *scopes: str, limit: tuple[str, int], price: str = "") -> dict[str, Any]:
        """Return the user of the request, whose token must hold every one of the scopes; counts the call."""
        for scope in scopes:
            kept = self.doors.require(request, scope)
        user: dict[str, Any] = self.state["users"][kept["account"]]
        request.account = user["username"]
        if not self.setting("enrolled"):
            words = (
                "When authenticating requests to the X API v2 endpoints, you must use keys and tokens from a developer App in a Project."
            )
            raise Said(
                _with(self.error(403, "client-forbidden", words), reason="client-not-enrolled", registration_url="https://developer.x.com")
            )
        if self.setting("usage_capped"):
            raise Said(_with(self.error(429, "usage-capped", "Usage cap exceeded: Monthly product cap"), period="Monthly", scope="Product"))
        self._count(user["username"], *limit)
        if price:
            self.money.require(price)
        return user

    def _count(self, account: str, name: str, most: int, seconds: int = WINDOW, prefix: str = "x-rate-limit") -> None:
        left, until = self.windows.spend(account, name, cost=1, most=most, seconds=seconds, now=self.now())
        self._budget |= {f"{prefix}-limit": str(most), f"{prefix}-remaining": str(max(left, 0)), f"{prefix}-reset": str(int(until))}
        if left < 0 and self.setting("limits"):
            reply = self.error(429)
            reply.headers.update({**self._budget, "x-rate-limit-reset": str(int(until)), "x-rate-limit-remaining": "0"})
            raise Said(reply)

    def account_of(self, request: Request) -> str:
        """Return the name whose token this is, or an empty string."""
        kept = self.doors.holder(request)
        return str(self.state["users"].get(kept["account"], {}).get("username", "")) if kept else ""

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Make the token stale; refreshing mends it."""
        return self.doors.expire(request, fault)

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Take the authorisation away."""
        return self.doors.take_away(request, fault)

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the user of that name or id."""
        users: dict[str, dict[str, Any]] = self.state["users"]
        return users.get(name) or next((one for one in users.values() if one["username"].lower() == username(name).lower()), None)

    def new_id(self) -> str:
        """Return a fresh id: a number that grows with time."""
        self.state["made"] += 1
        return str((max(int(self.now() * 1000) - EPOCH_MS, 1) << 22) | (self.state["made"] & 0x3FFFFF))

    def late_id(self) -> str:
        """Return an id that is newer than all others, whatever the hour: what was written earlier may be shown later."""
        newest = max((int(name) for name in self.state["posts"]), default=0)
        return str(max(int(self.new_id()), newest + 1))

    def charge(self, kind: str) -> None:
        """Count what a call costs."""
        self.money.charge(kind)

    def charge_reads(self, kind: str, ids: Sequence[str], *, owned: Sequence[str], request: Request) -> None:
        """Count what a reading costs: one's own things less, and the same thing once a day."""
        me = (self.find(request.account) or {}).get("id")
        self.money.charge_reads(kind, [(name, owner == me) for name, owner in zip(ids, owned, strict=True)])

    # ---- writing posts

    def publish(self, request: Request) -> Reply:
        """Make a post, or an answer to one."""
        user = self.enter(request, *PUBLISH, limit=("publish", 100))
        told = self.setting("verbatim")
        if told:
            raise Said(as_json(told["body"], told["status"], **told.get("headers", {})))
        given = self.body(request, POST_FIELDS)
        self._count("app", "publish day", 10_000, DAY, "x-app-limit-24hour")
        self._count(user["username"], "posts day", int(self.setting("day_posts")), DAY, "x-user-limit-24hour")
        text = str(given.get("text") or "")
        price = self.money.of_post(text, summoned=self._is_summoned(user, given))
        self.money.require(price)
        post = self._checked(user, given)
        self.keep_post(post)
        self.charge(price)
        history = {"edit_history_tweet_ids": [post["id"]]} if self.setting("edit_history") else {}
        return as_json({"data": {"id": post["id"], "text": self.entities.told(post)[0], **history}}, 201)

    def _checked(self, user: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        for name, known in INSIDE.items():
            inner = given.get(name)
            if inner is not None and (not isinstance(inner, dict) or inner.keys() - known):
                raise self.invalid(name, "", f"$.{name}: is not defined in the schema and the schema does not allow additional properties")
        if given.get("edit_options") or given.get("community_id"):
            raise self.refused("This stand-in has neither edits nor communities.")
        media = [str(one) for one in (given.get("media") or {}).get("media_ids", [])]
        text, above = str(given.get("text") or ""), str((given.get("reply") or {}).get("in_reply_to_tweet_id") or "")
        self._check_text(user, text, bool(media))
        if given.get("reply_settings") and given["reply_settings"] not in AUDIENCES:
            raise self.invalid("reply_settings", given["reply_settings"], "reply_settings is not one of the accepted values")
        self._check_answer(user, above)
        self.media.check(media, user["id"])
        self._check_poll(given.get("poll"), bool(media))
        root = self.state["posts"][above]["conversation"] if above else ""
        return {
            "user": user["id"],
            "text": text,
            "prefix": "",
            "media": media,
            "after": above,
            "conversation": root,
            "quote": str(given.get("quote_tweet_id") or ""),
            "poll": given.get("poll"),
            "reply_settings": given.get("reply_settings") or "",
            "ai": given.get("made_with_ai") is True,
            "paid": given.get("paid_partnership") is True,
            "hidden": False,
        }

    def _check_text(self, user: dict[str, Any], text: str, media: bool) -> None:
        if not text.strip() and not media:
            raise self.invalid("text", text, "text or media is required")
        if text_rules.weight(text) > (25_000 if user["subscription"] != "None" else 280):
            raise self.refused(
                "Your Tweet text is too long. For more information on how Twitter determines text length see the documentation."
            )
        if len(text_rules.CASHTAG.findall(text)) > 1:
            raise self.refused(CASHTAGS)
        others = {name.lower() for name in text_rules.MENTION.findall(text)} - {user["username"].lower()}
        if self.setting("mentions_forbidden") and others:
            raise self.refused("You are not permitted to mention accounts that have not engaged with you.")
        recent = self.now() - float(self.setting("duplicate_seconds"))
        same = (one for one in self.state["posts"].values() if one["user"] == user["id"] and one["stored"] > recent and one["text"])
        if any(text_rules.alike(one["text"]) == text_rules.alike(text) for one in same):
            raise self.refused(DUPLICATE)

    def _check_poll(self, poll: dict[str, Any] | None, media: bool) -> None:
        if poll is None:
            return
        options, lasts = poll.get("options"), poll.get("duration_minutes")
        if not isinstance(options, list) or not 2 <= len(options) <= 4 or not all(0 < len(str(one)) <= 25 for one in options):
            raise self.invalid("poll.options", options, "A poll has 2 to 4 options of 1 to 25 characters")
        if not isinstance(lasts, int) or not 5 <= lasts <= 10_080:
            raise self.invalid("poll.duration_minutes", lasts, "duration_minutes must be between 5 and 10080")
        if media:
            raise self.invalid("poll", "", "A Post has either media or a poll")

    def _check_answer(self, user: dict[str, Any], above: str) -> None:
        if not above:
            return
        parent = self.state["posts"].get(above)
        if parent is None:
            raise self.refused(GONE)
        if self.setting("summoned") and parent["user"] != user["id"] and not self._called(user, parent):
            raise self.refused(NOT_SUMMONED)

    def _called(self, user: dict[str, Any], parent: dict[str, Any]) -> bool:
        named = text_rules.MENTION.findall(f"{parent['prefix']}{parent['text']}".lower())
        return user["username"].lower() in named or self.author_of(parent["quote"]) == user["id"]

    def _is_summoned(self, user: dict[str, Any], given: dict[str, Any]) -> bool:
        reply = given.get("reply")
        parent = self.state["posts"].get(str(reply.get("in_reply_to_tweet_id"))) if isinstance(reply, dict) else None
        return bool(parent and parent["user"] != user["id"])

    def author_of(self, name: str) -> str:
        """Return the id of the user who made a post, or an empty string."""
        return str(self.state["posts"].get(name, {}).get("user", ""))

    def keep_post(self, post: dict[str, Any], *, late: bool = False) -> None:
        """Keep a new post."""
        now = self.now()
        post.update(id=self.late_id() if late else self.new_id(), at=now, stored=now)
        post["conversation"] = post["conversation"] or post["id"]
        self.state["posts"][post["id"]] = post
        self.changed()

    def delete(self, request: Request, name: str) -> Reply:
        """Take one's own post off."""
        user = self.enter(request, *PUBLISH, limit=("delete", 50))
        post = self.state["posts"].get(name)
        if post is None:
            return as_json({"errors": [self.entities.problem("resource-not-found", name, "Not Found Error")]})
        if post["user"] != user["id"]:
            raise self.refused("You are not authorized to delete this Tweet.")
        del self.state["posts"][name]
        self.changed()
        return as_json({"data": {"deleted": True}})

    # ---- pages

    def post_url(self, post: dict[str, Any]) -> str:
        """Return the public address of a post."""
        return f"{self.url}/{self.state['users'][post['user']]['username']}/status/{post['id']}"

    def post_web(self, request: Request, who: str, name: str) -> Reply:
        """Show the public page of a post and its thread."""
        post = self.state["posts"].get(name)
        return as_html(post_page(request, self.posts(), name)) if post and self.reading.visible(post) else self.error(404)

    def account_web(self, request: Request, who: str) -> Reply:
        """Show the public page of an account."""
        user = self.find(who)
        return as_html(account_page(request, self.posts(user["username"]))) if user else self.error(404)

    # ---- control

    def _control(self, request: Request, rest: str) -> Reply:
        if f"{request.method} {rest}" == "GET spent":
            return as_json(self.money.spent())
        return super()._control(request, rest)

    def add_account(self, handle: str, **about: Any) -> str:
        """Open an account (or find it) and return a token that may do everything, or only `scopes`."""
        with self.lock:
            user = self.find(handle) or self._new_user(handle, public=False)
            user.update({name: about[name] for name in ("name", "about", "subscription", "protected") if about.get(name)})
            if about.get("avatar"):
                user["avatar"] = self.keep_file(picture_bytes(about["avatar"]))
            user["public"] = False
            return self.doors.grant(user["id"], about.get("scopes"))

    def _new_user(self, handle: str, name: str = "", *, public: bool) -> dict[str, Any]:
        handle = username(handle)
        user = {"id": self.new_id(), "username": handle, "name": name or handle, "about": "", "avatar": "", "public": public}
        user |= {"subscription": "None", "protected": False, "at": self.now()}
        self.state["users"][user["id"]] = user
        self.changed()
        return user

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post; `pictures` are (bytes or base64, description) pairs."""
        with self.lock, self.at(what.get("at", "")):
            user = self.find(account)
            if user is None:
                raise KeyError(account)
            media = [self.media.keep(user["id"], picture_bytes(content), alt) for content, alt in what.get("pictures", ())]
            reply = {"reply": {"in_reply_to_tweet_id": what["after"]}} if what.get("after") else {}
            post = self._checked(user, {"text": text, **reply, **({"media": {"media_ids": media}} if media else {})})
            self.keep_post(post)
            return self.shown(post)

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Answer a post as somebody of the public; X puts the name of its author before the text."""
        with self.lock:
            return self.inbox.passing(who, text, after=post)

    def mention(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Name an account in a post of somebody of the public."""
        with self.lock:
            return self.inbox.passing(who, f"@{account} {text}")

    def remove_comment(self, name: str) -> None:
        """Take off what somebody of the public wrote."""
        with self.lock:
            del self.state["posts"][name]
            self.changed()

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write a private message to an account as somebody of the public."""
        with self.lock:
            owner, user = self.find(account), self.passer_by(who)
            if owner is None:
                raise KeyError(account)
            said = self.inbox.keep(user["id"], owner["id"], text)
            self.bells.message(said, owner["id"])
            return said

    def passer_by(self, who: str) -> dict[str, Any]:
        """Return the account of somebody of the public."""
        handle = name_of(who)
        return self.find(handle) or self._new_user(handle, who, public=True)

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the posts held, oldest first; those of the public stand under what they answer."""
        with self.lock:
            users = self.state["users"]
            held = sorted((one for one in self.state["posts"].values() if not users[one["user"]]["public"]), key=lambda one: one["at"])
            return [self.shown(one) for one in held if account in ("", users[one["user"]]["username"])]

    def shown(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return a post in the shape common to all networks."""
        user, media = self.state["users"][post["user"]], [self.state["media"][name] for name in post["media"]]
        film = next((one for one in media if one["seconds"]), None)
        answers = [one for one in self.state["posts"].values() if one["after"] == post["id"]]
        return {
            "network": self.key,
            "account": user["username"],
            "handle": f"@{user['username']}",
            "name": user["name"],
            "avatar": f"{self.url}/profile_images/{user['avatar']}" if user["avatar"] else "",
            "id": post["id"],
            "url": self.post_url(post),
            "text": post["text"],
            "at": iso(post["at"], 3),
            "after": post["after"],
            "warning": "",
            "sensitive": False,
            "language": "",
            "pictures": [self._shown_picture(one) for one in media if not one["seconds"]],
            "video": {**self._shown_picture(film), "seconds": film["seconds"], "subtitles": film["subtitles"]} if film else None,
            "document": None,
            "form": "poll" if post["poll"] else "",
            "poll": post["poll"],
            "card": None,
            "comments": [self.shown_comment(one) for one in answers],
            "ai": post["ai"],
            "paid": post["paid"],
            "reply_settings": post["reply_settings"],
            "key": "",
        }

    def _shown_picture(self, one: dict[str, Any]) -> dict[str, Any]:
        return {"url": self.media.url(one), "alt": one["alt"], "width": one["width"], "height": one["height"]}

    def shown_comment(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return an answer in the shape common to all networks."""
        by, told = self.state["users"][post["user"]], {"at": iso(post["at"], 3), "hidden": post["hidden"]}
        return {"id": post["id"], "text": post["text"], "by": by["name"], "post": not by["public"], **told}


def _with(reply: Reply, **more: str) -> Reply:
    return as_json({**json.loads(reply.body), **more}, reply.status)
