"""Reporting: categories, pictures, the report itself, and following it by its own link."""

from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Body, File, Header, Path, Query, Router
from ninja.files import UploadedFile

from lifang.blocks.cases import lifecycle
from lifang.blocks.cases.models import Act, Case, Voice
from lifang.blocks.packs import service as packs
from lifang.domains.grid.actions import Report, Reported, join_event, report_event
from lifang.domains.grid.suggest import suggest
from lifang.domains.grid.voices import act_by_link, open_acts
from lifang.faces.api.door import operation
from lifang.faces.api.problems import Problem, hidden, reply
from lifang.faces.api.rest import schemas, shown
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.schemas import Code, Text
from lifang.ground.access.ranges import today
from lifang.ground.areas import codes
from lifang.ground.files import store

router = Router()
Key = Annotated[UUID, Header(alias="Idempotency-Key", description=gettext_noop("幂等键：同一次上报或办理重发时不变"))]
Token = Annotated[str, Path(pattern=r"^[0-9A-Za-z_-]{16,64}$")]
WRITTEN = {201: schemas.ReportOut, 200: schemas.ReportOut, 422: ProblemOut, 429: ProblemOut}


def area_of(given: str | None) -> int:
    """The place asked about, or the one that this platform serves."""
    return codes.parse(given) if given else settings.CONFIG.area


@router.get("/categories", response={200: schemas.CategoryPage, 422: ProblemOut}, summary=gettext_noop("事项类别"))
@operation("public.report", anybody=True)
def categories(request: HttpRequest, area: Code | None = None, on: schemas.Day | None = None) -> HttpResponse:
    found = packs.categories(area_of(area), on or today())
    return reply({"items": [shown.category(one) for one in found]})


@router.get(
    "/categories/suggest", response={200: schemas.Suggestions, 422: ProblemOut}, summary=gettext_noop("由文字建议类别")
)
@operation("public.report", anybody=True)
def suggested(
    request: HttpRequest,
    text: Annotated[Text, Query(min_length=1, max_length=2000)],
    area: Code | None = None,
) -> HttpResponse:
    found = suggest(text, area_of(area), today())
    return reply(
        {
            "items": [
                {
                    "code": one.category.code,
                    "title": one.category.title,
                    "major_title": one.category.major_title,
                    "score": round(one.score, 3),
                }
                for one in found
            ]
        }
    )


@router.post(
    "/photos", response={201: schemas.PhotoOut, 422: ProblemOut, 429: ProblemOut}, summary=gettext_noop("上传一张照片")
)
@operation("public.report", anybody=True)
def photo(
    request: HttpRequest, file: Annotated[UploadedFile, File(description=gettext_noop("JPG、PNG 或 WebP，最大 10 MB"))]
) -> HttpResponse:
    """The picture is decoded and written anew: place and camera data are gone. Its fingerprint goes into a report."""
    kept = store.keep(file)
    return reply({"sha256": kept.sha256, "size": kept.size, "width": kept.width, "height": kept.height}, 201)


def _pictures(fingerprints: list[str]) -> list[store.Kept]:
    found = [store.look_up(one) for one in fingerprints]
    if None in found:
        raise Problem(
            422, _("有照片没有上传成功，请先上传照片。"), field="photos", allowed=_("上传照片后得到的 sha256")
        )
    return [one for one in found if one is not None]


def _report(request: Any, sent: schemas.ReportIn, key: UUID, channel: str, consent: str = "") -> HttpResponse:
    report = Report(
        category=sent.category,
        text=sent.text,
        channel=channel,
        place_text=sent.place_text,
        lon=sent.lon,
        lat=sent.lat,
        area=codes.parse(sent.area) if sent.area else None,
        name=sent.name,
        phone=sent.phone,
        wants_answer=sent.wants_answer,
        consent=consent,
        photos=_pictures(sent.photos) if sent.photos else (),
        happened_at=sent.happened_at,
    )
    done = _do(request, report, key, sent.join)
    return reply(shown.report(done), 200 if done.repeated else 201)


