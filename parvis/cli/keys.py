"""The keys that seal the tokens. `add` puts a new key first; `rotate` seals everything anew with it; then old ones may go."""

from __future__ import annotations

import argparse
from collections import Counter

from django.conf import settings

from parvis.audit.commands import mark_again
from parvis.channels import commands
from parvis.core import clock, secrets
from parvis.people.actors import HOUSE
from parvis.people.sealing import rotate_second_factors


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("what", choices=["show", "add", "rotate"])


def run(chosen: argparse.Namespace) -> int:
    """Show the key in force, add a key, or rotate."""
    if chosen.what == "show":
        print(f"Sealing with key {settings.KEYS.current}.")
        return 0
    if chosen.what == "add":
        return _add()
    return _rotate()


def _add() -> int:
    path = settings.DATA_DIR / "keys"
    if not path.exists():
        print("The keys come from PARVIS_KEYS; put this pair first in it:\n" + secrets.new_key())
        return 0
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(f"{secrets.new_key()}\n{path.read_text()}")
    draft.replace(path)
    print("A new key stands first. Restart web and worker, then run: parvis keys rotate")
    return 0


def _rotate() -> int:
    counts = Counter(commands.rotate_seals(now=clock.now()))
    counts.update(rotate_second_factors(by=HOUSE, now=clock.now()))
    # A journal whose mark no key here made is for `parvis audit verify` to tell of.
    counts["done"] += mark_again()["done"]
    print(f"{counts['done']} sealed anew, {counts['left']} left, {counts['unreadable']} that no key here opens.")
    if counts["left"]:
        print("Some changed meanwhile: run it again until none is left. Only then may older keys go.")
        return 1
    print(f"Everything that can be opened is sealed with key {settings.KEYS.current}; older keys may be removed.")
    return 0
