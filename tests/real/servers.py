"""Starting the real servers that `install.sh` put beside the work tree, and the calls of an independent client."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


def installed() -> Path | None:
    """Return the folder that install.sh made for this lockfile, or None."""
    text = (HERE / "package-lock.json").read_bytes() + (HERE / "install.sh").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "parvis-tests" / hashlib.sha256(text).hexdigest()[:16]
    return home if (home / "ready").exists() else None


@dataclass(frozen=True)
class Pds:
    """A personal data server and its directory of identities."""

    pds: str
    plc: str


@contextmanager
def running(home: Path) -> Iterator[Pds]:
    """Start a fresh PDS with its PLC directory, and stop it at the end."""
    server = subprocess.Popen(
        [str(home / "node.bin"), str(HERE / "start-pds.mjs"), str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        if not line:
            raise RuntimeError(f"the PDS did not start (it ended with {server.wait(10)})")
        yield Pds(**json.loads(line))
    finally:
        server.stdin.close()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        server.stdout.close()