def _do(request: Any, report: Report, key: UUID, join: str | None) -> Reported:
    actor = request.caller.actor(report.area or codes.NATION)
    if join is not None:
        try:
            return join_event(number=join, report=report, actor=actor, key=key)
        except Case.DoesNotExist:
            raise Problem(422, _("没有编号为 {number} 的案件。").format(number=join), field="join") from None
    return report_event(report=report, actor=actor, key=key)


@router.post("/reports", response=WRITTEN, summary=gettext_noop("上报一个事件"))
@operation("public.report", anybody=True)
def report(request: HttpRequest, key: Key, sent: Annotated[schemas.ReportIn, Body()]) -> HttpResponse:
    """Anybody may report, without an account. The same key again gives the first answer (200) and changes nothing."""
    return _report(request, sent, key, "api")


@router.post(
    "/patrol-reports", response={**WRITTEN, 401: ProblemOut, 403: ProblemOut}, summary=gettext_noop("巡查上报")
)
@operation("event.report")
def patrol_report(request: HttpRequest, key: Key, sent: Annotated[schemas.ReportIn, Body()]) -> HttpResponse:
    return _report(request, sent, key, "patrol")


@router.post(
    "/proxy-reports", response={**WRITTEN, 401: ProblemOut, 403: ProblemOut}, summary=gettext_noop("代群众上报")
)
@operation("event.proxy")
def proxy_report(request: HttpRequest, key: Key, sent: Annotated[schemas.ProxyIn, Body()]) -> HttpResponse:
    """Says how the person came (`channel`) and how they agreed (`consent`)."""
    return _report(request, sent, key, sent.channel, sent.consent)


@router.get(
    "/tracking/{token}", response={200: schemas.Tracked, 404: ProblemOut, 422: ProblemOut}, summary=gettext_noop("凭令牌查询进度"),
    url_name="tracking",
)  # fmt: skip
@operation("public.track", anybody=True, token="token")
def tracking(request: HttpRequest, token: Token) -> HttpResponse:
    return reply(_tracked(_voice(token)))


def _voice(token: str) -> Voice:
    voice = Voice.objects.select_related("case__unit").filter(token=token).first()
    if voice is None:
        raise hidden()
    return voice


def _tracked(voice: Voice) -> dict[str, Any]:
    """What the reporter is told: the acts that the case type makes public, in its words, without names."""
    case = voice.case
    type_ = lifecycle.type_of(case)
    public = {*type_.public_acts, "report"}
    acts = Act.objects.filter(case=case, act__in=public).order_by("seq")
    state = type_.states[case.state]
    return {
        "number": case.number,
        "title": case.title,
        "state": case.state,
        "told": state.told or state.title,
        "is_open": case.is_open,
        "owner": case.unit.name if case.unit else case.fields.get("owner_name", ""),
        "due_at": shown.when(case.due_at),
        "opened_at": shown.when(case.opened_at),
        "closed_at": shown.when(case.closed_at),
        "version": case.version,
        "acts": [
            {
                "title": lifecycle.title_of(type_, one.act),
                "at": shown.when(one.at),
                "told": type_.states[one.to_state].told or type_.states[one.to_state].title,
            }
            for one in acts
        ],
        "allowed": [shown.allowed_act(row, type_) for row in open_acts(voice, type_)],
    }


@router.post(
    "/tracking/{token}/acts",
    response={201: schemas.Tracked, 404: ProblemOut, 409: ProblemOut, 422: ProblemOut, 429: ProblemOut},
    summary=gettext_noop("上报人补充、撤回、评价"),
)
@operation("public.track", anybody=True, token="token")
def tracking_act(request: HttpRequest, token: Token, key: Key, sent: Annotated[schemas.ActIn, Body()]) -> HttpResponse:
    _voice(token)
    act_by_link(token=token, act=sent.act, version=sent.version, key=key, data=sent.data)
    return reply(_tracked(_voice(token)), 201)
