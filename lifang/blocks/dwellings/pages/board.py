"""Who lives where, building by building: the board that a worker carries through the stairwells."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.dwellings import beside
from lifang.blocks.dwellings.models import Building, Dwelling
from lifang.blocks.dwellings.plans import ON_A_FLOOR, STATES
from lifang.blocks.dwellings.queries import dwellings_on, near
from lifang.blocks.dwellings.residents import Elsewhere, elsewhere, living
from lifang.blocks.dwellings.residents import standing as _residents
from lifang.blocks.packs import service as packs
from lifang.blocks.registry.children import hidden
from lifang.blocks.registry.models import Conflict, Person
from lifang.blocks.registry.pages.looking import BOARD, leaves_a_row, looked
from lifang.blocks.registry.pages.persons import place_name, rows_of
from lifang.blocks.registry.queries import age
from lifang.blocks.registry.then import asked_day, reached
from lifang.ground.access.doors import Foreign, holdings, serves
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Holdings, current
from lifang.ground.areas.codes import COMMUNITY, STREET, WIDTHS, at_level, level_of, parent_of, span
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

HOME = re.compile(r"(?P<gate>\D+\d+)-(?P<building>\d+)-(?P<entrance>\d+)-(?P<flat>\d+)")
OLD, YOUNG = 80, 6
EMPTY = "3"
LIVED_IN = ("1", "2")
DUE, LIST = "due", "list"


@dataclass
class Flat:
    """One home of a building: who lives there, and what a visitor should know before ringing. `dwelling` is None where
    the building is not laid out or has no such flat."""

    home: str
    entrance: int
    number: int
    dwelling: Dwelling | None = None
    state: str = ""
    who: list[Person] = field(default_factory=list)
    guarded: set[int] = field(default_factory=set)
    """Children who are counted here and not named to this reader."""
    old: int = 0
    young: int = 0
    conflicts: int = 0
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    marks: Sequence[beside.Mark] = ()

    @property
    def persons(self) -> int:
        return len(self.who)

    @property
    def alone(self) -> bool:
        """One old person is all who is on record here."""
        return self.persons == 1 and self.old == 1

    @property
    def due(self) -> list[str]:
        return [mark.due for mark in self.marks if mark.due]

    @property
    def last(self) -> dt.date | None:
        return max((mark.last for mark in self.marks if mark.last), default=None)

    @property
    def url(self) -> str:
        return next((mark.url for mark in self.marks if mark.url), "")

    @property
    def named(self) -> list[Person]:
        return [person for person in self.who if person.pk not in self.guarded]

    @property
    def names(self) -> str:
        children = [_("儿童 {n} 人").format(n=len(self.guarded))] if self.guarded else []
        return _("、").join([*(person.name for person in self.named), *children])

    @property
    def held(self) -> list[tuple[str, Sequence[Person]]]:
        """Why people stand here whose home is another, and those of them who may be named."""
        away = [one for one in self.elsewhere.second if one.home]
        unclear = [one for one in self.elsewhere.second if not one.home]
        words = (
            (_("另有登记住在这里，按部门先后算住在别处"), away),
            (_("有部门登记住在这里，算数的现住址没有写到室"), unclear),
            (_("户口在这里，人住在别处（人户分离）"), self.elsewhere.registered),
        )
        return [(why, people) for why, people in words if people]

    @property
    def kept(self) -> int:
        """How many stand here whose home is another."""
        return len(self.elsewhere.second) + len(self.elsewhere.registered) + self.elsewhere.unnamed

    @property
    def doubt(self) -> str:
        """What is said of the flat and who is on record there do not go together."""
        if self.dwelling is None:
            return ""
        if self.who and self.dwelling.state == EMPTY:
            return _("登记为空置，但有人登记住在这里")
        if not self.who and not self.kept and self.dwelling.state in LIVED_IN:
            return _("有人住，但没有登记是谁")
        return ""

    @property
    def title(self) -> str:
        marks = [
            _("只有一位 80 岁以上老人") if self.alone else "",
            _("{n} 位 80 岁以上").format(n=self.old) if self.old and not self.alone else "",
            _("{n} 位 6 岁以下").format(n=self.young) if self.young else "",
            _("{n} 项说法不一").format(n=self.conflicts) if self.conflicts else "",
            _("另有 {n} 人登记在这里").format(n=self.kept) if self.kept else "",
            self.state,
            self.doubt,
            *self.due,
        ]
        return "，".join([_("{flat} 室 {n} 人").format(flat=self.number, n=self.persons), *filter(None, marks)])


@dataclass
class Entrance:
    """One stairwell, its floors from the top down; flats of the same last digits stand above each other."""

    number: int
    floors: dict[int, list[Flat]] = field(default_factory=lambda: defaultdict(list))

    @property
    def from_the_top(self) -> list[tuple[int, list[Flat | None]]]:
        columns = sorted({flat.number % ON_A_FLOOR for flats in self.floors.values() for flat in flats})
        rows = {floor: {flat.number % ON_A_FLOOR: flat for flat in flats} for floor, flats in self.floors.items()}
        return [(floor, [rows[floor].get(column) for column in columns]) for floor in sorted(rows)[::-1]]


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def buildings(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/buildings/`: the communities of one's places, then the buildings of one of them."""
    return render(request, "dwellings/buildings.html", listed(request))


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def board(request: HttpRequest, community: int, at: str) -> HttpResponse:
    """`/desk/persons/buildings/<community>/<road, gate and building>/`: floors and flats; with `?flat=` who lives in one
    of them; with `?show=list` or `?show=due` flat by flat with names."""
    return render(request, "dwellings/board.html", shown(request, community, at))


