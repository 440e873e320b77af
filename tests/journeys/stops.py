"""The pages that every journey of the eye visits. A new page is a line here."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from tests.world import World


@dataclass(frozen=True)
class Stop:
    """A page by its name; `args` come after the company's slug. `outside`: it belongs to no company."""

    name: str
    args: tuple[object, ...] = ()
    outside: bool = False
    signed_in: bool = True

    def url(self, world: World) -> str:
        """Return the address of the page in the bakery."""
        return reverse(self.name, args=self.args if self.outside else (world.bakery.slug, *self.args))


STOPS = [
    Stop("home"),
    Stop("calendar"),
    Stop("posts"),
    Stop("compose-new"),
    Stop("import"),
    Stop("slots"),
    Stop("help"),
    Stop("settings"),
    Stop("members"),
    Stop("journal"),
    Stop("channels"),
    Stop("connect", ("bluesky",)),
    Stop("connect", ("mastodon",)),
    Stop("media"),
    Stop("account", outside=True),
    Stop("patterns", outside=True, signed_in=False),
    Stop("account_login", outside=True, signed_in=False),
    Stop("account_signup", outside=True, signed_in=False),
    Stop("account_reset_password", outside=True, signed_in=False),
]


def built() -> list[Stop]:
    """Return the stops whose pages exist."""
    found = []
    for stop in STOPS:
        try:
            reverse(stop.name, args=stop.args if stop.outside else ("x", *stop.args))
        except NoReverseMatch:
            continue
        found.append(stop)
    return found
