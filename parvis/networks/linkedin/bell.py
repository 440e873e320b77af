"""LinkedIn's webhooks: the challenge that the application's secret answers, signed news of what the public did on a page."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from parvis.networks.listening import Call, Knock, Reply

# The signature is made over this and the body.
MARK = b"hmacsha256="
SOURCES = {**dict.fromkeys(("COMMENT", "ADMIN_COMMENT", "COMMENT_EDIT", "COMMENT_DELETE"), "under"), "SHARE_MENTION": "named"}


class Webhook:
    """The webhook of an application."""

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        """Prove that the secret is known here: a code comes, and goes back signed."""
        code = call.query.get("challengeCode", "")
        if call.method != "GET" or not code:
            return None
        if not _secret(app):
            return Reply(403, "no application here")
        answer = {"challengeCode": code, "challengeResponse": _signed(app, code.encode())}
        return Reply(200, json.dumps(answer), "application/json")

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        """Tell whether the header holds the signature of this very body."""
        given = call.headers.get("x-li-signature", "").removeprefix(MARK.decode())
        return bool(_secret(app)) and hmac.compare_digest(given.encode(), _signed(app, MARK + call.body).encode())

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        """Return the pages on which something was said, or that somebody named; the same news told twice is one."""
        try:
            body = json.loads(call.body)
        except (ValueError, RecursionError):
            return ()
        told = body.get("notifications") if isinstance(body, dict) else None
        rows = {str(one.get("notificationId")): one for one in (told if isinstance(told, list) else ()) if isinstance(one, dict)}
        news = [(str(one.get("organizationalEntity") or ""), SOURCES.get(str(one.get("action")), "")) for one in rows.values()]
        return tuple(Knock(page, source) for page, source in dict.fromkeys(news) if page and source)


def _secret(app: Mapping[str, Any]) -> str:
    return str(app.get("client_secret") or "")


def _signed(app: Mapping[str, Any], body: bytes) -> str:
    return hmac.new(_secret(app).encode(), body, hashlib.sha256).hexdigest()
