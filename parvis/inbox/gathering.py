"""Gathering: each source of each account is read when it is due, by whoever claims it first. What is read twice is kept once.

Polling is complete by itself; a webhook only makes a reading due at once.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from parvis.channels.commands import declare_dead, note_budget, note_gauges
from parvis.channels.models import Channel
from parvis.channels.models import State as Life
from parvis.core import clock
from parvis.core.db import AWAY, writing
from parvis.core.say import Say, gettext_noop
from parvis.inbox import costs
from parvis.inbox.ears import ear_of, listening
from parvis.inbox.hearing import Kept, keep
from parvis.inbox.models import Conversation, Knocked, Reading
from parvis.networks.contract import Disconnected, NotSent, Refused, Unknown, Wires
from parvis.networks.facts import ALONE
from parvis.networks.listening import POSTS, TOLD, Ear, Ours, Source, elsewhere
from parvis.publishing.models import Delivery
from parvis.publishing.moves import pause, told
from parvis.publishing.queries import with_form
from parvis.publishing.states import State

log = logging.getLogger(__name__)

# While somebody reads nobody else does; each page read renews it.
HELD = timedelta(minutes=3)
# So many pages at once: the rest is read next, after the others had their turn.
MOST_PAGES = 40
PAUSES = (20, 60, 120, 300, 600, 900)
# The public writes under what is new; under what is older it is looked for a few times a day.
RECENT, LONG, SELDOM = timedelta(days=14), timedelta(days=90), timedelta(hours=6)
# While something was going on so lately, one reads more often.
LIVELY, NEW = timedelta(hours=2), timedelta(days=1)
# What is left of a network's budget below this is for sending; so is the last part of a limit that shows in percent.
RESERVE, FULL = 20, 0.8
BROKE = Say(gettext_noop("Something in Parvis itself went wrong while this account was read. It will be tried again; nothing is lost."))
CUT = Say(gettext_noop("The exchange with the network was cut while it was read. It will be tried again; nothing is lost."))


@dataclass(slots=True)
class _Claim:
    """A reading that is ours for now: `until` is what its row says."""

    reading: Reading
    channel: Channel
    began: datetime
    until: datetime

    @property
    def mine(self) -> QuerySet[Reading]:
        """The row, as long as nobody else has taken it."""
        return Reading.objects.filter(pk=self.reading.pk, began_at=self.began)


# ---- what is due


def any_unheard(now: datetime) -> bool:
    """Tell whether an account is connected that nothing is read of yet."""
    return _unheard().exists()


def begin(now: datetime) -> int:
    """Begin to read the accounts that can be listened to and are not yet; return how many."""
    begun = 0
    for channel in _unheard().order_by("pk")[:50]:
        ear, _ = ear_of(channel)
        rows = [_reading(channel, source, now) for source in ear.sources]
        with writing():
            Reading.objects.bulk_create(rows, ignore_conflicts=True)
        begun += 1
    return begun


def _reading(channel: Channel, source: Source, now: datetime) -> Reading:
    # What costs money is read where a person says so.
    return Reading(channel=channel, source=source.name, due_at=now, off=source.costs)


def _unheard() -> QuerySet[Channel]:
    return Channel.objects.filter(state=Life.ALIVE, by_hand=False, network__in=listening(), readings__isnull=True)


def _due(now: datetime) -> QuerySet[Reading]:
    rows = Reading.objects.filter(due_at__lte=now, off=False, channel__state=Life.ALIVE, channel__network__in=listening())
    rows = rows.filter(Q(channel__paused_until=None) | Q(channel__paused_until__lte=now))
    return rows.order_by("due_at", "pk")


def any_due(now: datetime) -> bool:
    """Tell whether anything is to be read."""
    return _due(now).exists()


def read_due(now: datetime, most: int = 100) -> int:
    """Read what is due, one after the other; return how many readings were made."""
    count = 0
    while count < most and read_next(now):
        count += 1
    return count


def read_next(now: datetime) -> bool:
    """Read one source that is due; False where nothing is. Safe in many threads and processes."""
    for reading in _due(now).select_related("channel__company")[:8]:
        if claim := _claimed(reading, now):
            _read(claim)
            return True
    return False


def _claimed(reading: Reading, now: datetime) -> _Claim | None:
    with writing():
        rows = Reading.objects.filter(pk=reading.pk, due_at=reading.due_at, began_at=reading.began_at)
        if not rows.update(due_at=now + HELD, began_at=now):
            return None
    return _Claim(reading, reading.channel, now, now + HELD)


# ---- one reading


def _read(claim: _Claim) -> None:
    """Make one reading to its end, and write down what came of it."""
    wires, trouble, outcome = None, None, _Outcome()
    try:
        ear, wires = ear_of(claim.channel)
        source = next((one for one in ear.sources if one.name == claim.reading.source), None)
        if source is None:  # a newer version reads it in another way
            claim.mine.delete()
            return
        outcome = _pages(claim, ear, source)
    except AWAY:
        raise
    except Exception as error:
        trouble = error
        log.info("channel %s: reading %s came to nothing: %s", claim.channel.pk, claim.reading.source, type(error).__name__)
        if not isinstance(error, NotSent | Refused | Unknown):
            log.exception("channel %s: reading %s broke", claim.channel.pk, claim.reading.source)
    _finish(claim, outcome, trouble, wires)


@dataclass(slots=True)
class _Outcome:
    """How far a reading came: to its end (`whole`), and when it is next made; `over`: until when its ceiling stops it."""

    again: timedelta = timedelta(0)
    whole: bool = False
    lost: bool = False
    over: datetime | None = None


def _pages(claim: _Claim, ear: Ear, source: Source) -> _Outcome:
    reading, cursor = claim.reading, _cursor(claim)
    ours, total = ours_of(claim.channel, _all_of_them(reading, claim.began), claim.began), Kept()
    for _ in range(MOST_PAGES):
        if over := costs.over_until(reading, clock.now()):
            return _Outcome(over=over)
        gathered = ear.gather(source.name, cursor, ours, clock.now())
        # The messages first: whoever dies in between reads them again.
        total += keep(claim.channel, gathered, clock.now(), first=reading.read_at is None)
        cursor = dict(gathered.cursor)
        if not _hold(claim, cursor, gathered.micros):
            return _Outcome(lost=True)
        if not gathered.more:
            _sources_too(claim, ear)
            return _Outcome(_interval(claim.channel, source, claim.began, total), whole=True)
    return _Outcome()


def _cursor(claim: _Claim) -> dict[str, Any]:
    """Return where the last reading stood, with what webhooks named since."""
    cursor = dict(claim.reading.cursor)
    rows = Knocked.objects.filter(channel=claim.channel, read_at=None, at__lt=claim.began, source=claim.reading.source).exclude(about="")
    named = rows.order_by("at", "pk").values_list("about", flat=True)
    told = dict.fromkeys([*cursor.get(TOLD, ()), *named])
    return {**cursor, TOLD: list(told)} if told else cursor


def _hold(claim: _Claim, cursor: dict[str, Any], micros: int) -> bool:
    """Keep how far it came and what it cost, and the reading for a while longer; False where it is no longer ours."""
    claim.until = clock.now() + HELD
    with writing():
        costs.note_spent(claim.reading, micros, clock.now())
        return claim.mine.update(cursor=cursor, due_at=claim.until) == 1


def _sources_too(claim: _Claim, ear: Ear) -> None:
    """Begin with sources that this account's network has learnt since it was connected."""
    known = set(Reading.objects.filter(channel=claim.channel).values_list("source", flat=True))
    if missing := [one for one in ear.sources if one.name not in known]:
        with writing():
            Reading.objects.bulk_create([_reading(claim.channel, one, claim.began) for one in missing], ignore_conflicts=True)


