"""Keyed hashes by which numbers and telephones are found without being readable.

A hash is the first 64 bits of an HMAC under a key of its own; its kind is part of what is hashed. Two different values
with one hash are told apart when the record is opened. A record holds the hash of each kind in a column of its own.
"""

import hashlib
import hmac
from enum import IntEnum
from functools import cache, lru_cache

import numpy as np
import polars as pl

from lifang.ground.access.vault import index_secret

LAST = 4
SALT, BYTES, BLOCK = b"registry\0", 8, 64


class Kind(IntEnum):
    """`TYPED` is a number as it was written, where that is no right one; the ends are the last four characters."""

    NUMBER = 1
    TYPED = 2
    NUMBER_END = 3
    PHONE = 4
    PHONE_END = 5

    @property
    def column(self) -> str:
        return f"{self.name.lower()}_key"


COLUMNS = tuple(kind.column for kind in Kind)


def hashed(kind: Kind, value: str) -> int:
    return digested(f"{kind.value}\0{value}".encode())


def digested(text: bytes) -> int:
    """64 keyed bits of any text, by which one tells whether it changed."""
    bits = hmac.digest(index_secret(), SALT + text, "sha256")
    return int.from_bytes(bits[:BYTES], "big", signed=True)


def digests(texts: pl.Series) -> pl.Series:
    """`digested` of each text, a third as long on its way: what HMAC does with its key alone is done once for all."""
    inner, outer = _begun()
    parts = []
    for text in texts.cast(pl.Binary).to_list():
        first, second = inner.copy(), outer.copy()
        first.update(text)
        second.update(first.digest())
        parts.append(second.digest()[:BYTES])
    return pl.Series(np.frombuffer(b"".join(parts), ">i8").astype(np.int64))


@cache
def _begun() -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """The two halves of HMAC-SHA256 (RFC 2104), begun with the key and SALT."""
    secret = index_secret()
    whole = (hashlib.sha256(secret).digest() if len(secret) > BLOCK else secret).ljust(BLOCK, b"\0")
    return hashlib.sha256(bytes(b ^ 0x36 for b in whole) + SALT), hashlib.sha256(bytes(b ^ 0x5C for b in whole))


def keys_of(compared: pl.DataFrame) -> pl.DataFrame:
    """COLUMNS of what linkage compares (`comparable`), in its order; null where there is nothing to hash."""
    right, typed, phone = pl.col("number"), pl.col("typed"), pl.col("phone")
    values = compared.select(
        right.alias(Kind.NUMBER.column),
        pl.when(right.is_null()).then(typed).alias(Kind.TYPED.column),
        pl.coalesce(right, typed).str.slice(-LAST).alias(Kind.NUMBER_END.column),
        phone.alias(Kind.PHONE.column),
        phone.str.slice(-LAST).alias(Kind.PHONE_END.column),
    )
    return values.select(_hashes(values[kind.column], kind) for kind in Kind)


@lru_cache(maxsize=2**15)
def _of_end(kind: Kind, end: str) -> int:
    return hashed(kind, end)


def _hashes(values: pl.Series, kind: Kind) -> pl.Series:
    """Ends are few, and each is hashed once; of whole numbers hardly any stands twice."""
    each = values.drop_nulls()
    if kind in (Kind.NUMBER_END, Kind.PHONE_END):
        found = pl.Series([_of_end(kind, end) for end in each.to_list()], dtype=pl.Int64)
    else:
        found = digests(f"{kind.value}\0" + each)
    hashes = pl.Series(values.name, [None], pl.Int64).new_from_index(0, len(values))
    return hashes.scatter(values.is_not_null().arg_true(), found)
