"""The same model weighed by Spark, for registers that one machine cannot link (`LIFANG_LINKAGE=spark://…`).

pyspark comes with the extra «spark» of pyproject.toml for whoever needs it; Java 17 or later must be there.
"""

import copy
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import polars as pl

# These need pyspark, which most machines do not have.
SPLINK = "splink.backends.spark"
WEIGHED = "id_l AS `left`", "id_r AS `right`", "match_weight AS weight"


def weighed(records: pl.DataFrame, weights: dict[str, Any], unsure: float, master: str) -> pl.DataFrame:
    """As `weigh.weighed`, on the cluster at `master`."""
    with _session(master) as session:
        frame = session.createDataFrame(records.to_arrow())
        api = import_module(SPLINK).SparkAPI(spark_session=session, break_lineage_method="persist")
        linker = import_module("splink").Linker(api.register(frame), spoken(weights))
        found = linker.inference.predict(threshold_match_weight=unsure).as_spark_dataframe()
        table = found.selectExpr(*WEIGHED).toArrow()
    rows = pl.from_arrow(table)
    assert isinstance(rows, pl.DataFrame)
    return rows


def spoken(weights: dict[str, Any]) -> dict[str, Any]:
    """The conditions of the model, which are DuckDB's SQL, in Spark's."""
    transpile = import_module("sqlglot").transpile
    said = copy.deepcopy(weights)
    for comparison in said["comparisons"]:
        for level in comparison["comparison_levels"]:
            if level["sql_condition"] != "ELSE":
                level["sql_condition"] = transpile(level["sql_condition"], read="duckdb", write="spark")[0]
    for rule in said["blocking_rules_to_generate_predictions"]:
        rule["sql_dialect"] = "spark"
    said["sql_dialect"] = "spark"
    return said


@contextmanager
def _session(master: str) -> Iterator[Any]:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = import_module("pyspark.sql").SparkSession.builder.appName("lifang").master(master)
    for name, value in {
        "spark.jars": import_module(SPLINK).similarity_jar_location(),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "8",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()
