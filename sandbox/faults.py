"""What goes wrong on purpose: faults armed for the n-th call or on a share of the calls, and the windows of rate limits."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

BEFORE = frozenset(
    {
        "reject_before_commit",
        "drop_before_commit",
        "rate_limited",
        "token_expired",
        "token_revoked",
        "permission_lost",
        "html_error_page",
    }
)
AFTER = frozenset({"commit_then_drop", "commit_then_reset", "commit_then_timeout", "commit_then_5xx", "commit_then_html", "partial_body"})
WAITS = {"slow": 300, "commit_then_timeout": 30_000}
# What goes wrong with a webhook of ours (`RING <field>`), not with a call of others.
RINGING = frozenset({"rung_twice", "rung_out_of_order", "rung_late", "rung_forged", "rung_again", "rung_malformed", "rung_burst"})
KINDS = BEFORE | AFTER | RINGING | {"slow", "cut_midway"}


def matches(patterns: str, call: str) -> bool:
    """Tell whether a call (`METHOD /path`) fits one of the patterns, which stand with ` | ` between them."""
    return any(fnmatchcase(call, pattern) for pattern in patterns.split(" | "))


class BadFault(ValueError):
    """No such fault, or a count that makes no sense."""


@dataclass(slots=True)
class Fault:
    """One armed fault and when it strikes.

    `nth` counts the matching calls from now (1: the next); `every` strikes each time that many have passed; `chance` draws with `seed`.
    It strikes `times` times (0: for ever). `ms` is how long it waits, `status` what it answers, `reset` seconds until a limit ends
    or a webhook leaves, `count` how many calls a burst is.
    """

    kind: str
    match: str
    nth: int = 0
    every: int = 0
    chance: float = 0.0
    seed: int = 0
    times: int = 0
    account: str = ""
    ms: int = 0
    status: int = 0
    reset: int = 60
    count: int = 100
    lasting: bool = True
    seen: int = 0
    struck: int = 0
    _draw: random.Random = field(default_factory=random.Random, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise BadFault(f"no fault is called {self.kind}; there are {', '.join(sorted(KINDS))}")
        if not (self.nth or self.every or self.chance):
            self.nth = 1
        self.ms = self.ms or WAITS.get(self.kind, 0)
        self.times = self.times or (1 if self.nth else 0)
        self._draw.seed(self.seed)

    def strikes(self) -> bool:
        """Count one matching call and tell whether it is struck."""
        self.seen += 1
        if self.times and self.struck >= self.times:
            return False
        if self.nth:
            struck = self.seen >= self.nth
        elif self.every:
            struck = self.seen % self.every == 0
        else:
            struck = self._draw.random() < self.chance
        self.struck += struck
        return struck

    def shown(self) -> dict[str, Any]:
        """Return its fields, for the control."""
        return {name: value for name, value in asdict(self).items() if not name.startswith("_")}


class Faults:
    """The armed faults of one network; safe between threads."""

    def __init__(self) -> None:
        self._armed: list[Fault] = []
        self._lock = threading.Lock()

    def arm(self, fault: Fault) -> None:
        """Add a fault. The first armed that strikes wins; the others still count the call."""
        with self._lock:
            self._armed.append(fault)

    def disarm(self) -> None:
        """Forget them all."""
        with self._lock:
            self._armed.clear()

    def shown(self) -> list[dict[str, Any]]:
        """Return them, with how often each was seen and has struck."""
        with self._lock:
            return [fault.shown() for fault in self._armed]

    def draw(self, call: str, account: Callable[[], str], *, rings: bool = False) -> Fault | None:
        """Return the fault that strikes this call (`METHOD /path`, or `RING field` where it `rings`), if one does."""
        if not self._armed:
            return None
        with self._lock:
            meant = [f for f in self._armed if (f.kind in RINGING) == rings and matches(f.match, call)]
            hits = [f for f in meant if (not f.account or f.account == account()) and f.strikes()]
        return hits[0] if hits else None


class Windows:
    """How much of each limit an account has used, in fixed windows as the networks count them."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], tuple[float, int]] = {}

    def spend(self, account: str, name: str, *, cost: int, most: int, seconds: int, now: float) -> tuple[int, float]:
        """Spend `cost` and return what is left and when the window ends; below zero means it was refused and not spent."""
        start = now - now % seconds
        began, used = self._used.get((account, name), (start, 0))
        if began != start:
            used = 0
        left = most - used - cost
        if left >= 0:
            self._used[account, name] = (start, used + cost)
        return left, start + seconds

    def clear(self) -> None:
        """Start all windows again."""
        self._used.clear()
