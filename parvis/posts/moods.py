"""What a post looks like to a person, drawn from where its deliveries stand."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from parvis.delegation.approvals import OPEN
from parvis.delegation.models import Stage
from parvis.publishing.states import State


class Mood(StrEnum):
    """One word for a whole post, the most pressing first."""

    ASKED = "asked"  # a person decides: nobody can tell, or it is late
    REFUSED = "refused"  # a network said no to a part
    HANDED = "handed"  # in a person's hands, to be published by them
    LEAVING = "leaving"  # under way, or being looked for
    PARTLY = "partly"  # some have left, some still wait
    SCHEDULED = "scheduled"
    SENT = "sent"
    AWAITED = "awaited"  # nothing leaves yet: somebody's yes is asked for
    RETURNED = "returned"  # nothing leaves yet: somebody asked for changes
    DRAFT = "draft"  # nothing is sealed; with an hour, it waits to be confirmed


def mood(states: Iterable[str]) -> Mood:
    """Return the mood of a post from the states of the deliveries that count."""
    seen = set(states) - {State.CANCELLED}
    if seen & {State.ASKED, State.HELD}:
        return Mood.ASKED
    if State.REFUSED in seen:
        return Mood.REFUSED
    if State.HANDED in seen:
        return Mood.HANDED
    if seen & {State.SENDING, State.UNKNOWN}:
        return Mood.LEAVING
    if State.SCHEDULED in seen:
        return Mood.PARTLY if State.SENT in seen else Mood.SCHEDULED
    return Mood.SENT if seen else Mood.DRAFT


def of_request(stage: str | None) -> Mood:
    """Return the mood of a post of which nothing is sealed, from where its newest request for a yes stands; None where there is none."""
    if stage in OPEN:
        return Mood.AWAITED
    return Mood.RETURNED if stage == Stage.CHANGES else Mood.DRAFT


MOVABLE = frozenset({Mood.SCHEDULED, Mood.DRAFT, Mood.AWAITED, Mood.RETURNED})
