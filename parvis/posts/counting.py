"""Counting a post against the mandates under which it leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from parvis.delegation import uses
from parvis.people.actors import Actor
from parvis.people.permissions import rights_of, under
from parvis.posts.models import Departure, Post
from parvis.publishing.states import State


def count_in(post: Post, channels: Iterable[int], at: datetime, by: Actor, now: datetime, *, inside: bool = False) -> None:
    """Count a post that is given an hour against the mandates it leaves under. Raises OverMandate.

    Whoever works under a mandate keeps to it. Where the company itself schedules what was begun under one, it counts and is never refused.
    `inside`: nobody of the company has agreed, only colleagues under the mandate, who keep to it as well.
    """
    mine = {found for channel in channels if (found := under(by, "posts.schedule", (channel,))) is not None}
    begun = begun_under(post, by)
    if mine or begun is not None:
        read = {lent.mandate_id: lent.revision for lent in rights_of(by).lent}
        strictly = bool(mine) or inside
        uses.take(object_id=post.pk, mandates=mine or {begun or 0}, strictly=strictly, at=at, now=now, standing=standing, read=read)


def keeps_within(channels: Iterable[int], at: datetime, by: Actor, now: datetime, *, part_of: Post | None = None) -> None:
    """Raise OverMandate where whoever acts under mandates gives an hour past their last day, on these accounts; nothing is counted.

    `part_of` is a post that leaves elsewhere at its own hour: what of it counts in one month does not leave in another.
    """
    mine = {found for channel in channels if (found := under(by, "posts.schedule", (channel,))) is not None}
    uses.keeps_within(mandates=mine, at=at, now=now, object_id=part_of.pk if part_of else None)


def begun_under(post: Post, by: Actor) -> int | None:
    """Return the mandate under which a post was proposed (the house acts for whoever did), or begun."""
    return by.mandate_id if by.role == "house" and by.mandate_id is not None else post.mandate_id


def standing(posts: Collection[int]) -> set[int]:
    """Return which of these posts have a delivery that was not taken back."""
    rows = Departure.objects.filter(variant__post__in=posts).exclude(delivery__state=State.CANCELLED)
    return set(rows.values_list("variant__post_id", flat=True))
