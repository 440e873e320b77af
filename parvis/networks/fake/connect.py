"""How an account of the fake network is connected."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """The door of the fake network."""

    base: str
