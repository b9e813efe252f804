"""The same model on a local Spark cluster of two workers: the same pairs with the same weights, and what it costs.

pyspark and Java are not among the dependencies; where they are missing nothing is measured.
"""

import importlib.util
import shutil
import time

import polars as pl

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.linkage import spark, weigh
from lifang.demo.residents import files, residents

CLUSTER = "local-cluster[2,1,2048]"
PERSONS = {True: 95_000, False: 1_500}


def run(full: bool) -> list[dict[str, object]]:
    if not (importlib.util.find_spec("pyspark") and shutil.which("java")):
        print("pyspark or Java is missing: Spark is not measured")
        return []
    rows = comparable(files(residents(PERSONS[full], 3), 3))
    begun = time.perf_counter()
    here = _in_order(weigh.weighed(rows, weigh.given()))
    turned = time.perf_counter()
    weights = weigh.fitting(weigh.given(), len(rows))
    there = _in_order(spark.weighed(rows, weights, weigh.UNSURE, CLUSTER))
    ended = time.perf_counter()
    both = here.join(there, on=["one", "other"], how="full", suffix="_there")
    differ = both.filter((pl.col("weight") - pl.col("weight_there")).abs().fill_null(1) > 1e-6).height
    return [{
        "name": f"pairs of {len(rows):,} records that Spark weighs otherwise than DuckDB", "value": differ, "unit": "pairs",
        "baseline": len(here), "ratio": None, "target": "0", "met": differ == 0,
    }, {
        "name": f"weighing {len(rows):,} records on Spark, two workers", "value": round(ended - turned, 1), "unit": "s",
        "baseline": round(turned - begun, 1), "ratio": round((ended - turned) / (turned - begun), 1), "target": "-",
        "met": True,
    }]  # fmt: skip


def _in_order(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        one=pl.min_horizontal("left", "right"), other=pl.max_horizontal("left", "right"), weight="weight"
    )
