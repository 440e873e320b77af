"""Cutting pages out of lists of statuses."""

from __future__ import annotations

from typing import Any


def paged(kept: list[dict[str, Any]], limit: int, max_id: str, since_id: str, min_id: str) -> tuple[list[dict[str, Any]], bool]:
    """Cut a page out of statuses that stand newest first; tell whether older ones follow."""
    names = [one["id"] for one in kept]
    start = names.index(max_id) + 1 if max_id in names else _older(kept, max_id)
    ends = [names.index(bound) if bound in names else _newer(kept, bound) for bound in (since_id, min_id) if bound]
    kept = kept[start : min(ends, default=len(kept))]
    shown = kept[-limit:] if min_id and not max_id else kept[:limit]
    return shown, bool(shown) and shown[-1]["id"] != names[-1]


def _older(kept: list[dict[str, Any]], max_id: str) -> int:
    if not max_id.isdigit():
        return 0
    return sum(1 for one in kept if one["id"].isdigit() and int(one["id"]) >= int(max_id))


def _newer(kept: list[dict[str, Any]], bound: str) -> int:
    """Return how many are newer than a status that is not there any more."""
    return sum(1 for one in kept if one["id"].isdigit() and int(one["id"]) > int(bound)) if bound.isdigit() else len(kept)
