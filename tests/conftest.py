"""What every test may ask for."""

from __future__ import annotations

import pytest

from tests.world import World, build


@pytest.fixture
def world(db: None) -> World:
    """Return the bakery and its people."""
    return build()
