"""Spans of time in words, for hours and for days."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

DAY_UNITS = ("working_days", "natural_days")
UNIT_BASIS: dict[str, Any] = {
    "urgent_hours": gettext_lazy("昼夜连续计时"),
    "work_hours": gettext_lazy("工作时间内计时"),
}


def span_text(amount: timedelta | float, unit: str) -> str:
    """«6 小时 10 分», «2 个工作日», «3 天»; minutes are rounded down, days keep one decimal where they have one."""
    if unit in DAY_UNITS:
        days = amount.total_seconds() / 86400 if isinstance(amount, timedelta) else float(amount)
        number = f"{days:.1f}".removesuffix(".0")
        if unit == "working_days":
            return ngettext("%s 个工作日", "%s 个工作日", 2 if days != 1 else 1) % number
        return ngettext("%s 天", "%s 天", 2 if days != 1 else 1) % number
    seconds = amount.total_seconds() if isinstance(amount, timedelta) else float(amount)
    hours, minutes = divmod(int(seconds // 60), 60)
    words = []
    if hours:
        words.append(_("%d 小时") % hours)
    if minutes or not hours:
        words.append(_("%d 分") % minutes)
    return " ".join(words)


def fraction(used: timedelta | float, limit: timedelta | float) -> float:
    """Used time as a part of the limit; a limit of nothing counts as used up."""
    whole = limit.total_seconds() if isinstance(limit, timedelta) else float(limit)
    part = used.total_seconds() if isinstance(used, timedelta) else float(used)
    return part / whole if whole else 1.0 + part
