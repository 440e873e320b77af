"""LinkedIn as one object: its facts, its door, its connector."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Account, Network, Wires
from parvis.networks.linkedin.connect import Pages
from parvis.networks.linkedin.places import Places
from parvis.networks.linkedin.spec import SPEC
from parvis.networks.linkedin.wire import Posting


def network(at: Mapping[str, str]) -> Network:
    """Return LinkedIn; `at` may name `all` (one stand-in), `api`, `www`, `version`, `scopes` and `daily` (posts a day, 0: not counted)."""
    places = Places.of(at, SPEC.daily.value if SPEC.daily else 0)

    def connector(account: Account, wires: Wires) -> Posting:
        return Posting(account, wires, places)

    return Network(SPEC, Pages(places), connector, new_key)


def new_key(now: datetime) -> str:
    """Return a fresh key. LinkedIn takes none: it only tells two deliveries apart here."""
    return uuid.uuid4().hex
