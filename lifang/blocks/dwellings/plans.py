"""A building as somebody lays it out: so many entrances, floors and flats, and what is otherwise."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import CodeList
from lifang.blocks.registry.comparable import GIVEN, comparable

STATES, USES = "dwelling_state", "building_use"
MOST_ENTRANCES, MOST_FLOORS, MOST_FLATS = 30, 80, 99
MOST_DWELLINGS = 3000
ON_A_FLOOR = 100
ABSENT = ("没有", "无", "不存在", "取消")
EXCEPTION = re.compile(
    r"(?:(?P<entrance>\d{1,2})(?:单元|-|单元-))?(?:(?P<floor>\d{1,2})层|(?P<flat>\d{3,4})[室号]?)\s*(?P<what>[^\d\s-].*)"
)
BETWEEN = re.compile(r"[;；,，、。\n\r]+")


class Unclear(ValueError):
    """What was written cannot be a building; the message says what is allowed."""


@dataclass(frozen=True)
class Plan:
    """`area` is a community or a grid; `flats` are (entrance, number) → state, a code of STATES or ""."""

    area: int
    at: str
    name: str
    use: str
    entrances: int
    floors: int
    flats: Mapping[tuple[int, int], str]

    def home(self, flat: tuple[int, int]) -> str:
        return f"{self.at}-{flat[0]}-{flat[1]}"


def drawn(*, area: int, at: str, name: str, use: str, entrances: int, floors: int, each: int, otherwise: str) -> Plan:
    """Lay a building out: `each` flats on every floor of every entrance, numbered 101, 102, …, but for `otherwise`
    («1层 商铺；2-501 没有；1-605 出租»). Raises Unclear."""
    if entrances * floors * each > MOST_DWELLINGS:
        raise Unclear(_("一栋楼最多 {most} 套房屋，这里排出了 {n} 套。").format(
            most=MOST_DWELLINGS, n=entrances * floors * each
        ))  # fmt: skip
    flats = {
        (entrance, floor * ON_A_FLOOR + number): ""
        for entrance in range(1, entrances + 1)
        for floor in range(1, floors + 1)
        for number in range(1, each + 1)
    }
    states = packs.code_list(STATES, area)
    for words in filter(None, (part.strip() for part in BETWEEN.split(unicodedata.normalize("NFKC", otherwise)))):
        _except(flats, words, entrances, floors, states)
    return Plan(area, at, name, use, entrances, floors, flats)


def _except(flats: dict[tuple[int, int], str], words: str, entrances: int, floors: int, states: CodeList) -> None:
    found = EXCEPTION.fullmatch(words)
    what = found["what"] if found else ""
    state = None if what in ABSENT else coded(what, states)
    if found is None or state == "":
        raise Unclear(
            _(
                "看不懂「{words}」。请写成「室号 状况」，如：2-501 没有；1层 商铺；602 空置。状况可以是：没有、{states}。"
            ).format(words=words, states=_("、").join(states.values.values()))
        )
    within = [int(found["entrance"])] if found["entrance"] else range(1, entrances + 1)
    if found["floor"]:
        chosen = [flat for flat in flats if flat[0] in within and flat[1] // ON_A_FLOOR == int(found["floor"])]
    else:
        chosen = [(entrance, int(found["flat"])) for entrance in within]
    inside = [flat for flat in chosen if flat[0] <= entrances and 1 <= flat[1] // ON_A_FLOOR <= floors]
    if not inside or len(inside) < len(chosen):
        raise Unclear(
            _("「{words}」不在这栋楼里：一共 {entrances} 个单元、{floors} 层。").format(
                words=words, entrances=entrances, floors=floors
            )
        )
    for flat in inside:
        if state is None:
            flats.pop(flat, None)
        else:
            flats[flat] = state


def coded(words: str, codes: CodeList) -> str:
    """The code that is meant; "" where none is."""
    by_words = {title: code for code, title in {**codes.values, **codes.own}.items()}
    return words if words in codes.values else by_words.get(words) or codes.also.get(words, "")


def addressed(doors: Mapping[int, tuple[str, int, int]]) -> dict[int, str]:
    """Road, gate and building, each under a number of its own → «长春路12-3» as persons' homes have it; those that no
    home could have are left out."""
    texts = [f"{road}{gate}号{building}栋1单元101室" for road, gate, building in doors.values()]
    rows = pl.DataFrame({"id": list(doors), "address": texts}, schema_overrides={"id": pl.Int64})
    empty = [pl.lit(None, pl.String).alias(name) for name in GIVEN if name != "address"]
    homes = comparable(rows.with_columns(*empty)).select("id", "home").drop_nulls()
    return {pk: home.removesuffix("-1-101") for pk, home in homes.iter_rows()}


def parted(at: str) -> tuple[str, int, int]:
    """«长春路12-3» → road, gate and building."""
    found = re.fullmatch(r"(\D+)(\d+)-(\d+)", at)
    if found is None:
        raise ValueError(at)
    return found[1], int(found[2]), int(found[3])


def floors_of(flats: Mapping[tuple[int, int], str]) -> Iterator[tuple[int, list[tuple[int, list[tuple[int, str]]]]]]:
    """Entrance by entrance, its floors from the top down, on each the numbers and states."""
    for entrance in sorted({flat[0] for flat in flats}):
        numbers = sorted(number for at, number in flats if at == entrance)
        floors = sorted({number // ON_A_FLOOR for number in numbers}, reverse=True)
        yield (
            entrance,
            [(floor, [(n, flats[entrance, n]) for n in numbers if n // ON_A_FLOOR == floor]) for floor in floors],
        )
