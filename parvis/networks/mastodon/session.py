"""Calls in an account's name: the token, the rate budget, and which errors mean that the authorisation is dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from parvis.core.http import Answer, Refused, said, verdict
from parvis.networks.contract import Account, Disconnected, Wires

# Compatible servers say it with 400, 401, 403 or 422; these words are what they share.
DEAD = regex.compile(
    r"(invalid|revoked|expired|bad|missing).{0,20}token|token.{0,30}(invalid|revoked|expired|not valid|required)|invalid_token"
    r"|outside the authorized scopes|insufficient.{0,3}scope|login is currently disabled|account (is|has been) (suspended|disabled)"
    r"|(not|un)\W?(authori[sz]ed|authenticated)|requires? an authenticated user|missing a confirmed",
    regex.IGNORECASE,
)
# A token that serves, but not for this.
SCOPE = regex.compile(r"outside the authorized scopes|insufficient.{0,3}scope", regex.IGNORECASE)


class MayNot(Exception):
    """The token serves, but was given without the right to make this call."""


@dataclass(slots=True)
class Session:
    """An account's connection to its own server."""

    account: Account
    wires: Wires

    def call(self, method: str, path: str, *, commit: bool = False, scoped: bool = False, **more: Any) -> Answer:
        """Make one call with the account's token, renewed once where the server gave the means; the answer may still be an error.

        Raises Disconnected where the authorisation is dead, and what the client raises; `scoped`: MayNot where the token has not the right.
        """
        tokens = self.wires.tokens.current()
        answer = self._once(tokens, method, path, commit, more)
        if is_dead(answer) and tokens.get("refresh"):
            answer = self._once(self.wires.tokens.renewed(tokens, self._renew), method, path, commit, more)
        if scoped and answer.status in {401, 403} and SCOPE.search(_beginning(answer)):
            raise MayNot
        if is_dead(answer):
            raise Disconnected.by(answer.host, said(answer))
        return answer

    def _once(self, tokens: Mapping[str, Any], method: str, path: str, commit: bool, more: Mapping[str, Any]) -> Answer:
        http = self.wires.http
        head = {"authorization": f"Bearer {tokens.get('access', '')}", **more.get("headers", {})}
        answer = (http.call if commit else http.ask)(method, f"{self.account.base}{path}", **{**more, "headers": head})
        self.wires.note(answer.headers.get("x-ratelimit-remaining"), answer.headers.get("x-ratelimit-reset"))
        return answer

    def _renew(self, stale: Mapping[str, Any]) -> Mapping[str, Any]:
        asked = {"grant_type": "refresh_token", "refresh_token": stale["refresh"]}
        asked |= {name: stale[name] for name in ("client_id", "client_secret") if name in stale}
        answer = self.wires.http.ask("POST", str(stale.get("token_endpoint") or f"{self.account.base}/oauth/token"), data=asked)
        fresh = tokens_in(answer)
        if fresh:
            return {**stale, **fresh}
        failure = verdict(answer, commit=False)
        raise Disconnected.by(answer.host, said(answer)) if isinstance(failure, Refused) else failure


def tokens_in(answer: Answer) -> dict[str, str] | None:
    """Return the tokens that the answer of a token endpoint carries."""
    found = answer.mapping()
    if not answer.ok or not isinstance(found.get("access_token"), str) or not found["access_token"]:
        return None
    fresh = {"access": found["access_token"]}
    return {**fresh, "refresh": found["refresh_token"]} if isinstance(found.get("refresh_token"), str) else fresh


def is_dead(answer: Answer) -> bool:
    """Tell whether an answer says that the token serves no more."""
    return answer.status == 401 or (answer.status in {400, 403, 422} and bool(DEAD.search(_beginning(answer))))


def _beginning(answer: Answer) -> str:
    return answer.body[:4000].decode("utf-8", "replace")
