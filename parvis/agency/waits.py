"""What waits across clients: counted for all of them at once, and read as far as a page shows it. What is late comes first.

Every question is put once, whatever the number of clients, and keeps to what each of them lets whoever asks see (`Clients.reach`).
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from parvis.agency import questions
from parvis.agency.clients import Client, Clients, Reach
from parvis.agency.questions import ROOMS, Room, Row
from parvis.core import clock
from parvis.delegation.permits import day_in
from parvis.delegation.queries import LIVING

# In the order in which they press: what is past its hour, then what only a person can settle, then whose yes is awaited.
KINDS = ("lapsed", "answer", "decision", "stop", "changes", "ours", "client", "ending")
SOON = timedelta(days=30)
PAGE = 40


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits: `pk` names the row of its kind, `object_id` what that is about (a post), `at` the hour that counts."""

    kind: str
    company_id: int
    pk: int
    at: datetime | None
    late: bool
    label: str
    subject: str = ""
    object_id: int = 0
    networks: tuple[str, ...] = ()


@dataclass(slots=True)
class Pile:
    """What waits at one client: how many of each kind, how many of them late, and the first few."""

    client: Client
    counts: dict[str, int] = field(default_factory=dict)
    late: int = 0
    items: list[Item] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many things wait."""
        return sum(self.counts.values())

    @property
    def key(self) -> tuple[int, str, int]:
        """What puts clients in order: those where something is late, those where something waits, the others; each by name."""
        return (0 if self.late else 1 if self.counts else 2, *self.client.key)


@dataclass(slots=True)
class Page:
    """A page of things that wait; `after` turns it, empty on the last one."""

    items: list[Item]
    after: str = ""


def _asked(clients: Clients, only: Container[str | None] = ROOMS) -> list[tuple[Room, Reach]]:
    """Return what is asked, and where it may be seen; what nothing can answer is left out."""
    verbs = {room.verb for name, room in ROOMS.items() if name in only}
    on = {verb: clients.requests() if verb == "approvals.read" else clients.reach(verb) for verb in verbs}
    return [(room, on[room.verb]) for name, room in ROOMS.items() if name in only and on[room.verb]]


# ---- the whole desk


def piles(clients: Clients) -> list[Pile]:
    """Return what waits at each client, counted; late first. One query."""
    found = {one.id: Pile(one) for one in clients}
    if asked := _asked(clients):
        for what, company, n, late in questions.counts(asked, clients.now):
            _count(found[company], what, n, late)
    for pile in found.values():
        for _mandate in ending(pile.client, clients.now):
            _count(pile, "ending", 1, 0)
    return sorted(found.values(), key=lambda pile: pile.key)


def _count(pile: Pile, what: str, n: int, late: int) -> None:
    pile.counts[what] = pile.counts.get(what, 0) + n
    pile.late += late


def ending(client: Client, now: datetime) -> list[Item]:
    """Return the mandates whose last day is near."""
    today = day_in(client.company.timezone, now)
    near = (one.mandate for one in client.held if one.mandate.standing in LIVING and today <= one.mandate.last_day <= today + SOON)
    return [Item("ending", client.id, one.pk, None, False, one.last_day.isoformat()) for one in near]


def fill(shown: list[Pile], clients: Clients, most: int = 5) -> None:
    """Read the first few things that wait at these clients. One query; nothing is read of what nobody has."""
    here = clients.kept(pile.client for pile in shown if pile.counts)
    there = {_OF_KIND.get(kind) for pile in shown for kind in pile.counts}
    rows: dict[int, list[Item]] = {}
    if asked := _asked(here, there):
        for item in map(_item, questions.first(asked, clients.now, most)):
            rows.setdefault(item.company_id, []).append(item)
    for pile in shown:
        items = [*rows.get(pile.client.id, []), *ending(pile.client, clients.now)]
        pile.items = sorted(items, key=_pressing)[:most]


def _pressing(item: Item) -> tuple[bool, int, float, int]:
    return (not item.late, KINDS.index(item.kind), item.at.timestamp() if item.at else 0.0, item.pk)


_OF_KIND = {
    "client": "approvals", "ours": "approvals", "changes": "returned", "lapsed": "returned", "answer": "answers", "decision": "decisions",
    "stop": "stops",
}  # fmt: skip


def listed(clients: Clients, kind: str, after: str = "") -> Page:
    """Return a page of one kind over these clients, by its hour; where it has none, first. One query."""
    if kind == "ending":
        return Page([item for client in clients for item in ending(client, clients.now)])
    asked = _asked(clients, (_OF_KIND[kind],))
    if not asked:
        return Page([])
    rows = questions.listed(*asked[0], clients.now, kind, after=_turn(after), most=PAGE + 1)
    items = [_item(row) for row in rows]
    last = items[PAGE - 1] if len(items) > PAGE else None
    return Page(items[:PAGE], f"{last.at.isoformat() if last.at else ''}~{last.pk}" if last else "")


def _turn(after: str) -> tuple[datetime | None, int] | None:
    """Return the hour and the id with which a page ended; None where an address names neither."""
    at, _, pk = after.partition("~")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    if not at:
        return None, int(pk)
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return None if moment.tzinfo is None else (moment, int(pk))


def _item(row: Row) -> Item:
    kind, company, pk, at, late, label, subject, about, network = row
    return Item(kind, company, pk, clock.aware(at) if at else None, bool(late), label, subject, about, (network,) if network else ())
