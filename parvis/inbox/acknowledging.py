"""Out of hours: the message that says when somebody will answer, at most once a day to one person, and only in private."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from parvis.core.db import writing
from parvis.inbox import clocks
from parvis.inbox.answering import acknowledge
from parvis.inbox.models import Conversation, Message, Person, Promise, Status
from parvis.publishing.stops import holds

# What has waited longer is answered by a person: a message in the night about yesterday would surprise.
LATELY = timedelta(minutes=30)


def any_to_acknowledge(now: datetime) -> bool:
    """Tell whether somebody wrote in private, just now, to a company that acknowledges."""
    # Most companies do not: the rest is asked for those that do.
    return Promise.objects.filter(acknowledges=True).exists() and _lately(now).exists()


def _lately(now: datetime) -> QuerySet[Conversation]:
    lately = {"heard_at__gt": now - LATELY, "last_at__gt": now - LATELY}
    rows = Conversation.objects.filter(**lately, status=Status.OPEN, waiting_since__isnull=False, kind="message")
    # Whoever got it lately is not asked about again at every round; `_first_today` decides by the company's own day.
    fresh = Q(person__acknowledged_on=None) | Q(person__acknowledged_on__lt=(now + timedelta(hours=14)).date())
    return rows.filter(fresh, company__promise__acknowledges=True, person__isnull=False).exclude(company__promise__acknowledgement="")


def acknowledge_due(now: datetime, most: int = 50) -> int:
    """Acknowledge the private messages that came out of hours; return how many were."""
    rows = _lately(now).select_related("company__promise", "person", "channel").order_by("heard_at")
    return sum(_acknowledged(conversation, now) for conversation in rows[:most])


def _acknowledged(conversation: Conversation, now: datetime) -> bool:
    company, person = conversation.company, conversation.person
    assert person is not None
    # Hours later it would only surprise: where all is stopped, none is written.
    if clocks.open_at(company, now) or holds(company.pk, conversation.channel_id):
        return False
    to = Message.objects.filter(conversation=conversation, mine=False, gone_at=None).select_related("person").order_by("-at", "-pk").first()
    today = now.astimezone(ZoneInfo(company.timezone)).date()
    if to is None or not _first_today(person, today):
        return False
    return acknowledge(conversation=conversation, to=to, words=company.promise.acknowledgement, now=now) is not None


def _first_today(person: Person, today: date) -> bool:
    """Take on the day's one message to somebody, whichever of their cards it is; False where they have had it."""
    root = person.merged_into_id or person.pk
    with writing():
        mine = Person.objects.filter(pk=root).exclude(acknowledged_on__gte=today)
        if not mine.update(acknowledged_on=today):
            return False
        Person.objects.filter(Q(merged_into=root) | Q(pk=person.pk)).update(acknowledged_on=today)
    return True
