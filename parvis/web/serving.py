"""Giving a kept file away: whole or one part of it, a piece at a time, never read whole into memory."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase

PIECE = 1 << 16
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` up to `end`, not included."""

    start: int
    end: int


class Beyond(Exception):
    """What was asked for starts after the end of the file."""


def serve(request: HttpRequest, place: Path, mime: str, tag: str, headers: Mapping[str, str]) -> HttpResponseBase:
    """Answer GET and HEAD with a file whose content `tag` names for ever. Raises FileNotFoundError.

    A single range is honoured (RFC 9110, section 14); several at once, and units other than bytes, are answered with the whole.
    """
    size = place.stat().st_size
    told = {**headers, "ETag": f'"{tag}"', "Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff"}
    if told["ETag"] in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified(headers=told)
    try:
        part = _asked(request, told["ETag"], size)
    except Beyond:
        return HttpResponse(status=416, headers={**told, "Content-Range": f"bytes */{size}"}, content_type="text/plain")
    told["Content-Length"] = str(part.end - part.start if part else size)
    if part:
        told["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    pieces = iter(()) if request.method == "HEAD" else _pieces(place, part or Part(0, size))
    return StreamingHttpResponse(pieces, status=206 if part else 200, content_type=mime, headers=told)


def _pieces(place: Path, part: Part) -> Iterator[bytes]:
    with place.open("rb") as file:
        file.seek(part.start)
        left = part.end - part.start
        while left and (piece := file.read(min(PIECE, left))):
            left -= len(piece)
            yield piece


def _asked(request: HttpRequest, tag: str, size: int) -> Part | None:
    """Return the part that is asked for, or None for the whole. Raises Beyond."""
    if request.headers.get("If-Range", tag) != tag or request.method not in {"GET", "HEAD"}:
        return None
    found = RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        if not int(last) or not size:
            raise Beyond
        return Part(max(0, size - int(last)), size)
    start, end = int(first), min(int(last) + 1 if last else size, size)
    if last and int(last) < start:
        return None
    if start >= size:
        raise Beyond
    return Part(start, end)
