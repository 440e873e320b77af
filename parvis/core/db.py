"""One short write transaction, with the same promise on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Field, Model

from parvis.core import http

# SQLite lets one writer in at a time and makes the others sleep and retry: threads of one process
# wait for each other here instead, in turn, without burning their busy time-out.
_one_writer = threading.RLock()


class Busy(Exception):
    """The database stayed locked, or full, or away, for longer than its time-out; nothing is known to be written."""


# What a loop that must live on survives: the database will be back.
AWAY = (Busy, OperationalError, InterfaceError)


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
    try:
        with transaction.atomic():
            yield
    except (OperationalError, InterfaceError) as error:
        raise Busy(str(error)) from error
    finally:
        http.in_write.reset(token)
        if single:
            _one_writer.release()


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
