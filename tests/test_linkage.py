"""Records of several departments become persons."""

import numpy as np
import polars as pl
import pytest

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.linkage import spark, weigh
from lifang.blocks.registry.linkage.groups import grouped, persons
from lifang.demo.residents import files, residents


def group(pairs: list[tuple[int, int, float]], numbers: list[int]) -> list[int]:
    left, right, weight = zip(*pairs, strict=True)
    return grouped(
        records=len(numbers),
        numbers=np.array(numbers),
        left=np.array(left),
        right=np.array(right),
        weight=np.array(weight, float),
    ).tolist()


def test_a_chain_of_pairs_is_one_person() -> None:
    assert group([(3, 1, 5), (1, 2, 4)], [-1, -1, -1, -1]) == [0, 1, 1, 1]


def test_two_right_numbers_never_meet_even_over_a_record_without_one() -> None:
    assert group([(0, 1, 9), (1, 2, 8)], [7, -1, 8]) == [0, 0, 2]
    assert group([(0, 1, 8), (1, 2, 9)], [7, -1, 8]) == [0, 1, 1]


def test_a_group_without_number_takes_the_first_that_comes() -> None:
    assert group([(0, 1, 9), (1, 2, 8), (0, 3, 7)], [-1, -1, 5, 6]) == [0, 0, 0, 3]


def test_the_order_of_pairs_does_not_matter() -> None:
    pairs = [(0, 1, 9.0), (1, 2, 8.0), (2, 3, 8.0), (0, 3, 7.0)]
    numbers = [-1, 4, -1, 5]
    assert group(pairs, numbers) == group(pairs[::-1], numbers)


def linked(records: pl.DataFrame) -> pl.DataFrame:
    return persons(records, weigh.weighed(records, weigh.given()), weigh.CLEAR)


@pytest.fixture(scope="module")
def city() -> tuple[pl.DataFrame, pl.DataFrame]:
    facts = files(residents(8000, 3), 3)
    return facts, linked(comparable(facts))


def pairs_of(rows: pl.DataFrame, *keys: str) -> int:
    sizes = rows.group_by(*keys).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def test_four_departments_files_that_disagree_become_the_persons_they_are_of(
    city: tuple[pl.DataFrame, pl.DataFrame],
) -> None:
    facts, found = city
    rows = facts.select("id", "truth").join(found, on="id")
    both = pairs_of(rows, "person", "truth")
    assert len(rows) == len(facts)
    assert both / pairs_of(rows, "person") > 0.997
    assert both / pairs_of(rows, "truth") > 0.99


def test_twins_stay_two(city: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    facts, found = city
    people = residents(8000, 3)
    twins = {
        (at - 1, at)
        for at in range(1, len(people))
        if people.home[at] == people.home[at - 1] and people.birth[at] == people.birth[at - 1] and people.role[at] == 2
    }
    rows = facts.select("id", "truth").join(found, on="id")
    of = {truth: set(person) for truth, person in rows.group_by("truth").agg("person").iter_rows()}
    known = [(one, other) for one, other in twins if one in of and other in of]
    apart = sum(of[one].isdisjoint(of[other]) for one, other in known)
    assert len(known) > 10
    assert apart / len(known) > 0.9


def test_linking_again_gives_the_same_persons(city: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    facts, found = city
    assert linked(comparable(facts)).equals(found)


def test_records_of_a_known_person_stay_together_and_new_ones_join_them() -> None:
    records = pl.DataFrame(
        {"id": [1, 2, 3, 4], "number": [None, "B", None, None], "known": [7, 7, None, None]},
        schema={"id": pl.Int64, "number": pl.String, "known": pl.Int64},
    )
    pairs = pl.DataFrame({"left": [2, 1], "right": [3, 4], "weight": [9.0, 1.0]})
    assert persons(records, pairs, 2.0)["person"].to_list() == [1, 1, 1, 4]


def test_the_weights_that_come_along_know_every_level() -> None:
    for comparison in weigh.given()["comparisons"]:
        levels = [level for level in comparison["comparison_levels"] if not level.get("is_null_level")]
        assert all(0 < level["u_probability"] < 1 and 0 < level["m_probability"] < 1 for level in levels)


def test_the_model_is_spoken_to_spark_in_its_own_sql() -> None:
    weights = weigh.given()
    said = spark.spoken(weights)
    conditions = [level["sql_condition"] for one in said["comparisons"] for level in one["comparison_levels"]]
    assert any("DATEDIFF(DAY, birth_l, birth_r)" in condition for condition in conditions)
    assert not any("'day'" in condition for condition in conditions)
    assert weights["sql_dialect"] == "duckdb"
