"""What comes in and what goes out. Answers are written by hand for speed; these shapes describe and test them."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from lifang.faces.api.rest.strict import Strict
from lifang.ground.areas import codes


def _no_nul(value: str) -> str:
    if "\0" in value:
        raise ValueError(gettext("不能含有空字符"))
    return value


def _code(value: str) -> str:
    codes.parse(value)
    return value


Text = Annotated[str, AfterValidator(_no_nul)]
Code = Annotated[
    str,
    Field(
        pattern=r"^\d{2,15}$",
        description=gettext_noop("区划代码：2、4、6、9、12 或 15 位数字"),
        examples=["360102001001"],
    ),
    AfterValidator(_code),
]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, description=gettext_noop("经度，WGS 84"))]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, description=gettext_noop("纬度，WGS 84"))]
Fingerprint = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description=gettext_noop("照片的 SHA-256，由上传照片得到"))
]
Number = Annotated[
    str, Field(pattern=r"^[0-9-]{1,24}$", description=gettext_noop("案件编号"), examples=["261122-004217-8"])
]


HappenedAt = Annotated[
    AwareDatetime | None,
    Field(description=gettext_noop("没有网络时记下的时间，按设备的时钟；只作记录，计时以收到的时间为准")),
]


class ReportIn(Strict):
    """A report of an event. Give a point, a place's code, or words that name the place."""

    category: Annotated[Text, Field(max_length=40, description=gettext_noop("事项类别编码"))]
    text: Annotated[Text, Field(min_length=1, max_length=2000, description=gettext_noop("看到的情况"))]
    lon: Longitude | None = None
    lat: Latitude | None = None
    area: Code | None = None
    place_text: Annotated[Text, Field(max_length=200)] = ""
    name: Annotated[Text, Field(max_length=40)] = ""
    phone: Annotated[Text, Field(max_length=20, pattern=r"^[0-9+() -]*$")] = ""
    wants_answer: bool = False
    photos: Annotated[list[Fingerprint], Field(max_length=9)] = []
    join: Annotated[Number | None, Field(description=gettext_noop("加入已有案件：填它的编号，则不另开案件"))] = None
    happened_at: HappenedAt = None


class ProxyIn(ReportIn):
    """A report that staff file for a person who phoned, came or wrote."""

    channel: Literal["phone", "counter", "paper"]
    consent: Literal["present", "phone", "guardian"]


class LikelyOut(Schema):
    number: str
    title: str
    state: str
    told: str
    metres: int
    score: float
    opened_at: dt.datetime
    voices: int


class LimitOut(Schema):
    amount: float
    unit: str
    words: str
    source: str


class ReportOut(Schema):
    number: str
    state: str
    version: int
    area: str
    second_area: str | None
    place_problem: str
    owner: str
    owner_source: str
    limit: LimitOut | None
    token: Annotated[str, Field(description=gettext_noop("查询令牌，只给上报人"))]
    tracking: str
    repeated: Annotated[bool, Field(description=gettext_noop("同一幂等键再次发送：返回第一次的结果，没有新的变化"))]
    likely: Annotated[list[LikelyOut], Field(description=gettext_noop("可能重复的案件"))]


class PhotoOut(Schema):
    sha256: str
    size: int
    width: int
    height: int


class UnitOut(Schema):
    id: int
    code: str
    name: str


class PointOut(Schema):
    lon: float
    lat: float


class CaseOut(Schema):
    number: str
    type: str
    version: int
    state: str
    state_title: str
    is_open: bool
    flags: list[str]
    area: str
    area_name: str
    second_area: str | None
    point: PointOut | None
    place_text: str
    category: str
    title: str
    urgency: str
    source: str
    unit: UnitOut | None
    clock: str
    due_at: dt.datetime | None
    opened_at: dt.datetime
    accepted_at: dt.datetime | None
    filed_at: dt.datetime | None
    dispatched_at: dt.datetime | None
    received_at: dt.datetime | None
    handled_at: dt.datetime | None
    closed_at: dt.datetime | None
    rated_at: dt.datetime | None
    voices: int
    returns: int
    reworks: int
    solved: bool | None
    satisfied: bool | None


class ClockOut(Schema):
    name: str
    title: str
    running: bool
    used_seconds: int
    words: str
    due_at: dt.datetime | None
    in_time: bool | None
    source: str


