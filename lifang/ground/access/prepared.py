"""The statements of reporting, planned once a connection: it is the one path that a storm sends by the hundred a second.

Django sends each statement with its values written in, and PostgreSQL plans it anew, policies included. These go
with their values apart, so that the plan is kept.
"""

from functools import cache
from typing import Any

import psycopg
from django.db import connection, models


def run(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement; [] for one that returns none. Raises Django's database errors."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, params, prepare=True)
        return cursor.fetchall() if cursor.description else []


@cache
def _insertion(model: type[models.Model], without: tuple[str, ...], written: tuple[tuple[str, str], ...]) -> Any:
    own = dict(written)
    fields = [f for f in model._meta.concrete_fields if f.attname not in (*without, *own)]
    names = [f'"{f.column}"' for f in fields] + [f'"{name}"' for name in own]
    values = ["%s"] * len(fields) + list(own.values())
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(names)}) VALUES ({", ".join(values)})', fields


def insert(row: models.Model, *, returning: str = "", **written: tuple[str, Any]) -> list[tuple[Any, ...]]:
    """Insert a new row. `written` gives columns as (SQL with one placeholder, its value); `returning` names the key
    that the database makes."""
    sql, fields = _insertion(
        type(row),
        (returning,) if returning else (),
        tuple((name, expression) for name, (expression, _v) in written.items()),
    )
    params = [f.get_db_prep_save(getattr(row, f.attname), connection) for f in fields]
    params += [value for _expression, value in written.values()]
    row._state.adding, row._state.db = False, connection.alias
    return run(sql + (f' RETURNING "{returning}"' if returning else ""), params)
