"""Public addresses of files, for networks that fetch what they publish: signed, expiring, and of use without a session."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from parvis.core import clock

SALT = "parvis.media.public"
# A network fetches at once; a delivery that waits for its hour gets a new address then.
LASTS = timedelta(hours=6)
SUFFIXES = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "video/mp4": ".mp4", "video/quicktime": ".mov",
    "application/pdf": ".pdf", "text/vtt": ".vtt", "application/x-subrip": ".srt",
}  # fmt: skip


class NotOpen(Exception):
    """The address was not made here, was changed, or its time is over (`over`)."""

    def __init__(self, *, over: bool = False) -> None:
        super().__init__(over)
        self.over = over


def public(digest: str, mime: str) -> str:
    """Return an address at which anybody finds this file for six hours. Networks look at its suffix, and at its type."""
    until = int((clock.now() + LASTS).timestamp())
    token = signing.dumps([digest, mime, until], salt=SALT)
    return f"{settings.MEDIA_ADDRESS}/m/{token}{SUFFIXES.get(mime, '')}"


def opened(token: str, now: datetime) -> tuple[str, str]:
    """Return the digest and the type behind the last part of such an address. Raises NotOpen."""
    try:
        digest, mime, until = signing.loads(token.partition(".")[0], salt=SALT)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NotOpen from error
    if now.timestamp() > until:
        raise NotOpen(over=True)
    return str(digest), str(mime)