@never_cache
@require_safe
@serves("person.read")
def board_by_door(request: HttpRequest, at: str) -> HttpResponse:
    """`/desk/persons/buildings/<road, gate and building>/`, as links were written once."""
    return redirect(now_at(request, at, "buildings", "building"))


def listed(request: HttpRequest) -> dict[str, Any]:
    """What both faces show of the buildings of a place; the view stands under `person.read`."""
    area, day = _area(request), today()
    residents = _residents().exclude(home=None)
    laid_out = near(current().places)
    may_lay = holdings(request).holds("dwelling.manage")
    if area is None:
        counts = dict.fromkeys(_communities(laid_out).values_list("community", flat=True).distinct(), 0)
        counts |= dict(_communities(residents).values_list("community").annotate(n=Count("pk")).order_by())
        places = names(counts, day)
        rows = [(code, places.get(code, ""), n) for code, n in sorted(counts.items())]
        if len(rows) != 1:
            return {"communities": rows, "may_lay": may_lay}
        area = rows[0][0]
    persons = Counter(_building(home) for home in residents.within(area).values_list("home", flat=True) if home)
    within = span(at_level(area, COMMUNITY))
    known = {one.at: one for one in laid_out.filter(area__gte=within.start, area__lt=within.stop)}
    found = sorted({at for at in (*persons, *known) if at}, key=_in_order)
    return {
        "area": area,
        "community": at_level(area, COMMUNITY),
        "place": place_name(area, names([area, parent_of(area)], day)),
        "buildings": [(at, words(at), persons[at], known.get(at)) for at in found],
        "not_laid_out": len(set(found) - known.keys()),
        "may_lay": may_lay,
    }


def shown(request: HttpRequest, community: int, at: str) -> dict[str, Any]:
    """What both faces show of one building; the view stands under `person.read` and within `leaves_a_row`."""
    if community >= 10**15 or level_of(community) != COMMUNITY:
        raise Foreign(_("没有登记过这栋楼。"), kind="building", object_id=at[:60], area=None)
    within = span(community)
    building = near(current().places).filter(at=at, area__gte=within.start, area__lt=within.stop).first()
    on = asked_day(request.GET.get("on", ""))
    residents = living(community, at, on)
    if building is None and (not residents or _building(residents[0].home or "") != at):
        raise Foreign(_("没有登记过这栋楼。"), kind="building", object_id=at[:60], area=None)
    away = elsewhere(community, at, on)
    area = building.area if building else residents[0].area
    looked(request, what=BOARD, area=area, found=len(residents), **({"on": on} if on else {}))
    flats = _flats(building, residents, away, area, holdings(request), on)
    if on is None:
        for home, found in beside.marks(request, {flat.home: flat.who for flat in flats.values() if flat.who}).items():
            flats[home].marks = found
    show = request.GET.get("show", "") if request.GET.get("show") in (DUE, LIST) else ""
    every = sorted(flats.values(), key=lambda flat: (flat.entrance, -flat.number))
    return {
        "at": at,
        "title": words(at),
        "building": building,
        "entrances": _entrances(every),
        "area": community,
        "persons": len(residents),
        "flats": len(every),
        "vacant": sum(1 for flat in every if not flat.who and not flat.kept),
        "kept": sum(1 for flat in every if not flat.who and flat.kept),
        "on": on,
        "today": today(),
        "asked": f"&on={on}" if on else "",
        "due": sum(1 for flat in every if flat.due),
        "show": show,
        "rows": [flat for flat in every if flat.due or show == LIST] if show else [],
        "may_manage": holdings(request).holds("dwelling.manage"),
        **_chosen(request, flats, on),
    }


