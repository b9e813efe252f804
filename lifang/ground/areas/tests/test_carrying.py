"""Whoever serves a place goes on serving it when its code passes to another."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from lifang.ground.access.models import Grant, Unit, User
from lifang.ground.access.queries import unit_for
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import holdings_of, scope_of, system_scope
from lifang.ground.areas import checks
from lifang.ground.areas.actions import Part, merge, move, split, undo
from lifang.ground.areas.models import AreaChange
from lifang.ground.areas.rewriting import Basis
from lifang.ground.trail.models import Entry
from tests.situations import (
    CITY,
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_GRID,
    EAST_GRID_2,
    WEST_STREET,
    a_person,
    a_small_city,
    unit_of,
)

COMMITTEE = "community_committee"
GRIDS = EAST_COMMUNITY_2 + 1


@pytest.fixture
def editor(db: None) -> User:
    a_small_city()
    return a_person("area_editor", CITY)


@pytest.fixture
def worker(editor: User) -> User:
    return a_person("community_worker", EAST_COMMUNITY_2, unit_of(COMMITTEE, EAST_COMMUNITY_2))


def basis(on: dt.date | None = None) -> Basis:
    return Basis(on=on or today(), document_number="东府发〔2026〕1 号")


def merged(editor: User, on: dt.date | None = None, code: int | None = None) -> AreaChange:
    with scope_of(editor, "area.edit"):
        return merge(
            merged=[EAST_COMMUNITY, EAST_COMMUNITY_2], name="大东风社区", code=code, basis=basis(on), by=editor
        )


def heir_of(change: AreaChange) -> int:
    return int(change.data["code"])


def test_after_a_merge_new_events_reach_those_who_served_the_old_places(editor: User, worker: User) -> None:
    keeper = a_person("grid_worker", GRIDS)
    change = merged(editor)
    heir = heir_of(change)
    assert holdings_of(worker).may("case.read", heir)
    assert holdings_of(worker).may("case.read", EAST_COMMUNITY_2), "cases of before stand on the old code"
    assert any(h.area in range(heir, heir + 1000) and h.area % 1000 for h in holdings_of(keeper).held)
    body = unit_for(COMMITTEE, heir)
    assert body is not None
    assert body.area == heir
    with system_scope("test"):
        worker.refresh_from_db()
        assert worker.unit_id == body.pk
        grant = Grant.objects.get(user=worker, area=heir)
        assert grant.valid.lower == today()
        assert grant.purpose == "测试"
        entry = Entry.objects.get(what="grant.carried", object_id=str(worker.pk))
        assert entry.user_id == editor.pk
        assert entry.data["document"] == "东府发〔2026〕1 号"


def test_whoever_served_both_gets_one_grant(editor: User, worker: User) -> None:
    with system_scope("test"):
        first = Grant.objects.get(user=worker)
        Grant.objects.create(
            user=worker, role=first.role, area=EAST_COMMUNITY, valid=(dt.date(2020, 1, 1), None), purpose="兼管"
        )
    change = merged(editor)
    with system_scope("test"):
        assert Grant.objects.filter(user=worker, area=heir_of(change)).count() == 1


def test_a_code_that_goes_on_keeps_its_body(editor: User, worker: User) -> None:
    with system_scope("test"):
        before = unit_of(COMMITTEE, EAST_COMMUNITY)
    merged(editor, code=EAST_COMMUNITY)
    assert holdings_of(worker).may("case.read", EAST_COMMUNITY)
    with system_scope("test"):
        assert Unit.objects.get(kind=COMMITTEE, area=EAST_COMMUNITY) == before


def test_after_a_split_both_parts_are_served(editor: User) -> None:
    worker = a_person("community_worker", EAST_COMMUNITY, None)
    with scope_of(editor, "area.edit"):
        parts = [
            Part(name="东风1社区", code=EAST_COMMUNITY, children=[EAST_GRID, EAST_COMMUNITY + 501]),
            Part(name="东风3社区", children=[EAST_GRID_2]),
        ]
        split(code=EAST_COMMUNITY, parts=parts, basis=basis(), by=editor)
    fresh = EAST_COMMUNITY + 2000
    assert holdings_of(worker).may("case.read", EAST_COMMUNITY)
    assert holdings_of(worker).may("case.read", fresh)
    body = unit_for(COMMITTEE, fresh)
    assert body is not None
    assert body.area == fresh


def test_after_a_move_and_another_the_servants_follow(editor: User, worker: User) -> None:
    with scope_of(editor, "area.edit"):
        change = move(code=EAST_COMMUNITY_2, to=WEST_STREET, basis=basis(today() - dt.timedelta(days=2)), by=editor)
        code = int(change.data["new"])
        change = move(code=code, to=EAST + 10**6, basis=basis(today() - dt.timedelta(days=1)), by=editor)
        code = int(change.data["new"])
    assert holdings_of(worker).may("case.read", code)
    body = unit_for(COMMITTEE, code)
    assert body is not None
    assert body.area == code


def test_what_begins_later_is_given_for_later(editor: User, worker: User) -> None:
    change = merged(editor, on=today() + dt.timedelta(days=30))
    assert not holdings_of(worker).may("case.read", heir_of(change))
    with system_scope("test"):
        worker.refresh_from_db()
        assert worker.unit == unit_of(COMMITTEE, EAST_COMMUNITY_2)
        assert Grant.objects.get(user=worker, area=heir_of(change)).valid.lower == today() + dt.timedelta(days=30)


def test_a_change_taken_back_takes_back_what_it_carried(editor: User, worker: User) -> None:
    change = merged(editor)
    heir = heir_of(change)
    with scope_of(editor, "area.edit"):
        undo(change=change, by=editor)
    assert not holdings_of(worker).may("case.read", heir)
    assert holdings_of(worker).may("case.read", EAST_COMMUNITY_2)
    with system_scope("test"):
        worker.refresh_from_db()
        assert worker.unit == unit_of(COMMITTEE, EAST_COMMUNITY_2)
        assert not Unit.objects.filter(area=heir, active=True).exists()
    again = merged(editor)
    body = unit_for(COMMITTEE, heir_of(again))
    assert body is not None
    assert holdings_of(worker).may("case.read", heir_of(again))


def test_what_was_carried_is_listed_and_what_was_left_behind_too(editor: User, worker: User, client: Client) -> None:
    merged(editor)
    with system_scope("test"):
        rules = {f.code: f.rule for f in checks.served(CITY, today())}
        assert rules[EAST_COMMUNITY_2] == "carried"
        assert "stranded" not in rules.values()
    a_person("community_worker", EAST_COMMUNITY_2)
    said = StringIO()
    call_command("areas", "check", "3601", stdout=said)
    lines = [line.split("\t") for line in said.getvalue().splitlines()]
    assert {line[0] for line in lines if line[1] == "360102001002"} == {"carried", "stranded"}
    client.force_login(editor)
    page = client.get(f"/desk/places/{EAST + 10**6}/").content.decode()
    assert "延续到新地域的单位" in page
    assert "授权 1 项" in page