class PartOut(Schema):
    unit: UnitOut
    kind: str
    duty: str
    state: str
    begun_at: dt.datetime
    respond_due_at: dt.datetime | None
    responded_at: dt.datetime | None
    due_at: dt.datetime | None
    done_at: dt.datetime | None
    result: str


class CaseDetailOut(CaseOut):
    text: str
    parent: str | None
    duplicate_of: str | None
    photos: list[str]
    clocks: list[ClockOut]
    parts: list[PartOut]
    fields: dict[str, Any]


class CasePage(Schema):
    items: list[CaseOut]
    next: Annotated[str | None, Field(description=gettext_noop("下一页的 cursor；没有下一页时为 null"))]


class ActOut(Schema):
    seq: int
    act: str
    title: str
    from_state: str
    to_state: str
    at: dt.datetime
    by: str
    unit: str
    function: str
    note: str
    data: dict[str, Any]


class Timeline(Schema):
    number: str
    version: int
    items: list[ActOut]


class InputOut(Schema):
    name: str
    title: str
    kind: str
    needed: bool
    options: dict[str, str]


class AllowedAct(Schema):
    act: str
    title: str
    to: str
    function: str
    confirm: bool
    inputs: list[InputOut]


class Allowed(Schema):
    number: str
    version: Annotated[int, Field(description=gettext_noop("办理时要原样带回"))]
    items: list[AllowedAct]


class ActIn(Strict):
    act: Annotated[Text, Field(max_length=30, description=gettext_noop("动作名，见“可做的事”"))]
    version: Annotated[int, Field(ge=1, le=2**31 - 1, description=gettext_noop("看到的案件版本"))]
    data: Annotated[dict[str, Any], Field(description=gettext_noop("这一步要填的内容，见“可做的事”的 inputs"))] = {}
    happened_at: HappenedAt = None


class ActDone(Schema):
    number: str
    version: int
    state: str
    act: ActOut


class TrackedAct(Schema):
    title: str
    at: dt.datetime
    told: str


class Tracked(Schema):
    number: str
    title: str
    state: str
    told: str
    is_open: bool
    owner: str
    due_at: dt.datetime | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    version: int
    acts: list[TrackedAct]
    allowed: list[AllowedAct]


class CategoryOut(Schema):
    code: str
    title: str
    major: str
    major_title: str
    kind: str
    urgency: str
    keywords: list[str]


class CategoryPage(Schema):
    items: list[CategoryOut]


class RuleOut(Schema):
    """One value with its reasons."""

    name: str
    value: Any
    unit: str
    document: str
    number: str
    clause: str
    status: str
    since: dt.date
    pack: str
    citation: str


class CategoryRules(CategoryOut):
    filing: str
    closing: str
    power: str
    note: str
    owner: RuleOut
    limits: list[RuleOut]


class Suggested(Schema):
    code: str
    title: str
    major_title: str
    score: float


class Suggestions(Schema):
    items: list[Suggested]


class PlaceOut(Schema):
    code: str
    name: str
    level: int
    kind: str
    layer: str | None
    parent: str
    since: dt.date
    until: dt.date | None
    lon: float | None
    lat: float | None
    generated: Annotated[bool, Field(description=gettext_noop("模拟数据"))]


class PlacePage(Schema):
    on: dt.date
    items: list[PlaceOut]


class PlaceFound(Schema):
    governance: PlaceOut | None
    construction: PlaceOut | None
    problem: Literal["outside", "gap"] | None
    path: str


class FigureOut(Schema):
    """A number that explains itself: what was divided by what, the clause, the as-of time, where its cases are."""

    name: str
    title: str
    unit: Annotated[str, Field(description=gettext_noop("count、percent、seconds 或 points"))]
    value: float | None
    numerator: int
    denominator: int | None
    key: Annotated[str | None, Field(description=gettext_noop("按 by 分组时的成员；未定单位为 null"))]
    fair: bool
    reason: Annotated[str, Field(description=gettext_noop("没有值的原因"))]
    formula: str
    source: str
    as_of: dt.datetime
    explanation: str
    cases: str


class FigurePage(Schema):
    area: str
    since: dt.date
    until: dt.date
    whole: Annotated[bool, Field(description=gettext_noop("false:只计所在单位有份的案件"))]
    items: list[FigureOut]


Day = dt.date
Layer = Literal["governance", "construction"]
Moment = AwareDatetime
Key = UUID
