"""`make test`: the checks, then the suite on every database, browser and real server that this machine has.

On PostgreSQL only what asks for the database runs: `tests/conftest.py` marks it (`database`), and shuts every database to the rest, so
that what is left out cannot have spoken to one. tests/laws and tests/test_translations.py are part of the checks. The tables are made once
for each database and copied for each worker of pytest.

What is skipped is counted and named on the last lines. With CI=true a skip is a failure.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests import check, postgres

CORES = os.cpu_count() or 2
# One more than there are cores: much of the suite waits for a stand-in.
MANY = min(8, CORES + 1)
# A journey keeps a core busy by itself, between its browser and its house.
FEW = min(4, CORES)
CHECKED = ["--ignore=tests/laws", "--ignore=tests/test_translations.py"]


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


def on_sqlite(name: str, options: list[str], workers: int, tally: Tally) -> None:
    """Run the suite on files of SQLite, whose tables are made once."""
    with tempfile.TemporaryDirectory(prefix="parvis-test-") as folder:
        path = Path(folder, "test.sqlite3")
        migrate(f"sqlite://{path}")
        for worker in range(workers):
            with closing(sqlite3.connect(path)) as made, closing(sqlite3.connect(f"{path}_gw{worker}")) as copy:
                made.backup(copy)
        pytest(name, [*options, "-n", str(workers), "--reuse-db"], tally, PARVIS_DATA=folder)


def on_postgres(name: str, options: list[str], workers: int, tally: Tally) -> None:
    """Run the suite on a cluster thrown away afterwards, whole: dropping a database fails while a killed worker's session still closes."""
    with postgres.running() as url:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE DATABASE made")
            migrate(f"{url.rpartition('/')[0]}/made")
            for worker in range(workers):
                server.execute(f"CREATE DATABASE test_postgres_gw{worker} TEMPLATE made")
        pytest(name, [*options, "-n", str(workers), "--reuse-db"], tally, PARVIS_DATABASE=url)


def migrate(url: str) -> None:
    """Make the tables in the database of that address."""
    command = [sys.executable, "-m", "django", "migrate", "--settings=tests.settings", "-v0"]
    subprocess.run(command, env={**os.environ, "PARVIS_DATABASE": url}, check=True)


def pytest(name: str, options: list[str], tally: Tally, **env: str) -> None:
    """Run the suite once and add its results."""
    print(f"\n=== {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", *CHECKED, f"--junitxml={report}", *options]
        code = subprocess.run(command, env={**os.environ, **env}, check=False).returncode
        if report.exists():
            tally.read(report)
        if code:
            tally.broken.append(name)


def main() -> int:
    """Run everything; 0 only when nothing failed (and, in CI, nothing was skipped)."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="parvis-compiled-") as folder:
        if sys.dont_write_bytecode:
            # Kept for this run where the shell keeps none: else every worker and every house that a test starts compiles all of it again.
            os.environ |= {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": folder}
        if check.main():
            tally.broken.append("make check")
        on_sqlite("the suite on SQLite", ["-m", "not slow", "--dist", "worksteal"], MANY, tally)
        if postgres.binaries():
            on_postgres("what asks for the database, on PostgreSQL", ["-m", "not slow and database", "--dist", "worksteal"], MANY, tally)
        else:
            tally.skipped["no PostgreSQL programs on this machine: the suite ran on SQLite alone"] += 1
        on_sqlite("journeys in a browser, real servers", ["-m", "slow", "--dist", "worksteal"], FEW, tally)
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
