"""The frames of a video, one after the other: turned upright, cut, sized, and encoded anew. Only ever loaded by the child `film`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from PIL import Image

HERTZ = 48_000
# The transfers of HDR: PQ and HLG (ITU-T H.273, table 3).
BRIGHT = {16, 18}
TURNS = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
FILTERS = {90: ["transpose=cclock"], 180: ["hflip", "vflip"], 270: ["transpose=clock"]}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is made of a film. Pixels are those of the upright picture; `crop` is (left, top, width, height), or None for all of it.

    `size` is what is scaled to, `canvas` what it is set on (the same, unless bars are added). `bits` a second are for the picture and
    `sound` for the voice (0: silent); `frames` a second come as a fraction in words.
    """

    start: float
    end: float
    crop: tuple[int, int, int, int] | None
    size: tuple[int, int]
    canvas: tuple[int, int]
    frames: str
    bits: int
    sound: int


def shown(film: InputContainer, stream: av.VideoStream, at: float) -> av.VideoFrame | None:
    """Return the frame that is on the screen at that second; None where there is no frame at all."""
    if at > 0:
        film.seek(int((at + _start(film)) * av.time_base))
    found = None
    for frame in film.decode(stream):
        if found is not None and frame.time is not None and frame.time - _start(film) > at:
            break
        found = frame
    return found


def _start(film: InputContainer) -> float:
    return float(film.start_time or 0) / av.time_base


def upright(frame: av.VideoFrame, side: int) -> Image.Image:
    """Return a frame as a picture, as people see it, no larger than `side`."""
    scale = min(1.0, side / max(frame.width, frame.height))
    size = {"width": max(1, round(frame.width * scale)), "height": max(1, round(frame.height * scale))}
    image: Image.Image = frame.to_image(**size)  # type: ignore[no-untyped-call]
    turn = TURNS.get(frame.rotation % 360)
    return image.transpose(turn) if turn is not None else image


def spun(film: InputContainer, picture: av.VideoStream, voice: Any, out: OutputContainer, plan: Plan) -> Iterator[float]:
    """Encode a film into `out`; give, at every frame, how much of it is done."""
    work = _Spinning(film, picture, voice, out, plan)
    if plan.start > 0:
        film.seek(int((plan.start + _start(film)) * av.time_base))
    for packet in film.demux([stream for stream in (picture, voice) if stream]):
        for frame in packet.decode():
            yield work.take(frame)
        if work.over:
            break
    work.finish()


