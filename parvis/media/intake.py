"""Reading what a person sends: is it a picture, and what of it may be kept?

A file is judged by its content, never by its name. What is kept is upright, in sRGB, and carries nothing but its pixels.
"""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Literal

from django.conf import settings

from parvis.core.late import Image, ImageCms, ImageOps, JpegImagePlugin
from parvis.core.say import Say, gettext_noop

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")  # an MPO is opened as the JPEG it begins with
MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
BROKEN = (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, struct.error, zlib.error)


STILLS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif", b"avis"}
# The first box of an old QuickTime film may be any of these.
BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}


class NotTaken(Exception):
    """The file was not taken in; `why` says what it is and what to do."""

    def __init__(self, why: Say) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture that may be kept: its bytes carry pixels and nothing else."""

    content: bytes
    mime: str
    width: int
    height: int


def clean(file: BinaryIO) -> Clean:
    """Return the picture in `file`, upright, in sRGB, without EXIF, GPS or any other note.

    Raises NotTaken for what is too heavy, too large, moving, broken, or no picture at all.
    """
    weigh(file, "picture")
    image = _open(file)
    try:
        return _encode(image, lossless=head_of(file)[12:16] == b"VP8L")
    except BROKEN as error:
        raise NotTaken(
            Say(
                gettext_noop(
                    "This picture is broken or cut short. Export it again, or take it from where it was first, then send it again."
                )
            )
        ) from error
    finally:
        image.close()


def most_bytes(sort: str) -> int:
    """Return the setting's weight for a kind of file."""
    return {"video": settings.VIDEO_BYTES, "document": settings.DOCUMENT_BYTES}.get(sort, settings.PICTURE_BYTES)


