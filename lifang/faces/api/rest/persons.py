"""Persons for other systems, under a contract; and records that departments send."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Header, Path, Query, Router
from pydantic import AwareDatetime

from lifang.blocks.exchange import changes, coming, contracts
from lifang.blocks.packs import service as packs
from lifang.blocks.registry import systems
from lifang.blocks.registry.imports.actions import Refused
from lifang.blocks.registry.imports.values import WRONG
from lifang.blocks.registry.models import Import
from lifang.faces.api.door import operation
from lifang.faces.api.problems import Problem, hidden, reply
from lifang.faces.api.rest import schemas_data as schemas
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.schemas import Text
from lifang.faces.api.rest.shown import when
from lifang.ground.access.queries import in_places
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import current
from lifang.ground.areas import codes
from lifang.ground.files.tables import BadFile

router = Router()
REFUSED = {401: ProblemOut, 403: ProblemOut, 422: ProblemOut, 429: ProblemOut}
PAGE = 200
Key = Annotated[
    str,
    Header(alias="Idempotency-Key", min_length=1, max_length=80, pattern=r"^[0-9A-Za-z._:-]+$",
           description=gettext_noop("发送方自己的批次号：重发时不变，得到第一次的结果")),
]  # fmt: skip
After = Annotated[int, Query(ge=0, le=2**62, description=gettext_noop("上一页的 next"))]


@router.get("/persons", response={200: schemas.PersonPage, **REFUSED}, summary=gettext_noop("按约定取居民"))
@operation("person.read")
def persons(
    request: Any,
    since: Annotated[AwareDatetime | None, Query(description=gettext_noop("只要从这时起有变化的"))] = None,
    q: Annotated[Text | None, Query(max_length=60, description=gettext_noop("姓名、号码、电话或住址"))] = None,
    after: After = 0,
) -> HttpResponse:
    """Exactly the elements of the contract in force for the token's account, a page at a time; sealed ones masked unless
    the contract says otherwise. A person keeps one id, whoever asks. With `since`, whoever may have changed, and as `gone`
    who was given before and is given no more."""
    account = request.caller.user
    contract = contracts.in_force(account)
    if contract is None:
        raise Problem(403, _("这个账号没有在有效期内的数据共享约定。"), field="Authorization")
    whole = contracts.persons(contract).filter(in_places("area", current().places))
    found = whole.filter(pk__gt=after)
    gone: list[int] = []
    if since and changes.began_after(contract, since):
        since = None
    if q:
        try:
            found = contracts.sought(contract, found, q)
        except contracts.Outside as outside:
            raise Problem(422, str(outside), field="q", allowed=" ".join(contract.elements)) from None
    if since:
        found = found.filter(pk__in=changes.changed(contract, found, since, PAGE + 1))
    people = list(found[: PAGE + 1])
    items = [
        {"id": person.pk, "area": codes.text(person.area), "values": values}
        for person, values in contracts.rows_of(contract, people[:PAGE])
    ]
    contracts.fetched(contract, people[:PAGE], account)
    request.shown += [str(one["id"]) for one in items]
    following = people[PAGE - 1].pk if len(people) > PAGE else None
    if since and not q:
        gone = changes.gone(contract, whole, since, after, following)
    return reply({"contract": contract.title, "items": items, "gone": gone, "next": following})


@router.post(
    "/records",
    response={202: schemas.ImportOut, 200: schemas.ImportOut, 409: ProblemOut, **REFUSED},
    summary=gettext_noop("送来部门记录"),
)
@operation("data.import")
def records(request: Any, sent: schemas.RecordsIn, key: Key) -> HttpResponse:
    """The rows are kept as a file, checked by the rules of every import, and taken in the background; a complete list
    waits for somebody at the desk. A token sends for the systems of its account's department."""
    system = systems.sending(current().places).filter(code=sent.system).first()
    if system is None:
        raise Problem(422, _("没有代码为 {code} 的数据来源。").format(code=sent.system), field="system")
    if request.caller.token and not coming.may_send(request.caller.user, system):
        raise Problem(
            403, _("令牌的账号不属于主管「{title}」的部门，没有收下。").format(title=system.title), field="system"
        )
    known = packs.elements(system.area)
    for name in {name for row in sent.rows for name in row}:
        if name not in known:
            raise Problem(422, _("没有数据元「{name}」。").format(name=name), field="rows", allowed=" ".join(known))
    area = codes.parse(sent.area) if sent.area else system.area
    if not current().covers(area) or area not in codes.span(system.area):
        raise Problem(422, _("这个地方不在令牌或数据来源的地域内。"), field="area")
    if sent.complete and not sent.area:
        raise Problem(422, _("全量名单要写明是哪里的，不在名单上的人会记为离开。"), field="area")
    if sent.held_on > today():
        raise Problem(422, _("数据日期不能在今天以后。"), field="held_on")
    try:
        imported, fresh = coming.deliver(
            system=system, key=key, rows=sent.rows, held_on=sent.held_on, area=area, complete=sent.complete,
            by=request.caller.user,
        )  # fmt: skip
    except coming.KeyTaken as taken:
        raise Problem(409, str(taken), field="Idempotency-Key") from None
    except (BadFile, Refused) as error:
        raise Problem(422, str(error), field="rows") from None
    return reply(_shown(imported), 202 if fresh else 200)


@router.get(
    "/records/{id}",
    response={200: schemas.ImportOut, 404: ProblemOut, **REFUSED},
    summary=gettext_noop("送来的记录怎么样了"),
)
@operation("data.import")
def delivered(request: HttpRequest, id: Annotated[int, Path(ge=0, le=2**62)]) -> HttpResponse:
    imported = Import.objects.filter(pk=id).first()
    if imported is None:
        raise hidden()
    return reply(_shown(imported))


def _shown(imported: Import) -> dict[str, Any]:
    problems = imported.problems.order_by("row", "element")[:PAGE]
    return {
        "id": imported.pk, "state": imported.state, "at": when(imported.at), "counts": imported.counts, "why": imported.why,
        "problems": [
            {"row": one.row, "element": one.element, "value": one.value, "wrong": str(WRONG.get(one.wrong, one.wrong))}
            for one in problems
        ],
    }  # fmt: skip
