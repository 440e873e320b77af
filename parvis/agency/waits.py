"""What waits across clients: counted for all of them at once, and read as far as a page shows it. What is late comes first.

Every question is put once, whatever the number of clients, and keeps to what each of them lets whoever asks see (`Clients.reach`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)  # fmt: skip
from django.db.models.functions import RowNumber

from parvis.agency.clients import Among, Client, Clients, Outside, Reach
from parvis.delegation.models import Approval, Side, Stage
from parvis.delegation.permits import today_of
from parvis.delegation.queries import LIVING
from parvis.inbox.models import Conversation
from parvis.inbox.models import Status as TalkStatus
from parvis.posts.models import Departure
from parvis.publishing.models import Delivery, Stop
from parvis.publishing.states import WAITS_FOR_A_PERSON, State

# In the order in which they press: what is past its hour, then what only a person can settle, then whose yes is awaited.
KINDS = ("lapsed", "answer", "decision", "stop", "changes", "ours", "client", "ending")
RECENT = timedelta(days=7)
SOON = timedelta(days=30)
PAGE = 40
OPEN = (Stage.WAITING, Stage.HELD)
ROOMS = ("approvals", "returned", "answers", "decisions", "stops")


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


# ---- what each kind is


def approvals(reach: Reach, now: datetime) -> QuerySet[Approval]:
    """Return the requests that wait for a yes, with `kind` and `late`: past the hour at which the company's owners are told."""
    late = Q(at__isnull=False) & (Q(escalate_at=None) | Q(escalate_at__lte=now))
    rows = _seen(Approval.objects.filter(stage__in=OPEN), reach).annotate(
        wait=Case(When(side=Side.CLIENT, then=Value("client")), default=Value("ours"), output_field=CharField()), late=_told(late)
    )
    return rows


def returned(reach: Reach, now: datetime) -> QuerySet[Approval]:
    """Return the newest requests that came back: changes are asked, or their hour passed without a yes."""
    newer = Approval.objects.filter(subject=OuterRef("subject"), object_id=OuterRef("object_id"), version__gt=OuterRef("version"))
    rows = Approval.objects.filter(stage__in=(Stage.CHANGES, Stage.LAPSED), closed_at__gte=now - RECENT).filter(~Exists(newer))
    lapsed = Q(stage=Stage.LAPSED)
    kind = Case(When(lapsed, then=Value("lapsed")), default=Value("changes"), output_field=CharField())
    return _seen(rows, reach).annotate(wait=kind, late=_told(lapsed))


def answers(reach: Reach, now: datetime) -> QuerySet[Conversation]:
    """Return the conversations where somebody waits beyond the hour promised."""
    rows = Conversation.objects.filter(reach.of(), status=TalkStatus.OPEN, waiting_since__isnull=False, due_at__lt=now)
    return rows.annotate(wait=Value("answer", CharField()), late=Value(True))


def decisions(reach: Reach, now: datetime) -> QuerySet[Delivery]:
    """Return the deliveries that a person must decide about, each the newest of its part of a post that is not put away."""
    newer = Departure.objects.filter(
        variant=OuterRef("departure__variant"), part=OuterRef("departure__part"), pk__gt=OuterRef("departure__pk")
    )
    pressing = Q(state__in=(State.ASKED, State.HANDED, State.HELD)) | Q(state=State.REFUSED, due_at__gte=now - RECENT)
    rows = Delivery.objects.filter(reach.of(), pressing, state__in=WAITS_FOR_A_PERSON, departure__variant__post__removed_at=None)
    rows = rows.filter(~Exists(newer))
    return rows.annotate(wait=Value("decision", CharField()), late=_told(Q(due_at__lt=now)))


def stops(reach: Reach) -> QuerySet[Stop]:
    """Return the emergency stops that stand: of accounts that may be seen, and of the whole company wherever anything may be."""
    whole = Q(Among("company_id", reach.wide | reach.narrow), channel=None)
    rows = Stop.objects.filter(whole | reach.of(), lifted_at=None)
    return rows.annotate(wait=Value("stop", CharField()), late=Value(False))


def _seen(rows: QuerySet[Approval], reach: Reach) -> QuerySet[Approval]:
    """Keep the requests all of whose accounts may be seen."""
    return rows.filter(reach.whole() | Q(Among("company_id", reach.narrow)) & ~Q(Outside("channels", reach.accounts)))


def _told(late: Q) -> Case:
    return Case(When(late, then=Value(True)), default=Value(False), output_field=BooleanField())


def _asked(clients: Clients, only: Container[str | None] = ROOMS) -> dict[str, QuerySet[Any]]:
    """Return the questions, by what they are about; those that nothing can answer are left out."""
    now = clients.now
    on = {verb: clients.reach(verb) for verb in ("approvals.read", "posts.read", "inbox.read")}
    made: dict[str, tuple[Reach, Callable[[], QuerySet[Any]]]] = {
        "approvals": (on["approvals.read"], lambda: approvals(on["approvals.read"], now)),
        "returned": (on["approvals.read"], lambda: returned(on["approvals.read"], now)),
        "answers": (on["inbox.read"], lambda: answers(on["inbox.read"], now)),
        "decisions": (on["posts.read"], lambda: decisions(on["posts.read"], now)),
        "stops": (on["posts.read"], lambda: stops(on["posts.read"])),
    }
    return {name: rows() for name, (reach, rows) in made.items() if reach and name in only}


