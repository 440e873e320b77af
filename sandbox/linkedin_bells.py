"""LinkedIn's webhook: an application's address, proven with its secret, is told what members do on the pages."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.bells import Bells, Manner
from sandbox.server import Handler, Said
from sandbox.wire import Reply, Request, fields

if TYPE_CHECKING:
    from sandbox.linkedin import LinkedIn

KEY = re.compile(
    r"\(developerApplication:urn:li:developerApplication:(?P<app>\d+),user:urn:li:person:(?P<user>[\w-]+),"
    r"entity:(?P<page>urn:li:organization:\d+),eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS\)"
)
# Every five minutes for eight hours.
PAUSES = (300.0,) * 96


def challenge_response(client_secret: str, code: str) -> str:
    """Return what a webhook must answer to a challenge."""
    return hmac.new(client_secret.encode(), code.encode(), hashlib.sha256).hexdigest()


def signature(client_secret: str, raw: bytes) -> str:
    """Return the X-LI-Signature of a notification's raw body."""
    return hmac.new(client_secret.encode(), b"hmacsha256=" + raw, hashlib.sha256).hexdigest()


def _asks(word: str, secret: str) -> tuple[Mapping[str, str], Callable[[bytes], bool]]:
    code = secrets.token_hex(16)
    answer = {"challengeCode": code, "challengeResponse": challenge_response(secret, code)}

    def right(body: bytes) -> bool:
        try:
            return bool(json.loads(body) == answer)
        except ValueError:
            return False

    return {"challengeCode": code}, right


def number_of(app: str) -> str:
    """Return the number of an application, which stands in the address of its page for developers."""
    return str(int(hashlib.sha256(app.encode()).hexdigest()[:7], 16))


class PagesBell(Bells):
    """What LinkedIn tells: an address is registered on its page for developers (here by the control), a page's news by each member."""

    stand: LinkedIn

    def __init__(self, stand: LinkedIn) -> None:
        super().__init__(stand, Manner(_asks, lambda body, secret: {"x-li-signature": signature(secret, body)}))

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {"PUT /rest/eventSubscriptions/{key}": self.subscribe}

    def subscribe(self, request: Request, key: str) -> Reply:
        """Have an address that is registered told of a page, as its administrator."""
        member = self.stand.enter(request, "rw_organization_admin")
        app = self.stand.doors.require(request)["client_id"]
        given, named = fields(request), KEY.fullmatch(key)
        if named is None or named["app"] != number_of(app) or named["user"] != self.stand.state["members"][member]["id"]:
            raise Said(self.stand.error(400, "ILLEGAL_ARGUMENT", "The key names neither this application nor this member"))
        self.stand.rights(member, named["page"])
        if given.keys() != {"webhook"} or given["webhook"] not in [row["url"] for row in self.rows() if row["app"] == app]:
            raise Said(self.stand.error(400, "ILLEGAL_ARGUMENT", "The webhook is not registered for this application"))
        self.stand.state.setdefault("told", {}).setdefault(named["page"], {})[app] = given["webhook"]
        self.stand.changed()
        return Reply(201, kind="")

    def comment(self, post: Mapping[str, Any], one: Mapping[str, Any], action: str) -> None:
        """Tell of a comment: COMMENT, ADMIN_COMMENT (a page's own), COMMENT_EDIT, COMMENT_DELETE."""
        told = self.stand.social.notification(post, one) | {"action": action}
        if action not in ("COMMENT", "ADMIN_COMMENT"):
            told |= {"notificationId": int(self.stand.number()), "lastModifiedAt": int(self.stand.now() * 1000)}
        self.tell(str(post["page"]), told)

    def tell(self, page: str, told: Mapping[str, Any]) -> None:
        """Tell every address of one piece of news of a page."""
        body = {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [told]}
        for row in self._told(str(told["organizationalEntity"])):
            self.ring(row, str(told["action"]), page, body)

    def _told(self, page: str) -> list[dict[str, Any]]:
        told = self.stand.state.setdefault("told", {}).get(page, {})
        return [row for row in self.rows() if told.get(row["app"]) == row["url"]]
