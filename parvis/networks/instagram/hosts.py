"""Where Instagram is: the family's hosts, those of its own login, and its pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from parvis.networks.meta import Places, places

# The way of a login: through the page that the account is linked to, or Instagram's own.
PAGE, DIRECT = "page", "direct"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The addresses of Instagram. `way` is the login that a new connection takes unless the company's application says another."""

    family: Places
    authorize: str
    tokens: str
    direct: str
    web: str
    way: str = field(default=PAGE)


def hosts(at: Mapping[str, str]) -> Hosts:
    """Return the addresses; `at` may name `graph`, `dialog`, `uploads`, `authorize`, `tokens`, `direct`, `web` (or `all`)."""
    family = places(
        at, graph="https://graph.facebook.com", dialog="https://www.facebook.com", uploads="https://rupload.facebook.com", videos=""
    )
    own = {
        "authorize": "https://www.instagram.com",
        "tokens": "https://api.instagram.com",
        "direct": "https://graph.instagram.com",
        "web": "https://www.instagram.com",
    }
    return Hosts(family, **{name: at.get(name) or at.get("all") or host for name, host in own.items()}, way=at.get("way") or PAGE)
