"""What a conversation says of itself, told anew from its messages: who wrote last, who waits, whether the clock runs.

Nothing is counted up, so that messages may come in any order, twice, or leave again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parvis.inbox import clocks
from parvis.inbox.models import Conversation, Message, Standing, Status, Turn

SHOWN = 200


CHANGES = (
    "first_at", "last_at", "last_mine", "last_words", "messages_count", "waiting_since", "due_at", "warned_at", "topic", "urgent",
    "language", "status", "snoozed_until", "heard_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What settling needs to know of one message."""

    pk: int
    at: datetime
    mine: bool
    standing: str
    automatic: bool
    gone: bool
    created_at: datetime
    by: int | None

    @property
    def answers(self) -> bool:
        """Tell whether it is an answer of a human being that is there, or on its way."""
        return self.mine and not self.automatic and self.standing in {"", Standing.LEAVING}


FIELDS = ("pk", "at", "mine", "standing", "automatic", "gone_at", "created_at", "by_id")


def settle(conversations: Collection[int], now: datetime, fresh: Collection[int] = ()) -> None:
    """Tell these conversations anew. In `fresh` something of theirs came in: that wakes what was put off.

    Inside the transaction of whoever changed their messages.
    """
    lines: dict[int, list[Line]] = defaultdict(list)
    rows = Message.objects.filter(conversation__in=conversations).order_by("at", "pk")
    for owner, pk, at, mine, standing, automatic, gone, created, by in rows.values_list("conversation_id", *FIELDS):
        lines[owner].append(Line(pk, at, mine, standing, automatic, gone is not None, created, by))
    newest = Message.objects.in_bulk([told[-1].pk for told in lines.values()])
    turns = {turn.conversation_id: turn for turn in Turn.objects.filter(conversation__in=conversations, answered_at=None)}
    running: dict[int, clocks.Clock] = {}
    for one in Conversation.objects.filter(pk__in=list(lines)).select_related("company").order_by("pk"):
        last = newest[lines[one.pk][-1].pk]
        before = {name: getattr(one, name) for name in CHANGES}
        one.first_at, one.last_at, one.last_mine = lines[one.pk][0].at, last.at, last.mine
        one.last_words, one.messages_count = shortened(last.words), len(lines[one.pk])
        _wait(one, lines[one.pk], _Clocks(turns.get(one.pk), running), now)
        _status(one, one.pk in fresh, now)
        changed = {name: getattr(one, name) for name in CHANGES if getattr(one, name) != before[name]}
        if changed:
            Conversation.objects.filter(pk=one.pk).update(**changed)


@dataclass(slots=True)
class _Clocks:
    """The turn that runs in a conversation, and the clocks of the companies that were asked for: one reading serves a whole batch."""

    turn: Turn | None
    running: dict[int, clocks.Clock]

    def of(self, one: Conversation) -> clocks.Clock:
        """Return the clock of a conversation's company."""
        if one.company_id not in self.running:
            self.running[one.company_id] = clocks.clock_of(one.company)
        return self.running[one.company_id]


def _wait(one: Conversation, lines: list[Line], clock: _Clocks, now: datetime) -> None:
    """Set who waits, and since when. An answer on its way hushes the list; the clock stops only when it is there."""
    waiting = _unanswered(one, lines, [line for line in lines if line.answers])
    due = _clock(one, lines, clock, now)
    since = waiting[0].at if waiting else None
    if since != one.waiting_since:
        one.waiting_since, one.warned_at = since, None
    one.due_at = (due or since) if since else None
    if waiting:
        _about(one, [line.pk for line in waiting])


def _unanswered(one: Conversation, lines: Iterable[Line], answers: list[Line]) -> list[Line]:
    """Return what they wrote that is still there, after our last answer, and that nobody called done."""
    floor = max((line.at for line in answers), default=None)
    rows = (line for line in lines if not line.mine and not line.gone and (floor is None or line.at > floor))
    return [line for line in rows if one.done_at is None or line.created_at > one.done_at]


def _clock(one: Conversation, lines: list[Line], clock: _Clocks, now: datetime) -> datetime | None:
    """Run the clock of whoever waits, or stop it; return when an answer is due, where it runs."""
    turn = clock.turn
    there = [line for line in lines if line.answers and not line.standing]
    waiting = _unanswered(one, lines, there)
    if turn is not None and (answer := next((line for line in there if line.at >= turn.opened_at), None)):
        clocks.answered(one, answer.at, answer.by)
        turn = None
        if one.status == Status.DONE and one.done_at is not None:  # called done while the answer was on its way
            clocks.resolved(one, max(one.done_at, answer.at))
    if waiting and (turn is None or turn.opened_at != waiting[0].at):
        return clocks.opened(one, waiting[0].at, now, clock.of(one))
    if not waiting and turn is not None and not any(line.answers and line.standing for line in lines):
        clocks.withdrawn(one)
        return None
    return turn.due_at if turn is not None else None


def _about(one: Conversation, waiting: list[int]) -> None:
    """Take over what the messages that wait are about: the newest one's topic and language, the urgency of any."""
    rows = Message.objects.filter(pk__in=waiting[-20:]).order_by("at", "pk").values_list("sorted", "corrected")
    found = [{**(said or {}), **(corrected or {})} for said, corrected in rows]
    newest: dict[str, Any] = found[-1]
    one.topic, one.language = str(newest.get("topic") or "")[:12], str(newest.get("language") or "")[:10]
    one.urgent = any(bool(each.get("urgent")) for each in found)


def _status(one: Conversation, fresh: bool, now: datetime) -> None:
    if fresh:
        one.heard_at = now
    if one.waiting_since is not None and (one.status == Status.DONE or (fresh and one.status == Status.SNOOZED)):
        one.status, one.snoozed_until = Status.OPEN, None


def shortened(words: str) -> str:
    """Return the beginning of a text on one line, for the list."""
    line = " ".join(words[: SHOWN * 2].split())
    return line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…"
