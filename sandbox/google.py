"""What the stand-ins of Google's networks share: its doors, its error bodies, its strictness about names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sandbox.faults import Fault
from sandbox.oauth import SETTINGS, Doors, Why
from sandbox.server import Said, Stand
from sandbox.wire import Malformed, Reply, Request, as_json, fields

GLOBAL = frozenset(
    {
        "$.xgafv",
        "access_token",
        "alt",
        "callback",
        "fields",
        "key",
        "oauth_token",
        "prettyPrint",
        "quotaUser",
        "uploadType",
        "upload_protocol",
    }
)
STATES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 502: "UNAVAILABLE", 503: "UNAVAILABLE",
}  # fmt: skip
SAID = {
    400: ("badRequest", "Bad Request"),
    401: (
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication "
        "credential.",
    ),
    403: ("forbidden", "The caller does not have permission"),
    404: ("notFound", "Requested entity was not found."),
    429: ("rateLimitExceeded", "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'."),
    500: ("internalError", "Internal error encountered."),
    503: ("backendError", "The service is currently unavailable."),
}
TESTING_SECONDS = 7 * 86_400.0


class GoogleDoors(Doors):
    """Google's authorize page and tokens: the refresh token stays the same, and comes only where offline access was asked."""

    authorize: ClassVar[str] = "/o/oauth2/v2/auth"
    token: ClassVar[str] = "/token"  # noqa: S105 - a path
    revoke: ClassVar[str] = "/revoke"
    refreshes: ClassVar[bool] = True

    def wrong(self, code: str, words: str = "", status: int = 400) -> Said:
        """Return a refusal of the token endpoint in Google's words."""
        said = {"invalid_grant": "Token has been expired or revoked.", "invalid_client": "Unauthorized"}
        return super().wrong(code, words or said.get(code, ""), status)

    def bad_token(self, why: Why, scope: str = "") -> Said:
        """Return the refusal of a call for its token."""
        if why != "scope":
            return Said(self.stand.error(401))
        return Said(self.stand.error(403, "insufficientPermissions", "Request had insufficient authentication scopes."))

    def wants_refresh(self, code: Mapping[str, Any]) -> bool:
        """A refresh token comes with offline access; without `prompt=consent`, only the first time."""
        asked = code["asked"]
        known = any(one["account"] == code["account"] and one["client_id"] == code["client_id"] for one in self._refreshes())
        return asked.get("access_type") == "offline" and ("consent" in asked.get("prompt", "") or not known)

    def _refreshes(self) -> Sequence[Mapping[str, Any]]:
        return list(self.stand.state["refreshes"].values())

    def grant_refresh(self, kept: Mapping[str, Any], ends: float | None = None) -> str:
        """Make a refresh token; while the application is in testing it ends after seven days."""
        testing = self.stand.setting("testing")
        return super().grant_refresh(kept, self.stand.now() + TESTING_SECONDS if testing else ends)

    def told(self, token: str, kept: Mapping[str, Any], refresh: str) -> dict[str, Any]:
        """Return the body that hands a token over, with the end of the refresh token where it has one."""
        body = super().told(token, kept, refresh)
        ends = self.stand.state["refreshes"].get(refresh, {}).get("ends", 0)
        return {**body, "refresh_token_expires_in": int(ends - self.stand.now())} if ends else body

    def renew(self, app: Mapping[str, Any], given: str) -> Reply:
        """Return a new token; the refresh token is not told again."""
        body = json.loads(super().renew(app, given).body)
        body.pop("refresh_token", None)
        return as_json(body, cache_control="no-store")

    def take_back(self, request: Request) -> Reply:
        """Revoke a token, which may stand in the address or in the body."""
        token = request.asked("token") or str(fields(request).get("token", ""))
        kept = self.stand.state["tokens"].get(token) or self.stand.state["refreshes"].get(token)
        if kept is None:
            raise self.wrong("invalid_token", "Token expired or revoked")
        self.forget(kept["grant"])
        return as_json({})


class Google(Stand):
    """One of Google's networks."""

    doors: GoogleDoors
    # Older services list their reasons under `errors` too.
    lists_errors: ClassVar[bool] = True
    defaults: ClassVar[dict[str, Any]] = {**SETTINGS, "testing": False, "api_enabled": True}

    def error(self, status: int, code: str = "", words: str = "", *, domain: str = "global", **metadata: str) -> Reply:
        """Return an error as Google writes it: google.rpc.Status, with `errors` where the service has them."""
        usual, said = SAID.get(status, SAID[500])
        reason, message = code or usual, words or said
        body: dict[str, Any] = {"code": status, "message": message, "status": STATES.get(status, "UNKNOWN")}
        if self.lists_errors:
            body["errors"] = [{"message": message, "domain": domain, "reason": reason}]
        if metadata or (code and not self.lists_errors):
            info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
            body["details"] = [{**info, "metadata": metadata} if metadata else info]
        return as_json({"error": body}, status)

    def refuse(self, status: int, code: str = "", words: str = "", *, domain: str = "global", **metadata: str) -> Said:
        """Return a refusal to raise."""
        return Said(self.error(status, code, words, domain=domain, **metadata))

    def limited(self, until: float) -> Reply:
        """Return the answer to too many calls: it names no hour."""
        return self.error(429)

    def account_of(self, request: Request) -> str:
        """Return the account whose token this is, or an empty string."""
        return str((self.doors.holder(request) or {}).get("account", ""))

    def expire(self, request: Request, fault: Fault) -> Reply | None:
        """Make the token expired."""
        return self.doors.expire(request, fault)

    def revoke(self, request: Request, fault: Fault) -> Reply | None:
        """Take the authorisation away."""
        return self.doors.take_away(request, fault)

    # ---- strictness

    def enter(self, request: Request, *scopes: str, takes: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Return what is kept of the request's token; refuse what the service does not know, and a project that has not asked for it."""
        kept = self.doors.require(request, *scopes)
        if not self.setting("api_enabled"):
            words = f"{self.name} API has not been used in project 1234567890 before or it is disabled."
            raise self.refuse(403, "accessNotConfigured" if self.lists_errors else "SERVICE_DISABLED", words)
        for name in request.query:
            if name not in GLOBAL | takes:
                raise self.refuse(400, "badRequest", f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.')
        return kept

    def body(self, request: Request, shape: Mapping[str, Any]) -> dict[str, Any]:
        """Return the JSON of a request, whose names must all stand in `shape` (None: a value; a mapping: an object; a list: many)."""
        try:
            given = request.json() if request.body else {}
        except Malformed as error:
            raise self.refuse(400, "parseError", "Invalid JSON payload received.") from error
        self.fits(given, shape)
        return dict(given)

    def fits(self, given: Any, shape: Any, at: str = "") -> None:
        """Refuse a name that `shape` does not have."""
        if isinstance(shape, list):
            for one in given if isinstance(given, list) else [given]:
                self.fits(one, shape[0], at)
        elif isinstance(shape, Mapping):
            if not isinstance(given, dict):
                raise self.refuse(400, "badRequest", f"Invalid value at '{at}'.")
            for name, value in given.items():
                if name not in shape:
                    raise self.refuse(
                        400, "badRequest", f"Invalid JSON payload received. Unknown name \"{name}\" at '{at}': Cannot find field."
                    )
                self.fits(value, shape[name], f"{at}.{name}".strip("."))
