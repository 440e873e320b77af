"""What every test may ask for."""

from __future__ import annotations

import pytest

from parvis.web import catalogues
from tests.world import World, build


def pytest_configure() -> None:
    """Let a fresh clone be tested without a step by hand."""
    catalogues.compile_stale()


@pytest.fixture
def world(db: None) -> World:
    """Return the bakery and its people."""
    return build()