class _Spinning:
    """The encoders of one film, and the graph that prepares its frames."""

    def __init__(self, film: InputContainer, picture: av.VideoStream, voice: Any, out: OutputContainer, plan: Plan) -> None:
        self.plan, self.out = plan, out
        self.since = _start(film) + plan.start
        self.base = picture.time_base or Fraction(1, 90_000)
        self.graph: Graph | None = None
        self.rate = Fraction(plan.frames)
        self.picture = _picture(out, plan, self.rate)
        self.voice = out.add_stream("aac", rate=HERTZ, layout=_layout(voice)) if voice and plan.sound else None
        if self.voice:
            self.voice.bit_rate = plan.sound
            self.resampler = av.AudioResampler(format="fltp", layout=_layout(voice), rate=HERTZ, frame_size=1024)
        self.seen = self.heard = 0.0
        self.drawn = 0

    @property
    def over(self) -> bool:
        """Tell whether picture and sound have both passed the end."""
        length = self.plan.end - self.plan.start
        return self.seen >= length and (not self.voice or self.heard >= length)

    def take(self, frame: Any) -> float:
        """Encode one frame where it lies between the start and the end."""
        time = (frame.time if frame.time is not None else self.since) - self.since
        inside = -0.0005 <= time < self.plan.end - self.plan.start
        if isinstance(frame, av.VideoFrame):
            self.seen = max(self.seen, time)
            if inside:
                self._draw(frame, time)
        else:
            self.heard = max(self.heard, time)
            # The sound ends a breath before the picture: what is over a network's limit by a hundredth is refused.
            if inside and self.voice and time + frame.samples / frame.sample_rate + 0.03 <= self.plan.end - self.plan.start:
                self._speak(frame, time)
        return min(1.0, max(0.0, self.seen / max(0.001, self.plan.end - self.plan.start)))

    def _draw(self, frame: av.VideoFrame, time: float) -> None:
        if self.graph is None:
            self.graph = _graph(frame, self.base, self.plan)
        frame.pts = round(max(0.0, time) / self.base)
        frame.time_base = self.base
        self.graph.vpush(frame)
        self._pull()

    def _pull(self) -> None:
        while self.graph is not None:
            try:
                made = self.graph.vpull()
            except (av.BlockingIOError, av.EOFError):
                return
            made.pict_type = av.video.frame.PictureType.NONE
            if not self.drawn:
                self._name_colours(made)
            self.drawn += 1
            self.out.mux(self.picture.encode(made))

    def _name_colours(self, frame: av.VideoFrame) -> None:
        """Say in the film what its colours mean: a player that must guess them shows them pale."""
        told = self.picture.codec_context
        told.color_primaries, told.color_trc = frame.color_primaries, frame.color_trc
        told.colorspace, told.color_range = frame.colorspace, frame.color_range

    def _speak(self, frame: av.AudioFrame, time: float) -> None:
        frame.pts = round(max(0.0, time) * frame.sample_rate)
        frame.time_base = Fraction(1, frame.sample_rate)
        for made in self.resampler.resample(frame):
            self.out.mux(self.voice.encode(made))  # type: ignore[union-attr]

    def finish(self) -> None:
        """Bring out what the encoders still hold."""
        if self.graph is not None:
            self.graph.vpush(None)
            self._pull()
        self.out.mux(self.picture.encode(None))
        if self.voice:
            for made in self.resampler.resample(None):
                self.out.mux(self.voice.encode(made))
            self.out.mux(self.voice.encode(None))


def _layout(voice: Any) -> str:
    return "mono" if voice and voice.channels == 1 else "stereo"


def _picture(out: OutputContainer, plan: Plan, rate: Fraction) -> av.VideoStream:
    options = {
        "preset": "veryfast", "crf": "21", "maxrate": str(plan.bits), "bufsize": str(plan.bits * 2), "profile": "high",
        # Each frame that the encoder holds back costs seven megabytes at 1080p, and a small machine has other things to hold.
        "rc-lookahead": "2", "bf": "1", "refs": "1", "threads": "2", "g": str(max(1, round(rate * 2))),
        "x264-params": "sync-lookahead=0:weightp=0:b-adapt=0:sliced-threads=1",
    }  # fmt: skip
    stream: av.VideoStream = out.add_stream("libx264", rate=rate, options=options)
    stream.width, stream.height = plan.canvas
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = 1 / rate
    return stream


def _graph(frame: av.VideoFrame, base: Fraction, plan: Plan) -> Graph:
    graph = Graph()
    nodes = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=base)]
    for step in _steps(frame.rotation % 360, plan, bright=frame.color_trc in BRIGHT):
        name, _, told = step.partition("=")
        nodes.append(graph.add(name, told or None))
    graph.link_nodes(*nodes, graph.add("buffersink")).configure()
    return graph


def _steps(rotation: int, plan: Plan, *, bright: bool) -> list[str]:
    steps = [f"fps={plan.frames}", *FILTERS.get(rotation, [])]
    if plan.crop:
        left, top, width, height = plan.crop
        steps.append(f"crop={width}:{height}:{left}:{top}")
    # What telephones film for bright screens is brought to the light that every screen has.
    colours = ":out_primaries=bt709:out_transfer=bt709:out_color_matrix=bt709" if bright else ""
    steps.append(f"scale={plan.size[0]}:{plan.size[1]}:flags=bicubic:out_range=tv{colours}")
    if plan.canvas != plan.size:
        steps.append(f"pad={plan.canvas[0]}:{plan.canvas[1]}:-1:-1:black")
    return [*steps, "setsar=1", "format=yuv420p"]
