"""GeoReport's two forms of one answer: XML, and JSON by the Spark convention."""

import json
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse

FORMATS = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
Value = Any


def _printable(text: str) -> str:
    """Without the characters that XML 1.0 cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def _fill(element: ElementTree.Element, value: Value, item: str) -> None:
    if isinstance(value, dict):
        for name, part in value.items():
            _fill(ElementTree.SubElement(element, name), part, ITEMS.get(name, "value"))
    elif isinstance(value, list):
        for part in value:
            _fill(ElementTree.SubElement(element, item), part, "value")
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = _printable(str(value))


# What the members of a list are called in XML.
ITEMS = {
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "attributes": "attribute",
    "values": "value",
    "changesets": "changeset",
    "endpoints": "endpoint",
    "formats": "format",
}


def answer(form: str, root: str, value: Value, status: int = 200) -> HttpResponse:
    """`value` under `root`; a list's members are named in XML and bare in JSON."""
    if form == "json":
        body = json.dumps(value, ensure_ascii=False).encode()
    else:
        element = ElementTree.Element(root)
        _fill(element, value, ITEMS.get(root, "value"))
        body = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type=FORMATS[form], status=status)


class Wrong(Exception):
    """A refusal in GeoReport's words: an HTTP status and a description."""

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status, self.description = status, description


def refused(form: str, status: int, description: str) -> HttpResponse:
    return answer(form, "errors", [{"code": status, "description": description}], status)