def _chosen(request: HttpRequest, flats: Mapping[str, Flat], on: dt.date | None) -> dict[str, Any]:
    chosen = request.GET.get("flat", "")
    if not chosen:
        return {"chosen": None}
    flat = flats.get(chosen)
    if flat is None:
        raise Http404(_("这栋楼没有登记过这一户。"))
    day = on or today()
    held = [person.pk for _why, people in flat.held for person in people]
    places = names({code for person in flat.named for code in (person.area, parent_of(person.area))}, day)
    return {
        "chosen": flat,
        "chosen_title": words(chosen),
        "who": rows_of(flat.named, places, day, on=on),
        "open": set(held) if on is None else reached(held),
        "may_note": on is None and flat.dwelling is not None and holdings(request).holds("dwelling.note"),
    }


def _area(request: HttpRequest) -> int | None:
    area = whole(request.GET.get("area", ""))
    return area if area and area < 10**15 and level_of(area) >= COMMUNITY else None


def _communities(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows whose place is a community or within one, with its code."""
    below = F("area") % WIDTHS[STREET]
    found = rows.alias(below=below).filter(below__gte=WIDTHS[COMMUNITY])
    return found.annotate(community=F("area") - F("area") % WIDTHS[COMMUNITY])


def now_at(request: HttpRequest, at: str, several: str, one: str) -> str:
    """Where a building without its community is: on its board, or where communities are chosen if several have it."""
    codes = set(near(current().places).filter(at=at).values_list("area", flat=True))
    lives = _residents().filter(home__startswith=f"{at}-").values_list("home", "area")
    codes |= {area for home, area in lives if home and _building(home) == at}
    found = {at_level(code, COMMUNITY) for code in codes if level_of(code) >= COMMUNITY}
    if not found:
        raise Foreign(_("没有登记过这栋楼。"), kind="building", object_id=at[:60], area=None)
    if len(found) > 1:
        return reverse(several)
    query = request.GET.urlencode()
    return reverse(one, args=[found.pop(), at]) + (f"?{query}" if query else "")


def _building(home: str) -> str:
    found = HOME.fullmatch(home)
    return f"{found['gate']}-{found['building']}" if found else ""


def _in_order(at: str) -> tuple[str, list[int]]:
    return re.sub(r"\d+", "", at), [int(number) for number in re.findall(r"\d+", at)]


def words(at: str) -> str:
    """«长春路12-3-2-501» → 长春路12号3栋2单元501室, and likewise for its parts."""
    parts = at.split("-")
    units = ("号", "栋", "单元", "室")
    return "".join(part + unit for part, unit in zip(parts, units, strict=False))


def _flats(
    building: Building | None, residents: Iterable[Person], away: Mapping[str, Elsewhere], area: int, mine: Holdings,
    on: dt.date | None,
) -> dict[str, Flat]:  # fmt: skip
    day, flats = on or today(), dict[str, Flat]()
    states = packs.code_list(STATES, area).values
    for one in dwellings_on(building, on) if building else ():
        flats[one.home] = Flat(one.home, one.entrance, one.number, one, states.get(one.state, ""))
    unsettled = Counter[int]()
    if on is None:
        unsettled.update(Conflict.objects.filter(person__in=residents, open=True).values_list("person", flat=True))
    for person in residents:
        if (flat := _flat(flats, person.home)) is None:
            continue
        years = age(person.birth, day)
        flat.who.append(person)
        if hidden(person, mine, today()):
            flat.guarded.add(person.pk)
        flat.old += years is not None and years >= OLD
        flat.young += years is not None and years < YOUNG
        flat.conflicts += unsettled[person.pk]
    for home, people in away.items():
        if flat := _flat(flats, home):
            flat.elsewhere = people.sheltered(lambda one: hidden(one, mine, today()))
    return flats


def _flat(flats: dict[str, Flat], home: str | None) -> Flat | None:
    """The flat of a home, which many buildings have without being laid out."""
    found = HOME.fullmatch(home or "")
    return found and flats.setdefault(found[0], Flat(found[0], int(found["entrance"]), int(found["flat"])))


def _entrances(flats: Iterable[Flat]) -> list[Entrance]:
    found: dict[int, Entrance] = {}
    for flat in flats:
        entrance = found.setdefault(flat.entrance, Entrance(flat.entrance))
        entrance.floors[flat.number // ON_A_FLOOR].append(flat)
    return [found[number] for number in sorted(found)]
