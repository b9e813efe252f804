"""From weighed pairs to persons: the strongest pairs join first, and two right identity numbers never meet."""

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]


def grouped(*, records: int, numbers: Ids, left: Ids, right: Ids, weight: npt.NDArray[np.float64]) -> Ids:
    """The group of each record, named by the lowest record in it.

    Records are counted from 0. `numbers` gives each record's identity number as any integer, -1 where it has none that
    is right. Pairs that would bring two numbers into one group are left apart.
    """
    parent = list(range(records))
    number = numbers.tolist()

    def root(one: int) -> int:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    order = np.lexsort((right, left, -weight))
    for one, other in zip(left[order].tolist(), right[order].tolist(), strict=True):
        one, other = root(one), root(other)
        if one == other or (number[one] >= 0 and number[other] >= 0 and number[one] != number[other]):
            continue
        first, second = min(one, other), max(one, other)
        parent[second] = first
        number[first] = max(number[first], number[second])
    return np.fromiter((root(one) for one in range(records)), np.int64, records)