def _all_of_them(reading: Reading, now: datetime) -> bool:
    """Tell whether this reading looks under the older publications too: a few times a day, and whenever the network says there is news."""
    if reading.read_at is None or (reading.knocked_at is not None and reading.knocked_at > reading.read_at):
        return True
    return int(reading.read_at.timestamp() // SELDOM.total_seconds()) != int(now.timestamp() // SELDOM.total_seconds())


def ours_of(channel: Channel, every: bool, now: datetime) -> list[Ours]:
    """Return an account's publications under which the public may write, newest first; not `every`: the recent, and those talked about."""
    rows = Delivery.objects.filter(company_id=channel.company_id, channel=channel, state=State.SENT, removed_at=None, message=None)
    rows = with_form(rows.filter(sent_at__gt=now - LONG).exclude(remote_id="").defer("parcel", "memory")).order_by("-sent_at", "-pk")
    if not every:
        lively = Conversation.objects.filter(company_id=channel.company_id, channel=channel, last_at__gt=now - RECENT, under__isnull=False)
        rows = rows.filter(Q(sent_at__gt=now - RECENT) | Q(pk__in=lively.values("under")))
    sent = [Ours(row.remote_id, row.url, row.refs, row.sent_at or now) for row in rows if getattr(row, "form", "") not in ALONE]
    known = {one.remote_id for one in sent}
    return [*sent, *(one for one in _elsewhere(channel, now) if one.remote_id not in known)]


def _elsewhere(channel: Channel, now: datetime) -> list[Ours]:
    """Return what the account published by other means, as its readings told: the public writes under that too."""
    rows = Reading.objects.filter(channel=channel, cursor__has_key=POSTS).values_list(f"cursor__{POSTS}", flat=True)
    return list({one.remote_id: one for row in rows for one in elsewhere(row) if one.sent_at > now - RECENT}.values())


def _interval(channel: Channel, source: Source, now: datetime, kept: Kept) -> timedelta:
    """Return how long this source may rest: less while something is going on. A little early, so that the promised time is kept."""
    every = source.every
    if source.soon < every and (kept.new or _lively(channel, now)):
        every = source.soon
    return every * (0.82 + secrets.randbelow(100) / 1000)


def _lively(channel: Channel, now: datetime) -> bool:
    talk = Conversation.objects.filter(company_id=channel.company_id, channel=channel, last_at__gt=now - LIVELY)
    if talk.exists():
        return True
    return channel.last_left_at is not None and channel.last_left_at > now - NEW


# ---- what came of it


def _finish(claim: _Claim, outcome: _Outcome, trouble: Exception | None, wires: Wires | None) -> None:
    now = clock.now()
    if not outcome.lost:
        changes = _failed(claim, trouble, now) if trouble else _went_well(claim, outcome, wires, now)
        due = changes.pop("due_at")
        # News that came while it was read may be younger than what was read: again, at once.
        knocked = Case(When(knocked_at__gte=claim.began, then=Value(now)), default=Value(due))
        with writing():
            claim.mine.update(due_at=due if trouble else knocked, began_at=None, **changes)
            if outcome.whole:
                heard = Knocked.objects.filter(channel=claim.channel, read_at=None, at__lt=claim.began)
                heard.filter(Q(source="") | Q(source=claim.reading.source)).update(read_at=now)
    if isinstance(trouble, Disconnected):
        declare_dead(channel_id=claim.channel.pk, why=trouble.why, now=now, since=claim.began)
    if wires is not None:
        note_budget(channel_id=claim.channel.pk, budget=wires.budget, now=now)
        note_gauges(channel_id=claim.channel.pk, gauges=wires.gauges, before=claim.channel.gauges, now=now)


def _went_well(claim: _Claim, outcome: _Outcome, wires: Wires | None, now: datetime) -> dict[str, Any]:
    due = outcome.over or (now + outcome.again if outcome.whole else now)
    said = costs.stopped() if outcome.over else None
    changes: dict[str, Any] = {"failures": 0, "told": said, "due_at": max(due, _spared(wires, now) or due)}
    return changes | ({"read_at": claim.began} if outcome.whole else {})


def _spared(wires: Wires | None, now: datetime) -> datetime | None:
    """Return until when readings wait so that what is left of the network's budget is there for sending."""
    if wires is None:
        return None
    until = [one.reset_at for one in wires.gauges.values() if one.most and one.used >= FULL * one.most and one.unit in {"percent", "calls"}]
    if wires.budget is not None and wires.budget.left <= RESERVE:
        until.append(wires.budget.reset_at)
    return max((at for at in until if now < at < now + timedelta(days=1)), default=None)


def _failed(claim: _Claim, trouble: Exception, now: datetime) -> dict[str, Any]:
    failures = claim.reading.failures + 1
    again = trouble.again_at if isinstance(trouble, NotSent) else None
    if isinstance(trouble, NotSent):
        words = told(trouble.why)
    elif isinstance(trouble, Refused):
        words = told(trouble.reason, trouble.cure)
    else:
        words = told(CUT if isinstance(trouble, Unknown) else BROKE)
    return {"failures": failures, "told": words, "due_at": again or now + pause(failures, PAUSES)}


def tidy_knocks(now: datetime) -> int:
    """Forget webhook calls that were read for two days ago; a replay after that costs one reading more."""
    with writing():
        count, _ = Knocked.objects.filter(at__lt=now - timedelta(days=2)).delete()
    return count


__all__ = ["any_due", "any_unheard", "begin", "ours_of", "read_due", "read_next", "tidy_knocks"]
