"""Where a person stands beyond what records say: in the heir of a place that passed, in the grid of their building."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

import polars as pl
from django.db import connection

from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Range
from lifang.ground.areas.codes import COMMUNITY, at_level, level_of
from lifang.ground.areas.models import Area, Succession
from lifang.ground.staging import stage

FLAT = re.compile(r"-[0-9]+-[0-9]+$")
Sites = Callable[[Collection[int]], Iterable[tuple[str, int]]]
SITES: list[Sites] = []
"""Of some communities, the buildings known there («长春路12-3») and the place of each, in a grid where that is known."""
WHERE = """
SELECT DISTINCT p.area, p.home IS NOT NULL FROM ({persons}) t JOIN registry_person p ON p.id = t.person
"""
TO_HEIRS = """
UPDATE registry_person p SET area = h.new FROM ({persons}) t, registry_heirs h WHERE p.id = t.person AND p.area = h.old
"""
# A ruling on somebody's place stands above where their building is.
TO_SITES = """
UPDATE registry_person p SET area = s.area FROM ({persons}) t, registry_sites s
WHERE p.id = t.person AND p.area = s.below AND regexp_replace(p.home, '-[0-9]+-[0-9]+$', '') = s.at
    AND NOT EXISTS (SELECT 1 FROM registry_ruling g WHERE g.person_id = p.id AND g.element = 'place')
"""


def place(persons: str) -> None:
    """Move persons on from where their records say they are; `persons` is SQL that gives their ids as `person`."""
    with connection.cursor() as cursor:
        cursor.execute(WHERE.format(persons=persons))
        move_on(persons, cursor.fetchall())


def move_on(persons: str, found: Sequence[tuple[int, bool]]) -> None:
    """The same of persons who stand in these places and have a home or none there."""
    with connection.cursor() as cursor:
        passed = _passed({area for area, _home in found})
        alone = [(old, min(heirs)) for old, heirs in passed.items() if len(heirs) == 1]
        if alone:
            stage("registry_heirs", "old bigint, new bigint", pl.DataFrame(alone, orient="row"))
            cursor.execute(TO_HEIRS.format(persons=persons))
        sites = _sites({area for area, home in found if home}, passed)
        if sites:
            stage("registry_sites", "below bigint, at text, area bigint", pl.DataFrame(sites, orient="row"))
            cursor.execute(TO_SITES.format(persons=persons))


def today_at(found: Collection[tuple[int, str | None]]) -> dict[tuple[int, str | None], tuple[int, set[int]]]:
    """Where places, as records say them with a home or none, are today; and the heirs of each, itself if it never passed."""
    passed = _passed({area for area, _home in found})
    sites = {(below, at): area for below, at, area in _sites({area for area, home in found if home}, passed)}
    stood = {}
    for area, home in found:
        heirs = passed.get(area) or {area}
        stands = min(heirs) if len(heirs) == 1 else area
        stood[area, home] = sites.get((stands, FLAT.sub("", home or "")), stands), heirs
    return stood


def passed_to(places: Sequence[Range]) -> set[int]:
    """Codes that passed to a place within these, through all changes."""
    found: set[int] = set()
    waiting = set(Succession.objects.filter(in_places("new_code", places)).values_list("old_code", flat=True))
    while waiting:
        found |= waiting
        steps = Succession.objects.filter(new_code__in=waiting)
        waiting = set(steps.values_list("old_code", flat=True)) - found
    return found


def _passed(areas: Collection[int]) -> dict[int, set[int]]:
    """Code → those standing today to which it passed, through all changes; codes that never passed are left out."""
    steps: dict[int, set[int]] = defaultdict(set)
    asked: set[int] = set()
    waiting = set(areas)
    while waiting:
        asked |= waiting
        rows = Succession.objects.filter(old_code__in=waiting, on__lte=today()).values_list("old_code", "new_code")
        for old, new in rows:
            steps[old].add(new)
        waiting = {new for old in waiting for new in steps.get(old, ())} - asked
    if not steps:
        return {}
    standing = set(Area.objects.as_of(today()).coded(*asked).values_list("code", flat=True))
    return {area: heirs for area in areas if area in steps and (heirs := _heirs(area, steps, standing))}


def _heirs(area: int, steps: dict[int, set[int]], standing: set[int]) -> set[int]:
    seen, waiting = set(), [area]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += steps.get(one, ())
    return seen & standing


def _sites(areas: Collection[int], passed: dict[int, set[int]]) -> list[tuple[int, str, int]]:
    """For each place in which somebody may stand too coarsely: the buildings there by their finer place."""
    reach: dict[int, set[int]] = {}
    for area in areas:
        heirs = passed.get(area) or {area}
        stands = min(heirs) if len(heirs) == 1 else area
        if len(heirs) > 1 or level_of(stands) == COMMUNITY:
            reach[stands] = heirs
    communities = {at_level(heir, COMMUNITY) for heirs in reach.values() for heir in heirs}
    known: dict[tuple[int, str], set[int]] = defaultdict(set)
    for at, area in (site for of in SITES for site in of(communities)) if communities else ():
        known[at_level(area, COMMUNITY), at].add(area)
        known[area, at].add(area)
    found = []
    for area, heirs in reach.items():
        here: dict[str, set[int]] = defaultdict(set)
        for (within, at), places in known.items():
            if within in heirs:
                here[at] |= places
        found += [(area, at, min(places)) for at, places in here.items() if len(places) == 1 and places != {area}]
    return found
