"""Reading a chain from one end to the other and telling what is wrong with it. Reads only: keeping what was found is watching.py's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

from parvis.audit import chain
from parvis.audit.commands import ACCEPTED, SHED
from parvis.audit.models import Chain
from parvis.core.say import Say, gettext_noop

BATCH = 1000
Row = tuple[Any, ...]
# What a suspicion may cost: past so many, entries are told as one stretch.
CLOSELY = 60
MOST_SHOWN = 100

SAID = {
    "changed": gettext_noop("Entry %(first)s was changed after it was written."),
    "inserted": gettext_noop("Entry %(first)s was put in by hand: the house did not write it."),
    "missing": gettext_noop("Entry %(first)s is missing."),
    "moved": gettext_noop("Entry %(first)s does not stand where it was written."),
    "renumbered": gettext_noop("The numbers of entries %(first)s to %(last)s were changed: something was taken out or put in before them."),
    "cut": gettext_noop("The end was cut off: entry %(first)s is missing."),
    "shed": gettext_noop("The words of entry %(first)s were taken out, and nobody is said to have done it."),
    "rewritten": gettext_noop("The mark at the end is not this house’s: somebody wrote into the journal without it, or its key is gone."),
    "noted": gettext_noop("The entry that was noted elsewhere is not there as it was noted."),
    "restarted": gettext_noop("What keeps how long the journal is was removed."),
}
SAID_MANY = {
    "changed": gettext_noop("Entries %(first)s to %(last)s were changed after they were written."),
    "inserted": gettext_noop("Entries %(first)s to %(last)s were put in by hand: the house did not write them."),
    "missing": gettext_noop("Entries %(first)s to %(last)s are missing."),
    "moved": gettext_noop("Entries %(first)s to %(last)s do not stand where they were written."),
    "cut": gettext_noop("The end was cut off: entries %(first)s to %(last)s are missing."),
    "shed": gettext_noop("The words of entries %(first)s to %(last)s were taken out, and nobody is said to have done it."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the numbers of the entries concerned (0: none in particular)."""

    kind: str
    first: int = 0
    last: int = 0

    def say(self) -> Say:
        """Say it to a person."""
        many = SAID_MANY if self.last > self.first else SAID
        return Say(many.get(self.kind, SAID[self.kind]), {"first": self.first, "last": self.last})

    def to_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Finding:
        """Return what `to_json` gave."""
        return cls(str(kept["kind"]), int(kept["first"]), int(kept["last"]))


