"""`python -m sandbox.week --url http://127.0.0.1:8899`: the public of a running town writes a week of messages, or a storm of them."""

from __future__ import annotations

import argparse
import json
import sys
import urllib.request

from sandbox.numbers import STORM, USUAL


def main() -> None:
    """Ask a running town for it, and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.week", description="The public of the stand-ins, in numbers.")
    parser.add_argument("--url", required=True, help="address of the square")
    parser.add_argument("--seed", type=int, default=1, help="the same seed brings the same words")
    parser.add_argument("--count", type=int, default=0, help=f"about how many messages ({USUAL})")
    parser.add_argument("--now", action="store_true", help="all at once instead of over the past week")
    parser.add_argument("--storm", action="store_true", help=f"{STORM} at once")
    given = parser.parse_args()
    if not given.url.startswith(("http://127.0.0.1:", "http://localhost:")):
        parser.error("the square is on this machine")
    body = json.dumps({"seed": given.seed, "count": given.count or given.storm * STORM, "spread": not (given.now or given.storm)}).encode()
    request = urllib.request.Request(f"{given.url.rstrip('/')}/_control/week", body, {"content-type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=600) as reply:  # noqa: S310
        sys.stdout.write(reply.read().decode() + "\n")


if __name__ == "__main__":
    main()
