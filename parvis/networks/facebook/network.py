"""Facebook as one object: its facts, its door, its connector, its ear and its bell."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Account, Connector, Network, Wires
from parvis.networks.facebook.connect import Dialog
from parvis.networks.facebook.ear import ABILITIES, DIALECT, NAMING, RING
from parvis.networks.facebook.spec import SPEC
from parvis.networks.facebook.wire import Posting
from parvis.networks.meta import places
from parvis.networks.meta_ear import Listening


def network(at: Mapping[str, str]) -> Network:
    """Return Facebook; `at` may name `graph`, `dialog`, `uploads`, `videos` (or `all`), `version` and `version_ends`."""
    here = places(
        at,
        graph="https://graph.facebook.com",
        dialog="https://www.facebook.com",
        uploads="https://rupload.facebook.com",
        videos="https://graph-video.facebook.com",
    )

    def connector(account: Account, wires: Wires) -> Connector:
        return Posting(account, wires, here)

    def ear(account: Account, wires: Wires) -> Listening:
        return Listening(account, wires, here, DIALECT, ABILITIES, NAMING)

    return Network(SPEC, Dialog(here), connector, new_key, ear, RING)


def new_key(now: datetime) -> str:
    """Return a fresh key; the network has no use for it."""
    return uuid.uuid4().hex
