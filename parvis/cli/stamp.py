"""Whether the house is prepared already: then a start need not wait for it. Knows nothing of Django, which takes a second to load.

A stamp in the data folder says what the house was made of when it was last prepared. The tables are asked again each time: a
database may have been put back from an older copy. Only SQLite is asked; on PostgreSQL every start prepares.
`python -m parvis.cli.stamp` ends well where nothing is to be prepared.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
SOURCES = ("web/static", "migrations", "locale")
LIBRARIES = ("django", "allauth", "whitenoise")


def is_current(*, demo: bool) -> bool:
    """Tell whether files, catalogues and tables are as the last preparation left them."""
    try:
        kept = json.loads(_path().read_text())
        made = (_folder() / "static" / "staticfiles.json").exists()
        return made and kept["of"] == _made_of(demo) and _tables(kept["database"]) == kept["tables"]
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
        return False


def mark(*, demo: bool, database: str, tables: Iterable[tuple[str, str]]) -> None:
    """Say that the house is prepared: `database` is the file of its tables, `tables` the migrations that made them."""
    draft = _path().with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({"of": _made_of(demo), "database": database, "tables": _sorted(tables)}))
    draft.replace(_path())


def _folder() -> Path:
    return Path(os.environ.get("PARVIS_DATA") or HOUSE.parent / "var")


def _path() -> Path:
    return _folder() / "prepared.json"


def _made_of(demo: bool) -> list[str]:
    libraries = (spec.origin for name in LIBRARIES if (spec := importlib.util.find_spec(name)) and spec.origin)
    files = (_seen(Path(path)) for path in (*libraries, *_sources()))
    return [str(demo), str(_folder().resolve()), os.environ.get("PARVIS_DATABASE", ""), *files]


def _sources() -> Iterator[str]:
    for folder in SOURCES:
        for root, _, names in sorted(os.walk(HOUSE / folder)):
            yield from (os.path.join(root, name) for name in sorted(names) if not name.endswith(".pyc"))


def _seen(path: Path) -> str:
    state = path.stat()
    return f"{path} {state.st_size} {state.st_mtime_ns}"


def _tables(database: str) -> list[list[str]]:
    connection = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro", uri=True, timeout=2)
    try:
        return _sorted(connection.execute("SELECT app, name FROM django_migrations"))
    finally:
        connection.close()


def _sorted(tables: Iterable[Iterable[str]]) -> list[list[str]]:
    return sorted(list(pair) for pair in tables)


if __name__ == "__main__":
    sys.exit(not is_current(demo="--demo" in sys.argv))
