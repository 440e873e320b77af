"""`make test`: the checks, then the suite on every database, browser and real server that this machine has.

What is skipped is counted and named on the last lines. With CI=true a skip is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests import check, postgres

FAST = ["-m", "not slow", "-n", str(min(8, (os.cpu_count() or 2) + 1)), "--dist", "worksteal"]
SLOW = ["-m", "slow"]


@dataclass
class Tally:
    """What the runs amounted to."""

    passed: int = 0
    failed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)

    def read(self, report: Path) -> None:
        """Add one run's report."""
        for case in xml.parse(report).getroot().iter("testcase"):
            skip = case.find("skipped")
            if skip is not None:
                self.skipped[skip.get("message", "no reason given")] += 1
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed += 1
            else:
                self.passed += 1


def pytest(name: str, options: list[str], tally: Tally, **env: str) -> None:
    """Run the suite once and add its results."""
    print(f"\n=== {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--ignore=tests/laws", f"--junitxml={report}", *options]
        code = subprocess.run(command, env={**os.environ, **env}, check=False).returncode
        if report.exists():
            tally.read(report)
        if code:
            tally.broken.append(name)


def main() -> int:
    """Run everything; 0 only when nothing failed (and, in CI, nothing was skipped)."""
    tally = Tally()
    if check.main():
        tally.broken.append("make check")
    pytest("the suite on SQLite", FAST, tally)
    if postgres.binaries():
        with postgres.running() as url:
            # The cluster is thrown away whole; dropping a database fails while a killed worker's session still closes.
            pytest("the suite on PostgreSQL", [*FAST, "--reuse-db"], tally, PARVIS_DATABASE=url)
    else:
        tally.skipped["no PostgreSQL programs on this machine: the suite ran on SQLite alone"] += 1
    pytest("journeys in a browser, real servers", SLOW, tally)
    return _say(tally)


def _say(tally: Tally) -> int:
    print()
    for reason, number in sorted(tally.skipped.items()):
        print(f"skipped {number}: {reason}")
    if tally.broken:
        print(f"failed: {', '.join(tally.broken)}")
    skipped = sum(tally.skipped.values())
    strict = os.environ.get("CI", "").lower() in {"1", "true"} and skipped
    if strict:
        print("In CI nothing may be skipped.")
    print(f"{tally.passed} passed, {tally.failed} failed, {skipped} skipped", flush=True)
    return 1 if tally.failed or tally.broken or strict else 0


if __name__ == "__main__":
    sys.exit(main())
