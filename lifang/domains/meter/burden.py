"""What the lines add up to: the burden of a unit by quarter, matters per worker, the three kinds, whose work it is, time to learn."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, F
from django.db.models import Sum as Sum_

from lifang.blocks.matters import queries as matters
from lifang.blocks.packs import service as packs
from lifang.domains.gate.models import Reach
from lifang.domains.meter import plates
from lifang.domains.meter.measured import DAY, Reader, Sum, by_place, sums, tasks_of
from lifang.domains.meter.models import Occasion
from lifang.ground.access.models import Grant
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import COMMUNITY, at_level, span
from lifang.ground.areas.models import Area

COUNTS = ("items", "ledgers", "meetings", "inspections", "plates", "certificates")
SORTS = {"task": "items", "data": "ledgers", "form": "ledgers", "meeting": "meetings", "inspection": "inspections",
         "plate": "plates", "certificate": "certificates"}  # fmt: skip
TYPING, VISITS, LEARNING = ("form", "data"), ("visit",), ("learning",)
VILLAGES = ("village", "quasi_village")
HANDLED = ("law", "assist", "certify")


def month(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the month of a day."""
    first = day.replace(day=1)
    return first, (first + 31 * DAY).replace(day=1) - DAY


def before(day: dt.date) -> dt.date:
    """A day of the month before."""
    return day.replace(day=1) - DAY


def quarter(day: dt.date) -> tuple[dt.date, dt.date]:
    first = dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return first, (first + 95 * DAY).replace(day=1) - DAY


@dataclass(frozen=True)
class Burden:
    """Six counts and the hours asked in a spell. Plates are those that hang on its last day (or today)."""

    since: dt.date
    until: dt.date
    counts: Mapping[str, int]
    hours: float


@dataclass(frozen=True)
class Index:
    now: Burden
    last: Burden


def index(area: int, on: dt.date) -> Index:
    """A unit's quarter against the one before."""
    now = quarter(on)
    return Index(_burden(area, now, on), _burden(area, quarter(now[0] - DAY), on))


def _burden(area: int, spell: tuple[dt.date, dt.date], on: dt.date) -> Burden:
    found = sums(Reader(area), *spell, by=("kind", "sending"), kept=False, own=False)
    counts = Counter(dict.fromkeys(COUNTS, 0))
    for one in found:
        if name := SORTS.get(one.key[0]):
            counts[name] += 1
    counts["plates"] = len(plates.hanging(area, min(spell[1], on)))
    return Burden(*spell, counts, sum(one.minutes for one in found) / 60)


def heaviest(area: int, on: dt.date, communities: Sequence[int]) -> list[int]:
    """The communities by what was asked of them this quarter, the most first."""
    asked = {one.key[0]: one.minutes for one in by_place(Reader(area), *quarter(on))}
    return sorted(communities, key=lambda code: (-asked.get(code, 0), code))


@dataclass(frozen=True)
class Load:
    """A unit's matters and its workers on a day."""

    area: int
    name: str
    village: bool
    matters: int
    workers: int
    minutes: int

    @property
    def ratio(self) -> float | None:
        return self.matters / self.workers if self.workers else None


def loads(area: int, on: dt.date) -> list[Load]:
    """The communities below a place, those with most matters a worker first. It compares units, never people."""
    places = list(
        Area.objects.as_of(on).below(area).at_level(COMMUNITY).order_by("code").values_list("code", "name", "kind")
    )
    handled = _handled(area, on, [code for code, _n, _k in places])
    asked = {one.key[0]: one.minutes for one in by_place(Reader(area), *month(on))}
    staff = workers(area)
    found = [
        Load(code, name, kind in VILLAGES, handled[code], staff.get(code, 0), asked.get(code, 0))
        for code, name, kind in places
    ]
    return sorted(found, key=lambda one: (-(one.ratio or 0), -one.minutes, one.area))


def _handled(area: int, on: dt.date, communities: Iterable[int]) -> Mapping[int, int]:
    """How many matters each has: those of its catalogues, and what was admitted for it or for a place above."""
    admitted = [span(one) for one in matters.admitted().below(area).in_force(on).values_list("area", flat=True)]
    listed: dict[str, int] = {}
    found = {}
    for code in communities:
        pack = packs.pack_for(code).name
        if pack not in listed:
            listed[pack] = sum(one.class_ in HANDLED for _pack, _list, one in packs.matters(code, on).values())
        found[code] = listed[pack] + sum(code in below for below in admitted)
    return found


def workers(area: int) -> Mapping[int, int]:
    """Community → how many people hold a community or grid worker's role there."""
    below = span(area)
    with system_scope("meter.workers"):
        held = Grant.objects.in_force().filter(
            area__gte=below.start, area__lt=below.stop, role__code__in=("community_worker", "grid_worker")
        )
        people = {(at_level(code, COMMUNITY), user) for code, user in held.values_list("area", "user")}
    return Counter(code for code, _user in people)


