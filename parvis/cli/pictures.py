"""Pictures of the command line: what a rule needs to know of a file, without keeping it."""

from __future__ import annotations

import struct
import warnings
import zlib
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from parvis.cli.lintfile import Unusable, size_of, unreadable
from parvis.networks.codes.draft import Medium

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# What the library raises for a file that is not what it says.
BROKEN = (OSError, SyntaxError, ValueError, LookupError, TypeError, EOFError, OverflowError, MemoryError, struct.error, zlib.error)
# Larger ones are believed on their head: to read them to their end takes more memory than a check may.
WHOLE, MOST = 50_000_000, 170_000_000
ORIENTATION, LYING = 0x0112, (5, 6, 7, 8)


def medium(path: Path, alt: str) -> Medium:
    """Return a picture's own facts, its sides as they are seen. Raises Unusable, for one that is broken or cut short too."""
    size = size_of(path)
    try:
        file = path.open("rb")
    except OSError as why:
        raise unreadable(path, why) from why
    with file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            mime, width, height = _facts(file)
        except Image.DecompressionBombError as why:
            raise Unusable(f"{path} has too many pixels for any network: export a smaller copy") from why
        except UnidentifiedImageError as why:
            raise Unusable(f"{path} is not a picture that networks take: export it as JPEG or PNG") from why
        except BROKEN as why:
            raise Unusable(f"{path} is a picture that is broken or cut short: export it again") from why
    return Medium("image", path.name, mime, width, height, size, alt=alt)


def _facts(file: BinaryIO) -> tuple[str, int, int]:
    with Image.open(file, formats=FORMATS) as image:
        # A phone's photo with its depth is a JPEG to everyone else.
        mime = Image.MIME.get(image.format or "", "").replace("/mpo", "/jpeg")
        width, height = image.size
        if width * height > MOST:
            # The library's own limit may have been lifted by whoever takes pictures in.
            raise Image.DecompressionBombError
        if width * height <= WHOLE:
            # A JPEG is read to its end without being drawn in full.
            image.draft(None, (max(1, width // 8), max(1, height // 8)))
            image.load()
        lying = image.getexif().get(ORIENTATION) in LYING
    return (mime, height, width) if lying else (mime, width, height)
