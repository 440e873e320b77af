"""What Google's networks share: the code flow, calls in an account's name, and errors read once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from parvis.core import clock, late
from parvis.core.http import Answer, Client, NotSent, Refused, Unknown, again_at, identifier, line, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Begun, Check, Disconnected, Wires
from parvis.networks.facts import AppRule, Fact

CONSENT = "https://accounts.google.com"
TOKENS = "https://oauth2.googleapis.com"
APP = AppRule("google", "Client ID", "Client secret", "https://console.cloud.google.com/apis/credentials")
SAFETY = "support.google.com/accounts/answer/185839 and 185834 (2-Step Verification), myaccount.google.com/security"
# What keeps an account of Google, and with it whatever hangs on it.
RECOVERY = Fact(
    Say(
        gettext_noop(
            "The recovery address and telephone are those of the Google Account that owns it, under Security there: they are the company’s."
        )
    ),
    SAFETY,
    date(2026, 11, 27),
)
FACTOR = Fact(
    Say(gettext_noop("2-Step Verification is on for the Google Account that owns it; its backup codes are kept by the company.")),
    SAFETY,
    date(2026, 11, 27),
)
PERMISSIONS = "https://myaccount.google.com/connections"
AUDIENCE = "https://console.cloud.google.com/auth/audience"
# A token is renewed a little before its end: the call that carries it takes time too.
MARGIN = timedelta(seconds=60)
# Google names no hour when it asks to slow down; its guides say to wait longer each time.
SLOWER = timedelta(seconds=20)
START_AGAIN = Say(gettext_noop("Start the connection again from Parvis."))
TAG = late.compile(r"<[^<>]*+>")


def place(at: Mapping[str, str], name: str, usual: str) -> str:
    """Return where something of Google's is: the one address of a stand-in, a named one, or Google's own."""
    return (at.get(name) or at.get("all") or usual).rstrip("/")


# ---- what an error says


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error of Google's, whatever the service: its reason (one word), its sentence, and what else is told."""

    reason: str
    message: str
    metadata: Mapping[str, str]


def trouble(answer: Answer) -> Trouble:
    """Read an error: google.rpc.Status with its details, the older list of errors, or an OAuth error."""
    found = answer.mapping()
    told = found.get("error")
    if isinstance(told, str):
        return Trouble(told, line(found.get("error_description")), {})
    if not isinstance(told, dict):
        return Trouble("", "", {})
    reason, metadata = _reason(told)
    message = told.get("message")
    return Trouble(reason, line(TAG.sub("", message)) if isinstance(message, str) else "", metadata)


def _reason(told: Mapping[str, Any]) -> tuple[str, Mapping[str, str]]:
    listed = [one for name in ("errors", "details") for one in told.get(name) or () if isinstance(one, dict)]
    reasons = [identifier(one.get("reason")) for one in listed]
    metadata: Mapping[str, str] = next((one["metadata"] for one in listed if isinstance(one.get("metadata"), dict)), {})
    return next((reason for reason in reasons if reason), identifier(told.get("status"))), metadata


@dataclass(frozen=True, slots=True)
class Word:
    """What an error means to a person. `later`: nothing was made and it can be tried again by itself; "day": when the day is over."""

    why: Say
    cure: Say = START_AGAIN
    later: Literal["", "soon", "day"] = ""


_FORBIDDEN = Word(
    Say(gettext_noop("Google does not let this account do that: “%(said)s”")),
    Say(gettext_noop("Check that the Google account that was connected still manages this page, then connect it again.")),
)
_SCOPE = Word(
    Say(gettext_noop("The permission for this was not given when the account was connected.")),
    Say(gettext_noop("Connect the account again, and tick every box on Google’s page.")),
)
_CLOSED = Word(
    Say(gettext_noop("Google’s interface for this is not switched on in your Google project.")),
    Say(gettext_noop("In the Google console, open “APIs & Services”, “Library”, and enable it. Wait five minutes, then try again.")),
)
_SLOW = Word(Say(gettext_noop("Google asks to wait: too many calls in a short time.")), later="soon")
_GONE = Word(
    Say(gettext_noop("It is no longer there: it was taken off on Google’s side.")),
    Say(gettext_noop("Publish it again if it is still wanted.")),
)
_SUSPENDED = Word(
    Say(gettext_noop("Google has suspended this account.")),
    Say(gettext_noop("Sign in to Google: it says there what happened and how to ask for the account back.")),
)
SHARED: Mapping[str, Word] = {
    "forbidden": _FORBIDDEN,
    "PERMISSION_DENIED": _FORBIDDEN,
    "insufficientPermissions": _SCOPE,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _SCOPE,
    "accessNotConfigured": _CLOSED,
    "SERVICE_DISABLED": _CLOSED,
    "rateLimitExceeded": _SLOW,
    "userRateLimitExceeded": _SLOW,
    "RATE_LIMIT_EXCEEDED": _SLOW,
    "RESOURCE_EXHAUSTED": _SLOW,
    "notFound": _GONE,
    "NOT_FOUND": _GONE,
    "accountSuspended": _SUSPENDED,
    "authenticatedUserAccountSuspended": _SUSPENDED,
}


