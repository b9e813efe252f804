"""Reading forms: the directory on a day, what waits for a community, a sending over its places, and what it all costs."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from lifang.blocks.forms.knowing import rates_on
from lifang.blocks.forms.models import Edition, Form, Issue, Return
from lifang.blocks.forms.reading import sheet_of
from lifang.blocks.forms.sending import may_send
from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import FormSheet
from lifang.blocks.registry.systems import overlapping
from lifang.ground.access.models import Unit
from lifang.ground.access.queries import in_places
from lifang.ground.access.scope import Range, Scope
from lifang.ground.areas.models import Area

UNDONE = (Return.State.OPEN, Return.State.FILLED, Return.State.CHECKED)
DONE = (Return.State.SUBMITTED, Return.State.LOCKED)


@dataclass(frozen=True)
class Listed:
    """A ledger of the directory on a day, and the matter that it serves."""

    edition: Edition
    matter: matters.Matter
    columns: int


def directory(places: Sequence[Range], on: dt.date) -> list[Listed]:
    """The forms that may be asked in these places on a day: each serves a matter of the list then."""
    rows = (
        Edition.objects.filter(overlapping("form__area", places), since__lte=on)
        .filter(Q(form__last=None) | Q(form__last__gte=on))
        .select_related("form__unit")
        .order_by("form", "-number")
        .distinct("form")
    )
    found = []
    known: dict[tuple[str, int], matters.Matter | None] = {}
    for one in rows:
        key = one.matter, one.form.area
        if key not in known:
            known[key] = matters.find(*key, on)
        if matter := known[key]:
            found.append(Listed(one, matter, len(one.sheet["columns"])))
    return sorted(found, key=lambda one: (one.matter.title, one.edition.title))


def version(places: Sequence[Range], on: dt.date) -> int:
    """The directory's number on a day: how many days changed it until then."""
    editions = Edition.objects.filter(overlapping("form__area", places), since__lte=on)
    ended = Form.objects.filter(overlapping("area", places), last__lt=on)
    days = set(editions.values_list("since", flat=True))
    return len(days | {day + dt.timedelta(days=1) for day in ended.values_list("last", flat=True) if day})


def of_scope(scope: Scope) -> QuerySet[Edition]:
    """The newest version of each form of one's units, or of units in one's places."""
    mine = in_places("form__area", scope.places) | Q(form__unit__in=scope.units)
    return Edition.objects.filter(mine).select_related("form__unit").order_by("form", "-number").distinct("form")


def _undone(places: Iterable[Range], on: dt.date) -> QuerySet[Return]:
    return Return.objects.filter(in_places("area", places), current=True, state__in=UNDONE, issue__until__gte=on)


def waiting(places: Iterable[Range], on: dt.date) -> list[Return]:
    """What is asked of these places and neither returned nor expired, the soonest first."""
    rows = _undone(places, on).select_related("issue__edition__form__unit").defer("rows", "cells")
    return list(rows.order_by("issue__due", "pk"))


def number_waiting(places: Iterable[Range], on: dt.date) -> int:
    return _undone(places, on).count()


def standing(rows: QuerySet[Return]) -> QuerySet[Return]:
    """Of each return the version that counts: the newest that was submitted, before any was the first."""
    newer = Return.objects.filter(number=OuterRef("number"), version__gt=OuterRef("version"), state__in=DONE)
    return rows.filter(Q(state__in=DONE) | Q(version=1)).exclude(Exists(newer))


def returned(places: Iterable[Range], most: int = 50) -> list[Return]:
    rows = standing(Return.objects.filter(in_places("area", places), state__in=DONE))
    return list(
        rows.select_related("issue__edition__form__unit").defer("rows", "cells").order_by("-submitted_at")[:most]
    )


@dataclass
class RollUp:
    """A sending over its places: `totals` add up the figures of those that returned."""

    issue: Issue
    sheet: FormSheet
    returns: list[Return]
    totals: dict[str, float] = field(default_factory=dict)

    @property
    def missing(self) -> list[Return]:
        return [one for one in self.returns if one.state in UNDONE]


def roll_up(issue: Issue) -> RollUp:
    sheet = sheet_of(issue.edition)
    rows = list(standing(issue.returns.all()).defer("rows").order_by("area"))
    found = RollUp(issue, sheet, rows)
    for key in sheet.columns:
        values = [one.cells[key][0] for one in rows if one.state in DONE and key in one.cells]
        values = [value for value in values if value is not None]
        numbers = [value for value in values if isinstance(value, int | float)]
        if numbers and len(numbers) == len(values):
            found.totals[key] = sum(numbers)
    return found


@dataclass(frozen=True)
class Burden:
    """What a form asked in a month: cells that filled themselves, that were to be confirmed, that were to be typed."""

    month: dt.date
    form: str
    unit: str
    returns: int
    known: int
    old: int
    asked: int
    minutes: float

    @property
    def cells(self) -> int:
        return self.known + self.old + self.asked

    @property
    def share(self) -> float:
        """How much of a hundred nobody had to type."""
        return round((self.known + self.old) * 100 / self.cells, 1) if self.cells else 100.0


def burden(scope: Scope, since: dt.date) -> list[Burden]:
    """By month, form and department, the newest first."""
    mine = in_places("area", scope.places) | Q(unit__in=scope.units)
    rows = (
        Return.objects.filter(mine, version=1, issue__on__gte=since)
        .values(month=TruncMonth("issue__on"), form=F("issue__edition__title"), asking=F("unit__name"))
        .annotate(n=Count("pk"), known_=Sum("known"), old_=Sum("old"), asked_=Sum("asked"))
        .order_by("-month", "-asked_", "form")
    )
    rates = rates_on(settings.CONFIG.area, since)
    return [
        Burden(
            row["month"], row["form"], row["asking"], row["n"], row["known_"], row["old_"], row["asked_"],
            row["n"] * rates["a_return"] + row["asked_"] * rates["a_typed"] + row["old_"] * rates["a_confirmed"],
        )
        for row in rows
    ]  # fmt: skip


def by_number(number: str) -> Return | None:
    """The newest version of a return that stands on paper under this number."""
    return Return.objects.filter(number__iexact=number.strip()[:24], current=True).first()


def communities_below(area: int, on: dt.date) -> dict[int, str]:
    rows = Area.objects.as_of(on).below(area).base_units().order_by("code")
    return dict(rows.values_list("code", "name"))


def offered(unit: Unit, on: dt.date) -> dict[str, FormSheet]:
    """The packs' forms of matters that the unit may send, which no unit of its place took yet."""
    taken = set(Form.objects.filter(area=unit.area, last=None).exclude(name="").values_list("name", flat=True))
    there = matters.at(unit.area, on)
    return {
        name: one
        for name, one in packs.forms(unit.area, on).items()
        if name not in taken and one.matter in there and may_send(there[one.matter], unit)
    }
