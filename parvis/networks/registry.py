"""The networks that can be connected, as objects. What a network needs for its calls is loaded when the first of them is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from parvis.networks.contract import Account, Connector, Door, Network, Wires
from parvis.networks.facts import Spec
from parvis.networks.known import NETWORKS, connects, listens, part

Places = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Config:
    """Where the networks are, for whoever hosts Parvis to decide. An empty `fake_base` leaves the fake network out.

    `places` holds, by a network's key, the addresses that go before its own (`all`: every one of them, as on a stand-in).
    """

    bluesky_resolver: str = "https://public.api.bsky.app"
    bluesky_plc: str = "https://plc.directory"
    bluesky_web: str = "https://bsky.app"
    mastodon_scheme: str = "https"
    fake_base: str = ""
    bluesky_stand_in: str = ""
    places: Places = field(default_factory=dict)

    def at(self, key: str) -> dict[str, str]:
        """Return what a network is told of its addresses."""
        own = {
            "bluesky": {
                "resolver": self.bluesky_resolver,
                "plc": self.bluesky_plc,
                "web": self.bluesky_web,
                "stand_in": self.bluesky_stand_in,
            },
            "mastodon": {"scheme": self.mastodon_scheme},
            "fake": {"base": self.fake_base},
        }
        return {**own.get(key, {}), **self.places.get(key, {})}


class Line:
    """One network of the registry: its facts at once, the rest when it is first needed (memory, and the time of a start)."""

    def __init__(self, key: str, at: Mapping[str, str]) -> None:
        self._key = key
        self._at = at

    @cached_property
    def spec(self) -> Spec:
        """Its facts."""
        return cast(Spec, part(self._key, "spec").SPEC)

    @cached_property
    def _whole(self) -> Network:
        return cast(Network, part(self._key, "network").network(self._at))

    @property
    def door(self) -> Door:
        """How an account is connected."""
        return self._whole.door

    @property
    def connector(self) -> Callable[[Account, Wires], Connector]:
        """What makes a connector."""
        return self._whole.connector

    @property
    def listens(self) -> bool:
        """Whether it can be listened to: asked at every tick of a house at rest, so its calls stay unloaded."""
        return listens(self._key)

    @property
    def ear(self) -> Callable[[Account, Wires], Any] | None:
        """What listens to an account."""
        return self._whole.ear

    @property
    def bell(self) -> Any:
        """Its webhooks."""
        return self._whole.bell

    @property
    def new_key(self) -> Callable[[datetime], str]:
        """What makes a delivery's key."""
        return self._whole.new_key


def networks(config: Config) -> dict[str, Network]:
    """Return the networks by their key, in the order in which they are offered."""
    known = [key for key in NETWORKS if connects(key)] + (["fake"] if config.fake_base else [])
    return {key: cast(Network, Line(key, config.at(key))) for key in known}
