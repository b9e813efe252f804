"""What is wrong in words, and as a sheet for the sender."""

from collections.abc import Mapping

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lifang.blocks.exchange.models import Flaw
from lifang.blocks.exchange.quality import RULES
from lifang.blocks.exchange.typed import HIDDEN, masked
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts
from lifang.blocks.registry.models import Import, Record
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.scope import system_scope
from lifang.ground.files.written import workbook

WIDTH = 16


def words_of(one: Flaw, elements: Mapping[str, Element]) -> tuple[str, str, str]:
    """The element, what is wrong, and what stands there, masked."""
    element = elements.get(one.element)
    wrong = str(RULES.get(one.rule, one.rule))
    if one.count:
        wrong = _("{wrong}（{n}）").format(wrong=wrong, n=one.count)
    return element.title if element else one.element, wrong, _stands(one.record, one.element, elements)


def _stands(record: Record, element: str, elements: Mapping[str, Element]) -> str:
    one = elements.get(element)
    if one is None:
        return ""
    values = {**record.facts, "name": record.name}
    if one.sensitivity == "sealed":
        secret = facts.readable(record.sealed)
        if secret is None:
            return HIDDEN
        values = secret
    value = values.get(element, "")
    return masked(Speller(elements, record.area, {}), element, str(value)) if value else ""


def as_workbook(found: QuerySet[Flaw], elements: Mapping[str, Element]) -> tuple[bytes, int]:
    """The sheet, and how many rows it has. Numbers stay masked: the sender finds the row by its file."""
    flaws = list(found)
    with system_scope("registry"):
        files = Import.objects.in_bulk({one.record.imported_id for one in flaws if one.record.imported_id})
    rows = [(_("文件"), _("行"), _("姓名"), _("数据元"), _("写的是"), _("问题"), _("从哪天起"))]
    for one in flaws:
        title, wrong, stands = words_of(one, elements)
        imported = files.get(one.record.imported_id or 0)
        name, row = (imported.name, str(one.record.row or "")) if imported else ("", "")
        rows.append((name, row, one.record.name, title, stands, wrong, f"{one.since:%Y-%m-%d}"))
    return workbook(rows, [WIDTH] * len(rows[0])), len(flaws)
