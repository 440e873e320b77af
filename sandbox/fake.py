"""The fake network: no protection against doubles at all, so that only a reading can tell."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from sandbox.fake_inbox import Inbox
from sandbox.faults import Fault
from sandbox.public import name_of
from sandbox.server import Clock, Handler, Said, Stand, from_iso, iso, measure, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, as_json

POST_FIELDS = {"text", "after", "warning", "language", "pictures", "key"}
WORDS = {400: "bad request", 401: "bad token", 403: "not allowed", 404: "not there", 500: "broken", 502: "bad gateway", 503: "busy"}
LIMIT = 1000


class Fake(Stand):
    """One fake network."""

    key: ClassVar[str] = "fake"
    name: ClassVar[str] = "Fake"
    commit: ClassVar[str] = "POST /posts"
    prepare: ClassVar[str] = "POST /pictures"
    defaults: ClassVar[dict[str, Any]] = {
        "max_characters": 500,
        "max_pictures": 4,
        "picture_limit": 1_000_000,
        "answer_hours": 0,
        "late_hours": 0,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.inbox = Inbox(self)
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        self.state = {"accounts": {}, "tokens": {}, "posts": {}, "pictures": {}, "made": 0, "messages": {}, "gone": {}, "turns": 0}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /me": self.me,
            "POST /pictures": self.upload,
            "POST /posts": self.publish,
            "GET /posts": self.listing,
            "GET /posts/{name}": self.post,
            "PATCH /posts/{name}": self.edit,
            "DELETE /posts/{name}": self.delete,
            "GET /pictures/{name}": self.picture,
            "GET /people/{who}": self.account_web,
            **self.inbox.routes(),
        }

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error."""
        return as_json({"error": words or WORDS.get(status, "broken")}, status)

    def limited(self, until: float) -> Reply:
        """Return the answer to too many calls."""
        reply = self.error(429, words="too many calls")
        reply.headers.update({"Retry-After": str(max(1, int(until - self.now()))), "X-Left": "0", "X-Reset": str(int(until))})
        return reply

    def headers_for(self, account: str) -> dict[str, str]:
        """Return the rate budget of this account."""
        if not account:
            return {}
        left, until = self._spend(account, 0)
        return {"X-Left": str(max(left, 0)), "X-Reset": str(int(until))}

    def refuse(self, words: str, status: int = 422) -> Said:
        """Return a refusal."""
        return Said(self.error(status, words=words))

    def account_of(self, request: Request) -> str:
        """Return the account whose token this is, or an empty string."""
        return str(self.state["tokens"].get(request.bearer(), ""))

    def enter(self, request: Request) -> str:
        """Return the account of the request's token."""
        request.account = self.account_of(request)
        if not request.account:
            raise Said(self.error(401))
        left, until = self._spend(request.account, 1)
        if left < 0 and self.setting("limits"):
            raise Said(self.limited(until))
        return request.account

    def _spend(self, account: str, cost: int) -> tuple[int, float]:
        return self.windows.spend(account, "calls", cost=cost, most=LIMIT, seconds=300, now=self.now())

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Refuse the token this once."""
        return self.error(401)

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Forget the token (or refuse it this once)."""
        if fault.lasting:
            self.state["tokens"].pop(request.bearer(), None)
        return self.error(401)

    def me(self, request: Request) -> Reply:
        """Tell whose token this is."""
        account = self.enter(request)
        return as_json({"id": account, "name": self.state["accounts"][account]["name"]})

    def upload(self, request: Request) -> Reply:
        """Keep a picture."""
        account = self.enter(request)
        if request.size > self.setting("picture_limit"):
            return self.error(413, words="the picture is too heavy")
        try:
            return as_json({"id": self._keep(account, request.body)})
        except ValueError:
            return self.error(415, words="this is no picture")

    def _keep(self, account: str, content: bytes) -> str:
        kind, width, height = measure(content)
        name = f"p{self.number()}"
        digest = self.keep_file(content)
        self.state["pictures"][name] = {"account": account, "digest": digest, "kind": kind, "width": width, "height": height}
        self.changed()
        return name

    def number(self) -> int:
        """Return the next number."""
        self.state["made"] += 1
        return int(self.state["made"])

    def publish(self, request: Request) -> Reply:
        """Make a post, as often as it is asked."""
        account = self.enter(request)
        given = request.json()
        if not isinstance(given, dict):
            raise self.refuse("an object is needed", 400)
        if unknown := given.keys() - POST_FIELDS:
            raise self.refuse(f"unknown field {', '.join(sorted(unknown))}")
        post = self._make(account, given)
        return as_json({"id": post["id"], "url": self._url(post["id"])})

    def _make(self, account: str, given: dict[str, Any]) -> dict[str, Any]:
        text, pictures, after = str(given.get("text", "")), given.get("pictures") or [], given.get("after") or ""
        if not text and not pictures:
            raise self.refuse("a post needs a text or a picture")
        if len(text) > self.setting("max_characters"):
            raise self.refuse(f"a text may have {self.setting('max_characters')} characters")
        if len(pictures) > self.setting("max_pictures"):
            raise self.refuse(f"a post may have {self.setting('max_pictures')} pictures")
        if after and after not in self.state["posts"]:
            raise self.refuse("what it answers is not there")
        for one in pictures:
            if self.state["pictures"].get(one.get("id"), {}).get("account") != account:
                raise self.refuse("a picture is not there")
        post = {
            "id": str(self.number()),
            "account": account,
            "text": text,
            "after": after,
            "warning": given.get("warning") or "",
            "language": given.get("language") or "",
            "pictures": pictures,
            "key": given.get("key") or "",
            "at": self.now(),
        }
        self.inbox.place(post)
        self.state["posts"][post["id"]] = post
        self.changed()
        return post

    def _url(self, name: str) -> str:
        return f"{self.url}/posts/{name}"

    def _told(self, post: dict[str, Any]) -> dict[str, Any]:
        return {**{name: post[name] for name in ("id", "text", "key")}, "url": self._url(post["id"]), "at": iso(post["at"], 6)}

    def _visible(self, post: dict[str, Any]) -> bool:
        return bool(self.now() - post["at"] >= self.setting("lag_seconds"))

    def listing(self, request: Request) -> Reply:
        """List the account's own posts made since a moment, oldest first, all of them."""
        account = self.enter(request)
        try:
            since = from_iso(request.asked("since", "1970-01-01T00:00:00Z").replace(" ", "+"))
        except ValueError as error:
            raise self.refuse("since must be a time with its zone", 400) from error
        held = [post for post in self.state["posts"].values() if post["account"] == account and post["at"] >= since and self._visible(post)]
        return as_json({"posts": [self._told(post) for post in sorted(held, key=lambda post: post["at"])]})

    def post(self, request: Request, name: str) -> Reply:
        """Show a post, as a page to a browser and as JSON to others."""
        post = self.state["posts"].get(name)
        if post is None or not self._visible(post):
            return self.error(404)
        if "text/html" in request.headers.get("accept", ""):
            return as_html(post_page(request, self.posts(), name))
        return as_json(self._told(post))

    def edit(self, request: Request, name: str) -> Reply:
        """Put other words in one's own post."""
        account, given = self.enter(request), request.json()
        post = self.state["posts"].get(name)
        if post is None or post["account"] != account:
            return self.error(404)
        if not isinstance(given, dict) or given.keys() - {"text", "warning"}:
            raise self.refuse("text and warning are needed", 400)
        if len(str(given.get("text", ""))) > self.setting("max_characters"):
            raise self.refuse(f"a text may have {self.setting('max_characters')} characters")
        post |= {"text": str(given.get("text", "")), "warning": str(given.get("warning", ""))}
        self.inbox.turned(post, edited=True)
        return as_json(self._told(post))

    def delete(self, request: Request, name: str) -> Reply:
        """Take one's own post off."""
        account = self.enter(request)
        post = self.state["posts"].get(name)
        if post is None or account not in (post["account"], post.get("owner")):
            return self.error(404)
        self.inbox.forget(name)
        return Reply(204, kind="")

    def picture(self, request: Request, name: str) -> Reply:
        """Return the bytes of a picture."""
        kept = self.state["pictures"].get(name)
        return Reply(200, self.files[kept["digest"]], kind=kept["kind"]) if kept else self.error(404)

    def account_web(self, request: Request, who: str) -> Reply:
        """Show the public page of an account."""
        return as_html(account_page(request, self.posts(who))) if who in self.state["accounts"] else self.error(404)

    # ---- control

    def add_account(self, handle: str, token: str = "", **about: Any) -> str:
        """Open an account (or find it) and return a token; the given one, if one is given."""
        with self.lock:
            self.state["accounts"].setdefault(handle, {"name": about.get("name") or handle.capitalize()})
            token = token or secrets.token_urlsafe(24)
            self.state["tokens"][token] = handle
            self.changed()
            return token

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a post."""
        with self.lock, self.at(what.get("at", "")):
            pictures = [{"id": self._keep(account, picture_bytes(content)), "alt": alt} for content, alt in what.get("pictures", ())]
            given = {"text": text, "pictures": pictures, **{name: what.get(name, "") for name in ("after", "warning", "language", "key")}}
            return self.shown(self._make(account, given))

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Answer a post as somebody of the public."""
        return self.add_post(self._passer_by(who), text, after=post)

    def mention(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Name an account in a post of one's own."""
        return self.add_post(self._passer_by(who), text if f"@{account}" in text else f"@{account} {text}")

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write to an account in private."""
        with self.lock:
            return self.inbox.write(self._passer_by(who), account, text)

    def _passer_by(self, who: str) -> str:
        name = name_of(who)
        if name not in self.state["accounts"]:
            self.add_account(name, name=who)
        return name

    def edit_comment(self, name: str, text: str) -> dict[str, Any]:
        """Put other words in what somebody of the public wrote, in public or in private."""
        with self.lock:
            one = self.inbox.held(name)
            head = one["text"].split(" ")[0]
            one["text"] = f"{head} {text}" if head.startswith("@") and head not in text else text
            self.inbox.turned(one, edited=True)
            return dict(one)

    def remove_comment(self, name: str) -> None:
        """Take off what somebody of the public wrote, in public or in private."""
        with self.lock:
            self.inbox.held(name)
            self.inbox.forget(name)

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the posts held, oldest first."""
        with self.lock:
            held = sorted(self.state["posts"].values(), key=lambda post: post["at"])
            return [self.shown(post) for post in held if account in ("", post["account"])]

    def shown(self, post: dict[str, Any]) -> dict[str, Any]:
        """Return a post in the shape common to all networks."""
        return {
            "network": self.key,
            "account": post["account"],
            "handle": f"@{post['account']}",
            "name": self.state["accounts"][post["account"]]["name"],
            "avatar": "",
            "id": post["id"],
            "url": self._url(post["id"]),
            "text": post["text"],
            "at": iso(post["at"], 6),
            "after": post["after"],
            "warning": post["warning"],
            "sensitive": bool(post["warning"]),
            "language": post["language"],
            "pictures": [self._shown_picture(one) for one in post["pictures"]],
            "card": None,
            "key": post["key"],
        }

    def _shown_picture(self, one: dict[str, Any]) -> dict[str, Any]:
        kept = self.state["pictures"][one["id"]]
        return {"url": f"{self.url}/pictures/{one['id']}", "alt": one.get("alt", ""), "width": kept["width"], "height": kept["height"]}
