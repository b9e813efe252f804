"""Matters with which communities were asked to assist while nobody promised any money for them."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Min, Q

from lifang.blocks.ledger.books import MONEY
from lifang.blocks.ledger.models import Account
from lifang.blocks.matters import queries as matters
from lifang.domains.gate.models import Reach
from lifang.domains.gate.money_sums import sums_of
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import midnight
from lifang.ground.access.scope import Scope, system_scope

ASSISTED = ("listed", "admitted")
"""Rules of the gate by which what has to be paid for reaches a community."""
Asked = dict[tuple[int, str], dt.date]


@dataclass(frozen=True)
class Unpromised:
    """A community is asked for a matter since a day, and nobody promised money for it."""

    area: int
    matter: str
    since: dt.date


def first_asked(found: Q, on: dt.date) -> Asked:
    """By community and matter the first day on which it was asked, of what reached them by the end of a day."""
    with system_scope("money"):
        rows = (
            Reach.objects.reached()
            .filter(found, at__lt=midnight(on + dt.timedelta(days=1)), sending__rule__in=ASSISTED)
            .values_list("area", "sending__matter")
            .annotate(first=Min("at__date"))
        )
        return {(area, matter): first for area, matter, first in rows}


def asked_of(areas: Collection[int], names: Collection[str], on: dt.date) -> Asked:
    return first_asked(Q(area__in=areas, sending__matter__in=names), on)


def unpromised(scope: Scope, area: range | None, on: dt.date) -> list[Unpromised]:
    """In the reader's places, or asked by the reader's units; the longest asked first.

    What was changed is one with what has taken its place.
    """
    found = in_places("area", scope.places) | Q(unit__in=scope.units)
    if area:
        found &= Q(area__gte=area.start, area__lt=area.stop)
    after = matters.replaced(on)
    asked: Asked = {}
    for (place, matter), day in first_asked(found, on).items():
        key = place, matters.newest(matter, after)
        asked[key] = min(day, asked.get(key, day))
    now = {matter for _area, matter in asked}
    names = now | {old for old in after if matters.newest(old, after) in now}
    with system_scope("money"):
        accounts = Account.objects.filter(book=MONEY, area__in={place for place, _matter in asked}, about__in=names)
        promised = {
            (one.area, matters.newest(one.matter, after))
            for one in sums_of(accounts, on)
            if one.promised or one.received
        }
    rest = [Unpromised(*key, since) for key, since in asked.items() if key not in promised]
    return sorted(rest, key=lambda one: (one.since, one.area, one.matter))
