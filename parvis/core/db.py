"""One short write transaction, with the same promise on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Model

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
    values: list[Any] = []

    def prepared(name: str, value: Any) -> str:
        field = model._meta.get_field(name)
        values.append(field.get_db_prep_save(value, connection))  # type: ignore[union-attr]
        return f'"{field.column}"'  # type: ignore[union-attr]

    def condition(name: str, value: Any) -> str:
        if value is None:
            return f'"{model._meta.get_field(name).column}" IS NULL'  # type: ignore[union-attr]
        if isinstance(value, tuple):
            places = [prepared(name, one) for one in value]
            return f"{places[0]} IN ({', '.join(['%s'] * len(places))})"
        return f"{prepared(name, value)} = %s"

    sets = ", ".join(f"{prepared(name, value)} = %s" for name, value in to.items())
    conditions = " AND ".join(condition(name, value) for name, value in where.items())
    with connection.cursor() as cursor:
        # Every name is a column of ours; every value is a parameter.
        cursor.execute(f'UPDATE "{model._meta.db_table}" SET {sets} WHERE {conditions}', values)  # noqa: S608
        return int(cursor.rowcount)
