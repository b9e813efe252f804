"""Opening one case by its number. What stands outside one's scope looks missing, and the attempt is kept."""

from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Case
from lifang.blocks.cases.numbers import normalise
from lifang.ground.access.doors import Foreign
from lifang.ground.access.scope import system_scope

RELATED = ("unit", "parent", "duplicate_of")


def case_here(number: str) -> Case:
    """The case, where the current scope reaches it. Raises Foreign (a 404) otherwise."""
    wanted = normalise(number[:40]) or number[:24].replace("\0", "")
    found = Case.objects.select_related(*RELATED).filter(number=wanted).first()
    if found is not None:
        return found
    with system_scope("case.foreign"):
        area = Case.objects.filter(number=wanted).values_list("area", flat=True).first()
    raise Foreign(_("没有这个案件，或者你没有查看它的权限。"), kind="case", object_id=wanted, area=area)
