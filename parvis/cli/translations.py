"""The catalogues: gather the strings, compile them, say what is missing or badly set."""

from __future__ import annotations

import argparse

from parvis.web import catalogues


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("verb", choices=["extract", "compile", "check"])


def run(chosen: argparse.Namespace) -> int:
    """Do it; `check` ends with 1 when something is wrong."""
    if chosen.verb == "extract":
        catalogues.extract()
    if chosen.verb != "check":
        catalogues.compile_stale()
        return 0
    found = catalogues.complaints()
    print("\n".join(found) or "The catalogues are complete.")
    return 1 if found else 0
