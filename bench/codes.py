"""Les codes: one post of 2 000 characters on nine networks, ten thousand posts in a row, and how soon the command answers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figures, percentile
from parvis.networks.codes.draft import Context
from parvis.networks.codes.linter import drafts, lint_all
from parvis.networks.facts_of import SPECS

CORPUS = Path(__file__).parents[1] / "tests" / "codes" / "corpus.json"
LENGTH, STEP = 2000, 173
BATCH, ROUNDS = 10_000, 9
MOST_MS, MOST_BATCH, MOST_START = 10, 60, 0.4


def main() -> int:
    """Measure on the posts of the corpus, well made and clumsy ones."""
    told = json.loads(CORPUS.read_text(encoding="utf-8"))
    posts = [(post["network"], post["text"]) for post in [*told["good"], *told["clumsy"]]]
    context = Context(at=datetime(2027, 3, 2, 9, tzinfo=UTC))
    seen = Figures()
    whole = "\n\n".join(text for _network, text in posts)
    long = [whole[at : at + LENGTH] for at in range(0, len(whole) - LENGTH, STEP)]
    for text in long[:5]:
        lint_all(drafts(text, SPECS.values(), context))
    seen.say(
        f"{LENGTH} characters on nine networks: p95 of {len(long)}",
        percentile([_ms(text, context) for text in long], 0.95),
        most=MOST_MS,
        unit="ms",
    )
    began = time.perf_counter()
    for turn in range(BATCH):
        network, text = posts[turn % len(posts)]
        # Another text each time: nothing may be remembered from the last round.
        lint_all(drafts(f"{text} ({turn})", [SPECS[network]], context))
    seen.say(f"{BATCH} posts, each on its network", time.perf_counter() - began, most=MOST_BATCH, unit="s")
    starts = [_start() for _ in range(ROUNDS)]
    seen.say("parvis lint on one post, from the shell", percentile(starts, 0.5), most=MOST_START, unit="s")
    return 1 if seen.missed else 0


def _ms(text: str, context: Context) -> float:
    began = time.perf_counter()
    lint_all(drafts(text, SPECS.values(), context))
    return (time.perf_counter() - began) * 1000


def _start() -> float:
    began = time.perf_counter()
    # This interpreter and our own command line on a text of ours.
    subprocess.run(
        [sys.executable, "-m", "parvis.cli", "lint", "-"], input=b"Le pain de seigle est de retour.", capture_output=True, check=False
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
