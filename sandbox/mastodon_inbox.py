"""What reaches an account of the Mastodon stand-in: notifications of mentions, several statuses at once, favourites, and the public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox import mastodon_text as text_rules
from sandbox.public import name_of
from sandbox.server import Handler, iso
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.mastodon import Mastodon

MOST_PAGE, MOST_AT_ONCE = 80, 20


class Inbox:
    """Who was named where."""

    def __init__(self, stand: Mastodon) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /api/v1/notifications": self.notifications,
            "GET /api/v1/statuses": self.several,
            "POST /api/v1/statuses/{name}/favourite": lambda request, name: self.favourite(request, name, True),
            "POST /api/v1/statuses/{name}/unfavourite": lambda request, name: self.favourite(request, name, False),
        }

    # ---- who sees what

    def names(self, status: dict[str, Any], account: str) -> bool:
        """Tell whether a status names an account."""
        return any(one["id"] == account for one in text_rules.mentions(status["text"], self.stand.known))

    def seen_by(self, status: dict[str, Any], account: str) -> bool:
        """Tell whether an account (empty: anybody) may read a status."""
        if status["visibility"] in {"public", "unlisted"} or status["account"] == account:
            return True
        return bool(account) and self.names(status, account)

    def reader(self, request: Request) -> str:
        """Return the id of the account that reads, or an empty string."""
        return str(self.stand.state["tokens"].get(request.bearer(), {"account": ""})["account"])

    # ---- notifications

    def notify(self, status: dict[str, Any]) -> None:
        """Tell those whom a new status names."""
        stand = self.stand
        for one in text_rules.mentions(status["text"], stand.known):
            if one["id"] in stand.state["accounts"] and one["id"] != status["account"]:
                kept = stand.state["notifications"].setdefault(one["id"], [])
                stand.state["told"] += 1
                kept.append({"id": str(stand.state["told"]), "status": status["id"], "at": status["at"]})

    def notifications(self, request: Request) -> Reply:
        """List what an account was told, newest first, by pages."""
        stand = self.stand
        account = stand.enter(request, "read:notifications")
        kept = [one for one in stand.state["notifications"].get(account["id"], ()) if self._stands(one)]
        kinds = {value for name in ("types[]", "types") for value in request.query.get(name, ())}
        if kinds and "mention" not in kinds:
            kept = []
        limit = max(1, min(int(request.asked("limit", "40")), MOST_PAGE))
        newer = max(int(request.asked("min_id", "0") or 0), int(request.asked("since_id", "0") or 0))
        older = int(request.asked("max_id", "0") or 0)
        kept = [one for one in kept if int(one["id"]) > newer and (not older or int(one["id"]) < older)]
        page = kept[:limit] if request.asked("min_id") else kept[-limit:]
        return as_json([self._notification(one) for one in reversed(page)])

    def _stands(self, one: dict[str, Any]) -> bool:
        status = self.stand.state["statuses"].get(one["status"])
        return status is not None and self.stand.visible(status)

    def _notification(self, one: dict[str, Any]) -> dict[str, Any]:
        status = self.stand.entities.status(self.stand.state["statuses"][one["status"]])
        about = {"id": one["id"], "type": "mention", "created_at": iso(one["at"]), "group_key": f"ungrouped-{one['id']}"}
        return {**about, "account": status["account"], "status": status}

    # ---- statuses

    def several(self, request: Request) -> Reply:
        """Return the statuses of these ids that there are and that may be read."""
        if not self.stand.setting("several_statuses"):
            return self.stand.error(404)
        me = self.stand.enter(request, "read:statuses")["id"]
        wanted = [value for name in ("id[]", "id") for value in request.query.get(name, ())][:MOST_AT_ONCE]
        found = [self.stand.state["statuses"].get(name) for name in wanted]
        return as_json([self.stand.entities.status(one) for one in found if one and self.stand.visible(one) and self.seen_by(one, me)])

    def favourite(self, request: Request, name: str, liked: bool) -> Reply:
        """Like a status, or take that back."""
        account = self.stand.enter(request, "write:favourites")
        status = self.stand.visible_status(name, account["id"])
        fans = [one for one in status.get("fans", []) if one != account["id"]]
        status["fans"] = [*fans, account["id"]] if liked else fans
        self.stand.changed()
        return as_json(self.stand.entities.status(status) | {"favourited": liked})

    # ---- the public

    def passer_by(self, who: str) -> str:
        """Return the name of somebody's account, opened where it is not there yet."""
        name = name_of(who)
        if self.stand.find(name) is None:
            self.stand.add_account(name, name=who)
        return name

    def named(self, account: str, who: str, text: str, visibility: str) -> dict[str, Any]:
        """Write a status that names an account."""
        found = self.stand.find(account)
        if found is None:
            raise KeyError(account)
        handle = f"@{found['username']}"
        return self.stand.add_post(self.passer_by(who), text if handle in text.split() else f"{handle} {text}", visibility=visibility)

    def rewrite(self, name: str, text: str) -> dict[str, Any]:
        """Put other words in a status; whom it names at its beginning stays named."""
        status = self.stand.state["statuses"][name]
        head = status["text"].partition(" ")[0]
        status |= {"text": f"{head} {text}" if head.startswith("@") and head not in text else text, "edited": self.stand.now()}
        self.stand.changed()
        return self.stand.entities.shown(status)
