"""A department's own table of requests: every row is judged, and all are sent or none."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone, Refused
from lifang.blocks.matters import columns
from lifang.blocks.matters.columns import Column
from lifang.blocks.matters.words import SENDINGS
from lifang.domains.gate.approvals import Given
from lifang.domains.gate.forms import elements_of
from lifang.domains.gate.models import Sending
from lifang.domains.gate.sending import judged, send
from lifang.ground.access.models import Unit
from lifang.ground.areas.codes import BadCode, parse, span
from lifang.ground.areas.models import Area
from lifang.ground.clock.limits import Limit
from lifang.ground.files.tables import plain, sheets, small

HEADERS = {
    "matter": ("事项", "依据事项", "准入编号"), "kind": ("方式", "下达方式"), "title": ("标题", "名称", "任务名称"),
    "text": ("要求", "内容"), "place": ("地方", "社区", "范围", "地域"), "due": ("期限", "办理期限", "截止日期"),
    "elements": ("数据", "要哪些数据", "数据项"), "columns": ("新填的列", "填报项"),
    "approval": ("批准文件", "文号", "审批编号"), "body": ("批准单位",), "paper": ("批准文件名称",), "date": ("批准日期",),
}  # fmt: skip
NEEDED = ("matter", "kind", "title", "place", "due")
MOST = 2000
SEPARATED = re.compile(r"[、，,;；\n]+")


@dataclass(frozen=True)
class Row:
    """One row that cannot be sent, and why; `number` is its line in the sheet.

    `given` is what the gate returns of it, and `letter` the number of its letter.
    """

    number: int
    title: str
    place: str
    wrong: str
    given: Mapping[str, Any] | None = None
    letter: str = ""


class Wrong(Refused):
    """Rows that cannot be sent; nothing was."""

    def __init__(self, rows: list[Row]) -> None:
        super().__init__(_("有 {n} 行不能下达，一行也没有下达。").format(n=len(rows)), "file")
        self.rows = rows


def _read(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The lines of the sheet with their cells. Raises tables.BadFile, Refused for a table that is none of requests."""
    found = sheets(small(content))
    if not found:
        raise Refused(_("文件里没有内容。"), "file")
    if found[0].rows.height > MOST + 1:
        raise Refused(_("一张表要有 1 到 {n} 行。").format(n=MOST), "file")
    lines = found[0].rows.rows()
    heads = {plain(str(cell)): at for at, cell in enumerate(lines[0]) if cell}
    at = {
        name: next((heads[plain(word)] for word in words if plain(word) in heads), None)
        for name, words in HEADERS.items()
    }
    if missing := [HEADERS[name][0] for name in NEEDED if at[name] is None]:
        raise Refused(_("表头缺这些列：{names}。").format(names=_("、").join(missing)), "file")
    body = [line for line in enumerate(lines[1:], 2) if any(line[1])]
    if not body:
        raise Refused(_("一张表要有 1 到 {n} 行。").format(n=MOST), "file")
    return [(number, {name: _cell(line, one) for name, one in at.items()}) for number, line in body]


def _cell(line: Sequence[object], at: int | None) -> str:
    return str(line[at] or "").strip() if at is not None else ""


def _given(cells: Mapping[str, str], unit: Unit | None) -> dict[str, Any]:
    kinds = {str(title): name for name, title in SENDINGS.items()} | {name: name for name in SENDINGS}
    if cells["kind"] not in kinds:
        raise Refused(_("方式要写：{kinds}。").format(kinds=_("、").join(map(str, SENDINGS.values()))), "kind")
    try:
        day = parse_date(cells["due"][:10].replace("/", "-"))
    except ValueError:
        day = None
    days = (day - timezone.localdate()).days if day else 0
    if not 1 <= days <= 400:
        raise Refused(_("期限要写明天以后、四百天以内的日期，如 2026-03-01。"), "due")
    return {
        "kind": kinds[cells["kind"]], "title": cells["title"], "text": cells["text"], "matter": cells["matter"],
        "below": _place(cells["place"], unit), "limit": Limit(days, "natural_days"),  # type: ignore[arg-type]
        "data": {name: one for name, one in (("elements", _elements(cells, unit)), ("columns", _columns(cells)), ("approval", _approval(cells))) if one},
    }  # fmt: skip


