"""A form's shape between the database and the packs' own dataclass."""

import datetime as dt
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lifang.blocks.forms.models import Edition
from lifang.blocks.matters.columns import Column, made
from lifang.blocks.packs.problems import Where
from lifang.blocks.packs.shapes import Citation, Condition, FormColumn, FormSheet

HERE = Where("", 0)
OUR_OWN = Citation("", "", at=HERE)


def sheet_of(edition: Edition) -> FormSheet:
    said = edition.sheet
    return FormSheet(
        form=edition.form.code, title=edition.title, unit=edition.form.unit.kind, matter=edition.matter,
        period=edition.period, shape=edition.shape, list=said.get("list", ""), register=said.get("register", ""),
        where=_conditions(said.get("where", ())),
        columns={one["key"]: _column(one) for one in said["columns"]}, checks=tuple(said.get("checks", ())),
        since=edition.since, source=OUR_OWN, at=HERE,
    )  # fmt: skip


def written(sheet: FormSheet) -> dict[str, Any]:
    """What an edition keeps in `sheet`."""
    return {
        "list": sheet.list, "register": sheet.register, "where": _told(sheet.where),
        "columns": [{"key": key, **_of_column(one)} for key, one in sheet.columns.items()], "checks": list(sheet.checks),
    }  # fmt: skip


def column(title: str, source: str, what: str = "", **given: Any) -> FormColumn:
    return FormColumn(
        **{"where": (), "kind": "number", "refresh_days": None, "cell": (), "at": HERE, **given},
        title=title, source=source, what=what,
    )  # fmt: skip


def condition(what: str, **given: Any) -> Condition:
    blank = {"first": None, "last": None, "least": None, "most": None, "element": "", "values": ()}
    return Condition(**{**blank, **given}, what=what, at=HERE)


def _column(said: Mapping[str, Any]) -> FormColumn:
    return column(
        said["title"], said["source"], said["what"], where=_conditions(said["where"]), kind=said["kind"],
        refresh_days=said["refresh_days"], cell=tuple(said["cell"]), choices=tuple(said.get("choices", ())),
        codes=tuple(said.get("codes", ())), optional=said.get("optional", False),
    )  # fmt: skip


def _of_column(one: FormColumn) -> dict[str, Any]:
    return {
        "title": one.title, "source": one.source, "what": one.what, "where": _told(one.where), "kind": one.kind,
        "refresh_days": one.refresh_days, "cell": list(one.cell),
        **{name: list(getattr(one, name)) for name in ("choices", "codes") if getattr(one, name)},
        **({"optional": True} if one.optional else {}),
    }  # fmt: skip


def _conditions(said: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    return tuple(condition(**{**one, "values": tuple(one.get("values", ()))}) for one in said)


def _told(conditions: Iterable[Condition]) -> list[dict[str, Any]]:
    fields = ("what", "first", "last", "least", "most", "element", "values")
    found = [{name: getattr(one, name) for name in fields} for one in conditions]
    return [{name: value for name, value in one.items() if value not in (None, "", ())} for one in found]


@dataclass(frozen=True)
class Asked:
    """An edition with its shape read once."""

    edition: Edition
    sheet: FormSheet

    @classmethod
    def of(cls, edition: Edition) -> "Asked":
        return cls(edition, sheet_of(edition))

    @property
    def elements(self) -> set[str]:
        """The data elements that it asks for or counts by."""
        return elements_of(self.sheet)


def of_persons(sheet: FormSheet) -> bool:
    """Whether its rows tell of persons, or of homes where they live."""
    return sheet.shape != "sheet" and not sheet.register


def typed_of(sheet: FormSheet) -> list[Column]:
    """What communities type, as matters.columns tells of it."""
    return [made(one.title, one.kind) for one in sheet.columns.values() if one.source == "typed"]


def elements_of(sheet: FormSheet) -> set[str]:
    return elements_by(sheet.where).union(*map(rests_on, sheet.columns.values()))


def rests_on(one: FormColumn) -> set[str]:
    """The data elements that a column asks for or counts by."""
    return figured_by(one) | ({one.what} if one.source == "element" else set())


def gone(one: FormColumn, elements: Container[str]) -> bool:
    """Whether a column rests on a data element that is none of these any more."""
    return any(name not in elements for name in rests_on(one))


def figured_by(one: FormColumn) -> set[str]:
    """The data elements on which a figure of everybody rests: what it adds up, and by what it counts."""
    return elements_by(one.where) | ({one.what} if one.source == "sums" else set())


def elements_by(conditions: Iterable[Condition]) -> set[str]:
    return {one.element for one in conditions if one.element}


def day_of(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
