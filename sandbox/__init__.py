"""Stand-ins of the networks over real HTTP, on this machine only, with faults on demand: for the demo and the tests."""

from __future__ import annotations

from sandbox.town import Town, running

__all__ = ["Town", "running"]
