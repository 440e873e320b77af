"""What became of a video after it was taken: worked on, read or not, taken off, kept private, without what was to go with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from parvis.core import clock
from parvis.core.http import NotSent, identifier
from parvis.core.say import Say, gettext_noop
from parvis.networks.contract import Hidden, Receipt
from parvis.networks.youtube.words import FAILED, LEFT_OUT, LOCKED, REJECTED, TAKEN_OFF, WORDS

# Reads the items of a list: the path, and what is asked.
Items = Callable[[str, Mapping[str, str]], list[Mapping[str, Any]]]
WORKING = Say(gettext_noop("YouTube is still working on this video."))
AGAIN = timedelta(minutes=1)
LOOK_THERE = Say(gettext_noop("Open YouTube Studio to see why. Correct the video, then publish it again."))


def became(items: Items, name: str, receipt: Receipt) -> Hidden | None:
    """Return what is wrong with a video, None where all is well. Raises NotSent while YouTube is still working on it."""
    found = items("/youtube/v3/videos", {"part": "status,contentDetails", "id": name})
    if not found:
        return Hidden(WORDS["videoNotFound"].why, WORDS["videoNotFound"].cure)
    status = found[0].get("status") or {}
    match status.get("uploadStatus"):
        case "uploaded":
            raise NotSent(WORKING, clock.now() + AGAIN)
        case "failed":
            return Hidden(Say(FAILED.text, {"reason": identifier(status.get("failureReason"))}), LOOK_THERE)
        case "rejected":
            reason = identifier(status.get("rejectionReason"))
            return Hidden(REJECTED.get(reason) or Say(TAKEN_OFF.text, {"reason": reason}), LOOK_THERE)
    if receipt.refs.get("locked") and status.get("privacyStatus") == "private":
        return Hidden(LOCKED.why, LOCKED.cure)
    return _lacking(items, name, receipt, found[0].get("contentDetails") or {})


def _lacking(items: Items, name: str, receipt: Receipt, told: Mapping[str, Any]) -> Hidden | None:
    """Say what was left out and is still not there: it may have been given since, here or by hand."""
    left_out, playlist = receipt.refs.get("left_out") or (), str(receipt.refs.get("playlist") or "")
    there = {
        "cover": lambda: told.get("hasCustomThumbnail") is True,
        "captions": lambda: told.get("caption") == "true",
        "playlist": lambda: bool(items("/youtube/v3/playlistItems", {"part": "id", "playlistId": playlist, "videoId": name})),
    }
    lacks = next((one for one in left_out if one in LEFT_OUT and not _is(there[one])), None)
    return Hidden(LEFT_OUT[lacks].why, LEFT_OUT[lacks].cure) if lacks else None


def _is(there: Callable[[], bool]) -> bool:
    try:
        return there()
    except LookupError:
        return False
