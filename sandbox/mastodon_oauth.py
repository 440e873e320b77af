"""Mastodon's doors: applications, the authorize page, codes and tokens."""

from __future__ import annotations

import base64
import hmac
import secrets
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.oauth import PAGE as SHARED
from sandbox.oauth import Choice, authorize_page, proves, refusal_page, send_back
from sandbox.server import Handler, Said
from sandbox.square import page, tongue
from sandbox.wire import Reply, Request, as_html, as_json

if TYPE_CHECKING:
    from sandbox.mastodon import Mastodon

CODE_SECONDS = 600
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
GRANULAR = ("accounts", "blocks", "bookmarks", "favourites", "filters", "follows", "lists", "mutes", "notifications", "search", "statuses")
WRITABLE = (*[part for part in GRANULAR if part != "search"], "media", "conversations", "reports")
SCOPES = frozenset({"read", "write", "follow", "push", "profile", *(f"read:{p}" for p in GRANULAR), *(f"write:{p}" for p in WRITABLE)})
WORDS = {
    "invalid_grant": "The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the "
    "authorization request, or was issued to another client.",
    "invalid_client": "Client authentication failed due to unknown client, no client authentication included, or unsupported "
    "authentication method.",
    "invalid_request": "The request is missing a required parameter, includes an unsupported parameter value, or is otherwise malformed.",
    "unsupported_grant_type": "The authorization grant type is not supported by the authorization server.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "unauthorized_client": "You are not authorized to revoke this token",
    "access_denied": "The resource owner or authorization server denied the request.",
}
PAGE = {
    "fr": {
        "profile": "lire votre nom et votre image",
        "read": "lire votre compte et vos publications",
        "read:accounts": "lire votre compte",
        "read:statuses": "lire vos publications",
        "read:notifications": "lire vos notifications",
        "write:favourites": "mettre des favoris en votre nom",
        "write": "publier, retirer et modifier en votre nom",
        "write:statuses": "publier et retirer des publications en votre nom",
        "write:media": "envoyer des images",
        "code": "Copiez ce code dans l’application :",
    },
    "en": {
        "profile": "read your name and picture",
        "read": "read your account and your posts",
        "read:accounts": "read your account",
        "read:statuses": "read your posts",
        "read:notifications": "read your notifications",
        "write:favourites": "make favourites in your name",
        "write": "publish, remove and change things in your name",
        "write:statuses": "publish and remove posts in your name",
        "write:media": "send pictures",
        "code": "Copy this code into the application:",
    },
}


