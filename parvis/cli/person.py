"""Take out (as JSON) or erase what is known of somebody who wrote, when they ask for it. Erasing cannot be undone."""

from __future__ import annotations

import argparse
import json
import sys

from parvis.core import clock
from parvis.inbox.forgetting import StillLeaving, erase, exported
from parvis.inbox.models import Person
from parvis.people.actors import HOUSE


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to do, and whom it is done for."""
    parser.add_argument("what", choices=("export", "erase"))
    parser.add_argument("company", help="the company's short name, as its address has it")
    parser.add_argument("network")
    parser.add_argument("handle", help="the person's handle there, or the network's id of them")


def run(args: argparse.Namespace) -> int:
    """Do it; 1 where nobody, or more than one, is called so, or an answer to them is on its way."""
    rows = Person.objects.filter(company__slug=args.company, network=args.network).select_related("merged_into")
    found = list(rows.filter(remote_id=args.handle)) or list(rows.filter(handle__iexact=args.handle.removeprefix("@")))
    if len(found) != 1:
        print(f"{len(found)} persons are called {args.handle} there", file=sys.stderr)
        return 1
    if args.what == "export":
        print(json.dumps(exported(person=found[0], by=HOUSE, now=clock.now()), ensure_ascii=False, indent=2))
        return 0
    try:
        done = erase(person=found[0], by=HOUSE, now=clock.now())
    except StillLeaving:
        print("An answer to them is on its way: nothing was erased. Try again once it is there, or taken back.", file=sys.stderr)
        return 1
    print(f"erased: {done['messages']} messages, {done['conversations']} conversations")
    return 0
