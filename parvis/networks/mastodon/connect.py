"""How an account of a Mastodon-compatible server is connected and kept alive: registration, then the OAuth code flow."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import regex

from parvis.core.http import Answer, Client, NotSent, Refused, address, identifier, line, parts_of, said, verdict
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Account, Begun, Check, Disconnected, Found, Plain, Wires
from parvis.networks.mastodon.session import MayNot, Session, is_dead, tokens_in
from parvis.networks.mastodon.spec import learn

NARROW = ("read:accounts", "read:statuses", "read:notifications", "write:statuses", "write:media", "write:favourites")
WIDE = ("read", "write")
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?"
HOST = regex.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::\d{{1,5}})?")
CHECK_HOST = Say(gettext_noop("Check the name of the server: it is the part after the last @ of the account, such as mastodon.social."))
MAY_NOT = Say(gettext_noop("This connection was made without the right to read who names this account."))
CONNECT_AGAIN = Say(gettext_noop("Connect the account again: Parvis then asks for that right. Publishing works meanwhile."))
START_AGAIN = Say(gettext_noop("Start the connection again from Parvis."))


@dataclass(frozen=True, slots=True)
class CodeFlow(Plain):
    """The door of Mastodon. `scheme` is how servers that a setting allows by name are called; all others are called over https."""

    scheme: str

    def enter(self, http: Client, identifier: str, password: str) -> Found:
        """Not a door of this network."""
        raise NotImplementedError

    def begin(self, http: Client, host: str, redirect_uri: str, state: str, client: Mapping[str, Any] | None) -> Begun:
        """Register on the server unless an earlier registration still serves, and say where the person is to be sent."""
        base = self._base(http, written(host))
        offers = _offers(http, base)
        known = set(offers.get("scopes_supported") or ())
        scopes = " ".join(NARROW if known.issuperset(NARROW) else WIDE)
        if not _serves(http, base, redirect_uri, scopes, client):
            client = {**_register(http, base, redirect_uri, scopes), "base": base, "redirect_uri": redirect_uri, "scopes": scopes}
        assert client is not None
        memory = {**client, "token_endpoint": _endpoint(http, base, offers.get("token_endpoint"), "/oauth/token")}
        asked = {"response_type": "code", "client_id": client["client_id"], "redirect_uri": redirect_uri, "scope": scopes, "state": state}
        methods = offers.get("code_challenge_methods_supported")
        if isinstance(methods, list) and "S256" in methods:
            memory["verifier"] = secrets.token_urlsafe(64)
            asked |= {"code_challenge": _challenge(memory["verifier"]), "code_challenge_method": "S256"}
        place = _endpoint(http, base, offers.get("authorization_endpoint"), "/oauth/authorize")
        return Begun(f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}", memory, client)

    def readiness(self, account: Account, wires: Wires) -> tuple[Check, ...]:
        """Say whether this connection may also read who names the account."""
        good = Plain.readiness(self, account, wires)
        asked = {"types[]": "mention", "limit": 1}
        try:
            answer = Session(account, wires).call("GET", "/api/v1/notifications", scoped=True, params=asked)
        except MayNot:
            return (*good, Check("inbox", "limited", MAY_NOT, CONNECT_AGAIN))
        if answer.ok:
            return (*good, Check("inbox", "good", Say(gettext_noop("Comments, mentions and private messages are read."))))
        return (*good, Check("inbox", "unknown", Say(gettext_noop("%(host)s did not say who names this account."), {"host": answer.host})))

    def _base(self, http: Client, host: str) -> str:
        parts = urlsplit(f"//{host}")
        named = http.guard.allows(parts.hostname or "", parts.port or 443)
        return f"{self.scheme if named else 'https'}://{host}"

    def finish(self, http: Client, memory: Mapping[str, Any], code: str) -> Found:
        """Exchange the code for a token, and read whose it is."""
        asked = {"grant_type": "authorization_code", "code": code, "scope": memory["scopes"]}
        asked |= {name: memory[name] for name in ("client_id", "client_secret", "redirect_uri")}
        if "verifier" in memory:
            asked["code_verifier"] = memory["verifier"]
        answer = _post(http, memory["token_endpoint"], asked, form_first=True)
        tokens = tokens_in(answer)
        if tokens is None:
            raise _no_token(answer)
        tokens |= {name: memory[name] for name in ("client_id", "client_secret", "token_endpoint")}
        base = memory["base"]
        answer = http.ask("GET", f"{base}/api/v1/accounts/verify_credentials", headers={"authorization": f"Bearer {tokens['access']}"})
        return Found(_account(http, base, answer), tokens)

    def visit(self, account: Account, wires: Wires) -> Account:
        """Read the account and its server's limits again."""
        answer = Session(account, wires).call("GET", "/api/v1/accounts/verify_credentials")
        return _account(wires.http, account.base, answer, account.limits)


