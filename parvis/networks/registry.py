"""The networks that this Parvis knows: one line each."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.networks.bluesky import network as bluesky
from parvis.networks.contract import Network
from parvis.networks.fake import network as fake
from parvis.networks.mastodon import network as mastodon


@dataclass(frozen=True, slots=True)
class Config:
    """Where the networks are, for whoever hosts Parvis to decide. An empty `fake_base` leaves the fake network out."""

    bluesky_resolver: str = "https://public.api.bsky.app"
    bluesky_plc: str = "https://plc.directory"
    bluesky_web: str = "https://bsky.app"
    mastodon_scheme: str = "https"
    fake_base: str = ""
    bluesky_stand_in: str = ""


def networks(config: Config) -> dict[str, Network]:
    """Return the networks by their key, in the order in which they are offered."""
    known = [
        bluesky.network(config.bluesky_resolver, config.bluesky_plc, config.bluesky_web, config.bluesky_stand_in),
        mastodon.network(config.mastodon_scheme),
        *([fake.network(config.fake_base)] if config.fake_base else []),
    ]
    return {network.spec.key: network for network in known}
