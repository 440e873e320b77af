"""The command line: `parvis run`, `parvis work`, and what keeps a house in order.

Only the module of the chosen command is imported, so that the lightest start in no time and the supervisor stays small.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

# Name, what it is for, and whether it needs Django's registry of models before it can even be imported.
COMMANDS = {
    "run": ("web server and worker together", False),
    "serve": ("the web server alone", False),
    "work": ("a worker alone; any number may run", True),
    "prepare": ("bring database, catalogues and static files up to date", True),
    "stop": ("the emergency stop: hold everything that would leave a company, or one account", True),
    "resume": ("lift an emergency stop: what waited leaves in order", True),
    "keys": ("the keys that seal the tokens: show, add, rotate", True),
    "audit": ("the journal: verify that nobody changed it, export it", True),
    "approvals": ("what waits for a yes in a company", True),
    "person": ("what we know of somebody who wrote: export it, or erase it", True),
    "sweep": ("delete the files of pictures that nothing names any more", True),
    "rights": ("who may do what, as tables; writes docs/rights.md", True),
    "networks": ("what each network can carry, as a table; writes it into the README", True),
    "lint": ("what les codes say of a post; needs no database and no settings", False),
    "rules": ("the rules of les codes, explained; writes their pages into docs/rules", False),
    "settings": ("every setting, its environment name and its value", False),
    "translations": ("the catalogues: extract, compile, check", False),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 it could not, 2 bad usage."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parvis.settings")
    given = list(sys.argv[1:] if argv is None else argv)
    asked = given[:1] in (["-h"], ["--help"], ["help"])
    if not given or given[0] not in COMMANDS:
        _usage(asked=asked)
        return 0 if asked else 2
    if COMMANDS[given[0]][1]:
        importlib.import_module("django").setup()
    module = importlib.import_module(f"parvis.cli.{given[0]}")
    parser = argparse.ArgumentParser(prog=f"parvis {given[0]}", description=module.__doc__)
    module.arguments(parser)
    return int(module.run(parser.parse_args(given[1:])) or 0)


def _usage(*, asked: bool) -> None:
    out = sys.stdout if asked else sys.stderr
    print("usage: parvis COMMAND [options]\n", file=out)
    for name, (what, _) in COMMANDS.items():
        print(f"  {name:<14}{what}", file=out)


if __name__ == "__main__":
    sys.exit(main())
