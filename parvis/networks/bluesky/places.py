"""Where Bluesky is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """`resolver` turns a handle into an identity, `plc` keeps the identities' documents, `web` is where people read.

    `stand_in`, where there is one, is all of that for handles under `.test`, which are reserved and never real.
    """

    resolver: str
    plc: str
    web: str
    stand_in: str = ""

    def of(self, identifier: str) -> Places:
        """Return the places to ask about this identifier."""
        return self._there() if self.stand_in and identifier.strip().lower().endswith(".test") else self

    def around(self, pds: str) -> Places:
        """Return the places of an account that is kept on this server."""
        return self._there() if self.stand_in and pds == self.stand_in else self

    def _there(self) -> Places:
        return Places(self.stand_in, self.stand_in, self.stand_in)
