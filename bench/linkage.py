"""Records of four departments become persons: time, memory, precision and recall, beside three simpler ways."""

import json
import resource
import subprocess
import sys
import time

import polars as pl

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.linkage import groups, weigh
from lifang.demo.residents import files, residents

PERSONS_IN_FULL, PERSONS = 474_000, 24_000


def pairs_of(rows: pl.DataFrame, *keys: str) -> int:
    sizes = rows.group_by(*keys).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def precision_and_recall(rows: pl.DataFrame) -> tuple[float, float]:
    """Of pairs of records, when `person` says which belong together and `truth` which do."""
    both = pairs_of(rows, "person", "truth")
    return both / pairs_of(rows, "person"), both / pairs_of(rows, "truth")


def by_number(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(person=pl.coalesce(pl.col("number"), "r" + pl.col("id").cast(pl.String)))


def by_number_or_name_and_birth(rows: pl.DataFrame) -> tuple[float, float]:
    """Pairs alone, without bringing them together: who has the same number, or the same name and birth."""
    named = rows.filter(pl.col("birth").is_not_null())
    numbered = rows.filter(pl.col("number").is_not_null())
    found = pairs_of(numbered, "number") + pairs_of(named, "name", "birth")
    found -= pairs_of(numbered.filter(pl.col("birth").is_not_null()), "number", "name", "birth")
    right = pairs_of(numbered, "number", "truth") + pairs_of(named, "name", "birth", "truth")
    right -= pairs_of(numbered.filter(pl.col("birth").is_not_null()), "number", "name", "birth", "truth")
    return right / found, right / pairs_of(rows, "truth")


def measured(count: int) -> dict[str, float]:
    facts = files(residents(count, 7), 7)
    begun = time.monotonic()
    rows = comparable(facts)
    normalised = time.monotonic()
    persons = groups.persons(rows, weigh.weighed(rows, weigh.learned(rows)), weigh.CLEAR)
    ended = time.monotonic()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = rows.join(facts.select("id", "truth"), on="id")
    precision, recall = precision_and_recall(rows.join(persons, on="id"))
    _exact, number_recall = precision_and_recall(by_number(rows))
    simple_precision, simple_recall = by_number_or_name_and_birth(rows)
    return {
        "records": len(rows),
        "normalise": normalised - begun,
        "link": ended - normalised,
        "memory": memory,
        "precision": precision,
        "recall": recall,
        "number recall": number_recall,
        "simple precision": simple_precision,
        "simple recall": simple_recall,
    }


def run(full: bool) -> list[dict[str, object]]:
    """In a process of its own, so that the memory is this task's alone."""
    command = [sys.executable, "-m", "bench.linkage", str(PERSONS_IN_FULL if full else PERSONS)]
    done = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    seconds, million = done["normalise"] + done["link"], done["records"] / 1e6
    return [
        _row(
            "link records of four departments", seconds, "s", None, "< 60 a million", seconds < 60 * max(million, 0.2)
        ),
        _row("the same, memory", done["memory"], "MB", None, "< 3000", done["memory"] < 3000),
        _row(
            "the same, precision of pairs",
            done["precision"],
            "",
            done["simple precision"],
            ">= 0.998",
            done["precision"] >= 0.998,
        ),
        _row(
            "the same, recall of pairs", done["recall"], "", done["simple recall"], ">= 0.995", done["recall"] >= 0.995
        ),
        _row(
            "recall beside the number alone",
            done["recall"],
            "",
            done["number recall"],
            "> baseline",
            done["recall"] > done["number recall"],
        ),
    ]


def _row(name: str, value: float, unit: str, baseline: float | None, target: str, met: bool) -> dict[str, object]:
    ratio = value / baseline if baseline else None
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "baseline": baseline,
        "ratio": ratio,
        "target": target,
        "met": met,
    }


def learn() -> None:
    """Write the weights that come with the platform."""
    weights = weigh.learned(comparable(files(residents(PERSONS_IN_FULL, 7), 7)))
    weigh.GIVEN.write_text(json.dumps(weights, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1] == "learn":
        learn()
    else:
        print(json.dumps(measured(int(sys.argv[1]))))
