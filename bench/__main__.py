"""Measure what is promised: `python -m bench` takes about a minute, `--full` the sizes that are quoted."""

import importlib
import json
import sys
from pathlib import Path

MEASUREMENTS = (
    "locate",
    "places",
    "report",
    "lists",
    "figures",
    "duplicates",
    "linkage",
    "matching",
    "febrl",
    "spark",
    "imports",
    "ledger",
    "forms",
    "month",
    "meter",
    "counter",
    "certificates",
    "gate",
    "idle",
)
RESULTS = Path(__file__).resolve().parent / "results.json"


def main() -> None:
    full = "--full" in sys.argv
    wanted = [word for word in sys.argv[1:] if not word.startswith("-")] or list(MEASUREMENTS)
    rows = []
    for name in wanted:
        print(f"-- {name}", flush=True)
        for row in importlib.import_module(f"bench.{name}").run(full):
            rows.append(row)
            print(line(row), flush=True)
    kept = json.loads(RESULTS.read_text())["rows"] if RESULTS.exists() and len(wanted) < len(MEASUREMENTS) else []
    fresh = {row["name"] for row in rows}
    rows = [row for row in kept if row["name"] not in fresh] + rows
    RESULTS.write_text(
        json.dumps({"size": "full" if full else "small", "rows": rows}, ensure_ascii=False, indent=1) + "\n"
    )
    missed = [row["name"] for row in rows if not row["met"]]
    print(
        f"\n{len(rows) - len(missed)} of {len(rows)} targets met" + (f"; missed: {', '.join(missed)}" if missed else "")
    )


def line(row: dict[str, object]) -> str:
    ratio = f"{row['ratio']:.3g} x baseline" if isinstance(row["ratio"], (int, float)) else ""
    return f"{'ok  ' if row['met'] else 'MISS'} {row['name']:<58} {row['value']:>12,.4g} {row['unit']:<10} target {row['target']}  {ratio}"


if __name__ == "__main__":
    main()
