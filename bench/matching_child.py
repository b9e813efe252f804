"""The part of `bench.matching` that runs beside the database: prints what it measured as JSON and leaves nothing behind.

Made-up persons come in through the import; some of the rows are kept back and sought afterwards.
"""

import datetime as dt
import json
import os
import sys
import time

import django
import numpy as np
import polars as pl
from django.conf import settings
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lifang.settings")
django.setup()

from bench.imports_child import CITY, _a_community  # noqa: E402
from lifang.blocks.registry.comparable import comparable  # noqa: E402
from lifang.blocks.registry.imports import actions, taking  # noqa: E402
from lifang.blocks.registry.imports.sheet import said  # noqa: E402
from lifang.blocks.registry.imports.sorting import sorted_out  # noqa: E402
from lifang.blocks.registry.linkage import candidates, one, weigh  # noqa: E402
from lifang.blocks.registry.models import Record, System  # noqa: E402
from lifang.demo.residents import files, residents  # noqa: E402
from lifang.ground.access.scope import system_scope  # noqa: E402
from lifang.server import embedded  # noqa: E402

HEADERS = {
    "姓名": "name",
    "性别": "sex",
    "出生日期": "birth",
    "身份证号": "number",
    "联系电话": "phone",
    "现住址": "address",
}
HELD = dt.date(2026, 6, 1)
SLOWLY = 5


def take(rows: pl.DataFrame, department: str) -> pl.DataFrame:
    """`truth` and `person` of every row that was taken."""
    system = System.objects.create(code=department, title=department, department=department, area=CITY)
    sheet = rows.select(pl.col(element).alias(header) for header, element in HEADERS.items())
    imported = actions.receive(
        system=system, content=sheet.write_csv().encode(), name=department, held_on=HELD, area=CITY, complete=False, by=None,
    )  # fmt: skip
    told = lambda step, done, whole: None  # noqa: E731
    found = sorted_out(imported, said(imported), told)
    taking.take(imported, found, told)
    taken = pl.DataFrame(
        list(Record.objects.filter(imported=imported).values_list("row", "person_id")),
        schema=["row", "person"],
        orient="row",
    )
    truth = rows["truth"].gather((taken["row"] - 1 - imported.first).to_list())
    return taken.select("person").with_columns(truth=truth)


def measure(count: int, sought: int) -> dict[str, float]:
    rows = files(residents(count, 7), 7)
    kept_back = rows.filter(pl.col("number") != "").sample(sought // 2, seed=1)
    kept_back = pl.concat([kept_back, rows.filter(pl.col("number") == "").sample(sought // 2, seed=2)])
    rest = rows.join(kept_back.select("id"), on="id", how="anti", maintain_order="left")
    settings.CONFIG.demo = True
    with embedded.ensured(settings.CONFIG.data), system_scope("registry"):
        _a_community()
        taken = pl.concat([take(rest.filter(source=name), name) for name in rest["source"].unique().sort()])
        with connection.cursor() as cursor:
            cursor.execute("SELECT registry_count_anew()")
        got = _sought(kept_back, taken)
        got["records"] = len(taken)
        transaction.set_rollback(True)
    return got


def _sought(kept_back: pl.DataFrame, taken: pl.DataFrame) -> dict[str, float]:
    of: dict[int, set[int]] = {
        truth: set(persons) for truth, persons in taken.group_by("truth").agg("person").iter_rows()
    }
    compared = comparable(kept_back)
    times, slow, right, wrong, known, numbered = [], [], 0, 0, 0, 0
    for at, truth in enumerate(kept_back["truth"].to_list()):
        new = compared[at]
        begun = time.perf_counter()
        found = one.persons_of(new)
        times.append(1000 * (time.perf_counter() - begun))
        if at < SLOWLY:
            begun = time.perf_counter()
            near = candidates.of(new.with_columns(known=pl.lit(None, pl.Int64)).select(candidates.COMPARED))
            weigh.weighed(
                pl.concat([new.with_columns(known=pl.lit(None, pl.Int64)).select(candidates.COMPARED), near]),
                weigh.given(),
            )
            slow.append(1000 * (time.perf_counter() - begun))
        known += truth in of
        if found.state == "clear":
            right += found.likely[0].person in of.get(truth, ())
            wrong += found.likely[0].person not in of.get(truth, ())
        numbered += truth in of and bool(new["number"][0])
    return {
        "p95": float(np.percentile(times, 95)), "median": float(np.median(times)), "splink": float(np.median(slow)),
        "found": right / known, "numbered": numbered / known, "wrong": wrong / len(kept_back),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
