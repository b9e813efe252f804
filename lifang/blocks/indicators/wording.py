"""How figures are said: values with units, differences, names of places, kinds and units."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext as _

from lifang.blocks.indicators.periods import NAMED, Period
from lifang.blocks.indicators.queries import Ask, Figure
from lifang.blocks.packs import service as packs
from lifang.ground.access.models import Unit

LOWER_IS_BETTER = {
    "overdue", "overdue_count", "rework_rate", "return_rate", "repeat_rate", "mean_accept_time", "mean_dispatch_time",
    "mean_handle_time", "rework", "returned", "repeat",
}  # fmt: skip
NEITHER = {"reported", "open", "excluded", "filing_rate"}


def value_words(figure: Figure) -> str:
    """The value as read, without its unit for counts and rates."""
    if figure.value is None:
        return "—"
    if figure.unit == "percent":
        return f"{figure.value:.1f}"
    return span_words(figure.value) if figure.unit == "seconds" else f"{figure.value:,.0f}"


def unit_words(figure: Figure) -> str:
    if figure.value is None or figure.unit == "seconds":
        return ""
    return "%" if figure.unit == "percent" else _("件") if figure.unit == "count" else ""


def span_words(seconds: float) -> str:
    """A length of time in its two largest parts: 2 天 3 小时, 5 小时 12 分, 40 分."""
    minutes = round(seconds / 60)
    days, hours, left = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return _("{d} 天 {h} 小时").format(d=days, h=hours) if hours else _("{d} 天").format(d=days)
    if hours:
        return _("{h} 小时 {m} 分").format(h=hours, m=left) if left else _("{h} 小时").format(h=hours)
    return _("{m} 分").format(m=left)


def change_words(now: Figure, before: Figure) -> tuple[str, str]:
    """The change against the period before and its tone; empty where there is nothing to compare."""
    if now.value is None or before.value is None:
        return "", ""
    step = now.value - before.value
    if now.unit == "percent":
        text = _("较上期 {step} 个百分点").format(step=f"{step:+.1f}")
        still = abs(step) < 0.05
    elif now.unit == "seconds":
        text = _("较上期 {sign}{span}").format(sign="+" if step > 0 else "-", span=span_words(abs(step)))
        still = abs(step) < 30
    elif before.value == 0:
        return _("上期 0 件"), ""
    else:
        text = _("较上期 {step}%").format(step=f"{step * 100 / before.value:+.1f}")
        still = step == 0
    if still:
        return _("与上期持平"), ""
    better = (step < 0) == (now.name in LOWER_IS_BETTER)
    return text, "" if now.name in NEITHER else "good" if better else "warn"


def period_words(period: Period) -> str:
    if period.name:
        return str(NAMED[period.name])
    if period.days == 1:
        return f"{period.start:%Y-%m-%d}"
    return _("{start} 至 {last}").format(start=f"{period.start:%Y-%m-%d}", last=f"{period.last:%Y-%m-%d}")


def day_words(day: dt.date, ask: Ask) -> str:
    """A step of a trend: a day, or a month, which may still run."""
    if ask.period.steps == "day":
        return f"{day.month}-{day.day}"
    month = f"{day.year}-{day.month:02d}"
    return (
        _("{month} 至今").format(month=month) if (day.year, day.month) == (ask.today.year, ask.today.month) else month
    )


def category_names(place: int, on: dt.date) -> dict[str, str]:
    return {category.code: category.title for category in packs.categories(place, on)}


def unit_names(ids: Iterable[int | None]) -> dict[int | None, str]:
    """Names of units, in one query, and what a case without one is called."""
    known: dict[int | None, str] = dict(
        Unit.objects.filter(pk__in=[i for i in ids if i is not None]).order_by("area", "code").values_list("pk", "name")
    )
    return {**known, None: _("未派遣")}
