"""From an idea to its deliveries: seal, chain, move, take back, mend. What has left is never touched, and is told.

Editing a scheduled post changes nothing of what will leave until a person says so: the draft keeps every word typed, `Post.behind`
says that the sealed parcels are older, and `update` puts the change in. An autosave can thus never leave half-typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import F

from parvis.audit.commands import record
from parvis.core.db import writing
from parvis.delegation import uses
from parvis.delegation.circuits import NeedsYes
from parvis.delegation.uses import OverMandate
from parvis.networks.facts import Parcel
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may, under
from parvis.posts import agreed
from parvis.posts.advice import remarks, stopping
from parvis.posts.calendar import moments
from parvis.posts.checks import Finding, findings
from parvis.posts.counting import begun_under, count_in, keeps_within
from parvis.posts.models import Departure, Post, Variant
from parvis.posts.parcels import CannotSeal, NotMade, parcels
from parvis.posts.queries import accounts, week_and_hours, whole
from parvis.posts.shapes import COMMENT_PART, numbered
from parvis.publishing import commands as engine
from parvis.publishing import handing
from parvis.publishing.commands import TooLate
from parvis.publishing.models import Delivery
from parvis.publishing.moves import decides, verb_of
from parvis.publishing.states import State

__all__ = [
    "Breaks", "Changed", "InThePast", "NeedsYes", "NoFreeSlot", "NothingToSend", "Outcome", "OverMandate", "TooLate",
    "let_out", "mend", "move", "put_off", "release", "schedule", "schedule_next_free", "schedule_now", "sealed_of", "unschedule", "update",
]  # fmt: skip

WAITS = frozenset({State.SCHEDULED, State.HELD, State.HANDED})
AWAY = frozenset({State.SENDING, State.UNKNOWN, State.ASKED, State.SENT})


class Changed(Exception):
    """Somebody (or another window) changed the post since it was read. `stored` is what is kept; nothing was overwritten."""

    def __init__(self, stored: Post) -> None:
        super().__init__(stored.pk)
        self.stored = stored


class Breaks(Exception):
    """Hard limits are broken, or a code forbids it; nothing was sealed. `findings` says which."""

    def __init__(self, found: Sequence[Finding]) -> None:
        super().__init__(", ".join(f.kind for f in found))
        self.findings = list(found)


class InThePast(Exception):
    """The hour asked for is past."""


class NothingToSend(Exception):
    """No account is chosen, or nothing is written and no picture placed."""


class NoFreeSlot(Exception):
    """The company has no weekly slot, or all are taken for half a year."""


@dataclass(slots=True)
class Outcome:
    """What a verb did: the deliveries it changed or made, and those that the engine had already taken."""

    done: list[Delivery] = field(default_factory=list)
    too_late: list[Delivery] = field(default_factory=list)


def newest(variant: Variant) -> dict[int, Delivery]:
    """Return the delivery that counts for each part of a variant."""
    return {d.part: d.delivery for d in sorted(variant.departures.all(), key=lambda d: d.pk)}


def schedule(*, post: Post, at: datetime, by: Actor, now: datetime) -> Outcome:
    """Seal one parcel a part and a channel, and hand them to the engine for `at`; on a scheduled post, bring what waits up to date.

    Everything is kept or nothing. A channel whose deliveries a person cancelled stays cancelled while the others stand.
    Raises NotAllowed, OverMandate, InThePast, NothingToSend, Breaks, NeedsYes where exactly this has not had its yes (`approving.leave`
    asks for it), and Changed when it was edited meanwhile.
    """
    may(by, "posts.schedule", post.company_id, on=accounts(post))
    if at < now:
        raise InThePast
    read = whole(post.pk)
    sealed = sealed_of(read, at, now)
    if asks := agreed.needed(read, sealed, at, by, now):
        raise NeedsYes(asks, at)
    return _put(read, sealed, at, by, now)


def _put(read: Post, sealed: agreed.Sealed, at: datetime, by: Actor, now: datetime, *, inside: bool = False) -> Outcome:
    with writing():
        # The mandate's row before the post's, as whoever stops a mandate does: else each could wait for the other for ever.
        count_in(read, [variant.channel_id for variant, _texts in sealed], at, by, now, inside=inside)
        kept = Post.objects.filter(pk=read.pk, revision=read.revision, removed_at=None)
        if not kept.update(at=at, scheduled=True, sealed_revision=F("revision")):
            raise Changed(Post.objects.get(pk=read.pk))
        agreed.decided_otherwise(read, by, now, sealed=sealed, at=at)
        hand = _Hand(read, at, by, now)
        for variant, texts in sealed:
            hand.bring(variant, texts)
        record(
            "posts:post:scheduled", by=by, now=now, company_id=read.company_id, object_id=read.pk, label=read.called,
            at=at.isoformat(), deliveries=len(hand.outcome.done), too_late=len(hand.outcome.too_late),
        )  # fmt: skip
    return hand.outcome


def let_out(read: Post, sealed: agreed.Sealed, at: datetime, by: Actor, now: datetime, *, inside: bool = False) -> Outcome:
    """Make the deliveries of what was sealed and agreed to, and new ones for what a network had refused of it.

    `inside`: it was agreed to under a mandate alone, whose limits then hold. Raises Changed, OverMandate.
    """
    outcome = _put(read, sealed, at, by, now, inside=inside)
    hand = _Hand(read, at, by, now, outcome)
    for variant, texts in sealed:
        if State.REFUSED in {delivery.state for delivery in newest(variant).values()}:
            hand.mend(variant, texts)
    return outcome


def schedule_now(*, post: Post, by: Actor, now: datetime) -> Outcome:
    """Let it leave at once: `schedule` for this moment."""
    return schedule(post=post, at=now, by=by, now=now)


def schedule_next_free(*, post: Post, by: Actor, now: datetime) -> Outcome:
    """Schedule it at the next weekly slot that no post holds. Raises NoFreeSlot and what `schedule` raises."""
    free = next_free_slot(company=post.company, now=now)
    if free is None:
        raise NoFreeSlot
    return schedule(post=post, at=free, by=by, now=now)


def update(*, post: Post, by: Actor, now: datetime) -> Outcome:
    """Put what is written now into what will leave, at its hour. Raises what `schedule` raises."""
    current = Post.objects.get(pk=post.pk)
    return schedule(post=current, at=max(current.at or now, now), by=by, now=now)


def next_free_slot(*, company: Company, now: datetime) -> datetime | None:
    """Return the next weekly slot (UTC) that no post holds, within half a year, or None."""
    weekly, held = week_and_hours(company, now, now + timedelta(days=200))
    return next((p.at for p in moments(weekly, now, company.timezone) if p.at not in held), None)


def sealed_of(read: Post, at: datetime, now: datetime) -> list[tuple[Variant, list[Parcel]]]:
    """Return the parcels of a post (from `queries.whole`), account by account, as they would leave at `at`.

    Raises NothingToSend, Breaks. Slow the first time: never inside a write transaction.
    """
    variants = list(read.variants.all())
    written = any(part.strip() for variant in variants for part in variant.own)
    if not variants or not (written or read.pictures.all()):
        raise NothingToSend
    standing = [v for v in variants if not (read.scheduled and _given_up(v))]
    return _seal(read, standing, at, now)


def _seal(read: Post, variants: list[Variant], at: datetime | None, now: datetime) -> list[tuple[Variant, list[Parcel]]]:
    found = findings(read, now=now, at=at, variants=variants) + stopping(remarks(read, now=now, at=at, variants=variants))
    if found:
        raise Breaks(found)
    try:
        return [(variant, parcels(variant)) for variant in variants]
    except CannotSeal as error:
        raise Breaks([Finding("making" if isinstance(error, NotMade) else "picture", error.why, asset=error.asset)]) from error


def _given_up(variant: Variant) -> bool:
    last = newest(variant)
    return bool(last) and all(d.state == State.CANCELLED for d in last.values())


@dataclass(slots=True)
class _Chain:
    """What follows what: a part the part above it, the first comment the first part."""

    first: Delivery | None = None
    last: Delivery | None = None
    broken: bool = False

    def holds(self, part: int) -> bool:
        """Tell whether a part has what it follows."""
        return self.first is not None if part == COMMENT_PART else not self.broken

    def before(self, part: int) -> Delivery | None:
        """Return what a part follows."""
        return self.first if part == COMMENT_PART else self.last

    def add(self, part: int, delivery: Delivery) -> None:
        """Note a part that stands."""
        self.first = delivery if part == 0 else self.first
        self.last = delivery

    def breaks(self) -> None:
        """Note that nothing can follow any more."""
        self.broken = True


@dataclass(slots=True)
class _Hand:
    """One person's act on the deliveries of a post, at one hour; `outcome` gathers what it did."""

    post: Post
    at: datetime
    by: Actor
    now: datetime
    outcome: Outcome = field(default_factory=Outcome)

    def bring(self, variant: Variant, sealed: Sequence[Parcel]) -> None:
        """Make the deliveries of a variant what the sealed parcels say; what has left is only told."""
        standing, wanted = newest(variant), numbered(sealed)
        chain = _Chain()
        for part in sorted(standing.keys() | wanted.keys()):
            delivery, parcel = standing.get(part), wanted.get(part)
            if not chain.holds(part):
                continue
            if delivery is not None and delivery.state == State.REFUSED:
                chain.breaks()  # what follows a refused part waits for `mend`
            elif delivery is None or delivery.state == State.CANCELLED:
                if parcel is not None:
                    chain.add(part, self.send(variant, part, parcel, chain.before(part)))
            else:
                chain.add(part, delivery)
                self.bring_one(delivery, parcel)

    def bring_one(self, delivery: Delivery, parcel: Parcel | None) -> None:
        """Make one delivery what a sealed parcel says, if it still waits."""
        if delivery.state in WAITS:
            self.change(delivery, parcel)
        elif parcel is None or delivery.parcel != parcel.to_json():
            self.outcome.too_late.append(delivery)

    def mend(self, variant: Variant, sealed: Sequence[Parcel]) -> None:
        """Make new deliveries for the parts that were refused or cancelled, after those that stand."""
        standing = newest(Variant.objects.prefetch_related("departures__delivery").get(pk=variant.pk))
        chain = _Chain()
        for part, parcel in numbered(sealed).items():
            delivery = standing.get(part)
            if not chain.holds(part):
                continue
            if delivery is None or delivery.state in {State.REFUSED, State.CANCELLED}:
                chain.add(part, self.send(variant, part, parcel, chain.before(part)))
            elif delivery.state == State.SENT and not delivery.remote_id and not variant.channel.by_hand:
                chain.breaks()  # found by a person, without its identity: nothing can be tied to it
            else:
                chain.add(part, delivery)

    def send(self, variant: Variant, part: int, parcel: Parcel, after: Delivery | None) -> Delivery:
        """Hand one parcel to the engine."""
        made = engine.schedule(
            channel=variant.channel, parcel=parcel, subject=self.post.called[:200], due_at=self.at, by=self.by, now=self.now, after=after,
            mandate_id=under(self.by, "posts.schedule", (variant.channel_id,)) or begun_under(self.post, self.by),
        )  # fmt: skip
        Departure.objects.create(variant=variant, part=part, delivery=made)
        self.outcome.done.append(made)
        return made

    def change(self, delivery: Delivery, parcel: Parcel | None) -> None:
        """Seal a waiting delivery again and give it the hour; without a parcel, take it back."""
        try:
            if parcel is None:
                engine.cancel(delivery=delivery, by=self.by, now=self.now)
            else:
                if delivery.parcel != parcel.to_json():
                    engine.reseal(delivery=delivery, parcel=parcel, subject=self.post.called[:200], by=self.by, now=self.now)
                self.rehour(delivery)
            self.outcome.done.append(delivery)
        except TooLate:
            self.outcome.too_late.append(delivery)

    def rehour(self, delivery: Delivery) -> None:
        """Give a waiting delivery the hour; one that was held goes on with it."""
        if delivery.state in {State.HELD, State.HANDED} or delivery.due_at != self.at:
            engine.move(delivery=delivery, due_at=self.at, by=self.by, now=self.now)


