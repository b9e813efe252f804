"""Everybody of many places at once, as columns: who they are, and of each data element the word that counts and its day."""

import base64
import datetime as dt
import io
import json
from collections.abc import Collection, Iterable, Mapping, Sequence

import polars as pl
from django.conf import settings
from django.db import connection

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Condition, Element
from lifang.blocks.registry import facts
from lifang.blocks.registry.days import years_before
from lifang.blocks.registry.models import System
from lifang.blocks.registry.standing import BELIEVED, LAST_RANK, rulings
from lifang.ground.access import vault
from lifang.ground.areas.codes import WIDTHS, span

COMMUNITY = WIDTHS[5]
MOST_APART = 60
OWN = ("name", "sex", "birth", "place")
"""Elements that a person's own row holds, worked out already."""
PERSONS = """
SELECT p.id, p.area, p.name, p.sex, p.birth, p.home FROM registry_person p
WHERE p.records > 0 AND p.died_on IS NULL AND {where}
"""
DAYS = f"""
SELECT p.area / {COMMUNITY} * {COMMUNITY} AS area, max(r.held_from) AS day
FROM registry_record r JOIN registry_person p ON p.id = r.person_id WHERE {BELIEVED} AND {{where}} GROUP BY 1
"""
WORDS = f"""
SELECT r.person_id AS id, r.id AS record, r.system_id AS system, r.held_from AS day, {{said}}
FROM registry_record r JOIN registry_person p ON p.id = r.person_id WHERE {BELIEVED} AND {{where}}
"""
SEALED = f"""
SELECT r.person_id AS id, r.id AS record, r.system_id AS system, r.held_from AS day, encode({{what}}, 'base64') AS text
FROM registry_record r JOIN registry_person p ON p.id = r.person_id {{joined}} WHERE {BELIEVED} AND {{where}}
"""
SENT = " AND (r.imported_id IS NULL OR r.imported_id IN (SELECT i.id FROM registry_import i WHERE jsonb_exists_any(i.columns, ARRAY[{names}])))"
RULINGS = rulings("SELECT p.id AS person FROM registry_person p WHERE {where}")
TYPES = {
    "id": pl.Int64, "area": pl.Int64, "sex": pl.String, "birth": pl.Date, "home": pl.String, "name": pl.String,
    "record": pl.Int64, "system": pl.Int64, "day": pl.Date, "text": pl.String, "element": pl.String,
}  # fmt: skip


def value(element: str) -> str:
    return f"v:{element}"


def day(element: str) -> str:
    return f"d:{element}"


