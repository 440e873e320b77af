"""What each network says of handing an account over: checkable, dated, in both languages."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from django.utils import translation

from parvis.core import clock
from parvis.core.say import Say
from parvis.networks.facts import Handing
from parvis.networks.known import NETWORKS, handing
from parvis.web.tags import say

LINES = ("owner", "role", "recovery", "factor")


def of(key: str) -> Handing:
    there = handing(key)
    assert there is not None
    return there


@pytest.mark.parametrize("key", NETWORKS)
def test_each_line_has_its_source_and_the_day_it_was_read(key: str) -> None:
    for name in LINES:
        fact = getattr(of(key), name)
        assert isinstance(fact.value, Say)
        assert fact.source
        assert date(2026, 11, 1) <= fact.read <= clock.now().date()


@pytest.mark.parametrize("key", NETWORKS)
def test_each_line_is_said_in_both_languages(key: str) -> None:
    for name in LINES:
        value = getattr(of(key), name).value
        with translation.override("fr"):
            french = say(value)
        with translation.override("en"):
            assert say(value) == str(value) != french


@pytest.mark.parametrize("key", NETWORKS)
def test_where_no_role_exists_it_is_said_and_where_one_does_its_page_is_named(key: str) -> None:
    there = of(key)
    if there.shared:
        assert "no such role exists: the password is shared at your own risk" in str(there.role.value).lower()
    else:
        assert urlsplit(there.at).scheme == "https"


@pytest.mark.parametrize("key", ["nowhere", "fake", ""])
def test_of_a_network_that_is_not_known_nothing_is_said(key: str) -> None:
    assert handing(key) is None
