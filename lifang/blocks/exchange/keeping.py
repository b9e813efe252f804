"""What residents are told of the exchange, and how long it is kept: deliveries under contracts, questions, what was wrong."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from lifang.blocks.exchange import contracts
from lifang.blocks.exchange.models import Flaw, Question, Sent
from lifang.blocks.packs import service as packs
from lifang.blocks.privacy import retention, statement
from lifang.blocks.privacy.erasing import erase
from lifang.blocks.privacy.retention import Kind
from lifang.blocks.privacy.statement import Section
from lifang.blocks.registry.merged import with_merged
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.pages.looking import ELSEWHERE, Look
from lifang.blocks.registry.pages.reaching import department
from lifang.ground import prepared
from lifang.ground.access.ranges import day_of

GIVEN = """
WHERE id IN (
    SELECT sent_id FROM exchange_given g JOIN unnest(%s::bigint[]) one(id) ON g.span @> one.id AND g.persons @> ARRAY[one.id]
) ORDER BY id DESC
"""


def _looks(ids: Collection[int]) -> list[Look]:
    """A look for each delivery, also those before a merge."""
    sent = prepared.join(prepared.select(Sent, GIVEN, [[*ids]]), "contract")
    prepared.join([one.contract for one in sent], "system")
    return [
        Look(one.sent_at or one.at, one.by_id, _what(one), f"{one.contract.purpose}（{one.contract.basis}）")
        for one in sent
    ]


def _what(one: Sent) -> str:
    given = _("、").join(contracts.titles(one.contract.elements, one.area))
    words = _("通过接口提供给「{system}」：{given}") if one.ending == "api" else _("以文件提供给「{system}」：{given}")
    return words.format(system=one.contract.system.title, given=given)


def _section(person: Person, whole: bool) -> Section | None:
    asked = Question.objects.filter(record__person__in=with_merged([person.pk])).order_by("-pk")
    elements = packs.elements(person.area)
    lines = [
        _("{day} 请{department}更正「{title}」：{reason}。{state}{answer}").format(
            day=day_of(one.at), department=department(one.department),
            title=elements[one.element].title if one.element in elements else one.element, reason=one.reason,
            state=one.get_state_display(), answer=f"：{one.answer}" if one.answer else "",
        )
        for one in asked
    ]  # fmt: skip
    return Section(_("请部门更正的"), _("让部门改正关于您的资料"), lines) if lines else None


def _answered(before: dt.datetime) -> QuerySet[Any]:
    found = Question.objects.filter(answered_at__lt=before).exclude(record__person__in=retention.held())
    return found.order_by("pk").values_list("pk", flat=True)


ELSEWHERE.append(_looks)
statement.SECTIONS.append(_section)
retention.KINDS += [
    Kind(
        "sent", lazy("按约定提供给别的系统的记录"),
        lambda before: Sent.objects.filter(at__lt=before).order_by("pk").values_list("pk", flat=True),
        lambda ids: erase(Sent, ids),
    ),
    Kind("question", lazy("已答复的更正请求"), _answered, lambda ids: erase(Question, ids)),
    Kind(
        "flaw", lazy("已改好的数据差错"),
        lambda before: Flaw.objects.filter(ended_at__lt=before).order_by("pk").values_list("pk", flat=True),
        lambda ids: erase(Flaw, ids),
    ),
]  # fmt: skip
