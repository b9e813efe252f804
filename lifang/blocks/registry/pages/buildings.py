"""Who lives where, building by building: the board that a worker carries through the stairwells."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from lifang.blocks.registry.models import Conflict, Person
from lifang.blocks.registry.pages.looking import BOARD, leaves_a_row, looked
from lifang.blocks.registry.pages.persons import place_name, rows_of
from lifang.blocks.registry.queries import age
from lifang.ground.access.doors import serves
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas.codes import COMMUNITY, level_of, parent_of
from lifang.ground.areas.queries import names
from lifang.ground.typed import whole

HOME = re.compile(r"(?P<gate>\D+\d+)-(?P<building>\d+)-(?P<entrance>\d+)-(?P<flat>\d+)")
ON_A_FLOOR = 100
OLD, YOUNG = 80, 6


@dataclass
class Flat:
    """One home of a building: how many live there, and what a visitor should know before ringing."""

    home: str
    number: int
    persons: int = 0
    old: int = 0
    young: int = 0
    conflicts: int = 0

    @property
    def alone(self) -> bool:
        """One old person is all who is on record here."""
        return self.persons == 1 and self.old == 1

    @property
    def title(self) -> str:
        marks = [
            _("只有一位 80 岁以上老人") if self.alone else "",
            _("{n} 位 80 岁以上").format(n=self.old) if self.old and not self.alone else "",
            _("{n} 位 6 岁以下").format(n=self.young) if self.young else "",
            _("{n} 项说法不一").format(n=self.conflicts) if self.conflicts else "",
        ]
        return "，".join([_("{flat} 室 {n} 人").format(flat=self.number, n=self.persons), *filter(None, marks)])


@dataclass
class Entrance:
    """One stairwell, its floors from the top down."""

    number: int
    floors: dict[int, list[Flat]] = field(default_factory=lambda: defaultdict(list))

    @property
    def from_the_top(self) -> list[tuple[int, list[Flat]]]:
        return [
            (floor, sorted(self.floors[floor], key=lambda flat: flat.number)) for floor in sorted(self.floors)[::-1]
        ]


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def buildings(request: HttpRequest) -> HttpResponse:
    """`/desk/persons/buildings/`: the communities of one's places, then the buildings of one of them."""
    area, day = _area(request), today()
    found = _residents().exclude(home=None)
    if area is None:
        counts = Counter(_community(code) for code in found.values_list("area", flat=True))
        places = names(counts, day)
        rows = [(code, places.get(code, ""), n) for code, n in sorted(counts.items())]
        if len(rows) != 1:
            return render(request, "registry/buildings.html", {"communities": rows})
        area = rows[0][0]
    homes = Counter(_building(home) for home in found.within(area).values_list("home", flat=True))
    listed = sorted(((at, n) for at, n in homes.items() if at), key=lambda one: _in_order(one[0]))
    place = place_name(area, names([area, parent_of(area)], day))
    return render(
        request,
        "registry/buildings.html",
        {"area": area, "place": place, "buildings": [(at, words(at), n) for at, n in listed]},
    )


@never_cache
@require_safe
@leaves_a_row
@serves("person.read")
def board(request: HttpRequest, at: str) -> HttpResponse:
    """`/desk/persons/buildings/<road, gate and building>/`: floors and flats; with `?flat=` who lives in one of them."""
    day = today()
    found = list(_residents().filter(home__startswith=f"{at}-").order_by("home", "birth"))
    if not found or _building(found[0].home or "") != at:
        raise Http404(_("没有登记过这栋楼的住户。"))
    looked(request, what=BOARD, area=found[0].area, found=len(found))
    entrances = _entrances(found)
    chosen = request.GET.get("flat", "")
    inside = [person for person in found if person.home == chosen]
    if chosen and not inside:
        raise Http404(_("这一户没有登记过住户。"))
    places = names({code for person in inside for code in (person.area, parent_of(person.area))}, day)
    return render(
        request,
        "registry/board.html",
        {
            "at": at,
            "title": words(at),
            "entrances": [entrances[number] for number in sorted(entrances)],
            "area": _community(found[0].area),
            "persons": len(found),
            "chosen": chosen,
            "chosen_title": words(chosen),
            "rows": rows_of(inside, places, day),
        },
    )


def _area(request: HttpRequest) -> int | None:
    area = whole(request.GET.get("area", ""))
    return area if area and area < 10**15 and level_of(area) >= COMMUNITY else None


def _residents() -> Any:
    """Living residents of the places in scope, by conditions that an index serves."""
    return Person.objects.standing().filter(in_places("area", current().places), died_on=None)


def _community(area: int) -> int:
    return parent_of(area) if level_of(area) > COMMUNITY else area


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


def _entrances(persons: list[Person]) -> dict[int, Entrance]:
    day, entrances, flats = today(), dict[int, Entrance](), dict[str, Flat]()
    unsettled = Counter(Conflict.objects.filter(person__in=persons, open=True).values_list("person", flat=True))
    for person in persons:
        found = HOME.fullmatch(person.home or "")
        if found is None:
            continue
        entrance = entrances.setdefault(int(found["entrance"]), Entrance(int(found["entrance"])))
        flat = flats.get(found[0])
        if flat is None:
            flat = flats[found[0]] = Flat(found[0], int(found["flat"]))
            entrance.floors[flat.number // ON_A_FLOOR].append(flat)
        years = age(person.birth, day)
        flat.persons += 1
        flat.old += years is not None and years >= OLD
        flat.young += years is not None and years < YOUNG
        flat.conflicts += unsettled[person.pk]
    return entrances
