"""Weighing pairs of records with Splink on DuckDB, by weights learned once or by those of the made-up city.

Both take much memory, so that a process loads them only when it first weighs.
"""

import contextlib
import copy
import json
import logging
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from lifang.blocks.registry.linkage import model, spark

SAMPLED_PAIRS = 2e6
SEED = 20260101
# In bits: pairs below UNSURE are nobody's; from CLEAR on they are one person's; between the two somebody looks.
UNSURE, CLEAR = -2.0, 2.0
DUCKDB = "duckdb"
MEMORY = "2GB"
LEAST = 1e-7
# In fewer records than this, how often a name stands says nothing about how common it is.
ENOUGH_NAMES = 50_000
GIVEN = Path(__file__).with_name("weights.json")

Weights = dict[str, Any]


@cache
def given() -> Weights:
    """The weights that come with the platform, learned on its made-up city (`python -m bench.linkage learn`)."""
    return dict(json.loads(GIVEN.read_text()))


def learned(records: pl.DataFrame, own: Any | None = None, lessons: Sequence[str] = model.LESSONS) -> Weights:
    """Weights from the records themselves, as `comparable` gives them; some hundred thousand are needed.

    Records of another kind bring a model and lessons of their own.
    """
    with _linker(records, own or model.settings()) as (linker, _folder):
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=SEED)
        for lesson in lessons:
            linker.training.estimate_parameters_using_expectation_maximisation(
                lesson, estimate_without_term_frequencies=True
            )
        return _bounded(dict(linker.misc.save_model_to_json()))


def _bounded(weights: Weights) -> Weights:
    """No level is impossible or certain only because the sample held no other."""
    weights.pop("linker_uid", None)
    for comparison in weights["comparisons"]:
        for level in comparison["comparison_levels"]:
            for share in ("m_probability", "u_probability"):
                if share in level:
                    level[share] = min(max(level[share], LEAST), 1 - LEAST)
    return weights


def weighed(records: pl.DataFrame, weights: Weights) -> pl.DataFrame:
    """left, right (ids) and weight of every pair from UNSURE on."""
    weights = fitting(weights, len(records))
    if settings.CONFIG.linkage != DUCKDB:
        return spark.weighed(records, weights, UNSURE, settings.CONFIG.linkage)
    with _linker(records, weights) as (linker, folder):
        found = linker.inference.predict(threshold_match_weight=UNSURE).as_duckdbpyrelation()
        found.select("id_l AS left, id_r AS right, match_weight AS weight").write_parquet(str(folder / "pairs.parquet"))
        return pl.read_parquet(folder / "pairs.parquet")


def fitting(weights: Weights, records: int) -> Weights:
    """For few records the same weights with every name taken for one of middling frequency."""
    if records >= ENOUGH_NAMES:
        return weights
    weights = copy.deepcopy(weights)
    for comparison in weights["comparisons"]:
        for level in comparison["comparison_levels"]:
            level.pop("tf_adjustment_column", None)
            level.pop("tf_adjustment_weight", None)
    return weights


@contextlib.contextmanager
def _linker(records: pl.DataFrame, weights: Any) -> Iterator[tuple[Any, Path]]:
    with tempfile.TemporaryDirectory() as name, contextlib.closing(import_module("duckdb").connect()) as connection:
        folder = Path(name)
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}'")
        records.write_parquet(folder / "records.parquet")
        connection.execute(f"CREATE TABLE records AS SELECT * FROM read_parquet('{folder}/records.parquet')")
        splink = import_module("splink")
        yield splink.Linker(splink.DuckDBAPI(connection).register("records"), weights, log_level=logging.ERROR), folder
