"""Cases: lists, one case, its acts, what may be done now, and doing it."""

import base64
import binascii
import datetime as dt
import json
from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Body, Path, Query, Router

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.actions import apply, repeated
from lifang.blocks.cases.models import Act, Case, CaseQuery
from lifang.blocks.cases.queries import reached
from lifang.faces.api.door import operation
from lifang.faces.api.problems import Problem, hidden, reply
from lifang.faces.api.rest import schemas, shown
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.reports import Key
from lifang.faces.api.rest.schemas import Code, Text
from lifang.ground.access.scope import current, within_scope
from lifang.ground.areas import codes

router = Router()
Number = Annotated[str, Path(pattern=r"^[0-9-]{1,24}$", description=gettext_noop("案件编号"))]
REFUSED = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut, 429: ProblemOut}


def find(request: Any, number: str) -> Case:
    """The case, if the scope reaches it; otherwise it looks as if it did not exist."""
    related = ("unit", "parent", "duplicate_of")
    case = Case.objects.select_related(*related).filter(number=number).first()
    if case is None:
        raise hidden()
    request.shown.append(case.number)
    return case


def _cursor(given: str) -> tuple[dt.datetime, int]:
    try:
        at, pk = json.loads(base64.urlsafe_b64decode(given.encode("ascii", "strict")))
        found = dt.datetime.fromisoformat(at), int(pk)
        if found[0].tzinfo is None or not 0 < found[1] < 2**63:
            raise ValueError
        return found
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
        raise Problem(422, _("cursor 不是上一页给出的值。"), field="cursor", allowed=_("上一页的 next")) from None


def _next(case: Case) -> str:
    return base64.urlsafe_b64encode(json.dumps([case.opened_at.isoformat(), case.pk]).encode()).decode()


@router.get("", response={200: schemas.CasePage, **REFUSED}, summary=gettext_noop("案件列表"))
@operation("case.read")
def cases(
    request: HttpRequest,
    area: Code | None = None,
    state: Annotated[list[Text], Query(max_length=20)] = [],  # noqa: B006
    category: Annotated[Text | None, Query(max_length=40)] = None,
    unit: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    source: Annotated[Text | None, Query(max_length=30)] = None,
    urgency: Literal["ordinary", "urgent", "critical"] | None = None,
    open: bool | None = None,
    overdue: bool | None = None,
    since: schemas.Moment | None = None,
    until: schemas.Moment | None = None,
    cursor: Annotated[Text | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Newest first; `next` is the cursor of the following page."""
    found: CaseQuery = reached(current()).select_related("unit").defer("text", "words").newest()
    if area:
        found = found.within(codes.parse(area))
    if state:
        found = found.in_states(state)
    if overdue:
        found = found.overdue(timezone.now())
    exact = {"category": category, "unit_id": unit, "source": source, "urgency": urgency, "is_open": open}
    found = found.filter(**{name: value for name, value in exact.items() if value is not None})
    if since:
        found = found.filter(opened_at__gte=since)
    if until:
        found = found.filter(opened_at__lt=until)
    if cursor:
        at, pk = _cursor(cursor)
        found = found.filter(Q(opened_at__lt=at) | Q(id__lt=pk), opened_at__lte=at)
    rows = list(found[: limit + 1])
    page = rows[:limit]
    request.shown.extend(case.number for case in page)  # type: ignore[attr-defined]
    return reply({"items": shown.case_rows(page), "next": _next(page[-1]) if len(rows) > limit else None})


@router.get("/{number}", response={200: schemas.CaseDetailOut, **REFUSED}, summary=gettext_noop("一个案件"))
@operation("case.read")
def case(request: HttpRequest, number: Number) -> HttpResponse:
    return reply(shown.case_detail(find(request, number)))


@router.get("/{number}/acts", response={200: schemas.Timeline, **REFUSED}, summary=gettext_noop("案件经过"))
@operation("case.read")
def acts(request: HttpRequest, number: Number) -> HttpResponse:
    found = find(request, number)
    type_ = lifecycle.type_of(found)
    rows = Act.objects.filter(case=found).select_related("unit").order_by("seq")
    return reply({"number": found.number, "version": found.version, "items": [shown.act(row, type_) for row in rows]})


@router.get("/{number}/allowed-acts", response={200: schemas.Allowed, **REFUSED}, summary=gettext_noop("现在可做的事"))
@operation("case.read")
def allowed(request: HttpRequest, number: Number) -> HttpResponse:
    found = find(request, number)
    return reply(shown.allowed(found, lifecycle.type_of(found), request.caller))  # type: ignore[attr-defined]


@router.post(
    "/{number}/acts",
    response={201: schemas.ActDone, 200: schemas.ActDone, 409: ProblemOut, **REFUSED},
    summary=gettext_noop("办理一步"),
)
@operation("case.read")
def do(request: HttpRequest, number: Number, key: Key, sent: Annotated[schemas.ActIn, Body()]) -> HttpResponse:
    """The case is found under `case.read`; the act itself runs under the one function that the case type names.

    409 when somebody acted since `version`: who, what and when; nothing is changed.
    """
    found = find(request, number)
    caller = request.caller  # type: ignore[attr-defined]
    if (before := repeated(key)) is not None and before.case_id == found.pk:
        return _done(before, found, 200)
    type_ = lifecycle.type_of(found)
    rows = [row for row in type_.transitions if row.act == sent.act]
    if not rows:
        known = sorted({row.act for row in type_.transitions_from(found.state, found.flags)})
        raise Problem(422, _("没有动作「{act}」。").format(act=sent.act), field="act", allowed=_("、").join(known))
    here = type_.transition(found.state, sent.act, found.flags) or rows[0]
    if not caller.may(here.by, found.area, found.involved):
        raise Problem(403, _("没有职能「{function}」。").format(function=here.by), field="act")
    with within_scope(caller.scope(here.by)):
        done = apply(
            case_id=found.pk,
            act=sent.act,
            version=sent.version,
            actor=caller.actor(found.area, found.involved),
            data=sent.data,
            key=key,
            happened_at=sent.happened_at,
        )
    return _done(done, done.case, 201)


def _done(done: Act, case: Case, status: int) -> HttpResponse:
    return reply(
        {
            "number": case.number,
            "version": case.version,
            "state": case.state,
            "act": shown.act(done, lifecycle.type_of(case)),
        },
        status,
    )
