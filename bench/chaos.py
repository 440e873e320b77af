"""`make chaos`: workers are killed at random, and all is stopped and let go again, while a thousand deliveries leave and every fault
strikes; then the networks are counted.

The last line says what the networks hold: `sent N, duplicated 0, lost 0, asked M`. Exit 1 when anything was duplicated or lost.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.stage import Stage, stage
from sandbox.server import Stand
from tests import postgres

DELIVERIES = 1000
# Few of those that count every video against a day's allowance of a hundred.
CHANNELS = {
    "fake": 18, "mastodon": 16, "bluesky": 16, "facebook": 10, "instagram": 8, "linkedin": 10, "x": 10, "google_business": 7, "youtube": 5,
}  # fmt: skip
WORKERS = 4
# Of every fault, a tenth of the calls: what publishes, what is read, and what is uploaded alike.
SHARE = 0.1
# The last few wait longest before they try or look again, and would wait for hours in a storm that never ends.
CALM = 20
STORM_SHARE = 0.6
FAULTS = [
    "reject_before_commit", "commit_then_drop", "commit_then_timeout", "commit_then_5xx", "partial_body", "slow", "rate_limited",
    "html_error_page",
]  # fmt: skip
# A network that never expires tokens cannot be made to: there this would be the end of the authorisation.
EXPIRES = {"bluesky"}
LAG_SECONDS = 1.0
# Seconds between two presses of the emergency stop.
BETWEEN = (8.0, 20.0)
# Shorter waits than in a house, so that a thousand fit into minutes; their order is the same: a reading settles (3 s) well after
# what was made shows (1 s), and a lease (4 s) ends before a slow answer would (6 s).
ENV = {"PARVIS_SETTLE_FACTOR": "0.15", "PARVIS_LEASE_SECONDS": "4", "PARVIS_ANSWER_SECONDS": "6", "PARVIS_HANDS": "96"}
OPEN = ("scheduled", "sending", "unknown")


@dataclass
class Count:
    """What the networks hold, against what was handed to the engine."""

    sent: int = 0
    duplicated: int = 0
    lost: int = 0
    asked: int = 0

    def __str__(self) -> str:
        return f"sent {self.sent}, duplicated {self.duplicated}, lost {self.lost}, asked {self.asked}"


def main() -> int:
    """Run on both databases, each in a process of its own, or on the one named."""
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--on", choices=["sqlite", "postgresql"])
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--minutes", type=float, default=9.0, help="give up after so many; the storm lasts at most six tenths of them")
    chosen = parser.parse_args()
    if chosen.on:
        return _one(chosen.on, chosen.seed, chosen.minutes * 60)
    total, bad = Count(), False
    for database in ("sqlite", *(["postgresql"] if postgres.binaries() else [])):
        print(f"--- {database}", flush=True)
        command = [sys.executable, "-m", "bench.chaos", "--on", database, "--seed", str(chosen.seed), "--minutes", str(chosen.minutes)]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        last = ""
        for line in run.stdout or ():
            print(line, end="", flush=True)
            last = line
        bad |= run.wait() != 0
        _add(total, last)
    print(total)
    return 1 if bad else 0


def _add(total: Count, line: str) -> None:
    parts = dict(part.strip().split(" ", 1) for part in line.strip().split(","))
    for name in ("sent", "duplicated", "lost", "asked"):
        setattr(total, name, getattr(total, name) + int(parts[name]))


def _one(database: str, seed: int, seconds: float) -> int:
    draw = random.Random(seed)
    with stage(database, **ENV) as here:
        here.serve()
        known = {network: count for network, count in CHANNELS.items() if network in here.town.stands}
        channels = [channel for network, count in known.items() for channel in here.channels(network, count)]
        each = DELIVERIES // len(channels)
        handed = here.schedule(channels, each, datetime.now(UTC), thread=5, picture=7, film=9, comment=4)
        for number, stand in enumerate(here.town.stands.values()):
            _arm(stand, seed + number)
        _storm(here, draw, time.monotonic() + seconds)
        here.stop()
        count = _count(here, [delivery.subject for delivery in handed])
        print(count, flush=True)
    return 1 if count.duplicated or count.lost else 0


def _arm(stand: Stand, seed: int) -> None:
    stand.settings(answer_ms=20, lag_seconds=LAG_SECONDS, limits=False)
    if "refresh_grace_seconds" in stand.settings():
        # As the real server has it: a renewal whose answer was lost may be asked for again.
        stand.settings(refresh_grace_seconds=7200)
    for number, kind in enumerate([*FAULTS, *(["token_expired"] if stand.key in EXPIRES else [])]):
        # Longer than the client waits for `commit_then_timeout`, and as long as a bad day for `slow`.
        ms = {"commit_then_timeout": 7_000, "slow": 1_500}.get(kind, 0)
        # A token that is being renewed does not expire: it is the other one that did.
        match = "commit" if kind == "token_expired" else "any"
        stand.arm(kind, match, chance=SHARE, seed=seed * 100 + number, ms=ms, reset=2)


def _storm(here: Stage, draw: random.Random, until: float) -> None:
    """Kill and start workers until nothing is under way; connect again what a stolen renewal cut off, as its owner would."""
    from parvis.publishing.models import Delivery

    killed, mended, shown, strike = 0, 0, 0.0, 0.0
    stopped, press, lift = 0, time.monotonic() + draw.uniform(*BETWEEN), 0.0
    for _ in range(WORKERS):
        here.work()
    stormy, calm = True, time.monotonic() + (until - time.monotonic()) * STORM_SHARE
    while left := Delivery.objects.filter(state__in=OPEN).count():
        now = time.monotonic()
        if stormy and (left <= CALM or now > calm):
            print(f"{left} are left: the storm is over, and they have to find their way", flush=True)
            stormy = False
            _say_faults(here)
            for stand in here.town.stands.values():
                stand.disarm()
        if now > until:
            print("out of time", flush=True)
            break
        # Never the last one at work: on a slow machine the others may still be starting, and nothing would ever leave.
        if stormy and now >= strike and len(victims := _at_work(here)) > 1:
            here.kill(draw.choice(victims))
            here.work()
            killed += 1
            strike = now + draw.uniform(0.5, 3.5)
        if stormy and not lift and now >= press:
            here.halt()
            stopped, lift = stopped + 1, now + draw.uniform(0.2, 3.0)
        elif lift and (now >= lift or not stormy):
            here.let_go()
            press, lift = time.monotonic() + draw.uniform(*BETWEEN), 0.0
        mended += here.mend()
        if not stormy:
            here.hurry()
        if now >= shown:
            _progress()
            shown = now + 10
        time.sleep(0.1)
    print(f"workers killed {killed}, accounts connected again {mended}, all stopped and let go {stopped} times", flush=True)


def _at_work(here: Stage) -> list[int]:
    """Return which workers hold something just now: only their death is of interest."""
    from parvis.publishing.models import Delivery

    holders = {name.split(":")[1] for name in Delivery.objects.exclude(worker="").values_list("worker", flat=True)}
    return [number for number, worker in enumerate(here.workers) if str(worker.pid) in holders]


def _progress() -> None:
    from django.db.models import Count as Number

    from parvis.publishing.models import Delivery

    states = dict(Delivery.objects.values_list("state").annotate(Number("pk")).order_by("state"))
    print(f"{datetime.now(UTC):%H:%M:%S} " + ", ".join(f"{name} {n}" for name, n in states.items()), flush=True)


def _say_faults(here: Stage) -> None:
    struck: Counter[str] = Counter()
    for stand in here.town.stands.values():
        for fault in stand.faults.shown():
            struck[fault["kind"]] += fault["struck"]
    print("faults struck: " + ", ".join(f"{kind} {n}" for kind, n in sorted(struck.items())), flush=True)


def _count(here: Stage, handed: list[str]) -> Count:
    """Count what the networks hold. Lost is what is on no network though nobody was asked, told, or still waited for."""
    from parvis.publishing.models import Delivery

    posts = here.town.posts()
    known = {(post["network"], post["id"]) for post in posts}
    held = Counter(post["text"] for post in posts)
    # Where an answer is a post of its own, it was counted as one.
    held.update(said["text"] for p in posts for said in p.get("comments") or () if (p["network"], said["id"]) not in known)
    rows = {d.subject: d for d in Delivery.objects.select_related("channel")}
    count = Count(sent=len(held.keys() & set(handed)), duplicated=sum(n - 1 for n in held.values()))
    for text in handed:
        row = rows[text]
        if row.state == "asked":
            count.asked += 1
            print(f"asked: {text}, {held[text]} times on {row.channel.network}: {row.told['why']['text']}", flush=True)
        elif held[text] == 0 and not (row.state == "refused" and row.told):
            count.lost += 1
            print(f"lost: {text} is {row.state} {row.told}", flush=True)
        elif held[text] > 1 or (row.state == "refused" and held[text]):
            print(f"odd: {text} is {row.state}, {held[text]} times on its network", flush=True)
    return count


if __name__ == "__main__":
    sys.exit(main())
