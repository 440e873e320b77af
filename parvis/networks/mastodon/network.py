"""Mastodon as one object: its facts, its door, its connector."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Network
from parvis.networks.mastodon.connect import CodeFlow
from parvis.networks.mastodon.ear import Listening
from parvis.networks.mastodon.spec import SPEC
from parvis.networks.mastodon.wire import Posting


def network(at: Mapping[str, str]) -> Network:
    """Return Mastodon; servers that a setting names are called over `at["scheme"]`."""
    return Network(SPEC, CodeFlow(at.get("scheme", "https")), Posting, new_key, ear=Listening)


def new_key(now: datetime) -> str:
    """Return a fresh Idempotency-Key."""
    return uuid.uuid4().hex
