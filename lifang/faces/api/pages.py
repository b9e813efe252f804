"""The API's description, for machines and for people; and what stands where nothing is."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from lifang.faces.api.problems import HIDDEN, Problem, reply
from lifang.faces.api.service import TAGS, description
from lifang.ground.access.doors import opens


@opens
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    return reply(description(get_language()))


@opens
@csrf_exempt
def nothing_here(request: HttpRequest) -> HttpResponse:
    return Problem(404, str(HIDDEN)).response()


@opens
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page of this host alone."""
    schema = description(get_language())
    groups: dict[str, list[dict[str, Any]]] = {name: [] for name in TAGS}
    for path, methods in schema["paths"].items():
        for method, details in methods.items():
            groups[details["tags"][0]].append(_operation(path, method.upper(), details, schema))
    shapes = [(name, _fields(shape)) for name, shape in sorted(schema["components"]["schemas"].items())]
    context = {"groups": [(TAGS[name], rows) for name, rows in groups.items() if rows], "shapes": shapes}
    return render(request, "api/docs.html", context)


def _operation(path: str, method: str, details: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    answers = details["responses"].items()
    media, body = next(iter(details.get("requestBody", {}).get("content", {"": {}}).items()))
    return {
        "id": details["operationId"],
        "method": method,
        "path": path,
        "summary": details["summary"],
        "text": details.get("description", ""),
        "function": details["x-function"],
        "anybody": {} in details["security"],
        "asked": [
            {
                "name": one["name"],
                "where": one["in"],
                "type": _type(one["schema"]),
                "needed": one.get("required", False),
                "text": one.get("description", ""),
            }
            for one in details.get("parameters", [])
        ],
        "media": media,
        "body": _type(body.get("schema", {})),
        "answers": [(status, _answer(answer)) for status, answer in answers if int(status) < 300],
        "refusals": sorted(int(status) for status, _shape in answers if int(status) >= 300),
    }


def _answer(answer: dict[str, Any]) -> str:
    return _type(next(iter(answer.get("content", {"": {}}).values())).get("schema", {}))


def _type(schema: dict[str, Any]) -> str:
    """A shape in a few words: a named one by its name."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if options := schema.get("anyOf"):
        return " | ".join(_type(option) for option in options)
    if schema.get("type") == "array":
        return f"{_type(schema.get('items', {}))}[]"
    if "enum" in schema or "const" in schema:
        return " | ".join(map(str, schema.get("enum", [schema.get("const")])))
    return str(schema.get("format") or schema.get("type") or "")


def _fields(shape: dict[str, Any]) -> list[dict[str, Any]]:
    needed = shape.get("required", [])
    return [
        {"name": name, "type": _type(field), "needed": name in needed, "text": field.get("description", "")}
        for name, field in shape.get("properties", {}).items()
    ]
