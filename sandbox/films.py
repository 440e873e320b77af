"""What the stand-ins look at in a video that was sent to them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

import av
from av.error import FFmpegError


@dataclass(frozen=True, slots=True)
class Film:
    """A video's own figures: pixels as shown, seconds, frames a second, codecs (audio empty where silent), containers it may be."""

    width: int
    height: int
    seconds: float
    frames: float
    video: str
    audio: str
    containers: tuple[str, ...]

    @property
    def ratio(self) -> float:
        """Its width by its height."""
        return self.width / self.height

    def shown(self) -> dict[str, Any]:
        """Return the figures, for JSON."""
        return {**asdict(self), "containers": [*self.containers]}


def measure(file: BinaryIO) -> Film:
    """Return the figures of a video, whose first picture must be readable. Raises ValueError for anything else."""
    try:
        with av.open(file, "r") as film:
            picture = film.streams.video[0]
            seconds = float(film.duration or 0) / av.time_base
            next(film.decode(picture))
            sound = film.streams.audio[0].codec_context.name if film.streams.audio else ""
            names = tuple(film.format.name.split(","))
            frames = float(picture.average_rate or 0)
            return Film(picture.width, picture.height, seconds, frames, picture.codec_context.name, sound, names)
    except (FFmpegError, IndexError, StopIteration, ValueError, OSError) as error:
        raise ValueError("no video") from error
