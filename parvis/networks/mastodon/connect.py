"""How a Mastodon account is connected and kept alive."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeFlow:
    """The door of Mastodon."""

    scheme: str
