"""Reading X: users, posts one by one, the posts of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.server import Handler, from_iso
from sandbox.wire import Reply, Request, as_json
from sandbox.x_entities import FIELDS, Wanted

if TYPE_CHECKING:
    from sandbox.x import X

READ = ("tweet.read", "users.read")
PAGES = frozenset({"max_results", "pagination_token", "since_id", "until_id", "start_time", "end_time"})


class Reading:
    """The reading calls of the stand-in."""

    def __init__(self, stand: X) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /2/users/me": self.me,
            "GET /2/users/{who}": self.user,
            "GET /2/users/by/username/{who}": self.user_named,
            "GET /2/users/{who}/tweets": self.timeline,
            "GET /2/tweets": self.lookup,
            "GET /2/tweets/{name}": self.look_up,
        }

    # ---- users

    def me(self, request: Request) -> Reply:
        """Return the user of the token."""
        user = self.stand.enter(request, *READ, limit=("me", 5000), price="user owned")
        return self._user(request, user)

    def _user(self, request: Request, user: dict[str, Any]) -> Reply:
        self.stand.asks(request, FIELDS)
        wanted = Wanted(self.stand, request)
        self.stand.charge_reads("users", [user["id"]], owned=[user["id"]], request=request)
        return as_json({"data": self.stand.entities.user(user, wanted)})

    def user(self, request: Request, who: str) -> Reply:
        """Return a user by id."""
        self.stand.enter(request, *READ, limit=("users", 5000), price="user owned")
        found = self.stand.state["users"].get(who)
        return self._user(request, found) if found else self.missing_user(who)

    def user_named(self, request: Request, who: str) -> Reply:
        """Return a user by name."""
        self.stand.enter(request, *READ, limit=("users", 5000), price="user owned")
        found = self.stand.find(who)
        return self._user(request, found) if found else self.missing_user(who)

    def missing_user(self, who: str) -> Reply:
        """Return what X answers where nobody has that id: a 200 with errors."""
        words = f"Could not find user with id: [{who}]."
        body = {"value": who, "detail": words, "title": "Not Found Error", "resource_type": "user", "parameter": "id", "resource_id": who}
        return as_json({"errors": [{**body, "type": "https://api.x.com/2/problems/resource-not-found"}]})

    # ---- reading posts

    def newest(self, request: Request) -> list[dict[str, Any]]:
        """Return the posts that readings show, newest first, within the bounds that were asked."""
        since, until = (self._moment(request, name) for name in ("start_time", "end_time"))
        low, high = (int(request.asked(name, "0") or 0) for name in ("since_id", "until_id"))
        held = [
            post
            for post in self.stand.state["posts"].values()
            if self.visible(post)
            and (since is None or post["at"] >= since)
            and (until is None or post["at"] < until)
            and int(post["id"]) > low
            and (not high or int(post["id"]) < high)
        ]
        return sorted(held, key=lambda post: int(post["id"]), reverse=True)

    def _moment(self, request: Request, name: str) -> float | None:
        text = request.asked(name)
        if not text:
            return None
        try:
            if not text.endswith("Z"):
                raise ValueError(text)
            return from_iso(text)
        except ValueError as error:
            raise self.stand.invalid(name, text, f"The `{name}` query parameter value [{text}] is not a valid time") from error

    def page(self, request: Request, least: int) -> int:
        """Return how many are wanted on a page."""
        text = request.asked("max_results", "10")
        if not text.isdigit() or not least <= int(text) <= 100:
            raise self.stand.invalid("max_results", text, f"The `max_results` value [{text}] is not between {least} and 100")
        return int(text)

    def visible(self, post: dict[str, Any]) -> bool:
        """Tell whether readings show it yet."""
        return bool(self.stand.now() - post["stored"] >= self.stand.setting("lag_seconds"))

    def timeline(self, request: Request, who: str) -> Reply:
        """List the posts of a user, newest first."""
        self.stand.enter(request, *READ, limit=("timeline", 900), price="post owned")
        self.stand.asks(request, FIELDS | PAGES | {"exclude"})
        if who not in self.stand.state["users"]:
            return self.missing_user(who)
        bare = "replies" in request.asked("exclude")
        found = [post for post in self.newest(request) if post["user"] == who and not (bare and post["after"])][:3200]
        return self.stand.entities.listing(request, found, least=5, token=request.asked("pagination_token"))

    def lookup(self, request: Request) -> Reply:
        """Return posts by their ids: what is not there stands among the errors."""
        self.stand.enter(request, *READ, limit=("lookup", 5000), price="post owned")
        self.stand.asks(request, FIELDS | {"ids"})
        names = [name for name in request.asked("ids").split(",") if name]
        if not 0 < len(names) <= 100:
            raise self.stand.invalid("ids", request.asked("ids"), "The number of values in `ids` is not between 1 and 100")
        return self._found(request, names, many=True)

    def look_up(self, request: Request, name: str) -> Reply:
        """Return one post."""
        self.stand.enter(request, *READ, limit=("lookup", 5000), price="post owned")
        self.stand.asks(request, FIELDS)
        return self._found(request, [name], many=False)

    def _found(self, request: Request, names: list[str], *, many: bool) -> Reply:
        wanted, posts = Wanted(self.stand, request), self.stand.state["posts"]
        held = [posts[name] for name in names if name in posts and self.visible(posts[name])]
        lost = [name for name in names if name not in posts or not self.visible(posts[name])]
        self.stand.charge_reads("posts", [post["id"] for post in held], owned=[post["user"] for post in held], request=request)
        body: dict[str, Any] = {}
        if held:
            shown = [self.stand.entities.post(post, wanted) for post in held]
            body = {"data": shown if many else shown[0]}
            if includes := self.stand.entities.includes(held, wanted):
                body["includes"] = includes
        if lost:
            body["errors"] = [self.stand.entities.problem("resource-not-found", name, "Not Found Error") for name in lost]
        return as_json(body)
