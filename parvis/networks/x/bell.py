"""X's webhooks: the challenge that one of the application's secrets answers, and signed news of what happened to an account.

Two pages of X's documentation differ. The newer one (x-api/webhooks/introduction.mdx) lets an application that signs in with OAuth 2.0
answer with its client secret; the older one (quickstart.mdx) names the consumer secret alone. So the client secret answers, unless a
company copied its consumer secret here: then that one does. A signature is believed under its own header with its own secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from parvis.core.http import identifier
from parvis.networks.listening import Call, Knock, Reply

# What X calls each piece of news, and the source that is read for it.
SOURCES = {
    "post.mention.create": "named",
    "post.reply.create": "under",
    "post.quote.create": "named",
    "post.create": "own",
    "dm.received": "messages",
    "dm.sent": "messages",
}
# Which secret of the application signs which header.
SIGNED = {"x-twitter-webhooks-signature-oauth2": "client_secret", "x-twitter-webhooks-signature": "signing_secret"}


class Webhook:
    """The webhook of an application."""

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        """Prove that the secret is known here: a word comes, and its signature goes back."""
        word = call.query.get("crc_token", "")
        if call.method != "GET" or not word:
            return None
        secret = str(app.get("signing_secret") or app.get("client_secret") or "")
        if not secret:
            return Reply(403, "no application here")
        return Reply(200, json.dumps({"response_token": _signed(secret, word.encode())}), "application/json")

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        """Tell whether a header holds the signature of this very body, made with the secret that belongs to it."""
        pairs = [(call.headers.get(header, "").strip(), str(app.get(name) or "")) for header, name in SIGNED.items()]
        return any(hmac.compare_digest(given.encode(), _signed(secret, call.body).encode()) for given, secret in pairs if given and secret)

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        """Return the account that the news is about, and what is to be read."""
        try:
            body = json.loads(call.body)
        except (ValueError, RecursionError):
            return ()
        told = body.get("data") if isinstance(body, dict) else None
        listed = [one for one in (told if isinstance(told, list) else [told]) if isinstance(one, dict)]
        named = (_knock(one) for one in listed)
        return tuple(dict.fromkeys(one for one in named if one is not None))


def _knock(news: Mapping[str, Any]) -> Knock | None:
    about = news.get("filter")
    name = identifier(about.get("user_id")) if isinstance(about, dict) else ""
    source = SOURCES.get(str(news.get("event_type")))
    return Knock(name, source) if name and source else None


def _signed(secret: str, body: bytes) -> str:
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
