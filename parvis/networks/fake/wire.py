"""Writing to the fake network."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.networks.contract import Account, Wires


@dataclass(slots=True)
class Posting:
    """An account that can be written to."""

    account: Account
    wires: Wires
