"""Captions of a video: SubRip and WebVTT read strictly, with the line of whatever is wrong, and written as either."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from parvis.core.say import Say, gettext_noop

SRT, VTT = "application/x-subrip", "text/vtt"
MOST_BYTES = 1_000_000
# Two lines of ordinary captions; whoever must read more while people speak reads nothing.
LONGEST = 84
MOST_LINES = 4
_TIME = r"(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)[.,](\d{3})"
TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}\s*(\s[^\n]*)?")
TAG = re.compile(r"<[^<>\n]{0,80}>")
APART = ("NOTE", "STYLE", "REGION")


class Broken(Exception):
    """These captions cannot be used; `why` says where and why."""

    def __init__(self, text: str, line: int = 0, **facts: str | int) -> None:
        self.why = Say(text, {"line": line, **facts} if line else facts)
        super().__init__(str(self.why))


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from one moment to another, in milliseconds. `line` is where its times stand in the file."""

    start: int
    end: int
    text: str
    line: int


def read(content: bytes) -> tuple[str, tuple[Cue, ...]]:
    """Return the type of captions and their cues, in order. Raises Broken."""
    lines = _lines(content)
    kind = VTT if lines[0].startswith("WEBVTT") else SRT
    cues = tuple(_cues(lines, kind))
    if not cues:
        raise Broken(gettext_noop("There is no caption in this file: lines such as “00:00:01,000 --> 00:00:03,000” are missing."))
    for before, cue in pairwise(cues):
        _follows(before, cue)
    return kind, cues


def _lines(content: bytes) -> list[str]:
    if len(content) > MOST_BYTES:
        raise Broken(gettext_noop("This file is heavier than captions ever are (1 MB). Check that it is the right one."))
    try:
        wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        told = gettext_noop("Line %(line)s is not written in UTF-8. Save the captions again as UTF-8, then send them.")
        raise Broken(told, line) from error
    if "\0" in text:
        raise Broken(gettext_noop("This file is no text. Send captions as .srt or .vtt."))
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _cues(lines: list[str], kind: str) -> Iterator[Cue]:
    place = _after(lines, 0) if kind == VTT else 0
    while place < len(lines):
        if not lines[place].strip():
            place += 1
            continue
        if kind == VTT and lines[place].split(" ")[0].strip() in APART:
            place = _after(lines, place)
            continue
        place = _timed(lines, place, kind)
        end = _after(lines, place)
        yield _cue(lines, place, end)
        place = end


def _after(lines: list[str], place: int) -> int:
    """Return the next empty line."""
    return next((n for n in range(place, len(lines)) if not lines[n].strip()), len(lines))


def _timed(lines: list[str], place: int, kind: str) -> int:
    """Return where the times of the cue that begins here stand: after its number, or its name."""
    if "-->" in lines[place]:
        return place
    if kind == SRT and not lines[place].strip().isdecimal():
        raise Broken(
            gettext_noop("Line %(line)s: the number of a caption is expected here, or an empty line is missing before it."), place + 1
        )
    if place + 1 >= len(lines) or "-->" not in lines[place + 1]:
        told = gettext_noop("Line %(line)s: the times of a caption are expected here, such as 00:00:01,000 --> 00:00:03,000.")
        raise Broken(told, place + 2)
    return place + 1


def _cue(lines: list[str], place: int, end: int) -> Cue:
    found = TIMES.fullmatch(lines[place])
    if found is None:
        told = gettext_noop("Line %(line)s: these times cannot be read. They are written 00:00:01,000 --> 00:00:03,000.")
        raise Broken(told, place + 1)
    begins, ends = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:8])
    if ends <= begins:
        raise Broken(gettext_noop("Line %(line)s: this caption ends before it begins."), place + 1)
    shown = lines[place + 1 : end]
    if not shown:
        raise Broken(gettext_noop("Line %(line)s: this caption has no text."), place + 1)
    if len(shown) > MOST_LINES:
        raise Broken(
            gettext_noop("Line %(line)s: this caption has %(count)s lines; four at most can be read."), place + 1, count=len(shown)
        )
    for number, text in enumerate(shown, place + 2):
        length = len(TAG.sub("", text))
        if length > LONGEST:
            told = gettext_noop("Line %(line)s has %(count)s characters; %(most)s at most can be read. Cut it in two captions.")
            raise Broken(told, number, count=length, most=LONGEST)
    return Cue(begins, ends, "\n".join(text.strip() for text in shown), place + 1)


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _follows(before: Cue, cue: Cue) -> None:
    if cue.start < before.start:
        raise Broken(gettext_noop("Line %(line)s: this caption begins before the one above it. Put them in order."), cue.line)
    if cue.start < before.end:
        raise Broken(gettext_noop("Line %(line)s: this caption begins while the one above it is still shown."), cue.line)


def between(cues: Sequence[Cue], start: int, end: int) -> tuple[Cue, ...]:
    """Return the cues of a part of the video, with their times in that part."""
    inside = [cue for cue in cues if cue.end > start and cue.start < end]
    return tuple(replace(cue, start=max(0, cue.start - start), end=min(cue.end, end) - start) for cue in inside)


def write(cues: Sequence[Cue], kind: str) -> bytes:
    """Return the captions as SubRip or WebVTT."""
    mark = "." if kind == VTT else ","
    blocks = [
        f"{number}\n{_clock(cue.start, mark)} --> {_clock(cue.end, mark)}\n{cue.text if kind == VTT else TAG.sub(_plain, cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    ]
    return ("WEBVTT\n\n" if kind == VTT else "").encode() + "\n".join(blocks).encode()


def _plain(tag: re.Match[str]) -> str:
    """Keep what SubRip knows: bold, italics, underlined."""
    return tag[0] if re.fullmatch(r"</?[biu]>", tag[0]) else ""


def _clock(moment: int, mark: str) -> str:
    seconds, rest = divmod(moment, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{mark}{rest:03d}"
