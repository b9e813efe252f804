"""Days as the law counts them: in the city's own time."""

import datetime as dt

from django.utils import timezone


def today() -> dt.date:
    return timezone.localdate()
