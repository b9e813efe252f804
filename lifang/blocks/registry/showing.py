"""Values of data elements in words, sensitive ones masked."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.resolving import NoRule
from lifang.blocks.packs.shapes import Element
from lifang.ground.access.vault import mask_phone


def mask_number(number: str) -> str:
    """36**************17: with a home and a birth beside it, any more would tell the whole number."""
    return number[:2] + "*" * max(len(number) - 4, 0) + number[-2:]


MASKS = {"identity": mask_number, "phone": mask_phone}


@dataclass(frozen=True)
class Speller:
    """Puts values into words; `area` says whose code lists hold, `places` are names by code."""

    elements: Mapping[str, Element]
    area: int
    places: Mapping[int, str]

    def words(self, element: str, value: str) -> str:
        """The whole value in words."""
        one = self.elements[element]
        match one.kind:
            case "code":
                return self._coded(one.codes, value)
            case "truth":
                return _("是") if value == "true" else _("否")
            case "place":
                return self.places.get(int(value), value)
            case "date":
                return _day(value)
        return value

    def masked(self, element: str, value: str) -> str:
        """In words; numbers and telephones with stars."""
        mask = MASKS.get(self.elements[element].kind)
        return mask(value) if mask and self.elements[element].sensitivity == "sealed" else self.words(element, value)

    def _coded(self, name: str, value: str) -> str:
        try:
            codes = packs.code_list(name, self.area)
        except NoRule:
            return value
        return codes.values.get(value) or codes.own.get(value) or value


def _day(value: str) -> str:
    try:
        return date_format(dt.date.fromisoformat(value), pgettext("date", "Y年n月j日"))
    except ValueError:
        return value
