"""The clocks: who waits since when, until when an answer is promised, and how long it took, in opening hours and in plain ones."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from parvis.core.db import writing
from parvis.inbox.models import Conversation, Promise, Turn
from parvis.people.models import Company
from parvis.people.opening import Opening
from parvis.people.queries import opening_of

# What a company promises that has said nothing: minutes of its opening hours, and how long before a mail warns.
USUAL, WARNING = 240, 60
BATCH = 500


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours of a company and within how many minutes of them it promises an answer."""

    opening: Opening
    minutes: int
    warns: int

    def due(self, since: datetime) -> datetime:
        """Return until when whoever waits since then was promised an answer."""
        return self.opening.add_open(since, self.minutes)


def clock_of(company: Company) -> Clock:
    """Return the clock of a company. Three queries."""
    said = Promise.objects.filter(company=company).values_list("minutes", "warn_minutes").first()
    return Clock(opening_of(company), *(said or (USUAL, WARNING)))


def opened(conversation: Conversation, at: datetime, now: datetime, clock: Clock | None = None) -> datetime:
    """Begin a turn with the message of `at`, unless one runs (its hour moves back where that is earlier), and return when an answer is due.

    Inside the transaction of whoever tells; the caller keeps `due_at`. A conversation that waits always has one. `clock` is given by
    whoever opens many of one company.
    """
    due = (clock or clock_of(conversation.company)).due(at)
    running = Turn.objects.filter(conversation=conversation, answered_at=None)
    if not running.update(opened_at=at, due_at=due):
        first = not Turn.objects.filter(conversation=conversation).exists()
        Turn.objects.create(
            company_id=conversation.company_id, conversation=conversation, channel_id=conversation.channel_id, first=first, opened_at=at,
            due_at=due,
        )  # fmt: skip
    return due


def answered(conversation: Conversation, at: datetime, user_id: int | None) -> None:
    """End the turn that runs with our answer of `at`, written by this member (None: given from elsewhere)."""
    for turn in Turn.objects.filter(conversation=conversation, answered_at=None):
        seconds, within = _lasted(conversation, turn.opened_at, at)
        facts = {"answered_at": at, "by_id": user_id, "seconds": seconds, "open_seconds": within}
        Turn.objects.filter(pk=turn.pk, answered_at=None).update(**facts)


def resolved(conversation: Conversation, now: datetime) -> None:
    """The conversation was called done: a turn that still runs is over without an answer, the last one answered is resolved."""
    Turn.objects.filter(conversation=conversation, answered_at=None).delete()
    last = Turn.objects.filter(conversation=conversation, resolved_at=None).order_by("-answered_at").first()
    if last is not None:
        seconds, within = _lasted(conversation, last.opened_at, now)
        Turn.objects.filter(pk=last.pk).update(resolved_at=now, resolved_seconds=seconds, resolved_open_seconds=within)


def withdrawn(conversation: Conversation) -> None:
    """Nobody waits after all: what they wrote is gone. The turn that runs never was."""
    Turn.objects.filter(conversation=conversation, answered_at=None).delete()


def open_at(company: Company, now: datetime) -> bool:
    """Tell whether the company is open at this moment; one that has named no hours always is."""
    return opening_of(company).open_at(now)


@contextmanager
def retimed(company: Company, now: datetime) -> Iterator[None]:
    """Change a company's hours, its time zone or its promise inside: whoever waits is promised an hour anew, in the same transaction."""
    with writing():
        yield
        retime(company, now)


def retime(company: Company, now: datetime) -> int:
    """Say anew until when those who wait were promised an answer; return for how many it changed. Inside a transaction.

    Who was warned of an hour that is now far away is warned again.
    """
    clock = clock_of(Company.objects.get(pk=company.pk))
    late = []
    for turn in Turn.objects.filter(company=company, answered_at=None).select_related("conversation"):
        if (due := clock.due(turn.opened_at)) != turn.due_at:
            turn.due_at = due
            late.append(turn)
    Turn.objects.bulk_update(late, ["due_at"], batch_size=BATCH)
    waiting = [_given(turn, clock, now) for turn in late if turn.conversation.waiting_since is not None]
    Conversation.objects.bulk_update(waiting, ["due_at", "warned_at"], batch_size=BATCH)
    return len(late)


def _given(turn: Turn, clock: Clock, now: datetime) -> Conversation:
    conversation = turn.conversation
    conversation.due_at = turn.due_at
    if turn.due_at and turn.due_at > now + timedelta(minutes=clock.warns):
        conversation.warned_at = None
    return conversation


def _lasted(conversation: Conversation, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how long something lasted, in plain seconds and in those of opening hours."""
    return max(0, int((until - since).total_seconds())), opening_of(conversation.company).seconds_open(since, until)
