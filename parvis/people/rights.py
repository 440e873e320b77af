"""What somebody may do, and where: on the whole company, or on single accounts only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model, QuerySet

from parvis.core.say import Say

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Lent:
    """What one mandate lends: verbs by account, by its wording of that number; `alone` is what that lets out without a yes.

    `shared`: others bear it too; None where nobody has looked.
    """

    mandate_id: int
    narrow: Mapping[int, frozenset[str]]
    revision: int = 1
    alone: Mapping[str, str | Sequence[str | int]] = field(default_factory=dict)
    shared: bool | None = None

    def covers(self, verb: str, on: Iterable[int]) -> bool:
        """Tell whether this may be done under it on each of these accounts."""
        return any(verb in verbs for verbs in self.narrow.values()) and all(verb in self.narrow.get(channel, ()) for channel in on)


@dataclass(frozen=True, slots=True)
class Rights:
    """`wide` verbs hold on the whole company, `narrow` ones on single accounts (ids of channels). `why` says what else stands in the way:
    a mandate that is over, say. `lent` is the part of `narrow` that comes from mandates, one by one."""

    wide: frozenset[str] = frozenset()
    narrow: Mapping[int, frozenset[str]] = field(default_factory=dict)
    why: Say | None = None
    lent: tuple[Lent, ...] = ()

    def on(self, verb: str) -> frozenset[int] | None:
        """Return the accounts on which this may be done; None: on all."""
        if verb in self.wide:
            return None
        return frozenset(channel for channel, verbs in self.narrow.items() if verb in verbs)

    def anywhere(self, verb: str) -> bool:
        """Tell whether this may be done on at least one account."""
        return verb in self.wide or any(verb in verbs for verbs in self.narrow.values())


def within(rows: QuerySet[M], only: frozenset[int] | None, account: str = "channel_id") -> QuerySet[M]:
    """Keep of these rows what stands on the accounts `only` (None: all of them); `account` is the way to the account's id."""
    return rows if only is None else rows.filter(**{f"{account}__in": only})
