"""X's doors: short codes, tokens of two hours, refresh tokens that serve once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from sandbox.oauth import Choice, Doors, Why
from sandbox.server import Said


def username(name: str) -> str:
    """Return the name that somebody has on X: letters, digits and underscores, fifteen at most."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name.removeprefix("@"))[:15]


class XDoors(Doors):
    """The OAuth part of X."""

    authorize: ClassVar[str] = "/i/oauth2/authorize"
    token: ClassVar[str] = "/2/oauth2/token"  # noqa: S105 - a path
    revoke: ClassVar[str] = "/2/oauth2/revoke"
    code_seconds: ClassVar[float] = 30
    token_seconds: ClassVar[float] = 7200
    refreshes: ClassVar[bool] = True
    rotates: ClassVar[bool] = True
    pkce: ClassVar[Literal["none", "asked", "needed"]] = "needed"
    scopes: ClassVar[Mapping[str, tuple[str, str]]] = {
        "tweet.read": ("lire vos posts", "read your posts"),
        "tweet.write": ("publier et retirer des posts en votre nom", "publish and remove posts in your name"),
        "tweet.moderate.write": ("masquer des réponses à vos posts", "hide replies to your posts"),
        "users.read": ("lire votre nom et votre image", "read your name and picture"),
        "media.write": ("envoyer des images et des vidéos", "send pictures and videos"),
        "dm.read": ("lire vos messages privés", "read your private messages"),
        "dm.write": ("envoyer des messages privés", "send private messages"),
        "offline.access": ("rester connectée", "stay connected"),
    }
    usual: ClassVar[tuple[str, ...]] = ("tweet.read", "users.read")

    def choices(self) -> Sequence[Choice]:
        """Return the accounts that a person can choose."""
        return [Choice(one["id"], one["name"], one["username"]) for one in self.stand.state["users"].values() if not one["public"]]

    def chosen(self, name: str) -> Choice | None:
        """Return the account of this id or name, however it is written."""
        held = [*self.choices()]
        return next((one for one in held if name and one.handle.lower() == username(name).lower()), None) or super().chosen(name)

    def wants_refresh(self, code: Mapping[str, Any]) -> bool:
        """Tell whether the person allowed to stay connected."""
        return "offline.access" in code["scopes"]

    def told(self, token: str, kept: Mapping[str, Any], refresh: str) -> dict[str, Any]:
        """Return the body that hands a token over."""
        return {**super().told(token, kept, refresh), "token_type": "bearer"}

    def bad_token(self, why: Why, scope: str = "") -> Said:
        """Return the refusal of a call whose token does not serve."""
        return Said(self.stand.error(403, words="Forbidden") if why == "scope" else self.stand.error(401))
