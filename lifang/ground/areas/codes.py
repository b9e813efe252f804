"""Area codes: one integer of 15 digits for every place.

The first 12 digits are the statistical code (2 province, 2 city, 2 county, 3 street or town, 3 community or
village; National Bureau of Statistics, 统计用区划代码和城乡划分代码编制规则); the last 3 are the serial of a grid,
0 for none. A subtree is a range of integers, because every deeper place has its parent's digits in front.
"""

import re
import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeVar

from django.utils.translation import gettext as _

PROVINCE, CITY, COUNTY, STREET, COMMUNITY, GRID = range(1, 7)
NATION: Final = 0
DIGITS: Final = 15
# How many codes lie below one code of each level; index 0 is the whole country.
WIDTHS: Final = (10**15, 10**13, 10**11, 10**9, 10**6, 10**3, 1)
# Lengths in which codes are written, by level: 36, 3601, 360102, 360102009, 360102009012, 360102009012001.
LENGTHS: Final = {2: PROVINCE, 4: CITY, 6: COUNTY, 9: STREET, 12: COMMUNITY, 15: GRID}
# GB/T 2260: the provincial codes in use.
PROVINCES: Final = frozenset(
    [11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46]
    + [50, 51, 52, 53, 54, 61, 62, 63, 64, 65, 71, 81, 82]
)

Codes = TypeVar("Codes", int, Any)

_SPACES = re.compile(r"[\s\u200b-\u200d\u2060\ufeff'\u2018\u2019`,]+")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d*))?[eE]\+?(\d{1,2})")


class BadCode(ValueError):
    """A value that is no area code; the message says why and what is allowed."""


def level_of(code: int) -> int:
    """The level from trailing zeros: 1 province to 6 grid, 0 for the whole country."""
    for level in range(PROVINCE, GRID + 1):
        if code % WIDTHS[level] == 0:
            return level if code else NATION
    raise BadCode(_("区划代码不能为小数"))


def span(code: int) -> range:
    """The codes of a place and of everything below it, as a half-open range."""
    return range(code, code + WIDTHS[level_of(code)])


def parent_of(code: int) -> int:
    """The code of the place above: the lowest non-zero part set to zero. A province's parent is 0.

    Cities without counties (东莞, 中山, 儋州, 嘉峪关) thereby hold their streets directly.
    """
    for level in range(GRID, NATION, -1):
        if code % WIDTHS[level - 1]:
            return code - code % WIDTHS[level - 1]
    return NATION


def ancestors(code: int) -> list[int]:
    """The codes above, nearest first, without the country."""
    found = []
    while code := parent_of(code):
        found.append(code)
    return found


def at_level(code: Codes, level: int) -> Codes:
    """The code of the place of this level that the code lies in (its digits cut off there). Takes arrays too."""
    return code - code % WIDTHS[level]


def within(code: int, place: int) -> bool:
    return code in span(place)


def text(code: int) -> str:
    """How people write it: 12 digits, or 15 for a grid."""
    return text15(code) if code % 1000 else text12(code)


def text12(code: int) -> str:
    return f"{code // 1000:012d}"


def text15(code: int) -> str:
    return f"{code:015d}"


def parse(value: object) -> int:
    """Read a code as people and spreadsheets write it.

    Takes 2, 4, 6, 9, 12 or 15 digits as text or number, with spaces, apostrophes, full-width digits, a trailing
    ".0" or scientific notation (3.60102002E+11). Raises BadCode where digits are lost or nothing fits: Excel's
    own short form keeps six digits (3.60102E+11), which may stand for a thousand streets.
    """
    if value is None or isinstance(value, bool):
        raise BadCode(_("缺区划代码；应为 2、4、6、9、12 或 15 位数字"))
    digits = str(value)
    if not (digits.isascii() and digits.isdigit()):
        digits = _digits(_SPACES.sub("", unicodedata.normalize("NFKC", digits)))
    if len(digits) not in LENGTHS:
        raise BadCode(
            _("“%(value)s”有 %(count)d 位；区划代码应为 2、4、6、9、12 或 15 位数字")
            % {"value": value, "count": len(digits)}
        )
    if int(digits[:2]) not in PROVINCES:
        raise BadCode(_("“%(value)s”的前两位不是省级代码") % {"value": value})
    return int(digits.ljust(DIGITS, "0"))


def _digits(cleaned: str) -> str:
    if cleaned.isascii() and cleaned.isdigit():
        return cleaned
    if scientific := _SCIENTIFIC.fullmatch(cleaned):
        decimals, exponent = scientific[2] or "", int(scientific[3])
        if len(decimals) <= 5:
            raise BadCode(
                _("“%(value)s”被表格软件缩成了科学计数，末几位已丢失；请把该列设为文本后重新填写") % {"value": cleaned}
            )
        if len(decimals) <= exponent < DIGITS:
            return scientific[1] + decimals.ljust(exponent, "0")
    try:
        number = Decimal(cleaned)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number != number.to_integral_value() or number <= 0 or number.adjusted() >= DIGITS:
        raise BadCode(_("“%(value)s”不是区划代码；应为 2、4、6、9、12 或 15 位数字") % {"value": cleaned})
    return str(int(number))
