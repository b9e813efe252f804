"""The values of a record, apart by how they are guarded: plain, sealed, and specially protected."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from lifang.blocks.packs.shapes import Element
from lifang.ground.access import vault

SEALED = "registry.record"
SPECIAL = "registry.special"
HEAD = "registry.import.head"
BESIDE = ("name",)
"""Elements that a record keeps in a column of its own, as they were said."""

Facts = dict[str, Any]


def apart(names: Iterable[str], elements: Mapping[str, Element], sensitivity: str) -> list[str]:
    """The elements among `names` that are guarded in this way; "plain" are those that need no sealing. One that is
    no element any more is guarded as if it were specially protected."""
    guarded = {"sealed": ("sealed",), "special": ("special",), "plain": ("open", "personal")}[sensitivity]
    said = {name: elements[name].sensitivity if name in elements else "special" for name in names}
    return [name for name, how in said.items() if name not in BESIDE and how in guarded]


def as_json(rows: pl.DataFrame, names: list[str]) -> pl.Series:
    """One JSON object a row, without what is null; «{}» where nothing is."""
    if not names:
        return pl.Series("json", ["{}"]).new_from_index(0, len(rows))
    parts = [pl.lit(f'{json.dumps(name)}:"') + _escaped(rows[name]) + '"' for name in names]
    return rows.select(("{" + pl.concat_str(parts, separator=",", ignore_nulls=True) + "}").alias("json"))["json"]


def _escaped(values: pl.Series) -> pl.Expr:
    """As within JSON's quotation marks; control characters were taken out when the cells were read."""
    cell = pl.col(values.name)
    if not values.str.contains(r'[\\"]').any():
        return cell
    return cell.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)


def sealed(texts: pl.Series, binding: str) -> pl.Series:
    """Each text sealed, as PostgreSQL reads bytes; nothing for «{}»."""
    found = pl.Series(vault.seal_many(texts.replace("{}", "").to_list(), binding), dtype=pl.Binary)
    return ("\\x" + found.bin.encode("hex")).alias(texts.name)


def opened(text: bytes, binding: str = SEALED) -> Facts:
    """What was sealed. Raises vault.Unreadable."""
    return dict(json.loads(vault.unseal(text, binding) or "{}"))


def readable(text: bytes | memoryview, binding: str = SEALED) -> Facts | None:
    """What was sealed; None where its key is not in this data folder, or the text was altered."""
    try:
        return opened(bytes(text), binding)
    except vault.Unreadable:
        return None
