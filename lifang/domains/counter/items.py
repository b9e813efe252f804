"""The services that a counter offers: at a place on a day, and the version with which a case began."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from lifang.blocks.cases.models import Case
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Service
from lifang.domains.counter.words import CHANNELS
from lifang.ground.clock.wording import limit_words

CASE = "service"


def offered(area: int, on: dt.date) -> dict[str, Service]:
    """Every service of a place by name, those of one line together."""
    found = {name: service for name, (_list, service) in packs.services(area, on).items()}
    lines = list(packs.units())
    return dict(sorted(found.items(), key=lambda item: (lines.index(item[1].line), item[1].title)))


def find(name: str, area: int, on: dt.date) -> Service | None:
    found = packs.services(area, on).get(name)
    return found[1] if found else None


def of_case(case: Case) -> Service | None:
    """The service as it was when the case began; None where the packs know it no more."""
    return find(str(case.fields.get("service", "")), case.area, timezone.localdate(case.opened_at))


def changed_since(case: Case, on: dt.date) -> bool:
    """Whether another version of the item holds now than the one with which the case began."""
    return of_case(case) != find(str(case.fields.get("service", "")), case.area, on)


def basis(service: Service, area: int) -> str:
    """What the item rests on, in words."""
    source = packs.source(service.basis.document, area)
    number = f"（{source.number}）" if source.number else ""
    return f"《{source.title}》{number}{service.basis.clause}"


def line(service: Service) -> str:
    return unit_title(service.line)


def unit_title(kind: str) -> str:
    known = packs.units()
    return known[kind].title if kind in known else kind


def limit(service: Service) -> str:
    return limit_words(service.limit)


def channels(service: Service) -> str:
    return _("、").join(str(CHANNELS[name]) for name in service.channels)
