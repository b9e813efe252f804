"""Reading what a page is asked for out of its address."""

import datetime as dt
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from lifang.blocks.indicators.listing import Listing
from lifang.blocks.indicators.measures import MEASURES
from lifang.blocks.indicators.periods import FIRST, LAST, LONGEST, NAMED, Period, named
from lifang.blocks.indicators.queries import Ask
from lifang.blocks.indicators.restating import moves
from lifang.ground.access.scope import EVERYWHERE, Scope, current
from lifang.ground.areas import codes
from lifang.ground.clock import CHINA
from lifang.ground.typed import whole

USUAL = "month"


@dataclass(frozen=True)
class Member:
    """The one member that is asked about: of a category, of a unit, or the place itself without what lies below."""

    by: str = ""
    value: str = ""
    own: bool = False


def roots(scope: Scope) -> list[int]:
    """The places that a scope holds whole, widest first; the platform's own place for a scope of units."""
    found = [settings.CONFIG.area if (lo, hi) == EVERYWHERE else lo for lo, hi in scope.places]
    return sorted(found, key=lambda code: (codes.level_of(code), code)) or [settings.CONFIG.area]


def ask_of(request: HttpRequest) -> Ask:
    """The question of a page under the current scope. Raises Http404 for a place that the scope does not hold."""
    scope, now = current(), timezone.now()
    place = _place(request.GET.get("place", ""), scope)
    ask = Ask.within(scope, place, _period(request.GET, now.astimezone(CHINA).date()), now=now)
    if not ask.whole and not ask.units:
        raise Http404(_("没有这个地方，或者你没有查看它的权限。"))
    return replace(ask, moves=moves(ask.today)) if request.GET.get("boundary") == "now" else ask


def _place(given: str, scope: Scope) -> int:
    if not given:
        return roots(scope)[0]
    try:
        return codes.parse(given)
    except codes.BadCode:
        raise Http404(_("没有这个地方，或者你没有查看它的权限。")) from None


def _period(given: QueryDict, today: dt.date) -> Period:
    """A named period, else two days, else the usual one; what cannot be read is left aside."""
    start, last = _day(given.get("from", "")), _day(given.get("to", ""))
    if start and last and start <= last and last - start < LONGEST:
        period = Period(start, last + dt.timedelta(days=1))
        return next(
            (p for p in (named(n, today) for n in NAMED) if (p.start, p.end) == (period.start, period.end)), period
        )
    asked = given.get("period", "")
    return named(asked if asked in NAMED else USUAL, today)


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and FIRST <= day <= LAST else None


def member_of(given: QueryDict) -> Member:
    by, value = given.get("by", ""), given.get("member", "")
    if by == "unit" and (value == "none" or whole(value) is not None):
        return Member(by, value)
    if by == "category" and value and len(value) <= 40 and "\0" not in value:
        return Member(by, value)
    return Member(own=given.get("own") == "1")


def listing_of(ask: Ask, given: QueryDict) -> Listing:
    """The list behind a figure. Raises Http404 for a measure that does not exist."""
    measure = MEASURES.get(given.get("measure", ""))
    if measure is None:
        raise Http404(_("没有这个计数项。"))
    member = member_of(given)
    return Listing(ask, measure, member.by, member.value, given.get("fair") == "1", member.own)