def judged(
    answer: Answer, words: Mapping[str, Word], *, commit: bool, day: datetime | None = None, cure: Say | None = None
) -> NotSent | Refused | Unknown:
    """Say what an answer that is not a success proves, in the words of a network's table; `day` is when its day is over."""
    told = trouble(answer)
    word = words.get(told.reason)
    if word is None or not 400 <= answer.status < 500:
        return _unworded(answer, told, commit, cure)
    facts: dict[str, str | int] = {"host": answer.host, "said": told.message}
    why = Say(word.why.text, facts)
    match word.later:
        case "day":
            return NotSent(why, day)
        case "soon":
            return NotSent(why, again_at(answer) or clock.now() + SLOWER)
    return Refused(why, Say(word.cure.text, facts))


def _unworded(answer: Answer, told: Trouble, commit: bool, cure: Say | None) -> NotSent | Refused | Unknown:
    found = verdict(answer, commit=commit, cure=cure)
    if isinstance(found, Refused) and told.message:
        facts: dict[str, str | int] = {"host": answer.host, "said": told.message}
        return Refused(Say(gettext_noop("%(host)s refused it and said: “%(said)s”"), facts), found.cure)
    if isinstance(found, NotSent) and answer.status == 429 and found.again_at is None:
        return NotSent(found.why, clock.now() + SLOWER)
    return found


# ---- connecting


@dataclass(frozen=True, slots=True)
class Permission:
    """The code flow, with a proof of who began it. `needed` are the scopes without which nothing can be done."""

    consent: str
    tokens: str
    scopes: tuple[str, ...]
    needed: frozenset[str]

    def begin(self, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Say where the person is to be sent, to give the company's own application its permissions for as long as they last."""
        if not client or not client.get("client_id"):
            why = Say(gettext_noop("The two values of your Google application are not entered yet."))
            raise Refused(why, Say(gettext_noop("Follow the steps on this page, paste the two values, then connect.")))
        verifier = secrets.token_urlsafe(64)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "client_id": client["client_id"], "redirect_uri": redirect_uri, "response_type": "code", "scope": " ".join(self.scopes),
            "state": state, "access_type": "offline", "prompt": "consent", "include_granted_scopes": "true",
            "code_challenge": challenge, "code_challenge_method": "S256",
        }  # fmt: skip
        memory = {**client, "redirect_uri": redirect_uri, "verifier": verifier}
        return Begun(f"{self.consent}/o/oauth2/v2/auth?{urlencode(asked)}", memory, client)

    def exchange(self, http: Client, memory: Mapping[str, Any], code: str) -> tuple[dict[str, str], datetime | None]:
        """Return the tokens for a code, and when the permission ends for good, where Google says so."""
        asked = {"grant_type": "authorization_code", "code": code, "code_verifier": memory["verifier"]}
        asked |= {name: memory[name] for name in ("client_id", "client_secret", "redirect_uri")}
        answer = http.ask("POST", f"{self.tokens}/token", data=asked)
        tokens = tokens_in(answer)
        if tokens is None:
            raise _no_tokens(answer)
        if "refresh" not in tokens:
            raise Refused(Say(gettext_noop("Google gave a permission of one hour only.")), START_AGAIN)
        if not self.needed <= set(tokens["scope"].split()):
            raise Refused(
                Say(gettext_noop("A box was not ticked on Google’s page, and without that permission nothing can be published.")),
                Say(gettext_noop("Connect again, and tick every box.")),
            )
        tokens |= {"client_id": memory["client_id"], "client_secret": memory["client_secret"], "endpoint": f"{self.tokens}/token"}
        return tokens, moment(tokens.get("ends", ""))


def tokens_in(answer: Answer) -> dict[str, str] | None:
    """Return the tokens that the answer of Google's token endpoint carries: access, until, scope, and a refresh token that lasts."""
    found = answer.mapping()
    if not answer.ok or not isinstance(found.get("access_token"), str) or not found["access_token"]:
        return None
    tokens = {"access": found["access_token"], "until": _after(found.get("expires_in")), "scope": line(found.get("scope"), 2000)}
    if isinstance(found.get("refresh_token"), str):
        tokens["refresh"] = found["refresh_token"]
    # Told while the application is in testing, and where access was given for a time only.
    if isinstance(found.get("refresh_token_expires_in"), int) and found["refresh_token_expires_in"] > 0:
        tokens["ends"] = _after(found["refresh_token_expires_in"])
    return tokens


