"""Posts that need a yes: proposed, decided, and let out exactly as they were shown, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from parvis.channels import speaking
from parvis.core.db import writing
from parvis.delegation import approvals, linking
from parvis.delegation.approvals import Settled, Voice
from parvis.delegation.circuits import ON_REQUEST, POST, Asks, NeedsYes, Step
from parvis.delegation.models import Approval, Side, Stage, Verdict, YesLink
from parvis.networks.facts import MESSAGE, REPLY, Parcel
from parvis.people.actors import Actor
from parvis.people.permissions import allowed, may
from parvis.posts import agreed, departures
from parvis.posts.departures import Changed, InThePast, NoFreeSlot, NothingToSend, Outcome
from parvis.posts.models import Departure, Post
from parvis.posts.queries import accounts, whole
from parvis.publishing import revisions
from parvis.publishing.models import Delivery

__all__ = [
    "Left",
    "NeedsYes",
    "Settled",
    "decide",
    "decide_by_link",
    "leave",
    "leave_next_free",
    "propose",
    "revise",
    "still_the_same",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class Left:
    """What came of letting a post go: its deliveries, or the request for a yes that it waits for."""

    outcome: Outcome | None = None
    asked: Approval | None = None


@dataclass(frozen=True, slots=True)
class _Ready:
    """A post sealed anew, to be compared with what was agreed to."""

    read: Post
    sealed: agreed.Sealed
    digest: str


def leave(*, post: Post, at: datetime | None, by: Actor, now: datetime) -> Left:
    """Have a post leave at `at` (None: at once), or ask for the yes that it needs: what every door calls.

    Raises NotAllowed, and what `departures.schedule` raises but NeedsYes.
    """
    if not allowed(by, "posts.schedule", post.company_id, on=accounts(post)):
        return Left(asked=propose(post=post, at=at, by=by, now=now))
    try:
        return Left(departures.schedule(post=post, at=at or now, by=by, now=now))
    except NeedsYes as error:
        return Left(asked=propose(post=post, at=at, by=by, now=now, asks=error.asks))


def leave_next_free(*, post: Post, by: Actor, now: datetime) -> Left:
    """Have a post leave, or ask for its yes, at the next weekly slot that no post holds. Raises NoFreeSlot and what `leave` raises."""
    free = departures.next_free_slot(company=post.company, now=now)
    if free is None:
        raise NoFreeSlot
    return leave(post=post, at=free, by=by, now=now)


def propose(*, post: Post, at: datetime | None, by: Actor, now: datetime, asks: Asks | None = None) -> Approval:
    """Seal a post as it would leave, and ask for a yes to exactly that, at that hour (None: as soon as the yes is there).

    What waits to leave with an earlier yes stays as it is until the new one. Asking twice for the same asks once. `asks` spares the
    question whose yes it is.
    Raises NotAllowed, InThePast, NothingToSend, Breaks, Changed, Settled.
    """
    verb = "posts.schedule" if allowed(by, "posts.schedule", post.company_id, on=accounts(post)) else "posts.propose"
    may(by, verb, post.company_id, on=accounts(post))
    if at is not None and at < now:
        raise InThePast
    read = whole(post.pk)
    sealed = departures.sealed_of(read, at or now, now)
    asks = asks or agreed.needed(read, sealed, at or now, by, now) or Asks((Step(),), (ON_REQUEST,), mandate_id=by.mandate_id)
    content = agreed.content_of(read, sealed)
    with writing():
        kept = Post.objects.filter(pk=read.pk, revision=read.revision, removed_at=None)
        # The hour that a scheduled post has is the one of what waits to leave: it stays, until the yes.
        if not kept.update(at=read.at if read.scheduled or at is None else at):
            raise Changed(Post.objects.get(pk=read.pk))
        digest = agreed.identity(content, at)
        if same := approvals.waiting_for(company_id=read.company_id, subject=POST, object_id=read.pk, digest=digest):
            return same
        return approvals.ask(
            company_id=read.company_id, subject=POST, object_id=read.pk, label=read.called, content=content,
            channels=[variant.channel_id for variant, _ in sealed], digest=digest, at=at, asks=asks, by=by, now=now,
        )  # fmt: skip


def decide(*, approval: Approval, verdict: Verdict, by: Actor, now: datetime, words: str = "") -> Approval:
    """Decide on a request for a post. With the last yes it leaves, exactly as it was shown; if it differs from that the request is GONE.

    Raises NotAllowed, NoReason, Settled, and Breaks, OverMandate where it cannot leave as it is: then nothing was decided.
    """
    ready = _ready(approval, now) if verdict == Verdict.YES and approvals.may_decide(approval, by) else None
    with writing():
        _hold(approval)
        done = approvals.decide(approval=approval, verdict=verdict, by=by, now=now, words=words)
        return _let_go(done, ready, Voice(by.user_id, by.name), now)


def decide_by_link(*, link: YesLink, verdict: Verdict, now: datetime, words: str = "") -> Approval:
    """Decide as the person for whom a link was made; the link is used up by it. Raises what `decide` raises, and LinkOver."""
    ready = _ready(link.approval, now) if verdict == Verdict.YES else None
    with writing():
        _hold(link.approval)
        speaking.check(link, now)
        done = linking.use(link=link, verdict=verdict, now=now, words=words)
        return _let_go(done, ready, linking.voice_of(link), now)


def _hold(approval: Approval) -> None:
    """Take the post before its request, as every change of it does: two that meet wait for each other in the same order."""
    Post.objects.select_for_update().filter(pk=approval.object_id).values_list("pk").first()


def _ready(approval: Approval, now: datetime) -> _Ready | None:
    """Seal the post anew where this may be the last yes that it waits for. None: nothing would leave, or it is another post by now.

    Made before the transaction: pictures are made to fit here.
    """
    if approval.step + 1 < len(approval.steps) or (approval.at is not None and approval.at < now):
        return None
    post = Post.objects.filter(pk=approval.object_id, company=approval.company_id, removed_at=None).first()
    if post is None or post.revision != approval.content.get("revision"):
        return None
    read = whole(post.pk)
    try:
        sealed = departures.sealed_of(read, approval.at or now, now)
    except NothingToSend:
        return None
    return _Ready(read, sealed, agreed.identity(agreed.content_of(read, sealed), approval.at))


def _let_go(done: Approval, ready: _Ready | None, voice: Voice, now: datetime) -> Approval:
    """Make the deliveries of what was agreed to, in the transaction of the last yes; if it is not exactly that, the yes is gone."""
    if done.stage != Stage.APPROVED:
        return done
    # What leaves does so in the name of whoever said the last yes, under the mandate of whoever proposed it.
    by = Actor(voice.user_id, voice.name, done.company_id, "house", mandate_id=done.mandate_id)
    try:
        if ready is None or ready.digest != done.digest:
            raise Changed(Post(pk=done.object_id))
        departures.let_out(ready.read, ready.sealed, done.at or now, by, now, inside=_inside(done))
    except Changed:
        approvals.end(done, approvals.OTHER, by, now)
    return Approval.objects.get(pk=done.pk)


def _inside(done: Approval) -> bool:
    """Tell whether only colleagues under a mandate have agreed, and nobody of the company."""
    return done.mandate_id is not None and all(step.side == Side.INSIDE for step in approvals.steps_of(done))


def revise(*, delivery: Delivery, parcel: Parcel, by: Actor, now: datetime) -> bool:
    """Have other words put on the network in the place of those there; return whether there is anything to change.

    Raises what `publishing.revisions.revise` raises, and NeedsYes where somebody else would have had to agree to these words.
    """
    if parcel.form in (REPLY, MESSAGE):
        raise ValueError("an answer is changed by `inbox.answering.revise`, which asks for its own yes")
    departure = Departure.objects.filter(delivery=delivery.pk).select_related("variant__channel", "variant__post").first()
    if departure is not None:
        read = whole(departure.variant.post_id)
        if asks := agreed.needed(read, [(departure.variant, [parcel])], now, by, now, any_hour=True):
            raise NeedsYes(asks)
    return revisions.revise(delivery=delivery, parcel=parcel, by=by, now=now)


def withdraw(*, approval: Approval, by: Actor, now: datetime) -> None:
    """Take a request back; the post stays as it is. Raises NotAllowed, Settled."""
    approvals.withdraw(approval=approval, by=by, now=now)


def still_the_same(approval: Approval, now: datetime) -> bool:
    """Tell whether what would leave now is exactly what a yes is asked to: a picture or its description may have changed since."""
    try:
        ready = _ready(approval, min(now, approval.at or now))
    except departures.Breaks:
        return False
    return approval.step + 1 < len(approval.steps) or (ready is not None and ready.digest == approval.digest)
