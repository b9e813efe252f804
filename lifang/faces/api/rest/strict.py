"""What every body must be: only known fields, and only text that can be written down."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ConfigDict, model_validator

from lifang.blocks.cases.lifecycle import storable
from lifang.faces.api.problems import WORDS, Problem


class Strict(Schema):
    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _writable(cls, given: Any) -> Any:
        for place, text in _texts(given):
            if not storable(text):
                field = place.encode(errors="backslashreplace").decode()
                allowed = str(WORDS["string_unicode"])
                raise Problem(
                    422, _("「{field}」不符合要求：{allowed}。").format(field=field, allowed=allowed), field=field,
                    allowed=allowed,
                )  # fmt: skip
        return given


def _texts(given: Any) -> Iterator[tuple[str, str]]:
    """Every text within, names of fields too, each with its place such as `data.note`."""
    left = [("", given)]
    while left:
        place, value = left.pop()
        if isinstance(value, str):
            yield place, value
        elif isinstance(value, dict):
            for name, part in value.items():
                within = f"{place}.{name}".lstrip(".")
                yield within, str(name)
                left.append((within, part))
        elif isinstance(value, list):
            left += [(place, part) for part in value]
