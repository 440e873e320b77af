"""A worker: it delivers, looks and makes its rounds. Any number may run."""

from __future__ import annotations

import argparse
import signal
import threading

from parvis.worker import loop


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: a worker is told everything by the settings."""


def run(_: argparse.Namespace) -> int:
    """Work until a signal comes."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    loop.run(stop)
    return 0
