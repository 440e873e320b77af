"""How an account of the fake network is connected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from parvis.core.http import Client, Refused, identifier, line, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Disconnected, Found, Plain, Wires


@dataclass(frozen=True, slots=True)
class Token(Plain):
    """The door of the fake network: a name and a token."""

    base: str

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Connect the account that the token opens."""
        account = self._me(http, password)
        if account is None:
            raise Refused(Say(gettext_noop("The token is wrong.")), Say(gettext_noop("Check the token and try again.")))
        return Found(account, {"token": password})

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, str] | None) -> Begun:
        """Not a door of this network."""
        raise NotImplementedError

    def finish(self, http: Client, memory: Mapping[str, str], code: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account again."""
        found = self._me(wires.http, wires.tokens.current()["token"])
        if found is None:
            raise Disconnected.by(account.base)
        return found

    def _me(self, http: Client, token: str) -> Account | None:
        answer = http.ask("GET", f"{self.base}/me", headers={"authorization": f"Bearer {token}"})
        if answer.status in {401, 403}:
            return None
        found = answer.mapping()
        if answer.status != 200 or "id" not in found:
            raise verdict(answer, commit=False, cure=Say(gettext_noop("Check the address of the fake network.")))
        handle = identifier(found["id"])
        return Account("fake", self.base, handle, handle, line(found.get("name")) or handle, f"{self.base}/people/{handle}")