def unschedule(*, post: Post, by: Actor, now: datetime, channel_id: int | None = None) -> Outcome:
    """Take back every delivery that still waits (of one channel, where one is named); the post keeps its hour as a draft's.

    What the engine had already taken is in `too_late`, and the post then stays scheduled. Raises NotAllowed.
    """
    may(by, "posts.schedule", post.company_id, on=accounts(post))
    outcome = Outcome()
    with writing():
        read = whole(post.pk)
        for variant in read.variants.all():
            if channel_id in {None, variant.channel_id}:
                _take_back(outcome, variant, by, now)
        if outcome.done:
            agreed.decided_otherwise(read, by, now)
        record(
            "posts:post:unscheduled", by=by, now=now, company_id=read.company_id, object_id=read.pk, label=read.called,
            cancelled=len(outcome.done), too_late=len(outcome.too_late),
        )  # fmt: skip
        settle(read.pk)
    return outcome


def _take_back(outcome: Outcome, variant: Variant, by: Actor, now: datetime) -> None:
    # The last part first: the engine may drop followers by itself when what they follow is cancelled.
    for _, delivery in sorted(newest(variant).items(), reverse=True):
        if delivery.state in WAITS:
            try:
                engine.cancel(delivery=delivery, by=by, now=now)
                outcome.done.append(delivery)
            except TooLate:
                outcome.too_late.append(delivery)
        elif delivery.state in AWAY:
            outcome.too_late.append(delivery)


