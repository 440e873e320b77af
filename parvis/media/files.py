"""The files themselves, named by their content: one content, one file, whoever brought it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from parvis.core.say import Say, gettext_noop

DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20
# A file is written before the row that names it: one this young may only be waiting for its row.
YOUNG = timedelta(hours=24)
# No room left: on the disk, in a person's share of it, or under a limit on the size of one file.
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoom(Exception):
    """The disk is full: nothing was kept, no half file is left."""

    why = Say(
        gettext_noop(
            "The disk of this Parvis is full, so the file could not be kept. Nothing else was lost: make some room, then send it again."
        )
    )


class Missing(Exception):
    """No file has this digest (its disk was changed, or restored from an older copy)."""


def path(digest: str) -> Path:
    """Return where a content lives, whether or not it is there. Raises Missing for what is no digest at all."""
    if not DIGEST.fullmatch(digest):
        raise Missing(digest)
    return Path(settings.MEDIA_DIR) / digest[:2] / digest[2:4] / digest


def exists(digest: str) -> bool:
    """Tell whether the content is on the disk."""
    return path(digest).is_file()


def read(digest: str) -> bytes:
    """Return the bytes of a content. Raises Missing."""
    try:
        return path(digest).read_bytes()
    except FileNotFoundError as error:
        raise Missing(digest) from error


def opened(digest: str) -> BinaryIO:
    """Open a content for reading. Raises Missing."""
    try:
        return path(digest).open("rb")
    except FileNotFoundError as error:
        raise Missing(digest) from error


def keep(content: bytes | BinaryIO) -> str:
    """Put a content on the disk, wholly or not at all, and return its SHA-256 in hex. Raises NoRoom."""
    with drafted() as draft:
        with os.fdopen(os.open(draft, os.O_WRONLY), "wb") as file:
            digest = _copy(content, file)
            file.flush()
            os.fsync(file.fileno())
        _settle(draft, path(digest))
    return digest


@contextmanager
def drafted(name: str = "") -> Iterator[Path]:
    """Lend an empty file beside the kept ones, to be written by whoever needs it; what is not adopted goes. Raises NoRoom.

    `name` is one that is only used once at a time: what a dead process has left under it goes first.
    """
    root = Path(settings.MEDIA_DIR)
    draft: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        for left in root.glob(f"draft-{name}-*") if name else ():
            left.unlink(missing_ok=True)
        handle, place = tempfile.mkstemp(prefix=f"draft-{name}-" if name else "draft-", dir=root)
        os.close(handle)
        draft = Path(place)
        yield draft
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom from error
        raise
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def adopt(draft: Path) -> str:
    """Keep a draft that was written to its end, without copying it, and return its SHA-256 in hex. Raises NoRoom."""
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    try:
        _settle(draft, path(digest))
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom from error
        raise
    return digest


def _copy(content: bytes | BinaryIO, file: BinaryIO) -> str:
    found = hashlib.sha256()
    for chunk in [content] if isinstance(content, bytes) else iter(lambda: content.read(CHUNK), b""):
        found.update(chunk)
        file.write(chunk)
    return found.hexdigest()


def _settle(draft: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # else a power cut may keep the row and lose the name
    finally:
        os.close(folder)


def drop(digest: str) -> bool:
    """Take a content off the disk; tell whether it was there."""
    there = exists(digest)
    path(digest).unlink(missing_ok=True)
    return there


def everything() -> Iterator[Path]:
    """Walk over every kept file."""
    return (file for file in Path(settings.MEDIA_DIR).glob("??/??/*") if DIGEST.fullmatch(file.name))


def sweep(is_used: Callable[[str], bool], *, now: datetime) -> int:
    """Delete files that nothing names any more, and drafts that a power cut left; return how many went."""
    before = (now - YOUNG).timestamp()
    # What a browser was sending when the power went lies where uploads come in.
    drafts = [*Path(settings.MEDIA_DIR).glob("draft-*"), *Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")]
    gone = [file for file in drafts if file.stat().st_mtime < before]
    gone += [file for file in everything() if file.stat().st_mtime < before and not is_used(file.name)]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
