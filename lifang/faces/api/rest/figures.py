"""Figures of events: each with its formula, its clause, what was divided by what, and where its cases are listed."""

from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router

from lifang.blocks.indicators.periods import LONGEST, Period, named
from lifang.blocks.indicators.queries import Ask, Figure, figures
from lifang.faces.api.door import operation
from lifang.faces.api.problems import Problem, hidden, reply
from lifang.faces.api.rest import schemas
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.reports import area_of
from lifang.faces.api.rest.schemas import Code, Day, Text
from lifang.faces.api.rest.shown import when
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas import codes

router = Router()
PLACED = {"place"}


def _period(since: Day | None, until: Day | None) -> Period:
    """Whole days, `until` included; this month when left out."""
    month = named("month", today())
    last = (until.toordinal() + 1) if until else None
    try:
        period = Period(since or month.start, type(today()).fromordinal(last) if last else month.end)
    except (ValueError, OverflowError):
        raise Problem(422, _("until 太晚。"), field="until") from None
    if not 0 < period.days <= LONGEST.days or period.start.year < 1950:
        raise Problem(
            422,
            _("期间应从 1950 年以后的一天开始，不早于开始日结束，最长十年。"),
            field="until",
            allowed="since ≤ until",
        )
    return period


@router.get(
    "",
    response={200: schemas.FigurePage, 401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut},
    summary=gettext_noop("指标"),
)
@operation("figures.read")
def listing(
    request: HttpRequest,
    area: Code | None = None,
    since: Day | None = None,
    until: Day | None = None,
    by: Literal["place", "category", "unit", "day", "month"] | None = None,
    fair: bool = False,
    name: Annotated[list[Text], Query(max_length=40)] = [],  # noqa: B006
) -> HttpResponse:
    """Counts and rates of a place in a period; one for each member with `by`. `fair` leaves out recorded exclusions."""
    place, period = area_of(area), _period(since, until)
    ask = Ask.within(current(), place, period)
    if not ask.whole and not ask.units:
        raise hidden()
    found = figures(current(), place, period, by, fair=fair, names=set(name) or None)
    return reply(
        {
            "area": codes.text(place),
            "since": period.start,
            "until": period.last,
            "whole": ask.whole,
            "items": [_figure(one, by) for one in found],
        }
    )


def _figure(one: Figure, by: str | None) -> dict[str, Any]:
    key = codes.text(one.key) if by in PLACED and one.key is not None else one.key
    return {
        "name": one.name,
        "title": one.title,
        "unit": one.unit,
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "key": None if key is None else str(key),
        "fair": one.fair,
        "reason": one.reason,
        "formula": one.formula,
        "source": one.citation,
        "as_of": when(one.as_of),
        "explanation": settings.ORIGIN + one.url,
        "cases": settings.ORIGIN + one.numerator_url,
    }
