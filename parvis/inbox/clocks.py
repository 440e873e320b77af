"""The clocks: who waits since when, until when an answer is promised, and how long it took."""

from __future__ import annotations

from datetime import datetime, timedelta

from parvis.inbox.models import Conversation, Promise, Turn
from parvis.people.models import Company

# What a company promises that has said nothing.
USUAL = timedelta(minutes=240)


def opened(conversation: Conversation, at: datetime, now: datetime) -> datetime:
    """Begin a turn with the message of `at`, unless one runs (its hour moves back where that is earlier), and return when an answer is due.

    Inside the transaction of whoever tells; the caller keeps `due_at`. A conversation that waits always has one.
    """
    due = at + USUAL
    if minutes := Promise.objects.filter(company_id=conversation.company_id).values_list("minutes", flat=True).first():
        due = at + timedelta(minutes=minutes)
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
        seconds = max(0, int((at - turn.opened_at).total_seconds()))
        Turn.objects.filter(pk=turn.pk, answered_at=None).update(answered_at=at, by_id=user_id, seconds=seconds)


def resolved(conversation: Conversation, now: datetime) -> None:
    """The conversation was called done: a turn that still runs is over without an answer, the last one answered is resolved."""
    Turn.objects.filter(conversation=conversation, answered_at=None).delete()
    last = Turn.objects.filter(conversation=conversation, resolved_at=None).order_by("-answered_at").first()
    if last is not None:
        seconds = max(0, int((now - last.opened_at).total_seconds()))
        Turn.objects.filter(pk=last.pk).update(resolved_at=now, resolved_seconds=seconds)


def withdrawn(conversation: Conversation) -> None:
    """Nobody waits after all: what they wrote is gone. The turn that runs never was."""
    Turn.objects.filter(conversation=conversation, answered_at=None).delete()


def open_at(company: Company, now: datetime) -> bool:
    """Tell whether the company is open at this moment; one that has named no hours always is."""
    return True
