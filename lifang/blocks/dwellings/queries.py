"""Reading buildings and dwellings, as they are and as they were on a day."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator

from django.db.models import Q, QuerySet

from lifang.blocks.dwellings.models import Building, Condition, Dwelling, Filing, Layout
from lifang.ground.access.ranges import midnight, today
from lifang.ground.access.scope import Range
from lifang.ground.areas.codes import COMMUNITY, at_level

DAY = dt.timedelta(days=1)


def holding(on: dt.date) -> Q:
    """Words that hold on a day, as far as one knows today."""
    return Q(held_on__lte=on, filing__undone_at=None)


def believed(on: dt.date | None = None) -> Q:
    """Words that hold today; or that held on a day and were known at its end."""
    if on is None:
        return holding(today())
    then = midnight(on + DAY)
    return Q(held_on__lte=on, filing__at__lt=then) & (Q(filing__undone_at=None) | Q(filing__undone_at__gte=then))


def layouts(buildings: Iterable[int], words: Q) -> dict[int, Layout]:
    """The newest of the words on each building."""
    found = Layout.objects.filter(words, building__in=list(buildings))
    return {one.building_id: one for one in found.order_by("building", "-held_on", "-pk").distinct("building")}


def conditions(building: Building, words: Q) -> dict[int, Condition]:
    """The newest of the words on each dwelling of a building."""
    found = Condition.objects.filter(words, dwelling__building=building)
    return {one.dwelling_id: one for one in found.order_by("dwelling", "-held_on", "-pk").distinct("dwelling")}


def dwellings_on(building: Building, on: dt.date | None = None) -> list[Dwelling]:
    """Those that stand today, or stood on a day with the state that they had."""
    found = list(building.dwellings.order_by("entrance", "number"))
    if on is None:
        return [one for one in found if one.known]
    words = conditions(building, believed(on))
    for one in found:
        word = words.get(one.pk)
        one.known, one.state = word is not None and not word.gone, word.state if word else ""
    return [one for one in found if one.known]


def near(places: Collection[Range]) -> QuerySet[Building]:
    """Buildings of these places, and those of the community around a grid that stand in no grid yet."""
    found = Q(pk__in=[])
    for low, high in places:
        found |= Q(area__gte=low, area__lt=high)
        if low % 1000:
            found |= Q(area=at_level(low, COMMUNITY))
    return Building.objects.filter(found, known=True)


def sites(communities: Collection[int]) -> Iterator[tuple[str, int]]:
    """Buildings of these communities that stand in a grid."""
    lows = sorted(communities)
    for begin in range(0, len(lows), 200):
        within = Q(pk__in=[])
        for low in lows[begin : begin + 200]:
            within |= Q(area__gt=low, area__lt=low + 1000)
        yield from Building.objects.filter(within, known=True).values_list("at", "area")


def story(dwelling: Dwelling) -> list[Condition]:
    """All that was said of a dwelling, the newest first, with what was taken back."""
    found = dwelling.conditions.select_related("filing", "filing__by", "filing__undone_by")
    return list(found.order_by("-held_on", "-pk"))


def filings(places: Collection[Range]) -> QuerySet[Filing]:
    """The filings of these places, and those of wider ones that speak of a building there; the newest first."""
    found = Q(pk__in=Layout.objects.filter(building__in=near(places)).values("filing"))
    for low, high in places:
        found |= Q(area__gte=low, area__lt=high)
    return Filing.objects.filter(found).select_related("by", "undone_by").order_by("-at", "-pk")
