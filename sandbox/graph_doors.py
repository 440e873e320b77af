"""The Graph's doors: a dialog, a code for a short token, a short token for a long one, and what may be read about a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.oauth import WORDS, Doors, Why
from sandbox.server import Handler, Said
from sandbox.wire import Reply, Request, as_json

if TYPE_CHECKING:
    from sandbox.graph import GraphStand

SHORT = 7_200
LONG = 5_184_000
DATA = 7_776_000


class GraphDoors(Doors):
    """The dialog and the tokens of people; a network adds those of its pages."""

    stand: GraphStand
    authorize: ClassVar[str] = "/dialog/oauth"
    token: ClassVar[str] = ""
    token_seconds: ClassVar[float] = SHORT
    pkce = "none"
    joint: ClassVar[str] = ","
    usual: ClassVar[tuple[str, ...]] = ("public_profile",)

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **super().routes(),
            "GET /oauth/access_token": self.exchange,
            "GET /debug_token": self.debug,
            "GET /me/permissions": self.permissions,
            "DELETE /me/permissions": self.deauthorize,
        }

    def wrong(self, code: str, words: str = "", status: int = 400) -> Said:
        """Return a refusal in the Graph's envelope."""
        if code == "invalid_client":
            return self.stand.failure(1, "Error validating client secret.", status=400)
        if code == "invalid_grant":
            return self.stand.failure(100, words or "This authorization code has been used.", subcode=36009)
        return self.stand.failure(100, words or WORDS.get(code, code))

    def bad_token(self, why: Why, scope: str = "") -> Said:
        """Return the Graph's own words about a token."""
        status = self.stand.setting("token_status")
        match why:
            case "missing":
                words = "An active access token must be used to query information about the current user."
                return self.stand.failure(2500, words, status=status)
            case "expired":
                words = "Error validating access token: Session has expired. The current time is later."
                return self.stand.failure(190, words, subcode=463, status=status)
            case "scope":
                words = f"(#200) Requires the permission {scope}; the person did not grant it, or took it back"
                return self.stand.failure(200, words, status=403)
        words = "Error validating access token: The user has not authorized application."
        return self.stand.failure(190, words, subcode=458, status=status)

    def token_in(self, request: Request) -> str:
        """Return the token: in the query, the form, the header (Bearer or OAuth)."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() in ("bearer", "oauth"):
            return token.strip()
        return str(self.stand.given(request).get("access_token", ""))

    def exchange(self, request: Request) -> Reply:
        """Give a short token for a code, or a long one for a short one."""
        given = self.stand.given(request)
        app = self.client(request, given)
        if given.get("grant_type") == "fb_exchange_token":
            kept = self.stand.state["tokens"].get(str(given.get("fb_exchange_token", "")))
            if kept is None or kept["client_id"] != app["client_id"] or 0 < kept["ends"] <= self.stand.now():
                raise self.bad_token("unknown")
            return self._told(self.grant(kept["account"], kept["scopes"], app["client_id"], LONG, grant=kept["grant"], long=True))
        if given.get("grant_type", "authorization_code") != "authorization_code":
            raise self.wrong("unsupported_grant_type")
        code = self.redeem(app, given)
        return self._told(self.grant(code["account"], code["scopes"], code["client_id"], long=False))

    def _told(self, token: str) -> Reply:
        kept = self.stand.state["tokens"][token]
        return as_json({"access_token": token, "token_type": "bearer", "expires_in": int(kept["ends"] - self.stand.now())})

    def debug(self, request: Request) -> Reply:
        """Say what a token is and how long it serves, to its application."""
        given = self.stand.given(request, ("input_token",))
        by, _, secret = self.token_in(request).partition("|")
        app = self.stand.state["apps"].get(by)
        if app is None or app["client_secret"] != secret:
            app = self.stand.state["apps"][self.require(request)["client_id"]]
        kept = self.stand.state["tokens"].get(str(given.get("input_token", "")))
        if kept is None:
            error = {"code": 190, "message": "Invalid OAuth access token data.", "subcode": 458}
            return as_json({"data": {"is_valid": False, "scopes": [], "error": error}})
        return as_json({"data": self._debugged(kept, app)})

    def _debugged(self, kept: dict[str, Any], app: dict[str, Any]) -> dict[str, Any]:
        return {
            "app_id": app["client_id"],
            "type": "PAGE" if kept.get("page") else "USER",
            "application": app["name"],
            "data_access_expires_at": int(kept["at"] + DATA),
            "expires_at": int(kept["ends"]),
            "is_valid": not 0 < kept["ends"] <= self.stand.now(),
            "issued_at": int(kept["at"]),
            "scopes": kept["scopes"],
            "user_id": kept.get("person", kept["account"]),
            **({"profile_id": kept["account"]} if kept.get("page") else {}),
        }

    def permissions(self, request: Request) -> Reply:
        """List what the person granted, and what they did not."""
        kept = self.require(request)
        granted = [{"permission": scope, "status": "granted"} for scope in kept["scopes"]]
        return as_json({"data": granted + [{"permission": scope, "status": "declined"} for scope in self.stand.setting("withheld")]})

    def deauthorize(self, request: Request) -> Reply:
        """Take everything back."""
        self.forget(self.require(request)["grant"])
        return as_json({"success": True})
