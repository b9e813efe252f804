"""The period for which a form is returned."""

import datetime as dt

from django.utils.translation import gettext as _


def label_of(period: str, on: dt.date) -> str:
    """2026年11月, 2026年第4季度, …; the day itself for what comes once or when needed."""
    match period:
        case "weekly":
            year, week, _day = on.isocalendar()
            return _("{year}年第{n}周").format(year=year, n=week)
        case "monthly":
            return _("{year}年{n}月").format(year=on.year, n=on.month)
        case "quarterly":
            return _("{year}年第{n}季度").format(year=on.year, n=(on.month + 2) // 3)
        case "half_yearly":
            return (_("{year}年上半年") if on.month <= 6 else _("{year}年下半年")).format(year=on.year)
        case "yearly":
            return _("{year}年").format(year=on.year)
    return on.isoformat()


RECURRING = ("daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly")


def next_due(issued: dt.date, due: dt.date, on: dt.date) -> dt.date:
    """As many days after the sending as before."""
    return on + (due - issued)
