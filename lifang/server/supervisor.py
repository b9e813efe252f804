"""One command that keeps web and worker running on top of the database, and ends them together."""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

PDEATHSIG = 1
GRACE_SECONDS = 15
STEADY_SECONDS = 30
MAX_WAIT = 30.0


def _die_with_parent() -> None:
    """Have the kernel end this child when the supervisor dies, even by kill -9 (Linux only)."""
    ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that is started again when it ends, ever more slowly while it keeps failing."""

    name: str
    command: list[str]
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
            preexec = _die_with_parent if sys.platform == "linux" else None
            self.process = subprocess.Popen(self.command, preexec_fn=preexec, stdin=subprocess.DEVNULL)
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


def run(children: list[Child], each_second: Callable[[], None]) -> None:
    """Tend the children until SIGINT or SIGTERM, then end them in turn."""
    stopping = False

    def stop(signum: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    while not stopping:
        for child in children:
            child.tend(time.monotonic())
        each_second()
        time.sleep(0.5)
    for child in children:
        child.end()
    for child in children:
        child.ended(GRACE_SECONDS)


def commands(port: int, host: str, workers: int) -> list[Child]:
    """The web server and the job worker."""
    python = sys.executable
    web = [
        python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "2", "--no-ws", "--respawn-failed-workers",
        "--log-level", "warning", "lifang.wsgi:application",
    ]  # fmt: skip
    worker = [python, "-m", "lifang", "worker"]
    return [Child("web", web), Child("worker", worker)]
