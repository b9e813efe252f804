"""forms/*.yaml: what a department asks of communities, column by column, each bound to where its answer is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext_lazy as _

from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes.care import Condition
from lifang.blocks.packs.shapes.values import Citation, read_at

# Where the answers of each shape come from.
SOURCES = {
    "roster": ("element", "column", "typed"),
    "homes": ("element", "persons", "sums", "typed"),
    "sheet": ("persons", "homes", "sums", "entries", "typed"),
}
NAMES = ("element", "column", "entries", "sums")
OF_PEOPLE = ("persons", "homes", "sums")
"""Counted or added up over everybody of a place who meets the column's conditions."""
NOT_HERE = _("%(shape)s 表的列不能来自 %(source)s")
LACKS = _("来自 %(source)s 的列要写 what")
NOT_TYPED = _("「%(title)s」从名册取数，不用填；只有社区填写的列能设为选填")


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of a form. ``source`` is one of words.FORM_SOURCES.

    ``what`` names the data element (of "sums" one that is a number), the column or the kind of a register; of a typed one, the answer kept by another
    form (form.column), "" if it is new. ``where`` are the conditions on who is counted. ``kind`` is one of
    words.ANSWERS; what is typed is stale after ``refresh_days``. ``cell`` is row and column of the sender's sheet,
    counted from 1. What is typed is one of its ``choices``, where it has any, whose names in XLSForm are ``codes``; an
    ``optional`` one may stay empty.
    """

    title: str
    source: str
    what: str
    where: tuple[Condition, ...]
    kind: str
    refresh_days: int | None
    cell: tuple[int, ...]
    choices: tuple[str, ...] = field(default=(), kw_only=True)
    codes: tuple[str, ...] = field(default=(), kw_only=True)
    optional: bool = field(default=False, kw_only=True)
    at: Where = read_at()

    def __post_init__(self) -> None:
        if self.source in NAMES and not self.what:
            raise ValueError(str(LACKS) % {"source": self.source})
        if self.optional and self.source != "typed":
            raise ValueError(str(NOT_TYPED) % {"title": self.title})


@dataclass(frozen=True, slots=True)
class FormSheet:
    """A form as it holds from ``since``. ``unit`` is the kind of unit that asks, ``matter`` what it serves.

    A roster has a row for each person on the care list ``list`` or who meets ``where``, or for each entry of
    ``register``; "homes" one for each home where such a person lives, whose elements are its head's; a sheet has one row
    for each place. ``checks`` are sums of columns («total = men + women») that must
    hold.
    """

    form: str
    title: str
    unit: str
    matter: str
    period: str
    shape: str
    list: str
    register: str
    where: tuple[Condition, ...]
    columns: Mapping[str, FormColumn]
    checks: tuple[str, ...]
    since: date
    source: Citation
    at: Where = read_at()

    def __post_init__(self) -> None:
        for column in self.columns.values():
            if column.source not in SOURCES[self.shape]:
                raise ValueError(str(NOT_HERE) % {"shape": self.shape, "source": column.source})