def _after(seconds: Any) -> str:
    lasts = seconds if isinstance(seconds, int) and 0 < seconds < 10**9 else 3600
    return (clock.now() + timedelta(seconds=lasts)).isoformat(timespec="seconds")


def moment(text: Any) -> datetime | None:
    """Read a moment as it was kept, or as Google writes it (RFC 3339); else None."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_APP_WRONG = Say(gettext_noop("Google does not know these two values: the identifier or the secret of your application is wrong."))
_APP_CURE = Say(gettext_noop("Copy both values again from the Google console, paste them here, then connect."))
_BACK_WRONG = Say(gettext_noop("The return address is not written in your Google application."))
_BACK_CURE = Say(gettext_noop("Add the exact address shown on this page to the “Authorized redirect URIs”, then connect again."))
_CODE_OVER = Say(gettext_noop("Google’s permission was not taken up in time, or was used already."))


def _no_tokens(answer: Answer) -> Exception:
    told = trouble(answer)
    match told.reason:
        case "invalid_client" | "unauthorized_client" | "deleted_client":
            return Refused(_APP_WRONG, _APP_CURE)
        case "redirect_uri_mismatch":
            return Refused(_BACK_WRONG, _BACK_CURE)
        case "invalid_grant":
            return Refused(_CODE_OVER, START_AGAIN)
    if answer.ok:
        return Refused(Say(gettext_noop("%(host)s did not give its permission (answer %(status)s)."), _facts(answer)), START_AGAIN)
    return judged(answer, {}, commit=False, cure=START_AGAIN)


def _facts(answer: Answer) -> dict[str, str | int]:
    return {"host": answer.host, "status": answer.status}


# ---- calling


@dataclass(slots=True)
class Session:
    """Calls in an account's name. `alive` are the reasons of a 401 that say nothing of the authorisation."""

    wires: Wires
    alive: frozenset[str] = frozenset()

    def call(self, method: str, url: str, *, commit: bool = False, **more: Any) -> Answer:
        """Make one call with a token in force; the answer may be an error. Raises Disconnected where the authorisation is dead."""
        tokens = self.wires.tokens.current()
        until = moment(tokens.get("until"))
        if until is not None and until - MARGIN <= clock.now():
            tokens = self.wires.tokens.renewed(tokens, self._renew)
        answer = self._once(tokens, method, url, commit, more)
        if self._is_dead(answer):
            answer = self._once(self.wires.tokens.renewed(tokens, self._renew), method, url, commit, more)
        if self._is_dead(answer):
            raise Disconnected.by(answer.host, trouble(answer).message)
        return answer

    def _once(self, tokens: Mapping[str, Any], method: str, url: str, commit: bool, more: Mapping[str, Any]) -> Answer:
        http = self.wires.http
        head = {"authorization": f"Bearer {tokens.get('access', '')}", **more.get("headers", {})}
        return (http.call if commit else http.ask)(method, url, **{**more, "headers": head})

    def _is_dead(self, answer: Answer) -> bool:
        return answer.status == 401 and trouble(answer).reason not in self.alive

    def _renew(self, stale: Mapping[str, Any]) -> Mapping[str, Any]:
        """Renew the token. The refresh token does not change, so that a renewal lost on the way costs nothing."""
        asked = {"grant_type": "refresh_token", "refresh_token": stale.get("refresh", "")}
        asked |= {name: stale.get(name, "") for name in ("client_id", "client_secret")}
        answer = self.wires.http.ask("POST", str(stale.get("endpoint") or f"{TOKENS}/token"), data=asked)
        fresh = tokens_in(answer)
        if fresh:
            return {**stale, **fresh, "scope": fresh["scope"] or stale.get("scope", "")}
        failure = judged(answer, {}, commit=False)
        raise Disconnected.by(answer.host, trouble(answer).message) if isinstance(failure, Refused) else failure


# ---- readiness


def granted(wires: Wires) -> frozenset[str]:
    """Return the scopes that a person ticked."""
    return frozenset(str(wires.tokens.current().get("scope", "")).split())


def lasting(wires: Wires) -> Check:
    """Say whether the permission lasts: it ends after seven days while the application is in testing."""
    ends = moment(wires.tokens.current().get("ends"))
    if ends is None:
        return Check("lasting", "good", Say(gettext_noop("The permission renews itself.")))
    what = Say(gettext_noop("Your Google application is in testing: its permission ends on %(day)s."), {"day": ends.date().isoformat()})
    cure = Say(
        gettext_noop("In the Google console, “Audience”, choose “Publish app” (or “Internal” with Google Workspace), then connect again.")
    )
    return Check("lasting", "limited", what, cure, AUDIENCE)
