"""Work on a video, in a process of its own: `python -m parvis.media.film`, a job in JSON on its input, lines of JSON on its output.

What people send may be made to hurt whoever reads it: this process holds no secret, has a limit on its memory and its time, and reads no
other file than the one it is given. It prints `{"progress": 0.4}` twice a second, then `{"done": …}` or `{"trouble": "a word", …}`.
"""

from __future__ import annotations

import errno
import json
import os
import resource
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.stream import Disposition

from parvis.media import reel

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
BEAT = 0.5
LEAST_SECONDS = 0.1
# What MP4 carries and players know there; anything else goes into Matroska, and to networks only once it is made anew.
IN_MP4 = {"h264", "hevc", "av1", "vp9", "mpeg4", "aac", "mp3", "ac3", "eac3", "opus", "flac", "alac"}
MIMES = {"mp4": "video/mp4", "matroska": "video/x-matroska"}


class Trouble(Exception):
    """This video cannot be worked on; `word` says why."""

    def __init__(self, word: str, **facts: Any) -> None:
        super().__init__(word)
        self.word = word
        self.facts = facts


class Beat:
    """Says twice a second how far the work is, and ends the process once nobody listens any more."""

    def __init__(self) -> None:
        self.share = 0.0
        self._over = threading.Event()
        threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        while not self._over.wait(BEAT):
            try:
                say({"progress": round(self.share, 4)})
            except OSError:
                os._exit(3)

    def stop(self) -> None:
        """Say no more."""
        self._over.set()


