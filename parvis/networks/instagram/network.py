"""Instagram as one object: its facts, its doors, its connector, its ear and its bell."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Account, Connector, Network, Wires
from parvis.networks.instagram.connect import Logins
from parvis.networks.instagram.ear import ABILITIES, DIALECT, NAMING, RING
from parvis.networks.instagram.hosts import hosts
from parvis.networks.instagram.spec import SPEC
from parvis.networks.instagram.wire import Posting
from parvis.networks.meta_ear import Listening


def network(at: Mapping[str, str]) -> Network:
    """Return Instagram; see `hosts` for what `at` may name, with `version`, `version_ends` and `way` ("page" or "direct")."""
    here = hosts(at)

    def connector(account: Account, wires: Wires) -> Connector:
        return Posting(account, wires, here)

    def ear(account: Account, wires: Wires) -> Listening:
        return Listening(account, wires, here.family, DIALECT, ABILITIES, NAMING)

    return Network(SPEC, Logins(here), connector, new_key, ear, RING)


def new_key(now: datetime) -> str:
    """Return a fresh key; the container is the key that the network knows."""
    return uuid.uuid4().hex
