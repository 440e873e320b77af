"""What tests of rooms may ask for besides: the networks' stand-ins, empty at each test."""

from __future__ import annotations

from tests.rooms.town import running_town, town

__all__ = ["running_town", "town"]
