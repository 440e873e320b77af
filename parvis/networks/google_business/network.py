"""Google Business as one object: its facts, its door, its connector."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Account, Connector, Network, Wires
from parvis.networks.google import CONSENT, TOKENS, Permission, place
from parvis.networks.google_business.connect import SCOPE, Places
from parvis.networks.google_business.spec import SPEC
from parvis.networks.google_business.wire import Posting


def network(at: Mapping[str, str]) -> Network:
    """Return Google Business. Named addresses: `consent`, `tokens`, `accounts`, `info`, `posts`; `all` stands for each."""
    permission = Permission(place(at, "consent", CONSENT), place(at, "tokens", TOKENS), (SCOPE,), frozenset({SCOPE}))
    info = place(at, "info", "https://mybusinessbusinessinformation.googleapis.com")
    accounts = place(at, "accounts", "https://mybusinessaccountmanagement.googleapis.com")

    def connector(account: Account, wires: Wires) -> Connector:
        return Posting(account, wires, info)

    return Network(SPEC, Places(permission, accounts, info, place(at, "posts", "https://mybusiness.googleapis.com")), connector, new_key)


def new_key(now: datetime) -> str:
    """Return a fresh key; Google Business makes nothing of it."""
    return uuid.uuid4().hex