def settle(post_id: int) -> None:
    """Make the post a draft again when none of its deliveries stands any more."""
    standing = Departure.objects.filter(variant__post_id=post_id).exclude(delivery__state=State.CANCELLED)
    if not standing.exists():
        Post.objects.filter(pk=post_id).update(scheduled=False, sealed_revision=0)
        uses.give_back(object_id=post_id)


def move(*, post: Post, at: datetime, by: Actor, now: datetime) -> Outcome:
    """Give it another hour: all its deliveries, or none.

    Raises NotAllowed, OverMandate, InThePast, Breaks when what is scheduled may not be said at that hour, NeedsYes where the yes was to
    another hour, and TooLate when a part has left or may have left (then nothing moved).
    """
    may(by, "posts.schedule" if post.scheduled else "posts.write", post.company_id, on=accounts(post))
    if at < now:
        raise InThePast
    if post.scheduled:
        _may_leave_then(whole(post.pk), at, by, now)
    with writing():
        read = whole(post.pk)
        hand = _Hand(read, at, by, now)
        deliveries = [d for v in read.variants.all() for d in newest(v).values()]
        for delivery in deliveries:
            if delivery.state in AWAY:
                raise TooLate(delivery.state)
        if post.scheduled:
            _count_moved(read, [variant.channel_id for variant in read.variants.all()], at, by, now)
        for delivery in deliveries:
            if delivery.state in WAITS:
                hand.rehour(delivery)
                hand.outcome.done.append(delivery)
        if post.scheduled:
            agreed.decided_otherwise(read, by, now, at=at)
        Post.objects.filter(pk=read.pk).update(at=at)
        if not read.scheduled and read.at != at:
            agreed.crossed(read, by, now)
        record(
            "posts:post:moved", by=by, now=now, company_id=read.company_id, object_id=read.pk, label=read.called,
            at=at.isoformat(), before=read.at.isoformat() if read.at else "",
        )  # fmt: skip
    return hand.outcome