@dataclass(slots=True)
class Verdict:
    """What a reading found. `known` was found before somebody accepted it; `findings` is what nobody has looked into."""

    read: int = 0
    count: int = 0
    head: str = chain.START
    findings: list[Finding] = field(default_factory=list)
    known: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Tell whether nothing is wrong that nobody has looked into."""
        return not self.findings


@dataclass(slots=True)
class _Suspect:
    """An entry whose link does not fit where it stands."""

    seq: int
    pk: int
    rest: Row
    link: str
    before: str
    late: bool = False


class _Stretches:
    """Numbers, kept as stretches without a gap: a million changed entries cost no more than one."""

    def __init__(self) -> None:
        self.ends: list[tuple[int, int]] = []

    def add(self, number: int) -> None:
        """Add one, mostly the next one."""
        if self.ends and self.ends[-1][1] == number - 1:
            self.ends[-1] = (self.ends[-1][0], number)
        else:
            self.ends.append((number, number))

    def joined(self) -> list[tuple[int, int]]:
        """Return them in order, those that touch as one."""
        made: list[tuple[int, int]] = []
        for first, last in sorted(self.ends):
            if made and first <= made[-1][1] + 1:
                made[-1] = (made[-1][0], max(last, made[-1][1]))
            else:
                made.append((first, last))
        return made


Progress = Callable[[int, int], None]


class _Walk:
    """One reading. Each entry is held against the link that is written before it, so that one fault does not spoil what follows."""

    def __init__(self, after: int, link: str) -> None:
        self.seq, self.link, self.older = after, link, link
        self.read = self.shift = 0
        self.faults = {kind: _Stretches() for kind in SAID}
        self.gaps: list[Finding] = []
        self.suspects: list[_Suspect] = []
        self.shed: set[int] = set()
        self.accepted = 0

    def take(self, rows: list[Row]) -> None:
        """Read some entries, in the order of their numbers."""
        for seq, pk, at, company, user, who, room, verb, thing, mandate, label, facts, salt, sealed, link in rows:
            if seq != self.seq + 1:
                self._gap(seq)
            if self.suspects and self.suspects[-1].seq == self.seq:
                self.suspects[-1].late = self.suspects[-1].pk > pk
            told = {} if facts == "{}" else json.loads(facts)
            if salt:
                whole = chain.sealed(salt, label, told) == sealed
            else:
                whole = label == chain.SHED and not told
                self.shed.add(seq)
            rest = (at, company, user, who, verb, thing, mandate, sealed)
            whole = whole and verb.startswith(room + ":")
            fits = chain.linked(self.link, seq + self.shift, rest) == link
            if not fits:
                # Whoever accepts a cut says what the entry is linked to: what it was cut from is gone.
                apart = verb == ACCEPTED and chain.linked(str(told.get("before", "")), seq + self.shift, rest) == link
                fits = apart or self._elsewhere(seq, rest, link)
            if not whole:
                self.faults["changed"].add(seq)
            elif not fits:
                self._suspect(_Suspect(seq, pk, rest, link, self.link))
            elif verb == SHED:
                self.shed.difference_update(told.get("entries", ()))
            elif verb == ACCEPTED:
                self.accepted = seq
            if self.shift:
                self.faults["renumbered"].add(seq)
            self.seq, self.older, self.link = seq, self.link, link
            self.read += 1

    def _gap(self, seq: int) -> None:
        if seq > self.seq:
            self.gaps.append(Finding("missing", self.seq + 1, seq - 1))
        else:
            self.faults["inserted"].add(seq)

    def _suspect(self, one: _Suspect) -> None:
        if self.gaps and self.gaps[-1].last == one.seq - 1:
            return  # what it was linked to is gone
        if len(self.suspects) > CLOSELY:
            self.faults["changed"].add(one.seq)
        else:
            self.suspects.append(one)

    def _elsewhere(self, seq: int, rest: Row, link: str) -> bool:
        """Tell whether the entry fits one number further or nearer: then all that follow were given other numbers."""
        if len(self.suspects) > CLOSELY:
            return False
        for shift in (self.shift, self.shift - 1, self.shift + 1):
            for before in (self.link, self.older):
                if chain.linked(before, seq + shift, rest) == link:
                    self.shift = shift
                    return True
        return False

    # ---- at the end

    def findings(self) -> list[Finding]:
        """Return what is wrong with what was read, the first entry first."""
        for suspect in self.suspects:
            if kind := self._kind(suspect):
                self.faults[kind].add(suspect.seq)
        for number in sorted(self.shed):
            self.faults["shed"].add(number)
        found = [Finding(kind, first, last) for kind, stretches in self.faults.items() for first, last in stretches.joined()]
        return sorted([*found, *self.gaps], key=lambda one: (one.first, one.kind))

    def _kind(self, suspect: _Suspect) -> str:
        """Tell what became of an entry that does not fit: nothing (what stands before it changed), moved, put in, or changed."""
        if at := self._written_at(suspect):
            return "" if at == suspect.seq else "moved"
        return "inserted" if suspect.late else "changed"

    def _written_at(self, suspect: _Suspect) -> int:
        """Return the number that an entry was written under, found by trying; 0 when none fits."""
        befores = {link for one in self.suspects for link in (one.before, one.link, chain.linked(one.before, one.seq, one.rest))}
        numbers = [suspect.seq, *(one.seq for one in self.suspects)]
        fits = (n for n in numbers for before in befores if chain.linked(before, n, suspect.rest) == suspect.link)
        return next(fits, 0)


def verify(at: int, *, since: tuple[int, str] | None = None, progress: Progress = lambda done, of: None) -> Verdict:
    """Read the chain of a company (0: the house's) and return what is wrong. `since`: number and link of an entry that was found whole."""
    row = Chain.objects.filter(pk=at).first()
    if row is None:
        return Verdict(findings=[Finding("restarted")] if _top(at) else [])
    after, link = since or (0, chain.START)
    if since and _link(at, after) != link:
        after, link = 0, chain.START
    walk = _Walk(after, link)
    for rows in _batches(at, after, row.count):
        walk.take(rows)
        progress(walk.seq - after, row.count - after)
    found = walk.findings()
    found += [one for one in _end(row, walk) if one not in found]
    # What was accepted is what stood before the entry that says so.
    known = [one for one in found if one.first and one.last < walk.accepted]
    return Verdict(walk.read, row.count, row.head, [one for one in found if one not in known][:MOST_SHOWN], known[:MOST_SHOWN])


def _end(row: Chain, walk: _Walk) -> Iterator[Finding]:
    """Hold the last entry that was read against what the chain's row says of it, and both against the house's keys."""
    if walk.seq < row.count:
        yield Finding("cut", walk.seq + 1, row.count)
    elif walk.link != row.head:
        yield Finding("changed", walk.seq, walk.seq)
    if not chain.is_ours(row.pk, row.count, row.head, row.mark):
        yield Finding("rewritten")
    count, top = _count_and_top(row.pk)
    if top > count:
        yield Finding("inserted", count + 1, top)


# ---- what is read: plain tuples, some thousands at a time, in the form that was digested

_AT = {
    "sqlite": """substr("at", 1, 10) || 'T' || substr("at", 12, 8) || '.' || substr(substr("at", 21, 6) || '000000', 1, 6) || 'Z'""",
    "postgresql": """to_char("at" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}
_FACTS = {"sqlite": '"facts"', "postgresql": '"facts"::text'}


def columns() -> str:
    """Return what is read of an entry, as SQL."""
    kind = connection.vendor
    return (
        f'"seq", "id", {_AT[kind]}, "company_id", "user_id", "who", "room", "verb", "object_id", "mandate_id", "label", {_FACTS[kind]}, '
        '"salt", "sealed", "link"'
    )


def _batches(at: int, after: int, count: int) -> Iterator[list[Row]]:
    # Every name is a column of ours; every value is a parameter.
    whose = '"company_id" = %s' if at else '"company_id" IS NULL'
    sql = f'SELECT {columns()} FROM "parvis_entry" WHERE {whose} AND "seq" > %s AND "seq" <= %s ORDER BY "seq" LIMIT {BATCH}'  # noqa: S608
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [*([at] if at else []), after, count])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        after = rows[-1][0]


def _top(at: int) -> int:
    return _count_and_top(at)[1]


def _count_and_top(at: int) -> tuple[int, int]:
    """Return what the row says and what there is, as of one moment: others go on writing."""
    whose = '"company_id" = %s' if at else '"company_id" IS NULL'
    top = f'(SELECT MAX("seq") FROM "parvis_entry" WHERE {whose})'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT (SELECT "count" FROM "parvis_chain" WHERE "id" = %s), {top}', [at, *([at] if at else [])])  # noqa: S608
        count, last = cursor.fetchone()
    return count or 0, last or 0


def _link(at: int, seq: int) -> str:
    whose = '"company_id" = %s' if at else '"company_id" IS NULL'
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "link" FROM "parvis_entry" WHERE {whose} AND "seq" = %s', [*([at] if at else []), seq])  # noqa: S608
        row = cursor.fetchone()
    return str(row[0]) if row else ""
