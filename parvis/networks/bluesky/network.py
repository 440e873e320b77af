"""Bluesky as one object: its facts, its door, its connector."""

from __future__ import annotations

from collections.abc import Mapping

from parvis.networks.bluesky.connect import AppPassword
from parvis.networks.bluesky.ear import Listening
from parvis.networks.bluesky.places import Places
from parvis.networks.bluesky.spec import SPEC
from parvis.networks.bluesky.tid import new_key
from parvis.networks.bluesky.wire import Posting
from parvis.networks.contract import Account, Network, Wires


def network(at: Mapping[str, str]) -> Network:
    """Return Bluesky, seen from these addresses."""
    places = Places(*(at.get(name, "").rstrip("/") for name in ("resolver", "plc", "web", "stand_in")))

    def connector(account: Account, wires: Wires) -> Posting:
        return Posting(account, wires, places.around(account.base))

    def ear(account: Account, wires: Wires) -> Listening:
        return Listening(account, wires, places.around(account.base))

    return Network(SPEC, AppPassword(places), connector, new_key, ear=ear)
