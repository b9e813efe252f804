"""A department's file of twenty columns into the register: read, validated, sealed, written, linked; beside a bare COPY."""

from bench.serving import CACHE, lifang, measured

FULL, SMALL = 1_000_000, 50_000
LEAST = {"csv": 60_000, "xlsx": 25_000}
MOST_MEMORY = 2000


def run(full: bool) -> list[dict[str, object]]:
    count = FULL if full else SMALL
    data = CACHE / "imports"
    lifang(data, "prepare")
    rows = []
    for kind, least in LEAST.items():
        got = measured(data, "-m", "bench.imports_child", kind, str(count))
        value = count / got["written"]
        rows.append({
            "name": f"import of {count:,} rows × 20 columns from {kind}, validated and written", "value": round(value),
            "unit": "rows/s", "baseline": round(count / got["copy"]), "ratio": round(value * got["copy"] / count, 3),
            "target": f">= {least:,}", "met": value >= least,
        })  # fmt: skip
        rows.append({
            "name": f"of that, up to the last row, its indexes not built ({kind})", "value": round(count / got["loaded"]),
            "unit": "rows/s", "baseline": round(count / got["copy"]), "ratio": round(got["copy"] / got["loaded"], 3),
            "target": "-", "met": True,
        })  # fmt: skip
        rows.append({
            "name": f"the same with persons found for every row ({kind})", "value": round(count / got["whole"]),
            "unit": "rows/s", "baseline": round(count / got["copy"]),
            "ratio": round(got["copy"] / got["whole"], 3), "target": "-", "met": True,
        })  # fmt: skip
        rows.append({
            "name": f"memory of that import ({kind})", "value": round(got["memory"]), "unit": "MB", "baseline": None,
            "ratio": None, "target": f"< {MOST_MEMORY}", "met": got["memory"] < MOST_MEMORY,
        })  # fmt: skip
    return rows
