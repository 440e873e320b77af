"""How a measure is said: a name, what was seen, what it must reach."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field


@dataclass
class Figures:
    """The figures of one bench; `missed` names those that did not reach their mark."""

    missed: list[str] = field(default_factory=list)

    def say(self, name: str, seen: float, *, most: float | None = None, unit: str = "") -> None:
        """Print one figure, and remember it if it is over `most`."""
        mark = "" if most is None else f"   (must be ≤ {most:g} {unit})".rstrip(" )") + ")"
        print(f"{name:<44} {seen:>10.2f} {unit:<4}{mark}", flush=True)
        if most is not None and seen > most:
            self.missed.append(name)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine() -> str:
    """Name the machine that the figures were seen on."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            model = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} cores, {model}, Python {platform.python_version()}, {platform.system()} {platform.release().split('-')[0]}"
