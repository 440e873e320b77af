"""What stops a departure: the word for it, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from parvis.channels.models import Channel
from parvis.core.say import Say
from parvis.media.models import Asset

# The kind of what no hard limit stops, but a code does (see `advice`).
CODE = "code"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stops a departure. `kind` is its short permanent name; `part` counts from 0; None means the whole."""

    kind: str
    what: Say
    channel: Channel | None = None
    part: int | None = None
    asset: Asset | None = None
