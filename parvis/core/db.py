"""One short write transaction, with the same promise on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from django.db.models import Field, JSONField, Model, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import JSONObject

from parvis.core import http

# SQLite lets one writer in at a time and makes the others sleep and retry: threads of one process
# wait for each other here instead, in turn, without burning their busy time-out.
_one_writer = threading.RLock()
T = TypeVar("T")
M = TypeVar("M", bound=Model)


class _Ends(threading.local):
    """What this thread's transaction still has to do before it is kept, and how many `writing` are open."""

    def __init__(self) -> None:
        self.depth = 0
        self.given: dict[Callable[[list[Any]], None], list[Any]] = {}

    def forget(self, marks: Mapping[Callable[[list[Any]], None], int]) -> None:
        """Drop what was given since these marks were taken."""
        for do, given in self.given.items():
            del given[marks.get(do, 0) :]


_ends = _Ends()


class Busy(Exception):
    """The database stayed locked, or full, or away, for longer than its time-out; nothing is known to be written."""


# What a loop that must live on survives: the database will be back.
AWAY = (Busy, OperationalError, InterfaceError)


def _knows_json(*, connection: Any, **_more: Any) -> None:
    if connection.vendor == "sqlite":
        # Django asks once whether SQLite knows JSON, by a transaction of its own: asked while the file is locked it hears no, for ever.
        connection.features.supports_json_field = True


connection_created.connect(_knows_json)


@contextmanager
def writing() -> Iterator[None]:
    """Open a short write transaction: all of it is kept, or none.

    On SQLite it takes the write lock at once (IMMEDIATE), so it can never fail half-way for want of it; on PostgreSQL it is
    READ COMMITTED, and every check-and-change inside must be one conditional UPDATE. Calling a network inside it is a fault
    of programming and raises. Raises Busy when the lock cannot be had in time.
    """
    single = connection.vendor == "sqlite"
    if single:
        _one_writer.acquire()
    token = http.in_write.set(True)
    marks = {do: len(given) for do, given in _ends.given.items()}
    _ends.depth += 1
    try:
        with transaction.atomic():
            yield
            if _ends.depth == 1:
                _finish()
    except (OperationalError, InterfaceError) as error:
        _ends.forget(marks)
        raise Busy(str(error)) from error
    except BaseException:
        _ends.forget(marks)
        raise
    finally:
        _ends.depth -= 1
        http.in_write.reset(token)
        if single:
            _one_writer.release()


def before_commit(do: Callable[[list[T]], None], item: T) -> None:
    """Hand `item` to `do`, with all others given to it, as the last thing that this transaction does: after every other lock was taken.

    What a `writing` gave that raised is dropped with it. Outside any, it is done at once in a transaction of its own.
    """
    if not _ends.depth:
        with writing():
            before_commit(do, item)
        return
    _ends.given.setdefault(do, []).append(item)


def _finish() -> None:
    given, _ends.given = _ends.given, {}
    for do, items in given.items():
        if items:
            do(items)


class Together(Subquery):
    """A few rows read inside the question about another row: their `fields` as a list of mappings, for `apart` to make rows of.

    `by` is the way from these rows to the fields, where they stand on rows beyond (`label__`).
    """

    template = "(SELECT jsonb_agg(listed.one) FROM (%(subquery)s) AS listed)"
    output_field = JSONField()

    def __init__(self, rows: QuerySet[Any, Any], *fields: str, by: str = "") -> None:
        super().__init__(rows.values(one=JSONObject(**{name: f"{by}{name}" for name in fields})))

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """Write it as SQLite does."""
        template = "(SELECT json_group_array(json(listed.one)) FROM (%(subquery)s) AS listed)"
        return self.as_sql(compiler, connection, template=template)


def apart(model: type[M], rows: Iterable[Mapping[str, Any]] | None) -> list[M]:
    """Return what `Together` read as rows of their model, with those fields alone."""
    return [model(**{name: _unpacked(model, name, value) for name, value in one.items()}) for one in rows or ()]


def _unpacked(model: type[Model], name: str, value: Any) -> Any:
    # SQLite gives JSON inside JSON as its text, and truth as a number.
    field = model._meta.get_field(name)
    if isinstance(field, JSONField):
        return json.loads(value) if isinstance(value, str) else value
    return field.to_python(value)  # type: ignore[union-attr]


def either(*wanted: QuerySet[Any, Any]) -> RawSQL | tuple[()]:
    """Return, for `pk__in`, the rows of all these questions, each of which may have its own order and end: then one reads them all."""
    pieces, values = list[str](), list[Any]()
    for rows in wanted:
        with suppress(EmptyResultSet):
            sql, given = rows.values("id").query.sql_with_params()
            pieces.append(f"SELECT t{len(pieces)}.id FROM ({sql}) AS t{len(pieces)}")  # noqa: S608 - written by the ORM
            values += given
    return RawSQL(" UNION ALL ".join(pieces), values) if pieces else ()  # noqa: S611 - the same


def hang_up() -> None:
    """Close this thread's connection; the next query opens a new one. For a thread that ends, or whose connection may be broken."""
    if not connection.in_atomic_block:
        connection.close()


def change(model: type[Model], where: Mapping[str, Any], to: Mapping[str, Any]) -> int:
    """Make one conditional UPDATE and return its count: plain values only; in `where`, None means empty and a tuple any of.

    It says what the ORM would, for a fifth of its time: the engine makes several for each thing that leaves.
    """
    shape = tuple(_shape(value) for value in where.values())
    sql, sets, conditions = _update(model, tuple(to), tuple(where), shape)
    values = [field.get_db_prep_save(to[field.attname], connection) for field in sets]
    for field in conditions:
        value = where[field.attname]
        values += [field.get_db_prep_save(one, connection) for one in (value if isinstance(value, tuple) else (value,))]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def _shape(value: Any) -> int:
    """Return how many places a condition needs: none where it must be empty."""
    return 0 if value is None else len(value) if isinstance(value, tuple) else 1


@lru_cache(maxsize=200)
def _update(
    model: type[Model], to: tuple[str, ...], where: tuple[str, ...], shape: tuple[int, ...]
) -> tuple[str, list[Field[Any, Any]], list[Field[Any, Any]]]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    sets = ", ".join(f'"{fields[name].column}" = %s' for name in to)
    tests = [
        f'"{fields[name].column}" IN ({", ".join(["%s"] * count)})' if count else f'"{fields[name].column}" IS NULL'
        for name, count in zip(where, shape, strict=True)
    ]
    # Every name is a column of ours; every value is a parameter.
    sql = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {" AND ".join(tests)}'  # noqa: S608
    return sql, [fields[name] for name in to], [fields[name] for name, count in zip(where, shape, strict=True) if count]
