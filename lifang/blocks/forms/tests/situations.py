"""A department that asks, and two communities of whom departments have said something."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from lifang.blocks.forms import service as forms
from lifang.blocks.forms.models import Edition, Form, Issue, Return
from lifang.blocks.forms.reading import HERE, OUR_OWN, column, condition
from lifang.blocks.packs.shapes import FormColumn, FormSheet
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import Scope, scope_of, within_scope
from lifang.ground.areas.codes import span
from tests.passing import passed
from tests.situations import EAST, EAST_COMMUNITY, EAST_COMMUNITY_2, a_person, unit_of

PLACES = (EAST_COMMUNITY, EAST_COMMUNITY_2)
WEEK, AGO = dt.timedelta(days=7), dt.timedelta(days=30)


def an_officer(kind: str = "civil_affairs") -> User:
    return a_person("dept_officer", EAST, unit_of(kind, EAST))


def counted(title: str, *conditions: Any) -> FormColumn:
    return column(title, "persons", where=conditions)


def of_sex(code: str) -> Any:
    return condition("element", element="sex", values=(code,))


def asked(title: str, element: str) -> FormColumn:
    return column(title, "element", element, kind="text")


def typed(title: str, kind: str = "number", what: str = "", **more: Any) -> FormColumn:
    return column(title, "typed", what, kind=kind, **more)


POPULATION = {
    "total": counted("总人口"), "men": counted("男", of_sex("1")), "women": counted("女", of_sex("2")),
    "aged": counted("60周岁以上", condition("age", first=60)), "tables": typed("议事桌数"),
}  # fmt: skip
ROSTER = {
    "name": asked("姓名", "name"), "birth": asked("出生日期", "birth"), "phone": asked("联系电话", "phone"),
    "rails": typed("装了扶手", "truth"),
}  # fmt: skip


def a_sheet(
    columns: dict[str, FormColumn] | None = None, *, title: str = "社区人口月报", shape: str = "sheet",
    matter: str = "assist_elder_visit", period: str = "monthly", checks: Sequence[str] = (), **more: Any,
) -> FormSheet:  # fmt: skip
    given = {"list": "", "register": "", "where": (), **more}
    return FormSheet(
        form="", title=title, unit="civil_affairs", matter=matter, period=period, shape=shape,
        columns=POPULATION if columns is None else columns, checks=tuple(checks), since=today(), source=OUR_OWN,
        at=HERE, **given,
    )  # fmt: skip


def a_roster(columns: dict[str, FormColumn] | None = None, **more: Any) -> FormSheet:
    return a_sheet(columns or ROSTER, title=more.pop("title", "高龄老人花名册"), shape="roster", list="aged_80", **more)


def made(officer: User, sheet: FormSheet) -> Edition:
    with scope_of(officer, "form.make"):
        assert officer.unit
        return forms.make(unit=officer.unit, sheet=sheet, by=officer)


def sent(officer: User, edition: Edition, places: Sequence[int] = PLACES, sending: str = "", **how: Any) -> Issue:
    """Sent as what passed the gate."""
    how["sending"] = sending or passed(edition.form.unit, places)
    with scope_of(officer, "form.make"):
        return forms.issue(edition=edition, places=places, due=how.pop("due", today() + WEEK), by=officer, **how)


def return_of(issue: Issue, place: int = EAST_COMMUNITY) -> Return:
    with within_scope(Scope("form.fill", ((place, span(place).stop),))):
        return Return.objects.select_related("issue__edition__form__unit").get(issue=issue, area=place, current=True)


def value(found: Return, column: str) -> Any:
    return found.cells[column][0]


def a_form(officer: User, **more: Any) -> Form:
    return made(officer, a_sheet(**more)).form
