"""The web server alone."""

from __future__ import annotations

import argparse
import subprocess
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--prepared", action="store_true", help="another process has prepared the house")


def run(chosen: argparse.Namespace) -> int:
    """Serve the pages until a signal comes."""
    if not chosen.prepared:
        subprocess.run([sys.executable, "-m", "parvis.cli", "prepare"], check=True)
    Granian(
        "parvis.web.wsgi:application",
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.WSGI,
        workers=chosen.processes,
        blocking_threads=4,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
    return 0
