"""What each network can carry, drawn from its facts: a table for the READMEs, and a page with every limit and its source."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _

from parvis.networks.facts import Fact, ImageRule, Spec, TextRule, VideoRule
from parvis.networks.registry import Config, networks
from parvis.web.reading import number, size

READMES = {"en": "README.md", "fr": "LISEZMOI.md"}
DETAILS = Path("docs/networks.md")
BEGIN, END = "<!-- parvis networks --write -->\n", "<!-- end -->"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--language", choices=READMES, default="en")
    parser.add_argument("--write", action="store_true", help="write README.md, LISEZMOI.md and docs/networks.md of this folder anew")


def run(chosen: argparse.Namespace) -> int:
    """Print the table, or write it."""
    if not chosen.write:
        print(table(chosen.language), end="")
        return 0
    for language, name in READMES.items():
        page = Path(name)
        page.write_text(with_table(page.read_text(), language))
    DETAILS.write_text(details())
    return 0


def with_table(page: str, language: str) -> str:
    """Return a README with the table of today between its marks."""
    head, _begin, rest = page.partition(BEGIN)
    _old, end, tail = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no place for the table, between {BEGIN.strip()} and {END}")
    return f"{head}{BEGIN}{table(language)}{END}{tail}"


def _offered() -> list[Spec]:
    return [network.spec for network in networks(Config()).values()]


def table(language: str) -> str:
    """Return the table: a row for each network that can be connected, a column for each thing one asks before choosing it."""
    with translation.override(language):
        columns: list[tuple[str, Callable[[Spec], str]]] = [
            (_("Text"), lambda spec: _text(spec.texts[0]) if spec.texts else _no()),
            (_("Pictures"), lambda spec: str(spec.images.most) if spec.images.most else _no()),
            (_("Video"), lambda spec: _video(spec.videos)),
            (_("Other forms"), _forms),
            (_("Threads"), lambda spec: _yes(spec.threads)),
            (_("First comment"), lambda spec: _yes(spec.comment is not None)),
            (_("Changed afterwards"), lambda spec: _yes(spec.edits)),
            (_("To connect it"), _door),
        ]
        lines = [_row("", [name for name, _cell in columns]), _row("---", ["---"] * len(columns))]
        return "".join([*lines, *(_row(f"**{spec.name}**", [cell(spec) for _name, cell in columns]) for spec in _offered())])


def details() -> str:
    """Return the page that says every limit of every network, how a double is avoided there, and where all this was read."""
    with translation.override("en"):
        parts = ["# What each network takes", "Drawn from the code by `parvis networks --write`; a server’s own limits go before these."]
        for spec in _offered():
            parts += [f"## {spec.name}", "\n".join(f"* {line}" for line in _limits(spec)), f"A double is avoided: {_(spec.twice.value)}"]
            parts.append("Read in: " + "; ".join(dict.fromkeys(f"{f.source} ({f.read.isoformat()})" for f in _facts(spec))) + ".")
        return "\n\n".join(parts) + "\n"


def _limits(spec: Spec) -> list[str]:
    lines = [f"{_('Text')}: {', '.join(map(_text, spec.texts))}"] if spec.texts else []
    if spec.images.most:
        lines.append(f"{_('Pictures')}: {_pictures(spec.images)}")
        lines.append(f"{_('Description of a picture')}: " + _("%(count)s characters") % {"count": number(spec.images.alt)})
    if spec.videos:
        lines.append(f"{_('Video')}: {_video(spec.videos)}, {size(spec.videos.bytes)}")
    if spec.documents:
        lines.append(
            f"{_('Document')}: " + _("%(pages)s pages, %(size)s") % {"pages": spec.documents.pages, "size": size(spec.documents.bytes)}
        )
    lines.append(f"{_('Content warning')}: {_('yes') if spec.warnings else _('as the first line of the text')}")
    lines.append(f"{_('Link card')}: {_('yes') if spec.cards else _('made by the network itself')}")
    return lines


def _row(head: str, cells: list[str]) -> str:
    return f"| {' | '.join([head, *cells])} |\n"


def _text(rule: TextRule) -> str:
    units = {"graphemes": _("%(count)s graphemes"), "bytes": _("%(count)s bytes")}
    return units.get(rule.unit, _("%(count)s characters")) % {"count": number(rule.most)}


def _pictures(rule: ImageRule) -> str:
    kinds = ", ".join(sorted(kind.partition("/")[2].upper() for kind in rule.types))
    return _("%(count)s, of %(size)s each (%(kinds)s)") % {"count": rule.most, "size": size(rule.bytes), "kinds": kinds}


def _video(rule: VideoRule | None) -> str:
    if rule is None:
        return _no()
    minutes = rule.seconds / 60
    return (
        _("%(count)s min") % {"count": number(round(minutes))}
        if minutes >= 3
        else _("%(count)s s") % {"count": number(round(rule.seconds))}
    )


def _forms(spec: Spec) -> str:
    names = [_(form.name.text) for form in spec.forms] + ([_("document")] if spec.documents else [])
    return ", ".join(name.lower() for name in names) or "–"


def _door(spec: Spec) -> str:
    doors = {"password": _("a password made for Parvis"), "oauth": _("a yes on its page"), "token": _("a token")}
    return _("an application to create there") if spec.app else doors.get(spec.door, "–")


def _yes(has: bool) -> str:
    return _("yes") if has else _no()


def _no() -> str:
    return _("no")


def _facts(spec: Spec) -> list[Fact]:
    rules = [*spec.texts, spec.images, *(rule for rule in (spec.videos, spec.documents, spec.comment) if rule)]
    return [*(rule.fact for rule in rules), spec.twice]
