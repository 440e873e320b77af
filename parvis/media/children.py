"""Processes that read what people sent: each has one file, no secret, and limits; it can be killed at any moment without harm."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.conf import settings

# A child that reads hostile files learns nothing of the house's keys and addresses.
KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "SYSTEMROOT")
FILM, PAGES = "parvis.media.film", "parvis.media.pages"


class Failed(Exception):
    """The child could not do it. `word` names why: its own word, "slow" past its time, "broken" where it died."""

    def __init__(self, word: str, facts: Mapping[str, Any] | None = None) -> None:
        super().__init__(word)
        self.word = word
        self.facts = dict(facts or {})


class Child:
    """A child at work on one job. Iterating gives its shares of progress; `done` is its answer afterwards."""

    def __init__(self, program: str, job: Mapping[str, Any], *, seconds: int) -> None:
        told = {"memory": settings.FILM_MEMORY, "processor": seconds, "most_pixels": settings.VIDEO_PIXELS, **job}
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=settings.BASE_DIR.parent,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
            start_new_session=True,
        )
        self.done: dict[str, Any] | None = None
        assert self.process.stdin is not None
        with suppress(BrokenPipeError), self.process.stdin as line:
            line.write(json.dumps(told) + "\n")

    def __iter__(self) -> Iterator[float]:
        """Give the progress as it is told, until the child has answered. Raises Failed."""
        assert self.process.stdout is not None
        answer: dict[str, Any] = {}
        with self.process.stdout as lines:
            for line in lines:
                with suppress(ValueError):
                    answer = json.loads(line)
                if "progress" in answer:
                    yield float(answer["progress"])
        self.process.wait()
        if "done" not in answer:
            word = answer.get("trouble", "slow" if self.process.returncode in {-signal.SIGXCPU, -signal.SIGKILL} else "broken")
            raise Failed(word, answer)
        self.done = answer["done"]

    def kill(self) -> None:
        """End it at once, whatever it does, and wait until it is gone."""
        if self.process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


def ask(program: str, job: Mapping[str, Any], *, seconds: int) -> dict[str, Any]:
    """Let a child do a job and return its answer. Raises Failed."""
    child = Child(program, job, seconds=seconds)
    late = threading.Timer(seconds, child.process.kill)
    late.start()
    try:
        for _ in child:
            pass
    finally:
        late.cancel()
        child.kill()
    assert child.done is not None
    return child.done


def format_of(mime: str) -> str:
    """Return how a kept video is opened."""
    return "matroska" if mime == "video/x-matroska" else "mov"
