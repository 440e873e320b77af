"""Small real films that tests make: H.264 with AAC in MP4, encoded once a process."""

from __future__ import annotations

import io
import math
import struct
from array import array
from fractions import Fraction
from functools import cache

import av
from PIL import ImageChops

from tests.pictures import shades

RATE = 48_000


@cache
def mp4(width: int = 64, height: int = 64, seconds: float = 1.0, frames: int = 10, *, sound: bool = True, weight: int = 0) -> bytes:
    """Return an MP4 of that size (even pixels), length and frames a second, whose picture moves, with a tone or silent.

    It is made heavier to exactly `weight` bytes, where that is more than it weighs, by an empty box at its end, which players skip.
    """
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        picture = film.add_stream("libx264", rate=frames, options={"preset": "ultrafast", "threads": "1"})
        picture.width, picture.height, picture.pix_fmt = width, height, "yuv420p"
        voice = film.add_stream("aac", rate=RATE, layout="mono") if sound else None
        for number in range(round(seconds * frames)):
            film.mux(picture.encode(_frame(width, height, number)))
        film.mux(picture.encode(None))
        if voice:
            for start in range(0, round(seconds * RATE), 1024):
                film.mux(voice.encode(_tone(start)))
            film.mux(voice.encode(None))
    return heavier(out.getvalue(), weight)


def heavier(film: bytes, weight: int) -> bytes:
    """Return the film with an empty box at its end, so that it weighs `weight` bytes (8 more than it is, or the film as it is)."""
    more = weight - len(film)
    return film if more < 8 else film + struct.pack(">I4s", more, b"free") + bytes(more - 8)


def _frame(width: int, height: int, number: int) -> av.VideoFrame:
    frame = av.VideoFrame.from_image(ImageChops.offset(shades(width, height), number * 3, 0))
    frame.pts = number
    return frame


def _tone(start: int) -> av.AudioFrame:
    wave = array("f", (0.2 * math.sin(place * 2 * math.pi * 440 / RATE) for place in range(start, start + 1024)))
    frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
    frame.planes[0].update(wave.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
    return frame
