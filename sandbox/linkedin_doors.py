"""LinkedIn's OAuth: a code that lives half an hour, a token of sixty days, and for approved applications a refresh token of one year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sandbox.oauth import Choice, Doors, Why
from sandbox.server import Said
from sandbox.wire import Reply, as_json

SCOPES = {
    "w_organization_social": ("Publier au nom de la page", "Publish in the page’s name"),
    "r_organization_social": ("Lire les publications de la page", "Read the page’s posts"),
    "w_organization_social_feed": ("Commenter au nom de la page", "Comment in the page’s name"),
    "r_organization_social_feed": ("Lire les commentaires", "Read the comments"),
    "rw_organization_admin": ("Lire les rôles et les chiffres de la page", "Read the page’s roles and figures"),
    "r_organization_admin": ("Lire les chiffres de la page", "Read the page’s figures"),
    "w_member_social": ("Publier en votre nom", "Publish in your own name"),
    "r_basicprofile": ("Lire votre nom", "Read your name"),
}
NO_GRANT = "The provided authorization grant or refresh token is invalid, expired or revoked."
TOKENS: dict[str, tuple[str, int, str]] = {
    "missing": ("EMPTY_ACCESS_TOKEN", 65604, "Empty oauth2 access token"),
    "unknown": ("INVALID_ACCESS_TOKEN", 65600, "Invalid access token"),
    "revoked": ("REVOKED_ACCESS_TOKEN", 65601, "The token used in the request has been revoked by the user"),
    "expired": ("EXPIRED_ACCESS_TOKEN", 65602, "The token used in the request has expired"),
}


class LinkedInDoors(Doors):
    """The code flow as LinkedIn has it."""

    authorize: ClassVar[str] = "/oauth/v2/authorization"
    token: ClassVar[str] = "/oauth/v2/accessToken"  # noqa: S105 - a path
    revoke: ClassVar[str] = "/oauth/v2/revoke"
    code_seconds: ClassVar[float] = 1800
    token_seconds: ClassVar[float] = 5_184_000
    refresh_seconds: ClassVar[float] = 31_536_000
    refreshes: ClassVar[bool] = True
    pkce: ClassVar[Literal["none", "asked", "needed"]] = "none"
    scopes: ClassVar[Mapping[str, tuple[str, str]]] = SCOPES

    def choices(self) -> Sequence[Choice]:
        """Return the members: a page is never signed in with, its people are."""
        return [Choice(name, one["name"], name) for name, one in self.stand.state["members"].items()]

    def wants_refresh(self, code: Mapping[str, Any]) -> bool:
        """Only approved applications are given refresh tokens."""
        return bool(self.stand.setting("refresh_tokens"))

    def told(self, token: str, kept: Mapping[str, Any], refresh: str) -> dict[str, Any]:
        """Hand a token over; scopes are told with commas, and the end of a refresh token is fixed from the first yes."""
        body = {"access_token": token, "expires_in": round(kept["ends"] - self.stand.now()), "scope": ",".join(kept["scopes"])}
        if refresh:
            ends = self.stand.state["refreshes"][refresh]["ends"]
            body |= {"refresh_token": refresh, "refresh_token_expires_in": round(ends - self.stand.now())}
        return body

    def wrong(self, code: str, words: str = "", status: int = 400) -> Said:
        """Refuse at the token endpoint: what does not fit is always an invalid request."""
        if code == "invalid_grant":
            return Said(as_json({"error": "invalid_request", "error_description": NO_GRANT}, 400))
        return super().wrong(code, words, status)

    def bad_token(self, why: Why, scope: str = "") -> Said:
        """Refuse a call in the words that its token deserves."""
        if why == "scope":
            return Said(self.stand.error(403))
        return Said(self.token_error(why))

    def token_error(self, why: str) -> Reply:
        """Return the answer to a token that does not serve."""
        code, number, words = TOKENS[why]
        return as_json({"status": 401, "serviceErrorCode": number, "code": code, "message": words}, 401)

    def forget(self, grant: int) -> None:
        """Take an authorisation back, and remember its tokens as revoked ones."""
        held = self.stand.state["tokens"]
        self.stand.state["revoked"] += [token for token, kept in held.items() if kept["grant"] == grant]
        super().forget(grant)

    def back(self, given: Mapping[str, str], **told: str) -> Reply:
        """Send the person back, errors named as LinkedIn names them."""
        names = {"invalid_scope": "unauthorized_scope_error", "access_denied": "user_cancelled_authorize"}
        if "error" in told:
            told["error"] = names.get(told["error"], told["error"])
        return super().back(given, **told)
