"""The town of stand-ins, clean for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import Town, running
from tests.contract import larder
from tests.contract.benches import Bench


@pytest.fixture(scope="session")
def standing() -> Iterator[Town]:
    with running() as town:
        yield town


@pytest.fixture
def town(standing: Town) -> Iterator[Town]:
    yield standing
    standing.reset()


@pytest.fixture
def bluesky(town: Town) -> Iterator[Bench]:
    yield from connected("bluesky", town)


@pytest.fixture
def mastodon(town: Town) -> Iterator[Bench]:
    yield from connected("mastodon", town)


@pytest.fixture
def linkedin(town: Town) -> Iterator[Bench]:
    yield from connected("linkedin", town)


@pytest.fixture
def x(town: Town) -> Iterator[Bench]:
    yield from connected("x", town)


def connected(key: str, town: Town) -> Iterator[Bench]:
    bench = Bench(key, town)
    bench.connect()
    yield bench
    bench.http.close()
    larder.clear()
