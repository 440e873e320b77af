"""The verbs of composing: every change of a post, of its forms, its pictures and the weekly slots. Leaving is in `departures`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Max, Q

from parvis.audit.commands import record
from parvis.channels.models import Channel
from parvis.channels.models import State as ChannelState
from parvis.core.db import writing
from parvis.delegation.approvals import PUT_AWAY
from parvis.media.models import Asset
from parvis.people.actors import Actor
from parvis.people.models import Company
from parvis.people.permissions import may, rights_of, under
from parvis.posts import agreed
from parvis.posts.departures import (
    AWAY,
    Breaks,
    Changed,
    InThePast,
    NeedsYes,
    NoFreeSlot,
    NothingToSend,
    Outcome,
    OverMandate,
    TooLate,
    mend,
    move,
    newest,
    next_free_slot,
    put_off,
    schedule,
    schedule_next_free,
    schedule_now,
    settle,
    unschedule,
    update,
)
from parvis.posts.keeping import MOST_LETTERS, MOST_PARTS, TooLong, clean, keep_revision, one_line, words_of
from parvis.posts.models import Post, PostPicture, Slot, Variant
from parvis.posts.queries import accounts, whole
from parvis.publishing import commands as engine
from parvis.publishing.states import State
from parvis.voice.models import Pillar

__all__ = [
    "MOST_LETTERS",
    "MOST_PARTS",
    "AlreadyThere",
    "Breaks",
    "Changed",
    "InThePast",
    "Laid",
    "NeedsYes",
    "NoFreeSlot",
    "NothingToSend",
    "Outcome",
    "OverMandate",
    "TooLate",
    "TooLong",
    "adapt",
    "add_slot",
    "choose_channels",
    "classify",
    "duplicate",
    "join_parts",
    "lay",
    "mend",
    "move",
    "move_picture",
    "next_free_slot",
    "order_pictures",
    "place_picture",
    "put_off",
    "remove",
    "remove_slot",
    "restore",
    "schedule",
    "schedule_next_free",
    "schedule_now",
    "start",
    "take_picture_off",
    "unschedule",
    "update",
    "write",
]  # fmt: skip


class AlreadyThere(Exception):
    """The picture stands on that part already."""


@dataclass(frozen=True, slots=True)
class Laid:
    """How a post is laid out: its shared parts, and its pictures in order, each as (picture's id, part)."""

    parts: Sequence[str]
    places: Sequence[tuple[int, int]]

    @classmethod
    def of(cls, post: Post) -> Laid:
        """Return how a post is laid out, for `lay` to bring it back."""
        places = sorted(post.pictures.all(), key=lambda p: (p.part, p.position))
        return cls(list(post.parts), [(place.asset_id, place.part) for place in places])


def start(
    *, company: Company, by: Actor, now: datetime, at: datetime | None = None, title: str = "", parts: Sequence[str] = ("",),
    channels: Sequence[int] | None = None, language: str = "",
) -> Post:  # fmt: skip
    """Begin a post: a draft for every account that they may write to (or those named), with `at` as its hour to confirm."""
    mine = rights_of(by).on("posts.write")
    may(by, "posts.write", company.pk, on=(mine if channels is None else channels) if mine is not None else None)
    with writing():
        post = Post(
            company=company, at=at, by_id=by.user_id, created_at=now, changed_at=now, title=title[:160], parts=clean(parts),
            language=language or company.language, mandate_id=under(by, "posts.write", channels or ()),
        )  # fmt: skip
        post.words = words_of(post)
        post.save()
        alive = Channel.objects.filter(company=company, state=ChannelState.ALIVE)
        named = mine if channels is None else channels
        chosen = alive if named is None else alive.filter(pk__in=named)
        Variant.objects.bulk_create([Variant(post=post, channel=channel) for channel in chosen])
        record("posts:post:started", by=by, now=now, company_id=company.pk, object_id=post.pk, label=post.called)
    return post


def write(
    *, post: Post, by: Actor, now: datetime, revision: int, title: str, parts: Sequence[str], language: str, warning: str,
    ai: bool | None = None, paid: bool | None = None,
) -> Post:  # fmt: skip
    """Keep the shared text, and return the post as it is kept. What waits to leave is not changed by it (see `departures`).

    `ai` and `paid` declare how it was made and that it is paid for; None leaves the declaration as it is.
    Raises NotAllowed, TooLong, and Changed when `revision` is no longer the stored one.
    """
    may(by, "posts.write", post.company_id, on=accounts(post))
    post.title, post.parts, post.language, post.warning = one_line(title)[:160], clean(parts), language[:5], one_line(warning)[:200]
    post.words = words_of(post)
    before = (post.ai, post.paid)
    post.ai, post.paid = post.ai if ai is None else ai, post.paid if paid is None else paid
    with writing():
        keep_revision(
            post, revision, by, now,
            title=post.title, parts=post.parts, language=post.language, warning=post.warning, words=post.words, ai=post.ai, paid=post.paid,
        )  # fmt: skip
        if before != (post.ai, post.paid):
            record(
                "posts:post:declared", by=by, now=now, company_id=post.company_id, object_id=post.pk, label=post.called,
                ai=post.ai, paid=post.paid,
            )  # fmt: skip
    return Post.objects.get(pk=post.pk)


def adapt(*, variant: Variant, parts: Sequence[str] | None, by: Actor, now: datetime, revision: int | None = None) -> Post:
    """Give a channel its own text, or back to the shared one with None. Raises NotAllowed, TooLong, Changed."""
    post = variant.post
    may(by, "posts.write", post.company_id, on=accounts(post))
    own = None if parts is None else clean(parts)
    with writing():
        keep_revision(post, revision, by, now)
        Variant.objects.filter(pk=variant.pk).update(parts=own)
        read = Post.objects.prefetch_related("variants").get(pk=post.pk)
        Post.objects.filter(pk=post.pk).update(words=words_of(read))
    return read


def choose_channels(*, post: Post, channels: Sequence[int], by: Actor, now: datetime) -> Outcome:
    """Say which accounts it is for (ids of this company's). A channel left out is taken back where it still waits.

    A channel where a part has left, or may have, is kept and told in `too_late`.
    """
    may(by, "posts.write", post.company_id, on=(*accounts(post), *channels))
    outcome = Outcome()
    with writing():
        read = whole(post.pk)
        present = {variant.channel_id: variant for variant in read.variants.all()}
        for channel_id in present.keys() - set(channels):
            _leave_out(outcome, present[channel_id], by, now)
        if outcome.done:
            agreed.decided_otherwise(read, by, now)
        wanted = Channel.objects.filter(company_id=post.company_id, pk__in=set(channels) - present.keys())
        Variant.objects.bulk_create([Variant(post=post, channel=c) for c in wanted.exclude(state=ChannelState.CLOSED)])
        keep_revision(post, None, by, now)
        settle(post.pk)
    return outcome


def _leave_out(outcome: Outcome, variant: Variant, by: Actor, now: datetime) -> None:
    deliveries = sorted(newest(variant).items(), reverse=True)
    away = [d for _, d in deliveries if d.state in AWAY]
    if away:
        outcome.too_late.extend(away)
        return
    try:
        for _, delivery in deliveries:
            if delivery.state in {State.SCHEDULED, State.HELD, State.HANDED}:
                may(by, "posts.schedule", variant.channel.company_id, on=(variant.channel_id,))
                engine.cancel(delivery=delivery, by=by, now=now)
                outcome.done.append(delivery)
    except TooLate:
        outcome.too_late.append(delivery)
        return
    variant.delete()


def place_picture(*, post: Post, asset: Asset, by: Actor, now: datetime, part: int = 0) -> PostPicture:
    """Put a picture of this company after the others of a part; a picture already there stays where it is."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    may(by, "media.read", post.company_id)
    if asset.company_id != post.company_id:
        raise ValueError("a picture of another company")
    with writing():
        on_part = PostPicture.objects.filter(post=post, part=part)
        present = on_part.filter(asset=asset).first()
        if present is not None:
            return present
        last = on_part.aggregate(last=Max("position"))["last"]
        placed = PostPicture.objects.create(post=post, asset=asset, part=part, position=0 if last is None else last + 1)
        keep_revision(post, None, by, now)
    return placed


def take_picture_off(*, picture: PostPicture, by: Actor, now: datetime) -> None:
    """Take a picture off a post; it stays in the library."""
    may(by, "posts.write", picture.post.company_id, on=accounts(picture.post))
    with writing():
        PostPicture.objects.filter(pk=picture.pk).delete()
        keep_revision(picture.post, None, by, now)


def order_pictures(*, post: Post, part: int, order: Sequence[int], by: Actor, now: datetime) -> None:
    """Put the pictures of a part (ids of PostPicture) in this order; those not named come last, as they were."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    with writing():
        present = list(PostPicture.objects.filter(post=post, part=part).order_by("position"))
        rank = {pk: n for n, pk in enumerate(order)}
        present.sort(key=lambda p: rank.get(p.pk, len(rank)))
        # Two passes: a place may hold one picture only, at every instant.
        free = 1 + max([len(present), *(p.position for p in present)])
        for start_at in (free, 0):
            for n, picture in enumerate(present):
                PostPicture.objects.filter(pk=picture.pk).update(position=start_at + n)
        keep_revision(post, None, by, now)


def move_picture(*, picture: PostPicture, part: int, by: Actor, now: datetime) -> None:
    """Put a picture of a post after the others of another of its parts. Raises AlreadyThere."""
    may(by, "posts.write", picture.post.company_id, on=accounts(picture.post))
    if not 0 <= part < MOST_PARTS:
        raise ValueError("no such part")
    with writing():
        there = PostPicture.objects.filter(post_id=picture.post_id, part=part)
        if there.filter(asset_id=picture.asset_id).exists():
            raise AlreadyThere
        last = there.aggregate(last=Max("position"))["last"]
        if PostPicture.objects.filter(pk=picture.pk).update(part=part, position=0 if last is None else last + 1):
            keep_revision(picture.post, None, by, now)


def join_parts(*, post: Post, part: int, revision: int, by: Actor, now: datetime) -> Post:
    """Join a part of the shared text with the one above it. Its pictures go along; those of the parts below keep to their text.

    Raises NotAllowed, TooLong, Changed.
    """
    may(by, "posts.write", post.company_id, on=accounts(post))
    was = Laid.of(post)
    if not 0 < part < len(was.parts):
        raise ValueError("no part above this one")
    joined = "\n\n".join(text for text in (was.parts[part - 1].rstrip(), was.parts[part].strip()) if text)
    parts = [*was.parts[: part - 1], joined, *was.parts[part + 1 :]]
    places = [(asset_id, at if at < part else at - 1) for asset_id, at in was.places]
    return lay(post=post, laid=Laid(parts, places), revision=revision, by=by, now=now)


def lay(*, post: Post, laid: Laid, revision: int, by: Actor, now: datetime) -> Post:
    """Lay a post out: its shared parts and where its pictures stand, at once. Raises NotAllowed, TooLong, Changed."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    post.parts = clean(laid.parts)
    post.words = words_of(post)
    with writing():
        keep_revision(post, revision, by, now, parts=post.parts, words=post.words)
        known = set(Asset.objects.filter(company_id=post.company_id, pk__in=[a for a, _ in laid.places]).values_list("pk", flat=True))
        PostPicture.objects.filter(post=post).delete()
        on: Counter[int] = Counter()
        rows = []
        for asset_id, part in dict.fromkeys((a, part) for a, part in laid.places if a in known):
            rows.append(PostPicture(post=post, asset_id=asset_id, part=part, position=on[part]))
            on[part] += 1
        PostPicture.objects.bulk_create(rows)
    return Post.objects.get(pk=post.pk)


def classify(*, post: Post, pillar: Pillar | None, by: Actor, now: datetime) -> None:
    """Put a post under a pillar of its company, or under none. What would leave is not changed by it."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    if pillar is not None and pillar.company_id != post.company_id:
        raise ValueError("a pillar of another company")
    with writing():
        pk = pillar.pk if pillar else None
        if _put_under(post, pk):
            called = pillar.name if pillar else ""
            record("posts:post:classed", by=by, now=now, company_id=post.company_id, object_id=post.pk, label=post.called, pillar=called)


def _put_under(post: Post, pk: int | None) -> int:
    rows = Post.objects.filter(pk=post.pk, removed_at=None)
    other = rows.filter(pillar__isnull=False) if pk is None else rows.filter(Q(pillar=None) | ~Q(pillar=pk))
    return other.update(pillar=pk)


def duplicate(*, post: Post, by: Actor, now: datetime) -> Post:
    """Make a draft with the same text, pictures and accounts, as they are shaped there, and no hour."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    with writing():
        read = whole(post.pk)
        copy = Post.objects.create(
            company_id=read.company_id, title=read.title, parts=read.parts, language=read.language, warning=read.warning, words=read.words,
            pillar_id=read.pillar_id, mandate_id=under(by, "posts.write", accounts(post)),
            ai=read.ai, paid=read.paid, by_id=by.user_id, created_at=now, changed_at=now,
        )  # fmt: skip
        alive = [v for v in read.variants.all() if v.channel.state != ChannelState.CLOSED]
        Variant.objects.bulk_create(
            Variant(post=copy, channel=v.channel, parts=v.parts, form=v.form, title=v.title, comment=v.comment, details=v.details)
            for v in alive
        )
        places = [PostPicture(post=copy, asset_id=p.asset_id, part=p.part, position=p.position) for p in read.pictures.all()]
        PostPicture.objects.bulk_create(places)
        record("posts:post:duplicated", by=by, now=now, company_id=read.company_id, object_id=copy.pk, label=read.called, source=read.pk)
    return copy


def remove(*, post: Post, by: Actor, now: datetime) -> Outcome:
    """Put a post away; what still waits is taken back first. `restore` brings it back as a draft.

    Raises TooLate, and puts nothing away, when a part has left or may have: what was published is history.
    """
    may(by, "posts.write", post.company_id, on=accounts(post))
    outcome = Outcome()
    with writing():
        read = whole(post.pk)
        for delivery in (d for v in read.variants.all() for d in newest(v).values()):
            if delivery.state in AWAY:
                raise TooLate(delivery.state)
        if read.scheduled:
            outcome = unschedule(post=read, by=by, now=now)
            if outcome.too_late:
                raise TooLate(outcome.too_late[0].state)
        Post.objects.filter(pk=post.pk, removed_at=None).update(removed_at=now, scheduled=False)
        agreed.crossed(read, by, now, PUT_AWAY)
        record("posts:post:removed", by=by, now=now, company_id=post.company_id, object_id=post.pk, label=read.called)
    return outcome


def restore(*, post: Post, by: Actor, now: datetime) -> None:
    """Bring back a post that was put away: a draft again, at the hour it had."""
    may(by, "posts.write", post.company_id, on=accounts(post))
    with writing():
        if Post.objects.filter(pk=post.pk, removed_at__isnull=False).update(removed_at=None):
            record("posts:post:restored", by=by, now=now, company_id=post.company_id, object_id=post.pk, label=post.called)


def add_slot(*, company: Company, weekday: int, at: time, by: Actor, now: datetime) -> Slot:
    """Add a weekly time (Monday 0), in the company's time zone; one that is already there stays one."""
    may(by, "slots.write", company.pk)
    with writing():
        slot, made = Slot.objects.get_or_create(company=company, weekday=weekday, time=at.replace(second=0, microsecond=0))
        if made:
            record("posts:slot:added", by=by, now=now, company_id=company.pk, object_id=slot.pk, label=f"{weekday} {slot.time:%H:%M}")
    return slot


def remove_slot(*, slot: Slot, by: Actor, now: datetime) -> None:
    """Take a weekly time away; posts that hold its hours keep them."""
    may(by, "slots.write", slot.company_id)
    with writing():
        if Slot.objects.filter(pk=slot.pk).delete()[0]:
            label = f"{slot.weekday} {slot.time:%H:%M}"
            record("posts:slot:removed", by=by, now=now, company_id=slot.company_id, object_id=slot.pk, label=label)
