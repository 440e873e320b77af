"""Makes the two films of the demonstration from the bakery's own drawings: `python -m tools.bakery_films` (needs PyAV)."""

from __future__ import annotations

import random
from array import array
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

FOLDER = Path(__file__).parents[1] / "sandbox" / "bakery"
FRAMES, RATE = 25, 48_000
SECONDS, FADE = 2.6, 0.5
FILMS = {
    "petit-matin": ((720, 1280), ["fournil", "croissants", "brioche", "devanture"]),
    "la-tourte": ((1280, 720), ["farine", "fournil", "seigle", "marche"]),
}


def main() -> None:
    """Write both films beside the drawings."""
    for name, (size, drawings) in FILMS.items():
        _film(FOLDER / f"{name}.mp4", size, [Image.open(FOLDER / f"{one}.jpg").convert("RGB") for one in drawings])


def _film(path: Path, size: tuple[int, int], drawings: list[Image.Image]) -> None:
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as film:
        picture = film.add_stream("libx264", rate=FRAMES, options={"preset": "veryslow", "crf": "30", "profile": "high"})
        picture.width, picture.height, picture.pix_fmt = *size, "yuv420p"
        voice = film.add_stream("aac", rate=RATE, layout="stereo", bit_rate=48_000)
        count = 0
        for count, image in enumerate(_frames(size, drawings), start=1):
            frame = av.VideoFrame.from_image(image)
            frame.pts = count - 1
            film.mux(picture.encode(frame))
        film.mux(picture.encode(None))
        for frame in _crackle(count / FRAMES):
            film.mux(voice.encode(frame))
        film.mux(voice.encode(None))


def _frames(size: tuple[int, int], drawings: list[Image.Image]) -> Iterator[Image.Image]:
    each, fade = round(SECONDS * FRAMES), round(FADE * FRAMES)
    for place, drawing in enumerate(drawings):
        after = drawings[place + 1] if place + 1 < len(drawings) else None
        for n in range(each):
            shown = _still(drawing, size, (n + (fade if place else 0)) / (each + fade))
            left = each - n
            if after is not None and left <= fade:
                shown = Image.blend(shown, _still(after, size, (fade - left) / (each + fade)), 1 - left / (fade + 1))
            yield shown


def _still(drawing: Image.Image, size: tuple[int, int], progress: float) -> Image.Image:
    """Return the drawing as it fills the picture, seen from a little closer the further the film is."""
    zoom = 1.0 + 0.12 * progress
    ratio = size[0] / size[1]
    wide, high = drawing.size
    width = min(wide, high * ratio) / zoom
    height = width / ratio
    left, top = (wide - width) / 2, (high - height) / 2
    return drawing.resize(size, Image.Resampling.LANCZOS, (left, top, left + width, top + height))


def _crackle(seconds: float) -> Iterator[av.AudioFrame]:
    """Give the sound of a wood fire, more or less: soft noise and small cracks, always the same."""
    draw, low = random.Random(1932), 0.0  # noqa: S311 - a sound, not a secret
    for start in range(0, round(seconds * RATE), 1024):
        wave = array("f")
        for _ in range(1024):
            low = 0.985 * low + 0.015 * draw.uniform(-0.5, 0.5)
            wave.append(low + (draw.uniform(-0.25, 0.25) if draw.random() < 0.0004 else 0.0))
        frame = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
        for plane in frame.planes:
            plane.update(wave.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
        yield frame


if __name__ == "__main__":
    main()
