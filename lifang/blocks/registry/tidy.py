"""Text as people and spreadsheets write it, brought into one form: full width, invisible characters, blanks."""

import polars as pl

# A column is mostly of characters that are in the one form already; only cells with others, or in quotes, are worked on.
OTHER = r"[^\x21-\x7e\u4e00-\u9fff]|^'|'$"
AROUND = " '　\u200b\ufeff"


def tidied(cells: pl.Series) -> pl.Series:
    """NFKC, each run of control characters and ends of lines a blank, nothing around; "" stays as it is."""
    if cells.null_count() == len(cells):
        return cells
    untidy = cells.str.contains(OTHER).fill_null(value=False)
    if not untidy.any():
        return cells
    mended = (
        cells.filter(untidy)
        .str.normalize("NFKC")
        .str.replace_all(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ")
        .str.strip_chars(AROUND)
    )
    return cells.scatter(untidy.arg_true(), mended)
