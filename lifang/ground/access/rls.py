"""Migration operations that let PostgreSQL check the scope of every request again.

A request's scope is handed over as transaction settings (see `scope.py`):
`lifang.places` (int8multirange of area codes), `lifang.units` (unit ids), `lifang.user`, `lifang.function`.
A table under EnableScope shows a row only where the policy's SQL says so; unset settings show nothing.
"""

from typing import Any

from django.db import migrations

APP_ROLE = "lifang_app"

PLACES = "(SELECT lifang_places())"
UNITS = "(SELECT lifang_units())"
USER = "(SELECT lifang_user())"
FUNCTION = "(SELECT lifang_function())"

FUNCTIONS = """
CREATE FUNCTION lifang_places() RETURNS int8multirange LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(nullif(current_setting('lifang.places', true), ''), '{}')::int8multirange $$;
CREATE FUNCTION lifang_units() RETURNS int8[] LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(nullif(current_setting('lifang.units', true), ''), '{}')::int8[] $$;
CREATE FUNCTION lifang_user() RETURNS int8 LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT nullif(current_setting('lifang.user', true), '')::int8 $$;
CREATE FUNCTION lifang_function() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
  $$ SELECT coalesce(current_setting('lifang.function', true), '') $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION lifang_places(); DROP FUNCTION lifang_units(); DROP FUNCTION lifang_user(); DROP FUNCTION lifang_function();
"""


def within(column: str = "area") -> str:
    """SQL: the row's place lies in the scope's places."""
    return f"{column} <@ {PLACES}"


class _Sql(migrations.operations.base.Operation):
    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def _table(self, app_label: str, state: Any, model: str) -> str:
        return state.apps.get_model(app_label, model)._meta.db_table


class EnableScope(_Sql):
    """Row-level security on a model's table.

    `read` and `write` are SQL conditions on the row (`within()` for most). A `write` of None forbids the
    application every change. Reading does not imply writing.
    """

    def __init__(self, model: str, read: str, write: str | None) -> None:
        self.model, self.read, self.write = model, read, write

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        table = self._table(app_label, after, self.model)
        editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", params=None)
        editor.execute(
            f"CREATE POLICY {table}_read ON {table} FOR SELECT TO {APP_ROLE} USING ({self.read})", params=None
        )
        if self.write is None:
            editor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}", params=None)
            return
        editor.execute(
            f"CREATE POLICY {table}_add ON {table} FOR INSERT TO {APP_ROLE} WITH CHECK ({self.write})", params=None
        )
        editor.execute(
            f"CREATE POLICY {table}_change ON {table} FOR UPDATE TO {APP_ROLE} USING ({self.write}) WITH CHECK ({self.write})",
            params=None,
        )
        editor.execute(
            f"CREATE POLICY {table}_remove ON {table} FOR DELETE TO {APP_ROLE} USING ({self.write})", params=None
        )

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        table = self._table(app_label, before, self.model)
        for name in ("read", "add", "change", "remove"):
            editor.execute(f"DROP POLICY IF EXISTS {table}_{name} ON {table}", params=None)
        editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY", params=None)

    def describe(self) -> str:
        return f"Scope the rows of {self.model}"


class AppendOnly(_Sql):
    """The application may add rows and read them, never change or remove them."""

    def __init__(self, model: str) -> None:
        self.model = model

    def database_forwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        editor.execute(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {self._table(app_label, after, self.model)} FROM {APP_ROLE}",
            params=None,
        )

    def database_backwards(self, app_label: str, editor: Any, before: Any, after: Any) -> None:
        editor.execute(
            f"GRANT UPDATE, DELETE ON {self._table(app_label, before, self.model)} TO {APP_ROLE}", params=None
        )

    def describe(self) -> str:
        return f"Rows of {self.model} are only ever added"
