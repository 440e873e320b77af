"""A parcel as YouTube describes it: what the interface is given, and how a video is known again."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from parvis.core.http import parts_of
from parvis.networks.facts import Parcel, Video

PARTS = ("snippet", "status")
PAID = "paidProductPlacementDetails"
USUAL_CATEGORY = "22"


def described(parcel: Parcel) -> dict[str, Any]:
    """Return the resource that describes a video: its words, who may see it, and what was declared."""
    given = parcel.details
    status = {
        "privacyStatus": wanted(parcel),
        "selfDeclaredMadeForKids": ticked(given.get("kids")),
        "containsSyntheticMedia": parcel.ai,
        "license": given.get("license") or "youtube",
        "embeddable": given.get("embed") != "no",
    }
    about: dict[str, Any] = {"snippet": words_of(parcel), "status": status}
    return {**about, PAID: {"hasPaidProductPlacement": True}} if parcel.paid else about


def wanted(parcel: Parcel) -> str:
    """Return who is to see it."""
    return parcel.details.get("privacy") or "public"


def words_of(parcel: Parcel) -> dict[str, Any]:
    """Return the part that holds the words."""
    snippet: dict[str, Any] = {
        "title": parcel.title.strip(),
        "description": parcel.text,
        "categoryId": parcel.details.get("category") or USUAL_CATEGORY,
    }
    if tags := [tag.strip() for tag in parcel.details.get("tags", "").split(",") if tag.strip()]:
        snippet["tags"] = tags
    if parcel.language:
        snippet |= {"defaultLanguage": parcel.language, "defaultAudioLanguage": parcel.language}
    return snippet


def asked(parcel: Parcel) -> dict[str, str]:
    """Return the parameters that go with the description."""
    parts = (*PARTS, PAID) if parcel.paid else PARTS
    return {"part": ",".join(parts), "notifySubscribers": "false" if parcel.details.get("notify") == "no" else "true"}


def extras(parcel: Parcel, video: Video) -> dict[str, Any]:
    """Return what is to be added once the video is there: its still, its subtitles, its playlist."""
    cover = {"digest": video.cover.digest, "mime": video.cover.mime} if video.cover else None
    captions = [{"digest": one.digest, "language": one.language} for one in video.captions]
    return {"cover": cover, "captions": captions, "playlist": playlist_of(parcel.details.get("playlist", ""))}


def perhaps_lacking(parcel: Parcel) -> dict[str, Any]:
    """Return what a receipt says of what was to go with a video whose making nobody saw: it may not have been given."""
    wanted = {name: value for name, value in extras(parcel, parcel.video).items() if value} if parcel.video else {}
    more = {"left_out": [*wanted]} if wanted else {}
    return {**more, "playlist": wanted["playlist"]} if "playlist" in wanted else more


def playlist_of(text: str) -> str:
    """Return the id of a playlist, given as such or as its address."""
    listed = parse_qs(parts_of(text.strip()).query).get("list", [])
    return listed[0] if listed else text.strip()


def ticked(value: str | None) -> bool:
    """Tell whether a box was ticked."""
    return (value or "").strip().lower() not in {"", "0", "no", "off", "false"}


def is_it(snippet: Mapping[str, Any], parcel: Parcel) -> bool:
    """Tell whether a video has the words of a parcel: YouTube trims what stands around them."""
    told = (_plain(snippet.get("title")), _plain(snippet.get("description")))
    return told == (_plain(parcel.title), _plain(parcel.text))


def _plain(text: Any) -> str:
    return unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n").strip()
