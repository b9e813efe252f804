"""The cells of a return in words, as far as the reader may see them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from lifang.blocks.forms.filling import Cell
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormColumn, FormSheet
from lifang.blocks.registers.columns import spell
from lifang.blocks.registry.showing import Speller
from lifang.ground.access.ranges import today
from lifang.ground.areas.queries import names

HIDDEN = "***"
HEALTH = "person.health"


class Words:
    """Of sealed elements the whole value only where `whole` names them; of specially protected ones nothing without
    `health`."""

    def __init__(
        self, sheet: FormSheet, place: int, *, whole: frozenset[str] = frozenset(), health: bool = False
    ) -> None:
        self.sheet, self.place, self.whole, self.health = sheet, place, whole, health
        self.elements = packs.elements(place)
        self.kind = packs.register_kinds(place).get(sheet.register)
        self.places: dict[int, str] = {}

    def of(self, key: str, cell: Cell) -> Any:
        column, value = self.sheet.columns[key], cell[0]
        if value is None:
            return None
        if column.source == "element":
            return self._element(column, str(value))
        if column.source == "column" and self.kind and column.what in self.kind.columns:
            return spell(self.kind, self.kind.columns[column.what], value, self.place, {})
        if column.source == "column" and column.what == "place":
            return self._names(int(value)).get(int(value), value)
        if column.kind == "truth":
            return str({"true": _("是"), "false": _("否")}.get(str(value), value))
        return value

    def row(self, cells: Mapping[str, Cell]) -> dict[str, Any]:
        return {key: self.of(key, cell) for key, cell in cells.items()}

    def _element(self, column: FormColumn, value: str) -> str:
        one = self.elements.get(column.what)
        if one is None:
            return value
        if one.sensitivity == "special" and not self.health:
            return HIDDEN
        places = self._names(int(value)) if one.kind == "place" else {}
        speller = Speller(self.elements, self.place, places)
        return speller.words(column.what, value) if column.what in self.whole else speller.masked(column.what, value)

    def _names(self, code: int) -> dict[int, str]:
        if code not in self.places:
            self.places |= names({code}, today())
        return self.places
