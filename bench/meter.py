"""Pages of the meter, one at a time: the whole city's, a street's, a department's, beside the count of the same rows alone."""

import json
import subprocess
import sys

from bench import serving
from lifang.server import embedded

SIZES = {True: (2_500, 12, 60), False: (200, 3, 60)}
TARGET = 300


def run(full: bool) -> list[dict[str, object]]:
    """In a data folder of its own, which is kept."""
    communities, months, often = SIZES[full]
    data = serving.CACHE / ("meter-full" if full else "meter")
    serving.lifang(data, "prepare")
    embedded.start(data)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bench.meter_child", *map(str, (communities, months, often))],
            env={**serving.environment(data), "DJANGO_SETTINGS_MODULE": "lifang.settings"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        embedded.stop(data)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    found = json.loads(done.stdout.splitlines()[-1])
    plain = found.pop("plain")
    return [
        {
            "name": f"{name} ({communities:,} communities, {often} requests a month to each)", "value": round(value, 1),
            "unit": "ms", "baseline": round(plain, 1), "ratio": round(value / plain, 2), "target": f"< {TARGET}",
            "met": value < TARGET,
        }
        for name, value in found.items()
    ]  # fmt: skip
