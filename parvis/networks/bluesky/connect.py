"""How a Bluesky account is connected and kept alive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from parvis.core.http import Answer, Client, ForbiddenAddress, NotSent, Refused, address, line, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.bluesky.chat import Chat
from parvis.networks.bluesky.identity import Identity, identity
from parvis.networks.bluesky.places import Places
from parvis.networks.bluesky.session import CLOSED, Session, error_of, tokens_in
from parvis.networks.contract import Account, Begun, Check, Disconnected, Found, Plain, Wires

MAKE_ONE = Say(
    gettext_noop(
        "On Bluesky, open Settings, Privacy and security, App passwords: make one there, and paste it here instead of your password."
    )
)


@dataclass(frozen=True, slots=True)
class AppPassword(Plain):
    """The door of Bluesky: a handle and an app password. Only the tokens they open are kept."""

    places: Places

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Find the account's own server and open a session there."""
        who = identity(http, self.places.of(identifier), identifier)
        parts = urlsplit(who.pds)
        if parts.scheme != "https" and not http.guard.allows(parts.hostname or "", parts.port or 80):
            raise ForbiddenAddress(who.pds)
        body = {"identifier": who.handle or who.did, "password": password.strip()}
        answer = http.ask("POST", f"{who.pds}/xrpc/com.atproto.server.createSession", json=body)
        tokens, found = tokens_in(answer), answer.mapping()
        if tokens is None or found.get("did") != who.did:
            raise _no_entry(answer, who)
        return Found(self._account(http, who.pds, who.did, line(found.get("handle")) or who.handle), tokens)

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Not a door of this network."""
        raise NotImplementedError

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account again, renewing its tokens where that is due."""
        answer = Session(account, wires).call("GET", "com.atproto.server.getSession")
        found = answer.mapping()
        if not answer.ok or found.get("did") != account.remote_id:
            raise verdict(answer, commit=False)
        if found.get("active") is False:
            raise Disconnected.by(answer.host, line(found.get("status")))
        return self._account(wires.http, account.base, account.remote_id, line(found.get("handle")) or account.handle)

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say whether this app password opens private messages too."""
        good = Plain.readiness(self, account, wires)
        chat = Chat(Session(account, wires), account.remote_id, self.places.around(account.base).web)
        try:
            answer = chat.call("GET", "listConvos", params={"limit": 1})
        except Refused as refused:
            return (*good, Check("messages", "limited", refused.reason, refused.cure, "https://bsky.app/settings/app-passwords"))
        if answer.ok:
            return (*good, Check("messages", "good", Say(gettext_noop("Comments, mentions and private messages are read."))))
        return (*good, Check("messages", "unknown", Say(gettext_noop("Bluesky did not say whether private messages can be read."))))

    def _account(self, http: Client, pds: str, did: str, handle: str) -> Account:
        places = self.places.around(pds)
        name, avatar = self._face(http, places, pds, did)
        return Account("bluesky", pds, did, handle, name or handle, f"{places.web}/profile/{handle}", avatar)

    def _face(self, http: Client, places: Places, pds: str, did: str) -> tuple[str, str]:
        """Return the name and the picture: from the account's own records, or else as the public reading service shows them."""
        asked = {"repo": did, "collection": "app.bsky.actor.profile", "rkey": "self"}
        value = _ornament(http, f"{pds}/xrpc/com.atproto.repo.getRecord", asked).get("value")
        if isinstance(value, dict):
            picture = value.get("avatar")
            ref = picture.get("ref") if isinstance(picture, dict) else None
            cid = ref.get("$link") if isinstance(ref, dict) else None
            avatar = f"{pds}/xrpc/com.atproto.sync.getBlob?did={quote(did)}&cid={quote(str(cid))}" if cid else ""
            return line(value.get("displayName")), avatar
        shown = _ornament(http, f"{places.resolver}/xrpc/app.bsky.actor.getProfile", {"actor": did})
        return line(shown.get("displayName")), address(shown.get("avatar"))


def _ornament(http: Client, url: str, asked: Mapping[str, str]) -> Mapping[str, Any]:
    """Read what nothing depends on: where it cannot be had, it is empty."""
    try:
        answer = http.ask("GET", url, params=asked, seconds=8)
    except (NotSent, Refused):
        return {}
    return answer.mapping() if answer.ok else {}


def _no_entry(answer: Answer, who: Identity) -> Exception:
    error, facts = error_of(answer), {"handle": who.handle or who.did}
    if error == "AuthFactorTokenRequired":
        return Refused(Say(gettext_noop("Bluesky asks for a code sent by mail: this is the account's own password.")), MAKE_ONE)
    if error in CLOSED:
        return Refused(
            Say(gettext_noop("The account %(handle)s is closed or suspended."), facts),
            Say(gettext_noop("See the account on Bluesky itself.")),
        )
    if answer.status == 401 or error in {"AuthenticationRequired", "InvalidRequest"}:
        return Refused(Say(gettext_noop("The password is not one of %(handle)s."), facts), MAKE_ONE)
    if answer.ok:
        return Refused(
            Say(gettext_noop("The server of %(handle)s answered for another account."), facts), Say(gettext_noop("Check the handle."))
        )
    return verdict(answer, commit=False, cure=MAKE_ONE)
