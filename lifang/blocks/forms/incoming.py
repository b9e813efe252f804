"""A sender's own table as a form: an Excel layout with one or two rows of headers, or a questionnaire in XLSForm."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from lifang.blocks.forms import choosing
from lifang.blocks.forms.formulas import cells_of, keep_plain
from lifang.blocks.forms.guessing import Guesser
from lifang.blocks.packs.shapes import FormColumn
from lifang.blocks.registry.imports.columns import Layout, laid_out
from lifang.ground.access.models import Unit
from lifang.ground.files.tables import ZIPPED, BadFile, Sheet, parts, plain, sheets, small

MAX_CELLS = 300_000
MOST_COLUMNS = 200
INDICATORS = ("指标", "指标名称", "项目", "统计项目", "内容")
FIGURES = ("数量", "数值", "人数", "本期", "本期数", "合计", "填报数", "数据")
ANSWERS = {"integer": "number", "decimal": "number", "range": "number", "date": "date"}
REQUIRED = ("yes", "true", "true()", "1", "是")
NUMBERED = "[0-9]{6}"
SKIPPED = ("note", "begin", "end", "start", "today", "deviceid", "username", "calculate", "hidden", "audit")


@dataclass
class Draft:
    """What a file asks, as far as it can be guessed. `workbook` is the sender's own without its data, b"" where there is
    none to write into."""

    title: str
    shape: str
    columns: dict[str, FormColumn]
    checks: list[str] = field(default_factory=list)
    workbook: bytes = b""
    list: str = ""


def read(content: bytes, unit: Unit) -> Draft:
    """Raises BadFile."""
    _safe(content)
    found = sheets(content)
    if not found:
        raise BadFile(_("表里什么也没有"))
    named = {one.name: one for one in found}
    if "survey" in named:
        return _xlsform(named, unit)
    return _table(content, found, Guesser(unit))


def _safe(content: bytes) -> None:
    if any("vbaProject" in one.filename for one in parts(small(content))):
        raise BadFile(_("表里有宏，不能用。请另存为普通的 .xlsx 再来"))


def _table(content: bytes, found: Sequence[Sheet], guesser: Guesser) -> Draft:
    sheet = found[0]
    if sheet.rows.width * sheet.rows.height > MAX_CELLS:
        raise BadFile(_("表太大，请删去数据只留表头"))
    laid = laid_out(sheet.rows, guesser.words | {*INDICATORS, *FIGURES})
    if not laid.first:
        raise BadFile(_("没有找到表头。表头的一行里要写各列要什么，如“姓名”“总人口”"))
    above = _title(sheet.rows, laid)
    if standing := _standing(sheet.rows, laid, guesser):
        shape, columns = "sheet", standing
    else:
        named = {guesser.by_header.get(plain(one.split("/")[-1])) for one in laid.headers}
        shape = "homes" if _of_homes(laid) else "sheet"
        if shape == "sheet" and named & {"name", "number"}:
            shape = "roster"
        columns = _lying(laid, guesser, shape)
    if not columns or len(columns) > MOST_COLUMNS:
        raise BadFile(_("表里要有 1 到 {n} 列").format(n=MOST_COLUMNS))
    roster = _list_in(above, guesser) if shape != "sheet" else ""
    if not content.startswith(ZIPPED):
        return Draft(above, shape, columns, _sums(columns), list=roster)
    book = choosing.opened(content)
    keep_plain(book)
    people = {one.name: first for one in found[1:] if (first := _first_of_people(one.rows, guesser))}
    words = {one.name: one.rows for one in found if one.name not in people}
    columns = choosing.chosen_from(book[sheet.name], columns, words)
    for name, first in people.items():
        _empty_below(book[name], first)
    return Draft(above, shape, columns, _sums(columns), _emptied(book, sheet.name, columns, laid), roster)


def _of_homes(laid: Layout) -> bool:
    return any(plain(one).startswith("户主") for one in laid.headers)


def _title(rows: pl.DataFrame, laid: Layout) -> str:
    """The first words above the headers."""
    for row in rows.head(max(laid.first - 1, 0)).iter_rows():
        words = [cell for cell in row if cell]
        if len(words) == 1:
            return str(words[0]).strip()[:120]
    return ""


def _lying(laid: Layout, guesser: Guesser, shape: str) -> dict[str, FormColumn]:
    guess = {"roster": guesser.of_roster, "homes": guesser.of_homes, "sheet": guesser.of_sheet}[shape]
    found = {}
    for at, header in enumerate(laid.headers, 1):
        if header.strip() and not (guesser.skipped(header) and (shape == "sheet" or plain(header) in ("序号", "行号"))):
            found[f"c{at}"] = guess(header, (laid.first + 1, at))
    return found


def _standing(rows: pl.DataFrame, laid: Layout, guesser: Guesser) -> dict[str, FormColumn]:
    """The rows of a table whose indicators stand below each other, one figure beside each."""
    heads = [plain(one) for one in laid.headers]
    titles = next((at for at, head in enumerate(heads) if head in INDICATORS), None)
    figures = next((at for at, head in enumerate(heads) if head in FIGURES), None)
    if titles is None or figures is None:
        return {}
    found = {}
    for at, row in enumerate(rows.slice(laid.first).iter_rows(), laid.first + 1):
        if row[titles] and not row[figures]:
            found[f"c{at}"] = guesser.of_sheet(str(row[titles]), (at, figures + 1))
    return found


def _list_in(title: str, guesser: Guesser) -> str:
    """The care list whose people the title names."""
    words = plain(title)
    return next((name for word, name in guesser.lists.items() if word in words), "")


def _sums(columns: Mapping[str, FormColumn]) -> list[str]:
    """Total = men + women, where a table has all three."""
    by_title = {plain(one.title): key for key, one in columns.items()}
    men, women = (
        next((by_title[word] for word in words if word in by_title), "") for words in (("男", "男性"), ("女", "女性"))
    )
    whole = next((by_title[word] for word in ("合计", "总计", "总人口", "总人数", "人数") if word in by_title), "")
    return [f"{whole} = {men} + {women}"] if men and women and whole else []


def _emptied(book: Workbook, name: str, columns: Mapping[str, FormColumn], laid: Layout) -> bytes:
    """The sender's workbook without rows of data: a layout needs nobody's."""
    book.active = book.worksheets.index(book[name])
    _empty(book[name], columns, {one.cell[0] for one in columns.values()} == {laid.first + 1})
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _first_of_people(rows: pl.DataFrame, guesser: Guesser) -> int:
    """The first row below the headers of a list of people or of homes, counted from 1; 0 where it is none. «身份证» above
    no number is a word among others."""
    laid = laid_out(rows, guesser.words)
    below = rows.slice(laid.first)
    named = any(
        one.what == "name" or (one.what == "number" and below[:, one.cell[1] - 1].str.contains(NUMBERED).any())
        for one in _lying(laid, guesser, "roster").values()
    )
    return laid.first + 1 if laid.first and (named or _of_homes(laid)) else 0


def _empty_below(sheet: Worksheet, first: int) -> None:
    """A list of people behind the form's own sheet: nobody fills it, whatever draws from it."""
    for cell in cells_of(sheet):
        if cell.row >= first and cell.value is not None:
            cell.value = None


