"""The code flow of OAuth, as the closed networks have it: applications, the authorize page, codes, tokens, refreshing, scopes.

A network subclasses `Doors`, says its paths and lifetimes in class attributes, its accounts in `choices`, and words its refusals in
`wrong` and `bad_token`. What is kept stands in the stand's own state (`state.update(self.doors.fresh())` in its `empty`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, ClassVar, Literal
from urllib.parse import urlencode, urlsplit

from sandbox.faults import Fault
from sandbox.server import Handler, Said, Stand
from sandbox.square import page, tongue
from sandbox.wire import Reply, Request, as_html, as_json, fields

# The application that stands ready on every stand-in; it takes any loopback address to come back to.
CLIENT_ID = "parvis-demo-app"
CLIENT_SECRET = "parvis-demo-secret"  # noqa: S105 - a stand-in's, known to everybody
LOOPBACK = "loopback"

# Settings that a stand with doors adds to its `defaults`. `withheld`: scopes that the person does not tick though they are asked.
SETTINGS: dict[str, Any] = {"auto_approve": "", "deny": False, "withheld": []}

WORDS = {
    "invalid_client": "Client authentication failed.",
    "invalid_grant": "The authorization code or refresh token is invalid, expired, used or was issued to another client or address.",
    "invalid_request": "A parameter is missing or malformed.",
    "invalid_scope": "A requested scope is unknown, or the application may not ask for it.",
    "unsupported_grant_type": "This grant type is not supported.",
    "unsupported_response_type": "This response type is not supported.",
    "redirect_uri_mismatch": "The redirect address is not one of this application's.",
    "access_denied": "The user denied the request.",
}
PAGE = {
    "fr": {
        "title": "Autorisation",
        "asks": "demande à utiliser votre compte",
        "may": "Cette application pourra :",
        "account": "Avec quel compte ?",
        "none": "Aucun compte n’existe encore sur ce serveur.",
        "yes": "Autoriser",
        "no": "Refuser",
    },
    "en": {
        "title": "Authorization",
        "asks": "asks to use your account",
        "may": "This application will be able to:",
        "account": "With which account?",
        "none": "There is no account on this server yet.",
        "yes": "Authorize",
        "no": "Deny",
    },
}

Why = Literal["missing", "unknown", "expired", "scope"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One account that a person can choose on the authorize page."""

    id: str
    name: str
    handle: str


