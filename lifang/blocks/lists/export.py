"""The workbook of an export: who it was made for stands above the rows and at the head and foot of every page."""

import io
from collections.abc import Iterator, Sequence

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.lists.models import Showing
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import facts, winning
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.days import age
from lifang.blocks.registry.models import Person, Record
from lifang.blocks.registry.pages.persons import SEXES, place_name, places_of
from lifang.blocks.registry.queries import BELIEVED, rulings_of
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, Range

AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
SHOWN = ("number", "phone", "address")
WIDTHS = (6, 12, 6, 6, 14, 22, 16, 26, 40)
MOST_OF_A_HEADER = 240
BATCH = 500


def workbook(showing: Showing, persons: Sequence[Person], whole: Sequence[Range], mine: Holdings) -> bytes:
    """`whole` are the places whose numbers and telephones are written in full; of children only to who may see theirs."""
    mark, out = watermark(showing), io.BytesIO()
    elements = packs.elements(settings.CONFIG.area)
    heads = [
        _("序号"),
        _("姓名"),
        _("性别"),
        _("年龄"),
        _("出生日期"),
        *(elements[name].title for name in ("number", "phone")),
    ]
    heads += [_("社区和网格"), elements["address"].title]
    with xlsxwriter.Workbook(out, AS_TEXT) as book:
        page = book.add_worksheet(_("居民名单"))
        text = book.add_format({"num_format": "@", "border": 4, "valign": "top", "text_wrap": True})
        head = book.add_format({"bold": True, "border": 1})
        said = book.add_format({"bold": True, "font_color": "#9a1c1c", "text_wrap": True, "valign": "vcenter"})
        for column, width in enumerate(WIDTHS):
            page.set_column(column, column, width)
        page.merge_range(0, 0, 0, len(heads) - 1, mark, said)
        page.set_row(0, 34)
        page.write_row(1, 0, heads, head)
        for at, cells in enumerate(_rows(persons, whole, mine), 2):
            for column, cell in enumerate([str(at - 1), *cells]):
                page.write_string(at, column, cell, text)
        page.freeze_panes(2, 2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0, 1)
        printed = mark.replace("&", "&&")[:MOST_OF_A_HEADER]
        page.set_header(f"&C&9 {printed}")
        page.set_footer(f"&L&9 {showing.serial}&R&9 &P/&N")
    return out.getvalue()


def watermark(showing: Showing) -> str:
    return _("{who} {at} 导出，编号 {serial}。用途：{purpose}；理由：{reason}。只限本用途，不得外传。").format(
        who=showing.by.name or showing.by.username, at=f"{timezone.localtime(showing.at):%Y-%m-%d %H:%M}",
        serial=showing.serial, purpose=showing.purpose, reason=showing.reason,
    )  # fmt: skip


def _rows(persons: Sequence[Person], whole: Sequence[Range], mine: Holdings) -> Iterator[list[str]]:
    elements, day = packs.elements(settings.CONFIG.area), today()
    asked = {name: elements[name] for name in SHOWN}
    speller = Speller(elements, settings.CONFIG.area, {})
    clear = set(
        Person.objects.filter(in_places("area", whole), pk__in=[p.pk for p in persons]).values_list("pk", flat=True)
    )
    for start in range(0, len(persons), BATCH):
        batch = persons[start : start + BATCH]
        places = places_of(batch, None, Holdings(0), day)
        records: dict[int, list[Record]] = {}
        for record in Record.objects.filter(BELIEVED, person__in=[p.pk for p in batch]).select_related("system"):
            records.setdefault(record.person_id, []).append(record)
        rulings = rulings_of(records)
        for person in batch:
            said = records.get(person.pk, [])
            won = winning.winners(
                (winning.said(record, facts.readable(record.sealed) or {}) for record in said), asked,
                winning.upheld(rulings.get(person.pk, ()), said),
            )  # fmt: skip
            child = hidden(person, mine, day)
            spell = speller.words if person.pk in clear and not child else speller.masked
            years = age(person.birth, person.died_on or day)
            yield [
                person.name, str(SEXES.get(person.sex, "")), "" if years is None else str(years),
                person.birth.isoformat() if person.birth else "",
                *(spell(name, won[name].word.value) if name in won else "" for name in ("number", "phone")),
                place_name(person.area, places), _("（儿童，受保护）") if child else won["address"].word.value if "address" in won else "",
            ]  # fmt: skip
