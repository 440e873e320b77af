"""How entries are chained: what is digested, in which form, and the mark at the end.

The form never changes, or no chain that stands would be whole: docs/journal.md tells it to others, who check exports by it.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from parvis.core.secrets import CannotOpen

START = "0" * 64
SHED = "…"
HOUSE = 0
PURPOSE = "journal"
canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_text = json.encoder.encode_basestring
_sha = hashlib.sha256


def sealed_text(salt: str, label: str, facts: Mapping[str, Any]) -> str:
    """Return what is digested of what can be shed: `[salt, label, facts]` as canonical JSON.

    Canonical: sorted keys, no spaces, nothing escaped that need not be.
    """
    return canonical([salt, label, facts]) if facts else f"[{_text(salt)},{_text(label)},{{}}]"


# Written out and not encoded, for half the time: a million of them are read to verify a chain.
def link_text(before: str, seq: int, rest: tuple[Any, ...]) -> str:
    """Return what an entry's link is the digest of, as canonical JSON; `rest` is all from `at` on.

    `[before, seq, at, company, user, who, verb, object, mandate, sealed]`
    """
    at, company, user, who, verb, thing, mandate, seal = rest
    return (
        f"[{_text(before)},{seq!r},{_text(at)},{_number(company)},{_number(user)},{_text(who)},{_text(verb)},{_number(thing)},"
        f"{_number(mandate)},{_text(seal)}]"
    )


def digest(text: str) -> str:
    """Return the digest of a text: SHA-256 of its UTF-8, in hexadecimal."""
    return _sha(text.encode()).hexdigest()


def sealed(salt: str, label: str, facts: Mapping[str, Any]) -> str:
    """Return the digest of what can be shed."""
    return digest(sealed_text(salt, label, facts))


def linked(before: str, seq: int, rest: tuple[Any, ...]) -> str:
    """Return the link of an entry."""
    return digest(link_text(before, seq, rest))


def _number(value: int | None) -> str:
    return "null" if value is None else repr(value)


def fresh_salt() -> str:
    """Return a salt: without it nobody can tell, by trying, what was shed."""
    return secrets.token_hex(16)


def moment(at: datetime) -> str:
    """Return a moment as it is digested: UTC, with its microseconds, `2026-11-27T09:30:00.000000Z`."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"


def rest_of(entry: Any) -> tuple[Any, ...]:
    """Return what an entry's link is made of besides its number and the link before."""
    at = moment(entry.at)
    return at, entry.company_id, entry.user_id, entry.who, entry.verb, entry.object_id, entry.mandate_id, entry.sealed


def plain(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts as both databases give them back: a whole number is one, however it was reckoned."""
    return {key: int(value) if isinstance(value, float) and value.is_integer() else value for key, value in facts.items()}


def mark_of(chain: int, count: int, head: str) -> str:
    """Return the mark of this house's key on a chain so long, that ends so."""
    return str(settings.KEYS.sign(PURPOSE, canonical([chain, count, head])))


def is_ours(chain: int, count: int, head: str, mark: str) -> bool:
    """Tell whether one of this house's keys made the mark."""
    try:
        return bool(settings.KEYS.signed(PURPOSE, canonical([chain, count, head]), mark))
    except CannotOpen:
        return False
