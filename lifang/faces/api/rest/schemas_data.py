"""Persons that go out under a contract, and records that departments send."""

import datetime as dt
from typing import Annotated

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import Field

from lifang.faces.api.rest.schemas import Code, Text
from lifang.faces.api.rest.strict import Strict


class PersonOut(Schema):
    id: int
    area: str
    values: Annotated[dict[str, str], Field(description=gettext_noop("数据元 → 值，只有约定里的"))]


class PersonPage(Schema):
    contract: str
    items: list[PersonOut]
    gone: Annotated[
        list[int],
        Field(
            description=gettext_noop("只在用了 since 时有：以前给过、现在不再给的居民（并入他人、迁走、不再有记录）")
        ),
    ]
    next: Annotated[int | None, Field(description=gettext_noop("下一页的 after；最后一页为 null"))]


class RecordsIn(Strict):
    """Rows of a department's records: data element → what stands there."""

    system: Annotated[Text, Field(max_length=40, description=gettext_noop("数据来源的代码"))]
    held_on: Annotated[dt.date, Field(description=gettext_noop("数据日期"))]
    area: Annotated[Code | None, Field(description=gettext_noop("是哪里的数据；不填为来源覆盖的地域"))] = None
    complete: Annotated[
        bool,
        Field(description=gettext_noop("全量名单：这个地方以前有、这次没有的人记为离开；要写明 area，由人核对后入库")),
    ] = False
    rows: Annotated[list[dict[str, Annotated[Text, Field(max_length=500)]]], Field(min_length=1, max_length=2000)]


class ImportProblem(Schema):
    row: int
    element: str
    value: str
    wrong: str


class ImportOut(Schema):
    id: int
    state: str
    at: str
    counts: dict[str, int]
    why: str
    problems: list[ImportProblem]
