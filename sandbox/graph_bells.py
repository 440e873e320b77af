"""The Graph's webhooks: an application's addresses, the pages and accounts that installed it, and what they tell.

An address is told of a page only where the application asked for a field and the page told it to be told: both, as there.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.bells import Bells, Manner, Unanswered
from sandbox.graph import GraphStand, signed
from sandbox.server import Handler
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.facebook import Facebook
    from sandbox.instagram import Instagram

# What a page can tell, and what each needs besides the right to install.
PAGE_FIELDS: Mapping[str, str] = {
    "feed": "", "mention": "", "messages": "pages_messaging", "messaging_postbacks": "pages_messaging", "message_echoes": "pages_messaging",
    "message_edits": "pages_messaging",
}  # fmt: skip
OWN_FIELDS: Mapping[str, str] = dict.fromkeys(
    ("comments", "live_comments", "mentions", "messages", "message_reactions", "messaging_postbacks", "story_insights"), ""
)


def _asks(word: str, secret: str) -> tuple[Mapping[str, str], Callable[[bytes], bool]]:
    challenge = str(secrets.randbelow(9_000_000_000) + 1_000_000_000)
    asked = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": word}
    return asked, lambda body: body == challenge.encode()


class GraphBells(Bells):
    """The webhooks of one stand-in of the family."""

    stand: GraphStand
    # What the addresses are told about, and what that can tell.
    about: ClassVar[str] = "page"
    fields: ClassVar[Mapping[str, str]] = PAGE_FIELDS

    def __init__(self, stand: GraphStand) -> None:
        super().__init__(stand, Manner(_asks, lambda body, secret: {"x-hub-signature-256": signed(body, secret)}))

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "GET /{app}/subscriptions": self.listed,
            "POST /{app}/subscriptions": self.subscribe,
            "GET /{name}/subscribed_apps": self.installed,
            "POST /{name}/subscribed_apps": self.install,
        }

    # ---- addresses of an application

    def _app(self, request: Request, app: str) -> str:
        """Return the application of this path, whose own token (`id|secret`) calls."""
        by, _, secret = self.stand.doors.token_in(request).partition("|")
        known = self.stand.state["apps"].get(by)
        if by != app or known is None or known["client_secret"] != secret:
            raise self.stand.failure(15, "(#15) This method must be called with an app access_token.")
        return app

    def register(
        self, url: str, word: str = "", app: str = "", about: str = "", fields: tuple[str, ...] | list[str] = ()
    ) -> dict[str, Any]:
        """Keep an address, told of all that can be told unless `fields` says of what. Raises Unanswered."""
        return super().register(url, word, app, about or self.about, fields or [*self.fields])

    def listed(self, request: Request, app: str) -> Reply:
        """List the addresses of an application."""
        rows = [row for row in self.rows() if row["app"] == self._app(request, app)]
        return as_json({"data": [self._shown(row) for row in rows]})

    def _shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        fields = [{"name": name, "version": self.stand.setting("version")} for name in row["fields"]]
        return {"object": row["about"], "callback_url": row["url"], "active": True, "fields": fields}

    def subscribe(self, request: Request, app: str) -> Reply:
        """Keep an address for an application, if it gives the challenge back."""
        self._app(request, app)
        given = self.stand.given(request, ("object", "callback_url", "fields", "include_values", "verify_token"))
        fields = [name for name in str(given.get("fields", "")).split(",") if name]
        if given.get("object") != self.about or not fields or not {*fields} <= self.fields.keys():
            raise self.stand.bad("object and fields must be those that can be subscribed to")
        try:
            self.register(str(given.get("callback_url", "")), str(given.get("verify_token", "")), app, self.about, fields)
        except Unanswered as error:
            words = f"(#2200) Callback verification failed with the following errors: {error}"
            raise self.stand.failure(2200, words) from error
        return as_json({"success": True})

    # ---- what a page or an account tells to whom

    def owner(self, request: Request, name: str) -> tuple[str, str, Mapping[str, str]]:
        """Return the id that this path means, the application of the request's token, and what can be told. Refuses whoever may not."""
        raise NotImplementedError

    def _told(self, name: str) -> dict[str, list[str]]:
        held: dict[str, dict[str, list[str]]] = self.stand.state.setdefault("told", {})
        return held.setdefault(name, {})

    def install(self, request: Request, name: str) -> Reply:
        """Have an application told of these changes, in the place of those asked for before."""
        owner, app, known = self.owner(request, name)
        wanted = str(self.stand.given(request, ("subscribed_fields",)).get("subscribed_fields", "")).split(",")
        scopes = self.stand.doors.require(request)["scopes"]
        for one in wanted:
            if one not in known:
                raise self.stand.bad(f"Param subscribed_fields must be one of {', '.join(known)}")
            if known[one] and known[one] not in scopes:
                raise self.stand.failure(200, f"(#200) To subscribe to the {one} field, {known[one]} is needed", status=403)
        self._told(owner)[app] = wanted
        self.stand.changed()
        return as_json({"success": True})

    def installed(self, request: Request, name: str) -> Reply:
        """List the applications that are told."""
        owner, _, _ = self.owner(request, name)
        held = self._told(owner).items()
        return as_json({"data": [{"id": app, "name": self.stand.state["apps"][app]["name"], "subscribed_fields": f} for app, f in held]})

    def wants(self, account: str, app: str, name: str) -> bool:
        """Tell whether an account tells an application of a field."""
        return name in self._told(account).get(app, ())

    # ---- telling

    def change(self, account: str, name: str, value: Mapping[str, Any]) -> None:
        """Tell of a change of an account."""
        told = {key: one for key, one in value.items() if one not in (None, "")}
        self._tell(account, name, {"time": int(self.stand.now()), "changes": [{"field": name, "value": told}]})

    def message_edited(self, account: str, said: Mapping[str, Any]) -> None:
        """Tell of other words of a private message."""
        self._message_news(account, said, "message_edits", {"message_edit": {"mid": said["id"], "text": said["text"], "num_edit": 1}})

    def message_taken_back(self, account: str, said: Mapping[str, Any]) -> None:
        """Tell of a private message that was taken back."""
        self._message_news(account, said, "messages", {"message": {"mid": said["id"], "is_deleted": True}})

    def _message_news(self, account: str, said: Mapping[str, Any], name: str, news: Mapping[str, Any]) -> None:
        at = int(self.stand.now() * 1000)
        people = {"sender": {"id": said["by"]}, "recipient": {"id": account}}
        self._tell(account, name, {"time": at, "messaging": [{**people, "timestamp": at, **news}]})

    def message(self, account: str, said: Mapping[str, Any]) -> None:
        """Tell of a private message to an account."""
        at = int(said["at"] * 1000)
        people = {"sender": {"id": said["by"]}, "recipient": {"id": account}}
        self._tell(account, "messages", {"time": at, "messaging": [{**people, "timestamp": at, "message": _message(said)}]})

    def _tell(self, account: str, name: str, entry: Mapping[str, Any]) -> None:
        body = {"object": self.about, "entry": [{"id": account, **entry}]}
        for row in self.rows(self.about):
            if name in row["fields"] and self.wants(account, row["app"], name):
                self.ring(row, name, self.stand.handle_of(account), body)


