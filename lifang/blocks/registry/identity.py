"""Citizens' identity numbers: GB 11643-1999, of 18 characters, and their older form of 15 digits."""

import datetime as dt
import re
from dataclasses import dataclass

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
# GB/T 2260: the first two digits name a province; made-up persons carry one that names none.
PROVINCES = frozenset(
    str(decade * 10 + one)
    for decade, ones in {
        1: range(1, 6), 2: range(1, 4), 3: range(1, 8), 4: range(1, 7), 5: range(5), 6: range(1, 6),
        7: (1,), 8: range(1, 4), 9: (1,),
    }.items()
    for one in ones
)  # fmt: skip
MADE_UP = "99"
WRITTEN = re.compile(r"\d{15}|\d{17}[\dX]")
FIRST_BIRTH = dt.date(1880, 1, 1)


class WrongNumber(ValueError):
    """What is no identity number; `reason` is length, birth, check or region."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Identity:
    """A number of 18 characters and what it says: day of birth and sex."""

    number: str

    @property
    def birth(self) -> dt.date:
        return dt.date(int(self.number[6:10]), int(self.number[10:12]), int(self.number[12:14]))

    @property
    def male(self) -> bool:
        return int(self.number[16]) % 2 == 1


def check(body: str) -> str:
    """The check character of the first 17 digits (ISO 7064, MOD 11-2)."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def read(text: str, *, on: dt.date, made_up: bool = False) -> Identity:
    """The number in a text without blanks, an old one brought to 18 characters.

    Raises WrongNumber. `on` is the day on which the person lives; numbers of made-up persons pass only where `made_up`.
    """
    text = text.upper()
    if not (text.isascii() and WRITTEN.fullmatch(text)):
        raise WrongNumber("length")
    body = f"{text[:6]}19{text[6:]}" if len(text) == 15 else text[:17]
    found = Identity(body + check(body))
    try:
        born = found.birth
    except ValueError:
        raise WrongNumber("birth") from None
    if not FIRST_BIRTH <= born <= on:
        raise WrongNumber("birth")
    if len(text) == 18 and text != found.number:
        raise WrongNumber("check")
    if body[:2] not in PROVINCES and not (made_up and body[:2] == MADE_UP):
        raise WrongNumber("region")
    return found