def release(*, delivery: Delivery, by: Actor, now: datetime) -> None:
    """Let what was held leave now: another hour than the one it had, which needs a yes like any other.

    Raises NotAllowed, OverMandate, Breaks, NeedsYes, TooLate, and OverCeiling where its account may not spend that.
    """
    may(by, decides(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    part = _part_of(delivery)
    if part is not None:
        _may_leave_then(part.read, now, by, now, only=part.variant.pk)
    with writing():
        if part is not None:
            _count_part(part, now, by, now)
        engine.release(delivery=delivery, due_at=now, by=by, now=now)


def put_off(*, delivery: Delivery, at: datetime, by: Actor, now: datetime) -> None:
    """Give what waits on one account another hour, with what follows it there; the post's other accounts keep theirs.

    Raises NotAllowed, OverMandate, InThePast, Breaks, NeedsYes where the yes was to another hour, and TooLate.
    """
    may(by, verb_of(delivery.parcel.get("form", "")), delivery.company_id, on=(delivery.channel_id,))
    if at < now:
        raise InThePast
    part = _part_of(delivery)
    if part is not None:
        _may_leave_then(part.read, at, by, now, only=part.variant.pk)
    with writing():
        if part is not None:
            _count_part(part, at, by, now)
            agreed.decided_otherwise(part.read, by, now, at=at)
        handing.postpone(delivery=delivery, due_at=at, by=by, now=now)


@dataclass(frozen=True, slots=True)
class _Part:
    """A post, and the one account of it that is given another hour."""

    read: Post
    variant: Variant


def _part_of(delivery: Delivery) -> _Part | None:
    """Return the post that a delivery is of; None for what was never one: an answer to somebody."""
    departure = Departure.objects.filter(delivery=delivery.pk).select_related("variant").first()
    return _Part(whole(departure.variant.post_id), departure.variant) if departure is not None else None


def _count_part(part: _Part, at: datetime, by: Actor, now: datetime) -> None:
    """Count a post one account of which is given another hour: in that month where the account is its only one that stands."""
    channels = [part.variant.channel_id]
    others = [one for one in part.read.variants.all() if one.pk != part.variant.pk and newest(one) and not _given_up(one)]
    if others:
        keeps_within(channels, at, by, now, part_of=part.read)
    else:
        _count_moved(part.read, channels, at, by, now)


def _count_moved(read: Post, channels: Sequence[int], at: datetime, by: Actor, now: datetime) -> None:
    """Count a post in the month of its other hour, where it counts; whoever moves one that does not still keeps to their mandate's days."""
    if uses.counted(object_id=read.pk):
        count_in(read, channels, at, by, now)
    else:
        keeps_within(channels, at, by, now)


def _may_leave_then(read: Post, at: datetime, by: Actor, now: datetime, *, only: int | None = None) -> None:
    """Raise Breaks or NeedsYes where what waits may not leave at another hour without more; `only` looks at one variant (its id)."""
    if forbidden := _forbidden_then(read, at, now):
        raise Breaks(forbidden)
    moved = [variant for variant in read.variants.all() if only in {None, variant.pk}]
    waiting = [(v, [Parcel.from_json(d.parcel) for _, d in sorted(newest(v).items()) if d.state in WAITS]) for v in moved]
    if asks := agreed.needed(read, [(variant, texts) for variant, texts in waiting if texts], at, by, now):
        raise NeedsYes(asks, at)


def _forbidden_then(read: Post, at: datetime, now: datetime) -> list[Finding]:
    """Return what stops it at that hour, and not at the one it has: « soldes » are for some weeks of the year."""
    already = {str(finding.what) for finding in stopping(remarks(read, now=now, at=read.at))}
    return [finding for finding in stopping(remarks(read, now=now, at=at)) if str(finding.what) not in already]


def mend(*, post: Post, by: Actor, now: datetime, at: datetime | None = None, channel_id: int | None = None) -> Outcome:
    """Send what was refused (and what was dropped behind it) as it is written now, after the last part that is there.

    With `channel_id`, that channel only, and what a person cancelled there too. `at` is the hour, at once where none is given.
    Raises NotAllowed, NothingToSend when nothing is to be mended, Breaks, and NeedsYes where what is written now had no yes.
    """
    may(by, "posts.schedule", post.company_id, on=accounts(post))
    read = whole(post.pk)
    broken = [v for v in read.variants.all() if _mendable(v, channel_id)]
    if not broken:
        raise NothingToSend
    sealed = _seal(read, broken, at or now, now)
    if asks := agreed.needed(read, sealed, at or now, by, now, any_hour=True):
        raise NeedsYes(asks, at)
    hand = _Hand(read, at or now, by, now)
    with writing():
        count_in(read, [variant.channel_id for variant in broken], at or now, by, now)
        for variant, texts in sealed:
            hand.mend(variant, texts)
        record(
            "posts:post:mended", by=by, now=now, company_id=read.company_id, object_id=read.pk, label=read.called,
            deliveries=len(hand.outcome.done),
        )  # fmt: skip
    return hand.outcome


def _mendable(variant: Variant, channel_id: int | None) -> bool:
    states = {d.state for d in newest(variant).values()}
    if channel_id is None:
        return State.REFUSED in states
    return variant.channel_id == channel_id and bool(states & {State.REFUSED, State.CANCELLED})
