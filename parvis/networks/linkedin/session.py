"""Calls in a member's name: the headers that the API wants, the token and its renewal, and the waits of a network that names no hour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, NotSent, Refused, parts_of, said, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Disconnected, Gauge, Wires
from parvis.networks.linkedin import restli
from parvis.networks.linkedin.failures import codes_in, failure
from parvis.networks.linkedin.places import Places

# LinkedIn counts by days that end at midnight UTC, and says neither how much is left nor when to come back.
STEPS = (timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
THROTTLED = "throttled"
VERSION_GONE = frozenset({"NONEXISTENT_VERSION", "VERSION_MISSING"})


def midnight(now: datetime) -> datetime:
    """Return the end of the day, as LinkedIn counts days."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


@dataclass(slots=True)
class Session:
    """A member's connection, for one page."""

    account: Account
    wires: Wires
    places: Places

    def call(self, method: str, path: str, *, commit: bool = False, **more: Any) -> Answer:
        """Make one call of the API; the answer may still be an error.

        Raises Disconnected where the authorisation is dead, NotSent with a growing wait where too much was called, Refused where the
        version of the API is over, and what the client raises.
        """
        head = {"linkedin-version": self.places.version, "x-restli-protocol-version": restli.VERSION, **more.pop("headers", {})}
        return self.reach(method, f"{self.places.api}{path}", commit=commit, headers=head, **more)

    def put(self, url: str, content: Any, mime: str, seconds: float) -> Answer:
        """Upload to an address that the API gave; the token goes along only to LinkedIn itself."""
        head = {"content-type": mime}
        if self.places.owns(parts_of(url).hostname or ""):
            return self.reach("PUT", url, headers=head, content=content, seconds=seconds)
        return self.wires.http.ask("PUT", url, headers=head, content=content, seconds=seconds)

    def reach(self, method: str, url: str, *, commit: bool = False, **more: Any) -> Answer:
        """Make one call with the token, renewed once where that is possible."""
        tokens = self.wires.tokens.current()
        answer = self._once(tokens, method, url, commit, more)
        if answer.status == 401 and tokens.get("refresh"):
            answer = self._once(self.wires.tokens.renewed(tokens, self._renew), method, url, commit, more)
        if answer.status == 401 or (answer.status == 426 or VERSION_GONE & codes_in(answer)):
            raise failure(answer, commit=commit)
        if answer.status == 429:
            raise self._throttled(answer)
        return answer

    def _once(self, tokens: Mapping[str, Any], method: str, url: str, commit: bool, more: Mapping[str, Any]) -> Answer:
        head = {**more.get("headers", {}), "authorization": f"Bearer {tokens.get('access', '')}"}
        http = self.wires.http
        return (http.call if commit else http.ask)(method, url, **{**more, "headers": head})

    def _throttled(self, answer: Answer) -> NotSent:
        now = clock.now()
        end, known = midnight(now), self.wires.gauges.get(THROTTLED)
        done = int(known.used) if known and known.reset_at > now else 0
        self.wires.gauge(THROTTLED, Gauge(done + 1, 0, end))
        at = min(now + STEPS[min(done, len(STEPS) - 1)], max(end, now + STEPS[0]))
        return NotSent(Say(gettext_noop("%(host)s asks to wait: too many calls."), {"host": answer.host}), at)

    def _renew(self, stale: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = {"grant_type": "refresh_token", "refresh_token": stale["refresh"]}
        asked |= {name: stale.get(name, "") for name in ("client_id", "client_secret")}
        answer = self.wires.http.ask("POST", f"{self.places.www}/oauth/v2/accessToken", data=asked)
        fresh = tokens_in(answer)
        if fresh:
            return {**stale, **fresh}
        problem = verdict(answer, commit=False)
        raise Disconnected.by(answer.host, said(answer)) if isinstance(problem, Refused) else problem


def tokens_in(answer: Answer) -> dict[str, Any] | None:
    """Return what the answer of the token endpoint carries: the tokens, when each ends, and what they allow."""
    found, now = answer.mapping(), clock.now()
    if not answer.ok or not isinstance(found.get("access_token"), str) or not found["access_token"]:
        return None
    fresh: dict[str, Any] = {"access": found["access_token"], "ends": _end(found.get("expires_in"), now)}
    if isinstance(found.get("refresh_token"), str) and found["refresh_token"]:
        fresh |= {"refresh": found["refresh_token"], "refresh_ends": _end(found.get("refresh_token_expires_in"), now)}
    if isinstance(found.get("scope"), str) and found["scope"]:
        fresh["scopes"] = " ".join(sorted(found["scope"].replace(",", " ").split()))
    return fresh


def _end(seconds: Any, now: datetime) -> str:
    whole = int(seconds) if isinstance(seconds, int | str) and str(seconds).isdecimal() and len(str(seconds)) < 12 else 0
    return (now + timedelta(seconds=whole)).isoformat() if whole else ""


def until(tokens: Mapping[str, Any]) -> datetime | None:
    """Return when the authorisation ends for good: with the refresh token where there is one, else with the token itself."""
    end = tokens.get("refresh_ends") if tokens.get("refresh") else tokens.get("ends")
    return datetime.fromisoformat(end) if end else None
