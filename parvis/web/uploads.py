"""Receiving files: straight to the disk, and no further than the weight that is taken."""

from __future__ import annotations

import contextlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from parvis.core.say import Say
from parvis.media.files import FULL, NoRoom
from parvis.media.intake import most_bytes, sort, too_heavy

# A request heavier than a video and this many of the heaviest pictures is not a person choosing photos: it is cut off.
MOST_FILES = 20


class Bounded(TemporaryFileUploadHandler):
    """Writes each file to the disk as it comes; past the setting's weight the rest is let go, and the file says why in `trouble`.

    Memory stays at one chunk, whatever is sent. The other files of the same form are received as usual.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None) -> None:
        """Note the weight of the whole request."""
        self.whole = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file, unless the request is what no person would send: then the line is cut."""
        if self.whole > MOST_FILES * settings.PICTURE_BYTES + (settings.VIDEO_BYTES if self._signed_in else 0):
            raise StopUpload(connection_reset=True)
        self.most, self.sort = 0, "picture"
        self.trouble: Say | None = None
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._stop(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what came, while it may still be taken."""
        if self.trouble is not None:
            return
        if start == 0:
            self.sort = sort(raw_data[:64]) if self._signed_in else "picture"
            self.most = most_bytes(self.sort)
        if start + len(raw_data) > self.most:
            self.trouble = too_heavy(self.sort)
            self._let_go()
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._let_go()
            self._stop(error)

    @property
    def _signed_in(self) -> bool:
        """Tell whether somebody the house knows is sending: a stranger's form is read before it is turned away."""
        return bool(getattr(getattr(self.request, "user", None), "is_authenticated", False))

    def _stop(self, error: OSError) -> None:
        if error.errno not in FULL:
            raise error
        self.trouble = NoRoom.why

    def _let_go(self) -> None:
        """Delete what was written; what still stands in memory has no room either, which closing would say again."""
        with contextlib.suppress(OSError):
            self.file.close()

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """End a file; one in trouble comes empty, with its sentence."""
        if self.trouble is None:
            return super().file_complete(file_size)
        spoiled = SimpleUploadedFile(self.file_name or "file", b"")
        spoiled.trouble = self.trouble  # type: ignore[attr-defined]
        return spoiled


def trouble_of(file: UploadedFile[Any]) -> Say | None:
    """Return why a file was not received, or None where it was."""
    return getattr(file, "trouble", None)
