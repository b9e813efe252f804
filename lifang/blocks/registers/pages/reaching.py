"""What a page of registers is about: its place, its day, its kind, its entry."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import RegisterKind
from lifang.blocks.registers.models import Entry
from lifang.blocks.registers.queries import When
from lifang.ground.access.doors import Foreign, holdings
from lifang.ground.access.ranges import day_in, today
from lifang.ground.areas import switching
from lifang.ground.areas.codes import COMMUNITY, GRID, at_level, level_of, span
from lifang.ground.typed import whole

READ, EDIT, IMPORT, EXPORT = "register.read", "register.edit", "register.import", "register.export"


def when_of(request: HttpRequest) -> When:
    """`on` is a day, today if none; with `then` as it was known at its end."""
    day = day_in(request.GET.get("on", "")) or today()
    return When(day, request.GET.get("then") == "1" and day < today())


def place_of(request: HttpRequest, function: str = READ, given: str | None = None) -> int:
    """The place asked for within the reader's, else the first of them."""
    roots = roots_of(request, function)
    asked = whole(request.GET.get("area", "") if given is None else given)
    return asked if asked is not None and reached(asked, roots) else roots[0]


def reached(place: int, roots: Iterable[int]) -> bool:
    return place < 10**15 and any(place in span(root) for root in roots)


def roots_of(request: HttpRequest, function: str = READ) -> list[int]:
    """The widest places of a function. Who works in a grid reads what stands at its community."""
    held = holdings(request).roots(function)
    return sorted({at_level(area, COMMUNITY) if level_of(area) == GRID and function == READ else area for area in held})


def switch(request: HttpRequest, place: int, when: When) -> dict[str, Any]:
    """The frame's place switcher, and what every page shows of place and day."""
    asked = request.GET.copy()
    asked.pop("page", None)

    def to(code: int) -> str:
        asked["area"] = str(code)
        return f"?{asked.urlencode()}"

    return {**switching.switch(roots_of(request), place, today(), to), "place": place, "when": when, "today": today()}


def kind_here(name: str, place: int) -> RegisterKind:
    kind = packs.register_kinds(place).get(name)
    if kind is None:
        raise Http404(_("没有这种登记册。"))
    return kind


def entry_here(pk: int) -> tuple[Entry, RegisterKind]:
    entry = Entry.objects.filter(pk=pk).first() if pk < 10**18 else None
    if entry is None:
        raise Foreign(_("没有这一条登记，或者你没有查看它的权限。"), kind="register", object_id=str(pk), area=None)
    return entry, kind_here(entry.kind, entry.area)
