"""The states of a delivery and the moves between them, to be read aloud."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    """Where a delivery stands."""

    SCHEDULED = "scheduled"  # waits for its hour
    SENDING = "sending"  # a worker holds it
    UNKNOWN = "unknown"  # it may be there: look before anything else
    ASKED = "asked"  # nothing can tell: a person decides
    HANDED = "handed"  # a person has it in hand and will publish it
    HELD = "held"  # too late to leave without a person's word
    SENT = "sent"  # it is there, and we know where
    REFUSED = "refused"  # it is not there and will not be as it is
    CANCELLED = "cancelled"  # a person took it back before it left


S = State
MOVES: dict[State, frozenset[State]] = {
    S.SCHEDULED: frozenset({S.SENDING, S.HELD, S.CANCELLED, S.SENT}),
    S.SENDING: frozenset({S.SCHEDULED, S.SENT, S.REFUSED, S.UNKNOWN, S.ASKED, S.HANDED}),
    S.UNKNOWN: frozenset({S.SENT, S.SCHEDULED, S.ASKED, S.REFUSED}),
    S.ASKED: frozenset({S.SENT, S.SCHEDULED, S.CANCELLED}),
    S.HANDED: frozenset({S.SENT, S.SCHEDULED, S.CANCELLED}),
    S.HELD: frozenset({S.SCHEDULED, S.CANCELLED, S.SENT}),
    # Only where a person published it, and said so by mistake a few minutes ago: no network told us anything then.
    S.SENT: frozenset({S.HANDED}),
    # A receipt that comes late is still the truth: a worker thought dead had sent it.
    S.REFUSED: frozenset({S.SENT}),
    S.CANCELLED: frozenset({S.SENT}),
}

OPEN = frozenset({S.SCHEDULED, S.SENDING, S.UNKNOWN, S.ASKED, S.HANDED, S.HELD})
WAITS_FOR_A_PERSON = frozenset({S.ASKED, S.HANDED, S.HELD, S.REFUSED})


class WrongMove(Exception):
    """A move that the graph does not have: a fault of programming."""


def check(before: State, after: State) -> None:
    """Raise WrongMove unless the graph has this move."""
    if after not in MOVES[before]:
        raise WrongMove(f"{before} → {after}")


def _sound() -> None:
    reached = {S.SCHEDULED}.union(*MOVES.values())
    stuck = [s for s in S if s in OPEN and not MOVES[s]]
    if reached != set(S) or stuck or set(MOVES) != set(S):
        raise WrongMove(f"unreachable {set(S) - reached}, stuck {stuck}")


_sound()
