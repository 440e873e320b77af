"""LinkedIn's webhook: an application's address, proven with its secret, is told what members do on the pages."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox.bells import Bells, Manner

if TYPE_CHECKING:
    from sandbox.linkedin import LinkedIn

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


class PagesBell(Bells):
    """What LinkedIn tells of all pages; an address is registered on its page for developers, here by the control."""

    stand: LinkedIn

    def __init__(self, stand: LinkedIn) -> None:
        super().__init__(stand, Manner(_asks, lambda body, secret: {"x-li-signature": signature(secret, body)}))

    def comment(self, post: Mapping[str, Any], one: Mapping[str, Any], action: str) -> None:
        """Tell of a comment: COMMENT, ADMIN_COMMENT (a page's own), COMMENT_EDIT, COMMENT_DELETE."""
        told = self.stand.social.notification(post, one) | {"action": action}
        if action not in ("COMMENT", "ADMIN_COMMENT"):
            told |= {"notificationId": int(self.stand.number()), "lastModifiedAt": int(self.stand.now() * 1000)}
        self.tell(str(post["page"]), told)

    def tell(self, page: str, told: Mapping[str, Any]) -> None:
        """Tell every address of one piece of news of a page."""
        body = {"type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS", "notifications": [told]}
        for row in self.rows():
            self.ring(row, str(told["action"]), page, body)
