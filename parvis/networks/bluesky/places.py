"""Where Bluesky is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """`resolver` turns a handle into an identity, `plc` keeps the identities' documents, `web` is where people read."""

    resolver: str
    plc: str
    web: str
