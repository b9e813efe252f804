"""What approves an inspection, an appraisal or a plate: a case of the approving body, the admission of the matter itself, or
a document from outside the system, with its number, body, title and date."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifang.blocks.cases.lifecycle import storable
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.queries import Matter
from lifang.domains.gate.models import Sending
from lifang.ground.access.models import Unit
from lifang.ground.areas.codes import span

APPROVAL, PLATES, APPRAISALS = "burden_approval", "plate", "appraisal"
CASE, ADMISSION, PAPER = "case", "admission", "paper"
PARTS = {
    "number": gettext_lazy("文号"), "body": gettext_lazy("批准单位"), "title": gettext_lazy("文件名称"),
    "date": gettext_lazy("批准日期"),
}  # fmt: skip
LONGEST = 120

Given = str | Mapping[str, Any]
"""The number of what is on record, or the parts of a document from outside; empty where nothing is named."""


def find(
    given: Given, *, unit: Unit, kind: str, places: Collection[int], matter: Matter, on: dt.date
) -> tuple[dict[str, Any] | None, str]:
    """What approves the request, as it is kept with it (PARTS, and `of`: CASE, ADMISSION or PAPER), and why it does not.

    An inspection under a matter that was admitted for it needs no more than the admission; a plate is approved each for itself.
    """
    if isinstance(given, Mapping):
        return _paper(given, on)
    number = given.strip()
    row = matter.admitted
    if row and kind != "plate" and number in ("", row.code):
        return {"of": ADMISSION, "number": row.code, "body": "", "title": row.title, "date": row.since.isoformat()}, ""
    if not number:
        return None, ""
    case = Case.objects.select_related("unit").filter(type=APPROVAL, number=number).first()
    if case is None:
        return None, _(
            "系统里没有编号为「{number}」的批准。系统里批准的请从列表里选；别处批的文件，要写明文号、批准单位、文件名称和批准日期。"
        ).format(number=number[:40])
    if why := _unfit(case, unit, kind, places):
        return None, why
    # None yet where the approval is being given just now, and what it approves is sent with it.
    decided = Act.objects.select_related("unit").filter(case=case, act="approve").first()
    return {
        "of": CASE, "number": case.number, "body": decided.unit.name if decided and decided.unit else "",
        "title": case.title, "date": (timezone.localdate(decided.at) if decided else on).isoformat(),
    }, ""  # fmt: skip


def _unfit(case: Case, unit: Unit, kind: str, places: Collection[int]) -> str:
    said = {"number": case.number, "title": case.title}
    if case.state != "approved":
        return _("「{title}」（{number}）还没有批准，或者没有批准。").format(**said)
    if case.unit_id != unit.pk:
        return _("「{title}」（{number}）是批给{unit}的。").format(unit=case.unit.name if case.unit else "", **said)
    if case.category != (PLATES if kind == "plate" else APPRAISALS):
        return _("「{title}」（{number}）批的不是这一种。").format(**said)
    if not all(place in span(case.area) for place in places):
        return _("「{title}」（{number}）只批给{place}，这次发到的地方不全在里面。").format(
            place=case.place_text, **said
        )
    if used := _used([case.number], unit).get(case.number):
        return _("「{title}」（{number}）已经用在 {sending} 上，再办一次要另外批准。").format(sending=used, **said)
    return ""


def _used(numbers: Collection[str], unit: Unit) -> dict[str, str]:
    """Approval → what was sent on it; what was withdrawn gave it back."""
    sent = Sending.objects.of(unit.pk).filter(judged__approval__number__in=list(numbers))
    return dict(sent.exclude(state=Sending.State.WITHDRAWN).values_list("judged__approval__number", "number"))


def _paper(given: Mapping[str, Any], on: dt.date) -> tuple[dict[str, Any] | None, str]:
    parts = {name: str(given.get(name) or "").strip() for name in PARTS}
    if missing := [str(title) for name, title in PARTS.items() if not parts[name]]:
        words = _("系统外的批准文件要写明文号、批准单位、文件名称和批准日期，缺：{missing}。")
        return None, words.format(missing=_("、").join(missing))
    if any(len(value) > LONGEST or not storable(value) for value in parts.values()):
        return None, _("批准文件的每一项最多 {n} 个字。").format(n=LONGEST)
    try:
        day = parse_date(parts["date"])
    except ValueError:
        day = None
    if day is None or day > on:
        return None, _("批准日期要写下达那天或以前的日期，如 2026-03-01。")
    if Case.objects.filter(number=parts["number"]).exists():
        return None, _("「{number}」是本系统的编号，不用抄，请从列表里选。").format(number=parts["number"])
    return {**parts, "of": PAPER}, ""


def on_record(unit: Unit, on: dt.date) -> list[tuple[str, str]]:
    """What is approved for a unit and not used yet, for picking: number and words."""
    cases = list(Case.objects.filter(type=APPROVAL, state="approved", unit=unit).order_by("-pk")[:200])
    used = _used([case.number for case in cases], unit)
    rows = matters.admitted().in_force(on).filter(unit=unit, sends__contains=["inspection"])
    return [
        *((one.number, f"{one.title} · {one.place_text} · {one.number}") for one in cases if one.number not in used),
        *((row.code, _("准入：{title} · {code}").format(title=row.title, code=row.code)) for row in rows),
    ]
