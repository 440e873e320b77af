"""Pictures that tests make."""

from __future__ import annotations

import io
import random
import struct

from PIL import Image


def shades(width: int, height: int) -> Image.Image:
    """Return a smooth picture whose four corners differ."""
    across = Image.linear_gradient("L").resize((width, height))
    down = Image.linear_gradient("L").rotate(90).resize((width, height))
    return Image.merge("RGB", (across, down, Image.new("L", (width, height), 90)))


def grain(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return noise, always the same: the heaviest picture of its size."""
    return Image.frombytes(mode, (width, height), random.Random(7).randbytes(width * height * len(mode)))


def jpeg(image: Image.Image, **more: object) -> bytes:
    """Return it as a JPEG."""
    out = io.BytesIO()
    image.save(out, "JPEG", **more)
    return out.getvalue()


def png(image: Image.Image) -> bytes:
    """Return it as a PNG."""
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def gps_photo(image: Image.Image, orientation: int) -> bytes:
    """Return a JPEG as a phone makes it: turned by a note, with the place and its name."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010E] = "Devant la boutique, Nantes"
    notes.get_ifd(0x8825).update({1: "N", 2: (47.0, 13.0, 6.0), 3: "W", 4: (1.0, 33.0, 14.0)})
    return jpeg(image, exif=notes.tobytes(), quality=90)


def linear_profile() -> bytes:
    """Return an ICC profile with the primaries of sRGB and no curve: its numbers are light itself."""

    def xyz(*values: float) -> bytes:
        return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in values))

    straight = b"curv\0\0\0\0" + struct.pack(">I", 0)
    name = b"desc\0\0\0\0" + struct.pack(">I", 7) + b"Linear\0" + b"\0" * 79
    tags = [
        (b"desc", name),
        (b"cprt", b"text\0\0\0\0none\0\0\0\0"),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.4361, 0.2225, 0.0139)),
        (b"gXYZ", xyz(0.3851, 0.7169, 0.0971)),
        (b"bXYZ", xyz(0.1431, 0.0606, 0.7141)),
        (b"rTRC", straight),
        (b"gTRC", straight),
        (b"bTRC", straight),
    ]
    place = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags:
        padded = content + b"\0" * (-len(content) % 4)
        table += tag + struct.pack(">II", place + len(body), len(content))
        body += padded
    head = struct.pack(">I4sI4s4s4s", 0, b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ") + b"\0" * 12 + b"acsp" + b"\0" * 28
    head += struct.pack(">3i", 63190, 65536, 54061) + b"\0" * 48
    whole = head[:128] + table + body
    return struct.pack(">I", len(whole)) + whole[4:]
