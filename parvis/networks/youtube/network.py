"""YouTube as one object: its facts, its door, its connector, its ear."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Account, Connector, Network, Wires
from parvis.networks.google import CONSENT, TOKENS, Permission, place
from parvis.networks.listening import Ear
from parvis.networks.youtube.connect import READS, SCOPES, UPLOAD, Channels
from parvis.networks.youtube.ear import Listening
from parvis.networks.youtube.spec import SPEC
from parvis.networks.youtube.wire import Posting


def network(at: Mapping[str, str]) -> Network:
    """Return YouTube. Named addresses: `consent`, `tokens`, `api`, `web`; `all` stands for each."""
    permission = Permission(place(at, "consent", CONSENT), place(at, "tokens", TOKENS), SCOPES, frozenset({UPLOAD, READS}))
    web = place(at, "web", "https://www.youtube.com")

    def connector(account: Account, wires: Wires) -> Connector:
        return Posting(account, wires, web)

    def ear(account: Account, wires: Wires) -> Ear:
        return Listening(account, wires, web)

    return Network(SPEC, Channels(permission, place(at, "api", "https://youtube.googleapis.com"), web), connector, new_key, ear=ear)


def new_key(now: datetime) -> str:
    """Return a fresh key; YouTube's own is the upload's session."""
    return uuid.uuid4().hex
