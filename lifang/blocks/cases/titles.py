"""What the acts on cases are called in the trail: as their case type calls them, in its newest version."""

from functools import cache

from django.utils.translation import gettext as _

from lifang.blocks.cases.actions import OPENING
from lifang.blocks.packs import service as packs
from lifang.ground.trail import words


@cache
def _titles() -> dict[str, str]:
    return {f"{type_.name}.{row.act}": row.title for type_ in packs.case_types() for row in type_.transitions}


def title(what: str) -> str | None:
    """The title of `<case type>.<act>`; None for what is no act on a case."""
    type_, _dot, act = what.partition(".")
    if act == OPENING and any(one.name == type_ for one in packs.case_types()):
        return _("上报")
    return _titles().get(what)


words.MORE.append(title)
