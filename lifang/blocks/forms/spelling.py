"""The cells of a return in words, as far as the reader may see them."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from lifang.blocks.forms.filling import TYPED, Cell
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormColumn, FormSheet
from lifang.blocks.privacy import consenting
from lifang.blocks.privacy.models import Consent
from lifang.blocks.registers.columns import spell
from lifang.blocks.registry.children import SHELTERED, hidden
from lifang.blocks.registry.models import Person
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, system_scope
from lifang.ground.areas.queries import names

HIDDEN = "***"
HEALTH = "person.health"


def children(sheet: FormSheet, rows: Collection[Mapping[str, Any]], mine: Holdings, *, leaving: bool) -> frozenset[int]:
    """Of whom in these rows address and numbers are not for whoever holds `mine`; of what leaves the house also the
    children for whom no guardian agreed."""
    if sheet.register or not rows:
        return frozenset()
    day = today()
    with system_scope("forms"):
        found = Person.objects.filter(pk__in={row["who"] for row in rows}).only("pk", "birth", "area")
        kept = {one.pk for one in found if hidden(one, mine, day)}
        if leaving:
            kept.update(
                found.filter(consenting.lacking(settings.CONFIG.area, Consent.Use.EXPORT)).values_list("pk", flat=True)
            )
    return frozenset(kept)


class Words:
    """Of sealed elements the whole value only where `whole` names them; of specially protected ones nothing without that
    or `health`; of `children` neither address nor whole numbers."""

    def __init__(
        self,
        sheet: FormSheet,
        place: int,
        *,
        whole: frozenset[str] = frozenset(),
        health: bool = False,
        children: Collection[int] = (),
    ) -> None:
        self.sheet, self.place, self.whole, self.health, self.children = sheet, place, whole, health, children
        self.elements = packs.elements(place)
        self.kind = packs.register_kinds(place).get(sheet.register)
        self.places: dict[int, str] = {}

    def of(self, key: str, cell: Cell, who: int | None = None) -> Any:
        column, value = self.sheet.columns[key], cell[0]
        if value is None:
            return _("无") if column.source == "element" and cell[1] == TYPED else None
        if column.source == "element":
            return self._element(column, str(value), who in self.children)
        if column.source == "column" and self.kind and column.what in self.kind.columns:
            return spell(self.kind, self.kind.columns[column.what], value, self.place, {})
        if column.source == "column" and column.what == "place":
            return self._names(int(value)).get(int(value), value)
        if column.kind == "truth":
            return str({"true": _("是"), "false": _("否")}.get(str(value), value))
        return value

    def single(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        """A sheet's."""
        return {key: self.of(key, cell) for key, cell in cells.items()}

    def row(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A roster's."""
        return {key: self.of(key, cell, row["who"]) for key, cell in row["cells"].items()}

    def _element(self, column: FormColumn, value: str, child: bool) -> str:
        one = self.elements.get(column.what)
        if one is None:  # nobody says any more how it is guarded
            return value if column.what in self.whole and not child else HIDDEN
        if one.sensitivity == "special" and not self.health and column.what not in self.whole:
            return HIDDEN
        if child and one.kind == "address":
            return str(SHELTERED)
        places = self._names(int(value)) if one.kind == "place" else {}
        speller = Speller(self.elements, self.place, places)
        return (
            speller.words(column.what, value)
            if column.what in self.whole and not child
            else speller.masked(column.what, value)
        )

    def _names(self, code: int) -> dict[int, str]:
        if code not in self.places:
            self.places |= names({code}, today())
        return self.places
