"""A start that has nothing to prepare does not wait; one that has, does."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]


@dataclass
class House:
    """A copy of the house, prepared once."""

    root: Path
    data: Path

    def python(self, *args: str, **more: str) -> str:
        done = self.done(*args, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def done(self, *args: str, **more: str) -> subprocess.CompletedProcess[str]:
        env = {name: value for name, value in os.environ.items() if name not in {"DJANGO_SETTINGS_MODULE", "PYTHONPATH"}}
        env |= {"PARVIS_DATA": str(self.data), "PARVIS_DATABASE": "", "PARVIS_LOG": "WARNING", **more}
        return subprocess.run([sys.executable, *args], cwd=self.root, env=env, capture_output=True, text=True, timeout=120, check=False)

    def is_current(self, demo: bool = False, **more: str) -> bool:
        return self.done("-m", "parvis.cli.stamp", *(["--demo"] if demo else []), **more).returncode == 0


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> House:
    root = tmp_path_factory.mktemp("house")
    for part in ("parvis", "sandbox"):
        shutil.copytree(HERE / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    house = House(root, root / "var")
    house.python("-m", "parvis.cli", "prepare")
    return house


def test_a_prepared_house_need_not_be_prepared_again(prepared: House) -> None:
    assert prepared.is_current()


def test_a_house_that_never_was_prepared_must_be(prepared: House, tmp_path: Path) -> None:
    assert not prepared.is_current(PARVIS_DATA=str(tmp_path))


def test_the_demonstration_is_prepared_apart(prepared: House) -> None:
    assert not prepared.is_current(demo=True)


def test_another_database_must_be_prepared(prepared: House) -> None:
    assert not prepared.is_current(PARVIS_DATABASE="postgresql://localhost/parvis")


def test_a_copied_data_folder_is_prepared_in_its_new_place(prepared: House, tmp_path: Path) -> None:
    shutil.copytree(prepared.data, tmp_path / "var")
    assert not prepared.is_current(PARVIS_DATA=str(tmp_path / "var"))


@contextmanager
def new_migration(house: House) -> Iterator[None]:
    path = house.root / "parvis/migrations/0002_more.py"
    path.touch()
    yield
    path.unlink()


@contextmanager
def other_style(house: House) -> Iterator[None]:
    path = house.root / "parvis/web/static/css/base.css"
    before = path.stat()
    os.utime(path)
    yield
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@contextmanager
def older_tables(house: House) -> Iterator[None]:
    path = house.data / "parvis.sqlite3"
    kept = path.read_bytes()
    tables = sqlite3.connect(path)
    tables.execute("DELETE FROM django_migrations WHERE app = 'parvis'")
    tables.commit()
    tables.close()
    yield
    path.write_bytes(kept)


@contextmanager
def no_files(house: House) -> Iterator[None]:
    (house.data / "static").rename(house.data / "away")
    yield
    (house.data / "away").rename(house.data / "static")


@pytest.mark.parametrize("change", [new_migration, other_style, older_tables, no_files])
def test_what_changed_is_prepared_at_the_next_start(prepared: House, change: Callable[[House], AbstractContextManager[None]]) -> None:
    with change(prepared):
        assert not prepared.is_current()
    assert prepared.is_current()


AT_WORK = """
import threading, django
django.setup()
from parvis.core import clock
from parvis.inbox import gathering
from parvis.worker import loop, rounds
gathering.any_due(clock.now())
rounds.make_rounds()
"""
LOADS = {
    "supervisor": ("import parvis.cli.run", {"sqlite3", "dataclasses", "pathlib", "parvis.cli.stamp"}),
    "web server": ("import parvis.web.wsgi", {"PIL", "regex", "av", "pypdf", "typst"}),
    "worker": (AT_WORK, {"PIL", "regex", "av", "pypdf", "typst", "cryptography", "fido2"}),
}


@pytest.mark.parametrize("process", LOADS)
def test_what_a_house_at_rest_does_without_is_not_loaded(prepared: House, process: str) -> None:
    code, heavy = LOADS[process]
    loaded = prepared.python("-c", f"{code}\nimport sys; print(*sys.modules)", DJANGO_SETTINGS_MODULE="parvis.settings").split()
    assert not heavy & set(loaded)
