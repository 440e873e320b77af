"""What became of a try, written down: the row's move, the line of its history, and what the channel has to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import NoneType
from typing import Any

from django.db import IntegrityError, transaction

from parvis.channels.commands import declare_dead, note_budget, note_outcome
from parvis.core.db import change, writing
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Absent, Budget, CannotTell, Disconnected, Handed, NotSent, NotYet, Receipt, Refused, Unknown
from parvis.publishing.claims import Held
from parvis.publishing.models import Attempt
from parvis.publishing.moves import FREE, drop_followers, moved, pause, told
from parvis.publishing.states import State

# How the history names them.
VERDICTS: dict[type, str] = {
    Receipt: "receipt", NotYet: "not_yet", NotSent: "not_sent", Disconnected: "disconnected", Refused: "refused",
    Unknown: "unknown", Handed: "handed", Absent: "absent", CannotTell: "cannot_tell", NoneType: "gone",
}  # fmt: skip
Outcome = Receipt | Handed | NotYet | NotSent | Refused | Unknown

# Where a receipt still teaches something. A worker thought dead may bring it late, after others had other ideas.
NOT_THERE_YET = tuple(state for state in State if state != State.SENT)
MINE = (State.SENDING, State.UNKNOWN)
FIRST_LOOK = timedelta(seconds=1)

TAKEN = Say(gettext_noop("The network says that this is the same as another post of yours, which is there already."))
TAKEN_CURE = Say(
    gettext_noop("Look on the network's page. If the one you see is enough, cancel this one; else change its text and send it again.")
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a try ended: its outcome, when, and the rate budget that the network told meanwhile."""

    outcome: Outcome
    at: datetime
    budget: Budget | None = None


def write(held: Held, verdict: Verdict) -> bool:
    """Write down how a try ended, all of it or nothing; False when its delivery had moved on without it. May be called again."""
    outcome, now, channel = verdict.outcome, verdict.at, held.delivery.channel_id
    with writing():
        match outcome:
            case Receipt():
                moved_on = sent(held.pk, outcome, now)
                note_outcome(channel_id=channel, ok=True, now=now)
            case Handed():
                moved_on = _handed(held, now)
            case NotYet():
                moved_on = _waits(held, outcome)
            case Disconnected():
                declare_dead(channel_id=channel, why=outcome.why, now=now, since=held.began)
                moved_on = _not_sent(held, outcome, now)
            case NotSent():
                moved_on = _not_sent(held, outcome, now)
                note_outcome(channel_id=channel, ok=False, now=now)
            case Refused():
                moved_on = _refused(held, outcome, now)
            case Unknown():
                moved_on = _unknown(held, now)
                note_outcome(channel_id=channel, ok=False, now=now)
        note_budget(channel_id=channel, budget=verdict.budget or _asked_to_wait(outcome), now=now)
        close(held.entry, outcome, now)
    return moved_on


def _asked_to_wait(outcome: Outcome) -> Budget | None:
    """A network that names its hour means the account, not one delivery: the others wait too rather than burn a try."""
    again_at = outcome.again_at if isinstance(outcome, NotSent) else None
    return Budget(0, again_at) if again_at else None


def sent(pk: int, receipt: Receipt, now: datetime) -> bool:
    """It is there. Whatever the row says meanwhile, that is the truth; a thing that belongs to another delivery becomes a question."""
    facts: dict[str, Any] = {"remote_id": receipt.remote_id[:500], "url": receipt.url[:700], "refs": dict(receipt.refs), "sent_at": now}
    try:
        with transaction.atomic():
            return moved(pk, NOT_THERE_YET, State.SENT, **facts, told=None, fails=0, **FREE)
    except IntegrityError:
        return moved(pk, MINE, State.ASKED, told=told(TAKEN, TAKEN_CURE), url=facts["url"], mailed_at=None, **FREE)


def _waits(held: Held, outcome: NotYet) -> bool:
    where = {"attempt": held.number}
    return moved(held.pk, MINE, State.SCHEDULED, where=where, ready_at=outcome.again_at, memory=dict(outcome.memory), **FREE)


def _handed(held: Held, now: datetime) -> bool:
    where = {"attempt": held.number}
    free = {**FREE, "handed_at": now, "reminded_at": None, "mailed_at": None, "told": None, "fails": 0}
    return moved(held.pk, (State.SENDING,), State.HANDED, where=where, **free)


def _not_sent(held: Held, outcome: NotSent, now: datetime) -> bool:
    fails = held.delivery.fails + 1
    ready = outcome.again_at or now + pause(fails)
    return moved(
        held.pk, MINE, State.SCHEDULED, where={"attempt": held.number}, ready_at=ready, fails=fails, told=told(outcome.why), **FREE
    )


def _refused(held: Held, outcome: Refused, now: datetime) -> bool:
    words = told(outcome.reason, outcome.cure)
    if not moved(held.pk, MINE, State.REFUSED, where={"attempt": held.number}, told=words, mailed_at=None, **FREE):
        return False
    drop_followers(held.pk, now)
    return True


def _unknown(held: Held, now: datetime) -> bool:
    where = {"attempt": held.number}
    return moved(held.pk, (State.SENDING,), State.UNKNOWN, where=where, tried_at=now, look_at=now + FIRST_LOOK, looks=0, **FREE)


def close(entry: int, outcome: object, now: datetime) -> None:
    """End a line of the history, once; a line that was closed as lapsed learns what really happened."""
    say = outcome.why if isinstance(outcome, NotSent) else outcome.reason if isinstance(outcome, Refused) else None
    words = told(say, outcome.cure if isinstance(outcome, Refused) else None) if say else None
    trace = outcome.trace if isinstance(outcome, Unknown) else ""
    verdict = VERDICTS.get(type(outcome), "broke")
    words_of = {"ended_at": now, "verdict": verdict, "told": words, "trace": trace[:2000]}
    change(Attempt, {"id": entry, "verdict": ("", "lapsed")}, words_of)
