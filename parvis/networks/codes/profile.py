"""How a company speaks: what the rules need to know of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from parvis.networks.codes.rule import Severity

TRADES = (
    "bakery", "restaurant", "bar", "wine_shop", "construction", "industry", "lawyer", "regulated", "health", "shop", "tourism",
    "services", "beauty", "estate", "other",
)  # fmt: skip

ADDRESSES = ("vous", "tu", "any")
INCLUSIVE = ("any", "none", "plain")


@dataclass(frozen=True, slots=True)
class Period:
    """A named span of days, both included. `place` is a department's or territory's number, "" for all."""

    name: str
    first: date
    last: date
    place: str = ""


@dataclass(frozen=True, slots=True)
class Weight:
    """A rule switched off (`severity` None) or given another weight, and why."""

    severity: Severity | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """A company's profile. Everything has a value that suits a company that said nothing.

    `inclusive`: "any" says nothing of inclusive writing, "none" prefers none, "plain" prefers words without the middle dot.
    `limits` are thresholds by "RULE.name". `words` are its own, taken as well spelled. `department` ("57", "974") decides
    local holidays and sales. `periods` replaces the computed periods of the same name, year and place.
    """

    trade: str = "other"
    address: Literal["vous", "tu", "any"] = "vous"
    inclusive: Literal["any", "none", "plain"] = "any"
    weights: Mapping[str, Weight] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    words: frozenset[str] = frozenset()
    department: str = ""
    periods: tuple[Period, ...] = ()
    phone: str = ""
    site: str = ""
    legal_page: str = ""
