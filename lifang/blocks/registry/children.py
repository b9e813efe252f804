"""Children, whose numbers and address are shown under a function of their own."""

import datetime as dt
from typing import Protocol

from django.utils.translation import gettext_lazy

from lifang.blocks.packs import service as packs
from lifang.blocks.registry.queries import age
from lifang.ground.access.scope import Holdings

FUNCTION = "person.child"
SHELTERED = gettext_lazy("（儿童，受保护）")
"""What stands where a child's address or number would."""


class Born(Protocol):
    birth: dt.date | None
    area: int


def is_child(person: Born, on: dt.date) -> bool:
    """Whether somebody is younger on a day than the age from which the law counts no more as a child's: of a person as of a
    day, also where the birth became known since."""
    young = packs.value("person.child_age", person.area, on).value
    ages = (age(birth, on) for birth in (person.birth, getattr(person, "birth_since", None)))
    return any(years is not None and years < young for years in ages)


def hidden(person: Born, mine: Holdings, on: dt.date) -> bool:
    """Whether address and numbers are a child's and not for whoever holds `mine`."""
    return is_child(person, on) and not mine.may(FUNCTION, person.area)
