"""A catalogue as a workbook of three sheets, and back: what a city lists in Excel becomes a file of its pack."""

import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile

import openpyxl
import xlsxwriter
import yaml
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from lifang.blocks.matters.words import CLASSES, PERIODS, SENDINGS, TASKS
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.library import LEVELS
from lifang.blocks.packs.shapes import Catalogue
from lifang.blocks.packs.shapes.matters import NEEDS
from lifang.ground.files.written import AS_TEXT

HEAD, LIST, FORMER = "清单", "事项", "原有事项"
FATES = {"kept": "保留", "merged": "合并", "removed": "取消"}
COLUMNS = {
    "name": "代号", "title": "事项", "class": "类别", "task": "行政任务种类", "owner": "责任部门", "level": "层级",
    "fund": "出资部门", "power": "随附权限", "period": "频次", "sends": "下达方式", "guide": "怎么办", "clause": "条款",
}  # fmt: skip
OLD = {"title": "原有事项", "fate": "去向", "into": "现在的事项"}
HEADS = {
    "catalogue": "清单代号", "title": "名称", "from": "从哪天起", "until": "到哪天止", "document": "依据文件代号",
    "clause": "条款", "former_stated": "依据写明原有几项",
}  # fmt: skip
STATED = "依据写明几项："
MOST_ROWS = 5000
# Titles of some ways hold «、».
BETWEEN = re.compile(r"[;；\n]")


@dataclass(frozen=True, order=True)
class Wrong:
    """A cell that cannot be taken, by its sheet, the row that Excel shows and the header of its column."""

    sheet: str
    row: int
    column: str
    why: str

    def __str__(self) -> str:
        return _("「{sheet}」第 {row} 行「{column}」：{why}").format(**self.__dict__)


@dataclass(frozen=True)
class Taken:
    """What a workbook says: the catalogue as its YAML file, what is wrong and what is lacking in it."""

    yaml: str
    wrong: list[Wrong]
    lacking: list[str]


class _Sheet:
    """The rows of one sheet below its header, each cell by the name of its column."""

    def __init__(self, title: str, rows: Sequence[Sequence[object]], columns: Mapping[str, str], wrong: list[Wrong]):
        self.title, self.wrong = title, wrong
        heads = [_text(cell) for cell in rows[0]] if rows else []
        at = {key: heads.index(head) for key, head in columns.items() if head in heads}
        self.missing = [head for key, head in columns.items() if key not in at]
        self.rows = [
            (number, {key: _text(cells[i]) if i < len(cells) else "" for key, i in at.items()})
            for number, cells in enumerate(rows[1:], 2)
            if any(_text(cell) for cell in cells)
        ]
        self.columns = columns

    def refuse(self, row: int, key: str, why: str) -> None:
        self.wrong.append(Wrong(self.title, row, self.columns[key], why))

    def chosen(self, row: int, key: str, said: str, options: Mapping[str, Any]) -> str:
        """The word of the packs for a title (or for itself)."""
        by_title = {str(title): name for name, title in options.items()}
        if not said or said in options:
            return said
        if said not in by_title:
            self.refuse(row, key, _("没有「{said}」，可以写：{options}").format(said=said, options="、".join(by_title)))
        return by_title.get(said, "")


def _text(cell: object) -> str:
    if isinstance(cell, dt.datetime | dt.date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def taken(content: bytes, pack: str) -> Taken:
    """Read a workbook for a pack; names of matters that its catalogue of that code has already are kept by their titles."""
    wrong: list[Wrong] = []
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError, ValueError):
        return Taken("", [Wrong("", 0, "", _("这不是 xlsx 文件。请在 Excel 里另存为 .xlsx 再导入。"))], [])
    if absent := [title for title in (HEAD, LIST) if title not in book.sheetnames]:
        return Taken("", [Wrong(title, 0, "", _("缺这张表。先用 to-xlsx 导出一份作样子。")) for title in absent], [])
    rows = {
        title: [list(r) for r in book[title].iter_rows(max_row=MOST_ROWS, values_only=True)]
        for title in book.sheetnames
    }
    head = _head(rows[HEAD], wrong, pack)
    matters = dict(_matters(_Sheet(LIST, rows[LIST], COLUMNS, wrong), head, _names(pack, head.get("catalogue", ""))))
    former = dict(_former(_Sheet(FORMER, rows[FORMER], OLD, wrong), matters)) if FORMER in rows else {}
    whole = {**head, **({"matters": matters} if matters else {}), **({"former": former} if former else {})}
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, width=1000)
    return Taken(text, sorted(wrong), list(_lacking(head, matters, former)))


