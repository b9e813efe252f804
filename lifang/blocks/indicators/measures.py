"""What can be counted of a case, each defined once: the column that places it in a period, a condition, an amount.

All conditions are SQL over the columns of one case under the alias `s`, so that raw counts, the tally, the log of
changes and the list of the cases counted are the same by construction. Meanings follow the packs' indicators.yaml.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TYPE = "event"
"""The case type that figures count unless they are asked for another."""

REPEAT_DAYS = 30
"""A report repeats an earlier one of the same category in the same square of 200 m within so many days."""

FAMILIES = ("opened_at", "handle_due_at", "respond_due_at", "closed_at")
"""The columns that place a case in a period."""

DUE = ("handle_due_at", "respond_due_at")
"""Of these, limits: a case whose limit is still running is not due yet, whatever the day."""

PAST = ("handle_due_at", "respond_due_at", "closed_at")
"""Those in which a case that was reopened stays counted as it stood before."""

COLUMNS = (
    "type", "area", "category", "unit_id", "state", "clock", "excluded", "opened_at", "accepted_at", "filed_at",
    "dispatched_at", "received_at", "responded_at", "handled_at", "closed_at", "handle_due_at", "respond_due_at",
    "reworks", "returns", "duplicate_of_id", "parent_id", "solved", "satisfied", "answered",
)  # fmt: skip
"""The columns of a case on which measures rest; the log of changes keeps them."""

VALID = "s.state NOT IN ('refused', 'duplicate', 'void')"
PAUSED = "s.state IN ('hung_up', 'whistled') AND s.handled_at IS NULL"
DUE_TO_HANDLE = f"{VALID} AND NOT ({PAUSED})"
SENT = "(s.dispatched_at IS NOT NULL OR s.received_at IS NOT NULL)"
HANDLED = f"{DUE_TO_HANDLE} AND s.handled_at IS NOT NULL"
IN_TIME = f"{DUE_TO_HANDLE} AND s.handled_at <= s.handle_due_at"
OPEN = "s.is_open"


@dataclass(frozen=True, slots=True)
class Measure:
    """`on` places it in a period (None: it holds now); `amount` is summed, 1 or seconds of working or waiting."""

    name: str
    title: Any
    note: Any
    on: str | None
    where: str
    amount: str = "1"

    @property
    def seconds(self) -> bool:
        return self.amount != "1"


def _between(start: str, end: str) -> str:
    return f"greatest(0, extract(epoch FROM {end} - {start}))::int8"


MEASURES: dict[str, Measure] = {
    m.name: m
    for m in (
        Measure("reported", _("上报数"), _("期内上报的案件；拆分出的子案件不另计"), "opened_at", "s.parent_id IS NULL"),
        Measure("accepted", _("受理数"), _("期内上报且已受理"), "opened_at", "s.accepted_at IS NOT NULL"),
        Measure("refused", _("不予受理数"), _("期内上报且不予受理"), "opened_at", "s.state = 'refused'"),
        Measure(
            "filed", _("立案数"), _("期内上报且已立案"), "opened_at",
            "s.accepted_at IS NOT NULL AND s.filed_at IS NOT NULL",
        ),
        Measure("dispatched", _("派遣数"), _("期内上报且已派遣或属地自办"), "opened_at", SENT),
        Measure("returned", _("退单数"), _("派遣数中至少退单一次"), "opened_at", f"{SENT} AND s.returns > 0"),
        Measure(
            "repeat", _("重复数"), _("期内上报，30 日内同一地点（200 米格）同一类别已有案件，或已并案"), "opened_at",
            "(s.recurs OR s.duplicate_of_id IS NOT NULL)",
        ),
        Measure(
            "seconds_to_accept", _("受理用时"), _("上报到受理的秒数之和"), "opened_at", "s.accepted_at IS NOT NULL",
            _between("s.opened_at", "s.accepted_at"),
        ),
        Measure(
            "seconds_to_dispatch", _("派遣用时"), _("受理到派遣的秒数之和"), "opened_at", SENT,
            _between("coalesce(s.accepted_at, s.opened_at)", "coalesce(s.dispatched_at, s.received_at)"),
        ),
        Measure(
            "due_to_handle", _("应处置数"), _("处置时限在期内届满，或时限今日届满且已处置；挂账、吹哨期间不计"),
            "handle_due_at", DUE_TO_HANDLE,
        ),
        Measure("handled", _("处置数"), _("应处置中已处置"), "handle_due_at", HANDLED),
        Measure("handled_in_time", _("按期处置数"), _("应处置中在时限内处置"), "handle_due_at", IN_TIME),
        Measure("due_to_close", _("应结案数"), _("处置时限在期内届满且未作废、未并案"), "handle_due_at", DUE_TO_HANDLE),
        Measure(
            "closed", _("结案数"), _("应结案中已结案"), "handle_due_at", f"{DUE_TO_HANDLE} AND s.closed_at IS NOT NULL"
        ),
        Measure(
            "closed_in_time", _("按期结案数"), _("应结案中处置未超期且已结案；未经处置强制结案的看结案时间"), "handle_due_at",
            f"{DUE_TO_HANDLE} AND s.closed_at IS NOT NULL AND coalesce(s.handled_at, s.closed_at) <= s.handle_due_at",
        ),
        Measure("rework", _("返工数"), _("处置数中至少返工一次"), "handle_due_at", f"{HANDLED} AND s.reworks > 0"),
        Measure(
            "seconds_to_handle", _("处置用时"), _("派遣到处置完毕的秒数之和"), "handle_due_at", HANDLED,
            _between("coalesce(s.dispatched_at, s.received_at, s.accepted_at, s.opened_at)", "s.handled_at"),
        ),
        Measure("response_due", _("应响应数"), _("响应时限在期内届满的有效诉求"), "respond_due_at", VALID),
        Measure(
            "responded_in_time", _("按期响应数"), _("应响应中在时限内联系了诉求人"), "respond_due_at",
            f"{VALID} AND s.responded_at <= s.respond_due_at",
        ),
        Measure(
            "callback_asked", _("应回访数"), _("期内结案且应回访"), "closed_at",
            "(s.answered IS NOT NULL OR s.clock = 'callback')",
        ),
        Measure(
            "callback_answered", _("接通回访数"), _("期内结案，回访接通或诉求人自行评价"), "closed_at", "s.answered"
        ),
        Measure("solved", _("解决数"), _("接通回访中诉求人认为已解决"), "closed_at", "s.answered AND s.solved"),
        Measure("satisfied", _("满意数"), _("接通回访中诉求人表示满意"), "closed_at", "s.answered AND s.satisfied"),
        Measure("excluded", _("剔除数"), _("期内结案，经审核剔除"), "closed_at", "s.excluded <> ''"),
        Measure("open", _("在办数"), _("此刻没有办结的案件"), None, OPEN),
        Measure(
            "overdue", _("超期未处置数"), _("此刻处置时限已届满而未处置；挂账、吹哨期间不计"), None,
            f"{OPEN} AND {DUE_TO_HANDLE} AND s.handled_at IS NULL AND s.handle_due_at < %(now)s",
        ),
    )
}  # fmt: skip

COUNTED = [m for m in MEASURES.values() if m.on]
"""Measures of a period, in the order of the tally's columns."""

LIVE = [m for m in MEASURES.values() if not m.on]
