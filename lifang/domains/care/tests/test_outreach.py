"""Visits that data ask for."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.errors import NotDone
from lifang.blocks.cases.models import Act, Case
from lifang.blocks.registry import judging
from lifang.blocks.registry.models import Person
from lifang.domains.care import outreach
from lifang.domains.care.models import Contact, Outreach
from lifang.domains.care.tests.situations import GRID_2, OTHER_HOME, Ward, a_ward, born, browser, cases, row
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from tests.at_once import at_once, committed
from tests.situations import EAST_GRID, EAST_GRID_2, WEST_COMMUNITY, a_person

DAY = dt.timedelta(days=1)


def does(ward: Ward, case: Case, act: str, days: int = 0, **data: object) -> Act:
    worker, at = ward.grid_worker, timezone.now() + days * DAY
    with scope_of(worker, "care.visit"):
        return apply(
            case_id=case.pk,
            act=act,
            version=None,
            actor=Actor(worker.pk, worker.name, worker.unit_id),
            data=data,
            at=at,
        )


def test_s133_a_resident_reaching_80_creates_an_outreach_task_in_the_right_grid(ward: Ward) -> None:
    """proves: S133"""
    ward.knows(
        row("周建国", born(80)),
        row("林桂英", born(80, today() - 3 * DAY), home=OTHER_HOME, grid=GRID_2, serial=2),
        row("王小明", born(80, today() + DAY), serial=3),
        row("陈秀兰", born(81), serial=4),
    )
    assert ward.morning() == 2
    late, exact = cases()
    assert (late.area, exact.area) == (EAST_GRID_2, EAST_GRID)
    assert {exact.state, late.state} == {"to_visit"}
    assert exact.due_at is not None
    assert exact.due_at > timezone.now() + 9 * DAY
    assert exact.unit is not None
    assert exact.unit.kind == "community_committee"
    assert ward.morning() == 0
    assert ward.morning(days=1) == 1
    assert cases()[-1].area == EAST_GRID


def test_the_case_names_nobody(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    ward.morning()
    (case,) = cases()
    with system_scope("test"):
        said = str([Case.objects.filter(pk=case.pk).values(), list(case.acts.values())])
    assert "周建国" not in said
    assert "永宁路" not in said
    assert "示范" in case.text


def test_who_is_visited_is_shown_to_who_may_visit_and_kept_in_the_trail(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    ward.morning()
    (case,) = cases()
    client = browser(ward.grid_worker)
    page = client.get(f"/desk/care/outreach/{case.number}/").content.decode()
    assert "周建国" in page
    assert "永宁路12-3-2-501" in page
    assert "周建国" in client.get("/desk/care/outreach/").content.decode()
    assert f"/desk/care/outreach/{case.number}/" in client.get(f"/desk/events/{case.number}/").content.decode()
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM trail_entry WHERE what = 'person.read' AND function = 'person.read'")
        assert cursor.fetchone() == (1,)
    other = browser(a_person("community_worker", WEST_COMMUNITY))
    assert other.get(f"/desk/care/outreach/{case.number}/").status_code == 404
    assert "周建国" not in other.get("/desk/care/outreach/").content.decode()
    caller = browser(a_person("caller", EAST_GRID))
    assert caller.get(f"/desk/care/outreach/{case.number}/").status_code == 404


def test_under_functions_of_cases_nobody_learns_whom_it_is_about(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    ward.morning()
    with scope_of(ward.committee, "case.read"):
        assert not Outreach.objects.exists()
        assert Case.objects.filter(type="outreach").exists()
    with scope_of(ward.committee, "care.visit"):
        assert Outreach.objects.exists()


def test_two_jobs_at_once_open_it_once(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    with committed(django_db_blocker, "care|cases|registry|access|trail|areas"):
        ward = a_ward()
        with system_scope("test"):
            for name in ("周建国", "林桂英"):
                Person.objects.create(area=EAST_GRID, name=name, birth=born(80), records=1)
        assert sorted(at_once(ward.morning, ward.morning)) == [0, 2]
        assert len(cases()) == 2


def test_a_person_merged_into_another_is_not_visited_twice(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    ward.morning()
    first = ward.person("周建国")
    ward.knows(row("周建囯", born(80), home="", serial=7), department="health")
    with system_scope("test"):
        second = Person.objects.standing().exclude(pk=first.pk).get()
    with scope_of(ward.committee, "person.link"):
        judging.merge(one=second, other=first, by=ward.committee, reason="同一人", two_numbers=True)
    assert ward.morning() == 0


def test_it_is_visited_and_closed_and_counts_as_seen(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    ward.morning()
    (case,) = cases()
    does(ward, case, "absent", note="敲门没人应")
    with pytest.raises(NotDone):
        does(ward, case, "visit")
    does(ward, case, "visit", result="well", note="身体好")
    does(ward, case, "close")
    (case,) = cases()
    assert (case.state, case.is_open) == ("closed", False)
    with system_scope("test"):
        contact = Contact.objects.get()
    assert (contact.kind, contact.on, contact.met) == ("visit", today(), [ward.person("周建国").pk])
    assert contact.number is None
    assert contact.home is not None


def test_a_visit_that_is_not_needed_says_why(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    ward.morning()
    (case,) = cases()
    with pytest.raises(NotDone):
        does(ward, case, "skip")
    does(ward, case, "skip", reason="住在女儿家")
    assert cases()[0].state == "not_needed"
    assert ward.morning() == 0


def test_who_was_not_seen_for_long_is_asked_for_again_only_after_as_long(ward: Ward) -> None:
    ward.knows(row("周建国", born(85)), row("林桂英", born(60), serial=2))
    assert ward.morning(days=89) == 0
    assert ward.morning(days=91) == 1
    assert ward.morning(days=92) == 0
    (case,) = cases()
    assert "90 天没有见到" in case.title
    does(ward, case, "visit", days=91, result="well")
    does(ward, case, "close", days=91)
    assert ward.morning(days=180) == 0
    assert ward.morning(days=182) == 1


def test_who_stands_on_a_register_is_visited_more_often(ward: Ward) -> None:
    ward.knows(
        row("周建国", born(65)),
        row("林桂英", born(65), home=OTHER_HOME, serial=2),
        row("王小明", born(30), home=OTHER_HOME, serial=3),
    )
    assert ward.morning(days=29) == 0
    assert ward.morning(days=31) == 1
    assert ward.morning(days=32) == 0
    (case,) = cases()
    assert case.title == "走访：独居老人，30 天没有见到"
    does(ward, case, "visit", days=31, result="well")
    does(ward, case, "close", days=31)
    assert ward.morning(days=60) == 0
    assert ward.morning(days=62) == 1


def test_the_dead_are_not_visited(ward: Ward) -> None:
    ward.knows(row("周建国", born(80)))
    with system_scope("test"):
        Person.objects.update(died_on=today())
    assert ward.morning() == 0


def test_a_city_may_ask_at_other_ages(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.knows(row("周建国", born(90)), row("林桂英", born(80), serial=2))
    real = outreach.packs.value

    def value(path: str, *where: object) -> object:
        found = real(path, *where)  # type: ignore[arg-type]
        return found if path != "outreach.reaches_age" else type(found)(**{**_parts(found), "value": [80, 90]})

    monkeypatch.setattr(outreach.packs, "value", value)
    assert ward.morning() == 2
    assert sorted(case.title for case in cases()) == ["走访：年满 80 周岁", "走访：年满 90 周岁"]


def _parts(found: object) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("value", "unit", "source", "clause", "pack", "since", "title")}
