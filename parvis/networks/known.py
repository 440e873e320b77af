"""The networks that this Parvis knows: one word each, the name of its folder, in the order in which they are offered.

A folder has `spec.py` (facts), `code.py` (advice) and `handing.py` (what handing an account over means); with `network.py` it can be
connected, without it a person publishes by hand; with `ear.py` it can be listened to.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, cast

# The supervisor reads this list and nothing else of a network.
if TYPE_CHECKING:
    from parvis.networks.facts import Handing

NETWORKS = ("facebook", "instagram", "google_business", "linkedin", "x", "youtube", "bluesky", "mastodon", "tiktok")


def part(key: str, name: str) -> ModuleType:
    """Return one module of a network's folder. Raises ImportError."""
    return import_module(f"parvis.networks.{key}.{name}")


def connects(key: str) -> bool:
    """Tell whether an account of this network can be connected."""
    return _holds(key, "network")


@cache
def listens(key: str) -> bool:
    """Tell whether an account of this network can be listened to."""
    return _holds(key, "ear")


def _holds(key: str, name: str) -> bool:
    return find_spec(f"parvis.networks.{key}.{name}") is not None


def handing(key: str) -> Handing | None:
    """Return what handing an account of a network over means there; None of whatever is not known here. Read where it is shown."""
    return cast("Handing", part(key, "handing").HANDING) if key in NETWORKS else None
