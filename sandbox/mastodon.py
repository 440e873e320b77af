"""A stand-in of a Mastodon server: applications, tokens, media, statuses."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar
from urllib.parse import urlencode

from sandbox import mastodon_text as text_rules
from sandbox.faults import Fault
from sandbox.mastodon_entities import Entities
from sandbox.mastodon_inbox import Inbox
from sandbox.mastodon_media import Media
from sandbox.mastodon_oauth import SCOPES, Doors
from sandbox.mastodon_pages import paged
from sandbox.public import under_status
from sandbox.server import Clock, Handler, Said, Stand, iso, picture_bytes
from sandbox.square import account_page, post_page
from sandbox.wire import Reply, Request, as_html, as_json, fields

KEY_SECONDS = 3600
VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
STATUS_FIELDS = frozenset(
    {
        "status", "media_ids", "poll", "in_reply_to_id", "sensitive", "spoiler_text", "visibility", "language", "scheduled_at",
        "quoted_status_id", "quote_approval_policy",
    }
)  # fmt: skip
STATUS_WORDS = {
    400: "Bad request",
    401: "The access token is invalid",
    403: "This action is not allowed",
    404: "Record not found",
    405: "Method not allowed",
    500: "Sorry, something went wrong on our end.",
    502: "Bad gateway",
    503: "There was a temporary problem serving your request, please try again",
    504: "Gateway timeout",
}


class Mastodon(Stand):
    """One Mastodon server."""

    key: ClassVar[str] = "mastodon"
    name: ClassVar[str] = "Mastodon"
    commit: ClassVar[str] = "POST /api/v1/statuses"
    prepare: ClassVar[str] = "POST /api/v[12]/media"
    defaults: ClassVar[dict[str, Any]] = {
        "title": "La Place",
        "version": "4.5.2",
        "max_characters": 500,
        "url_price": 23,
        "max_media": 4,
        "image_types": ["image/jpeg", "image/png", "image/gif", "image/webp"],
        "image_size_limit": 16_777_216,
        "image_matrix_limit": 33_177_600,
        "description_limit": 1500,
        "media_polls": 0,
        "honours_keys": True,
        "edits": True,
        "ids": "numbers",
        "bad_token_status": 401,
        "error_bodies": "json",
        "instance_v2": True,
        "oauth_metadata": True,
        "pkce": True,
        "auto_approve": "",
        "deny": False,
        "known_remote": ["chocolat@example.social"],
        "cards": {},
        "several_statuses": True,
    }

    def __init__(self, clock: Clock | None = None, port: int = 0) -> None:
        self.doors = Doors(self)
        self.media = Media(self)
        self.entities = Entities(self)
        self.inbox = Inbox(self)
        self._budget: tuple[int, int, float] | None = None
        super().__init__(clock, port)

    def empty(self) -> None:
        """Forget everything that was kept."""
        names = ("accounts", "apps", "codes", "tokens", "statuses", "media", "keys", "of", "notifications")
        self.state = {**{name: {} for name in names}, "made": 0, "told": 0}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **self.doors.routes(),
            **self.media.routes(),
            **self.entities.routes(),
            **self.inbox.routes(),
            "GET /api/v1/accounts/verify_credentials": self.whoami,
            "GET /api/v1/accounts/lookup": self.lookup,
            "GET /api/v1/accounts/{name}": self.account,
            "GET /api/v1/accounts/{name}/statuses": self.account_statuses,
            "POST /api/v1/statuses": self.post_status,
            "GET /api/v1/statuses/{name}": self.status,
            "PUT /api/v1/statuses/{name}": self.edit_status,
            "DELETE /api/v1/statuses/{name}": self.delete_status,
            "GET /api/v1/statuses/{name}/context": self.context,
            "GET /api/v1/statuses/{name}/source": self.source,
            "GET /@{who}": self.account_web,
            "GET /@{who}/{name}": self.status_web,
        }

    def route(self, request: Request) -> Reply:
        """Answer; Mastodon takes a slash at the end of any path."""
        request.path = request.path.rstrip("/") or "/"
        return super().route(request)

    # ---- words

    def error(self, status: int, code: str = "", words: str = "") -> Reply:
        """Return an error as Mastodon writes it, or as a compatible server does when the control says so."""
        words = words or STATUS_WORDS.get(status, "Sorry, something went wrong on our end.")
        if self.setting("error_bodies") == "html":
            return as_html(f"<!DOCTYPE html><html><head><title>{status}</title></head><body><p>{words}</p></body></html>", status)
        if self.setting("error_bodies") == "text":
            return Reply(status, words.encode(), kind="text/plain; charset=utf-8")
        return as_json({"error": words}, status)

    def invalid(self, words: str) -> Said:
        """Return the refusal of a value."""
        return Said(self.error(422, words=f"Validation failed: {words}"))

    def limited(self, until: float) -> Reply:
        """Return Mastodon's own answer to too many calls."""
        self._budget = None
        headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": iso(until, 6)}
        reply = self.error(429, words="Too many requests")
        reply.headers.update(headers)
        return reply

    def headers_for(self, account: str) -> dict[str, str]:
        """Return the rate headers of the limit that was counted last."""
        if self._budget is None:
            return {}
        most, left, until = self._budget
        self._budget = None
        return {"X-RateLimit-Limit": str(most), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset": iso(until, 6)}

    def fields(self, request: Request, allowed: set[str] | frozenset[str] | None = None) -> dict[str, Any]:
        """Return the fields of a body in JSON or of a form; `name[]` gathers a list. Refuses names that are not `allowed`."""
        given = fields(request)
        if allowed is not None and (unknown := sorted({name.partition("[")[0] for name in given} - allowed)):
            raise self.invalid(f"Unknown parameter {', '.join(unknown)}")
        return given

    # ---- who

    def grant(self, account: str, scopes: list[str], client_id: str) -> str:
        """Make a token."""
        token = secrets.token_urlsafe(32)
        self.state["tokens"][token] = {"account": account, "scopes": scopes, "client_id": client_id, "at": self.now()}
        self.changed()
        return token

    def token(self, request: Request) -> dict[str, Any]:
        """Return what is kept of the request's token, or refuse."""
        kept: dict[str, Any] | None = self.state["tokens"].get(request.bearer())
        if kept is None:
            raise Said(self.error(self.setting("bad_token_status"), words=STATUS_WORDS[401]))
        return kept

    def enter(self, request: Request, *scopes: str, limits: tuple[tuple[str, int, int], ...] = ()) -> dict[str, Any]:
        """Return the account of the request, whose token must hold one of the scopes; counts the call against the limits."""
        kept = self.token(request)
        account: dict[str, Any] | None = self.state["accounts"].get(kept["account"])
        if account is None:
            raise Said(self.error(422, words="This method requires an authenticated user"))
        request.account = account["username"]
        if not any(scope in kept["scopes"] or scope.partition(":")[0] in kept["scopes"] for scope in scopes):
            raise Said(self.error(403, words="This action is outside the authorized scopes"))
        for name, most, seconds in (("requests", 300, 300), *limits):
            self._count(account["username"], name, most, seconds)
        return account

    def _count(self, account: str, name: str, most: int, seconds: int) -> None:
        left, until = self.windows.spend(account, name, cost=1, most=most, seconds=seconds, now=self.now())
        if left < 0 and self.setting("limits"):
            raise Said(self.limited(until))
        if self._budget is None or left < self._budget[1]:
            self._budget = (most, max(left, 0), until)

    def account_of(self, request: Request) -> str:
        """Return the name whose token this is, or an empty string."""
        kept = self.state["tokens"].get(request.bearer(), {"account": ""})
        return str(self.state["accounts"].get(kept["account"], {}).get("username", ""))

    def find(self, name: str) -> dict[str, Any] | None:
        """Return the account of that name or id."""
        name = name.removeprefix("@").removesuffix(f"@{self.host}")
        accounts: dict[str, dict[str, Any]] = self.state["accounts"]
        return accounts.get(name) or next((one for one in accounts.values() if one["username"].lower() == name.lower()), None)

    def known(self, name: str) -> dict[str, str] | None:
        """Return who a mention names, here or among the distant accounts this server has met."""
        account = self.find(name)
        if account:
            return {
                "id": account["id"],
                "username": account["username"],
                "acct": account["username"],
                "url": f"{self.url}/@{account['username']}",
            }
        user, _, host = name.partition("@")
        if host and name in self.setting("known_remote"):
            return {"id": str(int.from_bytes(name.encode()[:7], "big")), "username": user, "acct": name, "url": f"https://{host}/@{user}"}
        return None

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Refuse the token this once: Mastodon's tokens have no hour of their own."""
        return self.error(self.setting("bad_token_status"), words=STATUS_WORDS[401])

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Forget the token (or refuse it this once)."""
        if fault.lasting:
            self.state["tokens"].pop(request.bearer(), None)
            self.changed()
        return self.error(self.setting("bad_token_status"), words="The access token was revoked")

    # ---- accounts

    def whoami(self, request: Request) -> Reply:
        """Return the account of the token."""
        account = self.enter(request, "profile", "read:accounts")
        return as_json(self.entities.account(account, source=True))

    def lookup(self, request: Request) -> Reply:
        """Find an account by its address."""
        account = self.find(request.asked("acct"))
        return as_json(self.entities.account(account)) if account else self.error(404)

    def account(self, request: Request, name: str) -> Reply:
        """Return an account."""
        account = self.state["accounts"].get(name)
        return as_json(self.entities.account(account)) if account else self.error(404)

    def account_statuses(self, request: Request, name: str) -> Reply:
        """List the statuses of an account, newest first, with Link headers."""
        account = self.state["accounts"].get(name)
        if account is None:
            return self.error(404)
        if request.bearer():
            self.enter(request, "read:statuses")
        limit = min(int(request.asked("limit", "20")), 40)
        reader = self.inbox.reader(request)
        kept = [one for one in self._of(name) if self._lists(request, one) and self.inbox.seen_by(one, reader)]
        shown, more = paged(kept, limit, request.asked("max_id"), request.asked("since_id"), request.asked("min_id"))
        reply = as_json([self.entities.status(one) for one in shown])
        if shown:
            rest = {k: v[-1] for k, v in request.query.items() if k not in {"max_id", "since_id", "min_id"}}
            base = f"{self.url}{request.path}?"
            links = [f'<{base}{urlencode({**rest, "max_id": shown[-1]["id"]})}>; rel="next"'] if more else []
            links.append(f'<{base}{urlencode({**rest, "min_id": shown[0]["id"]})}>; rel="prev"')
            reply.headers["Link"] = ", ".join(links)
        return reply

    def _lists(self, request: Request, status: dict[str, Any]) -> bool:
        if not self.visible(status) or request.asked("pinned") in {"true", "1"}:
            return False
        if request.asked("exclude_replies") in {"true", "1"} and status["after"]:
            # Answers to oneself are kept: a thread is one's own.
            parent = self.state["statuses"].get(status["after"])
            return parent is not None and parent["account"] == status["account"]
        return not (request.asked("only_media") in {"true", "1"} and not status["media"])

    def _of(self, account: str) -> list[dict[str, Any]]:
        """Return the statuses of an account, newest first."""
        statuses = self.state["statuses"]
        return [statuses[name] for name in reversed(self.state["of"].get(account, ()))]

    def visible(self, status: dict[str, Any]) -> bool:
        """Tell whether readings show it yet."""
        return bool(self.now() - status["stored"] >= self.setting("lag_seconds"))

    # ---- statuses

    def post_status(self, request: Request) -> Reply:
        """Publish a status, or return the one that this Idempotency-Key already made."""
        account = self.enter(request, "write:statuses", limits=(("statuses", 300, 10_800),))
        key = request.headers.get("idempotency-key", "")
        made, at = self.state["keys"].get(f"{account['id']} {key}", ("", 0.0))
        if key and made and self.setting("honours_keys") and self.now() - at < KEY_SECONDS:
            return self.status_reply(made)
        given = self.fields(request, STATUS_FIELDS)
        status = self._checked(account, given)
        status["key"] = key
        self._store(account, status)
        if key:
            self.state["keys"][f"{account['id']} {key}"] = (status["id"], self.now())
        return as_json(self.entities.status(status))

    def _checked(self, account: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        text, warning = str(given.get("status") or "").strip(), str(given.get("spoiler_text") or "").strip()
        media = [str(name) for name in given.get("media_ids") or []]
        if given.get("scheduled_at") or given.get("poll"):
            raise self.invalid("this stand-in has neither scheduled statuses nor polls")
        if not text and warning:
            text, warning = warning, ""
        if not text and not media:
            raise self.invalid("Text can't be blank")
        if text_rules.length(text, warning, self.setting("url_price")) > self.setting("max_characters"):
            raise self.invalid(f"Text character limit of {self.setting('max_characters')} exceeded")
        if given.get("visibility") and given["visibility"] not in VISIBILITIES:
            raise self.invalid("Visibility is not included in the list")
        after = str(given.get("in_reply_to_id") or "")
        if after and after not in self.state["statuses"]:
            raise Said(self.error(404, words="The post you are trying to reply to does not appear to exist."))
        self.media.check(media, account["id"])
        return {
            "account": account["id"],
            "text": text,
            "warning": warning,
            "media": media,
            "after": after,
            "sensitive": str(given.get("sensitive", "")).lower() in {"true", "1", "on"} or bool(warning),
            "language": given.get("language") or "fr",
            "visibility": given.get("visibility") or "public",
        }

    def _store(self, account: dict[str, Any], status: dict[str, Any]) -> None:
        now = self.now()
        status.update(id=self.new_id(now), at=now, stored=now)
        self.state["statuses"][status["id"]] = status
        self.state["of"].setdefault(account["id"], []).append(status["id"])
        for name in status["media"]:
            self.state["media"][name]["status"] = status["id"]
        self.inbox.notify(status)
        self.changed()

    def new_id(self, now: float) -> str:
        """Return a fresh id: a number that grows, a ULID or a UUID, as the control says."""
        self.state["made"] += 1
        if self.setting("ids") == "uuid":
            made = secrets.token_hex(16)
            return f"{made[:8]}-{made[8:12]}-4{made[13:16]}-a{made[17:20]}-{made[20:]}"
        number = (int(now * 1000) << 16) + (self.state["made"] & 0xFFFF)
        if self.setting("ids") == "ulid":
            letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
            return "".join(letters[number << 18 >> shift & 31] for shift in range(125, -1, -5))
        return str(number)

    def visible_status(self, name: str, reader: str = "") -> dict[str, Any]:
        """Return a status that readings show to an account, or refuse."""
        status: dict[str, Any] | None = self.state["statuses"].get(name)
        if status is None or not self.visible(status) or not self.inbox.seen_by(status, reader):
            raise Said(self.error(404))
        return status

    def status_reply(self, name: str) -> Reply:
        """Return a status, read where it is written."""
        status = self.state["statuses"].get(name)
        return as_json(self.entities.status(status)) if status else self.error(404)

    def status(self, request: Request, name: str) -> Reply:
        """Return one status."""
        if request.bearer():
            self.enter(request, "read:statuses")
        return as_json(self.entities.status(self.visible_status(name, self.inbox.reader(request))))

    def source(self, request: Request, name: str) -> Reply:
        """Return the text of one's own status."""
        account = self.enter(request, "read:statuses")
        status = self.visible_status(name, account["id"])
        if status["account"] != account["id"]:
            return self.error(403)
        return as_json({"id": status["id"], "text": status["text"], "spoiler_text": status["warning"]})

    def edit_status(self, request: Request, name: str) -> Reply:
        """Put other words in one's own status; the pictures that are not named again are taken out of it."""
        account = self.enter(request, "write:statuses", limits=(("statuses", 300, 10_800),))
        status = self.state["statuses"].get(name)
        if not self.setting("edits") or status is None or status["account"] != account["id"]:
            return self.error(404)
        given = self.fields(request, STATUS_FIELDS)
        kept = [str(one) for one in given.pop("media_ids", None) or []]
        if set(kept) - set(status["media"]):
            raise self.invalid("Validation failed: media is not attached")
        fresh = self._checked(account, {**given, "status": given.get("status") or ("…" if kept else "")})
        status |= {"text": str(given.get("status") or "").strip(), "media": kept, "edited": self.now()}
        status |= {field: fresh[field] for field in ("warning", "sensitive", "language")}
        self.changed()
        return as_json(self.entities.status(status))

    def delete_status(self, request: Request, name: str) -> Reply:
        """Take one's own status off and return it with its text."""
        account = self.enter(request, "write:statuses", limits=(("deletes", 30, 1800),))
        status = self.state["statuses"].get(name)
        if status is None or status["account"] != account["id"]:
            return self.error(404)
        reply = as_json(self.entities.status(status) | {"text": status["text"]})
        self._forget(name)
        return reply

    def _forget(self, name: str) -> None:
        status = self.state["statuses"].pop(name)
        self.state["of"][status["account"]].remove(name)
        for one in self.state["statuses"].values():
            one["after"] = "" if one["after"] == name else one["after"]
        for one in status["media"]:
            self.state["media"][one]["status"] = ""
        self.changed()

    def context(self, request: Request, name: str) -> Reply:
        """Return what a status answers and what answers it."""
        reader = self.inbox.reader(request)
        status = self.visible_status(name, reader)
        above: list[dict[str, Any]] = []
        below: list[dict[str, Any]] = []
        parent = self.state["statuses"].get(status["after"])
        while parent:
            above.insert(0, parent)
            parent = self.state["statuses"].get(parent["after"])
        known = {name}
        for one in self.state["statuses"].values():
            if one["after"] in known and self.visible(one) and self.inbox.seen_by(one, reader):
                known.add(one["id"])
                below.append(one)
        return as_json({"ancestors": [*map(self.entities.status, above)], "descendants": [*map(self.entities.status, below)]})

    # ---- pages

    def account_web(self, request: Request, who: str) -> Reply:
        """Show the public page of an account."""
        account = self.find(who)
        return as_html(account_page(request, self.posts(account["username"]))) if account else self.error(404)

    def status_web(self, request: Request, who: str, name: str) -> Reply:
        """Show the public page of a status and its thread."""
        status = self.visible_status(name)
        if self.state["accounts"][status["account"]]["username"] != who:
            return self.error(404)
        return as_html(post_page(request, self.posts(), name))

    # ---- control

    def add_account(self, handle: str, **about: Any) -> str:
        """Open an account (or find it) and return a token that may do everything, or only `scopes`."""
        with self.lock:
            account = self.find(handle) or self._new_account(handle)
            for name in ("display_name", "note", "avatar"):
                if value := about.get({"display_name": "name"}.get(name, name)):
                    account[name] = self.keep_file(picture_bytes(value)) if name == "avatar" else value
            return self.grant(account["id"], list(about.get("scopes") or sorted(SCOPES)), "")

    def _new_account(self, handle: str) -> dict[str, Any]:
        account = {"id": self.new_id(self.now()), "username": handle, "display_name": handle, "note": "", "avatar": "", "at": self.now()}
        self.state["accounts"][account["id"]] = account
        return account

    def add_post(self, account: str, text: str, **what: Any) -> dict[str, Any]:
        """Place a status; `pictures` are (bytes or base64, description) pairs."""
        with self.lock, self.at(what.get("at", "")):
            owner = self.find(account)
            if owner is None:
                raise KeyError(account)
            media = [self.media.keep(picture_bytes(content), alt, owner["id"])["id"] for content, alt in what.get("pictures", ())]
            given = {"status": text, "spoiler_text": what.get("warning", ""), "in_reply_to_id": what.get("after", ""), "media_ids": media}
            status = self._checked(owner, {**given, "language": what.get("language", "fr"), "visibility": what.get("visibility")})
            status["key"] = ""
            self._store(owner, status)
            self.state["of"][owner["id"]].sort(key=lambda name: self.state["statuses"][name]["at"])
            return self.entities.shown(status)

    def comment(self, post: str, who: str, text: str) -> dict[str, Any]:
        """Answer a status as somebody of the public."""
        return under_status(self, post, who, text)

    def mention(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Name an account in a status of one's own."""
        return self.inbox.named(account, who, text, "public")

    def message(self, account: str, who: str, text: str) -> dict[str, Any]:
        """Write to an account in private: a status that only those whom it names can read."""
        return self.inbox.named(account, who, text, "direct")

    def edit_comment(self, name: str, text: str) -> dict[str, Any]:
        """Put other words in what somebody of the public wrote."""
        with self.lock:
            return self.inbox.rewrite(name, text)

    def remove_comment(self, name: str) -> None:
        """Take off what somebody of the public wrote."""
        with self.lock:
            self._forget(name)

    def posts(self, account: str = "") -> list[dict[str, Any]]:
        """Return the statuses held, oldest first."""
        with self.lock:
            shown = [self.entities.shown(one) for one in sorted(self.state["statuses"].values(), key=lambda one: one["at"])]
        return [one for one in shown if account in ("", one["account"])]