def written(host: str) -> str:
    """Return the server in what a person typed or pasted: a name, an address, or an account. Raises Refused where there is none."""
    text = host.strip().lower()
    if "://" in text:
        text = urlsplit(text).netloc
    text = text.rpartition("@")[2].partition("/")[0].strip(" .")
    if not text or not HOST.fullmatch(text):
        raise Refused(Say(gettext_noop("“%(typed)s” is not the name of a server."), {"typed": host.strip()[:100]}), CHECK_HOST)
    return text


def _offers(http: Client, base: str) -> Mapping[str, Any]:
    """Return what the server says of its OAuth; older and other servers say nothing."""
    answer = http.ask("GET", f"{base}/.well-known/oauth-authorization-server", most=200_000)
    return answer.mapping() if answer.ok else {}


def _endpoint(http: Client, base: str, offered: Any, usual: str) -> str:
    """Return the place that a server offers: on itself, or elsewhere on the public internet over https; else the usual one on itself."""
    found, here = parts_of(address(offered)), parts_of(base)
    itself = (found.scheme, found.netloc) == (here.scheme, here.netloc)
    inside = http.guard.allows(found.hostname or "", 443)
    return str(offered) if itself or (found.scheme == "https" and not inside) else f"{base}{usual}"


def _serves(http: Client, base: str, redirect_uri: str, scopes: str, client: Mapping[str, Any] | None) -> bool:
    """Tell whether an earlier registration is still known over there: servers throw away those that were not used for long."""
    if not client or (client.get("base"), client.get("redirect_uri"), client.get("scopes")) != (base, redirect_uri, scopes):
        return False
    asked = {"grant_type": "client_credentials", "scope": scopes, "redirect_uri": redirect_uri}
    asked |= {name: client[name] for name in ("client_id", "client_secret")}
    answer = http.ask("POST", f"{base}/oauth/token", data=asked)
    return answer.status != 401 and answer.mapping().get("error") != "invalid_client"


def _register(http: Client, base: str, redirect_uri: str, scopes: str) -> dict[str, str]:
    parts = urlsplit(redirect_uri)
    about = {"client_name": "Parvis", "redirect_uris": redirect_uri, "scopes": scopes, "website": f"{parts.scheme}://{parts.netloc}"}
    answer = _post(http, f"{base}/api/v1/apps", about)
    found = answer.mapping()
    if answer.ok and found.get("client_id") and found.get("client_secret"):
        return {"client_id": str(found["client_id"]), "client_secret": str(found["client_secret"])}
    if answer.ok or answer.status in {301, 302, 303, 307, 308, 403, 404, 405, 410}:
        raise Refused(Say(gettext_noop("%(host)s is not a server that speaks Mastodon's language."), {"host": answer.host}), CHECK_HOST)
    raise verdict(answer, commit=False, cure=CHECK_HOST)


def _post(http: Client, url: str, body: Mapping[str, str], *, form_first: bool = False) -> Answer:
    """Servers differ in what they read, JSON or a form: try the other where one was not understood."""
    answer = http.ask("POST", url, **({"data": body} if form_first else {"json": body}))
    understood = str(answer.mapping().get("error", "")).startswith(("invalid_grant", "invalid_client", "unauthorized_client"))
    if answer.status in {400, 415, 422} and not understood:
        return http.ask("POST", url, **({"json": body} if form_first else {"data": body}))
    return answer


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _no_token(answer: Answer) -> Exception:
    if answer.ok or (400 <= answer.status < 500 and answer.status != 429):
        facts: dict[str, str | int] = {"host": answer.host, "status": answer.status, "said": said(answer)}
        if facts["said"]:
            return Refused(Say(gettext_noop("%(host)s did not give its permission and said: “%(said)s”"), facts), START_AGAIN)
        return Refused(Say(gettext_noop("%(host)s did not give its permission (answer %(status)s)."), facts), START_AGAIN)
    return verdict(answer, commit=False)


def _account(http: Client, base: str, answer: Answer, known: Mapping[str, Any] | None = None) -> Account:
    found = answer.mapping()
    if is_dead(answer):
        raise Disconnected.by(answer.host, said(answer))
    remote_id, name = identifier(found.get("id")), line(found.get("username") or found.get("acct"), 100).partition("@")[0]
    if not answer.ok or not remote_id or not name:
        raise verdict(answer, commit=False, cure=START_AGAIN)
    instance, url = _instance(http, base), address(found.get("url"))
    domain = line(instance.get("domain"), 150) or urlsplit(url).netloc or urlsplit(base).netloc
    return Account(
        network="mastodon",
        base=base,
        remote_id=remote_id,
        handle=f"{name}@{domain}",
        name=line(found.get("display_name")) or name,
        url=url,
        avatar=address(found.get("avatar_static")) or address(found.get("avatar")),
        limits=learn(instance) or dict(known or {}),
    )


def _instance(http: Client, base: str) -> Mapping[str, Any]:
    """Return what the server says of itself, in its newer or its older form; nothing where it says nothing."""
    for path in ("/api/v2/instance", "/api/v1/instance"):
        try:
            answer = http.ask("GET", f"{base}{path}", most=2_000_000)
        except NotSent:
            continue
        if answer.ok and answer.mapping():
            return answer.mapping()
    return {}
