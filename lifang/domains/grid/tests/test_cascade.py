"""Tasks down, returns up: through the desk and the phone."""

import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from lifang.blocks.cases.models import Act, Case
from lifang.domains.gate.tests.situations import admitted
from lifang.domains.grid import cascade
from lifang.domains.grid.tests.situations import City
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.codes import text15
from lifang.ground.areas.models import Area, AreaChange
from lifang.ground.trail.models import Entry
from tests.situations import (
    BEGINNING,
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_GRID,
    EAST_GRID_2,
    EAST_STREET,
    WEST_COMMUNITY,
    a_person,
)


def signed_in(city: City, person: str) -> Client:
    client = Client()
    client.force_login(city.people[person])
    return client


def issued(city: City, person: str, **more: Any) -> Case:
    """A task sent through the form."""
    data = {
        "title": "换届人员培训",
        "text": "各处自行组织，办完回报人数",
        "kind": "ordinary",
        "below": text15(CITY),
        "level": "5",
        "only": "",
        "limit_0": "3",
        "limit_1": "working_days",
        "key": str(uuid.uuid4()),
        **more,
    }
    if data["level"] in "56" and data["kind"] == "ordinary":
        data["matter"] = admitted(city.people[person].unit).code
    answer = signed_in(city, person).post(reverse("task_new"), data)
    assert answer.status_code == 302, answer.content.decode()
    with system_scope("test"):
        return Case.objects.filter(type="task").latest("pk")


def parts(task: Case) -> dict[int, Case]:
    with system_scope("test"):
        return {case.area: case for case in Case.objects.filter(parent=task)}


def act(city: City, person: str, case: Case, name: str, **data: Any) -> Any:
    """One act through the case's page, and the job that follows."""
    city.refresh(case)
    answer = signed_in(city, person).post(
        reverse("case", args=[case.number]), {"act": name, "version": case.version, "key": str(uuid.uuid4()), **data}
    )
    jobs = ProcrastinateJob.objects.filter(task_name="grid.task_rest", status="todo")
    for args in jobs.values_list("args", flat=True):
        cascade.rest(**args)
    return answer


