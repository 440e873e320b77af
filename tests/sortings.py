"""What sorting makes of the messages marked by hand: `python -m tests.sortings` prints the table of docs/sorting.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parvis.inbox.sorting import sort

# Those that nothing was tuned on come first.
SETS = ("last", "unseen", "fresh", "held_out", "afterwards", "tuned", "marked")
_HERE = Path(__file__).parent


def _read(name: str) -> Any:
    return json.loads((_HERE / f"inbox_{name}.json").read_text("utf-8"))


MESSAGES: dict[str, list[dict[str, Any]]] = {**_read("messages"), **{name: _read(name) for name in ("tuned", "unseen", "last")}}


def figures(name: str) -> dict[str, float]:
    """Return how many of a set are sorted as a person did, and how many of its complaints are found and rightly called so."""
    rows = [(row, sort(row["words"])) for row in MESSAGES[name]]
    complaints = [said["topic"] == "complaint" for row, said in rows if row["topic"] == "complaint"]
    called = [row["topic"] == "complaint" for row, said in rows if said["topic"] == "complaint"]
    right = sum(row["topic"] == said["topic"] for row, said in rows)
    return {
        "messages": len(rows),
        "right": right / len(rows),
        "found": sum(complaints) / len(complaints),
        "precise": sum(called) / len(called),
        "other": sum(said["topic"] == "other" != row["topic"] for row, said in rows) / max(1, len(rows) - right),
    }


def table() -> list[str]:
    """Return the lines of the table in the documentation."""
    rows = ["| set | messages | sorted as a person did | complaints found | rightly called complaints | of the mistakes, left in “other” |", "|---|---|---|---|---|---|"]  # fmt: skip  # noqa: E501
    for name in SETS:
        one = figures(name)
        shares = " | ".join(f"{one[key]:.0%}" for key in ("right", "found", "precise", "other"))
        rows.append(f"| `{name}` | {one['messages']} | {shares} |")
    return rows


if __name__ == "__main__":
    print("\n".join(table()))