# ---- the whole desk


def piles(clients: Clients) -> list[Pile]:
    """Return what waits at each client, counted; late first. One query."""
    found = {one.id: Pile(one) for one in clients}
    asked = list(_asked(clients).values())
    if asked:
        counted = [rows.order_by().values("wait", "company_id", "late").annotate(n=Count("pk")) for rows in asked]
        named = [rows.values_list("wait", "company_id", "late", "n") for rows in counted]
        for what, company, late, n in named[0].union(*named[1:], all=True):
            _count(found[company], what, n, late=bool(late))
    for pile in found.values():
        for _mandate in ending(pile.client, clients.now):
            _count(pile, "ending", 1, late=False)
    return sorted(found.values(), key=lambda pile: pile.key)


def _count(pile: Pile, what: str, n: int, *, late: bool) -> None:
    pile.counts[what] = pile.counts.get(what, 0) + n
    pile.late += n if late else 0


def ending(client: Client, now: datetime) -> list[Item]:
    """Return the mandates whose last day is near."""
    today = today_of(client.company, now)
    near = (one.mandate for one in client.held if one.mandate.standing in LIVING and today <= one.mandate.last_day <= today + SOON)
    return [Item("ending", client.id, one.pk, None, False, one.last_day.isoformat()) for one in near]


def fill(shown: list[Pile], clients: Clients, most: int = 5) -> None:
    """Read the first few things that wait at these clients. At most five queries: nothing is read of what nobody has."""
    here = clients.kept(pile.client for pile in shown if pile.counts)
    there = {_OF_KIND.get(kind) for pile in shown for kind in pile.counts}
    rows: dict[int, list[Item]] = {}
    for name, asked in _asked(here, there).items():
        order = _order(name)
        numbered = asked.annotate(place=Window(RowNumber(), partition_by=F("company_id"), order_by=[F("late").desc(), *order]))
        for item in _items(name, numbered.filter(place__lte=most).order_by()):
            rows.setdefault(item.company_id, []).append(item)
    for pile in shown:
        items = [*rows.get(pile.client.id, []), *ending(pile.client, clients.now)]
        pile.items = sorted(items, key=_pressing)[:most]


def _pressing(item: Item) -> tuple[bool, int, float, int]:
    return (not item.late, KINDS.index(item.kind), item.at.timestamp() if item.at else 0.0, item.pk)


_HOUR = {"approvals": "at", "returned": "closed_at", "answers": "due_at", "decisions": "due_at", "stops": "at"}
_OF_KIND = {
    "client": "approvals", "ours": "approvals", "changes": "returned", "lapsed": "returned", "answer": "answers", "decision": "decisions",
    "stop": "stops",
}  # fmt: skip


def _order(name: str) -> list[Any]:
    hour = F(_HOUR[name])
    return [hour.asc(nulls_first=True) if name == "approvals" else hour.asc(), F("pk").asc()]


def listed(clients: Clients, kind: str, after: str = "") -> Page:
    """Return a page of one kind over these clients, by its hour; where it has none, first. One query."""
    if kind == "ending":
        return Page([item for client in clients for item in ending(client, clients.now)])
    name = _OF_KIND[kind]
    asked = _asked(clients, (name,)).get(name)
    if asked is None:
        return Page([])
    rows = _beyond(asked.filter(wait=kind), _HOUR[name], after).order_by(*_order(name))[: PAGE + 1]
    items = list(_items(name, rows))
    last = items[PAGE - 1] if len(items) > PAGE else None
    return Page(items[:PAGE], f"{last.at.isoformat() if last.at else ''}~{last.pk}" if last else "")


def _beyond(rows: QuerySet[Any], hour: str, after: str) -> QuerySet[Any]:
    at, _, pk = after.partition("~")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return rows
    if not at:
        return rows.filter(Q(**{f"{hour}__isnull": False}) | Q(pk__gt=int(pk)))
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return rows
    return rows if moment.tzinfo is None else rows.filter(Q(**{f"{hour}__gt": moment}) | Q(**{hour: moment, "pk__gt": int(pk)}))


def _items(name: str, rows: QuerySet[Any]) -> list[Item]:
    return [
        Item(*row[:6], **_more(name, row[6:])) for row in rows.values_list("wait", "company_id", "pk", _HOUR[name], "late", *_READ[name])
    ]


_READ: Mapping[str, tuple[str, ...]] = {
    "approvals": ("label", "subject", "object_id"),
    "returned": ("label", "subject", "object_id"),
    "answers": ("person__name", "person__handle", "channel__network"),
    "decisions": ("subject", "state", "departure__variant__post_id", "channel__network"),
    "stops": ("why", "channel__handle", "channel__network"),
}


def _more(name: str, row: tuple[Any, ...]) -> dict[str, Any]:
    """Return what is read besides the label, by the names it has in an Item."""
    match name:
        case "answers":
            return {"subject": row[0] or "", "networks": (row[1],)}
        case "decisions":
            return {"subject": row[0], "object_id": row[1], "networks": (row[2],)}
        case "stops":
            return {"subject": row[0] or "", "networks": (row[1],) if row[1] else ()}
        case _:
            return {"subject": row[0], "object_id": row[1]}
