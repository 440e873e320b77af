"""Every command writes the journal: found by its shape (told `by` and `now` by name), followed through the code as far as `record(`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2] / "parvis"
ROOMS = ["audit", "people", "delegation", "voice", "media", "channels", "publishing", "posts", "inbox"]

Name = tuple[str, str]
EXCUSED = {
    "posts.exporting.export_json": "a reading: it changes nothing",
    "media.films.wanted": "asked for by itself whenever a post is shaped; what becomes of it is written at its end (media:making:done)",
    "posts.heavy.wanted": "the same, for each video of a post",
    "inbox.commands.look_at": "where somebody looks is for colleagues at that moment, and nobody's business afterwards",
    "inbox.commands.seen": "the same",
    "inbox.commands.writes": "the same",
    "inbox.commands.leave": "the same",
    "inbox.commands.draft": "words that were said to nobody yet",
    "inbox.ready.use_saved": "it counts how often a text serves; the answer itself is written when it is given",
}


@cache
def module(name: str) -> ast.Module | None:
    path = HOUSE.parent / Path(*name.split("."))
    file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
    return ast.parse(file.read_text()) if file.exists() else None


@cache
def functions(name: str) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module, and the methods of its classes by `Class.method` and by `method`."""
    tree, found = module(name), {}
    for node in tree.body if tree else []:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.ClassDef):
            found |= {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


@cache
def imported(name: str) -> dict[str, Name]:
    """Return what names of a module stand for elsewhere in the house: (module, function), or (module, "") for a module."""
    tree, found = module(name), {}
    for node in tree.body if tree else []:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("parvis"):
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                found[one.asname or one.name] = (whole, "") if module(whole) else (node.module, one.name)
    return found


def called(name: str, function: ast.FunctionDef) -> Iterator[Name]:
    """Return the functions of the house that this one calls, or hands on to be called."""
    known = imported(name)
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            if node.id in known:
                yield known[node.id]
            elif node.id in functions(name):
                yield name, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            where, inside = known[node.value.id]
            if not inside:
                yield where, node.attr


def records(start: Name) -> bool:
    """Tell whether a function reaches `record`."""
    seen, left = set(), [start]
    while left:
        here = left.pop()
        if here == ("parvis.audit.commands", "record"):
            return True
        if here in seen or not (function := functions(here[0]).get(here[1])):
            continue
        seen.add(here)
        left += called(here[0], function)
    return False


def commands() -> Iterator[Name]:
    for room in ROOMS:
        for path in sorted((HOUSE / room).glob("*.py")):
            name = f"parvis.{room}.{path.stem}"
            for function in functions(name).values():
                told = {argument.arg for argument in function.args.kwonlyargs}
                if not function.name.startswith("_") and {"by", "now"} <= told:
                    yield name, function.name


COMMANDS = [name for name in commands() if name[1] != "record"]


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: ".".join(name).removeprefix("parvis."))
def test_a_command_writes_the_journal(name: Name) -> None:
    short = ".".join(name).removeprefix("parvis.")
    if short in EXCUSED:
        assert not records(name), "it writes the journal after all: take its excuse away"
    else:
        assert records(name), "it changes something and the journal says nothing; record it, or say in EXCUSED why not"


def test_commands_are_found() -> None:
    assert len(COMMANDS) > 80
    assert not set(EXCUSED) - {".".join(name).removeprefix("parvis.") for name in COMMANDS}, "excuses of commands that are gone"
