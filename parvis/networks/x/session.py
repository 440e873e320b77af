"""Calls in an account's name: the token of two hours and its renewal, the limits that come with every answer."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import Answer, Client, Refused, verdict, when
from parvis.networks.contract import Account, Disconnected, Gauge, Wires
from parvis.networks.x.errors import known, sentence

# A token that ends while a call is under way would make a doubt of nothing.
MARGIN = timedelta(minutes=2)
# Private messages have narrow limits of their own, which say nothing about posts.
PRIVATE = "/2/dm_"


@dataclass(slots=True)
class Session:
    """An account's connection to X."""

    account: Account
    wires: Wires

    def call(self, method: str, path: str, *, commit: bool = False, **more: Any) -> Answer:
        """Make one call with the account's token, renewed before its end or when X no longer takes it; the answer may be an error.

        Raises Disconnected where the authorisation is dead, and what the client raises.
        """
        tokens = self.wires.tokens.current()
        if _ends_soon(tokens):
            tokens = self.wires.tokens.renewed(tokens, self._renew)
        answer = self._once(tokens, method, path, commit, more)
        if _is_dead(answer) and tokens.get("refresh"):
            answer = self._once(self.wires.tokens.renewed(tokens, self._renew), method, path, commit, more)
        if _is_dead(answer):
            raise Disconnected.by(answer.host, sentence(answer))
        return answer

    def _once(self, tokens: Mapping[str, Any], method: str, path: str, commit: bool, more: Mapping[str, Any]) -> Answer:
        http = self.wires.http
        head = {"authorization": f"Bearer {tokens.get('access', '')}"}
        answer = (http.call if commit else http.ask)(method, f"{self.account.base}{path}", **{**more, "headers": head})
        if not path.startswith(PRIVATE):
            self._note(answer, commit)
        return answer

    def _note(self, answer: Answer, commit: bool) -> None:
        """Note the limits. Each call has its own: only that of publishing is the account's budget, unless another is used up."""
        left = answer.headers.get("x-rate-limit-remaining")
        if commit or left == "0":
            self.wires.note(left, answer.headers.get("x-rate-limit-reset"))
        for name, shared in (("user", False), ("app", True)):
            gauge = _gauge(answer, f"x-{name}-limit-24hour", shared)
            if gauge:
                self.wires.gauge(f"{name}_day", gauge)

    def _renew(self, stale: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = {"grant_type": "refresh_token", "refresh_token": str(stale.get("refresh", ""))}
        answer = ask_token(self.wires.http, self.account.base, asked, stale)
        fresh = tokens_in(answer)
        if fresh:
            return {**stale, **fresh}
        failure = verdict(answer, commit=False)
        raise Disconnected.by(answer.host, sentence(answer)) if isinstance(failure, Refused) else failure


def ask_token(http: Client, base: str, asked: Mapping[str, str], client: Mapping[str, Any]) -> Answer:
    """Ask the token endpoint for something, as the company's own confidential application."""
    proof = base64.b64encode(f"{client.get('client_id', '')}:{client.get('client_secret', '')}".encode()).decode()
    return http.ask("POST", f"{base}/2/oauth2/token", data=asked, headers={"authorization": f"Basic {proof}"})


def tokens_in(answer: Answer) -> dict[str, Any] | None:
    """Return the tokens that the answer of the token endpoint carries; `ends` is a moment in ISO 8601."""
    found = answer.mapping()
    access, refresh, lasts = found.get("access_token"), found.get("refresh_token"), found.get("expires_in")
    if not answer.ok or not isinstance(access, str) or not access:
        return None
    ends = clock.now() + timedelta(seconds=lasts if isinstance(lasts, int) and 0 < lasts < 10**9 else 7200)
    fresh = {"access": access, "ends": ends.isoformat(), "scope": str(found.get("scope", ""))}
    return {**fresh, "refresh": refresh} if isinstance(refresh, str) and refresh else fresh


def _ends_soon(tokens: Mapping[str, Any]) -> bool:
    ends = when(str(tokens.get("ends", "")))
    return bool(tokens.get("refresh")) and ends is not None and ends - MARGIN <= clock.now()


def _is_dead(answer: Answer) -> bool:
    found = known(answer)
    return answer.status == 401 and (found is None or found.key != "restricted")


def _gauge(answer: Answer, name: str, shared: bool) -> Gauge | None:
    most, left = (answer.headers.get(f"{name}-{part}", "") for part in ("limit", "remaining"))
    at = when(answer.headers.get(f"{name}-reset", ""))
    if at is None or not most.isdecimal() or not left.isdecimal():
        return None
    return Gauge(float(int(most) - int(left)), float(most), at, "posts", shared)
