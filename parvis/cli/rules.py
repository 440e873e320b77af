"""The rules of les codes: all of them in a list, one explained, or with --write a page for each in docs/rules."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from parvis.cli.lintfile import spoken
from parvis.cli.reports import NAMES
from parvis.networks.codes.catalogue import BY_ID, RULES, UNCHECKED
from parvis.networks.codes.rule import Rule
from parvis.networks.facts_of import SPECS

FOLDER = Path("docs/rules")
INDEX = "README.md"
HEADS = {
    "en": ("Why", "What to do", "For", "Severity", "Thresholds", "Corrected by itself", "Source", "yes", "no", "every network", "trades"),
    "fr": (
        "Pourquoi",
        "Que faire",
        "Pour",
        "Gravité",
        "Seuils",
        "Se corrige tout seul",
        "Source",
        "oui",
        "non",
        "tous les réseaux",
        "métiers",
    ),
}

COLON = {"en": ":", "fr": "\u00a0:"}
DOUBT = {"en": "; nobody has confirmed it", "fr": "\u202f; personne ne l’a confirmé"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="the rules to explain; the list of all when left out")
    parser.add_argument("--say", choices=("fr", "en"), help="the language of the answer (that of the terminal)")
    parser.add_argument("--write", action="store_true", help="write a page for every rule into docs/rules")


def run(chosen: argparse.Namespace) -> int:
    """Print the list, or some rules in full, or write the pages."""
    language = chosen.say or spoken()
    if chosen.write:
        write(FOLDER)
        return 0
    ids = [code.upper() for code in chosen.ids]
    for code in ids:
        if code not in BY_ID:
            why = next((f"{one.what.within(language)} {one.why.within(language)}" for one in UNCHECKED if one.id == code), "")
            print(f"parvis rules: {code}: {why}" if why else f"parvis rules: no rule is called “{code}”", file=sys.stderr)
            return 2
    print("\n\n".join(explained(BY_ID[code], language) for code in ids) if ids else listed(language))
    return 0


def listed(language: str) -> str:
    """Return a line a rule."""
    return "\n".join(f"{rule.id:<6} {NAMES[language][rule.severity]:<14} {rule.says.within(language, rule.limits)}" for rule in RULES)


def explained(rule: Rule, language: str) -> str:
    """Return all there is to say of a rule, for a terminal."""
    return "\n".join(
        [
            f"{rule.id} {rule.name}: {rule.says.within(language, rule.limits)}",
            *(f"  {name}: {text}" for name, text in facts(rule, language)),
        ]
    )


def facts(rule: Rule, language: str) -> list[tuple[str, str]]:
    """Return what a person asks of a rule, each with its name."""
    why, cure, concerns, severity, limits, fixes, source, yes, no, every, trades = HEADS[language]
    whom = ", ".join(SPECS[key].name for key in SPECS if rule.networks and key in rule.networks) or every
    if rule.trades:
        whom += f" ({trades}{COLON[language]} {', '.join(sorted(rule.trades))})"
    found = [
        (why, rule.why.within(language, rule.limits)),
        (cure, rule.cure.within(language, rule.limits)),
        (concerns, whom),
        (severity, NAMES[language][rule.severity]),
    ]
    if rule.limits:
        found.append((limits, ", ".join(f"`{rule.id}.{name}` = {value}" for name, value in rule.limits.items())))
    return [*found, (fixes, yes if rule.fixes else no), (source, _source(rule, language))]


def _source(rule: Rule, language: str) -> str:
    source = rule.source
    read = f"lu le {source.read:%d/%m/%Y}" if language == "fr" else f"read on {source.read:%Y-%m-%d}"
    where = f" <{source.url}>" if source.url else ""
    return f"{source.name}{where} ({read}{'' if source.verified else DOUBT[language]})"


# ---- the pages


def write(folder: Path) -> None:
    """Write a page for every rule and their index; a page of a rule that is no more goes."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for page in folder.glob("*.md"):
        if page.name not in wanted:
            page.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return every page by its file's name."""
    return {INDEX: _index(), **{f"{rule.id}.md": page(rule) for rule in RULES}}


def page(rule: Rule) -> str:
    """Return a rule's page, in French, then in English."""
    return f"# {rule.id} · {rule.name}\n\n{_half(rule, 'fr')}\n---\n\n{_half(rule, 'en')}"


def _half(rule: Rule, language: str) -> str:
    lines = "".join(f"- **{name}**{COLON[language]} {text}\n" for name, text in facts(rule, language))
    return f"**{rule.says.within(language, rule.limits)}**\n\n{lines}"


def _index() -> str:
    head = (
        "# Les codes\n\nMade by `parvis rules --write`: every rule, then every code that no post can show, with the reason.\n\n"
        "| rule | for | severity | it says | elle dit |\n|---|---|---|---|---|\n"
    )
    rows = "".join(
        f"| [{rule.id}]({rule.id}.md) | {', '.join(sorted(rule.networks)) if rule.networks else 'all'} | {rule.severity.word} | "
        f"{_cell(rule.says.within('en', rule.limits))} | {_cell(rule.says.within('fr', rule.limits))} |\n"
        for rule in RULES
    )
    rest = "".join(f"| {one.id} | {_cell(one.what.en)} | {_cell(one.why.en)} | {_cell(one.why.fr)} |\n" for one in UNCHECKED)
    return f"{head}{rows}\n## Not checked\n\n| code | what | why | pourquoi |\n|---|---|---|---|\n{rest}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
