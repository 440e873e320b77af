"""X's webhooks: an application's address answers a challenge with its secret, and is told what happened to the accounts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sandbox import x_text as text_rules
from sandbox.bells import Bells, Manner
from sandbox.server import iso
from sandbox.x_inbox import crc, sign

if TYPE_CHECKING:
    from sandbox.x import X

NEWER = "x-twitter-webhooks-signature-oauth2"


def _asks(word: str, secret: str) -> tuple[Mapping[str, str], Callable[[bytes], bool]]:
    token = secrets.token_hex(16)

    def right(body: bytes) -> bool:
        try:
            return bool(json.loads(body) == crc(secret, token))
        except ValueError:
            return False

    return {"crc_token": token}, right


class AccountBells(Bells):
    """What X tells of accounts; an address is registered in its console, here by the control. A call that fails is not made again."""

    stand: X

    def __init__(self, stand: X) -> None:
        super().__init__(stand, Manner(_asks, lambda body, secret: {NEWER: sign(secret, body)}))

    def post(self, post: Mapping[str, Any]) -> None:
        """Tell whoever is answered or named by a post of the public."""
        users, payload = self.stand.state["users"], {"id": post["id"], "text": f"{post['prefix']}{post['text']}", "author_id": post["user"]}
        answered = self.stand.author_of(post["after"]) if post["after"] else ""
        if answered in users and not users[answered]["public"]:
            self._tell(answered, "post.reply.create", payload)
        named = {name.lower() for name in text_rules.MENTION.findall(post["text"])}
        for user in [one for one in users.values() if one["username"].lower() in named and one["id"] != answered and not one["public"]]:
            self._tell(user["id"], "post.mention.create", payload)

    def message(self, said: Mapping[str, Any], to: str) -> None:
        """Tell whoever got a private message."""
        payload = {"id": said["id"], "sender_id": said["sender"], "text": said["text"], "created_at": iso(said["at"], 3)}
        self._tell(to, "dm.received", {**payload, "dm_conversation_id": said["conversation"]})

    def _tell(self, account: str, happened: str, payload: Mapping[str, Any]) -> None:
        news = {"data": {"event_type": happened, "filter": {"user_id": account}, "payload": payload}}
        for row in self.rows():
            self.ring(row, happened, str(self.stand.state["users"][account]["username"]), news)