def three_kinds(reader: Reader, since: dt.date, until: dt.date, area: int) -> Mapping[str, int]:
    """Minutes of administrative work by kind; "" is what nobody classed. Together they are all of it."""
    found = sums(reader, since, until, by=("matter",), kept=False, own=False)
    kinds = tasks_of((one.key[0] for one in found), area, until)
    minutes: dict[str, int] = defaultdict(int)
    for one in found:
        minutes[kinds[one.key[0]]] += one.minutes
    return minutes


@dataclass(frozen=True)
class Share:
    """Minutes that others asked, and minutes of a community's own: visits, learning, what it called itself."""

    asked: int
    own: int

    @property
    def percent(self) -> float | None:
        total = self.asked + self.own
        return 100 * self.asked / total if total else None


def share(reader: Reader, since: dt.date, until: dt.date) -> Share:
    found = {one.key[0]: one.minutes for one in sums(reader, since, until, by=("own",), kept=False)}
    return Share(found.get(False, 0), found.get(True, 0))


@dataclass(frozen=True)
class Use:
    """Minutes of a unit's month: typing, calls and checks, visits, learning, all else."""

    typing: int
    called: int
    visits: int
    learning: int
    other: int

    @property
    def total(self) -> int:
        return self.typing + self.called + self.visits + self.learning + self.other

    def percent(self, minutes: int) -> float | None:
        return 100 * minutes / self.total if self.total else None

    @property
    def learning_percent(self) -> float | None:
        return self.percent(self.learning)


def use(reader: Reader, since: dt.date, until: dt.date) -> Use:
    """Where the time of a unit goes; of a unit, for nobody's day is known."""
    found = {one.key[0]: one.minutes for one in sums(reader, since, until, by=("kind",), kept=False)}

    def of(kinds: Iterable[str]) -> int:
        return sum(found.get(kind, 0) for kind in kinds)

    told = (of(TYPING), of(("meeting", "inspection")), of(VISITS), of(LEARNING))
    return Use(*told, other=sum(found.values()) - sum(told))


@dataclass(frozen=True)
class Learning:
    """The hours that each of `communities` should keep for learning in a month, and how many kept fewer."""

    least: packs.Resolved
    communities: int
    short: int


def learning(area: int, on: dt.date) -> Learning:
    since, until = month(on)
    least = packs.value("calendar.learning_hours", area, on)
    below = span(area)
    kept = (
        Occasion.objects.standing()
        .filter(kind=Occasion.Kind.LEARNING, area__gte=below.start, area__lt=below.stop, since__range=(since, until))
        .values("area")
        .annotate(minutes=Sum_(F("minutes") * F("persons")))
        .filter(minutes__gte=60 * least.value)
    )
    communities = Area.objects.as_of(on).below(area).at_level(COMMUNITY).count()
    with system_scope("meter.learning"):
        return Learning(least, communities, communities - len(kept))


@dataclass(frozen=True)
class Month:
    """A month of a place: what was asked, what was kept away, what came by itself, what was merged."""

    since: dt.date
    until: dt.date
    asked: Sum
    kept: Sum
    merged: int
    saved: int
    filled_minutes: int

    @property
    def without(self) -> int:
        """What it would have been: asked, kept away, merged and filled together."""
        return self.asked.minutes + self.kept.minutes + self.saved + self.filled_minutes


def month_of(reader: Reader, on: dt.date, area: int) -> Month:
    return spell(reader, *month(on), area)


def spell(reader: Reader, since: dt.date, until: dt.date, area: int) -> Month:
    by = {one.key[0]: one for one in sums(reader, since, until, by=("kept",), own=False)}
    none = Sum((), 0, 0, 0)
    asked, kept = by.get(False, none), by.get(True, none)
    merged, saved = merged_away(reader, since, until)
    typed = packs.value("forms.minutes_a_typed", area, until).value
    return Month(since, until, asked, kept, merged, saved, round(asked.filled * typed))


def merged_away(reader: Reader, since: dt.date, until: dt.date) -> tuple[int, int]:
    """How many of the calendar were merged into others, and the minutes that communities were spared."""
    reaches = Reach.objects.filter(
        sending__occasion__state=Occasion.State.MERGED, sending__occasion__since__range=(since, until), kept=False
    )
    if reader.units or reader.place is None:
        reaches = reaches.filter(unit__in=reader.units)
    if reader.place is not None:
        below = span(reader.place)
        reaches = reaches.filter(area__gte=below.start, area__lt=below.stop)
    each = F("sending__occasion__minutes") * F("sending__occasion__persons")
    with system_scope("meter.merged"):
        found = reaches.aggregate(n=Count("sending", distinct=True), minutes=Sum_(each, default=0))
    return found["n"], found["minutes"]
