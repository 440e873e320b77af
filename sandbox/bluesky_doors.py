"""Bluesky's doors: sessions and their tokens, handles, identities and profiles."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any

from sandbox.server import iso
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.bluesky import Bluesky

REFRESH_SECONDS = 90 * 86_400


class Doors:
    """The part of the stand-in that says who is who."""

    def __init__(self, stand: Bluesky) -> None:
        self.stand = stand

    def describe(self, request: Request) -> Reply:
        """Describe the server."""
        links: dict[str, str] = {}
        told = {"did": f"did:web:{self.stand.host.replace(':', '%3A')}", "availableUserDomains": [".test"], "inviteCodeRequired": False}
        return as_json({**told, "links": links, "contact": links, "blobUploadLimit": self.stand.setting("blob_limit")})

    def create_session(self, request: Request) -> Reply:
        """Open a session with a password or an app password."""
        given = self.stand.fields(request, {"identifier", "password"}, {"authFactorToken", "allowTakendown"})
        who = str(given["identifier"])
        self.stand.spend(who, "createSession", 1, ((30, 300), (300, 86_400)))
        account = self.stand.find(who)
        tried = scrambled(str(given["password"]))
        if account is None or tried not in account["passwords"]:
            raise self.stand.refuse("Invalid identifier or password", "AuthenticationRequired", 401)
        return as_json(self._session(account))

    def _session(self, account: dict[str, Any]) -> dict[str, Any]:
        access = self._jwt(account, "access", self.stand.setting("access_seconds"))
        refresh = self._jwt(account, "refresh", REFRESH_SECONDS)
        self.stand.state["tokens"][refresh]["with"] = access
        self.stand.changed()
        about = {"did": account["did"], "handle": account["handle"], "didDoc": self.did_document(account), "active": True}
        return {"accessJwt": access, "refreshJwt": refresh, **about, "email": f"{account['handle']}@example.test", "emailConfirmed": True}

    def _jwt(self, account: dict[str, Any], use: str, seconds: float) -> str:
        now = self.stand.now()
        scope = "com.atproto.appPass" if use == "access" else "com.atproto.refresh"
        claims = {"scope": scope, "sub": account["did"], "iat": int(now), "exp": int(now + seconds), "jti": secrets.token_hex(12)}
        body = f"{_b64({'alg': 'HS256', 'typ': 'at+jwt' if use == 'access' else 'refresh+jwt'})}.{_b64(claims)}"
        sign = hmac.new(self.stand.state["secret"].encode(), body.encode(), hashlib.sha256).digest()
        token = f"{body}.{base64.urlsafe_b64encode(sign).rstrip(b'=').decode()}"
        self.stand.state["tokens"][token] = {"did": account["did"], "use": use, "until": now + seconds}
        return token

    def refresh_session(self, request: Request) -> Reply:
        """Give new tokens for a refresh token, which is spent by it."""
        token = request.bearer()
        spent = self.stand.state["tokens"].get(token, {}).get("spent")
        if spent and self.stand.now() - spent > self.stand.setting("refresh_grace_seconds"):
            raise self.stand.refuse("Token has been revoked", "ExpiredToken")
        account = self.stand.enter(request, "refresh")
        self.stand.state["tokens"][token].setdefault("spent", self.stand.now())
        self.stand.state["tokens"].pop(self.stand.state["tokens"][token].get("with", ""), None)
        return as_json(self._session(account))

    def get_session(self, request: Request) -> Reply:
        """Tell whose session this is."""
        account = self.stand.enter(request)
        return as_json({"did": account["did"], "handle": account["handle"], "didDoc": self.did_document(account), "active": True})

    def delete_session(self, request: Request) -> Reply:
        """Close a session, given its refresh token."""
        self.stand.enter(request, "refresh")
        kept = self.stand.state["tokens"].pop(request.bearer())
        self.stand.state["tokens"].pop(kept.get("with", ""), None)
        self.stand.changed()
        return Reply(200, kind="")

    # ---- identities

    def resolve(self, request: Request) -> Reply:
        """Turn a handle into a DID."""
        account = self.stand.find(request.asked("handle"))
        if account is None or request.asked("handle").startswith("did:"):
            raise self.stand.refuse("Unable to resolve handle")
        return as_json({"did": account["did"]})

    def did_of_host(self, request: Request) -> Reply:
        """Tell the DID of the handle that is this host's name."""
        account = self.stand.find(request.headers.get("host", "").partition(":")[0])
        return Reply(200, account["did"].encode(), kind="text/plain") if account else Reply(404, b"User not found", kind="text/plain")

    def document(self, request: Request, did: str) -> Reply:
        """Return a DID document, as the directory does."""
        account = self.stand.state["accounts"].get(did)
        if account:
            return Reply(200, json.dumps(self.did_document(account)).encode(), kind="application/did+ld+json")
        if did.startswith("did:plc:"):
            return as_json({"message": f"DID not registered: {did}"}, 404)
        return self.stand.error(404)

    def did_document(self, account: dict[str, Any]) -> dict[str, Any]:
        """Return an account's DID document."""
        key = {"id": f"{account['did']}#atproto", "type": "Multikey", "controller": account["did"]}
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": account.get("pds") or self.stand.url}
        return {
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": account["did"],
            "alsoKnownAs": [f"at://{account['handle']}"],
            "verificationMethod": [{**key, "publicKeyMultibase": "zQ3shunBKsXixLxKtC5qeSG9E4J5RkGN57im31pcTzbNQnm5w"}],
            "service": [service],
        }

    def profile(self, request: Request) -> Reply:
        """Return a profile, as the public reading service does."""
        account = self.stand.find(request.asked("actor"))
        if account is None:
            raise self.stand.refuse("Profile not found")
        about = {"did": account["did"], "handle": account["handle"], "displayName": account["name"], "description": account["note"]}
        picture = {"avatar": self.stand.file_url(account["did"], account["avatar"])} if account["avatar"] else {}
        counts = {"followersCount": 0, "followsCount": 0, "postsCount": len(self.stand.records(account["did"], "app.bsky.feed.post"))}
        return as_json({**about, **picture, **counts, "labels": [], "createdAt": iso(account["at"]), "indexedAt": iso(account["at"])})


def _b64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def scrambled(password: str) -> str:
    """Return what is kept of a password."""
    return hashlib.sha256(password.encode()).hexdigest()
