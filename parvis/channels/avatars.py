"""The picture of an account: fetched from its server, never trusted, made small and made anew."""

from __future__ import annotations

import io

from parvis.core.http import Client, NotSent, Refused, Unknown
from parvis.core.late import Image

SIDE = 160
MOST_BYTES = 5_000_000
MOST_PIXELS = 25_000_000


def fetch(http: Client, url: str) -> bytes:
    """Return the picture at `url` as a small PNG, or nothing where there is none that can be shown."""
    if not url.startswith(("https://", "http://")):
        return b""
    try:
        answer = http.call("GET", url, most=MOST_BYTES, seconds=10)
    except (NotSent, Refused, Unknown):
        return b""
    return small(answer.body) if answer.ok else b""


def small(body: bytes) -> bytes:
    """Return a picture drawn anew at the size of an avatar, or nothing where `body` is no picture or is a bomb."""
    try:
        with Image.open(io.BytesIO(body), formats=["JPEG", "PNG", "GIF", "WEBP"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return b""
            picture.draft("RGB", (SIDE, SIDE))
            drawn = picture.convert("RGBA")
        drawn.thumbnail((SIDE, SIDE))
        kept = io.BytesIO()
        drawn.save(kept, "PNG", optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return b""
    return kept.getvalue()
