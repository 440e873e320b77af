"""Who is to be warned before a promise is broken: whoever has the conversation, else those who may answer; once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from parvis.core.db import writing
from parvis.inbox.clocks import WARNING
from parvis.inbox.models import Conversation, Promise, Status
from parvis.people.models import Company, Member
from parvis.people.permissions import ALLOWED

ANSWERING = [role for role, verbs in ALLOWED.items() if "inbox.answer" in verbs]
# What is late for longer was late before the house could say so; the list shows it first.
OVER = timedelta(hours=1)
MOST = 200


def any_to_warn(now: datetime) -> bool:
    """Tell whether somebody waits whose hour is near and of whom nobody was told."""
    return _near(now).exists()


def to_warn(now: datetime) -> list[Conversation]:
    """Return the conversations whose promised hour is near and of which nobody was told, by company, the most urgent first."""
    rows = _near(now).select_related("company", "channel", "person").order_by("company_id", "due_at", "pk")
    return list(rows[:MOST])


def readers(company: Company, conversations: Iterable[Conversation]) -> list[tuple[Member, list[Conversation]]]:
    """Return whom to tell of which of a company's conversations. Nobody gets mails who turned them off."""
    rows = Member.objects.filter(company=company, mails=True, role__in=ANSWERING, user__is_active=True, user__provisional=False)
    members = list(rows.select_related("user").order_by("id"))
    given: dict[int, list[Conversation]] = defaultdict(list)
    for one in conversations:
        owner = [member for member in members if member.user_id == one.assigned_to_id]
        for member in owner or members:
            given[member.pk].append(one)
    return [(member, given[member.pk]) for member in members if member.pk in given]


def note_warned(*, conversations: Iterable[Conversation], now: datetime) -> None:
    """Note that somebody was told of these; nobody is told again while the same person waits for the same hour."""
    with writing():
        Conversation.objects.filter(pk__in=[one.pk for one in conversations], warned_at=None).update(warned_at=now)


def _near(now: datetime) -> QuerySet[Conversation]:
    said = Promise.objects.exclude(warn_minutes=WARNING).order_by().values_list("warn_minutes", flat=True).distinct()
    usual = Q(company__promise__isnull=True) | Q(company__promise__warn_minutes=WARNING)
    near = usual & Q(due_at__lte=now + timedelta(minutes=WARNING))
    for minutes in said:
        if minutes:  # 0: no mail
            near |= Q(company__promise__warn_minutes=minutes, due_at__lte=now + timedelta(minutes=minutes))
    return Conversation.objects.filter(near, status=Status.OPEN, waiting_since__isnull=False, warned_at=None, due_at__gt=now - OVER)
