"""Whether an account is ready: what its network said works there, what does not, why, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from parvis.channels.models import Channel, State
from parvis.core.http import is_public
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Check
from parvis.networks.facts import Spec

# The most serious first, as a person reads them.
LEVELS = ("bad", "limited", "unknown", "good")
# How long before an authorisation ends a person is told, most distant first.
NOTICE = (timedelta(days=14), timedelta(days=7), timedelta(days=2))
UNANSWERED = Check(
    "unanswered",
    "unknown",
    Say(gettext_noop("The network did not say whether everything works.")),
    Say(gettext_noop("Parvis asks again at its next visit.")),
)


@dataclass(frozen=True, slots=True)
class NotReady:
    """An account where publishing is not possible as it stands, and the check that says why."""

    channel: Channel
    check: Check


def kept(checks: tuple[Check, ...] | None, before: Any) -> list[dict[str, Any]]:
    """Return what is stored of a reading; where the network did not answer, what was known before goes on."""
    if checks is None:
        return before or [_plain(UNANSWERED)]
    return [_plain(check) for check in checks]


def reach(spec: Spec, address: str) -> tuple[Check, ...]:
    """Say where a network fetches pictures by itself and the address of this Parvis leads nowhere on the internet."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not spec.fetches or (parts.scheme == "https" and _outside(host)):
        return ()
    text = gettext_noop("This network fetches pictures from Parvis by itself, and cannot reach it at %(address)s.")
    cure = Say(gettext_noop("Whoever hosts this Parvis gives it an https address on the internet (PARVIS_MEDIA_ADDRESS)."))
    return (Check("address", "limited", Say(text, {"address": address}), cure),)


def _outside(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".lan", ".internal", ".localhost", ".home.arpa"))


def checks_of(channel: Channel) -> list[Check]:
    """Return what is known of an account, the most serious first."""
    found = [_check(one) for one in cast("list[dict[str, Any]]", channel.readiness or [])]
    return sorted(found, key=lambda check: LEVELS.index(check.level))


def stopped(channels: Iterable[Channel]) -> list[NotReady]:
    """Return those living accounts where publishing is not possible, each with the first reason."""
    found = []
    for channel in channels:
        bad = next((check for check in checks_of(channel) if check.level == "bad"), None)
        if bad is not None and channel.state == State.ALIVE and not channel.by_hand:
            found.append(NotReady(channel, bad))
    return found


def ending(channels: Iterable[Channel], now: datetime) -> list[Channel]:
    """Return those living accounts whose authorisation ends soon and cannot renew itself, the nearest first."""
    soon = [
        c for c in channels if c.state == State.ALIVE and not c.by_hand and c.ends_at is not None and now < c.ends_at <= now + NOTICE[0]
    ]
    return sorted(soon, key=lambda channel: (channel.ends_at or now, channel.pk))


def _plain(check: Check) -> dict[str, Any]:
    cure = check.cure.to_json() if check.cure else None
    at = check.at if check.at.startswith(("https://", "http://")) else ""
    return {"key": check.key, "level": check.level, "what": check.what.to_json(), "cure": cure, "at": at, "asked": check.asked}


def _check(one: dict[str, Any]) -> Check:
    what = Say.from_json(one["what"])
    assert what is not None
    return Check(one["key"], one["level"], what, Say.from_json(one["cure"]), one["at"], one.get("asked", False))
