"""Places as of a date: the tree, one place, by words, by point. What is where is public."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Path, Query, Router

from lifang.faces.api.door import operation
from lifang.faces.api.problems import hidden, reply
from lifang.faces.api.rest import schemas, shown
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.schemas import Code, Day, Latitude, Longitude, Text
from lifang.ground.access.ranges import today
from lifang.ground.areas import codes, locate
from lifang.ground.areas.models import Area
from lifang.ground.areas.queries import full_names

router = Router()
ANSWERS = {200: schemas.PlacePage, 422: ProblemOut}
MOST = 500


@router.get("", response=ANSWERS, summary=gettext_noop("下一级地域"))
@operation("public.map", anybody=True)
def children(
    request: HttpRequest,
    parent: Code | None = None,
    on: Day | None = None,
    layer: schemas.Layer | None = None,
) -> HttpResponse:
    """The places directly below `parent` (provinces when left out) on a day, today when left out."""
    day = on or today()
    found = Area.objects.as_of(day).children_of(codes.parse(parent) if parent else codes.NATION).light()
    if layer:
        found = found.filter(layer=layer)
    return reply({"on": day, "items": [shown.place(row) for row in found[:MOST]]})


@router.get("/search", response=ANSWERS, summary=gettext_noop("按名称、拼音首字母或代码查找"))
@operation("public.map", anybody=True)
def search(
    request: HttpRequest,
    q: Annotated[Text, Query(min_length=1, max_length=60)],
    on: Day | None = None,
) -> HttpResponse:
    day = on or today()
    found = Area.objects.as_of(day).defer("boundary").search(q)[:50]
    return reply({"on": day, "items": [shown.place(row) for row in found]})


@router.get("/at", response={200: schemas.PlaceFound, 422: ProblemOut}, summary=gettext_noop("一个点属于哪个网格"))
@operation("public.map", anybody=True)
def at(request: HttpRequest, lon: Annotated[Longitude, Query()], lat: Annotated[Latitude, Query()]) -> HttpResponse:
    """The grid of each layer, or why there is none: outside the city, or in a gap between grids."""
    found = locate.find(lon, lat)
    wanted = [code for code in (found.governance, found.construction) if code]
    rows = {row.code: shown.place(row) for row in Area.objects.as_of(today()).coded(*wanted).light()}
    return reply(
        {
            "governance": rows.get(found.governance or 0),
            "construction": rows.get(found.construction or 0),
            "problem": found.problem,
            "path": full_names([found.governance], today()).get(found.governance, "") if found.governance else "",
        }
    )


@router.get(
    "/{code}", response={200: schemas.PlaceOut, 404: ProblemOut, 422: ProblemOut}, summary=gettext_noop("一个地域")
)
@operation("public.map", anybody=True)
def one(request: HttpRequest, code: Annotated[Code, Path()], on: Day | None = None) -> HttpResponse:
    row = Area.objects.as_of(on or today()).coded(codes.parse(code)).light().first()
    if row is None:
        raise hidden()
    return reply(shown.place(row))
