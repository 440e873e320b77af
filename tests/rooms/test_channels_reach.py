"""Whether a network that fetches pictures by itself can reach this Parvis at all."""

from __future__ import annotations

import pytest

from parvis.channels.readiness import reach
from parvis.networks.facts import Spec
from parvis.networks.known import part

FETCHES: Spec = part("instagram", "spec").SPEC
SENDS: Spec = part("facebook", "spec").SPEC


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8000", "https://parvis.local", "https://192.168.1.20", "http://parvis.lenoir.example", "https://parvis", ""],
)
def test_an_address_that_the_internet_cannot_reach_is_named_with_a_cure(address: str) -> None:
    (check,) = reach(FETCHES, address)
    assert check.level == "limited"
    assert check.cure is not None
    assert "PARVIS_MEDIA_ADDRESS" in str(check.cure)


@pytest.mark.parametrize("address", ["https://parvis.lenoir.example", "https://parvis.lenoir.example/m", "https://[2a00:1450:4007::1]"])
def test_an_address_on_the_internet_needs_no_words(address: str) -> None:
    assert reach(FETCHES, address) == ()


def test_a_network_that_is_sent_everything_does_not_care() -> None:
    assert reach(SENDS, "http://127.0.0.1:8000") == ()
