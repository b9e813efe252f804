"""What the demo holds in memory when nobody asks anything: database, web, worker and supervisor."""

import time

import psutil

from bench import serving
from lifang.server import embedded


def family(*roots: psutil.Process) -> int:
    """Bytes held by these processes and all below them; what they share is counted once (PSS)."""
    seen = {p.pid: p for root in roots for p in [root, *root.children(recursive=True)]}
    return sum(p.memory_full_info().pss for p in seen.values())


def run(full: bool) -> list[dict[str, object]]:
    data = serving.city()
    with serving.served(data) as (_port, server):
        time.sleep(20 if full else 5)
        postmaster = psutil.Process(int((embedded.folder(data) / "postmaster.pid").read_text().split()[0]))
        whole = family(psutil.Process(server.pid), postmaster) / 2**20
        database = family(postmaster) / 2**20
    return [
        {
            "name": "idle demo, all processes (proportional set size)",
            "value": whole,
            "unit": "MB",
            "baseline": database,
            "ratio": whole / database,
            "target": "< 600",
            "met": whole < 600,
        }
    ]
