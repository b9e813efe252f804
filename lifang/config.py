"""What the environment says, typed; nonsense is refused at the start with the variable's name."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, PostgresDsn, ValidationError

ROOT = Path(__file__).resolve().parent.parent


class Config(BaseModel):
    """Settings that a city may choose.

    `PORT` is a TCP port; `LIFANG_DATA` a folder for database, files and keys; `DATABASE_URL` the owner's
    connection to a PostgreSQL server (without it the embedded one runs inside the data folder); `LIFANG_AREA`
    the 15-digit code of the place that this platform serves.
    """

    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    host: str = "127.0.0.1"
    data: Path = ROOT / ".data"
    database_url: PostgresDsn | None = None
    debug: bool = False
    hosts: list[str] = ["127.0.0.1", "localhost", "[::1]"]
    origin: str = ""
    demo: bool = False
    area: Annotated[int, Field(ge=11 * 10**13, lt=83 * 10**13)] = 360100 * 10**9
    workers: Annotated[int, Field(ge=1, le=64)] = 2


NAMES = {
    "port": "PORT",
    "host": "LIFANG_HOST",
    "data": "LIFANG_DATA",
    "database_url": "DATABASE_URL",
    "debug": "LIFANG_DEBUG",
    "hosts": "LIFANG_HOSTS",
    "origin": "LIFANG_ORIGIN",
    "demo": "LIFANG_DEMO",
    "area": "LIFANG_AREA",
    "workers": "LIFANG_WORKERS",
}


def read(environ: dict[str, str] | None = None) -> Config:
    """The configuration of this process.

    Raises SystemExit naming the variable, its value and what is allowed.
    """
    environ = dict(os.environ) if environ is None else environ
    given: dict[str, object] = {field: environ[name] for field, name in NAMES.items() if environ.get(name)}
    if isinstance(hosts := given.get("hosts"), str):
        given["hosts"] = [h.strip() for h in hosts.split(",") if h.strip()]
    try:
        config = Config.model_validate(given)
    except ValidationError as error:
        lines = [f"{NAMES[str(e['loc'][0])]}={e['input']!r}: {e['msg']}" for e in error.errors()]
        raise SystemExit("Lifang cannot start with these settings:\n  " + "\n  ".join(lines)) from None
    config.data = config.data.expanduser().resolve()
    return config


def kept_secret(folder: Path, name: str) -> str:
    """A random secret kept in `folder/keys/name` (mode 0600), made on first use."""
    path = folder / "keys" / name
    if path.exists():
        return path.read_text().strip()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(f".{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text().strip()
