"""What tests of rooms may ask for besides: the networks' stand-ins, empty at each test; a network that the public writes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from parvis.channels.models import Channel
from tests.rooms.parlour import Parlour, channel
from tests.rooms.town import running_town, town
from tests.world import NOON, World

__all__ = ["running_town", "town"]


@pytest.fixture
def travel() -> Iterator[Any]:
    """Stop the clock at noon; the test turns it on."""
    with time_machine.travel(NOON, tick=False) as at:
        yield at


@pytest.fixture
def parlour(settings: Any, travel: Any) -> Parlour:
    """Return a network without wires, on which tests let the public write."""
    made = Parlour()
    settings.NETWORKS = {**settings.NETWORKS, "parlour": made.network()}
    return made


@pytest.fixture
def account(world: World, parlour: Parlour) -> Channel:
    """Return the bakery's account there."""
    return channel(world)
