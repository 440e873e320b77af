"""Rest.li 2.0, as far as LinkedIn's API needs it: names in paths and queries, lists, records, and the URNs of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, unquote

import regex

VERSION = "2.0.0"
_POST = regex.compile(r"urn:li:(?:share|ugcPost|activity):\d{1,25}")


def key(name: str) -> str:
    """Return a name (a URN, say) as it stands in a path, in a query, in a list or in a record: every sign of the protocol escaped."""
    return quote(name, safe="")


def many(names: Iterable[str]) -> str:
    """Return names as a list."""
    return f"List({','.join(map(key, names))})"


def record(**fields: str) -> str:
    """Return fields as a record, in their order; values that are records or lists are given as `raw`."""
    return f"({','.join(f'{name}:{value if isinstance(value, Raw) else key(value)}' for name, value in fields.items())})"


class Raw(str):
    """What is written in the protocol already."""

    __slots__ = ()


def post_in(text: str) -> str:
    """Return the URN of the first post that a text (an address, an error) names, or nothing."""
    found = _POST.search(unquote(text))
    return found[0] if found else ""


def number_of(urn: str) -> str:
    """Return the last part of a URN."""
    return urn.rpartition(":")[2]
