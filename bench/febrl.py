"""The public benchmark FEBRL 4 (5,000 persons, each once right and once spoiled), linked by the engine of the register.

Its persons are Australian, so that the comparisons are this file's; engine, training and joining are the register's.
`FEBRL` names the folder of dataset4a.csv and dataset4b.csv; without it nothing is measured.
"""

import os
from pathlib import Path

import polars as pl
import splink.comparison_library as cl
from splink import SettingsCreator

from lifang.blocks.registry.linkage import groups, weigh

TARGET = 0.97
NAMES = ("given_name", "surname", "address_1", "suburb")
TEXTS = (*NAMES, "street_number", "postcode", "date_of_birth", "soc_sec_id")
BLOCKS = (
    "l.soc_sec_id = r.soc_sec_id",
    "l.given_name = r.given_name AND l.surname = r.surname",
    "l.date_of_birth = r.date_of_birth",
    "l.postcode = r.postcode AND l.surname = r.surname",
    "l.postcode = r.postcode AND l.given_name = r.given_name",
    "l.street_number = r.street_number AND l.address_1 = r.address_1",
)
LESSONS = ("l.soc_sec_id = r.soc_sec_id", "l.date_of_birth = r.date_of_birth")


def settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=[
            *(cl.JaroWinklerAtThresholds(name, [0.92, 0.8]) for name in NAMES),
            *(cl.LevenshteinAtThresholds(name, [1, 2]) for name in TEXTS[len(NAMES) :]),
        ],
        blocking_rules_to_generate_predictions=[{"blocking_rule": rule} for rule in BLOCKS],
        probability_two_random_records_match=1e-4,
        em_convergence=0.001,
        retain_matching_columns=False,
    )


def run(full: bool) -> list[dict[str, object]]:
    folder = os.environ.get("FEBRL")
    if not folder:
        print("FEBRL is not set: the public benchmark is not measured")
        return []
    records = _records(Path(folder))
    pairs = weigh.weighed(records, weigh.learned(records, settings(), LESSONS))
    persons = groups.persons(records.select("id", number=pl.lit(None, pl.String)), pairs, weigh.CLEAR)
    rows = records.select("id", "truth").join(persons, on="id")
    both, found, true = (_pairs(rows, *keys) for keys in (("person", "truth"), ("person",), ("truth",)))
    exact = records.drop_nulls("soc_sec_id")
    plain = _f1(_pairs(exact, "soc_sec_id", "truth"), _pairs(exact, "soc_sec_id"), true)
    value = _f1(both, found, true)
    return [{
        "name": "FEBRL 4, F1", "value": round(value, 4), "unit": "", "baseline": round(plain, 4),
        "ratio": round(value / plain, 3), "target": f">= {TARGET}", "met": value >= TARGET,
    }]  # fmt: skip


def _records(folder: Path) -> pl.DataFrame:
    rows = pl.concat([pl.read_csv(folder / f"dataset4{half}.csv", infer_schema=False) for half in "ab"], how="vertical")
    rows = rows.rename({name: name.strip() for name in rows.columns})
    text = {name: pl.col(name).str.strip_chars() for name in TEXTS}
    return rows.with_row_index("id").select(
        pl.col("id").cast(pl.Int64),
        pl.col("rec_id").str.extract(r"rec-(\d+)-").alias("truth"),
        *(pl.when(value != "").then(value).alias(name) for name, value in text.items()),
    )


def _pairs(rows: pl.DataFrame, *keys: str) -> int:
    sizes = rows.group_by(*keys).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _f1(both: int, found: int, true: int) -> float:
    return 2 * both / (found + true)
