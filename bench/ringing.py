"""The settings of the house, with a bell on the fake network: what rings there is signed with HMAC, as the real ones do."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from bench.bells import signed
from parvis.networks.contract import Network
from parvis.networks.listening import Call, Knock, Reply
from parvis.settings import *  # noqa: F403 - these are settings
from parvis.settings import NETWORKS


class Ringing:
    """A bell as the contract wants it."""

    def handshake(self, call: Call, app: Mapping[str, Any]) -> Reply | None:
        """Ask nothing."""
        return None

    def genuine(self, call: Call, app: Mapping[str, Any]) -> bool:
        """Compare the signature over the untouched body."""
        return hmac.compare_digest(call.headers.get("x-signature", ""), signed(call.body))

    def knocks(self, call: Call) -> tuple[Knock, ...]:
        """Return the accounts that are named."""
        return tuple(Knock(str(name)) for name in json.loads(call.body)["for"])


_fake = NETWORKS["fake"]
NETWORKS = {**NETWORKS, "fake": Network(_fake.spec, _fake.door, _fake.connector, _fake.new_key, ear=_fake.ear, bell=Ringing())}
