"""Days as the law counts them: in the city's own time."""

import datetime as dt

from django.utils import timezone

FIRST, LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)
"""Days that may be typed; the law knows no others, and a day can be added to each."""


def today() -> dt.date:
    return timezone.localdate()


def day_of(moment: dt.datetime) -> str:
    """The day of a moment here, as 2026-06-01."""
    return timezone.localdate(moment).isoformat()


def midnight(day: dt.date) -> dt.datetime:
    """The moment at which a day begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def day_in(text: str) -> dt.date | None:
    """A day typed into an address; None for what is no day or none that may be typed."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