def seen(city: City, person: str, task: Case, query: str = "") -> str:
    answer = signed_in(city, person).get(reverse("task", args=[task.number]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def sums(page: str) -> str:
    found = re.search(r'<p id="roll-up">(.*?)</p>', page)
    assert found
    return found[1]


def more_streets(number: int) -> list[int]:
    """Streets of the east district beyond the one that is there."""
    codes = [EAST + n * 10**6 for n in range(2, number + 2)]
    with system_scope("test"):
        change = AreaChange.objects.create(kind="import", area=CITY, on=BEGINNING)
        Area.objects.bulk_create(
            Area(
                code=code, name=f"第{code // 10**6 % 1000}街道", level=4, kind="street", parent_code=EAST,
                valid=(BEGINNING, None), begun_by=change,
            )
            for code in codes
        )  # fmt: skip
    return codes


def test_nine_of_ten_offices_have_returned(city: City) -> None:
    """Inventory S175: the roll-up says 9 of 10 and names the tenth; totals say that they are not whole."""
    streets = [EAST_STREET, *more_streets(9)]
    for street in streets:
        city.people[f"desk{street}"] = a_person("street_desk", street)
    task = issued(city, "dispatcher", below=text15(EAST), level="4")
    cases = parts(task)
    assert sorted(cases) == streets
    for street in streets[:9]:
        assert act(city, f"desk{street}", cases[street], "receive").status_code == 302
        assert act(city, f"desk{street}", cases[street], "finish", result="已培训", amount="12").status_code == 302
    page = seen(city, "dispatcher", task)
    assert sums(page) == "9/10，缺：第10街道"
    assert re.search(r"108</b>.*?不完整", page)
    assert city.refresh(task).state == "issued"
    act(city, f"desk{streets[9]}", cases[streets[9]], "finish", result="已培训", amount="12")
    page = seen(city, "dispatcher", task)
    assert sums(page) == "10/10"
    assert "不完整" not in page
    assert ">120<" in page
    assert city.refresh(task).state == "completed"


def test_a_place_may_send_a_task_back_with_its_reason(city: City) -> None:
    task = issued(city, "dispatcher", below=text15(EAST), level="4")
    [case] = parts(task).values()
    assert act(city, "street", case, "return").status_code == 422
    act(city, "street", case, "return", reason="本街道今年不换届")
    page = seen(city, "dispatcher", task)
    assert sums(page) == "0/1"
    assert "本街道今年不换届" in page
    assert "不完整" in page


def test_whoever_ends_a_task_early_leaves_the_missing_named(city: City) -> None:
    task = issued(city, "dispatcher", level="4")
    east, west = parts(task)[EAST_STREET], parts(task)[EAST_STREET + 10**9]
    act(city, "street", east, "finish", result="已培训")
    assert act(city, "dispatcher", task, "complete").status_code == 422
    act(city, "dispatcher", task, "stop", reason="省里已另有安排")
    assert city.acts(task)[-1].data["missing"] == "缺 1 处：西街街道"
    assert city.refresh(west).state == "ended"
    assert city.refresh(east).state == "fed_back"
    assert sums(seen(city, "dispatcher", task)) == "1/2，缺：西街街道"


def test_an_emergency_reaches_every_grid_and_households_are_heard(city: City) -> None:
    """Inventory S336: every grid has the task, at the desk and on the phone; needs are listed with their state."""
    task = issued(
        city, "dispatcher", title="全域摸排", kind="emergency", level="6", limit_0="1", limit_1="urgent_hours"
    )
    cases = parts(task)
    with system_scope("test"):
        assert set(cases) == set(Area.objects.grids("governance").values_list("code", flat=True))
        acts = Act.objects.filter(case__in=cases.values())
        assert acts.count() == len(cases)
        assert Entry.objects.filter(what="assignment.report").count() == len(cases)
        assert all(case.due_at and (case.due_at - case.opened_at).seconds == 3600 for case in cases.values())
    mine = cases[EAST_GRID]
    grid = signed_in(city, "grid")
    assert mine.number in grid.get(reverse("field:today")).content.decode()
    assert mine.number in grid.get(reverse("desk")).content.decode()
    assert mine.number in grid.get(reverse("cases") + "?queue=task").content.decode()
    assert cases[EAST_GRID_2].number not in grid.get(reverse("field:today")).content.decode()
    phone = grid.post(
        reverse("field:case", args=[mine.number]),
        {"act": "need", "version": mine.version, "key": str(uuid.uuid4()), "text": "3 栋 201 缺降压药"},
    )
    assert phone.status_code == 302
    for reader in ("dispatcher", "street", "worker"):
        page = seen(city, reader, task)
        assert "3 栋 201 缺降压药" in page
        assert "待落实" in page
    assert "3 栋 201" not in seen(city, "other_street", task)
    with system_scope("test"):
        need = Case.objects.get(type="household_need")
    assert act(city, "worker", need, "meet", result="药已送到").status_code == 302
    assert "已落实" in seen(city, "grid", task)
    assert act(city, "grid", mine, "finish", result="已摸排").status_code == 302


def test_a_task_reaches_the_chosen_communities_and_each_level_sees_its_own(city: City) -> None:
    """Inventory S111: one step from the city to chosen communities; each level sees its own roll-up."""
    chosen = [EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_COMMUNITY]
    task = issued(city, "dispatcher", only="\n".join(["东风1社区", "东风2社区", text15(WEST_COMMUNITY)]))
    cases = parts(task)
    assert sorted(cases) == chosen
    act(city, "worker", cases[EAST_COMMUNITY], "finish", result="已办")
    assert sums(seen(city, "dispatcher", task)) == "1/3，缺：东风2社区、西风1社区"
    assert sums(seen(city, "street", task)) == "1/2，缺：东风2社区"
    assert sums(seen(city, "worker", task)) == "1/1"
    assert sums(seen(city, "other_street", task)) == "0/1，缺：西风1社区"
    assert sums(seen(city, "dispatcher", task, f"?area={EAST}")) == "1/2，缺：东风2社区"
    listed = signed_in(city, "street").get(reverse("tasks")).content.decode()
    assert task.number in listed
    assert ">1/2<" in listed


def test_nobody_issues_beyond_their_own_places_and_a_foreign_task_looks_missing(city: City) -> None:
    answer = signed_in(city, "street").post(
        reverse("task_new"),
        {"title": "越界", "kind": "ordinary", "below": text15(CITY), "level": "5", "limit_0": "1",
         "limit_1": "working_days"},
    )  # fmt: skip
    assert answer.status_code == 422
    task = issued(city, "street", below=text15(EAST_STREET))
    assert signed_in(city, "other_street").get(reverse("task", args=[task.number])).status_code == 404
    assert signed_in(city, "worker").get(reverse("task_new")).status_code == 404


def test_the_same_task_sent_twice_is_one(city: City) -> None:
    key = str(uuid.uuid4())
    assert issued(city, "dispatcher", key=key).pk == issued(city, "dispatcher", key=key).pk
    with system_scope("test"):
        assert Case.objects.filter(type="task").count() == 1


@pytest.mark.parametrize(
    ("field", "value"), [("only", "没有的社区"), ("level", "2"), ("limit_0", "0"), ("limit_0", ""), ("title", " ")]
)
def test_a_wrong_form_is_given_back(city: City, field: str, value: str) -> None:
    data = {"title": "培训", "kind": "ordinary", "below": text15(CITY), "level": "5", "limit_0": "1",
            "limit_1": "working_days"}  # fmt: skip
    answer = signed_in(city, "dispatcher").post(reverse("task_new"), {**data, field: value})
    assert answer.status_code == 422
    assert "is-wrong" in answer.content.decode()


def test_a_task_for_many_places_sends_whole_rows_and_keeps_the_moment_exactly(city: City) -> None:
    sent: list[int] = []

    def noting(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('INSERT INTO "cases_'):
            sent.append(len(params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noting):
        task = issued(city, "dispatcher", level="6")
    assert sent
    assert max(sent) < 20
    places = parts(task)
    assert len(places) == 8
    assert {case.opened_at for case in places.values()} == {task.opened_at}
    with system_scope("test"):
        assert set(Act.objects.filter(case__in=places.values()).values_list("at", "seq", "act")) == {
            (task.opened_at, 1, "report")
        }