class Doors:
    """The OAuth part of a stand-in.

    `authorize`, `token` and `revoke` are paths (empty: the stand answers that itself, with `redeem`, `grant` and `take_back`).
    Lifetimes are in seconds, 0 meaning without end. `scopes` maps each to what it allows, in French and English; `joint` is what
    stands between two. `pkce`: "asked" verifies it where a client began it, "needed" refuses to go without it.
    """

    authorize: ClassVar[str] = "/oauth/authorize"
    token: ClassVar[str] = "/oauth/token"  # noqa: S105 - a path
    revoke: ClassVar[str] = ""
    code_seconds: ClassVar[float] = 600
    token_seconds: ClassVar[float] = 3600
    refresh_seconds: ClassVar[float] = 0
    refreshes: ClassVar[bool] = False
    rotates: ClassVar[bool] = False
    pkce: ClassVar[Literal["none", "asked", "needed"]] = "asked"
    joint: ClassVar[str] = " "
    scopes: ClassVar[Mapping[str, tuple[str, str]]] = {}
    usual: ClassVar[tuple[str, ...]] = ()

    def __init__(self, stand: Stand) -> None:
        self.stand = stand

    # ---- what a network says in its own way

    def choices(self) -> Sequence[Choice]:
        """Return the accounts that a person can choose."""
        raise NotImplementedError

    def wrong(self, code: str, words: str = "", status: int = 400) -> Said:
        """Return the refusal of a token endpoint, in the words of RFC 6749 unless a network has its own."""
        body = {"error": code, "error_description": words or WORDS.get(code, code)}
        return Said(as_json(body, 401 if code == "invalid_client" else status, cache_control="no-store"))

    def bad_token(self, why: Why, scope: str = "") -> Said:
        """Return the refusal of a call whose token is missing, unknown or expired, or lacks a scope."""
        return Said(self.stand.error(403 if why == "scope" else 401, words=f"{why} {scope}".strip()))

    def token_in(self, request: Request) -> str:
        """Return the token that a request carries."""
        return request.bearer()

    def wants_refresh(self, code: Mapping[str, Any]) -> bool:
        """Tell whether a refresh token goes with the tokens of this code; `asked` holds what the authorize page was asked."""
        return self.refreshes

    def told(self, token: str, kept: Mapping[str, Any], refresh: str) -> dict[str, Any]:
        """Return the body that hands a token over; `refresh` is empty where none is given."""
        body: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "scope": self.joint.join(kept["scopes"])}
        if kept["ends"]:
            body["expires_in"] = int(kept["ends"] - self.stand.now())
        return {**body, "refresh_token": refresh} if refresh else body

    # ---- what is kept

    def fresh(self) -> dict[str, Any]:
        """Return what a stand keeps for its doors, as new: the application that stands ready, and nothing else."""
        ready = _app(CLIENT_ID, CLIENT_SECRET, [LOOPBACK], [], "Parvis")
        return {"apps": {CLIENT_ID: ready}, "codes": {}, "tokens": {}, "refreshes": {}, "grants": 0}

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        found: dict[str, Handler] = {f"GET {self.authorize}": self.ask, f"POST {self.authorize}": self.decide}
        if self.token:
            found[f"POST {self.token}"] = self.give
        if self.revoke:
            found[f"POST {self.revoke}"] = self.take_back
        return found

    def add_app(
        self,
        client_id: str = "",
        client_secret: str = "",
        redirect_uris: Iterable[str] = (LOOPBACK,),
        scopes: Iterable[str] = (),
        name: str = "Parvis",
        **more: Any,
    ) -> dict[str, Any]:
        """Make an application. Without `scopes` it may ask for all; `more` is the network's own (a mode, a level of access)."""
        made = _app(client_id or secrets.token_hex(8), client_secret or secrets.token_hex(16), [*redirect_uris], [*scopes], name)
        self.stand.state["apps"][made["client_id"]] = {**made, **more}
        self.stand.changed()
        return {**made, **more}

    # ---- the page

    def ask(self, request: Request) -> Reply:
        """Show the authorize page, or answer at once when the control says so."""
        app, given = self._asked(request, {name: values[-1] for name, values in request.query.items()})
        if self.stand.setting("deny"):
            return self.denied(given)
        chosen = self.chosen(str(self.stand.setting("auto_approve")))
        if chosen:
            return self._approve(given, chosen)
        lang = 0 if tongue(request) == "fr" else 1
        listed = [(self.scopes.get(one, ("", ""))[lang], one) for one in self._wanted(given)]
        return as_html(authorize_page(request, app["name"], listed, given, self.choices(), action=self.authorize))

    def decide(self, request: Request) -> Reply:
        """Take the person's answer on the authorize page."""
        given = {name: str(value) for name, value in fields(request).items()}
        _, asked = self._asked(request, given)
        chosen = self.chosen(asked.pop("account", ""))
        if asked.pop("answer", "") != "yes" or chosen is None:
            return self.denied(asked)
        return self._approve(asked, chosen)

    def chosen(self, name: str) -> Choice | None:
        """Return the account of this id or handle, with its @ or without, or whoever signs in for it."""
        known = {word: one for one in self.choices() for word in (one.id, one.handle, one.handle.removeprefix("@"))}
        return known.get(name) or known.get(self.login_of(name)) if name else None

    def login_of(self, account: str) -> str:
        """Return the id or handle of whoever signs in for an account, where that is somebody else."""
        return account

    def denied(self, given: Mapping[str, str]) -> Reply:
        """Send the person back with their no."""
        return self.back(given, error="access_denied", error_description=WORDS["access_denied"])

    def back(self, given: Mapping[str, str], **told: str) -> Reply:
        """Send the person back to the application, with the state untouched."""
        return send_back(given["redirect_uri"], given.get("state", ""), told)

    def _asked(self, request: Request, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the application and what it asks, or refuse on a page of our own: nothing may be sent to an unknown address."""
        app = self.stand.state["apps"].get(given.get("client_id", ""))
        if app is None:
            raise Said(refusal_page(request, WORDS["invalid_client"], 400))
        if not _may_return(app, given.get("redirect_uri", "")):
            raise Said(refusal_page(request, WORDS["redirect_uri_mismatch"], 400))
        if given.get("response_type", "code") != "code":
            raise Said(self.back(given, error="unsupported_response_type"))
        if not all(scope in self.scopes and scope in (app["scopes"] or self.scopes) for scope in self._wanted(given)):
            raise Said(self.back(given, error="invalid_scope", error_description=WORDS["invalid_scope"]))
        if not self._pkce_fits(given):
            raise Said(self.back(given, error="invalid_request", error_description="code_challenge_method must be S256"))
        return app, given

    def _pkce_fits(self, given: Mapping[str, str]) -> bool:
        if self.pkce == "none" or (self.pkce == "asked" and not given.get("code_challenge")):
            return True
        return bool(given.get("code_challenge")) and given.get("code_challenge_method") == "S256"

    def _wanted(self, given: Mapping[str, str]) -> list[str]:
        wanted = given.get("scope", "").replace(self.joint, " ").split()
        return list(dict.fromkeys(wanted)) or [*self.usual]

    def _approve(self, given: Mapping[str, str], chosen: Choice) -> Reply:
        code = secrets.token_urlsafe(32)
        withheld = self.stand.setting("withheld")
        self.stand.state["codes"][code] = {
            "client_id": given["client_id"],
            "redirect_uri": given["redirect_uri"],
            "scopes": [scope for scope in self._wanted(given) if scope not in withheld],
            "challenge": given.get("code_challenge", "") if self.pkce != "none" else "",
            "account": chosen.id,
            "at": self.stand.now(),
            "asked": {name: value for name, value in given.items() if name not in ("code_challenge", "state")},
        }
        self.stand.changed()
        return self.back(given, code=code)

    # ---- tokens

    def client(self, request: Request, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the application that a request proves itself to be (in the body, or Basic), or refuse."""
        name, secret = str(given.get("client_id", "")), str(given.get("client_secret", ""))
        scheme, _, basic = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            name, _, secret = base64.b64decode(basic + "==").decode("utf-8", "replace").partition(":")
        app: dict[str, Any] | None = self.stand.state["apps"].get(name)
        if app is None or not hmac.compare_digest(app["client_secret"].encode(), secret.encode()):
            raise self.wrong("invalid_client")
        return app

    def give(self, request: Request) -> Reply:
        """Give a token for a code or for a refresh token."""
        given = fields(request)
        app = self.client(request, given)
        match given.get("grant_type"):
            case "authorization_code":
                code = self.redeem(app, given)
                return self.hand_over(code, self.wants_refresh(code))
            case "refresh_token" if self.refreshes:
                return self.renew(app, str(given.get("refresh_token", "")))
        raise self.wrong("unsupported_grant_type")

    def redeem(self, app: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
        """Spend a code and return what was granted with it: account, scopes, client_id, asked. Raises what `wrong` says."""
        # A code is spent by being shown, right or wrong.
        code: dict[str, Any] | None = self.stand.state["codes"].pop(str(given.get("code", "")), None)
        self.stand.changed()
        if code is None or code["client_id"] != app["client_id"] or code["redirect_uri"] != given.get("redirect_uri"):
            raise self.wrong("invalid_grant")
        if self.stand.now() - code["at"] > self.code_seconds:
            raise self.wrong("invalid_grant")
        if code["challenge"] and not proves(str(given.get("code_verifier", "")), code["challenge"]):
            raise self.wrong("invalid_grant")
        return code

    def grant(
        self, account: str, scopes: Sequence[str] | None = None, client_id: str = CLIENT_ID, seconds: float | None = None, **more: Any
    ) -> str:
        """Make a token (all scopes where none are spoken of) and return it. `more` is kept with it; `grant` names what it belongs to."""
        token = secrets.token_urlsafe(32)
        lasts = self.token_seconds if seconds is None else seconds
        now = self.stand.now()
        self.stand.state["tokens"][token] = {
            "account": account,
            "scopes": [*(self.scopes if scopes is None else scopes)],
            "client_id": client_id,
            "at": now,
            "ends": now + lasts if lasts else 0,
            "grant": self.new_grant(),
            **more,
        }
        self.stand.changed()
        return token

    def new_grant(self) -> int:
        """Return the number of a new authorisation: all tokens that stem from one yes are taken back together."""
        self.stand.state["grants"] += 1
        return int(self.stand.state["grants"])

    def grant_refresh(self, kept: Mapping[str, Any], ends: float | None = None) -> str:
        """Make the refresh token that goes with a token."""
        token, now = secrets.token_urlsafe(32), self.stand.now()
        until = (now + self.refresh_seconds if self.refresh_seconds else 0) if ends is None else ends
        self.stand.state["refreshes"][token] = {**kept, "at": now, "ends": until, "used": False}
        return token

    def hand_over(self, code: Mapping[str, Any], refresh: bool) -> Reply:
        """Return a new token for what was granted, with a refresh token where one goes with it."""
        token = self.grant(code["account"], code["scopes"], code["client_id"])
        kept = self.stand.state["tokens"][token]
        return as_json(self.told(token, kept, self.grant_refresh(kept) if refresh else ""), cache_control="no-store")

    def renew(self, app: Mapping[str, Any], given: str) -> Reply:
        """Return a new token for a refresh token; where they rotate, a used one is refused."""
        known = self.stand.state["refreshes"].get(given)
        now = self.stand.now()
        if known is None or known["client_id"] != app["client_id"] or known["used"] or 0 < known["ends"] < now:
            raise self.wrong("invalid_grant")
        token = self.grant(known["account"], known["scopes"], known["client_id"], grant=known["grant"])
        kept, next_one = self.stand.state["tokens"][token], given
        if self.rotates:
            known["used"] = True
            next_one = self.grant_refresh(kept)
        return as_json(self.told(token, kept, next_one), cache_control="no-store")

    def take_back(self, request: Request) -> Reply:
        """Revoke a token of either kind, and with it all that stem from the same yes."""
        given = fields(request)
        token = str(given.get("token", ""))
        kept = self.stand.state["tokens"].get(token) or self.stand.state["refreshes"].get(token)
        if kept is not None:
            self.forget(kept["grant"])
        return as_json({})

    def forget(self, grant: int) -> None:
        """Take an authorisation back: none of its tokens serves any more."""
        for name in ("tokens", "refreshes"):
            held = self.stand.state[name]
            self.stand.state[name] = {token: kept for token, kept in held.items() if kept["grant"] != grant}
        self.stand.changed()

    # ---- who calls

    def holder(self, request: Request) -> dict[str, Any] | None:
        """Return what is kept of the request's token, however it stands with it."""
        found: dict[str, Any] | None = self.stand.state["tokens"].get(self.token_in(request))
        return found

    def require(self, request: Request, *scopes: str) -> dict[str, Any]:
        """Return what is kept of the request's token, which must be in force and hold one of the scopes (none named: any token)."""
        token, kept = self.token_in(request), self.holder(request)
        if kept is None:
            raise self.bad_token("unknown" if token else "missing")
        if 0 < kept["ends"] <= self.stand.now():
            raise self.bad_token("expired")
        if scopes and not any(scope in kept["scopes"] for scope in scopes):
            raise self.bad_token("scope", " ".join(scopes))
        request.account = kept["account"]
        return kept

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Make the request's token expired, and let the network notice; refreshing mends it."""
        kept = self.holder(request)
        if kept is not None:
            kept["ends"] = self.stand.now()
        return None

    def take_away(self, request: Request, fault: Fault) -> Reply | None:
        """Take the authorisation of this request away (or refuse it this once)."""
        kept = self.holder(request)
        if kept is None or not fault.lasting:
            return self.bad_token("unknown").reply
        self.forget(kept["grant"])
        return None


def _app(client_id: str, client_secret: str, redirect_uris: list[str], scopes: list[str], name: str) -> dict[str, Any]:
    return {"client_id": client_id, "client_secret": client_secret, "redirect_uris": redirect_uris, "scopes": scopes, "name": name}


def _may_return(app: Mapping[str, Any], uri: str) -> bool:
    if uri in app["redirect_uris"]:
        return bool(uri)
    return LOOPBACK in app["redirect_uris"] and urlsplit(uri).hostname in ("127.0.0.1", "localhost", "::1")


def proves(verifier: str, challenge: str) -> bool:
    """Tell whether a PKCE verifier fits its S256 challenge."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return hmac.compare_digest(digest, challenge)


def send_back(uri: str, state: str, told: Mapping[str, str]) -> Reply:
    """Return the answer that sends a person back to an application."""
    asked = {**told, "state": state} if state else told
    return Reply(302, headers={"location": f"{uri}{'&' if '?' in uri else '?'}{urlencode(asked)}", "cache-control": "no-store"})


def refusal_page(request: Request, words: str, status: int) -> Reply:
    """Return a page that says why nobody is sent anywhere."""
    return as_html(page(request, "OAuth", f"<h1>OAuth</h1><p>{escape(words)}</p>"), status)


def authorize_page(
    request: Request, app: str, scopes: Iterable[tuple[str, str]], given: Mapping[str, str], choices: Sequence[Choice], *, action: str
) -> str:
    """Return the page on which a person says yes or no: who asks, what for (words and name of each scope), with which account."""
    words = PAGE[tongue(request)]
    listed = "".join(f"<li>{escape(said)} <code>{escape(scope)}</code></li>" for said, scope in scopes)
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in given.items())
    yes = f'<button class="primary" name="answer" value="yes">{words["yes"]}</button>' if choices else ""
    body = (
        f"<h1>{words['title']}</h1><p><strong>{escape(app)}</strong> {words['asks']}.</p><p>{words['may']}</p><ul>{listed}</ul>"
        f'<form method="post" action="{escape(action)}">{hidden}{_choices(choices, words)}<p class="answers">{yes}'
        f'<button name="answer" value="no">{words["no"]}</button></p></form>'
    )
    return page(request, words["title"], f'<div class="sheet">{body}</div>')


def _choices(choices: Sequence[Choice], words: Mapping[str, str]) -> str:
    if not choices:
        return f"<p>{words['none']}</p>"
    listed = "".join(
        f'<label class="choice"><input type="radio" name="account" value="{escape(one.id)}"{"" if i else " checked"}>'
        f"<span>{escape(one.name)}<small>{escape(one.handle)}</small></span></label>"
        for i, one in enumerate(choices)
    )
    return f"<fieldset><legend>{words['account']}</legend>{listed}</fieldset>"
