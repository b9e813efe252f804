"""What a form costs those who fill it: by what was asked last, and before it was ever sent by whom or what it would name."""

from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from lifang.blocks.forms.filling import MISSING, STALE, entries, fill
from lifang.blocks.forms.knowing import rates_on
from lifang.blocks.forms.models import Edition, Issue, Return
from lifang.blocks.forms.people import COMMUNITY
from lifang.blocks.forms.queries import communities_below
from lifang.blocks.forms.reading import Asked
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import span
from lifang.ground.kept import Kept

USUAL = 2000
"""Residents of the community that is filled for an estimate, or as near to it as any has."""
RESIDENTS = f"""
SELECT p.area / {COMMUNITY} * {COMMUNITY}, count(*) FROM registry_person p
WHERE p.records > 0 AND p.died_on IS NULL AND p.area >= %s AND p.area < %s GROUP BY 1
"""
_residents: Kept[Counter[int]] = Kept(seconds=3600, most=200)


@dataclass(frozen=True)
class Cost:
    """Minutes of one return: at `each` place as they are, and at the one with `most`."""

    each: float
    most: float


def cost(edition: Edition, area: int | None = None) -> Cost:
    area = area or settings.CONFIG.area
    rates = rates_on(area, today())

    def reckoned(typed: float, old: float) -> float:
        return round(rates["a_return"] + typed * rates["a_typed"] + old * rates["a_confirmed"], 1)

    with system_scope("forms"):
        last = Issue.objects.filter(edition__form=edition.form_id).order_by("-pk").first()
        counts = list(Return.objects.filter(issue=last, version=1).values_list("asked", "old")) if last else []
        if not counts:
            (typed, old), share = _foreseen(edition, area)
            return Cost(reckoned(typed * share, old * share), reckoned(typed, old))
    typed, old = (sum(column) / len(counts) for column in zip(*counts, strict=True))
    return Cost(reckoned(typed, old), max(reckoned(*one) for one in counts))


def minutes(edition: Edition, area: int | None = None) -> float:
    return cost(edition, area).each


def _foreseen(edition: Edition, area: int) -> tuple[tuple[float, float], float]:
    """What would be asked, and confirmed, where most people live; and the share of it at a place as they are."""
    asked, below, on = Asked.of(edition), span(area), today()
    if asked.sheet.shape == "sheet":
        return (
            float(sum(one.source == "typed" and not one.optional for one in asked.sheet.columns.values())),
            0.0,
        ), 1.0
    communities = communities_below(area, on)
    if asked.sheet.register:
        named = entries(asked.sheet.register, communities, on) if communities else Counter()
    else:
        named = _residents.get((area, on), lambda: _living(below.start, below.stop))
    if not named:
        return (0.0, 0.0), 0.0
    most = max(named.values())
    place, here = min(named.items(), key=lambda one: max(one[1] / USUAL, USUAL / one[1]))
    counts = fill(asked, [place], on)[place].count()
    whole = most / here
    return (counts[MISSING] * whole, counts[STALE] * whole), named.total() / (len(communities) or 1) / most


def _living(start: int, stop: int) -> Counter[int]:
    """Residents by community: a large city takes seconds to count them."""
    with connection.cursor() as cursor:
        cursor.execute(RESIDENTS, [start, stop])
        return Counter(dict(cursor.fetchall()))
