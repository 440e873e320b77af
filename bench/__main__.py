"""`make bench`: every measure, one after the other; exit 1 if one misses its mark."""

from __future__ import annotations

import subprocess
import sys

from bench import figures

BENCHES = ["dispatch", "pages", "rest", "codes", "film", "inbox", "audit", "desk"]


def main(names: list[str]) -> int:
    """Run the benches named, or all."""
    print(figures.machine(), flush=True)
    missed = []
    for name in names or BENCHES:
        print(f"\n--- {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            missed.append(name)
    print(f"\nmissed a mark: {', '.join(missed)}" if missed else "\nevery mark reached", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
