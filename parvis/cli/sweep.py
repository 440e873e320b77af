"""Delete the files that nothing names any more (older than a day: a younger one may only be waiting for its row)."""

from __future__ import annotations

import argparse

from parvis.channels.models import Channel
from parvis.core import clock
from parvis.inbox import faces
from parvis.media.commands import sweep
from parvis.publishing.queries import files_waiting


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take none."""


def run(args: argparse.Namespace) -> int:
    """Sweep, and say how many files went."""
    avatars = frozenset(Channel.objects.exclude(avatar="").values_list("avatar", flat=True))
    gone = sweep(used_elsewhere=avatars | faces.shown() | files_waiting(), now=clock.now())
    print(f"{gone} files deleted")
    return 0
