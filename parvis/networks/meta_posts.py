"""What an account of one family of networks published by other means than Parvis: one call lists it, and it is watched for comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parvis.core.http import address, identifier
from parvis.networks.listening import MOST_ELSEWHERE, POSTS, YOUNG, Gathered, Ours, elsewhere, moment, noted
from parvis.networks.meta import Graph, failure
from parvis.networks.meta_heard import Dialect, Found


@dataclass(frozen=True, slots=True)
class Shelf:
    """The newest publications of an account."""

    graph: Graph
    dialect: Dialect

    def gather(self, cursor: Mapping[str, Any], ours: Sequence[Ours], now: datetime) -> Gathered:
        """Tell of those that are young, that nobody sent from here, and under which somebody wrote."""
        url = self.graph.places.at(f"/{self.graph.account.remote_id}/{self.dialect.shelf}", self.graph.account.base)
        answer = self.graph.answer("GET", url, params={"fields": self.dialect.shelf_fields, "limit": MOST_ELSEWHERE})
        listed = answer.mapping().get("data")
        if not answer.ok or not isinstance(listed, list):
            raise failure(answer, commit=False)
        before = {one.remote_id for one in elsewhere(cursor.get(POSTS))}
        known = {one.remote_id for one in ours} - before
        told = [each for each in listed if isinstance(each, dict) and not known & {identifier(each.get("id")), *_shown(each)}]
        # What is watched already stays so: its last comment may be taken off.
        found = [one for each in told if (one := _ours(each)) and (_talked_of(each) or one.remote_id in before)]
        return Gathered((), {POSTS: noted(one for one in found if one.sent_at > now - YOUNG)})


def _ours(one: Found) -> Ours | None:
    name, at = identifier(one.get("id")), moment(one.get("created_time") or one.get("timestamp"))
    url = address(one.get("permalink_url")) or address(one.get("permalink"))
    return Ours(name, url, {}, at) if name and at is not None else None


def _talked_of(one: Found) -> bool:
    """Tell whether anybody wrote under it; where the network does not say, perhaps."""
    comments = one.get("comments")
    summary = comments.get("summary") if isinstance(comments, dict) else None
    count = summary.get("total_count") if isinstance(summary, dict) else one.get("comments_count")
    return count != 0


def _shown(one: Found) -> Iterator[str]:
    """Yield the ids of what a post shows: a video that was sent from here is known by its own."""
    attachments = one.get("attachments")
    for each in attachments.get("data") or () if isinstance(attachments, dict) else ():
        target = each.get("target") if isinstance(each, dict) else None
        if isinstance(target, dict):
            yield identifier(target.get("id"))
