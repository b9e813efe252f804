"""Open311 GeoReport v2, and mySociety's extension for updates of requests.

Without a key a request is shown by category, state, office, day and place to about 100 metres: what somebody wrote may
name people. A token as `api_key` with `case.read` shows the words too, at its places.
"""

import hmac
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Act, Case, CaseQuery, Voice
from lifang.blocks.cases.queries import reached
from lifang.blocks.packs import service as packs
from lifang.domains.grid.actions import Report, report_event
from lifang.domains.grid.opening import EVENT
from lifang.faces.api import callers
from lifang.faces.api.callers import ANYBODY, Caller
from lifang.faces.api.door import Door, enter_as
from lifang.faces.api.open311 import reading, shown
from lifang.faces.api.open311.xml import Wrong, answer, refused
from lifang.faces.api.problems import TOLD, Problem, problem_of
from lifang.ground.access.doors import opens
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current

LOOK = Door("public.map", anybody=True)
READ = Door("case.read")
FILE = Door("public.report", anybody=True)
TRACK = Door("public.track", anybody=True, token="token")
NOTE = Door("event.note")
MOST_TEXT = 2000
View = Callable[..., HttpResponse]


def georeport(**doors: Door) -> Callable[[View], View]:
    """A view under one door for each method. POST needs an api_key, GET with one runs under `case.read`."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def inner(request: HttpRequest, form: str, **kwargs: Any) -> HttpResponse:
            try:
                door = doors.get(str(request.method))
                if door is None:
                    raise Wrong(405, _("这个地址只支持 {allowed}").format(allowed=", ".join(sorted(doors))))
                asked = (request.GET if request.method == "GET" else request.POST).dict()
                caller = _caller(request, asked, needed=request.method != "GET")
                if caller.token is not None and door is LOOK:
                    door = READ
                return enter_as(caller, door, request, lambda: _told(form, view, request, asked, kwargs), kwargs)
            except (Wrong, Problem, *TOLD) as error:
                return _refused(form, error)

        inner.function = ", ".join(f"{method} {door.label}" for method, door in sorted(doors.items()))  # type: ignore[attr-defined]
        inner.doors = doors  # type: ignore[attr-defined]
        return inner

    return decorate


def _told(form: str, view: View, request: HttpRequest, asked: reading.Asked, kwargs: dict[str, Any]) -> HttpResponse:
    try:
        return view(request, form, asked, **kwargs)
    except (Wrong, Problem, *TOLD) as error:
        return _refused(form, error)


def _refused(form: str, error: Exception) -> HttpResponse:
    if isinstance(error, Wrong):
        return refused(form, error.status, error.description)
    problem = problem_of(error)
    status = 403 if problem.status == 401 else 400 if problem.status in (409, 413, 422) else problem.status
    response = refused(form, status, str(problem.body["detail"]))
    for name, value in (problem.headers or {}).items():
        response[name] = value
    return response


def _caller(request: HttpRequest, asked: reading.Asked, needed: bool) -> Caller:
    secret = asked.get("api_key", "").strip()
    if not secret:
        if needed:
            raise Wrong(403, _("缺少 api_key"))
        return ANYBODY
    caller = callers.token_caller(secret)
    if caller is None:
        raise Wrong(403, _("api_key 无效、已到期或已收回"))
    return caller


@opens
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    return answer(form, "discovery", shown.discovery())


@opens
@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    return refused("json" if request.path.endswith(".json") else "xml", 404, _("没有这个地址"))


@georeport(GET=Door("public.map", anybody=True))
def services(request: HttpRequest, form: str, asked: reading.Asked) -> HttpResponse:
    found = packs.categories(reading.jurisdiction(asked), today())
    return answer(form, "services", [shown.service(category) for category in found])


@georeport(GET=Door("public.map", anybody=True))
def service(request: HttpRequest, form: str, asked: reading.Asked, code: str) -> HttpResponse:
    found = _category(code, reading.jurisdiction(asked))
    return answer(form, "service_definition", {"service_code": found.code, "attributes": []})


def _category(code: str, area: int) -> packs.Category:
    try:
        return packs.category(code, area, today())
    except packs.NoRule:
        raise Wrong(404, _("没有 service_code {code}").format(code=code[:40])) from None


def _cases() -> CaseQuery:
    """What people reported; work that the city gives itself is no request."""
    return reached(current()).filter(type=EVENT)


def _listed() -> CaseQuery:
    return shown.with_updates(_cases().select_related("unit"))


@georeport(GET=LOOK, POST=FILE)
def requests(request: HttpRequest, form: str, asked: reading.Asked) -> HttpResponse:
    if request.method == "POST":
        return _file(request, form, asked)
    area = reading.jurisdiction(asked)
    if ids := reading.several(asked, "service_request_id"):
        found = _listed().filter(number__in=ids)
    else:
        start, end = reading.window(asked)
        found = _listed().filter(opened_at__gte=start, opened_at__lte=end, is_open__in=reading.statuses(asked))
        if wanted := reading.several(asked, "service_code"):
            found = found.filter(category__in=wanted)
    rows = list(found.within(area).newest()[reading.page(asked)])
    return answer(form, "service_requests", _shown(request, rows))


@georeport(GET=LOOK)
def request_(request: HttpRequest, form: str, asked: reading.Asked, number: str) -> HttpResponse:
    reading.jurisdiction(asked)
    rows = list(_listed().filter(number=number.replace("\0", "")))
    if not rows:
        raise Wrong(404, _("没有 service_request_id {number}").format(number=number[:40]))
    return answer(form, "service_requests", _shown(request, rows))


def _shown(request: Any, rows: list[Case]) -> list[dict[str, Any]]:
    request.shown.extend(case.number for case in rows)
    return shown.requests(rows, with_words=request.caller.token is not None)


def _file(request: Any, form: str, asked: reading.Asked) -> HttpResponse:
    """A new request; `media_url` is never fetched, attributes and device are not kept."""
    token = request.caller.token
    if FILE.function not in token.functions:
        raise Wrong(403, _("api_key 没有职能「{function}」").format(function=FILE.function))
    code = reading.words(asked, "service_code", 60)
    if not code:
        raise Wrong(400, _("缺少 service_code"))
    category = _category(code, reading.jurisdiction(asked))
    spot = reading.spot(asked)
    phone = reading.words(asked, "phone", 20)
    report = Report(
        category=category.code,
        text=reading.words(asked, "description", MOST_TEXT) or category.title,
        channel="api",
        place_text=spot.address,
        lon=spot.lon,
        lat=spot.lat,
        name=(reading.words(asked, "last_name", 20) + reading.words(asked, "first_name", 20)),
        phone=phone,
        wants_answer=bool(phone),
    )
    done = report_event(report=report, actor=request.caller.actor())
    link = f"{settings.ORIGIN}/api/v1/tracking/{done.token}"
    notice = _("查询进度：{link}").format(link=link)
    row = {"service_request_id": done.case.number, "service_notice": notice, "account_id": None}
    return answer(form, "service_requests", [row], 201)


@georeport(GET=TRACK)
def token(request: HttpRequest, form: str, asked: reading.Asked, token: str) -> HttpResponse:
    voice = Voice.objects.select_related("case").filter(token=token.replace("\0", "")).first()
    if voice is None:
        raise Wrong(404, _("没有 token {token}").format(token=token[:40]))
    return answer(form, "service_requests", [{"service_request_id": voice.case.number, "token": token}])


@georeport(GET=LOOK, POST=NOTE)
def updates(request: HttpRequest, form: str, asked: reading.Asked) -> HttpResponse:
    if request.method == "POST":
        return _update(request, form, asked)
    reading.jurisdiction(asked)
    start, end = reading.window(asked)
    acts = shown.public(Act.objects.filter(at__gte=start, at__lte=end, case__in=_cases()), EVENT)
    if ids := reading.several(asked, "service_request_id"):
        acts = acts.filter(case__number__in=ids)
    rows = list(acts.select_related("case").order_by("at", "id")[reading.page(asked)])
    request.shown.extend(sorted({act.case.number for act in rows}))  # type: ignore[attr-defined]
    return answer(form, "service_request_updates", shown.updates(rows))


def _update(request: Any, form: str, asked: reading.Asked) -> HttpResponse:
    """A note from the sending system. Its status is kept in the note's words only: closing goes by the case's own acts.

    The same `update_id` from the same token again gives the same answer and changes nothing.
    """
    given = {name: reading.words(asked, name, most) for name, most in UPDATE.items()}
    given["update_id"] = given["update_id"] or reading.words(asked, "update_id_ext", 60)
    if missing := [name for name in UPDATE if not given[name]]:
        raise Wrong(400, _("缺少 {names}").format(names="、".join(missing)))
    reading.moment(asked, "updated_datetime")
    case = _cases().filter(number=given["service_request_id"]).first()
    if case is None:
        raise Wrong(404, _("没有 service_request_id {number}").format(number=given["service_request_id"]))
    key = _key(request.caller.token.pk, case.number, given["update_id"])
    try:
        done = apply(
            case_id=case.pk,
            act="add_note",
            version=None,
            actor=request.caller.actor(case.area, case.involved),
            data={"note": given["description"]},
            key=key,
            at=timezone.now(),
        )
    except NotDone as error:
        raise Wrong(400, error.message) from None
    return answer(form, "service_request_updates", [{"update_id": done.pk}], 201)


def _key(*parts: object) -> uuid.UUID:
    """The same for the same update, and not to be guessed: who knows a key of an act can use it up."""
    digest = hmac.digest(force_bytes(settings.SECRET_KEY), "\0".join(map(str, ("open311", *parts))).encode(), "sha256")
    return uuid.UUID(bytes=digest[:16])


UPDATE = {"service_request_id": 40, "update_id": 60, "updated_datetime": 40, "status": 40, "description": MOST_TEXT}
