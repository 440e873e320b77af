"""The questions that the desk puts across clients, in plain SQL: building them from querysets costs several times what running them does.

Nothing is written into a statement but the names of our own tables, our own words, and ids that are numbers. Hundreds of those stand in it
themselves: as many parameters are slow to hand over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from parvis.agency.clients import Reach, among
from parvis.channels.models import Channel
from parvis.delegation.models import Approval
from parvis.inbox.models import Conversation, Person
from parvis.posts.models import Departure, Post, Variant
from parvis.publishing.models import Delivery, Stop

RECENT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Room:
    """A table where something may wait; `r` is its row. `kind`, `late` and `hour` are said of each row, `rows` is where they are found.

    `reads` are label, subject, what it is about and network; `beside` joins what only they need. `seen` is what must be seen of a row.
    `parts` are the columns that tell its kinds apart.
    """

    verb: str
    kind: str
    late: str
    hour: str
    rows: str
    where: str
    seen: str
    reads: tuple[str, str, str, str]
    beside: str = ""
    parts: tuple[str, ...] = ()


# Each in the form in which SQLite finds rows by the index of their company.
ACCOUNT = "r.company_id IN ({every}) AND (r.company_id IN ({wide}) OR r.channel_id IN ({accounts}))"
# Requests of which every account may be seen.
ACCOUNTS = "(r.company_id IN ({wide}) OR r.company_id IN ({narrow}) AND NOT EXISTS ({outside}))"
OUTSIDE = {
    "sqlite": "SELECT 1 FROM json_each(r.channels) AS held WHERE held.value NOT IN ({accounts})",
    "postgresql": "SELECT 1 FROM jsonb_array_elements_text(r.channels) held(one) WHERE held.one::bigint NOT IN ({accounts})",
}
_APPROVAL, _CHANNEL, _DEPARTURE = Approval._meta.db_table, Channel._meta.db_table, Departure._meta.db_table

ROOMS = {
    # Late: past the hour at which the company's owners are told.
    "approvals": Room(
        "approvals.read", "CASE WHEN r.side = 'client' THEN 'client' ELSE 'ours' END",
        "CASE WHEN r.at IS NOT NULL AND (r.escalate_at IS NULL OR r.escalate_at <= %(now)s) THEN 1 ELSE 0 END", "r.at",
        f"{_APPROVAL} r", "r.stage IN ('waiting', 'held')", ACCOUNTS, ("r.label", "r.subject", "r.object_id", "''"),
        parts=("r.side",),
    ),
    # The newest that came back: changes are asked, or their hour passed without a yes.
    "returned": Room(
        "approvals.read", "CASE WHEN r.stage = 'lapsed' THEN 'lapsed' ELSE 'changes' END",
        "CASE WHEN r.stage = 'lapsed' THEN 1 ELSE 0 END", "r.closed_at", f"{_APPROVAL} r",
        f"""r.stage IN ('changes', 'lapsed') AND r.closed_at >= %(recent)s AND NOT EXISTS (
            SELECT 1 FROM {_APPROVAL} n WHERE n.subject = r.subject AND n.object_id = r.object_id AND n.version > r.version)""",  # noqa: S608 - the names of our own tables
        ACCOUNTS, ("r.label", "r.subject", "r.object_id", "''"), parts=("r.stage",),
    ),
    # Somebody waits beyond the hour promised.
    "answers": Room(
        "inbox.read", "'answer'", "1", "r.due_at", f"{Conversation._meta.db_table} r",
        "r.status = 'open' AND r.waiting_since IS NOT NULL AND r.due_at < %(now)s", ACCOUNT,
        ("COALESCE(g.name, '')", "COALESCE(g.handle, '')", "0", "c.network"),
        f"JOIN {_CHANNEL} c ON c.id = r.channel_id LEFT JOIN {Person._meta.db_table} g ON g.id = r.person_id",
    ),
    # A person must decide: each the newest of its part of a post that is not put away. An answer to somebody has a place of its own.
    "decisions": Room(
        "posts.read", "'decision'", "CASE WHEN r.due_at < %(now)s THEN 1 ELSE 0 END", "r.due_at",
        f"""{Delivery._meta.db_table} r JOIN {_DEPARTURE} d ON d.delivery_id = r.id JOIN {Variant._meta.db_table} v ON v.id = d.variant_id
            JOIN {Post._meta.db_table} p ON p.id = v.post_id""",
        f"""r.state IN ('asked', 'handed', 'held', 'refused') AND (r.state <> 'refused' OR r.due_at >= %(recent)s) AND p.removed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM {_DEPARTURE} n WHERE n.variant_id = d.variant_id AND n.part = d.part AND n.id > d.id)""",  # noqa: S608 - as above
        ACCOUNT, ("r.subject", "r.state", "v.post_id", "c.network"), f"JOIN {_CHANNEL} c ON c.id = r.channel_id",
    ),
    # Of accounts that may be seen, and of the whole company wherever anything may be.
    "stops": Room(
        "posts.read", "'stop'", "0", "r.at", f"{Stop._meta.db_table} r", "r.lifted_at IS NULL",
        "r.company_id IN ({every}) AND (r.channel_id IS NULL OR r.company_id IN ({wide}) OR r.channel_id IN ({accounts}))",
        ("r.why", "COALESCE(c.handle, '')", "0", "COALESCE(c.network, '')"), f"LEFT JOIN {_CHANNEL} c ON c.id = r.channel_id",
    ),
}  # fmt: skip

Row = tuple[Any, ...]
# A room, and where its rows may be seen.
Asked = Sequence[tuple[Room, Reach]]


def counts(asked: Asked, now: datetime) -> list[Row]:
    """Return kind, company, how many and how many of them late, of everything that waits there. One query."""
    each = [
        f"SELECT {room.kind} AS kind, r.company_id, COUNT(*), SUM({room.late})"  # noqa: S608
        f" FROM {_found(room, reach)} GROUP BY {', '.join(('r.company_id', *room.parts))}"
        for room, reach in asked
    ]
    return _rows(each, now)


def first(asked: Asked, now: datetime, most: int) -> list[Row]:
    """Return the first few of each room at each company, the late ones first. One query."""
    place = "ROW_NUMBER() OVER (PARTITION BY r.company_id ORDER BY {late} DESC, {hour} ASC NULLS FIRST, r.id) AS place"
    each = [
        f"SELECT {_NAMES} FROM (SELECT {_read(room)}, {place.format(late=room.late, hour=room.hour)}"  # noqa: S608
        f" FROM {_found(room, reach, room.beside)}) q WHERE q.place <= {int(most)}"
        for room, reach in asked
    ]
    return _rows(each, now)


def listed(room: Room, reach: Reach, now: datetime, kind: str, *, after: tuple[datetime | None, int] | None, most: int) -> list[Row]:
    """Return a page of one kind, by its hour, what has none first, from where the last page ended. One query."""
    beyond, values = _beyond(room.hour, after)
    sql = f"SELECT {_read(room)} FROM {_found(room, reach, room.beside)} AND {room.kind} = %(kind)s {beyond}"  # noqa: S608
    return _rows([f"{sql} ORDER BY {room.hour} ASC NULLS FIRST, r.id LIMIT {int(most)}"], now, kind=kind, **values)


def _beyond(hour: str, after: tuple[datetime | None, int] | None) -> tuple[str, dict[str, Any]]:
    if after is None:
        return "", {}
    moment, pk = after
    if moment is None:
        return f"AND ({hour} IS NOT NULL OR r.id > {int(pk)})", {}
    kept = connection.ops.adapt_datetimefield_value(moment)
    return f"AND ({hour} > %(after)s OR {hour} = %(after)s AND r.id > {int(pk)})", {"after": kept}


_NAMES = "kind, company_id, pk, hour, late, label, subject, object_id, network"


def _read(room: Room) -> str:
    label, subject, about, network = room.reads
    return (
        f"{room.kind} AS kind, r.company_id, r.id AS pk, {room.hour} AS hour, {room.late} AS late, {label} AS label, {subject} AS subject,"
        f" {about} AS object_id, {network} AS network"
    )


def _found(room: Room, reach: Reach, beside: str = "") -> str:
    seen = _seen(room, reach)
    if reach.answers is not None:
        every = among(reach.wide | reach.narrow | reach.answers.wide | reach.answers.narrow)
        answers = _seen(room, reach.answers)
        seen = f"r.company_id IN ({every}) AND (r.subject = 'post' AND {seen} OR r.subject <> 'post' AND {answers})"
    return f"{room.rows} {beside} WHERE {room.where} AND {seen}"


def _seen(room: Room, reach: Reach) -> str:
    ids = {name: among(given) for name, given in (("wide", reach.wide), ("narrow", reach.narrow), ("accounts", reach.accounts))}
    ids["every"] = among(reach.wide | reach.narrow)
    return room.seen.format(**ids, outside=OUTSIDE[connection.vendor].format(**ids))


def _rows(each: Sequence[str], now: datetime, **values: Any) -> list[Row]:
    moments = {"now": now, "recent": now - RECENT}
    adapted = {name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(each), adapted | values)
        return list(cursor.fetchall())
