"""Free codes under a parent: serials by kind, never one that was used before."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from lifang.ground.areas import codes
from lifang.ground.areas.enums import Kind, Layer
from lifang.ground.areas.errors import Refused
from lifang.ground.areas.models import Area

# National Bureau of Statistics, coding rules; the halves of the grid serials are Lifang's own convention.
SERIALS: Final[dict[str, range]] = {
    Kind.STREET: range(1, 100),
    Kind.TOWN: range(100, 200),
    Kind.TOWNSHIP: range(200, 400),
    Kind.ZONE: range(400, 600),
    Kind.COMMUNITY: range(1, 200),
    Kind.VILLAGE: range(200, 400),
    Kind.QUASI_COMMUNITY: range(400, 500),
    Kind.QUASI_VILLAGE: range(500, 600),
    Kind.COUNTY: range(1, 100),
    Layer.GOVERNANCE: range(1, 501),
    Layer.CONSTRUCTION: range(501, 1000),
}


class Numbers:
    """Gives out free codes during one change."""

    def __init__(self) -> None:
        self._taken: dict[int, set[int]] = {}

    def learn(self, parents: Sequence[int]) -> None:
        """Read what was used under many parents at once."""
        self._taken |= {parent: set() for parent in parents}
        for parent, code in Area.objects.filter(parent_code__in=parents).values_list("parent_code", "code"):
            self._taken[parent].add(code)

    def next(self, parent: int, level: int, kind: str, layer: str | None) -> int:
        """The lowest code of this kind under the parent that no place ever had. Refused when there is none."""
        width = codes.WIDTHS[level]
        if parent not in self._taken:
            used = Area.objects.children_of(parent).values_list("code", flat=True)
            self._taken[parent] = set(used)
        for serial in SERIALS.get(layer or kind, range(1, codes.WIDTHS[level - 1] // width)):
            code = parent + serial * width
            if code not in self._taken[parent] and codes.parent_of(code) == parent:
                self._taken[parent].add(code)
                return code
        raise Refused("code", _("%(parent)s 下已没有可用的代码") % {"parent": codes.text(parent)})
