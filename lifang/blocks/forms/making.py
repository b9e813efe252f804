"""A form comes into being, gets a new version, and ends."""

import datetime as dt
import uuid
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from lifang.blocks.forms.alike import marks
from lifang.blocks.forms.errors import Refused
from lifang.blocks.forms.models import LAYOUT, Edition, Form, Workbook
from lifang.blocks.forms.reading import elements_of, of_persons, sheet_of, written
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import forms as packed
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormSheet
from lifang.ground.access import vault
from lifang.ground.access.models import Unit, User
from lifang.ground.access.ranges import today
from lifang.ground.trail.actions import record

MOST_COLUMNS = 200


@transaction.atomic
def make(*, unit: Unit, sheet: FormSheet, by: User | None, name: str = "", layout: bytes = b"") -> Edition:
    """A new form of a unit. Raises Refused where it serves no matter of the list, or cannot be read."""
    _fit(sheet, unit)
    form = Form.objects.create(code=uuid.uuid4().hex[:20], area=unit.area, unit=unit, name=name)
    form.code = f"B{form.pk:04}"
    form.save(update_fields=["code"])
    edition = _edition(form, sheet, 1, "", by, layout)
    record(what="form.made", kind="form", object_id=form.pk, area=form.area, title=sheet.title, matter=sheet.matter)
    return edition


@transaction.atomic
def revise(*, form: Form, sheet: FormSheet, reason: str, by: User | None) -> Edition:
    """The next version; the one before stays as it was, with what was returned to it."""
    last = newest(form)
    if form.last:
        raise Refused(_("这张表已经停用，不能再改。"))
    if not reason.strip():
        raise Refused(_("请写为什么改。没有保存，填的都还在。"), "reason")
    _fit(sheet, form.unit)
    layout = vault.unseal_bytes(bytes(last.workbook.sealed), LAYOUT) if hasattr(last, "workbook") else b""
    edition = _edition(form, sheet, last.number + 1, reason.strip(), by, layout)
    record(what="form.revised", kind="form", object_id=form.pk, area=form.area, number=edition.number, reason=reason)
    return edition


@transaction.atomic
def end(*, form: Form, reason: str) -> None:
    """From tomorrow it is not asked any more, and recurring sendings stop."""
    if not reason.strip():
        raise Refused(_("请写为什么停用。"), "reason")
    form.last = today()
    form.save(update_fields=["last"])
    record(what="form.ended", kind="form", object_id=form.pk, area=form.area, reason=reason)


def newest(form: Form) -> Edition:
    return Edition.objects.select_related("form__unit").filter(form=form).order_by("-number")[0]


def _edition(form: Form, sheet: FormSheet, number: int, reason: str, by: User | None, layout: bytes) -> Edition:
    made = Edition.objects.create(
        form=form, number=number, title=sheet.title, matter=sheet.matter, period=sheet.period, shape=sheet.shape,
        sheet=written(sheet), marks=marks(sheet), since=today(), reason=reason, by=by,
    )  # fmt: skip
    if layout:
        Workbook.objects.create(edition=made, sealed=vault.seal_bytes(layout, LAYOUT))
    return made


def _fit(sheet: FormSheet, unit: Unit) -> None:
    area = unit.area
    if not sheet.title.strip() or len(sheet.title) > 120:
        raise Refused(_("请写表名，最多 120 个字。"), "title")
    if not sheet.columns or len(sheet.columns) > MOST_COLUMNS:
        raise Refused(_("表里要有 1 到 {n} 列。").format(n=MOST_COLUMNS), "columns")
    wrong = packed.wrong(
        replace(sheet, matter=""), packs.elements(area), packs.care_lists(area), packs.register_kinds(area)
    )
    for _at, words in wrong:
        raise Refused(words, "columns")
    titles = {one.what.split(".")[0]: one.title for one in sheet.columns.values() if one.source == "typed" and one.what}
    for other in Form.objects.filter(code__in=titles).exclude(unit=unit).select_related("unit"):
        if of_persons(sheet_of(newest(other))):
            raise Refused(
                _("「{title}」在{unit}的表 {code} 里逐人填过，那是给{unit}的，不能用到这张表里。请改成新填。").format(
                    title=titles[other.code], unit=other.unit.name, code=other.code
                ),
                "columns",
            )
    may_ask(sheet, area, today())


def may_ask(sheet: FormSheet, area: int, on: dt.date) -> matters.Matter:
    """The matter that a form serves. Raises Refused where none of the list lets it be asked."""
    if not sheet.matter:
        raise Refused(
            _("这张表没有对应清单里的事项，不能下发。请先选定所属事项；清单里没有的，要先申请准入。"), "matter"
        )
    matter = matters.find(sheet.matter, area, on)
    if matter is None:
        raise Refused(
            _("事项「{name}」不在现行清单里，这张表不能下发。请改选清单里的事项，或者先申请准入。").format(
                name=sheet.matter
            ),
            "matter",
        )
    if "form" not in matter.sends:
        raise Refused(_("事项「{title}」没有准许用报表、台账下达。").format(title=matter.title), "matter")
    if matter.admitted:
        elements = packs.elements(area)
        beyond = [
            elements[name].title
            for name in sorted(elements_of(sheet) - set(matter.admitted.elements))
            if name in elements
        ]
        if beyond:
            raise Refused(
                _("准入 {code} 没有准许要这些数据：{names}。请删去这些列，或者先申请变更准入。").format(
                    code=matter.name, names="、".join(beyond)
                ),
                "columns",
            )
    return matter
