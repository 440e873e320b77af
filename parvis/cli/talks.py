"""What the demonstration's public wrote in the past week, and how the bakery answered: through our own code, each at its hour."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.conf import settings

from parvis.core import clock
from parvis.inbox import answering, commands, gathering
from parvis.inbox.answering import Closed, NothingToAnswer, TooLong
from parvis.inbox.models import Conversation, Message
from parvis.people import establishing
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.opening import Opening
from parvis.people.queries import opening_of
from parvis.publishing.claims import claim
from parvis.publishing.engine import deliver
from parvis.publishing.models import Delivery
from parvis.publishing.states import State
from sandbox import bakery

SEED, COUNT = 7, 90
# Whoever wrote last still waits, so that there is something to answer; these answers took so many opening minutes, in turn.
WAITING, MOST = 9, 24
TOOK = (14, 35, 8, 52, 120, 22, 75, 180, 41, 12, 95, 260)
SOON, OLD = timedelta(minutes=20), timedelta(hours=20)


def keep_hours(company: Company, by: Actor, now: datetime) -> None:
    """Give the bakery its opening hours, and answers kept ready."""
    place = establishing.add_place(company=company, name=bakery.NAME, siret="", holidays="metropole", by=by, now=now)
    establishing.change_hours(place=place, week=bakery.HOURS, by=by, now=now)
    for name, words in bakery.READY:
        commands.make_saved(company=company, name=name, words=words, by=by, now=now)


def speak() -> None:
    """Let the public write for a week, on every stand-in."""
    asked = json.dumps({"seed": SEED, "count": COUNT, "spread": True}).encode()
    page = urllib.request.Request(f"{settings.SANDBOX['square']}/_control/week", asked, {"content-type": "application/json"})
    urllib.request.urlopen(page, timeout=60).close()


def answer(company: Company, people: Sequence[Actor]) -> int:
    """Read all that was written, and answer whoever wrote first in public, each at an hour of the past; return how many were answered.

    The others of the first days are called done, as if they had been answered over there.
    """
    gathering.begin(clock.now())
    gathering.read_due(clock.now())
    waiting = Conversation.objects.filter(company=company, waiting_since__isnull=False).order_by("waiting_since")
    waiting = waiting.select_related("channel", "person", "under", "company")
    # An account whose last departure is in question sends nothing, and private messages close after a day.
    doubtful = Delivery.objects.filter(company=company, state__in=(State.ASKED, State.UNKNOWN)).values("channel")
    rows = list(waiting.exclude(kind="message").exclude(channel__in=doubtful))[:-WAITING][:MOST]
    opening, last = opening_of(company), clock.now() - SOON
    hours = [(_answered_at(opening, row, TOOK[number % len(TOOK)]), row) for number, row in enumerate(rows)]
    told = [(at, row) for at, row in sorted(hours, key=lambda one: one[0]) if at < last]
    count = sum(_answer(row, at, people[number % len(people)]) for number, (at, row) in enumerate(told))
    for row in waiting.filter(waiting_since__lt=clock.now() - OLD):
        commands.done(conversation=row, by=people[0], now=clock.now())
    for row in Conversation.objects.filter(company=company, waiting_since=None).select_related("channel"):
        commands.seen(conversation=row, by=people[0], now=clock.now())
    return count


def _answered_at(opening: Opening, row: Conversation, minutes: int) -> datetime:
    assert row.waiting_since is not None
    return opening.add_open(row.waiting_since, minutes)


def _answer(row: Conversation, at: datetime, by: Actor) -> bool:
    """Answer in one conversation; what its network would refuse goes on waiting."""
    words = bakery.ANSWERS.get(row.topic or "other")
    newest = Message.objects.filter(conversation=row, mine=False, gone_at=None, at__lte=at).select_related("person").last()
    if words is None or newest is None:
        return False
    with suppress(Closed, NothingToAnswer, TooLong):
        with clock.at(at):
            commands.answer(conversation=row, words=words, by=by, now=clock.now(), to=newest)
        with clock.at(at + timedelta(seconds=settings.UNDO_SECONDS + 1)):
            for held in claim("demo", clock.now(), healthy=10, doubtful=0):
                deliver(held)
            answering.follow_answers(now=clock.now())
        return True
    return False
