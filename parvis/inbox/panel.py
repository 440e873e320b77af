"""What stands beside an open conversation: who writes, how often, since when and where, and how the last times went. One query."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from parvis.channels.models import Channel
from parvis.inbox.models import Conversation, Message, Person, Turn
from parvis.inbox.queries import HEAVY
from parvis.people.models import Company
from parvis.people.rights import within

MOST = 6
# Django's own count would group the messages, and read each of them for that; this one is answered by the index alone.
_ALL: Any = Func(function="COUNT", template="%(function)s(*)", output_field=IntegerField())


@dataclass(frozen=True, slots=True)
class Past:
    """One conversation with somebody, and how long our last answer in it took."""

    conversation: Conversation
    took: timedelta | None
    by: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What is known at a glance. `written` is how many messages they wrote in all, `ways` an account of each network they wrote on.

    `before` are their other conversations, newest first; `last` is our last answer to them.
    """

    written: int = 0
    first_at: datetime | None = None
    ways: list[Channel] = field(default_factory=list)
    before: list[Past] = field(default_factory=list)
    last: Past | None = None


def panel_of(conversation: Conversation, company: Company, most: int = MOST) -> Panel:
    """Return what is known of whoever a conversation is with, on all the cards joined to theirs; on the accounts that the asker may see."""
    person = conversation.person
    rows = Conversation.objects.filter(pk=conversation.pk) if person is None else _theirs(person, company)
    found = list(_told(rows).order_by("-last_at", "-pk")[: most + 1])
    past = [_past(one) for one in found]
    answered = sorted((one for one in past if one.took is not None), key=lambda one: one.conversation.answer["at"], reverse=True)  # type: ignore[attr-defined]
    first = found[0] if found else None
    return Panel(
        written=getattr(first, "written", 0) or 0,
        first_at=getattr(first, "wrote_first", None) or (person.first_at if person else None),
        ways=list({one.channel.network: one.channel for one in found}.values()),
        before=[one for one in past if one.conversation.pk != conversation.pk][:most],
        last=answered[0] if answered else None,
    )


def _theirs(person: Person, company: Company) -> QuerySet[Any]:
    root = person.merged_into_id or person.pk
    own = Person.objects.filter(Q(pk=root) | Q(merged_into=root)).order_by()
    only = company.only("inbox.read")
    # By the cards, not through the table of persons: a database then goes by the index, where it would walk through every conversation.
    words = within(Message.objects.filter(person__in=own.values("pk")), only).order_by()
    first = own.order_by("first_at").values("first_at")[:1]
    rows = within(Conversation.objects.filter(person__in=own.values("pk")), only)
    return rows.annotate(written=Subquery(words.annotate(n=_ALL).values("n")), wrote_first=Subquery(first))


def _told(rows: QuerySet[Any]) -> QuerySet[Any]:
    turns = Turn.objects.filter(conversation=OuterRef("pk"), answered_at__isnull=False).order_by("-answered_at")
    answer = turns.values(told=JSONObject(seconds="seconds", by="by__name", at="answered_at"))
    told: QuerySet[Any] = rows.annotate(answer=Subquery(answer[:1])).select_related("channel")
    return told.defer(*HEAVY)


def _past(one: Any) -> Past:
    """Read of a row how its last answer went."""
    answer = one.answer or {}
    seconds = answer.get("seconds")
    return Past(one, timedelta(seconds=seconds) if seconds is not None else None, answer.get("by") or "")
