"""The videos of a post, made ready for each of its accounts."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from parvis.channels.queries import spec_of
from parvis.media import films
from parvis.media.fitting import CannotFit
from parvis.media.models import Asset, Making
from parvis.people.actors import Actor
from parvis.posts.models import Post
from parvis.posts.shapes import Held, is_short, shaped

STOPPED = frozenset({"failed", "cancelled"})


def videos(post: Post) -> list[Asset]:
    """Return the videos that a post shows, each once."""
    return list({asset.pk: asset for asset in Held([place.asset for place in post.pictures.all()]).videos}.values())


def wanted(*, post: Post, by: Actor, now: datetime) -> list[Making]:
    """Have the videos of a post (from `queries.sheets`) made as each of its accounts takes them; return the jobs that are not over.

    What cannot be made to fit is said where it is checked. Raises NotAllowed.
    """
    found: dict[int, Making] = {}
    for asset in videos(post):
        for variant in post.variants.all():
            rule = shaped(variant).videos
            if rule is None:
                continue
            with suppress(CannotFit):
                making = films.wanted(asset=asset, rule=rule, short=is_short(spec_of(variant.channel), variant.form), by=by, now=now)
                if making is not None and making.state not in STOPPED:
                    found[making.pk] = making
    return list(found.values())


def stopped(post: Post) -> list[Making]:
    """Return the jobs on a post's videos that failed or were stopped. With the makings fetched beforehand it makes no query."""
    return [making for asset in videos(post) for making in asset.makings.all() if making.state in STOPPED]
