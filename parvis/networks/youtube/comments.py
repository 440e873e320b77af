"""The first comment under a video, and answers to comments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from parvis.core.http import Answer, address, identifier
from parvis.networks.contract import Receipt
from parvis.networks.google import moment
from parvis.networks.parcel import Parcel

THREADS = "/youtube/v3/commentThreads"
COMMENTS = "/youtube/v3/comments"
CLOCKS_DIFFER = timedelta(minutes=10)
PAGE = 100


def body(channel: str, video: str, text: str) -> dict[str, Any]:
    """Return what puts a comment under a video."""
    return {"snippet": {"channelId": channel, "videoId": video, "topLevelComment": {"snippet": {"textOriginal": text}}}}


def parent_of(parcel: Parcel) -> str:
    """Return the comment that an answer stands under: the first one of its thread, for YouTube has one level of answers."""
    to = parcel.to or {}
    return str(to.get("parent") or to.get("thread") or to.get("remote_id") or "")


def answer(parcel: Parcel) -> dict[str, Any]:
    """Return what answers a comment."""
    return {"snippet": {"parentId": parent_of(parcel), "textOriginal": parcel.text}}


def receipt(thread: Mapping[str, Any], web: str) -> Receipt:
    """Return the receipt of a comment, or of the thread that it began."""
    name, video = identifier(thread.get("id")), identifier((thread.get("snippet") or {}).get("videoId"))
    return Receipt(name, address(f"{web}/watch?v={video}&lc={name}"), {"id": name, "kind": "comment"})


def found(answer: Answer, channel: str, text: str, since: datetime, taken: frozenset[str]) -> Mapping[str, Any] | None:
    """Return the thread or the answer of a page that the channel itself wrote with these words since then."""
    for thread in answer.mapping().get("items") or ():
        snippet = thread.get("snippet") or {}
        top = (snippet.get("topLevelComment") or {}).get("snippet") or snippet
        mine = (top.get("authorChannelId") or {}).get("value") == channel and str(top.get("textOriginal", "")).strip() == text.strip()
        at = moment(top.get("publishedAt"))
        if mine and (at is None or at >= since - CLOCKS_DIFFER) and identifier(thread.get("id")) not in taken:
            return dict(thread)
    return None
