"""Lift an emergency stop: what waited leaves in order, one by one on each account; with --hold it waits for a person's word."""

from __future__ import annotations

import argparse
import sys

from parvis.cli.stop import found
from parvis.core import clock
from parvis.people.actors import HOUSE
from parvis.publishing import releasing, stops


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("company", help="the word of the company in its addresses (/c/WORD/)")
    parser.add_argument("--channel", type=int, help="the stop of one account alone, by its number in its address")
    parser.add_argument("--hold", action="store_true", help="hold what is past its hour until a person says whether it leaves")
    parser.add_argument("--show", action="store_true", help="only show what would leave, in order")


def run(chosen: argparse.Namespace) -> int:
    """Lift, and say what leaves; 1 where nothing of the kind is stopped."""
    company, channel = found(chosen.company, chosen.channel)
    if company is None:
        return 1
    now = clock.now()
    stop = next((one for one in stops.of(company) if one.channel_id == (channel.pk if channel else None)), None)
    if stop is None:
        print("Nothing of the kind is stopped.", file=sys.stderr)
        return 1
    release = releasing.release_of(stop, now)
    for turn in release.turns:
        at = f"{turn.at:%H:%M} UTC" if turn.at else f"held ({turn.why})"
        print(f"  {at:<16} {turn.delivery.channel.handle}: {turn.delivery.subject}")
    if release.more:
        print(f"  … and {release.more} more")
    if chosen.show:
        return 0
    held = stops.resume(stop=stop, hold=chosen.hold, by=HOUSE, now=now)
    print(f"Lifted; {held} wait for a person's word." if held else "Lifted; they leave in this order.")
    return 0
