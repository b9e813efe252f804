"""Citizens' identity numbers, column by column: GB 11643-1999 of 18 characters, and their older form of 15 digits."""

import datetime as dt

import numpy as np
import polars as pl

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# GB/T 2260: the first two digits name a province; made-up persons carry one that names none.
PROVINCES = frozenset(
    str(decade * 10 + one)
    for decade, ones in {
        1: range(1, 6), 2: range(1, 4), 3: range(1, 8), 4: range(1, 7), 5: range(5), 6: range(1, 6),
        7: (1,), 8: range(1, 4), 9: (1,),
    }.items()
    for one in ones
)  # fmt: skip
MADE_UP = "99"
FIRST_BIRTH = dt.date(1880, 1, 1)


def numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """What `typed` (digits and X, without blanks) says as a number, beside the other columns:

    `old`: it has 15 digits. `digits`: the first 17, of an old one too; null where the length is wrong. `number`: all
    18, with the check character that is right (ISO 7064, MOD 11-2). `born`: the day in it; null where there is none.
    """
    typed, old, digits = pl.col("typed"), pl.col("old"), pl.col("digits")
    body = pl.when(old).then(typed.str.slice(0, 6) + "19" + typed.str.slice(6)).otherwise(typed.str.slice(0, 17))
    frame = frame.with_columns(old=typed.str.contains(r"^[0-9]{15}$"))
    frame = frame.with_columns(digits=pl.when(old | typed.str.contains(r"^[0-9]{17}[0-9X]$")).then(body))
    return frame.with_columns(
        number=digits + _checks(frame["digits"]), born=digits.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    )


def _checks(digits: pl.Series) -> pl.Series:
    """The check character of each 17 digits."""
    figures = np.frombuffer("".join(digits.drop_nulls().to_list()).encode(), np.uint8).reshape(-1, len(WEIGHTS))
    left = (figures - ord("0")).astype(np.int32) @ np.array(WEIGHTS, np.int32) % len(CHECKS)
    right = pl.Series([None], dtype=pl.String).new_from_index(0, len(digits))
    return right.scatter(digits.is_not_null().arg_true(), np.array(list(CHECKS))[left].tolist())
