"""A PostgreSQL server of the city's own: its address, its owner, and who knows of the owner."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from lifang import config
from lifang.server import embedded, supervisor

SETTINGS = "from lifang import settings as s; print(sorted(s.DATABASES), s.DATABASES['default'])"


def _lifang(data: Path, environ: dict[str, str], *args: str) -> str:
    done = subprocess.run(
        [sys.executable, *args],
        env={**os.environ, "LIFANG_DATA": str(data), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_options_of_the_address_reach_the_connection(tmp_path: Path) -> None:
    url = "postgresql://city:x%40y@db.example/lifang?sslmode=verify-full&sslrootcert=/etc/lifang/root.crt"
    said = _lifang(tmp_path, {"DATABASE_URL": url}, "-c", SETTINGS)
    assert "'sslmode': 'verify-full'" in said
    assert "'sslrootcert': '/etc/lifang/root.crt'" in said
    assert "'application_name': 'lifang'" in said


def test_an_unknown_option_is_refused_without_showing_the_password() -> None:
    with pytest.raises(SystemExit) as refused:
        config.read({"DATABASE_URL": "postgresql://city:secret@db.example/lifang?sslmod=require"})
    assert "DATABASE_URL" in str(refused.value)
    assert "sslmod;" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_web_and_worker_do_not_know_the_owner(tmp_path: Path) -> None:
    given = config.read(
        {
            "DATABASE_URL": "postgresql://city:secret@db.example:5433/lifang?sslmode=require",
            "LIFANG_DATA": str(tmp_path),
        }
    )
    for child in supervisor._children(given):
        said = _lifang(tmp_path, child.environ, "-c", SETTINGS)
        assert said.startswith("['default']")
        assert "'HOST': 'db.example', 'PORT': '5433', 'USER': 'lifang_app'" in said
        assert not any("secret" in value for value in child.environ.values())


@pytest.fixture
def city_server() -> Iterator[str]:
    """The address of a database whose owner may create roles and is no superuser, as a city's administrator gives it."""
    socket = embedded.socket_dir(settings.CONFIG.data)
    name = f"city_{os.environ.get('LIFANG_TEST_DB', 'lifang')}"
    with psycopg.connect(host=str(socket), user=embedded.OWNER, dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"DROP ROLE IF EXISTS {name}")
        server.execute(f"CREATE ROLE {name} LOGIN CREATEROLE NOSUPERUSER PASSWORD 'x@y'")
        server.execute(f"CREATE DATABASE {name} OWNER {name}")
        yield f"postgresql://{name}:x%40y@localhost/{name}?host={socket}"
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"DROP ROLE IF EXISTS {name}")


def test_an_owner_who_is_no_superuser_is_enough(city_server: str, tmp_path: Path) -> None:
    environ = {"DATABASE_URL": city_server}
    for _again in range(2):
        _lifang(tmp_path, environ, "-m", "lifang", "prepare", "-v", "0")
    with psycopg.connect(city_server.replace("%40", "@", 1).replace("x@y", "x%40y")) as owner:
        held = owner.execute("SELECT count(*) FROM access_role").fetchone()
        assert held is not None
        assert held[0] > 5
