"""How fast, how cheaply and how punctually deliveries leave; `python -m bench.dispatch [sqlite|postgresql]`."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.figures import Figures, percentile
from bench.stage import Stage, cpu, stage, wait_until


def main(database: str = "sqlite") -> int:
    """Measure on one database; 1 when a mark was missed."""
    seen = Figures()
    with stage(database) as here:
        for stand in here.town.stands.values():
            stand.settings(answer_ms=50, limits=False)
        _crowd(seen, here)
        _failing(seen, here)
        _lone(seen, here)
        _death(seen, here)
    return 1 if seen.missed else 0


def _now() -> datetime:
    return datetime.now(UTC)


def _crowd(seen: Figures, here: Stage) -> None:
    """A thousand due deliveries on a hundred channels."""
    channels = [*here.channels("fake", 34), *here.channels("mastodon", 33), *here.channels("bluesky", 33)]
    worker = here.work()
    here.schedule(channels[:1], 1, _now())
    wait_until(here.town.posts, 60, "the first delivery: the worker has started")
    # Accounts just connected are read for the first time, which is no delivery's cost.
    wait_until(_all_read, 60, "the first readings")
    before, used = len(here.town.posts()), cpu(worker.pid)
    began = time.perf_counter()
    here.schedule(channels, 10, _now())
    committed = time.perf_counter() - began
    wait_until(lambda: len(here.town.posts()) >= before + 1000, 120, "a thousand deliveries")
    wait_until(_all_told, 30, "their verdicts")
    seen.say("dispatch.seconds", time.perf_counter() - began - committed, most=20, unit="s")
    seen.say("dispatch.cpu_per_delivery", (cpu(worker.pid) - used), most=5, unit="ms")
    here.stop()


def _all_told() -> bool:
    from parvis.publishing.models import Delivery

    return not Delivery.objects.filter(state__in=("scheduled", "sending", "unknown")).exists()


def _all_read() -> bool:
    from parvis.inbox.gathering import any_due

    return not any_due(_now())


def _failing(seen: Figures, here: Stage) -> None:
    """Ten channels that always fail, beside healthy ones on the same server and elsewhere."""
    ill = here.channels("fake", 10, prefix="ill")
    well = [*here.channels("fake", 30, prefix="well"), *here.channels("mastodon", 30, prefix="well")]
    for channel in ill:
        here.town.fake.arm("slow", every=1, account=channel.handle, ms=4000)
    before = len(here.town.posts())
    here.schedule(ill, 3, _now())
    here.work()
    wait_until(lambda: here.town.fake.faults.shown()[0]["struck"], 60, "the first failure")
    began = time.perf_counter()
    texts = {d.subject for d in here.schedule(well, 2, _now())}
    wait_until(lambda: len(texts & {p["text"] for p in here.town.posts()}) == len(texts), 60, "healthy deliveries")
    seen.say("dispatch.healthy_beside_failing", time.perf_counter() - began, most=10, unit="s")
    assert len(here.town.posts()) >= before + len(texts)
    here.town.fake.disarm()
    here.stop()


def _lone(seen: Figures, here: Stage) -> None:
    """Posts that have their hour to themselves."""
    channels = here.channels("mastodon", 20, prefix="lone")
    here.work()
    here.schedule(channels[:1], 1, _now())
    known = len(here.town.posts())
    wait_until(lambda: len(here.town.posts()) > known, 60, "the worker")
    start = _now() + timedelta(seconds=3)
    due: dict[str, datetime] = {}
    for n, channel in enumerate(channels):
        at = start + timedelta(seconds=1.37 * n)
        due[here.schedule([channel], 1, at)[0].subject] = at
    wait_until(lambda: due.keys() <= {p["text"] for p in here.town.posts()}, 60, "lone posts")
    late = [_moment(p) - due[p["text"]].timestamp() for p in here.town.posts() if p["text"] in due]
    seen.say("dispatch.lone_post_late_p95", percentile(late, 0.95), most=2, unit="s")
    assert min(late) >= 0, "a post left before its hour"
    here.stop()


def _moment(post: dict[str, Any]) -> float:
    return datetime.fromisoformat(post["at"]).timestamp()


def _death(seen: Figures, here: Stage) -> None:
    """A worker dies with a delivery in its hands; another goes on."""
    from parvis.publishing.models import Delivery

    [channel] = here.channels("fake", 1, prefix="death")
    here.town.fake.arm("slow", "commit", ms=8000, account=channel.handle)
    [held] = here.schedule([channel], 1, _now())
    here.work()
    here.work()
    rows = Delivery.objects.filter(pk=held.pk)
    wait_until(lambda: rows.filter(committing=True).exists(), 30, "the call")
    mine = [w for w in here.workers if f":{w.pid}:" in rows.values_list("worker", flat=True)[0]]
    mine[0].kill()
    began = time.perf_counter()
    wait_until(lambda: not rows.filter(state="sending").exists(), 30, "another worker")
    seen.say("dispatch.freed_after_a_death", time.perf_counter() - began, most=15, unit="s")
    here.stop()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
