"""How a Bluesky account is connected and kept alive."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.networks.bluesky.places import Places


@dataclass(frozen=True, slots=True)
class AppPassword:
    """The door of Bluesky: a handle and an app password."""

    places: Places
