"""One command that keeps database, web and worker running, and ends them together.

It loads neither Django nor the application, so that keeping them costs little memory.
"""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from lifang.config import Config
from lifang.server import embedded

PDEATHSIG = 1
GRACE_SECONDS = 15
STEADY_SECONDS = 30
MAX_WAIT = 30.0
LOOK_SECONDS = 0.5
PORT_SECONDS = 5
DATABASE_LOOK_SECONDS = 2.0


def die_with_parent() -> None:
    """Have the kernel end this process when the one that started it dies, even by kill -9 (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that is started again when it ends, ever more slowly while it keeps failing."""

    name: str
    command: list[str]
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.5
    again_at: float = field(default=0.0)

    def tend(self, now: float) -> None:
        if self.process is not None and self.process.poll() is None:
            if now - self.started > STEADY_SECONDS:
                self.wait = 0.5
            return
        if self.process is not None:
            print(f"lifang: {self.name} ended with {self.process.returncode}; again in {self.wait:.1f} s", flush=True)
            self.process, self.again_at = None, now + self.wait
            self.wait = min(self.wait * 2, MAX_WAIT)
        if now >= self.again_at:
            self.process = subprocess.Popen(
                self.command, env=self.environ, preexec_fn=die_with_parent, stdin=subprocess.DEVNULL
            )
            self.started = now

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def ended(self, seconds: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(config: Config) -> None:
    """Start the database (where embedded), bring it to the code's schema, and serve until SIGINT or SIGTERM.

    Raises embedded.NotStarted, or SystemExit when another process serves this data folder or the schema cannot
    be brought up to date.
    """
    _close(config.data)
    with open(config.data / ".serving.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"lifang: {config.data} is being served already; end that process or choose another LIFANG_DATA")
        only_on_port(config)
        _serve(config)


def only_on_port(config: Config) -> None:
    """Web processes share their port, so another Lifang on it would answer every other request with its own data. Those of a
    start that was killed need a moment to end. Raises SystemExit."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    until = time.monotonic() + PORT_SECONDS
    while True:
        try:
            socket.create_server((config.host, config.port), family=family).close()
            return
        except OSError as error:
            if time.monotonic() > until:
                why = f"cannot serve on {config.host}:{config.port} ({os.strerror(error.errno or 0)})"
                sys.exit(f"lifang: {why}; end what is there or choose another PORT")
        time.sleep(LOOK_SECONDS)


def _close(data: Path) -> None:
    """Nobody else on this machine reads the data folder; whoever runs the database may pass through it."""
    data.mkdir(parents=True, exist_ok=True)
    data.chmod(data.stat().st_mode & 0o711)
    for name in ("files", "keys"):
        (data / name).mkdir(exist_ok=True)
        (data / name).chmod(0o700)


def _serve(config: Config) -> None:
    own = config.database_url is None
    if own:
        embedded.start(config.data)
    try:
        if subprocess.run([sys.executable, "-m", "lifang", "prepare", "-v", "0"], check=False).returncode != 0:
            sys.exit("lifang: the database could not be prepared; nothing was started")
        print(
            f"Lifang serves on http://{config.host}:{config.port} (data in {config.data}); Ctrl-C ends it.", flush=True
        )
        _tend(_children(config), config if own else None)
    finally:
        if own:
            embedded.stop(config.data)


def _tend(children: list[Child], database: Config | None) -> None:
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    looked = time.monotonic()
    while not stopping:
        for child in children:
            child.tend(time.monotonic())
        if database and time.monotonic() - looked > DATABASE_LOOK_SECONDS:
            looked = time.monotonic()
            _keep_database(database)
        time.sleep(LOOK_SECONDS)
    for child in children:
        child.end()
    for child in children:
        child.ended(GRACE_SECONDS)


def _keep_database(config: Config) -> None:
    try:
        if embedded.start(config.data):
            print("lifang: the database had stopped and was started again", flush=True)
    except embedded.NotStarted as error:
        print(f"lifang: {error}", flush=True)


def _children(config: Config) -> list[Child]:
    python = sys.executable
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", config.host, "--port", str(config.port),
        "--workers", str(config.workers), "--blocking-threads", "2", "--no-ws", "--respawn-failed-workers",
        "--log-level", "warning", "lifang.server.web:application",
    ]  # fmt: skip
    environ = _environment(config)
    return [Child("web", web, environ), Child("worker", [python, "-m", "lifang", "worker"], environ)]


def _environment(config: Config) -> dict[str, str]:
    """What web and worker are told: all but who owns the database."""
    environ = {**os.environ, "LIFANG_SERVING": "1"}
    if config.database_url:
        url = urlsplit(str(config.database_url))
        environ["DATABASE_URL"] = url._replace(netloc=url.netloc.rpartition("@")[2]).geturl()
    return environ
