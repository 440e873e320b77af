"""The public in person: what passers-by write under posts, in private, and in reviews, from the square and from the control."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.bluesky import Bluesky
    from sandbox.mastodon import Mastodon


def name_of(who: str) -> str:
    """Return the account's name of somebody of the public: small letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", who).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "quelqu_un"


def under_status(stand: Mastodon, post: str, who: str, text: str) -> dict[str, Any]:
    """Answer a status, naming its author as people do there."""
    author = stand.state["accounts"][stand.state["statuses"][post]["account"]]["username"]
    return stand.add_post(stand.inbox.passer_by(who), f"@{author} {text}", after=post)


def under_record(stand: Bluesky, post: str, who: str, text: str) -> dict[str, Any]:
    """Answer a post by its address."""
    return stand.add_post(stand.inbox.passer_by(who), text, after=post)
