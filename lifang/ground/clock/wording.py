"""Limits and used time in words: «用时 6 小时 10 分 / 限 8 小时»."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lifang.ground.clock.calendar import HOUR
from lifang.ground.clock.limits import Duration, Limit, Unit

MINUTE = HOUR // 60


def _amount(limit: Limit) -> str:
    return f"{limit.amount:g}"


def _count(amount: float) -> int:
    """The count by which a language chooses the form of a noun: parts of one count as many."""
    return 1 if amount == 1 else 2


def limit_words(limit: Limit) -> str:
    """A limit with its full unit, as on a list of standards: «4 个工作时»."""
    count = _count(limit.amount)
    words = {
        Unit.URGENT_HOURS: ngettext("%(n)s 个紧急工作时", "%(n)s 个紧急工作时", count),
        Unit.WORK_HOURS: ngettext("%(n)s 个工作时", "%(n)s 个工作时", count),
        Unit.WORKING_DAYS: ngettext("%(n)s 个工作日", "%(n)s 个工作日", count),
        Unit.NATURAL_DAYS: ngettext("%(n)s 个自然日", "%(n)s 个自然日", count),
    }
    return words[limit.unit] % {"n": _amount(limit)}


def short_limit_words(limit: Limit) -> str:
    """A limit as it stands beside used time: «8 小时», «3 个工作日», «7 天»."""
    if limit.unit is Unit.WORKING_DAYS:
        return ngettext("%(n)s 个工作日", "%(n)s 个工作日", _count(limit.amount)) % {"n": _amount(limit)}
    if limit.unit is Unit.NATURAL_DAYS:
        return _("%(n)s 天") % {"n": _amount(limit)}
    return _("%(n)s 小时") % {"n": _amount(limit)}


def duration_words(duration: Duration) -> str:
    """Counted time, rounded down to the minute: «2 个工作日 3 小时 5 分», «6 小时 10 分», «0 分»."""
    days, rest = 0, duration.micros
    if duration.unit in (Unit.WORKING_DAYS, Unit.NATURAL_DAYS):
        days, rest = divmod(rest, duration.length)
    hours, rest = divmod(rest, HOUR)
    minutes = rest // MINUTE
    parts = []
    if days:
        working = ngettext("%(n)s 个工作日", "%(n)s 个工作日", days)
        parts.append((working if duration.unit is Unit.WORKING_DAYS else _("%(n)s 天")) % {"n": days})
    if hours:
        parts.append(_("%(n)s 小时") % {"n": hours})
    if minutes or not parts:
        parts.append(_("%(n)s 分") % {"n": minutes})
    return " ".join(parts)


def used_words(duration: Duration, limit: Limit) -> str:
    """Used time beside its limit: «用时 6 小时 10 分 / 限 8 小时»."""
    return _("用时 %(used)s / 限 %(limit)s") % {
        "used": duration_words(duration),
        "limit": short_limit_words(limit),
    }