def _names(pack: str, catalogue: str) -> dict[str, str]:
    known = packs.packs().get(pack)
    mine = [one for one in known.catalogues if one.catalogue == catalogue] if known else []
    return {
        matter.title: name for one in sorted(mine, key=lambda one: one.since) for name, matter in one.matters.items()
    }


def _head(rows: Sequence[Sequence[object]], wrong: list[Wrong], pack: str) -> dict[str, Any]:
    said = {_text(row[0]): (number, _text(row[1]) if len(row) > 1 else "") for number, row in enumerate(rows, 1) if row}

    def given(key: str) -> tuple[int, str]:
        return said.get(HEADS[key], (0, ""))

    def refuse(key: str, why: str) -> None:
        wrong.append(Wrong(HEAD, given(key)[0], HEADS[key], why))

    head: dict[str, Any] = {}
    for key in ("catalogue", "title", "from", "until"):
        value = given(key)[1]
        if key in ("from", "until") and value:
            try:
                head[key] = dt.date.fromisoformat(value)
            except ValueError:
                refuse(key, _("日期写成 2026-01-31 这样。"))
        elif value:
            head[key] = value
        elif key != "until":
            refuse(key, _("要写。"))
    document = given("document")[1]
    line = packs.line_of(pack) if pack in packs.packs() else packs.line_of("national")
    if not any(document in one.sources for one in line):
        refuse("document", _("「{name}」不在这个规则包的依据文件里，请先写进 sources.yaml。").format(name=document))
    head["source"] = {"document": document, **({"clause": given("clause")[1]} if given("clause")[1] else {})}
    stated = {name: said.get(STATED + str(title), (0, ""))[1] for name, title in CLASSES.items()}
    for name, number in stated.items():
        if number and not number.isdecimal():
            wrong.append(
                Wrong(HEAD, said[STATED + str(CLASSES[name])][0], STATED + str(CLASSES[name]), _("要写整数。"))
            )
    if counts := {name: int(number) for name, number in stated.items() if number.isdecimal()}:
        head["stated"] = counts
    if (number := given("former_stated")[1]).isdecimal():
        head["former_stated"] = int(number)
    elif number:
        refuse("former_stated", _("要写整数。"))
    return head