def say(line: dict[str, Any]) -> None:
    """Write one line to whoever started us."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def opened(job: dict[str, Any]) -> InputContainer:
    """Open the source as what its first bytes say, and as nothing that could lead to other files."""
    film: InputContainer = av.open(job["source"], format=job["format"], container_options={"protocol_whitelist": "file"})
    return film


def picture_of(film: InputContainer, most_pixels: int) -> av.VideoStream:
    """Return the moving picture of a film. Raises Trouble where there is none, or where it is larger than is taken."""
    for stream in film.streams.video:
        if Disposition.attached_pic in stream.disposition:
            continue
        if stream.codec_context is None:
            raise Trouble("unknown")
        width, height = stream.codec_context.width, stream.codec_context.height
        if width * height > most_pixels:
            raise Trouble("large", width=width, height=height)
        # One frame after the other: frames decoded side by side each hold their memory.
        stream.thread_type, stream.codec_context.thread_count = "SLICE", 2
        return stream
    raise Trouble("no_video")


def facts_of(film: InputContainer, most_pixels: int) -> tuple[dict[str, Any], av.VideoFrame]:
    """Return what a film is made of, and its first frame, which proves that it can be read."""
    stream = picture_of(film, most_pixels)
    frame = next(iter(film.decode(stream)), None)
    if frame is None:
        raise Trouble("short")
    voice = film.streams.audio[0] if film.streams.audio else None
    turned = frame.rotation % 180 != 0
    seconds = float(film.duration or 0) / av.time_base
    return {
        "width": frame.height if turned else frame.width,
        "height": frame.width if turned else frame.height,
        "seconds": round(seconds, 3),
        "video": stream.codec_context.name,
        "profile": stream.profile or "",
        "pixels": frame.format.name,
        "frames": round(float(stream.average_rate or 0), 3),
        "bits": int(film.bit_rate or 0),
        "rotation": frame.rotation,
        "audio": voice.codec_context.name if voice and voice.codec_context else "",
        "hertz": voice.rate if voice and voice.codec_context else 0,
    }, frame


def take(job: dict[str, Any], beat: Beat) -> dict[str, Any]:
    """Copy the streams to `target` without a word of what else the file tells (place, date, device), and a still to `poster`."""
    with opened(job) as film:
        facts, _ = facts_of(film, job["most_pixels"])
    target = "mp4" if {facts["video"], facts["audio"] or "aac"} <= IN_MP4 else "matroska"
    with opened(job) as film, _written(job["target"], target) as out:
        stream = picture_of(film, job["most_pixels"])
        copied = _copy(film, out, stream, beat)
    if stream.frames and copied < stream.frames * 0.98 - 2:
        raise Trouble("cut_short")
    kept = {"source": job["target"], "format": "mov" if target == "mp4" else "matroska"}
    with opened(kept) as film:
        facts, _ = facts_of(film, job["most_pixels"])
    if facts["seconds"] < LEAST_SECONDS:
        raise Trouble("short")
    still({**job, **kept, "at": min(1.0, facts["seconds"] / 10), "target": job["poster"]}, beat)
    return {**facts, "mime": MIMES[target]}


def _written(path: str, kind: str) -> OutputContainer:
    # bitexact: the same film sent twice is then the same file.
    options = {"fflags": "+bitexact"} | ({"movflags": "+faststart"} if kind == "mp4" else {})
    return av.open(path, "w", format=kind, container_options=options)


def _copy(film: InputContainer, out: OutputContainer, picture: av.VideoStream, beat: Beat) -> int:
    """Copy the packets of the picture and of the first sound; return how many the picture had."""
    sources: list[Any] = [picture, *film.streams.audio[:1]]
    whole, count = float(film.duration or 0) / av.time_base or 1.0, 0
    streams = {source.index: out.add_stream_from_template(source) for source in sources}
    for stream in streams.values():
        stream.metadata.clear()
    for packet in film.demux(sources):
        if packet.dts is None:
            continue
        if packet.stream is picture:
            count += 1
            beat.share = min(0.9, float(packet.dts * packet.time_base) / whole * 0.9) if packet.time_base else beat.share
        packet.stream = streams[packet.stream.index]
        out.mux(packet)
    return count


def still(job: dict[str, Any], beat: Beat) -> dict[str, Any]:
    """Write the frame shown `at` a second to `target`, as a JPEG."""
    with opened(job) as film:
        stream = picture_of(film, job["most_pixels"])
        frame = reel.shown(film, stream, job["at"])
        if frame is None:
            raise Trouble("short")
        image = reel.upright(frame, job["side"])
        image.save(job["target"], "JPEG", quality=92)
        return {"width": image.width, "height": image.height}


def make(job: dict[str, Any], beat: Beat) -> dict[str, Any]:
    """Write the film to `target` as H.264 and AAC in MP4, in the size, the length and the weight that the job says."""
    os.nice(10)
    with opened(job) as film, _written(job["target"], "mp4") as out:
        stream = picture_of(film, job["most_pixels"])
        voice = film.streams.audio[0] if film.streams.audio and film.streams.audio[0].codec_context else None
        for share in reel.spun(film, stream, voice, out, reel.Plan(**job["plan"])):
            beat.share = share * 0.98
    made = {"source": job["target"], "format": "mov"}
    with opened(made) as film:
        facts, _ = facts_of(film, job["most_pixels"])
    # What cannot be read to its end comes to an end without a word.
    if facts["seconds"] < (job["plan"]["end"] - job["plan"]["start"]) * 0.9 - 0.5:
        raise Trouble("broken")
    return {**facts, "mime": "video/mp4"}


JOBS: dict[str, Callable[[dict[str, Any], Beat], dict[str, Any]]] = {"take": take, "still": still, "make": make}


def limit(memory: int, seconds: int) -> None:
    """Let this process have no more memory and processor time than that."""
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def main() -> int:
    """Do the job that stands on the input."""
    job = json.loads(sys.stdin.readline())
    limit(job["memory"], job["processor"])
    av.logging.set_level(av.logging.PANIC)
    beat = Beat()
    try:
        answer: dict[str, Any] = {"done": JOBS[job["do"]](job, beat)}
    except Trouble as error:
        answer = {"trouble": error.word, **error.facts}
    except MemoryError:
        answer = {"trouble": "memory"}
    except (av.FFmpegError, OSError, ValueError, ArithmeticError, UnicodeError) as error:
        answer = {"trouble": "full" if getattr(error, "errno", None) in FULL else "broken", "why": type(error).__name__}
    beat.stop()
    with suppress(BrokenPipeError):
        say(answer)
    return 0 if "done" in answer else 1


if __name__ == "__main__":
    sys.exit(main())
