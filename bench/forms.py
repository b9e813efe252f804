"""A form of 40 columns fills itself for many communities; one is compared with thousands."""

from bench import serving
from lifang.server import embedded

SIZES = {True: (2_500, 1_000_000, 5_000), False: (100, 40_000, 1_000)}


def run(full: bool) -> list[dict[str, object]]:
    """In a data folder of its own, which is kept."""
    communities, persons, forms = SIZES[full]
    data = serving.CACHE / ("forms-full" if full else "forms")
    serving.lifang(data, "prepare")
    embedded.start(data)
    try:
        found = serving.measured(data, "-m", "bench.forms_child", *map(str, (communities, persons, forms)))
    finally:
        embedded.stop(data)
    size = f"40 columns x {communities:,} communities, {persons:,} persons"
    return [
        _row(f"a form fills itself ({size}; {found['share']:.0%} filled)", found["fill"], "s", 30, found["plain_fill"]),
        _row(f"forms that ask the same among {forms:,}", found["similar"], "s", 1, found["plain_similar"]),
    ]  # fmt: skip


def _row(name: str, value: float, unit: str, target: float, plain: float) -> dict[str, object]:
    return {
        "name": name, "value": round(value, 2), "unit": unit, "baseline": round(plain, 2),
        "ratio": round(value / plain, 2) if plain else None, "target": f"< {target:g}", "met": value < target,
    }  # fmt: skip
