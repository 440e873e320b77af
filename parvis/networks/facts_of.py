"""The facts of every network by its key: also of those that cannot be connected, and of none that is not real."""

from __future__ import annotations

from parvis.networks.facts import Spec
from parvis.networks.known import NETWORKS, part

SPECS: dict[str, Spec] = {key: part(key, "spec").SPEC for key in NETWORKS}