def _matters(sheet: _Sheet, head: Mapping[str, Any], kept: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for absent in sheet.missing:
        if absent in ("事项", "类别"):
            sheet.wrong.append(Wrong(sheet.title, 1, absent, _("缺这一列。")))
    units = {name: unit.title for name, unit in packs.units().items()}
    titles: dict[str, int] = {}
    names: dict[str, int] = {}
    for row, cells in sheet.rows:
        title = cells.get("title", "")
        if not title:
            sheet.refuse(row, "title", _("要写。"))
            continue
        if title in titles:
            sheet.refuse(row, "title", _("与第 {n} 行重复，一个事项只能属于一类。").format(n=titles[title]))
        titles[title] = row
        class_ = sheet.chosen(row, "class", cells.get("class", ""), CLASSES)
        if not cells.get("class"):
            sheet.refuse(row, "class", _("要写；还没有归类的写「{word}」。").format(word=CLASSES["unclassed"]))
        found: dict[str, Any] = {"title": title, "class": class_ or "unclassed"}
        for key, options in (
            ("task", TASKS),
            ("owner", units),
            ("level", LEVELS),
            ("fund", units),
            ("period", PERIODS),
        ):
            if value := sheet.chosen(row, key, cells.get(key, ""), options):
                found[key] = value
        parts = [part.strip() for part in BETWEEN.split(cells.get("sends", ""))]
        sends = [sheet.chosen(row, "sends", part, SENDINGS) for part in parts if part]
        found |= {"sends": sends} if any(sends) else {}
        found |= {key: cells[key] for key in ("power", "guide") if cells.get(key)}
        for key in NEEDS.get(found["class"], ()):
            if not cells.get(key):
                sheet.refuse(row, key, _("「{class_}」要写。").format(class_=CLASSES[found["class"]]))
        clause = cells.get("clause", "")
        found["source"] = {**head["source"], **({"clause": clause} if clause else {})}
        name = cells.get("name") or kept.get(title) or f"{head.get('catalogue', 'list')}_{row - 1:03}"
        if name in names:
            sheet.refuse(row, "name", _("与第 {n} 行重复。").format(n=names[name]))
        names[name] = row
        yield name, found


def _former(sheet: _Sheet, matters: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    by_title = {str(matter["title"]): name for name, matter in matters.items()}
    for row, cells in sheet.rows:
        found: dict[str, Any] = {"title": cells.get("title", "")}
        fate = sheet.chosen(row, "fate", cells.get("fate", ""), FATES)
        into = cells.get("into", "")
        if not found["title"]:
            sheet.refuse(row, "title", _("要写。"))
        if not fate and not cells.get("fate"):
            sheet.refuse(row, "fate", _("每一项都要有去向：保留、合并或取消。"))
        if fate and (fate == "removed") == bool(into):
            sheet.refuse(row, "into", _("保留或合并的要写现在的事项，取消的不写。"))
        elif into and into not in by_title and into not in matters:
            sheet.refuse(row, "into", _("「{said}」不在「{sheet}」表里。").format(said=into, sheet=LIST))
        found["fate"] = fate or "removed"
        if into:
            found["into"] = by_title.get(into, into)
        yield f"old_{row - 1:03}", found


def _lacking(
    head: Mapping[str, Any], matters: Mapping[str, Mapping[str, Any]], former: Mapping[str, object]
) -> Iterator[str]:
    """What the document states and the sheet does not have, and what an assisted matter ought to say besides."""
    for name, stated in head.get("stated", {}).items():
        loaded = sum(matter["class"] == name for matter in matters.values())
        if loaded != stated:
            yield _("{class_}：依据写明 {n} 项，表里 {m} 项").format(class_=CLASSES[name], n=stated, m=loaded)
    if (stated := head.get("former_stated")) is not None and stated != len(former):
        yield _("原有事项：依据写明 {n} 项，表里 {m} 项").format(n=stated, m=len(former))
    for key in ("power", "period", "sends"):
        without = [m["title"] for m in matters.values() if m["class"] == "assist" and key not in m]
        if without:
            yield _("没有写{column}的协助事项 {n} 项：{titles}").format(
                column=COLUMNS[key], n=len(without), titles="、".join(without)
            )


def workbook(one: Catalogue | None) -> bytes:
    """A catalogue under the headers that `taken` reads; None makes an empty one to fill in."""
    out, units = io.BytesIO(), packs.units()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        bold = book.add_format({"bold": True, "border": 1})

        def write(title: str, rows: Sequence[Sequence[str]], widths: Sequence[int], head: bool) -> None:
            page = book.add_worksheet(title)
            for column, width in enumerate(widths):
                page.set_column(column, column, width, text)
            for at, cells in enumerate(rows):
                page.write_row(at, 0, cells, bold if head and not at else text)
            if head:
                page.freeze_panes(1, 2)

        def unit(name: str) -> str:
            return units[name].title if name in units else ""

        stated = dict(one.stated) if one else {}
        values = (
            [one.catalogue, one.title, str(one.since), str(one.until or ""), one.source.document, one.source.clause,
             "" if one.former_stated is None else str(one.former_stated)]
            if one else [""] * len(HEADS)
        )  # fmt: skip
        rows = [*zip(HEADS.values(), values, strict=True)]
        rows += [(STATED + str(title), str(stated.get(name, ""))) for name, title in CLASSES.items()]
        write(HEAD, rows, (24, 50), head=False)
        write(
            LIST,
            [tuple(COLUMNS.values())] + [
                (
                    name, m.title, str(CLASSES[m.class_]), str(TASKS.get(m.task, "")), unit(m.owner),
                    str(LEVELS.get(m.level, "")), unit(m.fund), m.power, str(PERIODS[m.period]),
                    "；".join(str(SENDINGS[s]) for s in m.sends), m.guide, m.source.clause,
                )
                for name, m in (one.matters.items() if one else ())
            ],
            (18, 34, 16, 14, 14, 12, 14, 24, 10, 20, 40, 20), head=True,
        )  # fmt: skip
        old = one.former.values() if one else ()
        into = {name: m.title for name, m in one.matters.items()} if one else {}
        write(
            FORMER,
            [tuple(OLD.values()), *((f.title, FATES[f.fate], into.get(f.into, "")) for f in old)],
            (40, 10, 40), head=True,
        )  # fmt: skip
    return out.getvalue()
