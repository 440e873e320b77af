"""Calls in an account's name on the fake network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parvis.core.http import Answer, said
from parvis.networks.contract import Account, Disconnected, Wires


@dataclass(slots=True)
class Session:
    """An account's connection."""

    account: Account
    wires: Wires

    def call(self, method: str, path: str, *, commit: bool = False, headers: Mapping[str, str] | None = None, **more: Any) -> Answer:
        """Make one call with the account's token. Raises Disconnected where it serves no more."""
        http = self.wires.http
        head = {"authorization": f"Bearer {self.wires.tokens.current().get('token', '')}", **(headers or {})}
        answer = (http.call if commit else http.ask)(method, f"{self.account.base}{path}", headers=head, **more)
        self.wires.note(answer.headers.get("x-left"), answer.headers.get("x-reset"))
        if answer.status == 401:
            raise Disconnected.by(answer.host, said(answer))
        return answer
