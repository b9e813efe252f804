"""Pages of the meter, one at a time: the whole city's, a street's, a department's, beside the count of the same rows alone."""

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
        found = serving.measured(data, "-m", "bench.meter_child", *map(str, (communities, months, often)))
    finally:
        embedded.stop(data)
    plain = found.pop("plain")
    return [
        {
            "name": f"{name} ({communities:,} communities, {often} requests a month to each)", "value": round(value, 1),
            "unit": "ms", "baseline": round(plain, 1), "ratio": round(value / plain, 2), "target": f"< {TARGET}",
            "met": value < TARGET,
        }
        for name, value in found.items()
    ]  # fmt: skip