def too_heavy(sort: str = "picture") -> Say:
    """Say that a file passes the setting's weight."""
    return Say(
        gettext_noop("This file is heavier than %(most)s MB, the most that is taken. Export a smaller copy of it, then send that one."),
        {"most": max(1, most_bytes(sort) // 1_000_000)},
    )


def weigh(file: BinaryIO, sort: str) -> None:
    """Raise NotTaken for an empty file, and for one past the setting's weight."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size == 0:
        raise NotTaken(Say(gettext_noop("This file is empty. Nothing was kept: choose it again, or export it again.")))
    if size > most_bytes(sort):
        raise NotTaken(too_heavy(sort))


def _open(file: BinaryIO) -> Image.Image:
    try:
        image = Image.open(file, formats=FORMATS)
    except BROKEN as error:
        raise NotTaken(_what(head_of(file))) from error
    if image.width * image.height > settings.PICTURE_PIXELS:
        raise NotTaken(
            Say(
                gettext_noop(
                    "This picture is %(width)s × %(height)s pixels; the most that is taken is %(most)s million pixels. "
                    "Export a smaller copy of it, then send that one."
                ),
                {"width": image.width, "height": image.height, "most": settings.PICTURE_PIXELS // 1_000_000},
            )
        )
    # The second picture of an MPO is depth or light for the same photograph; the others are film.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise NotTaken(
            Say(
                gettext_noop(
                    "This picture moves, and its movement would be lost. "
                    "Export the still picture you want as JPEG or PNG, then send that one."
                )
            )
        )
    return image


def head_of(file: BinaryIO) -> bytes:
    """Return the first bytes, and leave the reading where it was."""
    place = file.tell()
    file.seek(0)
    head = file.read(512)
    file.seek(place)
    return head


def _what(head: bytes) -> Say:
    """Name what was sent, so that the cure fits."""
    start = head.lstrip().lower()
    if head[4:8] == b"ftyp" and head[8:12] in STILLS:
        return Say(
            gettext_noop(
                "This is a HEIC photo, which the networks do not take. On the iPhone, choose Settings, Camera, Formats, Most Compatible; "
                "or export this photo as JPEG, then send it again."
            )
        )
    if container(head):
        return Say(gettext_noop("This is a film, and only a picture is taken here. Nothing was kept."))
    if start.startswith(b"%pdf"):
        return Say(gettext_noop("This is a PDF document, not a picture. Export the page you want as JPEG or PNG, then send it."))
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return Say(gettext_noop("This is an SVG drawing, which the networks do not take. Export it as PNG, then send it."))
    return Say(
        gettext_noop(
            "This is not a picture that can be read, whatever its name says. Send a JPEG, PNG, WebP, AVIF or still GIF; "
            "an MP4, MOV or WebM video; or a PDF, Word or PowerPoint document."
        )
    )


def container(head: bytes) -> str:
    """Return the kind of container that a video's first bytes tell, or nothing where they are no video's."""
    if head[4:8] in BOXES and head[8:12] not in STILLS:
        return "mov"
    if head[:4] == b"\x1aE\xdf\xa3":
        return "matroska"
    return "avi" if head[:4] == b"RIFF" and head[8:12] == b"AVI " else ""


def sort(head: bytes) -> Literal["picture", "video", "document"]:
    """Tell by its first bytes as what a file is to be read; whatever is neither video nor document is read as a picture."""
    if container(head):
        return "video"
    return "document" if head.startswith((b"%PDF", b"PK\x03\x04")) else "picture"


def _encode(image: Image.Image, *, lossless: bool) -> Clean:
    source = image.format
    as_jpeg = _as_it_was(image)
    profile = image.info.get("icc_profile")
    image.load()
    kept = _plain(_upright(image), profile)
    if has_alpha(kept) and kept.getchannel("A").getextrema()[0] == 255:
        kept = kept.convert("RGB" if kept.mode == "RGBA" else "L")
    target = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP", "GIF": "PNG"}.get(
        source or "", "PNG" if has_alpha(kept) else "JPEG"
    )
    more = as_jpeg if target == "JPEG" else {"lossless": True} if lossless and target == "WEBP" else {}
    return Clean(write(kept, target, **more), MIME[target], *kept.size)


def _upright(image: Image.Image) -> Image.Image:
    with suppress(*BROKEN):  # notes that cannot be read turn nothing; the picture itself is whole
        ImageOps.exif_transpose(image, in_place=True)
    return image


def _as_it_was(image: Image.Image) -> dict[str, object]:
    """Return the JPEG tables of the original: written again with them, nothing visible is lost and the weight stays."""
    if image.format not in {"JPEG", "MPO"} or image.mode not in {"L", "RGB"}:
        return {}
    tables = getattr(image, "quantization", None)
    sampling = JpegImagePlugin.get_sampling(image) if image.mode == "RGB" else -1
    return {"qtables": tables, **({"subsampling": sampling} if sampling >= 0 else {})} if tables else {}


def _plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in L, LA, RGB or RGBA, its colours brought to sRGB."""
    image.info = {key: value for key, value in image.info.items() if key == "transparency"}
    if image.mode in {"I;16", "I;16L", "I;16B", "I"}:
        image = image.convert("I").point([min(255, i >> 8) for i in range(65536)], "L")
    elif image.mode in {"P", "PA", "1", "F", "YCbCr", "LAB", "HSV", "RGBa", "La"} or "transparency" in image.info:
        clear = image.mode in {"PA", "RGBa", "La"} or "transparency" in image.info
        image = image.convert("RGBA" if clear else "L" if image.mode in {"1", "F"} else "RGB")
    if profile:
        image = _to_srgb(image, profile)
    return image.convert("RGB") if image.mode not in {"L", "LA", "RGB", "RGBA"} else image


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    alpha = image.getchannel("A") if has_alpha(image) else None
    colours = image.convert(image.mode[:-1]) if alpha is not None else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "srgb" in ImageCms.getProfileDescription(source).lower():
            return image
        turned = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image  # a profile that cannot be read describes nothing
    if turned is None:
        return image
    if alpha is not None:
        turned.putalpha(alpha)
    return turned


def has_alpha(image: Image.Image) -> bool:
    """Tell whether the picture can be transparent."""
    return image.mode in {"LA", "RGBA"}


def write(image: Image.Image, target: str, **more: object) -> bytes:
    """Return the picture's bytes as JPEG, PNG or WEBP, without notes. By default as good as the eye can tell."""
    image.info = {}
    out = io.BytesIO()
    kinds: dict[str, dict[str, object]] = {
        "JPEG": {"quality": 95, "subsampling": 0},
        "PNG": {"compress_level": 6},
        "WEBP": {"quality": 95, "method": 4, "exact": False},
    }
    options = kinds[target]
    if "qtables" in more:
        options.pop("quality")
    image.save(out, target, **{**options, **more})
    return out.getvalue()


def kind(file: BinaryIO) -> str:
    """Return the type of a kept picture from its first bytes, or nothing where it is none that the house serves."""
    head = head_of(file)
    if head[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "image/png"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""
