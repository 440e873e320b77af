"""The house at rest: memory of web and worker, time to the first page, weight of scripts and styles."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.figures import Figures

STATIC = Path(__file__).parents[1] / "parvis" / "web" / "static"


def main() -> int:
    """Start the house in a new folder, look at it, stop it."""
    seen = Figures()
    with tempfile.TemporaryDirectory() as folder:
        _once(seen, folder, "first start")
        _once(seen, folder, "later start", rest=True)
    for kind, most in (("js", 60), ("css", 30)):
        weight = sum(len(gzip.compress(p.read_bytes(), 9)) for p in STATIC.rglob(f"*.{kind}"))
        seen.say(f"{kind}, compressed", weight / 1000, most=most, unit="kB")
    return 1 if seen.missed else 0


def _once(seen: Figures, folder: str, name: str, *, rest: bool = False) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PARVIS_DATA": folder, "PARVIS_LOG": "WARNING"}
    began = time.perf_counter()
    command = [sys.executable, "-m", "parvis.cli", "run", "--port", str(port)]
    house = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    try:
        _page(f"http://127.0.0.1:{port}/accounts/login/")
        seen.say(f"first page, {name}", time.perf_counter() - began, most=2.0 if rest else None, unit="s")
        if rest:
            for _ in range(20):
                _page(f"http://127.0.0.1:{port}/accounts/login/")
            time.sleep(8)
            family = _family(house.pid)
            seen.say("resident (RSS), supervisor + web + worker", sum(_memory(p, "Rss") for p in family), most=200, unit="MB")
            seen.say("the same, shared pages counted once (PSS)", sum(_memory(p, "Pss") for p in family), unit="MB")
            before = sum(_cpu(p) for p in family)
            time.sleep(20)
            seen.say("CPU at rest, share of one core", (sum(_cpu(p) for p in family) - before) / 20 * 100, unit="%")
    finally:
        house.send_signal(signal.SIGTERM)
        house.wait(30)


def _page(url: str) -> None:
    for _ in range(3000):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                answer.read()
                return
        except OSError:
            time.sleep(0.02)
    raise SystemExit(f"{url} never answered")


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(p for child in children for p in _family(int(child)))]


def _memory(pid: int, kind: str) -> float:
    """Memory of one process in MB, by the kernel's own count."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith(f"{kind}:"):
            return int(line.split()[1]) / 1000
    return 0.0


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
