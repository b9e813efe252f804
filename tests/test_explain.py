"""The weight of a pair, taken apart, is the weight that linkage gives it."""

import pytest

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.linkage import explain, weigh
from lifang.demo.residents import files, residents


def test_what_the_comparisons_weigh_adds_up_to_what_linkage_gives() -> None:
    records = comparable(files(residents(3000, 5), 5))
    given = weigh.weighed(records, weigh.given())
    taken_apart = explain.weighed(records, given)
    both = given.join(taken_apart, on=["left", "right"], suffix="_explained")
    assert len(both) == len(given) > 1000
    assert (both["weight"] - both["weight_explained"]).abs().max() < 1e-6
    for row in taken_apart.sample(200, seed=1).iter_rows(named=True):
        summed = explain.beginning() + sum(reason.bits for reason in explain.reasons(row))
        assert summed == pytest.approx(row["weight"])
