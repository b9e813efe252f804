"""What is wrong in words, and as a sheet for the sender."""

import io
from collections.abc import Mapping

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lifang.blocks.exchange.models import Flaw
from lifang.blocks.exchange.quality import RULES
from lifang.blocks.exchange.typed import HIDDEN, masked
from lifang.blocks.packs.shapes import Element
from lifang.blocks.registry import facts
from lifang.blocks.registry.imports.correcting import AS_TEXT
from lifang.blocks.registry.models import Import, Record
from lifang.blocks.registry.showing import Speller
from lifang.ground.access import vault
from lifang.ground.access.scope import system_scope

WIDTH = 20


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
        try:
            values = facts.opened(bytes(record.sealed))
        except vault.Unreadable:
            return HIDDEN
    value = values.get(element, "")
    return masked(Speller(elements, record.area, {}), element, str(value)) if value else ""


def as_workbook(found: QuerySet[Flaw], elements: Mapping[str, Element]) -> tuple[bytes, int]:
    """The sheet, and how many rows it has. Numbers stay masked: the sender finds the row by its file."""
    flaws = list(found)
    with system_scope("registry"):
        files = dict(Import.objects.filter(records__in=[one.record_id for one in flaws]).values_list("pk", "name"))
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        sheet = book.add_worksheet()
        sheet.set_column(0, 6, WIDTH)
        heads = (_("文件"), _("行"), _("姓名"), _("数据元"), _("写的是"), _("问题"), _("从哪天起"))
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for at, one in enumerate(flaws, 1):
            title, wrong, stands = words_of(one, elements)
            imported = one.record.imported_id
            row = str(one.record.row or "") if imported else ""
            since = f"{one.since:%Y-%m-%d}"
            sheet.write_row(at, 0, (files.get(imported or 0, ""), row, one.record.name, title, stands, wrong, since))
    return out.getvalue(), len(flaws)
