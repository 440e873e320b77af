"""How long a chain of a million entries takes to be verified, and with how much memory; `python -m bench.audit [database] [entries]`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
from django.core.management import call_command

from bench.figures import Figures
from tests import postgres

MILLION = 1_000_000
AT_ONCE = 2000
COMPANY = 1
START = datetime(2026, 1, 1, 8, 0, tzinfo=UTC)
CHILD = "only-verify"


def main(database: str = "sqlite", entries: str = str(MILLION), part: str = "") -> int:
    """Measure on one database; 1 when a mark was missed."""
    if part == CHILD:
        return _verify()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="parvis-bench-"))
        os.environ.update(DJANGO_SETTINGS_MODULE="parvis.settings", PARVIS_DATA=folder, PARVIS_LOG="ERROR", PARVIS_DATABASE="")
        if database == "postgresql":
            os.environ["PARVIS_DATABASE"] = stack.enter_context(postgres.running())
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        _write(int(entries))
        from django.db import connection

        connection.close()
        # A process of its own: what it holds at most is the reading's.
        return subprocess.run([sys.executable, "-m", "bench.audit", database, entries, CHILD], check=False).returncode


def _write(entries: int) -> None:
    """Record as commands do, several to a transaction; every tenth has facts, every hundredth is shed afterwards."""
    from parvis.audit.commands import record, shed
    from parvis.core.db import writing
    from parvis.people.actors import HOUSE

    began, cpu = time.perf_counter(), time.process_time()
    for first in range(0, entries, AT_ONCE):
        with writing():
            for n in range(first, min(entries, first + AT_ONCE)):
                facts = {"before": "2026-12-24T09:30:00+01:00", "account": "Boulangerie Lenoir", "count": n} if n % 10 == 0 else {}
                label = "Mme Oriol" if n % 100 == 7 and n < 1000 else f"Le pain au levain du jeudi n° {n % 977}"
                at = START + timedelta(seconds=n)
                record("inbox:answer:given", by=HOUSE, now=at, company_id=COMPANY, object_id=n, label=label, **facts)
    shed(company_id=COMPANY, rooms=["inbox"], labels=["Mme Oriol"], by=HOUSE, now=START)
    took, used = time.perf_counter() - began, (time.process_time() - cpu) / entries * 1e6
    print(f"{entries} entries recorded in {took:.0f} s, {used:.0f} µs of CPU each", flush=True)


def _verify() -> int:
    django.setup()
    from parvis.audit.verifying import verify

    seen = Figures()
    before = _resident()
    began, cpu = time.perf_counter(), time.process_time()
    verdict = verify(COMPANY)
    took = time.perf_counter() - began
    assert verdict.whole, verdict.findings
    seen.say("audit.verified_entries", verdict.read)
    seen.say("audit.seconds_a_million", took / verdict.read * MILLION, most=30, unit="s")
    seen.say("audit.cpu_a_million", (time.process_time() - cpu) / verdict.read * MILLION, unit="s")
    seen.say("audit.memory_over_rest", _resident() - before, most=100, unit="MB")
    return 1 if seen.missed else 0


def _resident() -> float:
    """Return the most that this process ever held, in MB."""
    return float(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) / 1024


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
