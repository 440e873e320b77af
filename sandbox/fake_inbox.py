"""What the public writes on the fake network, and the one list in which an account reads all of it, change by change."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from sandbox.server import Handler, iso
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.fake import Fake

PAGE, MOST_PAGE = 50, 100
MESSAGE_FIELDS = {"to", "text", "key", "late"}
MOST_MESSAGE = 1000


class Inbox:
    """Who wrote what under whose posts, who is named where, and who wrote to whom."""

    def __init__(self, stand: Fake) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /heard": self.listing,
            "POST /messages": self.send,
            "GET /messages": self.sent,
            "DELETE /messages/{name}": self.unsend,
            "PUT /posts/{name}/hidden": lambda request, name: self.mark(request, name, "hidden"),
            "PUT /posts/{name}/liked": lambda request, name: self.mark(request, name, "liked"),
        }

    # ---- where things stand

    def turned(self, one: dict[str, Any], edited: bool = False) -> None:
        """Note that something is new or changed: whoever reads on finds it."""
        self.stand.state["turns"] += 1
        one["turn"] = self.stand.state["turns"]
        if edited:
            one["edited_at"] = self.stand.now()
        self.stand.changed()

    def place(self, post: dict[str, Any]) -> None:
        """Note under whose publication a post stands, in which thread, and where all of that began."""
        parent = self.stand.state["posts"].get(post["after"])
        if parent is None:
            post |= {"root": post["id"], "owner": "", "under": "", "thread": ""}
        elif parent.get("owner"):
            post |= {name: parent[name] for name in ("root", "owner", "under", "thread")}
        elif parent["account"] == post["account"]:
            post |= {"root": parent.get("root", parent["id"]), "owner": "", "under": "", "thread": ""}
        else:
            root = parent.get("root", parent["id"])
            post |= {"root": root, "owner": parent["account"], "under": parent["id"], "thread": post["id"]}
        self.turned(post)

    def held(self, name: str) -> dict[str, Any]:
        """Return a post or a message. Raises KeyError."""
        found: dict[str, Any] = self.stand.state["messages" if name.startswith("m") else "posts"][name]
        return found

    def forget(self, name: str) -> None:
        """Take a post or a message off."""
        del self.stand.state["messages" if name.startswith("m") else "posts"][name]
        self.stand.state["gone"][name] = gone = {"id": name}
        self.turned(gone)

    # ---- the one list

    def listing(self, request: Request) -> Reply:
        """List what concerns the account and changed after a turn, in the order of the changes."""
        account = self.stand.enter(request)
        after, limit = request.asked("after", "0"), request.asked("limit", str(PAGE))
        if not after.isdecimal() or not limit.isdecimal() or not 1 <= int(limit) <= MOST_PAGE:
            raise self.stand.refuse("after and limit are numbers, and a page has up to 100", 400)
        page: list[dict[str, Any]] = []
        last, more = int(after), False
        for one in self._since(last):
            if len(page) == int(limit):
                more = True
                break
            last = one["turn"]
            if shown := self._shown(one, account):
                page.append(shown)
        return as_json({"heard": page, "next": last, "more": more})

    def _since(self, turn: int) -> Iterator[dict[str, Any]]:
        """Yield what changed after a turn, in order, up to what readings do not show yet."""
        state = self.stand.state
        held = (*state["posts"].values(), *state["messages"].values(), *state["gone"].values())
        fresh = sorted((one for one in held if one.get("turn", 0) > turn), key=lambda one: one["turn"])
        return takewhile(lambda one: "at" not in one or self._seen(one), fresh)

    def _seen(self, one: dict[str, Any]) -> bool:
        return bool(self.stand.now() - one["at"] >= self.stand.setting("lag_seconds"))

    def _shown(self, one: dict[str, Any], account: str) -> dict[str, Any] | None:
        if "at" not in one:
            return {"id": one["id"], "gone": True}
        if "to" in one:
            if account not in (one["account"], one["to"]):
                return None
            other = one["to"] if one["account"] == account else one["account"]
            return self._told(one, account) | {"kind": "message", "thread": f"with-{other}", **self._windows(one)}
        if kind := self._kind(one, account):
            thread = one["thread"] if kind == "comment" else one["root"]
            return self._told(one, account) | {"kind": kind, "thread": thread, "under": one["under"] if kind == "comment" else ""}
        return None

    def _kind(self, one: dict[str, Any], account: str) -> str:
        """Return what a post is to an account: a comment, a mention, or nothing."""
        if one.get("owner") == account:
            return "comment"
        parent = self.stand.state["posts"].get(one["after"], {})
        ours = bool(one.get("owner")) and (one["account"] == account or parent.get("account") == account)
        named = f"@{account}" in one["text"].replace(",", " ").split()
        return "mention" if ours or (named and one["account"] != account) else ""

    def _told(self, one: dict[str, Any], account: str) -> dict[str, Any]:
        edited, who = one.get("edited_at"), one["account"]
        attached = [{"kind": "picture", "url": f"{self.stand.url}/pictures/{each['id']}", "name": each["alt"]} for each in one["pictures"]]
        return {
            "id": one["id"],
            "parent": one["after"],
            "under": "",
            "text": one["text"],
            "by": {"id": who, "name": self.stand.state["accounts"][who]["name"], "url": f"{self.stand.url}/people/{who}"},
            "at": iso(one["at"], 6),
            "edited_at": iso(edited, 6) if edited else None,
            "mine": who == account,
            "url": "" if "to" in one else f"{self.stand.url}/posts/{one['id']}",
            "hidden": bool(one.get("hidden")),
            "attached": attached,
        }

    def _windows(self, one: dict[str, Any]) -> dict[str, Any]:
        """Return until when a message is answered, in time and late (null: always)."""
        hours = {name: self.stand.setting(name) for name in ("answer_hours", "late_hours")}
        at = {name: iso(one["at"] + 3600 * most, 6) if most else None for name, most in hours.items()}
        return {"until": at["answer_hours"], "late_until": at["late_hours"]}

    def mark(self, request: Request, name: str, what: str) -> Reply:
        """Hide what stands under one's own publication, or like anything; and take that back."""
        account, given = self.stand.enter(request), request.json()
        post = self.stand.state["posts"].get(name)
        if post is None or (what == "hidden" and post.get("owner") != account):
            return self.stand.error(404)
        if not isinstance(given, dict) or not isinstance(given.get(what), bool):
            raise self.stand.refuse(f"{what} must be true or false", 400)
        if post.get(what) != given[what]:
            post[what] = given[what]
            self.turned(post)
        return as_json({what: post[what]})

    # ---- in private

    def write(self, who: str, to: str, text: str, key: str = "") -> dict[str, Any]:
        """Keep a message."""
        name = f"m{self.stand.number()}"
        one = {"id": name, "account": who, "to": to, "text": text, "after": "", "pictures": [], "key": key, "at": self.stand.now()}
        self.stand.state["messages"][name] = one
        self.turned(one)
        return dict(one)

    def send(self, request: Request) -> Reply:
        """Send a message, as often as it is asked, to somebody who wrote first and not too long ago."""
        account, given = self.stand.enter(request), request.json()
        if not isinstance(given, dict) or given.keys() - MESSAGE_FIELDS:
            raise self.stand.refuse("to, text, key and late are known", 400)
        to, text = str(given.get("to", "")), str(given.get("text", ""))
        if not text or len(text) > MOST_MESSAGE:
            raise self.stand.refuse(f"a message has 1 to {MOST_MESSAGE} characters")
        last = [one["at"] for one in self.stand.state["messages"].values() if (one["account"], one["to"]) == (to, account)]
        if not last:
            raise self.stand.refuse("they never wrote to this account", 403)
        hours = self.stand.setting("late_hours") if given.get("late") else self.stand.setting("answer_hours")
        if hours and self.stand.now() > max(last) + 3600 * hours:
            raise self.stand.refuse("too late: the window is closed")
        return as_json({"id": self.write(account, to, text, str(given.get("key", "")))["id"]})

    def sent(self, request: Request) -> Reply:
        """List the account's own messages, oldest first, all of them."""
        account = self.stand.enter(request)
        held = [one for one in self.stand.state["messages"].values() if one["account"] == account and self._seen(one)]
        told = [{"id": one["id"], "text": one["text"], "key": one["key"], "at": iso(one["at"], 6)} for one in held]
        return as_json({"messages": told})

    def unsend(self, request: Request, name: str) -> Reply:
        """Take one's own message off."""
        account = self.stand.enter(request)
        if self.stand.state["messages"].get(name, {}).get("account") != account:
            return self.stand.error(404)
        self.forget(name)
        return Reply(204, kind="")
