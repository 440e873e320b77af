"""The rounds: everything periodic that a worker does, in one list."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from parvis.audit import watching
from parvis.channels.inviting import any_untold as any_connected_untold
from parvis.channels.rounds import visit_due
from parvis.core import clock
from parvis.core.db import AWAY, hang_up
from parvis.delegation import proposing, working
from parvis.inbox import acknowledging, answering, commands, faces, forgetting, gathering, news, warning, wishes
from parvis.media import files
from parvis.posts import mandates as ending
from parvis.publishing import handing, judging, removals, revisions, rounds
from parvis.publishing.claims import hold_late
from parvis.publishing.stops import any_untold as any_stop_untold
from parvis.worker import asking, hours, mail, mandates
from parvis.worker.connected import tell as tell_connected
from parvis.worker.stops import tell as tell_stops

log = logging.getLogger(__name__)
# While a round is being made nobody else makes it; past this, whoever made it is taken for dead.
HOLD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Round:
    """One piece of periodic work. `waits` tells, by a reading, whether there is anything to do: a house at rest writes nothing."""

    name: str
    every: timedelta
    do: Callable[[datetime], object]
    waits: Callable[[datetime], bool] = lambda now: True


def _visits(now: datetime) -> None:
    visit_due(now, keep=files.keep)


def _follow_answers(now: datetime) -> int:
    return answering.follow_answers(now=now)


def _any_to_wake(now: datetime) -> bool:
    return commands.any_to_wake(now=now)


def _wake(now: datetime) -> int:
    return commands.wake_due(now=now)


ROUNDS = [
    Round("answers", timedelta(seconds=2), _follow_answers, answering.any_moved),
    Round("wishes", timedelta(seconds=3), wishes.carry_out, wishes.any_due),
    Round("listening", timedelta(seconds=10), gathering.begin, gathering.any_unheard),
    Round("acknowledging", timedelta(seconds=20), acknowledging.acknowledge_due, acknowledging.any_to_acknowledge),
    Round("waking", timedelta(seconds=20), _wake, _any_to_wake),
    Round("faces", timedelta(seconds=15), faces.fetch_due, faces.any_due),
    Round("warnings", timedelta(seconds=60), mail.warn, warning.any_to_warn),
    Round("news", timedelta(seconds=60), mail.tell_followers, news.any_due),
    Round("knocks", timedelta(hours=6), gathering.tidy_knocks),
    Round("retention", timedelta(hours=24), forgetting.purge_due, forgetting.any_kept_so_long),
    Round("journal", timedelta(hours=1), watching.watch, watching.any_due),
    Round("torn", timedelta(seconds=60), mail.tell_torn, mail.any_torn),
    Round("removals", timedelta(seconds=3), removals.remove_due, removals.any_due),
    Round("revisions", timedelta(seconds=3), revisions.revise_due, revisions.any_due),
    Round("judgements", timedelta(seconds=30), judging.judge_due, judging.any_due),
    Round("late", timedelta(seconds=60), hold_late),
    Round("tidy", timedelta(seconds=60), rounds.tidy),
    Round("stops", timedelta(seconds=5), tell_stops, any_stop_untold),
    Round("connected", timedelta(seconds=20), tell_connected, any_connected_untold),
    Round("mail", timedelta(seconds=30), mail.tell, mail.any_untold),
    Round("approvals", timedelta(seconds=60), asking.look_after, asking.any_due),
    Round("approval mails", timedelta(seconds=30), asking.tell, asking.any_untold),
    Round("reminders", timedelta(seconds=60), mail.remind, handing.any_to_remind),
    Round("quiet", timedelta(hours=1), mail.tell_quiet),
    Round("endings", timedelta(hours=1), mail.tell_endings, mail.any_ending),
    Round("mandates", timedelta(seconds=60), ending.end_due, ending.any_to_end),
    Round("proposals", timedelta(hours=24), proposing.forget, proposing.any_to_forget),
    Round("mandate mail", timedelta(seconds=60), mandates.tell, mandates.any_to_tell),
    Round("hours mail", timedelta(seconds=60), hours.tell, working.any_to_tell),
    Round("visits", timedelta(seconds=60), _visits),
]

_next: dict[str, float] = {}


def make_rounds() -> None:
    """Make every round that is due and that nobody else makes. One that fails is made again at its next hour."""
    for each in ROUNDS:
        if clock.steady() >= _next.get(each.name, 0.0):
            _next[each.name] = clock.steady() + each.every.total_seconds() / 2
            make(each, clock.now())


def make(each: Round, now: datetime) -> bool:
    """Make one round if it is due; return whether it was ours."""
    if not each.waits(now) or not rounds.claim(each.name, max(each.every, HOLD), now):
        return False
    try:
        each.do(now)
    except AWAY:
        hang_up()
        raise
    except Exception:
        log.exception("the round %s failed", each.name)
    rounds.again_at(each.name, clock.now() + each.every)
    return True
