"""Statements that are planned once a connection: those of reporting, and those that stand on every page.

Django sends each statement with its values written in, and PostgreSQL plans it anew, policies included, which takes
longer than doing it. These go with their values apart, so that the plan is kept.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import DatabaseError, connection, models

BLOCK = 32
M = TypeVar("M", bound=models.Model)
Params = list[Any] | dict[str, Any]
_reserved = threading.local()


def run(sql: str, params: Params) -> list[tuple[Any, ...]]:
    """The rows of one statement that returns some. Raises Django's database errors."""
    with _sent(sql, params) as cursor:
        return cursor.fetchall()


def send(sql: str, params: list[Any]) -> None:
    """One statement that returns nothing. Raises Django's database errors."""
    with _sent(sql, params):
        pass


@contextmanager
def _sent(sql: str, params: Params) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
    connection.close_if_health_check_failed()  # as Django's own cursors do, and the next line too
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, params, prepare=True)
        yield cursor


@cache
def _insertion(model: type[models.Model], written: tuple[tuple[str, str], ...]) -> Any:
    own = dict(written)
    fields = [f for f in model._meta.concrete_fields if f.attname not in own and not f.generated]
    names = [f'"{f.column}"' for f in fields] + [f'"{name}"' for name in own]
    values = ["%s"] * len(fields) + list(own.values())
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)}) VALUES ({", ".join(values)})', fields


def insert(row: models.Model, **written: tuple[str, Any]) -> None:
    """Insert a new row that has its key. `written` gives columns as (SQL with one placeholder, its value)."""
    sql, fields = _insertion(type(row), tuple((name, expression) for name, (expression, _v) in written.items()))
    params = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
    params += [value for _expression, value in written.values()]
    row._state.adding, row._state.db = False, connection.alias
    send(sql, params)


@cache
def _updating(model: type[models.Model], names: tuple[str, ...]) -> Any:
    fields = [f for f in model._meta.concrete_fields if f.name in names]
    if unknown := set(names) - {f.name for f in fields}:
        raise ValueError(f"{model._meta.label} has no fields {sorted(unknown)}")
    columns = ", ".join(f'"{f.column}" = %s' for f in fields)
    return f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{model._meta.pk.column}" = %s', fields


def update(row: models.Model, names: tuple[str, ...]) -> None:
    """Write these fields of a row that stands. Raises DatabaseError when the scope does not let it be written."""
    sql, fields = _updating(type(row), names)
    params = [f.get_db_prep_save(f.pre_save(row, False), connection) for f in fields]
    with _sent(sql, [*params, row.pk]) as cursor:
        if cursor.rowcount != 1:
            raise DatabaseError(f"{row._meta.label} {row.pk} was not updated")


@cache
def _selection(model: type[models.Model], without: frozenset[str]) -> Any:
    fields = [f for f in model._meta.concrete_fields if f.attname not in without]
    names = ", ".join(f'"{f.column}"' for f in fields)
    read = {n: f.from_db_value for n, f in enumerate(fields) if hasattr(f, "from_db_value")}
    return f'SELECT {names} FROM "{model._meta.db_table}" ', [f.attname for f in fields], read


def select(model: type[M], tail: str, params: list[Any], *, without: frozenset[str] = frozenset()) -> list[M]:
    """Rows of one table; `tail` follows its name. The columns `without` are read only when asked for."""
    sql, names, read = _selection(model, without)
    found = run(sql + tail, params)
    if read:
        found = [
            tuple(read[n](value, None, connection) if n in read else value for n, value in enumerate(row))
            for row in found
        ]
    return [model.from_db(connection.alias, names, row) for row in found]


def join(rows: Sequence[M], name: str, *, without: frozenset[str] = frozenset()) -> list[M]:
    """Bind what the foreign key `name` of these rows of one table leads to, in one statement. Returns the rows but for
    those from which it leads out of the scope."""
    if not rows:
        return []
    field: Any = rows[0]._meta.get_field(name)
    keys = {getattr(row, field.attname) for row in rows} - {None}
    tail = f'WHERE "{field.related_model._meta.pk.column}" = ANY(%s)'
    found = {one.pk: one for one in select(field.related_model, tail, [list(keys)], without=without)} if keys else {}
    for row in rows:
        row._state.fields_cache[name] = found.get(getattr(row, field.attname))
    return [row for row in rows if getattr(row, field.attname) in {None, *found}]


def next_id(table: str) -> int:
    """The next key of a table; sequences are read in blocks to save round trips, so keys may skip."""
    left: list[int] = _reserved.__dict__.setdefault(table, [])
    if not left:
        rows = run("SELECT nextval(%s::regclass) FROM generate_series(1, %s::int)", [f"{table}_id_seq", BLOCK])
        left += [row[0] for row in reversed(rows)]
    return left.pop()