def _empty(sheet: Worksheet, columns: Mapping[str, FormColumn], lying: bool) -> None:
    """Rows that look like data, where they lie; a foot («填表人：») has few cells and stays, as do the words of drop-downs.
    What a drop-down draws from the form's own columns goes in any case."""
    words, own = choosing.drawn_from(sheet, columns)
    first = min(one.cell[0] for one in columns.values())
    rows: dict[int, list[Cell]] = {}
    for cell in cells_of(sheet):
        if cell.row >= first and cell.value is not None:
            rows.setdefault(cell.row, []).append(cell)
    for row, filled in rows.items():
        data = lying and len(filled) * 2 >= len(columns) and len(filled) > 1
        for cell in filled:
            at = row, cell.column
            named = any(one.holds(*at) for one in own) or (data and not any(one.holds(*at) for one in words))
            if named and cell.data_type != "f":
                cell.value = None


def _xlsform(named: Mapping[str, Sheet], unit: Unit) -> Draft:
    """survey: type, name, label, required; groups are left out, and several choices at once are answered in words."""
    rows = _records(named["survey"])
    lists = _choices(_records(named["choices"])) if "choices" in named else {}
    settings_ = _records(named["settings"]) if "settings" in named else []
    guesser, found = Guesser(unit), {}
    for at, row in enumerate(rows, 1):
        kind, *given = (row.get("type") or "note").split()
        kind = kind.lower()
        label = _label(row) or row.get("name") or ""
        if kind.startswith(SKIPPED) or not label:
            continue
        guessed = guesser.of_roster(label)
        if guessed.source == "typed":
            guessed = replace(guessed, kind=ANSWERS.get(kind, "text"), optional=_may_stay_empty(row, guessed))
            if kind == "select_one" and given[1:] != ["or_other"]:
                guessed = choosing.among(guessed, _of_list(lists, given, label))
        found[f"c{at}"] = guessed
    if not found:
        raise BadFile(_("survey 表里没有要填的问题"))
    if len(found) > MOST_COLUMNS:
        raise BadFile(_("表里要有 1 到 {n} 列").format(n=MOST_COLUMNS))
    title = next((row["form_title"] for row in settings_ if row.get("form_title")), "")
    if any(one.source == "element" for one in found.values()):
        return Draft(title[:120], "roster", found, list=_list_in(title, guesser))
    sheet = {key: _counted(guesser, one) if one.kind == "number" else one for key, one in found.items()}
    return Draft(title[:120], "sheet", sheet)


def _counted(guesser: Guesser, one: FormColumn) -> FormColumn:
    guessed = guesser.of_sheet(one.title)
    return one if guessed.source == "typed" else guessed


def _may_stay_empty(row: Mapping[str, str], guessed: FormColumn) -> bool:
    """Where the questionnaire says what is required, all else may; and what is asked under a condition alone."""
    if row.get("relevant"):
        return True
    return row["required"].lower() not in REQUIRED if "required" in row else guessed.optional


def _choices(rows: Sequence[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """List → name → label."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        name = row.get("name") or row.get("value") or ""
        if name:
            found.setdefault(row.get("list_name") or row.get("list name") or "", {})[name] = _label(row) or name
    return found


def _of_list(lists: Mapping[str, Mapping[str, str]], given: Sequence[str], label: str) -> Mapping[str, str]:
    if not given or given[0] not in lists:
        raise BadFile(
            _("“{title}”要从选项表“{name}”里选，choices 表里没有它。请补上选项再来").format(
                title=label, name=given[0] if given else ""
            )
        )
    return lists[given[0]]


def _label(row: Mapping[str, str]) -> str:
    return next((text for head, text in row.items() if head.startswith("label") and text), "")


def _records(sheet: Sheet) -> Sequence[dict[str, str]]:
    rows = list(sheet.rows.iter_rows())
    heads = [str(cell or "").strip().lower() for cell in rows[0]]
    return [{head: str(cell or "").strip() for head, cell in zip(heads, row, strict=True) if head} for row in rows[1:]]
