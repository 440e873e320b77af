"""From a post as Bluesky shows it to what was heard: its words, who wrote it, and in which conversation it stands."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from parvis.core.http import address, identifier, line
from parvis.core.say import Say, gettext_noop
from parvis.networks.listening import Attached, Heard, Kind, Somebody, moment

View = Mapping[str, Any]
LINK = "app.bsky.richtext.facet#link"
CLOSED = Say(gettext_noop("Whoever began this conversation lets nobody, or not this account, answer in it."))
CUT = ("…", "...")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post stands: of which kind it is, in which conversation, under which publication of ours."""

    kind: Kind
    thread: str
    under: str = ""


def under(found: Any, *names: str) -> Mapping[str, Any]:
    """Return what stands under these names, or nothing."""
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def uri_of(view: Any) -> str:
    """Return the address of a post, or nothing."""
    uri = identifier(view.get("uri"), 500) if isinstance(view, dict) else ""
    return uri if uri.startswith("at://") else ""


def owner_of(uri: str) -> str:
    """Return the identity to which an address belongs."""
    return uri.removeprefix("at://").partition("/")[0]


def parent_of(view: View) -> str:
    """Return the address of what a post answers, or nothing."""
    return uri_of(under(view, "record", "reply", "parent"))


def root_of(view: View) -> str:
    """Return the address of the post at which its thread begins: its own, where it begins one."""
    return uri_of(under(view, "record", "reply", "root")) or uri_of(view)


def heard(view: View, where: Place, me: str, web: str) -> Heard | None:
    """Return a post as what was heard, or None where it makes no sense."""
    record, uri, cid = under(view, "record"), uri_of(view), identifier(view.get("cid"))
    at = moment(record.get("createdAt")) or moment(view.get("indexedAt"))
    # Whoever wrote it chose its date; it cannot be later than when the network saw it.
    seen = moment(view.get("indexedAt"))
    at = min(at, seen) if at and seen else at
    if at is None or not uri or not cid:
        return None
    who, languages = author(view.get("author"), web), record.get("langs")
    here = {"uri": uri, "cid": cid}
    root = under(record, "reply", "root")
    closed = {"closed": True} if under(view, "viewer").get("replyDisabled") is True else {}
    return Heard(
        remote_id=uri,
        kind=where.kind,
        thread=where.thread,
        words=words_of(record),
        at=at,
        author=who,
        mine=who.remote_id == me,
        parent=parent_of(view),
        under=where.under,
        url=f"{web}/profile/{who.handle.lstrip('@') or who.remote_id}/post/{uri.rpartition('/')[2]}",
        language=line(languages[0], 10) if isinstance(languages, list) and languages else "",
        attached=_attached(view.get("embed")),
        refs={**here, "root": {"uri": root["uri"], "cid": root["cid"]} if {"uri", "cid"} <= root.keys() else here, **closed},
    )


def author(found: Any, web: str) -> Somebody:
    """Return who somebody is, as Bluesky shows them."""
    who = found if isinstance(found, dict) else {}
    did, handle = identifier(who.get("did")), line(who.get("handle"))
    return Somebody(did, f"@{handle}", line(who.get("displayName")) or handle, f"{web}/profile/{did}", address(who.get("avatar")))


def words_of(record: Mapping[str, Any]) -> str:
    """Return what a post or a message says, with addresses that were cut short on screen written whole."""
    text = str(record.get("text") or "")
    raw = text.encode("utf-8", "replace")
    facets = record.get("facets")
    for facet in sorted(facets if isinstance(facets, list) else (), key=_start, reverse=True):
        with suppress(KeyError, TypeError, AttributeError, ValueError):
            start, end = int(facet["index"]["byteStart"]), int(facet["index"]["byteEnd"])
            uri = next((address(one["uri"], 2000) for one in facet["features"] if one.get("$type") == LINK), "")
            if uri and raw[start:end].decode().endswith(CUT):
                raw = raw[:start] + uri.encode() + raw[end:]
    return raw.decode("utf-8", "replace")


def _start(facet: Any) -> int:
    start = under(facet, "index").get("byteStart")
    return start if isinstance(start, int) else 0


def _attached(embed: Any) -> tuple[Attached, ...]:
    inner = embed.get("media", embed) if isinstance(embed, dict) else {}
    images, card = inner.get("images") if isinstance(inner, dict) else None, under(inner, "external")
    found = [
        Attached("picture", address(one.get("fullsize"), 2000) or address(one.get("thumb"), 2000), line(one.get("alt")))
        for one in (images if isinstance(images, list) else ())
        if isinstance(one, dict)
    ]
    if card:
        found.append(Attached("link", address(card.get("uri"), 2000), line(card.get("title"))))
    if isinstance(inner, dict) and inner.get("playlist"):
        found.append(Attached("video", address(inner["playlist"], 2000), line(inner.get("alt"))))
    return tuple(one for one in found if one.url)
