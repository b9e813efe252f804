"""Reading the tree of places: as of a date, below a place, by level, by words."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from django.db import connection, models

from lifang.ground import prepared
from lifang.ground.areas import codes, history

if TYPE_CHECKING:
    from lifang.ground.areas.models import Area, AreaChange  # noqa: F401

LIGHT = ("boundary",)
STAMP = "SELECT number, xmin::text FROM areas_edition"
MOST_HELD = 50_000
NAMES = "SELECT code, name FROM areas_area WHERE code = ANY(%s) AND valid @> %s::date"
BELOW = "SELECT code, name FROM areas_area WHERE parent_code = %s AND valid @> %s::date ORDER BY code"


class AreaQuery(models.QuerySet["Area"]):
    """Chain from the date: `Area.objects.as_of(day).below(code).at_level(5)`."""

    def as_of(self, day: dt.date) -> Self:
        return self.filter(valid__contains=day)

    def open(self) -> Self:
        """Versions without an end."""
        return self.filter(valid__upper_inf=True)

    def coded(self, *wanted: int) -> Self:
        return self.filter(code__in=wanted)

    def below(self, code: int) -> Self:
        """The place itself and everything in it."""
        reach = codes.span(code)
        return self.filter(code__gte=reach.start, code__lt=reach.stop)

    def children_of(self, code: int) -> Self:
        return self.filter(parent_code=code)

    def at_level(self, level: int) -> Self:
        return self.filter(level=level)

    def base_units(self) -> Self:
        """Communities and villages, without what is no place to live in."""
        return self.filter(level=codes.COMMUNITY).exclude(kind="non_place")

    def grids(self, layer: str | None = None) -> Self:
        found = self.filter(level=codes.GRID)
        return found.filter(layer=layer) if layer else found

    def search(self, words: str) -> Self:
        """By part of the name, first letters of the pinyin, or leading digits of the code (old codes too)."""
        words = words.strip()
        wanted = models.Q(name__contains=words)
        if words.isascii() and words.isalpha():
            wanted |= models.Q(initials__startswith=words.lower())
        if words.isascii() and words.isdigit() and 2 <= len(words) <= codes.DIGITS:
            low = int(words.ljust(codes.DIGITS, "0"))
            high = low + 10 ** (codes.DIGITS - len(words))
            wanted = models.Q(code__gte=low, code__lt=high) | models.Q(code__in=history.heirs_of_span(range(low, high)))
        return self.filter(wanted).order_by("level", "code")

    def light(self) -> Self:
        """Without boundaries, for lists."""
        return self.defer(*LIGHT).order_by("code")


class ChangeQuery(models.QuerySet["AreaChange"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)

    def touching(self, code: int) -> Self:
        reach = codes.span(code)
        above = [*codes.ancestors(code), codes.NATION]
        return self.filter(models.Q(area__gte=reach.start, area__lt=reach.stop) | models.Q(area__in=above))


def edition() -> int:
    """The number of the tree's present state."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM areas_edition")
        return int(cursor.fetchone()[0])


class _Held:
    """What the process knows of the tree as it stood on one day in one edition."""

    def __init__(self) -> None:
        self.names: dict[int, str | None] = {}
        self.below: dict[int, list[tuple[int, str]]] = {}


@lru_cache(maxsize=8)
def _held(stamp: tuple[int, str], on: dt.date) -> _Held:
    return _Held()


def _now_held(on: dt.date) -> _Held:
    """The transaction that wrote the edition is part of the stamp, so that one that was undone leaves no names behind."""
    held = _held(prepared.run(STAMP, [])[0], on)
    if len(held.names) + len(held.below) > MOST_HELD:
        _held.cache_clear()
    return held


def names(wanted: Iterable[int], on: dt.date) -> dict[int, str]:
    """Code → name on a day, in one query at most; codes unknown on that day are left out."""
    held, codes_ = _now_held(on).names, set(wanted)
    if missing := [code for code in codes_ if code not in held]:
        found = dict(prepared.run(NAMES, [list(missing), on]))
        held.update({code: found.get(code) for code in missing})
    return {code: name for code in codes_ if (name := held[code]) is not None}


def children(code: int, on: dt.date) -> list[tuple[int, str]]:
    """Code and name of the places right below one, by code."""
    below = _now_held(on).below
    if code not in below:
        below[code] = prepared.run(BELOW, [code, on])
    return below[code]


def full_names(wanted: Iterable[int], on: dt.date, top: int = codes.CITY) -> dict[int, str]:
    """Code → names joined from level `top` down, as on a letterhead: 南昌市东湖区…社区第3网格."""
    wanted = set(wanted)
    paths = {code: [code, *codes.ancestors(code)] for code in wanted}
    known = names({step for path in paths.values() for step in path}, on)
    return {
        code: "".join(known.get(step, "") for step in reversed(path) if codes.level_of(step) >= top)
        for code, path in paths.items()
    }
