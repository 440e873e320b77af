"""The webhooks that the networks of one family share: the question about the address, the signature, what a body says happened."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core.http import identifier
from parvis.networks.listening import Call, Knock, Reply

SIGNATURE = "x-hub-signature-256"


@dataclass(frozen=True, slots=True)
class Ring:
    """The webhooks of one object of the family; `sources` says which source is to be read for which field."""

    about: str
    sources: Mapping[str, str]

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        """Give the challenge back to whoever knows the word that was agreed on."""
        if call.method != "GET" or "hub.mode" not in call.query:
            return None
        word, said = str(app.get("verify_token") or ""), call.query.get("hub.verify_token", "")
        if call.query["hub.mode"] != "subscribe" or not word or not hmac.compare_digest(word.encode(), said.encode()):
            return Reply(403)
        return Reply(200, call.query.get("hub.challenge", ""))

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        """Tell whether the application's secret signed the body as it came, escapes and all."""
        secret = str(app.get("client_secret") or "")
        expected = "sha256=" + hmac.new(secret.encode(), call.body, hashlib.sha256).hexdigest()
        return bool(secret) and hmac.compare_digest(expected.encode(), call.headers.get(SIGNATURE, "").strip().encode())

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        """Return each account and source that the body names, once."""
        try:
            found = json.loads(call.body)
        except ValueError:
            return ()
        if not isinstance(found, dict) or found.get("object") != self.about:
            return ()
        entries = found.get("entry")
        named = (knock for one in (entries if isinstance(entries, list) else ()) if isinstance(one, dict) for knock in self._of(one))
        return tuple(dict.fromkeys(named))

    def _of(self, entry: Mapping[str, Any]) -> Iterator[Knock]:
        name = identifier(entry.get("id"))
        changes = entry.get("changes")
        fields = [str(one.get("field")) for one in (changes if isinstance(changes, list) else ()) if isinstance(one, dict)]
        if isinstance(entry.get("messaging"), list):
            fields.append("messages")
        if name:
            yield from (Knock(name, self.sources[one]) for one in fields if one in self.sources)
