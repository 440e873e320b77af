"""X as one object: its facts, its door, its connector, its ear and its bell."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from parvis.networks.contract import Network
from parvis.networks.x.bell import Webhook
from parvis.networks.x.connect import CodeFlow
from parvis.networks.x.ear import Listening
from parvis.networks.x.spec import SPEC
from parvis.networks.x.wire import Posting

API, WEB = "https://api.x.com", "https://x.com"


def network(at: Mapping[str, str]) -> Network:
    """Return X at `at["api"]` and `at["web"]`, or wholly at `at["all"]`; `at["long_text"]` lets subscribers write long texts."""
    api, web = (at.get(name) or at.get("all") or usual for name, usual in (("api", API), ("web", WEB)))
    door = CodeFlow(api.rstrip("/"), web.rstrip("/"), bool(at.get("long_text")))
    place = web.rstrip("/")
    return Network(SPEC, door, partial(Posting, web=place), new_key, ear=partial(Listening, web=place), bell=Webhook())


def new_key(now: datetime) -> str:
    """Return what names a delivery here: X takes no key, so it never leaves the house."""
    return uuid.uuid4().hex
