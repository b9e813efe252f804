"""What the packs say at a place on a day, each value with the document and clause that it rests on."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from lifang.blocks.packs import service as packs
from lifang.blocks.packs.shapes import Limits
from lifang.faces.api.door import operation
from lifang.faces.api.problems import reply
from lifang.faces.api.rest import schemas, shown
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.reports import area_of
from lifang.faces.api.rest.schemas import Code, Day, Text
from lifang.ground.access.ranges import today

router = Router()
REFUSED = {401: ProblemOut, 403: ProblemOut, 422: ProblemOut, 429: ProblemOut}


@router.get("/value", response={200: schemas.RuleOut, **REFUSED}, summary=gettext_noop("一个规则值及其依据"))
@operation("pack.read")
def value(
    request: HttpRequest,
    path: Annotated[Text, Query(min_length=1, max_length=80, examples=["grid.households_max"])],
    area: Code | None = None,
    on: Day | None = None,
) -> HttpResponse:
    found = packs.value(path, area_of(area), on or today())
    return reply(shown.rule(path, found, found.value))


@router.get(
    "/categories/{code}",
    response={200: schemas.CategoryRules, **REFUSED},
    summary=gettext_noop("一个事项的归属、标准和时限"),
)
@operation("pack.read")
def category(
    request: HttpRequest,
    code: Annotated[Text, Path(max_length=40)],
    area: Code | None = None,
    on: Day | None = None,
) -> HttpResponse:
    """Owner, filing and closing standards, and every limit: which document and clause, since when, from which pack."""
    found = packs.category(code, area_of(area), on or today())
    owner = {"unit": found.owner.value.unit, "level": found.owner.value.level, "joins": list(found.owner.value.joins)}
    return reply(
        {
            **shown.category(found),
            "filing": found.filing,
            "closing": found.closing,
            "power": found.power,
            "note": found.note,
            "owner": shown.rule("owner", found.owner, owner),
            "limits": [shown.rule(step, limits, _words(limits.value)) for step, limits in found.limits.items()],
        }
    )


def _words(limits: Limits) -> dict[str, dict[str, object]]:
    """By urgency; "" holds for every urgency."""
    return {name: {"amount": one.amount, "unit": one.unit.value} for name, one in limits.by_urgency.items()}
