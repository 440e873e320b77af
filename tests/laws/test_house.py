"""What the import linter cannot see: the laws that keep the house standing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import ForeignKey

from parvis import settings
from parvis.cli.networks import DETAILS, READMES, details, with_table
from parvis.networks.known import NETWORKS
from parvis.networks.registry import Config, networks

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "parvis"
STACK = [
    ["core"], ["audit", "networks"], ["people"], ["delegation"], ["voice"], ["media", "channels"], ["publishing"], ["posts", "inbox"],
    ["web", "worker"], ["cli"],
]  # fmt: skip
LEVEL = {name: level for level, names in enumerate(STACK) for name in names}
ROOMS = ["audit", "people", "delegation", "voice", "media", "channels", "publishing", "posts", "inbox"]


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders or ("parvis", "sandbox"):
        yield from (p for p in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in p.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node  # type: ignore[misc]


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_app_config("parvis").get_models():
        room = model.__module__.split(".")[1]
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey):
                target = field.related_model.__module__.split(".")
                if target[0] == "parvis" and LEVEL[target[1]] > LEVEL[room]:
                    wrong.append(f"{model.__name__}.{field.name}")
    assert not wrong


def test_imports_stand_at_the_top() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not wrong


def test_there_are_no_signals() -> None:
    wrong = [p for p in sources("parvis") if re.search(r"@receiver|\.connect\(.*sender=|django\.dispatch", p.read_text())]
    assert not wrong


def test_a_network_is_named_only_in_its_own_folder() -> None:
    names = re.compile(r"bluesky|mastodon|\bbsky\b|atproto|facebook|instagram|linkedin|youtube|tiktok|google_business", re.IGNORECASE)
    allowed = {HOUSE / "settings.py", HOUSE / "networks" / "known.py", HOUSE / "networks" / "registry.py"}
    wrong = []
    for path in [*sources("parvis"), *HOUSE.rglob("web/templates/**/*.html"), *HOUSE.rglob("web/static/js/*.js")]:
        in_its_folder = path.is_relative_to(HOUSE / "networks") and path.parent != HOUSE / "networks"
        if path in allowed or in_its_folder:
            continue
        wrong += [f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(path.read_text().splitlines(), 1) if names.search(line)]
    assert not wrong


def test_a_network_listens_exactly_where_its_folder_holds_an_ear() -> None:
    lines = networks(Config(fake_base="http://127.0.0.1:9"))
    assert {key for key, line in lines.items() if line.listens} == {key for key, line in lines.items() if line.ear is not None} != set()


def test_network_folders_know_nothing_of_each_other() -> None:
    keys = {*NETWORKS, "fake"}
    wrong = []
    for path in sources("parvis/networks"):
        own = path.relative_to(HOUSE / "networks").parts[0]
        text = path.read_text()
        reached = set(re.findall(r"^(?:from|import) parvis\.networks\.(\w+)", text, re.MULTILINE)) & keys
        allowed = {own} if own in keys else set()
        wrong += [f"{path.relative_to(ROOT)}: {other}" for other in reached - allowed]
    assert not wrong


def test_every_network_folder_is_on_the_list() -> None:
    folders = {p.parent.name for p in (HOUSE / "networks").glob("*/spec.py")}
    assert folders == {*NETWORKS, "fake"}


def test_files_stay_short() -> None:
    long = [str(p.relative_to(ROOT)) for p in [*sources(), *sources("tests"), *sources("bench")] if len(p.read_text().splitlines()) > 500]
    long += [str(p.relative_to(ROOT)) for p in HOUSE.rglob("templates/**/*.*") if len(p.read_text().splitlines()) > 150]
    assert not long


def test_functions_stay_short() -> None:
    lengths = sorted(f.end_lineno - f.lineno + 1 for p in sources() for f in functions(p) if f.end_lineno)
    assert lengths[len(lengths) // 2] <= 9
    assert lengths[int(len(lengths) * 0.95)] <= 45


def test_names_say_something() -> None:
    banned = {"utils", "helpers", "services", "managers", "misc", "common"}
    assert not [p for p in sources() if p.stem in banned]


def test_rooms_hold_only_the_agreed_files() -> None:
    for room in ROOMS:
        assert not [p for p in (HOUSE / room).iterdir() if p.is_dir() and p.name != "__pycache__"], room


def commands() -> list[tuple[str, ast.FunctionDef]]:
    found = []
    for room in ("people", "voice", "channels", "media", "publishing", "posts", "inbox"):
        for path in (HOUSE / room).glob("*commands.py"):
            body = ast.parse(path.read_text()).body
            found += [(f"{room}.{f.name}", f) for f in body if isinstance(f, ast.FunctionDef) and not f.name.startswith("_")]
    return found


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda c: c if isinstance(c, str) else "")
def test_a_command_is_told_everything_by_name(name: str, command: ast.FunctionDef) -> None:
    assert not command.args.args, f"{name} takes positional arguments"
    given = {a.arg for a in command.args.kwonlyargs}
    assert "now" in given, f"{name} fetches the time instead of being told"


def test_rooms_know_no_face() -> None:
    pattern = re.compile(r"^(from|import) django\.(http|shortcuts|template)\b", re.MULTILINE)
    assert not [p for p in sources(*(f"parvis/{room}" for room in ROOMS)) if pattern.search(p.read_text())]


def test_only_publishing_writes_deliveries() -> None:
    pattern = re.compile(r"\b(Delivery|Attempt)\.objects\.(create|bulk_create|update|get_or_create|filter\([^)]*\)\.(update|delete))")
    wrong = [p for p in sources("parvis") if "publishing" not in p.parts and pattern.search(p.read_text())]
    assert not wrong


def test_every_setting_is_read_and_named_once() -> None:
    names = [s.env for s in settings.known]
    assert len(names) == len(set(names))
    assert all(s.why.endswith(".") for s in settings.known)


def test_nothing_names_this_machine() -> None:
    pattern = re.compile(r"(^|[^A-Za-z0-9_.])/(work|farm|root)/[a-z.]")
    kinds, elsewhere = {".py", ".md", ".toml", ".sh", ".html", ".js", ".mjs"}, {".venv", "var", "node_modules"}
    texts = [p for p in ROOT.rglob("*") if p.suffix in kinds and not set(p.parts) & elsewhere]
    assert not [str(p) for p in texts if pattern.search(p.read_text())]


@pytest.mark.parametrize(("language", "name"), READMES.items())
def test_the_readmes_say_what_the_networks_carry_today(language: str, name: str) -> None:
    page = (ROOT / name).read_text()
    assert with_table(page, language) == page, "run `parvis networks --write`"


def test_the_page_of_the_networks_says_what_the_code_says() -> None:
    assert (ROOT / DETAILS).read_text() == details(), "run `parvis networks --write`"
