"""How an account of X is connected and kept alive: the company's own application, the code flow with PKCE, and what it can do then."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from parvis.core.http import Answer, Client, NotSent, Refused, Unknown, address, identifier, line, verdict, when
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Disconnected, Found, Wires
from parvis.networks.x.errors import judged, sentence
from parvis.networks.x.guide import CONSOLE
from parvis.networks.x.session import Session, ask_token, tokens_in
from parvis.networks.x.spec import LONG_TEXT
from parvis.networks.x.talks import NOT_ALLOWED
from parvis.networks.x.talks import SCOPES as TALKS

SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "tweet.moderate.write", "dm.read", "dm.write", "offline.access")
WANTED = {"user.fields": "profile_image_url,protected,subscription_type"}
START_AGAIN = Say(gettext_noop("Start the connection again from Parvis."))
ALLOW_ALL = Say(gettext_noop("Connect the account again, and allow all that X lists."))
NO_APP = Say(gettext_noop("X needs an application of your own: its Client ID and its Client Secret are not here yet."))
NO_APP_CURE = Say(gettext_noop("Follow the steps of this page, and copy the two values here."))
LOCALHOST = Say(gettext_noop("X does not send people back to an address with “localhost”."))
LOCALHOST_CURE = Say(gettext_noop("Open Parvis at http://127.0.0.1 instead, and paste that address into the application on X."))
NO_CREDITS = Say(gettext_noop("Your X application has no credits yet: without them X answers no call."))
NO_CREDITS_CURE = Say(gettext_noop("Buy a few credits in the developer console of X (console.x.com), then connect again."))
REFUSED_APP = Say(gettext_noop("X does not know this application: the Client ID or the Client Secret is not the right one."))
REFUSED_APP_CURE = Say(gettext_noop("Copy both values again from the developer console of X. A lost secret can be made anew there."))


@dataclass(frozen=True, slots=True)
class CodeFlow:
    """The door of X. `api` is where calls go, `web` where people are; `long` lets subscribers write long texts."""

    api: str
    web: str
    long: bool = False

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the person is to be sent. Nothing is called."""
        if not client or not client.get("client_id") or not client.get("client_secret"):
            raise Refused(NO_APP, NO_APP_CURE)
        if urlsplit(redirect_uri).hostname == "localhost":
            raise Refused(LOCALHOST, LOCALHOST_CURE)
        verifier = secrets.token_urlsafe(64)
        asked = {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES),
            "state": state,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
        }
        memory = {name: client[name] for name in ("client_id", "client_secret")} | {"verifier": verifier, "redirect_uri": redirect_uri}
        return Begun(f"{self.web}/i/oauth2/authorize?{urlencode(asked)}", memory, client)

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found:
        """Exchange the code, which lives thirty seconds, for tokens, and read whose they are."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": memory["redirect_uri"]}
        answer = ask_token(http, self.api, {**asked, "code_verifier": memory["verifier"]}, memory)
        tokens = tokens_in(answer)
        if tokens is None:
            raise _no_token(answer)
        tokens |= {name: memory[name] for name in ("client_id", "client_secret")}
        answer = http.ask("GET", f"{self.api}/2/users/me", params=WANTED, headers={"authorization": f"Bearer {tokens['access']}"})
        if answer.status == 402:
            raise Refused(NO_CREDITS, NO_CREDITS_CURE)
        account = self._account(answer)
        return Found(account, tokens, None if "refresh" in tokens else when(tokens["ends"]))

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account again."""
        return self._account(Session(account, wires).call("GET", "/2/users/me", params=WANTED), account.base)

    def _account(self, answer: Answer, base: str = "") -> Account:
        found = answer.mapping().get("data")
        about = found if isinstance(found, dict) else {}
        name, handle = identifier(about.get("id")), line(about.get("username"), 50)
        if not answer.ok or not name or not handle:
            raise judged(answer, commit=False)
        subscribed = about.get("subscription_type") in ("Premium", "PremiumPlus", "Basic")
        return Account(
            network="x",
            base=base or self.api,
            remote_id=name,
            handle=handle,
            name=line(about.get("name")) or handle,
            url=f"{self.web}/{handle}",
            avatar=address(about.get("profile_image_url")),
            limits={"text": LONG_TEXT.value} if self.long and subscribed else {},
        )

    # ---- what works

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say what the application was allowed, whether its credits pay for calls, and who sees the posts."""
        scopes = set(str(wires.tokens.current().get("scope", "")).split())
        return (*_scopes(scopes), *self._reading(account, wires), PAID)

    def _reading(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        try:
            answer = Session(account, wires).call("GET", "/2/users/me", params=WANTED)
        except Disconnected as dead:
            return (Check("token", "bad", dead.why, ALLOW_ALL),)
        except (NotSent, Unknown):
            return (Check("reach", "unknown", Say(gettext_noop("X could not be reached just now, so this was not checked."))),)
        found = answer.mapping().get("data")
        if not answer.ok or not isinstance(found, dict):
            return (_trouble(answer),)
        if found.get("protected"):
            return (Check("protected", "limited", PROTECTED, PROTECTED_CURE, f"{self.web}/settings/audience_and_tagging"),)
        return (Check("credits", "good", Say(gettext_noop("X answers: the application is in order and its credits are not used up."))),)


PROTECTED = Say(gettext_noop("The posts of this account are protected: only those whom you accept see them."))
PROTECTED_CURE = Say(gettext_noop("On X, under Settings, Privacy and safety, Audience and tagging, take the protection away."))
PAID = Check(
    "price",
    "good",
    Say(gettext_noop("X charges for each post: about 1.5 cents of a dollar, and 20 cents when it contains a link.")),
    Say(gettext_noop("Set a monthly ceiling here, and a spending limit in the developer console of X.")),
    CONSOLE,
)


def _scopes(held: set[str]) -> tuple[Check, ...]:
    checks = [
        Check("publish", "good", Say(gettext_noop("Publishing works.")))
        if {"tweet.read", "tweet.write", "users.read"} <= held
        else Check("publish", "bad", Say(gettext_noop("Parvis was not allowed to publish on this account.")), ALLOW_ALL)
    ]
    if "media.write" not in held:
        checks.append(Check("media", "limited", Say(gettext_noop("Parvis was not allowed to send pictures and videos.")), ALLOW_ALL))
    if "tweet.moderate.write" not in held:
        checks.append(Check("hide", "limited", Say(gettext_noop("Parvis was not allowed to hide answers under your posts.")), ALLOW_ALL))
    if TALKS - held:
        checks.append(Check("messages", "limited", NOT_ALLOWED, ALLOW_ALL))
    if "offline.access" not in held:
        checks.append(Check("stay", "limited", Say(gettext_noop("Parvis was allowed in for two hours only.")), ALLOW_ALL))
    return tuple(checks)


def _trouble(answer: Answer) -> Check:
    failure = judged(answer, commit=False)
    if isinstance(failure, Refused):
        return Check("application", "bad", failure.reason, failure.cure, CONSOLE)
    why = failure.why if isinstance(failure, NotSent) else Say(gettext_noop("X could not be reached just now, so this was not checked."))
    return Check("application", "unknown", why)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _no_token(answer: Answer) -> Exception:
    error = answer.mapping().get("error")
    if error in ("invalid_client", "unauthorized_client") or answer.status == 401:
        return Refused(REFUSED_APP, REFUSED_APP_CURE)
    said = sentence(answer)
    if 400 <= answer.status < 500 and answer.status != 429 and said:
        facts = {"host": answer.host, "said": said}
        return Refused(Say(gettext_noop("%(host)s did not give its permission and said: “%(said)s”"), facts), START_AGAIN)
    return verdict(answer, commit=False, cure=START_AGAIN)
