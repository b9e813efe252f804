"""The systems and imports that a person reaches, and the places where they act."""

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.registry import systems
from lifang.blocks.registry.models import Import, System
from lifang.ground.access.doors import Foreign
from lifang.ground.access.scope import current, system_scope
from lifang.ground.areas.codes import span


def home() -> int:
    """The place that the person answers for, whose packs say which elements there are."""
    places = current().places
    return places[0][0] if places and places[0][0] else settings.CONFIG.area


def department(kind: str) -> str:
    found = packs.units().get(kind)
    return found.title if found else kind


def system_here(pk: int) -> System:
    found = systems.here(current().places).filter(pk=pk).first()
    if found is None:
        raise Http404(_("没有这个数据来源，或者它不覆盖你负责的地方。"))
    return found


def import_here(pk: int, *, lock: bool = False) -> Import:
    """An import at the places of the present function. A locked one waits for whoever changes its state now; rows that
    refer to it may still be written meanwhile."""
    found = Import.objects.select_related("system", "by").filter(pk=pk)
    if lock:
        found = found.select_for_update(of=("self",), no_key=True)
    if (imported := found.first()) is not None:
        return imported
    with system_scope("registry"):
        area = Import.objects.filter(pk=pk).values_list("area", flat=True).first()
    raise Foreign(_("没有这次导入，或者你没有查看它的权限。"), kind="import", object_id=str(pk), area=area)


def meeting(system: System) -> int:
    """The widest place that is both the system's and the person's: what they most likely send data of."""
    for low, high in current().places:
        if low <= system.area < high:
            return system.area
        if low in span(system.area):
            return low
    return system.area
