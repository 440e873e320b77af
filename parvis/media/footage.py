"""Reading a video that a person sends: is it one, and what of it may be kept? The reading itself is a child's."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from parvis.core.say import Say, gettext_noop
from parvis.media import files
from parvis.media.children import FILM, Failed, ask, format_of
from parvis.media.intake import NotTaken, container, head_of, weigh

# A copy of the streams is as fast as the disk.
TAKE_SECONDS = 900
STILL_SIDE = 1600
WORDS = {
    "no_video": gettext_noop("This file has a sound and no picture. Send a video; a sound alone is taken by no network."),
    "short": gettext_noop("This video has no moving picture: it lasts less than a tenth of a second. Export it again, then send it again."),
    "cut_short": gettext_noop(
        "This video is cut short: its end is missing. Take it from where it was first, wait until it is copied whole, then send it again."
    ),
    "memory": gettext_noop("This video asks for more memory than is given to one. Export it in 1080p, as H.264, then send that one."),
    "slow": gettext_noop("Reading this video took too long, so it was stopped. Export it as MP4 (H.264), then send that one."),
    "unknown": gettext_noop(
        "This video is in a form that cannot be read here, or is locked. Export it as MP4 (H.264), then send that one."
    ),
    "broken": gettext_noop(
        "This file is no video that can be read, whatever its name says: it is broken, or cut short. "
        "Export it again as MP4 (H.264), then send that one."
    ),
}
LARGE = gettext_noop(
    "This video is %(width)s × %(height)s pixels; the most that is taken is %(most)s million pixels. "
    "Export it in 1080p, then send that one."
)


@dataclass(frozen=True, slots=True)
class Footage:
    """A video that was kept, without a word of where and with what it was filmed. `still` is a JPEG; `made_of` its codecs and figures."""

    digest: str
    mime: str
    width: int
    height: int
    size: int
    seconds: float
    made_of: dict[str, Any]
    still: bytes


def take(file: BinaryIO) -> Footage:
    """Keep the video in `file`: picture and first sound, nothing else. Slow for a heavy one. Raises NotTaken, files.NoRoom."""
    weigh(file, "video")
    with on_disk(file) as source, files.drafted() as kept, files.drafted() as poster:
        job = {"do": "take", "source": str(source), "format": container(head_of(file)), "target": str(kept), "poster": str(poster)}
        try:
            facts = ask(FILM, {**job, "side": STILL_SIDE}, seconds=TAKE_SECONDS)
        except Failed as error:
            if error.word == "full":
                raise files.NoRoom from error
            raise NotTaken(said(error)) from error
        still, size = poster.read_bytes(), kept.stat().st_size
        known = {name: facts.pop(name) for name in ("mime", "width", "height", "seconds")}
        return Footage(digest=files.adopt(kept), size=size, made_of=facts, still=still, **known)


def still(digest: str, mime: str, at: float) -> bytes:
    """Return the frame of a kept video that is shown at that second, as a JPEG. Raises NotTaken, files.Missing, files.NoRoom."""
    if not files.exists(digest):
        raise files.Missing(digest)
    with files.drafted() as target:
        job = {"do": "still", "source": str(files.path(digest)), "format": format_of(mime), "target": str(target)}
        try:
            ask(FILM, {**job, "at": max(0.0, at), "side": STILL_SIDE}, seconds=120)
        except Failed as error:
            if error.word == "full":
                raise files.NoRoom from error
            raise NotTaken(said(error)) from error
        return target.read_bytes()


def said(error: Failed) -> Say:
    """Say why a child could not read a video."""
    if error.word == "large":
        facts = {"width": int(error.facts["width"]), "height": int(error.facts["height"]), "most": settings.VIDEO_PIXELS // 1_000_000}
        return Say(LARGE, facts)
    return Say(WORDS.get(error.word, WORDS["broken"]))


@contextmanager
def on_disk(file: BinaryIO) -> Iterator[Path]:
    """Lend the path at which a file stands; one that is only in memory is written down meanwhile."""
    name = getattr(file, "name", None)
    if isinstance(name, str) and Path(name).is_file():
        yield Path(name)
        return
    with files.drafted() as draft:
        file.seek(0, io.SEEK_SET)
        with draft.open("wb") as copy:
            shutil.copyfileobj(file, copy, files.CHUNK)
        yield draft
