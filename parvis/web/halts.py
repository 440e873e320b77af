"""What is stopped in the company that a page is about: read in the very query that lets a member in, so that no page forgets it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from parvis.people.models import Member
from parvis.people.rights import Rights

COLUMNS = {
    "halt_id": "halt__id", "halt_at": "halt__at", "halt_who": "halt__who", "halt_why": "halt__why", "halt_channel": "halt__channel_id",
    "halt_account": "halt__channel__handle",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Halt:
    """One stop that stands: of everything (`channel_id` is None), or of one account."""

    pk: int
    channel_id: int | None
    account: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Halts:
    """What is stopped, the whole company first."""

    rows: tuple[Halt, ...] = ()

    @property
    def whole(self) -> Halt | None:
        """The stop of the whole company."""
        return next((halt for halt in self.rows if halt.channel_id is None), None)

    @property
    def accounts(self) -> list[Halt]:
        """The stops of single accounts."""
        return [halt for halt in self.rows if halt.channel_id is not None]

    @property
    def others(self) -> int:
        """How many stops of single accounts stand beside the first."""
        return len(self.rows) - 1

    def of(self, channel_id: int) -> Halt | None:
        """Return the stop of this account alone."""
        return next((halt for halt in self.rows if halt.channel_id == channel_id), None)

    def over(self, channel_id: int) -> Halt | None:
        """Return what stops this account: the company's stop, or its own."""
        return self.whole or self.of(channel_id)

    def __bool__(self) -> bool:
        return bool(self.rows)


def with_halts(places: QuerySet[Member]) -> QuerySet[Any]:
    """Add to members what is stopped in their company: one row for each stop that stands, one without where nothing is."""
    standing = FilteredRelation("company__stops", condition=Q(company__stops__lifted_at=None))
    joined: QuerySet[Any] = places.annotate(halt=standing).annotate(**{name: F(path) for name, path in COLUMNS.items()})
    return joined.order_by(F("halt_channel").asc(nulls_first=True), "halt_id")


def halts_of(rows: Iterable[Any], sight: Rights | None) -> Halts:
    """Return what is stopped, from the rows of `with_halts`, each once; of single accounts, those that whoever asks may see."""
    seen = sight.on("channels.read") if sight is not None else None
    found = (
        Halt(row.halt_id, row.halt_channel, row.halt_account or "", row.halt_who, row.halt_at, row.halt_why)
        for row in {row.halt_id: row for row in rows if row.halt_id is not None}.values()
    )
    return Halts(tuple(halt for halt in found if halt.channel_id is None or seen is None or halt.channel_id in seen))
