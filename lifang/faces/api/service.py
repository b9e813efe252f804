"""The API put together: routers, refusals, doors, and its own description."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import URLPattern
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI

from lifang.faces.api import problems
from lifang.faces.api.door import guarded, listed, path_operations
from lifang.faces.api.rest import cases, figures, persons, places, reports, rules, sendings

PREFIX = "/api/v1/"
WORDS = ("summary", "description")
DESCRIPTION = _(
    "与页面相同的职能。工作人员登录后可用，其他系统用令牌：Authorization: Bearer <token>。每个请求只按一项职能、"
    "在令牌的地域内进行。写入要带 Idempotency-Key(UUID)，重发得到第一次的结果。拒绝一律为 application/problem+json。"
)
TAGS = {
    "reports": _("上报与查询"),
    "cases": _("案件"),
    "figures": _("指标"),
    "areas": _("地域"),
    "persons": _("居民与记录"),
    "sendings": _("向社区下达"),
    "packs": _("规则"),
}

api = NinjaAPI(
    title="Lifang",
    version="1",
    description=DESCRIPTION,  # type: ignore[arg-type]
    urls_namespace="lifang-api",
    openapi_url=None,
    docs_url=None,
)
problems.install(api)
api.add_router("", reports.router, tags=["reports"])
api.add_router("/cases", cases.router, tags=["cases"])
api.add_router("/figures", figures.router, tags=["figures"])
api.add_router("/areas", places.router, tags=["areas"])
api.add_router("", persons.router, tags=["persons"])
api.add_router("/sendings", sendings.router, tags=["sendings"])
api.add_router("/packs", rules.router, tags=["packs"])


@cache
def patterns() -> list[URLPattern]:
    """Every operation's address behind its door."""
    return [
        guarded(found) for found in api.urls[0] if isinstance(found, URLPattern) and path_operations(found.callback)
    ]


def operations() -> Sequence[tuple[str, str, str]]:
    """(method, path, function) of every operation, for the routes × roles table."""
    return sorted(set(listed(patterns(), PREFIX)))


@cache
def description(language: str = settings.LANGUAGE_CODE) -> dict[str, Any]:
    """The API as OpenAPI 3.1, with its words in a language of the platform."""
    with override(language):
        found: dict[str, Any] = _translated(_description())
    return found


def _description() -> dict[str, Any]:
    schema = dict(api.get_openapi_schema(path_prefix=PREFIX))
    schema["servers"] = [{"url": "/"}]
    schema["info"]["description"] = str(DESCRIPTION)
    schema["tags"] = [{"name": name, "description": str(title)} for name, title in TAGS.items()]
    schema["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer"},
        "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
    }
    functions = {(method, path): function for method, path, function in operations()}
    for path, methods in schema["paths"].items():
        for method, details in methods.items():
            _describe(details, functions[method.upper(), path.replace("{", "<").replace("}", ">")])
    return schema


def _translated(part: Any) -> Any:
    if isinstance(part, list):
        return [_translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: gettext(one) if name in WORDS and isinstance(one, str) and one else _translated(one)
        for name, one in part.items()
    }


def _describe(details: dict[str, Any], function: str) -> None:
    """Name the function, say who may call, and give refusals their media type."""
    details["x-function"] = function.removeprefix("public:")
    details["security"] = [{}, {"token": []}] if function.startswith("public:") else [{"token": []}, {"session": []}]
    for status in ("400", "401", "405", "413", "429"):
        details["responses"].setdefault(
            int(status), {"description": status, "content": {"application/json": {"schema": PROBLEM}}}
        )
    for answer in details["responses"].values():
        content = answer.get("content", {})
        if content.get("application/json", {}).get("schema") == PROBLEM:
            answer["content"] = {problems.MEDIA_TYPE: {"schema": PROBLEM}}


PROBLEM = {"$ref": "#/components/schemas/ProblemOut"}
