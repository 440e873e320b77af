"""Calls in an account's name: the tokens, their renewal, the rate budget, and what its server's errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core.http import Answer, Refused, said, verdict
from parvis.networks.contract import Account, Disconnected, Wires

# These come as 400 or as 401, depending on the server (seen on @atproto/pds 0.5.35: 400).
STALE = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
CLOSED = frozenset({"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated", "RepoSuspended"})
# A put of a record we choose the key of costs 2 points, an ordinary creation 3: docs.bsky.app/docs/advanced-guides/rate-limits.
POINTS_A_POST = 3


class NoChat(Exception):
    """The app password serves, but not for private messages."""


@dataclass(slots=True)
class Session:
    """An account's connection to its own server."""

    account: Account
    wires: Wires

    def call(self, method: str, name: str, *, commit: bool = False, chat: bool = False, **more: Any) -> Answer:
        """Call one method of the server, with fresh tokens where the old ones are over; the answer may still be an error.

        Raises Disconnected where the authorisation is dead, and what the client raises; `chat`: NoChat where it is shut to this password.
        """
        tokens = self.wires.tokens.current()
        answer = self._once(tokens, method, name, commit, more)
        if chat and error_of(answer) == "InvalidToken" and "method" in said(answer).lower():
            raise NoChat
        if is_stale(answer):
            tokens = self.wires.tokens.renewed(tokens, self._renew)
            answer = self._once(tokens, method, name, commit, more)
        if is_stale(answer) or error_of(answer) in CLOSED:
            raise Disconnected.by(answer.host, said(answer))
        return answer

    def _once(self, tokens: Mapping[str, Any], method: str, name: str, commit: bool, more: Mapping[str, Any]) -> Answer:
        http = self.wires.http
        head = {"authorization": f"Bearer {tokens.get('access', '')}", **more.get("headers", {})}
        answer = (http.call if commit else http.ask)(method, f"{self.account.base}/xrpc/{name}", **{**more, "headers": head})
        left = answer.headers.get("ratelimit-remaining", "")
        self.wires.note(str(int(left) // POINTS_A_POST) if left.isdecimal() else None, answer.headers.get("ratelimit-reset"))
        return answer

    def _renew(self, stale: Mapping[str, Any]) -> Mapping[str, Any]:
        # Without a complete answer the old refresh token serves again: the server honours it for two more hours.
        answer = self.wires.http.ask(
            "POST",
            f"{self.account.base}/xrpc/com.atproto.server.refreshSession",
            headers={"authorization": f"Bearer {stale.get('refresh', '')}"},
        )
        tokens = tokens_in(answer)
        if tokens:
            return tokens
        failure = verdict(answer, commit=False)
        raise Disconnected.by(answer.host, said(answer)) if isinstance(failure, Refused) else failure


def tokens_in(answer: Answer) -> dict[str, str] | None:
    """Return the tokens that a session answer carries."""
    found = answer.mapping()
    access, refresh = found.get("accessJwt"), found.get("refreshJwt")
    return {"access": access, "refresh": refresh} if answer.ok and isinstance(access, str) and isinstance(refresh, str) else None


def error_of(answer: Answer) -> str:
    """Return the name of the error an answer carries, or nothing."""
    return "" if answer.ok else str(answer.mapping().get("error") or "")


def is_stale(answer: Answer) -> bool:
    """Tell whether the server no longer takes these tokens."""
    return answer.status == 401 or (answer.status == 400 and error_of(answer) in STALE)
