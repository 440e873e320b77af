"""`python -m sandbox --port 8899 [--state FOLDER]`: run the stand-ins until a signal comes; the first line says where they are."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from sandbox.town import running


def main() -> None:
    """Run the town."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Stand-ins of the networks, on 127.0.0.1 only.")
    parser.add_argument("--port", type=int, default=0, help="port of the square; the networks take the next three (0: free ports)")
    parser.add_argument("--state", type=Path, help="folder where posts are kept between two starts")
    given = parser.parse_args()
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with running(given.port, given.state) as town:
        sys.stdout.write(json.dumps(town.urls()) + "\n")
        sys.stdout.flush()
        over.wait()


if __name__ == "__main__":
    main()
