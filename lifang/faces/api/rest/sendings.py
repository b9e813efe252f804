"""Asking something of communities: through the same gate as the desk."""

import datetime as dt
from typing import Annotated, Any, Literal, Self

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from ninja import Body, Path, Query, Router
from pydantic import Field, model_validator

from lifang.blocks.matters.columns import LONGEST_TITLE, LONGEST_UNIT, MOST
from lifang.domains.gate.models import Sending
from lifang.domains.gate.queries import listed
from lifang.domains.gate.sending import DAYS, send
from lifang.faces.api.door import operation
from lifang.faces.api.problems import hidden, reply
from lifang.faces.api.rest.refusals import ProblemOut
from lifang.faces.api.rest.reports import Key
from lifang.faces.api.rest.schemas import Code, Text
from lifang.faces.api.rest.strict import Strict
from lifang.ground.access.scope import everywhere
from lifang.ground.areas import codes
from lifang.ground.clock.limits import Limit

router = Router()
REFUSED = {401: ProblemOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut, 429: ProblemOut}
Number = Annotated[str, Path(pattern=r"^XD[0-9-]{8,22}$", description=gettext_noop("下达编号"))]


class LimitIn(Strict):
    amount: Annotated[float, Field(gt=0, le=400)]
    unit: Literal["work_hours", "urgent_hours", "working_days", "natural_days"]

    @model_validator(mode="after")
    def days_come_whole(self) -> Self:
        if self.unit.endswith("days") and not self.amount.is_integer():
            raise ValueError(gettext("按天计的填整数"))
        return self


class ApprovalIn(Strict):
    """A document that approves it, given outside the system."""

    number: Annotated[Text, Field(min_length=1, max_length=120)]
    body: Annotated[Text, Field(min_length=1, max_length=120)]
    title: Annotated[Text, Field(min_length=1, max_length=120)]
    date: dt.date


class ColumnIn(Strict):
    """What communities are to type, which is no data element."""

    title: Annotated[Text, Field(min_length=1, max_length=LONGEST_TITLE)]
    kind: Literal["number", "text", "date", "truth"]
    unit: Annotated[Text, Field(max_length=LONGEST_UNIT)] = ""


class SendingIn(Strict):
    """What is asked of every community (level 5) or grid (6) below a place, or of those in `only`."""

    kind: Literal["task", "form", "meeting", "inspection", "plate", "data", "certificate"]
    matter: Annotated[Text, Field(max_length=120, description=gettext_noop("事项名称、代码或准入编号"))] = ""
    title: Annotated[Text, Field(min_length=1, max_length=120)]
    text: Annotated[Text, Field(max_length=2000)] = ""
    below: Code
    level: Literal[5, 6] = 5
    only: Annotated[list[Code], Field(max_length=5000)] = []
    limit: LimitIn | None = None
    emergency: bool = False
    elements: Annotated[list[Text], Field(max_length=300, description=gettext_noop("要的数据元"))] = []
    columns: Annotated[list[ColumnIn], Field(max_length=MOST, description=gettext_noop("要新填的列"))] = []
    approval: Annotated[
        Annotated[Text, Field(max_length=120)] | ApprovalIn,
        Field(description=gettext_noop("系统里已批准的编号，或者系统外的批准文件")),
    ] = ""


class SendingOut(Strict):
    number: str
    state: Literal["sent", "returned", "withdrawn", "ended"]
    rule: str
    why: str
    matter: str
    title: str
    kind: str
    places: int
    minutes: int
    at: str
    due: str | None
    task: str
    letter: str


class SendingPage(Strict):
    items: list[SendingOut]


def _shown(one: Sending) -> dict[str, Any]:
    return {
        "number": one.number, "state": one.state, "rule": one.rule, "why": one.why, "matter": one.matter,
        "title": one.title, "kind": one.kind, "places": one.places, "minutes": one.minutes, "at": timezone.localtime(one.at).isoformat(),
        "due": timezone.localtime(one.due).isoformat() if one.due else None, "task": one.case.number if one.case else "",
        "letter": f"/desk/gate/sendings/{one.number}/letter/" if one.state == Sending.State.RETURNED else "",
    }  # fmt: skip


@router.post("", response={201: SendingOut, 200: SendingOut, **REFUSED}, summary=gettext_noop("向社区下达"))
@operation("gate.send")
def create(request: HttpRequest, key: Key, sent: Annotated[SendingIn, Body()]) -> HttpResponse:
    """201 also where the gate returned it: `state` says so, `why` gives the rule, and a letter lies at `letter`."""
    limit = Limit(int(sent.limit.amount) if sent.limit.amount.is_integer() else sent.limit.amount, sent.limit.unit) if sent.limit else DAYS  # type: ignore[arg-type]  # fmt: skip
    data: dict[str, Any] = {"elements": sent.elements} if sent.elements else {}
    if sent.columns:
        data["columns"] = [one.model_dump() for one in sent.columns]
    if sent.approval:
        data["approval"] = sent.approval if isinstance(sent.approval, str) else sent.approval.model_dump(mode="json")
    below = codes.parse(sent.below)
    with everywhere():
        before = Sending.objects.filter(key=key).exists()
    done = send(
        actor=request.caller.actor(below), kind=sent.kind, title=sent.title, text=sent.text, matter=sent.matter,  # type: ignore[attr-defined]
        below=below, level=sent.level, only=[codes.parse(one) for one in sent.only], limit=limit,
        emergency=sent.emergency, data=data, channel="api", key=key,
    )  # fmt: skip
    return reply(_shown(done), 200 if before else 201)


@router.get("", response={200: SendingPage, **REFUSED}, summary=gettext_noop("下达与退回的列表"))
@operation("gate.read")
def sendings(
    request: HttpRequest,
    state: Literal["sent", "returned", "withdrawn", "ended"] | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> HttpResponse:
    """Newest first, within the asker's reach."""
    found = listed().filter(state=state) if state else listed()
    return reply({"items": [_shown(one) for one in found[:limit]]})


@router.get("/{number}", response={200: SendingOut, **REFUSED}, summary=gettext_noop("一件下达"))
@operation("gate.read")
def sending(request: HttpRequest, number: Number) -> HttpResponse:
    found = listed().filter(number=number).first()
    if found is None:
        raise hidden()
    return reply(_shown(found))
