"""The first comment under a video."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, address, identifier
from parvis.networks.contract import Receipt
from parvis.networks.google import moment

THREADS = "/youtube/v3/commentThreads"
COMMENTS = "/youtube/v3/comments"
CLOCKS_DIFFER = timedelta(minutes=10)
PAGE = 100


def body(channel: str, video: str, text: str) -> dict[str, Any]:
    """Return what puts a comment under a video."""
    return {"snippet": {"channelId": channel, "videoId": video, "topLevelComment": {"snippet": {"textOriginal": text}}}}


def receipt(thread: Mapping[str, Any], web: str) -> Receipt:
    """Return the receipt of a thread that a comment began."""
    name, video = identifier(thread.get("id")), identifier((thread.get("snippet") or {}).get("videoId"))
    return Receipt(name, address(f"{web}/watch?v={video}&lc={name}"), {"id": name, "kind": "comment"})


def found(answer: Answer, channel: str, text: str, since: datetime, taken: frozenset[str]) -> Mapping[str, Any] | None:
    """Return the thread of a page that the channel itself began with these words since then."""
    for thread in answer.mapping().get("items") or ():
        top = ((thread.get("snippet") or {}).get("topLevelComment") or {}).get("snippet") or {}
        mine = (top.get("authorChannelId") or {}).get("value") == channel and str(top.get("textOriginal", "")).strip() == text.strip()
        at = moment(top.get("publishedAt"))
        if mine and (at is None or at >= since - CLOCKS_DIFFER) and identifier(thread.get("id")) not in taken:
            return dict(thread)
    return None
