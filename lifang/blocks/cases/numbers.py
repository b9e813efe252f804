"""Case numbers: the day, a running number and a check digit, easy to say on the telephone."""

import datetime as dt
import unicodedata

from django.utils import timezone

from lifang.ground.prepared import next_id


def check_digit(digits: str) -> int:
    """Luhn's check digit: catches every single wrong digit and most swaps."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def next_number(at: dt.datetime) -> tuple[int, str]:
    """A fresh primary key and the case number made from it, such as 261122-004217-8."""
    pk = next_id("cases_case")
    day, serial = timezone.localtime(at).strftime("%y%m%d"), f"{pk:06d}"
    return pk, f"{day}-{serial}-{check_digit(day + serial)}"


def normalise(text: str) -> str | None:
    """The case number that somebody typed with or without dashes; None when it is none or mistyped."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isascii() and c.isdecimal())
    if len(digits) < 13 or check_digit(digits[:-1]) != int(digits[-1]):
        return None
    return f"{digits[:6]}-{digits[6:-1]}-{digits[-1]}"