def _elements(cells: Mapping[str, str], unit: Unit | None) -> list[str]:
    known = {plain(words): name for name, title in elements_of(unit) for words in (name, title)}
    wanted = [one for one in SEPARATED.split(cells["elements"]) if one.strip()]
    if unknown := [one for one in wanted if plain(one) not in known]:
        raise Refused(_("没有这些数据项：{names}。").format(names=_("、").join(unknown)[:200]), "elements")
    return [known[plain(one)] for one in wanted]


def _columns(cells: Mapping[str, str]) -> list[Column]:
    try:
        return columns.read(cells["columns"])
    except ValueError as error:
        raise Refused(str(error), "columns") from None


def _approval(cells: Mapping[str, str]) -> Given:
    """A number alone is one on record; with the body, the title or the date it is a document from outside."""
    if not (cells["body"] or cells["paper"] or cells["date"]):
        return cells["approval"]
    date = cells["date"][:10].replace("/", "-")
    return {"number": cells["approval"], "body": cells["body"], "title": cells["paper"], "date": date}


def _place(words: str, unit: Unit | None) -> int:
    """A place by its code, or by its name below the unit's own."""
    if words.isdigit():
        try:
            return parse(words)
        except BadCode as error:
            raise Refused(str(error), "place") from None
    below = span(unit.area) if unit else range(0)
    wanted = Q(code__gte=below.start, code__lt=below.stop, name=words)
    found = list(Area.objects.as_of(timezone.localdate()).filter(wanted).values_list("code", flat=True)[:2])
    if len(found) != 1:
        raise Refused(_("没有找到唯一叫「{words}」的地方，请改写代码。").format(words=words[:40]), "place")
    return int(found[0])


def take(*, content: bytes, actor: Actor, key: uuid.UUID, at: dt.datetime | None = None) -> int:
    """Send every row, or none where one is wrong; how many. The same row under the same key is sent once.

    Raises tables.BadFile, and Wrong with the rows that cannot be sent; what the gate returns is kept, with its letter.
    """
    unit = Unit.objects.filter(pk=actor.unit_id or 0).first()
    rows = _read(content)
    try:
        with transaction.atomic():
            _send(rows, unit, {"actor": actor, "channel": "file", "at": at}, key)
    except Wrong as found:
        raise Wrong([_returned(row) for row in found.rows]) from None
    return len(rows)


def _send(rows: list[tuple[int, dict[str, str]]], unit: Unit | None, by: dict[str, Any], key: uuid.UUID) -> None:
    """Raises Wrong. Once a row is wrong none is sent, and the others are only judged."""
    wrong: list[Row] = []
    for number, cells in rows:
        given, why = None, ""
        try:
            with transaction.atomic():
                own = uuid.uuid5(key, f"{number} {sorted(cells.items())}")
                given = {**by, "key": own, **_given(cells, unit)}
                why = _why(given) if wrong else _sent(given)
        except NotDone as refused:
            given, why = None, refused.message
        if why:
            wrong.append(Row(number, cells["title"], cells["place"], why, given))
    if wrong:
        raise Wrong(wrong)


def _sent(given: Mapping[str, Any]) -> str:
    """Why it was returned."""
    sent = send(**given)
    return sent.why if sent.state == Sending.State.RETURNED else ""


def _why(given: Mapping[str, Any]) -> str:
    """Why it would be returned."""
    verdict = judged(
        **{name: value for name, value in given.items() if name not in ("limit", "key", "channel")}
    ).verdict
    return "" if verdict.passes else verdict.why


def _returned(row: Row) -> Row:
    """What does not pass even alone is returned as it is at the desk."""
    if row.given is None or not _why(row.given):
        return row
    return replace(row, letter=send(**row.given).number)
