"""Real worker processes on the test's own database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from parvis.publishing.models import Delivery
from sandbox.fake import Fake


def database() -> str:
    """Return the address of the database that this test stands on."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite://{at['NAME']}"
    return f"postgresql://{quote(at['USER'])}:{quote(at['PASSWORD'] or 'x')}@{at['HOST']}:{at['PORT']}/{at['NAME']}"


@dataclass
class Workers:
    """Worker processes with short leases, so that a death is noticed within a second."""

    env: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen([sys.executable, "-m", "parvis.cli", "work"], env=self.env)
        self.running.append(worker)
        return worker

    def kill_the_holder(self, delivery: Delivery) -> None:
        """SIGKILL the process that holds this delivery."""
        name = Delivery.objects.values_list("worker", flat=True).get(pk=delivery.pk)
        [holder] = [worker for worker in self.running if f":{worker.pid}:" in name]
        holder.kill()
        holder.wait()


@contextmanager
def workers(fake: Fake) -> Iterator[Workers]:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "parvis.settings",
        "PARVIS_DATABASE": database(),
        "PARVIS_FAKE": fake.url,
        "PARVIS_LOG": "ERROR",
        "PARVIS_LEASE_SECONDS": "1.0",
        "PARVIS_SETTLE_FACTOR": "0.2",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    made = Workers(env)
    try:
        yield made
    finally:
        for worker in made.running:
            worker.kill()
            worker.wait()


def wait_until(true: Callable[[], object], what: str) -> None:
    """Wait for something that must come; three minutes are given to the slowest machine."""
    until = time.monotonic() + 180
    while not true():
        assert time.monotonic() < until, f"{what} never came"
        time.sleep(0.05)
