"""Making the database ready: roles, schema, and what the packs say of roles and units."""

from contextlib import suppress

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from psycopg import sql

from lifang.blocks.packs.install import install_roles
from lifang.ground.access.scope import system_scope

DEFAULT_PRIVILEGES = """
GRANT CONNECT ON DATABASE {database} TO {app};
GRANT USAGE ON SCHEMA public TO {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app};
"""


def make_database() -> None:
    """Create the database that the settings name, if the server does not have it yet."""
    owner = connections["owner"].settings_dict
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [owner["NAME"]])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(owner["NAME"]))))


def make_app_role() -> None:
    """The login role of web and worker: it owns nothing and bypasses nothing.

    Its password is set only on a server of the city's own, unless whoever runs that server made the role with it; the
    embedded one is reached by socket alone.
    """
    app = sql.Identifier(settings.APP_ROLE)
    database = sql.Identifier(str(connections["owner"].settings_dict["NAME"]))
    with connections["owner"].cursor() as cursor:
        with suppress(DatabaseError), transaction.atomic(using="owner"):
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB").format(app))
        cursor.execute(sql.SQL(DEFAULT_PRIVILEGES).format(app=app, database=database))
        if settings.CONFIG.database_url and not _app_signs_in():
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(app, sql.Literal(settings.APP_PASSWORD)))


def _app_signs_in() -> bool:
    try:
        connections["default"].ensure_connection()
    except DatabaseError:
        return False
    return True


def prepare(verbosity: int = 1) -> None:
    """Bring the database to the code's schema; running it again changes nothing."""
    make_database()
    make_app_role()
    call_command("migrate", database="owner", verbosity=verbosity, interactive=False)
    connections["owner"].close()
    with system_scope("install"):
        install_roles()
