"""Writing the journal. Called by every command, inside its transaction; the chain grows by it as the last thing that transaction does."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any, Protocol

from django.db.models import Max, Q

from parvis.audit import chain
from parvis.audit.models import Chain, Entry
from parvis.core.db import before_commit, change, writing

GRAMMAR = re.compile(r"[a-z]+:[a-z_]+:[a-z_]+")
SHED = "audit:names:shed"
ACCEPTED = "audit:chain:accepted"
# So many numbers stand in one entry that says what was shed.
MOST_NAMED = 1000


class Doer(Protocol):
    """What the journal needs to know of whoever acts. A `mandate_id`, where there is one, is kept too."""

    @property
    def user_id(self) -> int | None:
        """The user's id, None for the house itself."""

    @property
    def name(self) -> str:
        """The name to show later, even when the user is gone."""


class NothingFound(Exception):
    """The chain is whole as far as is known: there is nothing to accept."""


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
    """Append one entry. `verb` is `room:noun:past`; `facts` are plain JSON values, never a secret.

    It stands in the journal once the transaction around it is kept. Outside of any, it is written at once.
    """
    if not GRAMMAR.fullmatch(verb):
        raise ValueError(f"not a verb of the journal: {verb}")
    entry = Entry(
        at=now,
        company_id=company_id,
        user_id=by.user_id,
        who=by.name[:200],
        room=verb.partition(":")[0],
        verb=verb,
        object_id=object_id,
        mandate_id=getattr(by, "mandate_id", None),
        label=label[:200],
        facts=chain.plain(facts),
        salt=chain.fresh_salt(),
    )
    before_commit(_grow, entry)


def _grow(entries: list[Entry]) -> None:
    """Chain and insert what a transaction recorded. Chains are locked in one order, so that no two transactions wait for each other."""
    for at, own in groupby(sorted(entries, key=_place), key=_place):
        _append(at, list(own))


def _place(entry: Entry) -> int:
    return entry.company_id or chain.HOUSE


def _append(at: int, entries: list[Entry]) -> None:
    held = _held(at)
    ours = chain.is_ours(at, held.count, held.head, held.mark)
    top = Entry.objects.filter(company_id=at or None).aggregate(top=Max("seq"))["top"] or 0
    if top > held.count:
        # Somebody wrote around the house. Commands go on, beyond it; the chain says so from now on.
        ours, held.count = False, top
    for entry in entries:
        held.count += 1
        entry.seq = held.count
        entry.sealed = chain.sealed(entry.salt, entry.label, entry.facts)
        entry.link = held.head = chain.linked(held.head, entry.seq, chain.rest_of(entry))
    Entry.objects.bulk_create(entries, batch_size=500)
    mark = chain.mark_of(at, held.count, held.head) if ours else ""
    change(Chain, {"id": at}, {"count": held.count, "head": held.head, "mark": mark})


def _held(at: int) -> Chain:
    """Return the chain's row, locked; begun where there is none."""
    row = Chain.objects.select_for_update().filter(pk=at).first()
    if row is None:
        begun = Chain(pk=at, head=chain.START, mark=chain.mark_of(at, 0, chain.START))
        Chain.objects.bulk_create([begun], ignore_conflicts=True)
        row = Chain.objects.select_for_update().get(pk=at)
    return row


def shed(
    *,
    company_id: int,
    rooms: Collection[str],
    labels: Collection[str] = (),
    facts: Mapping[str, int] | None = None,
    by: Doer,
    now: datetime,
) -> int:
    """Take names out of the journal for whoever asks to be forgotten: the one change that it ever sees; return of how many entries.

    Entries are found by their `labels`, or by one of these `facts`.

    Who did what and when stays, and so does the digest of what went: the chain stays whole, because an entry says which were shed.
    Inside the transaction of whoever forgets.
    """
    cut = [label[:200] for label in labels if label]
    with writing():
        found = [Q(label__in=cut), *(Q(**{f"facts__{name}": value}) for name, value in (facts or {}).items())]
        rows = Entry.objects.filter(reduce(or_, found), company_id=company_id, room__in=rooms).exclude(salt="")
        numbers = sorted(rows.values_list("seq", flat=True))
        for some in _some(numbers):
            Entry.objects.filter(company_id=company_id, seq__in=some).update(label=chain.SHED, facts={}, salt="")
            record(SHED, by=by, now=now, company_id=company_id, count=len(some), entries=some)
    return len(numbers)


def _some(numbers: list[int]) -> Iterable[list[int]]:
    return (numbers[n : n + MOST_NAMED] for n in range(0, len(numbers), MOST_NAMED))


def accept(*, company_id: int | None, reason: str, by: Doer, now: datetime) -> None:
    """Keep that somebody looked into what was found in a chain: what stands before is known, what is written from now on is watched again.

    The house's mark is put back at its end, and the chain tells of it for ever. Raises NothingFound.
    """
    at = company_id or chain.HOUSE
    with writing():
        held = _held(at)
        ours = chain.is_ours(at, held.count, held.head, held.mark)
        if ours and held.torn_at is None:
            raise NothingFound
        mark = chain.mark_of(at, held.count, held.head)
        # The next reading begins at the first entry again, and clears or renews what the pages say.
        change(
            Chain, {"id": at}, {"mark": mark, "verified_seq": 0, "verified_link": "", "whole_at": None, "torn_at": None, "told_at": None}
        )
        record(ACCEPTED, by=by, now=now, company_id=company_id, label=reason, before=held.head, findings=held.findings)


def mark_again() -> dict[str, int]:
    """Put the current key's mark where an older key's stands; return how many were `done`, and how many no key here made (`unreadable`)."""
    counts = {"done": 0, "unreadable": 0}
    for at in Chain.objects.order_by("pk").values_list("pk", flat=True):
        with writing():
            held = _held(at)
            if not chain.is_ours(at, held.count, held.head, held.mark):
                counts["unreadable"] += 1
                continue
            mark = chain.mark_of(at, held.count, held.head)
            counts["done"] += mark != held.mark and change(Chain, {"id": at}, {"mark": mark})
    return counts
