"""What the environment says, typed; nonsense is refused at the start with the variable's name."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, IPvAnyNetwork, PostgresDsn, ValidationError

ROOT = Path(__file__).resolve().parent.parent
LEAST_SECRET = 32
DATABASE_OPTIONS = {
    "channel_binding", "connect_timeout", "gssencmode", "host", "keepalives", "keepalives_count", "keepalives_idle",
    "keepalives_interval", "sslcert", "sslcrl", "sslkey", "sslmode", "sslrootcert", "target_session_attrs",
    "tcp_user_timeout",
}  # fmt: skip


def _known_options(url: PostgresDsn) -> PostgresDsn:
    if unknown := sorted(set(dict(url.query_params())) - DATABASE_OPTIONS):
        raise ValueError(f"unknown option {', '.join(unknown)}; known are {', '.join(sorted(DATABASE_OPTIONS))}")
    return url


class Config(BaseModel):
    """Settings that a city may choose.

    `PORT` is a TCP port; `LIFANG_DATA` a folder for database, files and keys; `DATABASE_URL` the owner's
    connection to a PostgreSQL server with libpq's options, such as `?sslmode=verify-full` (without it the embedded
    one runs inside the data folder); `LIFANG_AREA` the 15-digit code of the place that this platform serves;
    `LIFANG_LINKAGE` the cluster that links records (spark://host:7077) where this machine's DuckDB is not enough;
    `LIFANG_PROXIES` the addresses or networks of proxies on other machines that are believed when they say for whom
    they ask. `LIFANG_SERVING` is set by the supervisor for web and worker, which do not know the database's owner.
    """

    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    host: str = "127.0.0.1"
    data: Path = ROOT / ".data"
    database_url: Annotated[PostgresDsn, AfterValidator(_known_options)] | None = None
    debug: bool = False
    hosts: list[str] = ["127.0.0.1", "localhost", "[::1]"]
    proxies: list[IPvAnyNetwork] = []
    origin: str = ""
    demo: bool = False
    area: Annotated[int, Field(ge=11 * 10**13, lt=83 * 10**13)] = 360100 * 10**9
    linkage: Annotated[str, Field(pattern=r"^(duckdb|spark://\S+|local-cluster\[\d+,\d+,\d+\])$")] = "duckdb"
    workers: Annotated[int, Field(ge=1, le=64)] = 2
    serving: bool = False


NAMES = {
    "port": "PORT",
    "host": "LIFANG_HOST",
    "data": "LIFANG_DATA",
    "database_url": "DATABASE_URL",
    "debug": "LIFANG_DEBUG",
    "hosts": "LIFANG_HOSTS",
    "proxies": "LIFANG_PROXIES",
    "origin": "LIFANG_ORIGIN",
    "demo": "LIFANG_DEMO",
    "area": "LIFANG_AREA",
    "linkage": "LIFANG_LINKAGE",
    "workers": "LIFANG_WORKERS",
    "serving": "LIFANG_SERVING",
}


def read(environ: dict[str, str] | None = None) -> Config:
    """The configuration of this process.

    Raises SystemExit naming the variable, its value and what is allowed.
    """
    environ = dict(os.environ) if environ is None else environ
    given: dict[str, object] = {field: environ[name] for field, name in NAMES.items() if environ.get(name)}
    for name in {"hosts", "proxies"} & set(given):
        given[name] = [part.strip() for part in str(given[name]).split(",") if part.strip()]
    try:
        config = Config.model_validate(given)
    except ValidationError as error:
        lines = [f"{_shown(str(e['loc'][0]), e['input'])}: {e['msg']}" for e in error.errors()]
        raise SystemExit("Lifang cannot start with these settings:\n  " + "\n  ".join(lines)) from None
    config.data = config.data.expanduser().resolve()
    return config


def _shown(field: str, value: object) -> str:
    """The variable with its value, unless that holds a password."""
    return NAMES[field] if field == "database_url" else f"{NAMES[field]}={value!r}"


class BadKey(Exception):
    """A file of the folder `keys/` holds no key; the message says which."""


def kept_secret(folder: Path, name: str, *, make: bool = True) -> str:
    """A random secret kept in `folder/keys/name` (mode 0600), made on first use unless `make` is false.

    A secret is on the disk, whole, before it gets its name. Raises FileNotFoundError, or BadKey for a file of less
    than 32 characters.
    """
    path = folder / "keys" / name
    if make and not path.exists():
        _make_secret(path)
    secret = path.read_text().strip()
    if len(secret) < LEAST_SECRET:
        raise BadKey(f"{path} holds no key; put it back from the backup")
    return secret


def _make_secret(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, fresh = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with open(number, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    finally:
        os.unlink(fresh)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
