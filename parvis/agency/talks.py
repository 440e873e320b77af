"""Who waits for an answer, across clients: by the hour promised, each with its client and no more than its first words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from parvis.agency.clients import Clients
from parvis.inbox.models import Conversation, Status

PAGE = 40


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation where somebody waits."""

    pk: int
    company_id: int
    network: str
    who: str
    words: str
    due_at: datetime | None
    urgent: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of them; `after` turns it, empty on the last one."""

    rows: list[Talk]
    after: str = ""


def _rows(clients: Clients) -> QuerySet[Conversation]:
    reach = clients.reach("inbox.read")
    rows = Conversation.objects.filter(status=Status.OPEN, waiting_since__isnull=False)
    return rows.filter(reach.of()) if reach else Conversation.objects.none()


def waiting(clients: Clients, after: str = "") -> Page:
    """Return a page of who waits. One query."""
    rows = _beyond(_rows(clients).filter(due_at__isnull=False), after).order_by("due_at", "pk")
    read = rows.values_list("pk", "company_id", "channel__network", "person__name", "person__handle", "last_words", "due_at", "urgent")
    found = [Talk(pk, company, network, name or handle or "", words, due, urgent)
             for pk, company, network, name, handle, words, due, urgent in read[: PAGE + 1]]  # fmt: skip
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], f"{last.due_at.isoformat()}~{last.pk}" if last and last.due_at else "")


def counted(clients: Clients) -> dict[str, int]:
    """Return how many wait, and how many of them past their hour. One query."""
    return _rows(clients).aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=clients.now)))


def _beyond(rows: QuerySet[Conversation], after: str) -> QuerySet[Conversation]:
    at, _, pk = after.partition("~")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return rows
    if moment.tzinfo is None or not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return rows
    return rows.filter(Q(due_at__gt=moment) | Q(due_at=moment, pk__gt=int(pk)))
