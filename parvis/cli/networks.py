"""What each network can carry, as a Markdown table drawn from its facts; with --write, put into the README of each language."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from parvis.networks.facts import ImageRule, Spec, TextRule
from parvis.networks.registry import Config, networks
from parvis.web.reading import number, size

READMES = {"en": "README.md", "fr": "LISEZMOI.md"}
BEGIN, END = "<!-- parvis networks --write -->\n", "<!-- end -->"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--language", choices=READMES, default="en")
    parser.add_argument("--write", action="store_true", help="put the table into README.md and LISEZMOI.md of this folder")


def run(chosen: argparse.Namespace) -> int:
    """Print the table, or write it."""
    if not chosen.write:
        print(table(chosen.language), end="")
        return 0
    for language, name in READMES.items():
        page = Path(name)
        page.write_text(with_table(page.read_text(), language))
    return 0


def with_table(page: str, language: str) -> str:
    """Return a README with the table of today between its marks."""
    head, _begin, rest = page.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no place for the table, between {BEGIN.strip()} and {END}")
    return f"{head}{BEGIN}{table(language)}{END}{tail}"


def table(language: str) -> str:
    """Return the table: a column for each network that is offered, a row for each thing one asks before choosing it."""
    specs = [network.spec for network in networks(Config()).values()]
    with translation.override(language):
        rows: list[tuple[str, Callable[[Spec], str]]] = [
            (_("Text"), lambda spec: ", ".join(map(_text, spec.texts))),
            (_("Pictures"), lambda spec: _pictures(spec.images)),
            (_("Description of a picture"), lambda spec: _("%(count)s characters") % {"count": number(spec.images.alt)}),
            (_("Threads"), lambda spec: _yes(spec.threads)),
            (_("Content warning"), lambda spec: _("yes") if spec.warnings else _("as the first line of the text")),
            (_("Link card"), lambda spec: _("yes") if spec.cards else _("made by the network itself")),
            # Every connector has a `delete`: the contract suite proves it.
            (_("Taken off again"), lambda spec: _("yes")),
            (_("A double is avoided"), lambda spec: _(spec.twice.value)),
            (_("Read in"), _sources),
        ]
        lines = [_row("", [spec.name for spec in specs]), _row("---", ["---"] * len(specs))]
        return "".join([*lines, *(_row(f"**{name}**", [cell(spec) for spec in specs]) for name, cell in rows)])


def _row(head: str, cells: list[str]) -> str:
    return f"| {' | '.join([head, *cells])} |\n"


def _text(rule: TextRule) -> str:
    unit = {"graphemes": _("%(count)s graphemes"), "characters": _("%(count)s characters"), "bytes": _("%(count)s bytes")}[rule.unit]
    return unit % {"count": number(rule.most)}


def _pictures(rule: ImageRule) -> str:
    kinds = ", ".join(sorted(kind.partition("/")[2].upper() for kind in rule.types))
    return _("%(count)s, of %(size)s each (%(kinds)s)") % {"count": rule.most, "size": size(rule.bytes), "kinds": kinds}


def _yes(has: bool) -> str:
    return _("yes") if has else _("no")


def _sources(spec: Spec) -> str:
    facts = [*(rule.fact for rule in spec.texts), spec.images.fact, spec.twice]
    return "<br>".join(f"{fact.source} ({fact.read.isoformat()})" for fact in facts)
