import uuid

import pytest
from django.utils import timezone

from lifang.blocks.cases.actions import apply
from lifang.blocks.cases.effects import Actor
from lifang.blocks.cases.models import Case
from lifang.domains.grid.actions import Report, report_event
from lifang.ground.access.scope import EVERYWHERE, Scope, scope_of, system_scope, within_scope
from tests.situations import (
    EAST,
    EAST_BUILDING_GRID,
    EAST_GRID,
    EAST_STREET,
    IN_EAST_GRID,
    a_person,
    a_small_city,
    unit_of,
)


@pytest.mark.django_db
def test_a_report_finds_its_grids_owner_and_limit() -> None:
    a_small_city()
    lon, lat = IN_EAST_GRID
    with within_scope(Scope("public.report", (EVERYWHERE,))):
        done = report_event(
            report=Report(category="06010", text="楼下垃圾没人清", lon=lon, lat=lat), actor=Actor(), key=uuid.uuid4()
        )
        again = report_event(
            report=Report(category="06010", text="楼下垃圾没人清", lon=lon, lat=lat), actor=Actor(), key=uuid.uuid4()
        )
    case = done.case
    assert (case.area, case.second_area, case.state) == (EAST_GRID, EAST_BUILDING_GRID, "reported")
    assert case.fields["owner_name"]
    assert case.fields["limit"]
    assert case.due_at > timezone.now()
    assert [near.case.pk for near in again.likely] == [case.pk]
    desk = a_person("street_desk", EAST_STREET, unit_of("grid_center", EAST_STREET))
    with scope_of(desk, "event.accept"):
        apply(case_id=case.pk, act="accept", version=1, actor=Actor(desk.pk, desk.name), key=uuid.uuid4())
    with system_scope("test"):
        assert Case.objects.get(pk=case.pk).state == "accepted"
    assert unit_of("sanitation", EAST)
