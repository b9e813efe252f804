"""Refusals as problem+json (RFC 9457): what happened, which field, what is allowed."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from lifang.blocks.cases.errors import Conflict, NotDone
from lifang.blocks.cases.models import Case
from lifang.blocks.packs.service import NoRule
from lifang.ground.areas.codes import BadCode
from lifang.ground.files.store import Rejected

MEDIA_TYPE = "application/problem+json"
HIDDEN = gettext_lazy("没有这个内容，或者你没有查看它的权限。")

# What pydantic found wrong → what is allowed, in the reader's language.
WORDS = {
    "missing": gettext_lazy("必须填写"),
    "extra_forbidden": gettext_lazy("没有这个字段"),
    "string_too_long": gettext_lazy("最多 {max_length} 个字"),
    "string_too_short": gettext_lazy("至少 {min_length} 个字"),
    "string_pattern_mismatch": gettext_lazy("格式应为 {pattern}"),
    "string_type": gettext_lazy("应为文字"),
    "string_unicode": gettext_lazy("应为有效的文字"),
    "int_type": gettext_lazy("应为整数"),
    "int_parsing": gettext_lazy("应为整数"),
    "int_from_float": gettext_lazy("应为整数"),
    "int_parsing_size": gettext_lazy("数字太大"),
    "float_type": gettext_lazy("应为数字"),
    "float_parsing": gettext_lazy("应为数字"),
    "finite_number": gettext_lazy("应为有限的数字"),
    "bool_parsing": gettext_lazy("应为 true 或 false"),
    "bool_type": gettext_lazy("应为 true 或 false"),
    "greater_than_equal": gettext_lazy("不小于 {ge}"),
    "less_than_equal": gettext_lazy("不大于 {le}"),
    "literal_error": gettext_lazy("只能是 {expected}"),
    "enum": gettext_lazy("只能是 {expected}"),
    "uuid_parsing": gettext_lazy("应为 UUID，如 7d444840-9dc0-11d1-b245-5ffdce74fad2"),
    "uuid_type": gettext_lazy("应为 UUID，如 7d444840-9dc0-11d1-b245-5ffdce74fad2"),
    "datetime_parsing": gettext_lazy("应为带时区的时间，如 2026-03-01T09:30:00+08:00"),
    "datetime_from_date_parsing": gettext_lazy("应为带时区的时间，如 2026-03-01T09:30:00+08:00"),
    "timezone_aware": gettext_lazy("应为带时区的时间，如 2026-03-01T09:30:00+08:00"),
    "date_parsing": gettext_lazy("应为日期，如 2026-03-01"),
    "date_from_datetime_parsing": gettext_lazy("应为日期，如 2026-03-01"),
    "date_from_datetime_inexact": gettext_lazy("应为日期，如 2026-03-01"),
    "list_type": gettext_lazy("应为列表"),
    "too_long": gettext_lazy("最多 {max_length} 项"),
    "dict_type": gettext_lazy("应为 JSON 对象"),
    "model_type": gettext_lazy("应为 JSON 对象"),
    "model_attributes_type": gettext_lazy("应为 JSON 对象"),
}


def reply(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return HttpResponse(body, content_type="application/json", status=status, headers=headers)


class Problem(Exception):
    """A refusal that the caller is told; nothing was changed. `errors` name each wrong field."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        field: str = "",
        allowed: str = "",
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.headers = status, headers
        self.body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": str(detail)}
        for name, value in {"field": field, "allowed": allowed, "errors": list(errors), **more}.items():
            if value:
                self.body[name] = value

    def response(self) -> HttpResponse:
        response = reply(self.body, self.status, self.headers)
        response.headers["Content-Type"] = MEDIA_TYPE
        return response


def hidden() -> Problem:
    """Missing and forbidden look alike."""
    return Problem(404, str(HIDDEN))


def _wrong(error: Mapping[str, Any]) -> dict[str, str]:
    place = [str(part) for part in error["loc"] if part not in ("body", "query", "path", "header", "form", "file")]
    kept = place[1:] if place[:1] in (["sent"], ["asked"]) and len(place) > 1 else place
    words = WORDS.get(error["type"])
    try:
        allowed = str(words).format(**error.get("ctx", {})) if words else str(error["msg"])
    except (KeyError, IndexError):
        allowed = str(error["msg"])
    return {"field": ".".join(kept), "allowed": allowed.removeprefix("Value error, ")}


def invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [_wrong(e) for e in error.errors]
    first = errors[0] if errors else {"field": "", "allowed": ""}
    detail = _("「{field}」不符合要求：{allowed}。").format(**first)
    return Problem(422, detail, field=first["field"], allowed=first["allowed"], errors=errors).response()


def problem_of(error: Exception) -> Problem:
    """What the caller is told about an exception of the layers below."""
    match error:
        case Problem():
            return error
        case Conflict():
            return Problem(409, error.message, conflict={"by": error.by, "act": error.act, "at": error.at.isoformat()})
        case NotDone():
            return Problem(422, error.message, field=error.field, allowed=error.allowed)
        case Http404() | Case.DoesNotExist():
            return hidden()
        case Rejected():
            return Problem(422, str(error), field="file")
        case BadCode() | NoRule():
            return Problem(422, str(error))
        case RequestDataTooBig():
            return Problem(413, _("请求太大，没有收下。"), allowed=_("最大 12 MB"))
        case TooManyFieldsSent() | TooManyFilesSent():
            return Problem(413, _("字段或文件太多，没有收下。"), allowed=_("最多 2000 个字段、30 个文件"))
        case DataError():
            return Problem(422, _("有一项内容超出了允许的范围。"))
        case HttpError():
            return Problem(error.status_code, _("请求正文不是有效的 JSON。"), allowed="application/json, UTF-8")
        case _:
            return Problem(400, _("请求没有完整送达或格式不对，没有处理。"))


TOLD = (
    Problem, NotDone, Http404, Case.DoesNotExist, Rejected, BadCode, NoRule, RequestDataTooBig, TooManyFieldsSent,
    TooManyFilesSent, DataError, HttpError, BadRequest, UnreadablePostError, MultiPartParserError,
)  # fmt: skip


def refuse(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_of(error).response()


def install(api: NinjaAPI) -> None:
    api.add_exception_handler(ValidationError, invalid)
    for kind in TOLD:
        api.add_exception_handler(kind, refuse)
