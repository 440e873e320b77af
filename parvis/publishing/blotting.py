"""Taking names out of what has left: for whoever asks to be forgotten. What was sent stays, without them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from parvis.publishing.models import Delivery
from parvis.publishing.states import OPEN

BLOT = "…"


def still_open(deliveries: Collection[int]) -> bool:
    """Tell whether any of these is still under way: its words must not change under the engine's hands."""
    return Delivery.objects.filter(pk__in=deliveries, state__in=OPEN).exists()


def blot(deliveries: Collection[int], names: Collection[str]) -> None:
    """Take names and addresses out of deliveries that are over. Inside the transaction of whoever forgets."""
    for row in Delivery.objects.filter(pk__in=deliveries).exclude(state__in=OPEN):
        parcel = {**blotted(row.parcel, names), "to": {}} if "to" in row.parcel else blotted(row.parcel, names)
        Delivery.objects.filter(pk=row.pk).update(
            parcel=parcel, subject=blotted(row.subject, names), memory={}, refs=blotted(row.refs, names), told=blotted(row.told, names)
        )


def blotted(value: Any, names: Collection[str]) -> Any:
    """Return words, or whatever holds words, without these names."""
    if isinstance(value, str):
        longest = sorted(names, key=len, reverse=True)
        return re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", BLOT, value, flags=re.IGNORECASE) if names else value
    if isinstance(value, Mapping):
        return {key: blotted(one, names) for key, one in value.items()}
    return [blotted(one, names) for one in value] if isinstance(value, list) else value
