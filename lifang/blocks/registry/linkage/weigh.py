"""Weighing pairs with Splink: on DuckDB in this process, or on a Spark cluster with the same model."""

import contextlib
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from lifang.blocks.registry.linkage import model
from lifang.blocks.registry.linkage.groups import grouped

SAMPLED_PAIRS = 2e6
SEED = 20260101
# Weights are in bits: at CLEAR a pair is one person's with the odds of 4 to 1 over all that speaks against it by chance.
UNSURE, CLEAR = -2.0, 2.0
MEMORY = "2GB"


@dataclass(frozen=True)
class Linked:
    """`pairs`: left, right (ids) and weight of all pairs from UNSURE on. `persons`: id and person, the lowest id in it."""

    pairs: pl.DataFrame
    persons: pl.DataFrame
    learned: dict[str, object]


def link(records: pl.DataFrame) -> Linked:
    """Which of these records (as `comparable` gives them) are one person's."""
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(duckdb.connect()) as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'; SET temp_directory = '{folder}'")
        records.write_parquet(Path(folder) / "records.parquet")
        connection.execute(f"CREATE TABLE records AS SELECT * FROM read_parquet('{folder}/records.parquet')")
        linker = Linker(DuckDBAPI(connection).register("records"), model.settings(), log_level=logging.ERROR)
        linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLED_PAIRS, seed=SEED)
        for lesson in model.LESSONS:
            linker.training.estimate_parameters_using_expectation_maximisation(
                lesson, estimate_without_term_frequencies=True
            )
        found = linker.inference.predict(threshold_match_weight=UNSURE)
        connection.execute(
            f"COPY (SELECT id_l AS left, id_r AS right, match_weight AS weight FROM {found.physical_name})"
            f" TO '{folder}/pairs.parquet'"
        )
        pairs = pl.read_parquet(Path(folder) / "pairs.parquet")
        return Linked(pairs, _persons(records, pairs), linker.misc.save_model_to_json())


def _persons(records: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    known = records.select("id", "number").sort("id").with_row_index("at")
    clear = pairs.filter(pl.col("weight") >= CLEAR)
    for side in ("left", "right"):
        clear = clear.join(known.select(pl.col("id").alias(side), pl.col("at").alias(f"{side}_at")), on=side)
    numbers = known["number"].rank("dense").cast(pl.Int64).fill_null(-1)
    group = grouped(
        records=len(known),
        numbers=numbers.to_numpy(),
        left=clear["left_at"].cast(pl.Int64).to_numpy(),
        right=clear["right_at"].cast(pl.Int64).to_numpy(),
        weight=clear["weight"].to_numpy(),
    )
    return known.select("id").with_columns(known["id"].gather(group).alias("person"))