def of(places: Collection[int], elements: Iterable[str], persons: Sequence[int] | None = None) -> pl.DataFrame:
    """id, area (of the community), name, sex, birth, home, seen (the newest day of any record there), and value and day
    of each element, null of one that is no more. Needs the scope of the system."""
    where, known = _where(places, persons), packs.elements(settings.CONFIG.area)
    found = _read(PERSONS.format(where=where), ("id", "area", "name", "sex", "birth", "home"))
    found = found.with_columns(pl.col("area").alias(value("place")).cast(pl.String))
    found = found.with_columns(pl.col("area") // COMMUNITY * COMMUNITY)
    if places:
        found = found.filter(pl.col("area").is_in(list(places)))
    wanted = set(elements)
    others = sorted((wanted & known.keys()) - set(OWN))
    words = _words(where, facts.apart(others, known, "plain"))
    if words is None:
        seen = _read(DAYS.format(where=where), ("area", "day")).rename({"day": "seen"})
    else:
        newest = words.group_by("id").agg(pl.col("day").max())
        seen = found.join(newest, on="id").group_by("area").agg(pl.col("day").max().alias("seen"))
    found = found.join(seen, on="area", how="left")
    for name in wanted & set(OWN):
        own = pl.col(value("place")) if name == "place" else pl.col(name).cast(pl.String)
        found = found.with_columns(own.alias(value(name)), pl.col("seen").alias(day(name)))
    for said in _won(where, others, words):
        found = found.join(said, on="id", how="left")
    for name in wanted - known.keys() - set(OWN):
        found = found.with_columns(pl.lit(None, pl.String).alias(value(name)), pl.lit(None, pl.Date).alias(day(name)))
    return found


def meeting(conditions: Iterable[Condition], on: dt.date) -> pl.Expr:
    """Who meets all of them on a day, by the rules of the registers of special care."""
    met = everybody = pl.col("id").is_not_null()
    for one in conditions:
        ages = everybody
        if one.first is not None:
            ages &= pl.col("birth") <= years_before(on, one.first)
        if one.last is not None:
            ages &= pl.col("birth") > years_before(on, one.last + 1)
        if one.what == "age":
            met &= ages.fill_null(False)
        elif one.what == "home":
            met &= pl.col("home").is_not_null()
            counted = one.first is not None or one.last is not None
            if one.most is not None:  # somebody whose age nobody knows may be of any age
                met &= ages.fill_null(counted).sum().over("area", "home") <= one.most
            if one.least is not None:
                met &= ages.fill_null(False).sum().over("area", "home") >= one.least
        else:
            said = pl.col(value(one.element))
            met &= (said.is_in(list(one.values)) if one.values else said.is_not_null()).fill_null(False)
    return met


def _where(places: Collection[int], persons: Sequence[int] | None) -> str:
    if persons is not None:
        return f"p.id = ANY('{{{','.join(map(str, persons))}}}'::bigint[])"
    if len(places) > MOST_APART:
        return f"p.area >= {min(places)} AND p.area < {max(places) + COMMUNITY}"
    ranges = [span(place) for place in places]
    return "(" + (" OR ".join(f"p.area >= {one.start} AND p.area < {one.stop}" for one in ranges) or "false") + ")"


def _read(query: str, columns: Sequence[str]) -> pl.DataFrame:
    with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        text = b"".join(bytes(part) for part in copy)
    if not text:
        return pl.DataFrame(schema={name: TYPES.get(name, pl.String) for name in columns})
    return pl.read_csv(
        io.BytesIO(text), has_header=False, schema={name: TYPES.get(name, pl.String) for name in columns}
    )


def _words(where: str, plain: Sequence[str]) -> pl.DataFrame | None:
    """What every believed record says of these elements; None where none is asked for."""
    if not plain:
        return None
    said = ", ".join(f"r.facts ->> '{name}'" for name in plain)
    return _read(WORDS.format(where=where, said=said), ("id", "record", "system", "day", *plain))


def _won(where: str, names: Sequence[str], words: pl.DataFrame | None) -> list[pl.DataFrame]:
    """For each element the id, the value that counts and its day, ordered as `registry.winning` does."""
    if not names:
        return []
    elements = packs.elements(settings.CONFIG.area)
    departments = dict(System.objects.values_list("pk", "department"))
    ruled = _read(RULINGS.format(where=where), ("element", "record"))
    found = []
    if words is not None:
        plain = facts.apart(names, elements, "plain")
        found = [_first(words, name, elements[name], departments, ruled) for name in plain]
    for guard, what, joined in (
        ("sealed", "r.sealed", ""),
        ("special", "s.sealed", "JOIN registry_special s ON s.record_id = r.id"),
    ):
        if hidden := facts.apart(names, elements, guard):
            binding = facts.SEALED if guard == "sealed" else facts.SPECIAL
            opened = _opened(where, what, joined, binding, hidden)
            found += [_first(opened, name, elements[name], departments, ruled) for name in hidden]
    return found


def _opened(where: str, what: str, joined: str, binding: str, names: Sequence[str]) -> pl.DataFrame:
    """The sealed texts of systems that send any of the elements."""
    quoted = ",".join(f"'{name}'" for name in names)
    asked = SEALED.format(what=what, joined=joined, where=where) + SENT.format(names=quoted) + f" AND {what} <> ''"
    words = _read(asked, ("id", "record", "system", "day", "text"))
    said = [_unsealed(text, binding) for text in words["text"].to_list()]
    return words.drop("text").with_columns(
        pl.Series(name, [str(one[name]) if one.get(name) else None for one in said], pl.String) for name in names
    )


def _unsealed(text: str, binding: str) -> Mapping[str, object]:
    """Nothing where the key is not in this data folder, or the text was altered."""

    try:
        found: Mapping[str, object] = json.loads(vault.unseal(base64.b64decode(text), binding) or "{}")
    except vault.Unreadable:
        return {}
    return found


def _first(
    words: pl.DataFrame, name: str, element: Element, departments: Mapping[int, str], ruled: pl.DataFrame
) -> pl.DataFrame:
    said = words.select("id", "record", "system", "day", pl.col(name).alias(value(name))).drop_nulls(value(name))
    if said["id"].n_unique() < len(said):
        order = {one: at for at, one in enumerate(dict.fromkeys(filter(None, (element.home, *element.wins))))}
        ranks = {pk: order.get(department, LAST_RANK) for pk, department in departments.items()}
        for_it = ruled.filter(pl.col("element") == name)["record"].implode()
        said = (
            said.with_columns(
                ruled=~pl.col("record").is_in(for_it), rank=pl.col("system").replace_strict(ranks, default=LAST_RANK)
            )
            .sort("ruled", "rank", "day", "record", descending=[False, False, True, True])
            .unique("id", keep="first", maintain_order=True)
        )
    return said.select("id", value(name), pl.col("day").alias(day(name)))
