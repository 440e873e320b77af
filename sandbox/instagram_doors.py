"""Instagram's own login: a page on which the account itself says yes, a short token, a long one, and its renewal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from sandbox.graph_doors import LONG
from sandbox.oauth import Choice, Doors
from sandbox.server import Handler, Said
from sandbox.wire import Reply, Request, as_json, fields

if TYPE_CHECKING:
    from sandbox.graph import GraphStand

SCOPES = {
    "instagram_business_basic": ("lire votre compte et vos publications", "read your account and your posts"),
    "instagram_business_content_publish": ("publier sur votre compte", "publish on your account"),
    "instagram_business_manage_comments": ("lire et écrire des commentaires", "read and write comments"),
    "instagram_business_manage_messages": ("lire et écrire des messages privés", "read and write private messages"),
    "instagram_business_manage_insights": ("lire les statistiques du compte", "read the account's figures"),
}
OLD_ENOUGH = 86_400


class InstagramDoors(Doors):
    """The doors without a page; what they give stands beside the tokens of pages."""

    stand: GraphStand
    token: ClassVar[str] = ""
    code_seconds: ClassVar[float] = 3600
    token_seconds: ClassVar[float] = 3600
    pkce = "none"
    joint: ClassVar[str] = ","
    scopes: ClassVar[Mapping[str, tuple[str, str]]] = SCOPES
    usual: ClassVar[tuple[str, ...]] = ("instagram_business_basic",)

    def routes(self) -> dict[str, Handler]:
        """Return its paths."""
        return {
            **super().routes(),
            "POST /oauth/access_token": self.exchange,
            "GET /access_token": self.lengthen,
            "GET /refresh_access_token": self.refresh,
        }

    def choices(self) -> Sequence[Choice]:
        """Return the accounts."""
        return [Choice(one["id"], one["name"], f"@{one['handle']}") for one in self.stand.state["accounts"].values()]

    def wrong(self, code: str, words: str = "", status: int = 400) -> Said:
        """Return a refusal in the shape of Instagram's own token endpoint."""
        said = {"invalid_client": "Invalid platform app", "invalid_grant": "This authorization code has been used"}
        return Said(as_json({"error_type": "OAuthException", "code": 400, "error_message": words or said.get(code, code)}, status))

    def exchange(self, request: Request) -> Reply:
        """Give a short token for a code."""
        given = fields(request)
        app = self.client(request, given)
        if given.get("grant_type") != "authorization_code":
            raise self.wrong("unsupported_grant_type")
        code = self.redeem(app, given)
        token = self.grant(code["account"], code["scopes"], code["client_id"], short=True)
        return as_json({"access_token": token, "user_id": code["account"], "permissions": code["scopes"]})

    def _kept(self, request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
        given = self.stand.given(request, ("grant_type", "client_secret"))
        kept = self.stand.state["tokens"].get(str(given.get("access_token", "")))
        if kept is None:
            raise self.stand.failure(190, "Cannot parse access token", status=self.stand.setting("token_status"))
        if 0 < kept["ends"] <= self.stand.now():
            raise self.stand.failure(190, "Session has expired", subcode=463, status=self.stand.setting("token_status"))
        return given, kept

    def _long(self, kept: Mapping[str, Any]) -> Reply:
        token = self.grant(kept["account"], kept["scopes"], kept["client_id"], LONG, grant=kept["grant"], short=False)
        return as_json({"access_token": token, "token_type": "bearer", "expires_in": LONG, "permissions": ",".join(kept["scopes"])})

    def lengthen(self, request: Request) -> Reply:
        """Give a long token for a short one."""
        given, kept = self._kept(request)
        if given.get("grant_type") != "ig_exchange_token" or not kept.get("short"):
            raise self.stand.bad("Unsupported request: grant_type must be ig_exchange_token, of a short-lived token")
        if given.get("client_secret") != self.stand.state["apps"][kept["client_id"]]["client_secret"]:
            raise self.stand.failure(1, "Error validating client secret.", status=400)
        return self._long(kept)

    def refresh(self, request: Request) -> Reply:
        """Give a fresh long token for one that is a day old and still serves."""
        given, kept = self._kept(request)
        if given.get("grant_type") != "ig_refresh_token" or kept.get("short"):
            raise self.stand.bad("Unsupported request: grant_type must be ig_refresh_token, of a long-lived token")
        if self.stand.now() - kept["at"] < OLD_ENOUGH:
            raise self.stand.bad("The token is less than 24 hours old")
        return self._long(kept)
