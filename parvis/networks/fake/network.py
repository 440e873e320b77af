"""The fake network, as one object."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

from parvis.networks.contract import Network
from parvis.networks.fake.connect import Token
from parvis.networks.fake.ear import Listening
from parvis.networks.fake.spec import SPEC
from parvis.networks.fake.wire import Posting


def network(at: Mapping[str, str]) -> Network:
    """Return the fake network that answers at `at["base"]`."""
    return Network(SPEC, Token(at["base"].rstrip("/")), Posting, new_key, ear=Listening)


def new_key(now: datetime) -> str:
    """Return a fresh key: stored over there, and the only mark by which a reading knows its own."""
    return uuid.uuid4().hex
