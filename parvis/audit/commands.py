"""Writing the journal. Called by every command, inside its transaction."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from parvis.audit.models import Entry

GRAMMAR = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")


class Doer(Protocol):
    """What the journal needs to know of whoever acts."""

    @property
    def user_id(self) -> int | None:
        """The user's id, None for the house itself."""

    @property
    def name(self) -> str:
        """The name to show later, even when the user is gone."""


def record(
    verb: str,
    *,
    by: Doer,
    now: datetime,
    company_id: int | None,
    object_id: int | None = None,
    label: str = "",
    **facts: Any,
) -> None:
    """Append one entry. `verb` is `room:noun:past`; `facts` are plain JSON values, never a secret."""
    if not GRAMMAR.fullmatch(verb):
        raise ValueError(f"not a verb of the journal: {verb}")
    Entry.objects.create(
        at=now,
        company_id=company_id,
        user_id=by.user_id,
        who=by.name[:200],
        room=verb.partition(":")[0],
        verb=verb,
        object_id=object_id,
        label=label[:200],
        facts=facts,
    )


def blot(*, company_id: int, rooms: Collection[str], labels: Collection[str]) -> int:
    """Take names out of the journal for whoever asks to be forgotten: the one change that it ever sees. Who did what and when stays."""
    return Entry.objects.filter(company_id=company_id, room__in=rooms, label__in=[label[:200] for label in labels if label]).update(
        label="…"
    )