class Doors:
    """The OAuth part of the stand-in."""

    def __init__(self, stand: Mastodon) -> None:
        self.stand = stand

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            "POST /api/v1/apps": self.register,
            "GET /api/v1/apps/verify_credentials": self.app_of,
            "GET /oauth/authorize": self.ask,
            "POST /oauth/authorize": self.decide,
            "GET /oauth/authorize/native": self.show_code,
            "POST /oauth/token": self.give,
            "POST /oauth/revoke": self.take_back,
            "GET /.well-known/oauth-authorization-server": self.metadata,
        }

    # ---- applications

    def register(self, request: Request) -> Reply:
        """Register an application."""
        given = self.stand.fields(request, {"client_name", "redirect_uris", "scopes", "website"})
        name, uris = str(given.get("client_name") or ""), given.get("redirect_uris") or ""
        uris = [str(uri) for uri in uris] if isinstance(uris, list) else str(uris).split()
        scopes = str(given.get("scopes") or "read").split()
        if not name.strip():
            raise self.stand.invalid("Name can't be blank")
        if not uris:
            raise self.stand.invalid("Redirect URI can't be blank")
        if any(uri != OUT_OF_BAND and (not urlsplit(uri).scheme or urlsplit(uri).fragment) for uri in uris):
            raise self.stand.invalid("Redirect URI must be an absolute URI.")
        if not set(scopes) <= SCOPES:
            raise self.stand.invalid("Scopes doesn't match configured on the server.")
        client = {
            "id": str(len(self.stand.state["apps"]) + 1),
            "name": name,
            "website": given.get("website") or None,
            "scopes": scopes,
            "redirect_uris": uris,
            "client_id": secrets.token_urlsafe(32),
            "client_secret": secrets.token_urlsafe(32),
        }
        self.stand.state["apps"][client["client_id"]] = client
        self.stand.changed()
        return as_json({**client, "redirect_uri": "\n".join(uris), "client_secret_expires_at": 0, "vapid_key": secrets.token_urlsafe(65)})

    def app_of(self, request: Request) -> Reply:
        """Tell which application a token belongs to."""
        app = self.stand.state["apps"].get(self.stand.token(request)["client_id"], {})
        return as_json({name: app.get(name) for name in ("id", "name", "website", "scopes", "redirect_uris")})

    # ---- the page

    def _asked(self, request: Request, given: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the application and what it asks, or refuse on a page of our own: nothing may be sent to an unknown address."""
        app = self.stand.state["apps"].get(given.get("client_id", ""))
        if app is None:
            raise Said(refusal_page(request, WORDS["invalid_client"], 401))
        if given.get("redirect_uri", "") not in app["redirect_uris"]:
            raise Said(refusal_page(request, "The requested redirect uri is malformed or doesn't match client redirect URI.", 400))
        if given.get("response_type") != "code":
            raise Said(self._back(given, error="unsupported_response_type"))
        scopes = (given.get("scope") or "read").split()
        if not _within(scopes, app["scopes"]):
            raise Said(self._back(given, error="invalid_scope", error_description=WORDS["invalid_scope"]))
        if given.get("code_challenge") and given.get("code_challenge_method", "plain") != "S256" and self.stand.setting("pkce"):
            raise Said(self._back(given, error="invalid_code_challenge_method"))
        return app, given

    def ask(self, request: Request) -> Reply:
        """Show the authorize page, or answer at once when the control says so."""
        app, given = self._asked(request, {name: values[-1] for name, values in request.query.items()})
        if self.stand.setting("deny"):
            return self._back(given, error="access_denied", error_description=WORDS["access_denied"])
        chosen = self.stand.find(self.stand.setting("auto_approve"))
        if chosen:
            return self._approve(given, chosen["id"])
        words = PAGE[tongue(request)]
        listed = [(words.get(scope, ""), scope) for scope in (given.get("scope") or "read").split()]
        people = [
            Choice(one["id"], one["display_name"], f"@{one['username']}@{self.stand.host}") for one in self.stand.state["accounts"].values()
        ]
        return as_html(authorize_page(request, app["name"], listed, given, people, action="/oauth/authorize"))

    def decide(self, request: Request) -> Reply:
        """Take the person's answer on the authorize page."""
        given = self.stand.fields(request)
        _, asked = self._asked(request, {name: str(value) for name, value in given.items()})
        account = self.stand.state["accounts"].get(str(given.get("account", "")))
        if given.get("answer") != "yes" or account is None:
            return self._back(asked, error="access_denied", error_description=WORDS["access_denied"])
        return self._approve(asked, account["id"])

    def show_code(self, request: Request) -> Reply:
        """Show a code to a person, for applications without an address."""
        words = {**SHARED[tongue(request)], **PAGE[tongue(request)]}
        body = f"<h1>{words['title']}</h1><p>{words['code']}</p><p><code>{escape(request.asked('code'))}</code></p>"
        return as_html(page(request, words["title"], body))

    def _approve(self, given: dict[str, str], account: str) -> Reply:
        code = secrets.token_urlsafe(32)
        self.stand.state["codes"][code] = {
            "client_id": given["client_id"],
            "redirect_uri": given["redirect_uri"],
            "scopes": (given.get("scope") or "read").split(),
            "challenge": given.get("code_challenge", "") if self.stand.setting("pkce") else "",
            "account": account,
            "at": self.stand.now(),
        }
        return self._back(given, code=code)

    def _back(self, given: dict[str, str], **told: str) -> Reply:
        uri = "/oauth/authorize/native" if given["redirect_uri"] == OUT_OF_BAND else given["redirect_uri"]
        return send_back(uri, given.get("state", ""), told)

    # ---- tokens

    def _client(self, request: Request, given: dict[str, Any]) -> dict[str, Any]:
        name, secret = str(given.get("client_id", "")), str(given.get("client_secret", ""))
        scheme, _, basic = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            name, _, secret = base64.b64decode(basic).decode().partition(":")
        app: dict[str, Any] | None = self.stand.state["apps"].get(name)
        if app is None or not hmac.compare_digest(app["client_secret"].encode(), secret.encode()):
            raise _oauth("invalid_client", 401)
        return app

    def give(self, request: Request) -> Reply:
        """Give a token for a code."""
        given = self.stand.fields(request)
        app = self._client(request, given)
        if given.get("grant_type") == "client_credentials":
            return self._token(app, (str(given.get("scope") or "read")).split(), "")
        if given.get("grant_type") != "authorization_code":
            raise _oauth("unsupported_grant_type")
        # A code is spent by being shown, right or wrong.
        code = self.stand.state["codes"].pop(str(given.get("code", "")), None)
        if (
            code is None
            or code["client_id"] != app["client_id"]
            or code["redirect_uri"] != given.get("redirect_uri")
            or self.stand.now() - code["at"] > CODE_SECONDS
        ):
            raise _oauth("invalid_grant")
        if code["challenge"] and not proves(str(given.get("code_verifier", "")), code["challenge"]):
            raise _oauth("invalid_grant")
        return self._token(app, code["scopes"], code["account"])

    def _token(self, app: dict[str, Any], scopes: list[str], account: str) -> Reply:
        if not _within(scopes, app["scopes"]):
            raise _oauth("invalid_scope")
        token = self.stand.grant(account, scopes, app["client_id"])
        kept = self.stand.state["tokens"][token]
        body = {"access_token": token, "token_type": "Bearer", "scope": " ".join(scopes), "created_at": int(kept["at"])}
        return as_json(body, cache_control="no-store")

    def take_back(self, request: Request) -> Reply:
        """Revoke a token."""
        given = self.stand.fields(request)
        try:
            app = self._client(request, given)
        except Said as error:
            raise _oauth("unauthorized_client", 403) from error
        kept = self.stand.state["tokens"].get(str(given.get("token", "")))
        if kept is not None:
            if kept["client_id"] != app["client_id"]:
                raise _oauth("unauthorized_client", 403)
            del self.stand.state["tokens"][given["token"]]
            self.stand.changed()
        return as_json({})

    def metadata(self, request: Request) -> Reply:
        """Describe the authorization server, where the control lets it."""
        if not self.stand.setting("oauth_metadata"):
            return self.stand.error(404)
        base = self.stand.url
        told = {
            "issuer": f"{base}/",
            "service_documentation": "https://docs.joinmastodon.org/",
            "authorization_endpoint": f"{base}/oauth/authorize",
            "token_endpoint": f"{base}/oauth/token",
            "app_registration_endpoint": f"{base}/api/v1/apps",
            "revocation_endpoint": f"{base}/oauth/revoke",
            "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
        }
        if self.stand.setting("pkce"):
            told["code_challenge_methods_supported"] = ["S256"]
        return as_json(told)


def _oauth(code: str, status: int = 400) -> Said:
    return Said(as_json({"error": code, "error_description": WORDS[code]}, status))


def _within(scopes: list[str], allowed: list[str]) -> bool:
    return all(scope in SCOPES and (scope in allowed or scope.partition(":")[0] in allowed) for scope in scopes)