def _message(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"mid": said["id"], "text": said["text"]}


class PageBells(GraphBells):
    """What pages tell."""

    stand: Facebook

    def owner(self, request: Request, name: str) -> tuple[str, str, Mapping[str, str]]:
        """Return the page whose own token calls, by somebody who may do something there."""
        page = self.stand.page(request, name, "pages_manage_metadata")
        kept = self.stand.doors.require(request)
        if not {"CREATE_CONTENT", "MANAGE", "MODERATE"} & {*page["tasks"].get(kept.get("person", ""), [])}:
            raise self.stand.failure(200, "(#200) The user hasn't a task that may subscribe on this page", status=403)
        return page["id"], kept["client_id"], PAGE_FIELDS

    def comment(self, comment: Mapping[str, Any], verb: str) -> None:
        """Tell of a comment under a publication of a page: add, edited, remove, hide, unhide."""
        post = self.stand.inbox.above(comment["post"])
        told = {"item": "comment", "verb": verb, "comment_id": comment["id"], "post_id": post["id"], "message": comment["text"]}
        told |= {"from": {"id": comment["by"], "name": comment["who"]}, "parent_id": comment["parent"] or post["id"]}
        self.change(post["page"], "feed", {**told, "created_time": int(comment["at"])})


class AccountBells(GraphBells):
    """What professional accounts tell: of comments that are new and of messages; neither of edits nor of what was taken off."""

    stand: Instagram
    about: ClassVar[str] = "instagram"
    fields: ClassVar[Mapping[str, str]] = OWN_FIELDS

    def owner(self, request: Request, name: str) -> tuple[str, str, Mapping[str, str]]:
        """Return the account whose own token calls, or the one that is linked to the page whose token calls."""
        kept = self.stand.enter(request)
        page = self.stand.state["pages"].get(kept["account"])
        scope = "pages_manage_metadata" if page else "instagram_business_basic"
        if scope not in kept["scopes"]:
            raise self.stand.doors.bad_token("scope", scope)
        if name not in (kept["account"], "me"):
            raise self.stand.gone(name)
        return (page["account"], kept["client_id"], PAGE_FIELDS) if page else (kept["account"], kept["client_id"], OWN_FIELDS)

    def wants(self, account: str, app: str, name: str) -> bool:
        """Tell whether an account, or its page, told the application of anything: that is enough there."""
        return bool(self._told(account).get(app))

    def comment(self, comment: Mapping[str, Any]) -> None:
        """Tell of a comment that is new."""
        media = self.stand.state["media"][comment["media"]]
        product = "REELS" if media["form"] == "reel" else "FEED"
        told = {"id": comment["id"], "text": comment["text"], "from": {"id": f"p_{comment['who']}", "username": comment["who"]}}
        told |= {"media": {"id": media["id"], "media_product_type": product}, "parent_id": comment["parent"]}
        self.change(media["account"], "comments", told)
