"""What every test may ask for, and what none may leave to the next."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from tests.world import World, build

# How long an example takes says how busy the machine is, not whether the promise holds.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget the tries at the door that earlier tests of this process counted."""
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    """Return the bakery and its people."""
    return build()
