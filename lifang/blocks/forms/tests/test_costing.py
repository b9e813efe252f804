"""What a form that was never sent would cost, as its page says before it goes out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lifang.blocks.forms import costing
from lifang.blocks.forms import service as forms
from lifang.blocks.forms.models import Edition
from lifang.blocks.forms.reading import column
from lifang.blocks.forms.tests.situations import AGO, a_sheet, an_officer, asked, made, typed
from lifang.blocks.lists.tests.situations import HEADS, a_neighbourhood, browser, row
from lifang.blocks.packs.shapes import FormColumn
from lifang.blocks.registers.tests.situations import a_street
from lifang.blocks.registry.tests.situations import Town
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST, EAST_COMMUNITY_2

pytestmark = pytest.mark.django_db
EVERYBODY = {"name": asked("姓名", "name"), "rails": typed("装了扶手", "truth")}


def counts_of_residents(officer: User, edition: Edition) -> int:
    """How often the form's page counts the residents of its unit's area."""
    with CaptureQueriesContext(connection) as asked_for:
        assert browser(officer).get(f"/desk/forms/{edition.form_id}/").status_code == 200
    return sum(costing.RESIDENTS.split("%s")[0].strip() in one["sql"] for one in asked_for)


def of_everybody(officer: User, columns: dict[str, FormColumn] = EVERYBODY) -> Edition:
    return made(officer, a_sheet(columns, title="全体居民台账", shape="roster"))


def test_residents_are_not_counted_anew_each_time_a_page_is_opened(town: Town) -> None:
    a_neighbourhood(town, today() - AGO)
    officer = an_officer()
    edition = of_everybody(officer)
    assert [counts_of_residents(officer, edition) for _time in range(3)] == [1, 0, 0]


def test_the_fullest_community_is_reckoned_from_one_of_a_usual_size(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_neighbourhood(town, today() - AGO)
    there = [row(name, age, serial=9, place="东风2社区") for name, age in (("王一", 30), ("王二", 40))]
    town.took("health", there, heads=HEADS, on=today() - AGO)
    edition = of_everybody(an_officer())
    monkeypatch.setattr(costing, "USUAL", 2)
    filled: list[int] = []
    fill = costing.fill
    monkeypatch.setattr(costing, "fill", lambda form, places, on: filled.extend(places) or fill(form, places, on))
    with system_scope("test"):
        assert forms.cost(edition, EAST) == costing.Cost(3 + 1.5 * 4, 3 + 1.5 * 6)
    assert filled == [EAST_COMMUNITY_2]


def test_a_roster_of_things_is_reckoned_from_the_things(db: None) -> None:
    street = a_street()
    for name in ("一号", "二号", "三号"):
        street.enters("women_station", name)
    street.enters("women_station", "四号", area=EAST_COMMUNITY_2)
    officer = an_officer()
    things = {"name": column("名称", "column", "name"), "open": typed("开放", "truth")}
    edition = made(officer, a_sheet(things, title="工作站台账", shape="roster", register="women_station"))
    assert counts_of_residents(officer, edition) == 0
    with system_scope("test"):
        assert forms.cost(edition, EAST) == costing.Cost(3 + 1.5 * 2, 3 + 1.5 * 3)
