"""Taking names out of what has left: for whoever asks to be forgotten. What was sent stays, without them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from parvis.publishing.models import Attempt, Delivery
from parvis.publishing.states import OPEN

BLOT = "…"
# So short a name is a word of many languages too: it is looked for as it is written.
SHORT = 2


def still_open(deliveries: Collection[int]) -> bool:
    """Tell whether any of these is still under way: its words must not change under the engine's hands."""
    return Delivery.objects.filter(pk__in=deliveries, state__in=OPEN).exists()


def blot(deliveries: Collection[int], names: Collection[str]) -> None:
    """Take names and addresses out of deliveries that are over, and of each try to send them. Inside the transaction of whoever forgets."""
    for row in Delivery.objects.filter(pk__in=deliveries).exclude(state__in=OPEN):
        parcel = {**blotted(row.parcel, names), "to": {}} if "to" in row.parcel else blotted(row.parcel, names)
        Delivery.objects.filter(pk=row.pk).update(
            parcel=parcel, subject=blotted(row.subject, names), memory={}, refs=blotted(row.refs, names), told=blotted(row.told, names)
        )
    for one in Attempt.objects.filter(delivery__in=deliveries).exclude(delivery__state__in=OPEN):
        Attempt.objects.filter(pk=one.pk).update(told=blotted(one.told, names), trace=blotted(one.trace, names))


def blotted(value: Any, names: Collection[str]) -> Any:
    """Return words, or whatever holds words, without these names."""
    if isinstance(value, str):
        longest = [_pattern(name) for name in sorted(names, key=len, reverse=True)]
        return re.sub(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)", BLOT, value, flags=re.IGNORECASE) if names else value
    if isinstance(value, Mapping):
        return {key: blotted(one, names) for key, one in value.items()}
    return [blotted(one, names) for one in value] if isinstance(value, list) else value


def _pattern(name: str) -> str:
    return f"(?-i:{re.escape(name)})" if len(name) <= SHORT else re.escape(name)
