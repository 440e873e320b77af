"""Who may do what: verbs by role and by mandate, pages by verb, commands by verb. With --write, docs/rights.md."""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from parvis.delegation.models import Action
from parvis.delegation.permits import BEARER, VERBS_OF, WIDE_OF
from parvis.people.models import Role
from parvis.people.permissions import ALLOWED, ON_ACCOUNTS, VERBS

PAGE = Path("docs/rights.md")
ROOMS = ("people", "delegation", "voice", "channels", "media", "publishing", "posts", "inbox")
COLUMNS = (Role.OWNER, Role.EDITOR, Role.APPROVER, Role.READER)
# What refuses, and in which place it names the verb.
ASKING = {"may": 1, "NotAllowed": 0}
# How deep a command may hand the question on: `schedule_now` asks through `schedule`.
DEEP = 4
_SLUG = "c/<slug:slug>/"


@dataclass(frozen=True, slots=True)
class View:
    """An address inside a company, with the verbs (any one of them) that reading it and sending its form ask for."""

    name: str
    route: str
    read: tuple[str, ...]
    post: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, with the verbs (any one of them) that it asks for."""

    name: str
    call: Callable[..., Any]
    verbs: tuple[str, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--write", action="store_true", help=f"write {PAGE} of this folder anew")


def run(chosen: argparse.Namespace) -> int:
    """Print the tables, or write their page."""
    if chosen.write:
        PAGE.write_text(page())
    else:
        print(page(), end="")
    return 0


def page() -> str:
    """Return the page of the documentation."""
    return "\n".join(
        [
            "# Who may do what",
            "",
            "Drawn from the code by `parvis rights --write`; tests/test_rights.py walks every address and every command by these tables.",
            "",
            "## Verbs",
            "",
            "A role holds on the whole company; the verbs marked *on accounts* can also be granted on single ones, and a company's own",
            "roles are made of any of them. The last columns are the actions of a mandate, on the accounts that it names.",
            "",
            *_verbs(),
            "",
            "## Addresses",
            "",
            "Of several verbs one is enough. Whoever has no place in the company is told that there is nothing (404).",
            "",
            "| address | to read it | to send its form |",
            "|---|---|---|",
            *(f"| `{one.route}` | {_said(one.read)} | {_said(one.post)} |" for one in views()),
            "",
            "## Commands",
            "",
            "| command | asks for |",
            "|---|---|",
            *(f"| `{one.name}` | {_said(one.verbs)} |" for one in commands()),
            "",
        ]
    )


def _said(verbs: tuple[str, ...]) -> str:
    return ", ".join(verbs) or "–"


def _verbs() -> Iterator[str]:
    yield "| verb | on accounts | " + " | ".join([*COLUMNS, *(f"to {action}" for action in Action)]) + " |"
    yield "|" + "---|" * (2 + len(COLUMNS) + len(Action))
    for verb in sorted(VERBS - ALLOWED["person"]):
        held = [verb in ALLOWED[role] for role in COLUMNS]
        held += [verb in VERBS_OF[action] | WIDE_OF.get(action, frozenset()) | BEARER | ALLOWED[Role.MANDATED] for action in Action]
        yield f"| {verb} | {_yes(verb in ON_ACCOUNTS)} | " + " | ".join(map(_yes, held)) + " |"


def _yes(it: bool) -> str:
    return "yes" if it else ""


# ---- addresses


@cache
def views() -> list[View]:
    """Return every address inside a company, by its route. Raises ValueError for one that passes no gate."""
    return sorted(_walk(get_resolver().url_patterns, ""), key=lambda one: one.route)


def _walk(patterns: list[Any], prefix: str) -> Iterator[View]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith(_SLUG):
            read, post = _asks(pattern.callback, route)
            yield View(pattern.name or route, route.removeprefix(_SLUG), _split(read), _split(post or read))


def _asks(view: Any, route: str) -> tuple[str, str]:
    while view is not None:
        if hasattr(view, "asks"):
            return view.asks  # type: ignore[no-any-return]
        view = getattr(view, "__wrapped__", None)
    raise ValueError(f"no gate on {route}")


def _split(asked: str) -> tuple[str, ...]:
    return tuple(asked.split("|"))


# ---- commands


@cache
def commands() -> list[Command]:
    """Return every command: what a room offers that is told everything by name, who (`by`) and when (`now`) among it."""
    found = []
    for room in ROOMS:
        package = importlib.import_module(f"parvis.{room}")
        for info in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"parvis.{room}.{info.name}")
            found += [
                Command(f"{room}.{info.name}.{name}", call, tuple(sorted(_asked(call, DEEP))))
                for name, call in vars(module).items()
                if inspect.isfunction(call) and call.__module__ == module.__name__ and not name.startswith("_") and _told(call)
            ]
    return found


def _told(call: Callable[..., Any]) -> bool:
    parameters = inspect.signature(call).parameters
    return {"by", "now"} <= set(parameters) and all(one.kind == one.KEYWORD_ONLY for one in parameters.values())


def _asked(call: Callable[..., Any], deep: int) -> set[str]:
    """Read off a command which verbs it asks `may` for, itself or through what it calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(call)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    own = {verb for node in calls if (place := ASKING.get(_name(node))) is not None for verb in _words(node.args[place], tree)}
    if own or not deep:
        return own
    inner = {found for node in calls if (found := _found(call, node.func)) is not None and found is not call}
    return set[str]().union(*(_asked(one, deep - 1) for one in inner if "by" in inspect.signature(one).parameters))


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _words(node: ast.expr, tree: ast.AST) -> set[str]:
    """Return the verbs that an expression may be: those in it, or in the whole command where it is a name."""
    if isinstance(node, ast.Name):
        return _words(ast.Tuple(elts=[one for one in ast.walk(tree) if isinstance(one, ast.Constant)]), tree)
    words = {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and _name(one) in BY_FORM:
            return BY_FORM[_name(one)]
    return {word for word in words if re.fullmatch(r"[a-z]+\.[a-z]+", word)}


# What is asked by the form of a parcel, which tells a post from an answer: see `publishing.moves`.
BY_FORM = {"verb_of": {"posts.schedule", "inbox.answer"}, "decides": {"deliveries.decide", "inbox.answer"}}


def _found(call: Callable[..., Any], name: ast.expr) -> Callable[..., Any] | None:
    space = getattr(call, "__globals__", {})
    if isinstance(name, ast.Attribute) and isinstance(name.value, ast.Name):
        inner = getattr(space.get(name.value.id), name.attr, None)
    else:
        inner = space.get(name.id) if isinstance(name, ast.Name) else None
    return inner if inspect.isfunction(inner) and inner.__module__.startswith("parvis.") else None
