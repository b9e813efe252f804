"""Keyed hashes by which numbers and telephones are found without being readable.

A hash is the first 64 bits of an HMAC under a key of its own; its kind is part of what is hashed. Two different values
with one hash are told apart when the record is opened.
"""

import hmac
from collections.abc import Iterable

import polars as pl
from django.db import models

from lifang.ground.access.vault import index_secret

LAST = 4


class Kind(models.IntegerChoices):
    NUMBER = 1, "number"
    TYPED = 2, "number as it was written, where that is no right one"
    NUMBER_END = 3, "last four characters of a number"
    PHONE = 4, "telephone"
    PHONE_END = 5, "last four digits of a telephone"


def hashed(kind: int, value: str) -> int:
    return digested(f"{kind}\0{value}".encode())


def digested(text: bytes) -> int:
    """64 keyed bits of any text, by which one tells whether it changed."""
    bits = hmac.digest(index_secret(), b"registry\0" + text, "sha256")
    return int.from_bytes(bits[:8], "big", signed=True)


def keys_of(compared: pl.DataFrame) -> pl.DataFrame:
    """`id`, `kind` and `hash` of every key of what linkage compares (`comparable`)."""
    right, typed, phone = pl.col("number"), pl.col("typed"), pl.col("phone")
    of_kind: Iterable[tuple[Kind, pl.Expr]] = (
        (Kind.NUMBER, right),
        (Kind.TYPED, pl.when(right.is_null()).then(typed)),
        (Kind.NUMBER_END, pl.coalesce(right, typed).str.slice(-LAST)),
        (Kind.PHONE, phone),
        (Kind.PHONE_END, phone.str.slice(-LAST)),
    )
    frames = []
    for kind, value in of_kind:
        found = compared.select("id", value.alias("value")).drop_nulls()
        hashes = [hashed(kind, one) for one in found["value"].to_list()]
        frames.append(
            found.select("id", pl.lit(kind.value, pl.Int16).alias("kind"), pl.Series("hash", hashes, pl.Int64))
        )
    return pl.concat(frames)
