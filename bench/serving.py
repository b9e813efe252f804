"""A real server on a data folder of its own, started and ended around a measurement."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CACHE = Path(__file__).resolve().parent / ".cache"
START_SECONDS = 180


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path, port: int = 8000) -> dict[str, str]:
    return {**os.environ, "LIFANG_DATA": str(data), "PORT": str(port), "LIFANG_DEMO": "1"}


def python(data: Path, *words: str) -> str:
    """Run Python on a data folder; returns what it printed."""
    done = subprocess.run(
        [sys.executable, *words], env={**environment(data), "DJANGO_SETTINGS_MODULE": "lifang.settings"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)[:80]}: {done.stdout}{done.stderr}")
    return done.stdout


def lifang(data: Path, *words: str) -> str:
    return python(data, "-m", "lifang", *words)


def measured(data: Path, *words: str) -> Any:
    """What Python on a data folder prints last, as JSON."""
    return json.loads(python(data, *words).splitlines()[-1])


def city() -> Path:
    """A data folder with the demo city, made on first use and kept."""
    data = CACHE / "city"
    lifang(data, "demo", "--load-only", "--cases", "60")
    return data


def healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def served(data: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port and the supervisor of a server on this data folder; it is ended afterwards."""
    port = free_port()
    log = open(data / "serve.log", "ab")  # noqa: SIM115
    server = subprocess.Popen(
        [sys.executable, "-m", "lifang", "serve"], env=environment(data, port), stdout=log, stderr=log,
        start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + START_SECONDS
        while not healthy(port):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start; see {data / 'serve.log'}")
            time.sleep(0.2)
        yield port, server
    finally:
        server.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(30)
        server.kill()
        log.close()
