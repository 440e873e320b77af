"""What calls on X cost: counted in millionths of a dollar, and refused when the credits are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox import x_text as text_rules
from sandbox.server import Said
from sandbox.wire import as_json

if TYPE_CHECKING:
    from sandbox.x import X

PRICES = {
    "post": 15_000,
    "post with a link": 200_000,
    "summoned answer": 10_000,
    "message": 15_000,
    "media metadata": 5_000,
    "post read": 5_000,
    "post owned": 1_000,
    "user read": 10_000,
    "user owned": 1_000,
    "message read": 10_000,
    "message owned": 1_000,
}
OF = {"posts": "post", "users": "user", "messages": "message"}
GONE = {
    "older": {"title": "CreditsDepleted", "detail": "Your enrolled account does not have any credits to fulfill this request.",
              "type": "https://api.twitter.com/2/problems/credits", "status": 402},
    "newer": {"title": "Payment Required", "detail": "credits depleted", "type": "https://api.x.com/2/problems/credits-depleted",
              "status": 402},
}  # fmt: skip


class Money:
    """The credits of the application, and what was spent of them."""

    def __init__(self, stand: X) -> None:
        self.stand = stand

    def fresh(self) -> dict[str, Any]:
        """Return what is kept, as new."""
        return {"spent": {}, "read": [], "read_day": ""}

    def of_post(self, text: str, *, summoned: bool) -> str:
        """Return which price a post has."""
        if text_rules.links(text):
            return "post with a link"
        return "summoned answer" if summoned else "post"

    def left(self) -> int:
        """Return what is left, in millionths."""
        return int(float(self.stand.setting("credits")) * 1_000_000) - int(self.spent()["micros"])

    def require(self, kind: str) -> None:
        """Refuse a call that the credits do not pay for."""
        if self.left() < PRICES[kind]:
            raise Said(as_json(GONE[self.stand.setting("credits_shape")], 402))

    def charge(self, kind: str) -> None:
        """Count one call of a kind."""
        counted = self.stand.state["spent"].setdefault(kind, 0)
        self.stand.state["spent"][kind] = counted + 1
        self.stand.changed()

    def charge_reads(self, kind: str, found: Sequence[tuple[str, bool]]) -> None:
        """Count what was read, each thing once in a UTC day; `found` holds ids and whether they are the reader's own."""
        day = f"{datetime.fromtimestamp(self.stand.now(), UTC):%Y-%m-%d}"
        if self.stand.state["read_day"] != day:
            self.stand.state.update(read_day=day, read=[])
        known = set(self.stand.state["read"])
        for name, owned in found:
            if name not in known:
                known.add(name)
                self.stand.state["read"].append(name)
                self.charge(f"{OF[kind]} {'owned' if owned else 'read'}")

    def spent(self) -> dict[str, Any]:
        """Return how many calls of each kind were paid, and their sum in millionths of a dollar."""
        calls = dict(self.stand.state["spent"])
        return {"calls": calls, "micros": sum(PRICES[kind] * count for kind, count in calls.items())}
