"""Days as people and spreadsheets write them, and ages on a day."""

import datetime as dt

import polars as pl

ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
EXCEL_EPOCH = dt.date(1899, 12, 30)


def dated(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`day` beside the other columns: the date that a column of text writes, null where it writes none.

    1956-2-29, 1956.02.29, 1956年2月29日, 19560229, 1956年2月 (its first day), 20514 (Excel's count); a time after it is
    left out. A year has four digits.
    """
    if frame[column].str.contains(ISO).all():
        return frame.with_columns(day=pl.col(column).str.to_date("%Y-%m-%d", strict=False))
    text, parts = pl.col("text"), pl.col("parts")
    frame = frame.with_columns(text=pl.col(column).str.replace(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", ""))
    frame = frame.with_columns(parts=text.str.replace_all(r"\D+", "-").str.strip_chars("-"))
    serial = pl.when(text.str.contains(r"^[0-9]{5}(\.0)?$")).then(text.str.extract(r"^([0-9]{5})").cast(pl.Int32))
    whole = pl.when(parts.str.contains(r"^\d{4}-\d+-\d+$")).then(parts)
    month = pl.when(parts.str.contains(r"^\d{4}-\d+$")).then(parts + "-01")
    run = pl.when(parts.str.contains(r"^\d{8}$")).then(parts)
    return frame.with_columns(
        day=pl.coalesce(
            whole.str.to_date("%Y-%m-%d", strict=False),
            run.str.to_date("%Y%m%d", strict=False),
            month.str.to_date("%Y-%m-%d", strict=False),
            pl.lit(EXCEL_EPOCH) + pl.duration(days=serial),
        )
    ).drop("text", "parts")


def years_before(day: dt.date, years: int) -> dt.date:
    """The day on which somebody was born who reaches this age today; of 29 February, the day before."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def age(birth: dt.date | None, on: dt.date) -> int | None:
    if birth is None:
        return None
    return max(on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day)), 0)
