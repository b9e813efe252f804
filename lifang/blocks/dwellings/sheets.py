"""A table of buildings, one a row: read whole or refused whole, with the reason for each cell that cannot be taken."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _

from lifang.blocks.dwellings.plans import (
    MOST_ENTRANCES,
    MOST_FLATS,
    MOST_FLOORS,
    USES,
    Plan,
    Unclear,
    addressed,
    coded,
    drawn,
)
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.imports.sheet import places_below
from lifang.blocks.registry.imports.values import COMMITTEE
from lifang.ground.access.ranges import today
from lifang.ground.areas.sheets import read

HEADERS: Final[Mapping[str, Sequence[str]]] = {
    "place": ("社区", "所属社区", "网格", "所属网格", "社区网格", "所在社区", "村社区"),
    "road": ("路名", "道路", "街路巷", "街路巷名称", "路街巷"),
    "gate": ("门牌号", "门牌", "门号", "号"),
    "building": ("楼栋号", "栋号", "楼号", "幢号", "栋"),
    "name": ("楼栋名称", "小区", "小区名称", "名称", "楼名"),
    "use": ("用途", "楼栋用途", "房屋用途"),
    "entrances": ("单元数", "单元"),
    "floors": ("层数", "楼层数", "地上层数"),
    "each": ("每层户数", "一层几户", "每层套数", "每单元每层户数"),
    "otherwise": ("例外", "例外情况", "备注", "特殊情况"),
}
NEEDED: Final = ("place", "road", "gate", "building", "entrances", "floors", "each")
MOST_ROWS: Final = 5000
MOST_PROBLEMS: Final = 500
LONGEST: Final = 60
NUMBERS: Final = {
    "gate": 9999, "building": 9999, "entrances": MOST_ENTRANCES, "floors": MOST_FLOORS, "each": MOST_FLATS,
}  # fmt: skip


class Problem(NamedTuple):
    """A cell that cannot be taken; `row` as the spreadsheet counts."""

    row: int
    column: str
    value: str
    reason: str


class Read(NamedTuple):
    plans: list[Plan]
    problems: list[Problem]


def plans_of(content: bytes, file_name: str, area: int) -> Read:
    """Raises BadFile."""
    table = read(content, file_name, HEADERS, NEEDED)
    places, uses = places_below(area, today()), packs.code_list(USES, area)
    problems: list[Problem] = []
    rows: dict[int, dict[str, Any]] = {}
    for number, cells in table.rows:
        given = {name: (cells[at] if at < len(cells) else "").strip() for name, at in table.columns.items()}
        if len(rows) == MOST_ROWS:
            problems.append(Problem(number, "", "", _("一次最多 {n} 栋，请分成几个文件。").format(n=MOST_ROWS)))
            break
        rows[number] = _row(number, given, places, uses, problems)
    doors = {
        n: (row["road"], row["gate"], row["building"])
        for n, row in rows.items()
        if _has(row, "road", "gate", "building")
    }
    ats = addressed(doors)
    found: dict[tuple[int, str], int] = {}
    plans = []
    for number, row in rows.items():
        if number in doors and number not in ats:
            problems.append(_problem(number, "road", row["road"], _("路名应以大道、路、街、巷或道结尾，如 永宁路")))
        if number not in ats or not _has(row, "area", "entrances", "floors", "each"):
            continue
        key = row["area"] // 1000, ats[number]
        if key in found:
            problems.append(
                _problem(number, "building", str(row["building"]), _("与第 {n} 行是同一栋楼").format(n=found[key]))
            )
            continue
        found[key] = number
        try:
            plans.append(drawn(
                area=row["area"], at=ats[number], name=row["name"], use=row["use"], entrances=row["entrances"],
                floors=row["floors"], each=row["each"], otherwise=row["otherwise"],
            ))  # fmt: skip
        except Unclear as why:
            problems.append(_problem(number, "otherwise", row["otherwise"], str(why)))
    if not rows:
        problems.append(Problem(0, "", "", _("表头下面没有一行")))
    return Read(plans if not problems else [], sorted(problems)[:MOST_PROBLEMS])


def _row(
    number: int, given: Mapping[str, str], places: Mapping[str, int], uses: Any, problems: list[Problem]
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "road": given["road"],
        "name": given.get("name", "")[:LONGEST],
        "otherwise": given.get("otherwise", ""),
    }
    place = re.sub(COMMITTEE, "", re.sub(r"\s", "", given["place"]))
    if place in places:
        row["area"] = places[place]
    else:
        problems.append(_problem(number, "place", given["place"], _("本地没有这个社区或网格，或者有几个同名的")))
    if not given["road"]:
        problems.append(_problem(number, "road", "", _("没有填")))
    for name, most in NUMBERS.items():
        digits = given[name].removesuffix(".0").rstrip("号栋幢层")
        if digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= most and len(digits) <= 4:
            row[name] = int(digits)
        else:
            problems.append(_problem(number, name, given[name], _("应是 1 到 {n} 的整数").format(n=most)))
    row["use"] = coded(given.get("use", ""), uses) if given.get("use") else ""
    if given.get("use") and not row["use"]:
        problems.append(
            _problem(number, "use", given["use"], _("只能是{words}").format(words=_("、").join(uses.values.values())))
        )
    return row


def _has(row: Mapping[str, Any], *names: str) -> bool:
    return all(row.get(name) for name in names)


def _problem(row: int, name: str, value: str, reason: str) -> Problem:
    return Problem(row, HEADERS[name][0], value[:LONGEST], reason)
