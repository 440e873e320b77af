"""LinkedIn as one object: its facts, its door, its connector, its ear and its bell."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Account, Network, Wires
from parvis.networks.linkedin.bell import Webhook
from parvis.networks.linkedin.connect import Pages
from parvis.networks.linkedin.ear import Listening
from parvis.networks.linkedin.places import Places
from parvis.networks.linkedin.spec import SPEC
from parvis.networks.linkedin.wire import Posting


def network(at: Mapping[str, str]) -> Network:
    """Return LinkedIn; `at` may name `all` (one stand-in), `api`, `www`, `version`, `scopes` and `daily` (posts a day, 0: not counted)."""
    places = Places.of(at, SPEC.daily.value if SPEC.daily else 0)

    def connector(account: Account, wires: Wires) -> Posting:
        return Posting(account, wires, places)

    def ear(account: Account, wires: Wires) -> Listening:
        return Listening(account, wires, places)

    return Network(SPEC, Pages(places), connector, new_key, ear=ear, bell=Webhook())


def new_key(now: datetime) -> str:
    """Return a fresh key. LinkedIn takes none: it only tells two deliveries apart here."""
    return uuid.uuid4().hex
