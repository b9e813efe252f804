"""What is wrong in words, and as a sheet for the sender."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lifang.blocks.exchange.models import Flaw
from lifang.blocks.exchange.quality import RULES
from lifang.blocks.exchange.typed import HIDDEN, masked
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts
from lifang.blocks.registry.children import SHELTERED, is_child
from lifang.blocks.registry.models import Import, Record
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.ranges import day_of, today
from lifang.ground.access.scope import system_scope
from lifang.ground.files.written import workbook
from lifang.ground.trail.actions import record

IN_A_SHEET = 1000
WIDTH = 16


class Told(NamedTuple):
    """A flaw in words: whose, in which file and row, the element, what is wrong, and what stands there, masked."""

    flaw: Flaw
    name: str
    file: str
    row: str
    title: str
    wrong: str
    stands: str


def told(flaws: Iterable[Flaw], elements: Mapping[str, Element]) -> list[Told]:
    """Of flaws that the caller may see; a department reads no more of their records than this."""
    found = list(flaws)
    with system_scope("registry"):
        records = Record.objects.select_related("person").in_bulk({one.record_id for one in found})
        files = Import.objects.in_bulk({one.imported_id for one in records.values() if one.imported_id})
    rows = []
    for one in found:
        said = records[one.record_id]
        imported = files.get(said.imported_id or 0)
        file, row = (imported.name, str(said.row or "")) if imported else ("", "")
        element = elements.get(one.element)
        wrong = str(RULES.get(one.rule, one.rule))
        if one.count:
            wrong = _("{wrong}（{n}）").format(wrong=wrong, n=one.count)
        title = element.title if element else one.element
        rows.append(Told(one, said.name, file, row, title, wrong, _stands(said, one.element, elements)))
    return rows


def _stands(said: Record, element: str, elements: Mapping[str, Element]) -> str:
    one = elements.get(element)
    if one is None:
        return ""
    if one.kind == "address" and is_child(said.person, today()):
        return str(SHELTERED)
    values = {**said.facts, "name": said.name}
    if one.sensitivity == "sealed":
        secret = facts.readable(said.sealed)
        if secret is None:
            return HIDDEN
        values = secret
    value = values.get(element, "")
    return masked(Speller(elements, said.area, {}), element, str(value)) if value else ""


def sheets(count: int) -> range:
    """The numbers of the sheets that so many flaws fill."""
    return range(1, -(-count // IN_A_SHEET) + 1)


def as_sheet(found: QuerySet[Flaw], number: int, area: int, elements: Mapping[str, Element]) -> bytes:
    """One sheet of what is wrong, from 1, the oldest first; who took it is in the trail of each system. Numbers stay masked:
    the sender finds the row by its file."""
    first = (max(number, 1) - 1) * IN_A_SHEET
    rows = told(found.order_by("system", "rule", "pk")[first : first + IN_A_SHEET], elements)
    lines: list[Sequence[str]] = [(_("文件"), _("行"), _("姓名"), _("数据元"), _("写的是"), _("问题"), _("从哪天起"))]
    for one in rows:
        lines.append((one.file, one.row, one.name, one.title, one.stands, one.wrong, day_of(one.flaw.since)))
    for system in {one.flaw.system_id for one in rows}:
        many = sum(one.flaw.system_id == system for one in rows)
        record(what="data.flaws", kind="system", object_id=system, area=area, rows=many)
    return workbook(lines, [WIDTH] * len(lines[0]))
