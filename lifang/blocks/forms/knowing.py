"""What is known already of what a form asks, and how long ago; what the asking department holds itself; what is new."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from lifang.blocks.forms.models import Answer, Edition
from lifang.blocks.forms.reading import Asked, elements_by
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Element, FormColumn
from lifang.blocks.packs.shapes.forms import OF_PEOPLE
from lifang.blocks.registry.models import Import
from lifang.blocks.registry.systems import DESK, here, overlapping
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span

SENT = """
SELECT c.key, max(i.held_on) FROM registry_import i CROSS JOIN LATERAL jsonb_object_keys(i.columns) c (key)
WHERE i.id = ANY(%s) GROUP BY 1
"""
WRITTEN = """
SELECT k.key, max(r.held_from) FROM registry_record r CROSS JOIN LATERAL jsonb_object_keys(r.facts) k (key)
WHERE r.current AND NOT r.gone AND r.known_until IS NULL AND r.system_id = ANY(%s) GROUP BY 1
"""


class Bound(NamedTuple):
    """A column, and the day on which what it asks was last told; `holder` is the department that keeps it."""

    key: str
    title: str
    day: dt.date | None = None
    holder: str = ""


@dataclass
class Known:
    """A form's columns by what is known of them at a place. Each stands in one of known, stale, missing, new, optional
    (nothing known, and it may stay so) and vanished; those in `own` the asking department keeps itself."""

    known: list[Bound] = field(default_factory=list)
    stale: list[Bound] = field(default_factory=list)
    missing: list[Bound] = field(default_factory=list)
    new: list[Bound] = field(default_factory=list)
    optional: list[Bound] = field(default_factory=list)
    own: list[Bound] = field(default_factory=list)
    vanished: list[Bound] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return sum(map(len, (self.known, self.stale, self.missing, self.new, self.optional, self.vanished)))

    @property
    def answered(self) -> int:
        """How many need not be typed."""
        return len(self.known) + len(self.stale)

    @property
    def checked_on(self) -> dt.date | None:
        return min((one.day for one in (*self.known, *self.stale) if one.day), default=None)

    @property
    def refusable(self) -> bool:
        """The asking department holds all of it itself: there is nothing to ask a community for."""
        return bool(self.own) and len(self.own) == self.asked

    @property
    def said(self) -> str:
        words = [_("{n} 项中 {known} 项已有").format(n=self.asked, known=self.answered)]
        if self.checked_on:
            words.append(_("最早一项核实于 {day}").format(day=self.checked_on))
        if self.own:
            words.append(_("{n} 项本来由提出的部门自己掌握").format(n=len(self.own)))
        if asked := len(self.new) + len(self.missing):
            words.append(_("{n} 项要新填").format(n=asked))
        if self.optional:
            words.append(_("{n} 项选填").format(n=len(self.optional)))
        return "，".join(words)


def known(edition: Edition, area: int) -> Known:
    """How much of a form is on record for a place already."""
    asked, found = Asked.of(edition), Known()
    elements, day = packs.elements(area), today()
    with system_scope("forms"):
        days = _days(area)
        answers = _answered(asked, area)
    kinds = packs.register_kinds(area)
    if not elements_by(asked.sheet.where) <= set(elements):
        found.vanished.append(Bound("", _("填哪些人")))
    for key, column in asked.sheet.columns.items():
        names = named(column)
        if any(name not in elements for name in names) or _gone(asked, column, kinds):
            found.vanished.append(Bound(key, column.title))
            continue
        told = _told(column, names, days, answers.get(key), day)
        holder = _holder(names, elements)
        one = Bound(key, column.title, told, holder)
        if holder == asked.sheet.unit:
            found.own.append(one)
        limit = _limit(column, names, elements, area, day)
        old = bool(told and limit and (day - told).days > limit)
        if column.optional and (told is None or old):
            found.optional.append(one)
        elif told is None:
            (found.new if column.source == "typed" else found.missing).append(one)
        elif old:
            found.stale.append(one)
        else:
            found.known.append(one)
    return found


def named(column: FormColumn) -> list[str]:
    """The data elements that a column asks for or counts by; every count of persons rests on where they live."""
    if column.source == "element":
        return [column.what]
    if column.source not in OF_PEOPLE:
        return []
    names = [column.what] if column.source == "sums" else []
    names += [one.element or {"age": "birth", "home": "address"}[one.what] for one in column.where]
    return list(dict.fromkeys(names)) or ["place"]


def _gone(asked: Asked, column: FormColumn, kinds: Mapping[str, Any]) -> bool:
    kind = kinds.get(asked.sheet.register)
    if column.source == "entries":
        return column.what not in kinds
    return column.source == "column" and (kind is None or column.what not in ("name", "place", *kind.columns))


def _days(area: int) -> dict[str, dt.date]:
    """Element → the newest day for which it was told at a place: by files taken, and at the desk."""
    places = ((span(area).start, span(area).stop),)
    systems = list(here(places))
    taken = Import.objects.filter(overlapping("area", places), system__in=systems, state=Import.State.TAKEN)
    desks = [one.pk for one in systems if one.code == DESK]
    found: dict[str, dt.date] = {}
    with connection.cursor() as cursor:
        for query, ids in ((SENT, list(taken.values_list("pk", flat=True))), (WRITTEN, desks)):
            cursor.execute(query, [ids])
            for name, day in cursor.fetchall():
                found[name] = max(day, found.get(name, day))
    if found:
        found.setdefault("name", max(found.values()))
        found.setdefault("place", max(found.values()))
        if "number" in found:
            found |= {name: max(found["number"], found.get(name, found["number"])) for name in ("sex", "birth")}
    return found


def _answered(asked: Asked, area: int) -> dict[str, dt.date]:
    """Column → the newest day for which it was typed at a place."""
    below = span(area)
    found = {}
    for key, column in asked.sheet.columns.items():
        if column.source == "typed":
            code, name = column.what.split(".") if column.what else (asked.edition.form.code, key)
            rows = Answer.objects.filter(
                known_until=None, form__code=code, column=name, area__gte=below.start, area__lt=below.stop
            )
            if day := rows.aggregate(day=Max("held_on"))["day"]:
                found[key] = day
    return found


def _told(
    column: FormColumn, names: Sequence[str], days: Mapping[str, dt.date], answered: dt.date | None, day: dt.date
) -> dt.date | None:
    if column.source == "typed":
        return answered
    if not names:
        return day
    told = [days.get(name) for name in names]
    return min((one for one in told if one), default=None) if all(told) else None


def _holder(names: Sequence[str], elements: Mapping[str, Element]) -> str:
    """The one department that keeps all that a column asks for; "" where several do, or none."""
    holders = {elements[name].home or elements[name].owner for name in names}
    return holders.pop() if len(holders) == 1 else ""


def _limit(
    column: FormColumn, names: Sequence[str], elements: Mapping[str, Element], area: int, day: dt.date
) -> int | None:
    if column.source == "typed":
        return column.refresh_days or int(packs.value("forms.refresh_days", area, day).value)
    return min((days for name in names if (days := elements[name].refresh_days)), default=None)


def rates_on(area: int, on: dt.date) -> Mapping[str, float]:
    """Minutes by what is done."""
    return {
        name: float(packs.value(f"forms.minutes_{name}", area, on).value)
        for name in ("a_return", "a_typed", "a_confirmed")
    }
