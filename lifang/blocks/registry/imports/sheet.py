"""A department's sheet as rows of values: what each row says, and what could not be taken of it."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl
from django.conf import settings
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry.comparable import GIVEN, of_tidy
from lifang.blocks.registry.facts import HEAD
from lifang.blocks.registry.imports import files
from lifang.blocks.registry.imports.columns import LOOK_AT as HEADER_WITHIN
from lifang.blocks.registry.imports.columns import SAMPLE
from lifang.blocks.registry.imports.values import COMMITTEE, Rules, read
from lifang.blocks.registry.models import Head, Import
from lifang.ground.access import vault
from lifang.ground.access.vault import Unreadable
from lifang.ground.areas.codes import COMMUNITY
from lifang.ground.areas.models import Area
from lifang.ground.files.tables import BadFile, Sheet, pieces, sheets

FIRST_ROW = 1
SAMPLES, LOOK_AT, LONGEST_SAMPLE = 3, 200, 40
# What is looked at of a sheet before its rows are read: its header, and a sample below.
HEAD_ROWS = HEADER_WITHIN + 2 + SAMPLE
SHORT = 6
BLOCK = 25_000
NUMBER = re.compile(r"\d{9}")


class Said(NamedTuple):
    """`rows`: row and a column of text for each element. `compared`: what linkage compares of each of them, `id` being the row.
    `problems`: row, element ("" for a whole row), value and wrong; rows with a problem of their own are not in `rows`.
    """

    rows: pl.DataFrame
    compared: pl.DataFrame
    problems: pl.DataFrame
    height: int


def sheet_of(imported: Import) -> Sheet:
    """Raises BadFile."""
    found = sheets(_content(imported))
    named = {sheet.name[:80]: sheet for sheet in found}
    first = named.get(imported.sheet, found[0])
    below = [named[name].rows.slice(heads) for name, _above, heads in imported.parts if name in named]
    return Sheet(first.name, pl.concat([first.rows, *below], how="diagonal"))


def _content(imported: Import) -> bytes:
    try:
        return files.opened(imported.sha256)
    except (FileNotFoundError, Unreadable):
        raise BadFile(_("存下的文件已经不在或打不开")) from None


def row_in(imported: Import, row: int) -> str:
    """Where a row stands in the file as people count: «5», or «东风2社区 5» on a further sheet."""
    for name, above, heads in reversed(imported.parts):
        if row > above:
            return f"{name} {row - above + heads}"
    return f"{imported.sheet} {row}" if imported.parts else str(row)


def sealed_head(rows: pl.DataFrame, first: int) -> bytes:
    """The rows by which columns are guessed and shown."""
    return vault.seal(rows.head(first + SAMPLE).write_csv(include_header=False), HEAD)


def head_of(imported: Import) -> pl.DataFrame:
    """Those rows as they came. Raises BadFile."""
    head = Head.objects.filter(imported=imported).first()
    if head is None or not files.kept(imported.sha256):
        return sheet_of(imported).rows
    try:
        text = vault.unseal(bytes(head.sealed), HEAD)
    except Unreadable:
        raise BadFile(_("存下的文件已经不在或打不开")) from None
    schema = {str(at): pl.String for at in range(len(imported.headers))}
    return pl.read_csv(text.encode(), has_header=False, schema=schema)


def samples(rows: pl.DataFrame, first: int, column: str, elements: Sequence[Element]) -> list[str]:
    """The first cells of a column that hold anything, as anybody may see them who says what the column is. `elements` are
    those that it may be."""
    guards = {element.sensitivity for element in elements}
    cells = rows[column].slice(first, LOOK_AT).drop_nulls().head(SAMPLES).to_list()
    return [_shown(cell[:LONGEST_SAMPLE], guards) for cell in cells]


def _shown(cell: str, guards: set[str]) -> str:
    if "special" in guards:
        return "***"
    if "sealed" in guards or NUMBER.search(cell):
        return f"{cell[:2]}***{cell[-2:]}" if len(cell) > SHORT else "***"
    return cell


def data_of(imported: Import) -> Iterator[pl.DataFrame]:
    """`row` and a column for each element, as the cells stand, of rows that hold anything, block by block. Raises BadFile."""
    if "name" not in imported.columns:
        raise BadFile(_("还没有指出哪一列是姓名。"))
    # How far below its own place each row of a sheet counts, and how many of its first are none.
    places = {imported.sheet: (0, imported.first)}
    places |= {name: (above - heads, heads) for name, above, heads in imported.parts}
    seen = dict.fromkeys(places, 0)
    for name, rows in pieces(_content(imported)):
        if (sheet := name[:80]) in places:
            below, heads = places[sheet]
            first, seen[sheet] = seen[sheet], seen[sheet] + rows.height
            data = rows.with_row_index("row").slice(max(heads - first, 0))
            yield from _data(data, FIRST_ROW + first + below, imported)


def _data(rows: pl.DataFrame, shift: int, imported: Import) -> Iterator[pl.DataFrame]:
    columns = {
        name: pl.col(column) if column in rows.columns else pl.lit(None, pl.String)
        for name, column in imported.columns.items()
    }
    data = rows.select(pl.col("row").cast(pl.Int64) + shift, **columns)
    data = data.filter(~pl.all_horizontal(pl.col(list(columns)).is_null()))
    yield from list(data.iter_slices(BLOCK)) or [data]


def said(data: pl.DataFrame, elements: Mapping[str, Element], rules: Rules) -> Said:
    """What some rows of `data_of` say."""
    rows, problems = read(data, {name: name for name in data.columns if name != "row"}, elements, rules)
    compared = of_tidy(_facts(rows, problems))
    whole = _whole(rows, compared)
    problems = pl.concat([problems.filter(pl.col("element") != ""), whole]).sort("row", "element")
    fit = rows.join(whole.select("row"), on="row", how="anti", maintain_order="left")
    return Said(fit, compared.filter(pl.col("id").is_in(fit["row"].implode())), problems, len(rows))


def rules_of(imported: Import) -> Rules:
    codes = {
        one.codes: packs.code_list(one.codes, imported.area)
        for one in packs.elements(imported.area).values()
        if one.codes
    }
    return Rules(imported.held_on, codes, places_below(imported.area, imported.held_on), settings.CONFIG.demo)


def places_below(area: int, on: dt.date) -> dict[str, int]:
    """Communities and grids below a place by their names, a community's with and without what stands behind it, a grid's
    alone and after its community's («永宁社区第1网格»); none that two share."""
    found = Area.objects.as_of(on).below(area).filter(level__gte=COMMUNITY).values_list("name", "code", "parent_code")
    rows = pl.DataFrame(
        list(found), schema={"name": pl.String, "code": pl.Int64, "parent": pl.Int64}, orient="row"
    ).with_columns(plain=pl.col("name").str.replace(COMMITTEE, ""))
    grids = rows.join(rows.select("code", above="plain", whole="name"), left_on="parent", right_on="code")
    within = [pl.concat_str(*parts, "name") for parts in (["above"], ["above", pl.lit("社区")], ["whole"])]
    names = pl.concat(
        [rows.select("code", name="plain"), *(grids.select("code", one.alias("name")) for one in within)]
    ).unique()
    alone = names.filter(pl.len().over("name") == 1)
    return dict(zip(alone["name"].to_list(), alone["code"].to_list(), strict=True))


