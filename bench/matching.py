"""One new record against all that stand, in process, beside linkage in one run over what is near; finding by each key; the
person page; and what a record takes on the disk."""

import shutil

from bench.serving import CACHE, lifang, measured

PERSONS_IN_FULL, PERSONS = 474_000, 12_000
SOUGHT = 200
MOST_MS, MOST_FINDING, MOST_PAGE = 200, 50, 80
MANY, MOST_SPACE = 10_000_000, 60


def run(full: bool) -> list[dict[str, object]]:
    data = CACHE / "matching"
    shutil.rmtree(data, ignore_errors=True)  # what an earlier run rolled back would still take space
    try:
        lifang(data, "prepare")
        got = measured(data, "-m", "bench.matching_child", str(PERSONS_IN_FULL if full else PERSONS), str(SOUGHT))
        found = _found(got)
        if full:
            found += _found(measured(data, "-m", "bench.matching_child", "many", str(MANY)))
    finally:
        shutil.rmtree(data, ignore_errors=True)
    against = f"a new record against {got['records']:,.0f}"
    return [
        {
            "name": f"{against}, p95", "value": round(got["p95"], 1), "unit": "ms", "baseline": round(got["splink"], 1),
            "ratio": round(got["p95"] / got["splink"], 3), "target": f"< {MOST_MS}", "met": got["p95"] < MOST_MS,
        },
        {
            "name": f"{against}: its person found, of those who stand", "value": round(got["found"], 4), "unit": "share",
            "baseline": round(got["numbered"], 4), "ratio": round(got["found"] / got["numbered"], 3), "target": ">= 0.95",
            "met": got["found"] >= 0.95,
        },
        {
            "name": f"{against}: a stranger taken for its person", "value": round(got["wrong"], 4), "unit": "share",
            "baseline": None, "ratio": None, "target": "<= 0.01", "met": got["wrong"] <= 0.01,
        },
        *found,
        {
            "name": f"the registers with indexes, from {got['records']:,.0f} records to those of {MANY:,} persons",
            "value": round(got["bytes"] / got["persons"] * MANY / 2**30, 1), "unit": "GB", "baseline": None, "ratio": None,
            "target": f"< {MOST_SPACE}", "met": got["bytes"] / got["persons"] * MANY < MOST_SPACE * 2**30,
        },
    ]  # fmt: skip


def _found(got: dict[str, float]) -> list[dict[str, object]]:
    """Rows of finding by each key and of the person page."""
    ways = [(way, value, MOST_FINDING) for way, value in got.items() if way.startswith("find ")]
    return [
        {
            "name": f"{way} among {got['persons']:,.0f} persons, p95", "value": round(value, 1), "unit": "ms",
            "baseline": None, "ratio": None, "target": f"< {most}", "met": value < most,
        }
        for way, value, most in (*ways, ("person page", got["page"], MOST_PAGE))
    ]  # fmt: skip
