"""What every test may ask for, and what none may leave to the next."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings

from tests.world import World, build

# Nothing listens there.
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"

# How long an example takes says how busy the machine is, not whether the promise holds.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for the database, itself or through what it asks for."""
    for item in items:
        asked = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        if asked or item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.database)


@pytest.fixture(autouse=True)
def no_database_behind_the_back(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no process that a test starts find a database that the test has not asked for; pytest-django sees to the test itself."""
    if not request.node.get_closest_marker("database"):
        monkeypatch.setenv("PARVIS_DATABASE", NO_DATABASE)


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    """Forget the tries at the door that earlier tests of this process counted."""
    cache.clear()


@pytest.fixture
def world(db: None) -> World:
    """Return the bakery and its people."""
    return build()