def _facts(rows: pl.DataFrame, problems: pl.DataFrame) -> pl.DataFrame:
    """What `of_tidy` asks for; a number that is wrong still says who somebody may be."""
    mistyped = problems.filter(pl.col("element") == "number").select("row", pl.col("value").alias("mistyped"))
    rows = rows.join(mistyped, on="row", how="left", maintain_order="left")
    have = {name: pl.col(name) if name in rows.columns else pl.lit(None, pl.String) for name in GIVEN}
    have["number"] = pl.coalesce(have["number"], "mistyped")
    have["sex"] = have["sex"].replace_strict({"1": "男", "2": "女"}, default=None, return_dtype=pl.String)
    return rows.select(pl.col("row").alias("id"), *(value.alias(name) for name, value in have.items()))


def _whole(rows: pl.DataFrame, compared: pl.DataFrame) -> pl.DataFrame:
    """Rows that are nobody's."""
    known = compared.select("id", nobody=pl.all_horizontal(pl.col("typed", "birth", "phone", "gate").is_null()))
    rows = rows.join(known, left_on="row", right_on="id")
    wrong = pl.when(pl.col("name").is_null()).then(pl.lit("unnamed")).when("nobody").then(pl.lit("nobody"))
    found = rows.select("row", pl.lit("").alias("element"), pl.col("name").alias("value"), wrong.alias("wrong"))
    return found.filter(pl.col("wrong").is_not_null())
