"""The lane for emergencies: admitted at once, regularised or ended by itself."""

import pytest

from lifang.blocks.cases.models import Case
from lifang.blocks.matters import queries as matters
from lifang.blocks.matters.models import Admitted
from lifang.domains.gate import telling
from lifang.domains.gate.models import Sending
from lifang.domains.gate.tests.admissions import DAY, act, all_spoke, applied, heard, the_case
from lifang.domains.gate.tests.situations import sent
from lifang.domains.grid.tests.situations import City
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from tests.situations import EAST, EAST_COMMUNITY, a_person, unit_of

pytestmark = pytest.mark.django_db


def test_an_emergency_is_admitted_at_once_and_ends_by_itself(city: City, bureau: User, civil: User) -> None:
    applied(bureau, emergency="on", since=today().isoformat(), basis="应急预案")
    assert act(civil, "admit_now", reason="疫情").status_code == 302
    case = the_case()
    with system_scope("test"):
        row = Admitted.objects.get(code=case.number)
    assert (row.emergency, row.until) == (True, today() + 29 * DAY)
    assert sent(bureau, title="每日健康监测", matter=case.number).rule == "admitted"
    telling.run(today() + 29 * DAY)
    assert the_case().state == "in_force"
    telling.run(today() + 30 * DAY)
    assert the_case().state == "ended"
    with system_scope("test"):
        assert case.number not in matters.at(EAST_COMMUNITY, today() + 30 * DAY)
        assert case.number in matters.at(EAST_COMMUNITY, today())


def test_an_emergency_is_regularised_through_the_ordinary_steps(city: City, bureau: User, civil: User) -> None:
    applied(bureau, emergency="on", since=today().isoformat())
    act(civil, "admit_now", reason="疫情")
    assert act(bureau, "regularise", reason="要长期做").status_code == 302
    act(civil, "hear")
    heard()
    act(civil, "gather")
    all_spoke()
    assert act(civil, "admit").status_code == 302
    with system_scope("test"):
        row = Admitted.objects.get(code=the_case().number)
    assert (row.emergency, row.until) == (False, None)
    telling.run(today() + 60 * DAY)
    assert the_case().state == "in_force"


def test_what_is_not_asked_as_an_emergency_takes_no_emergency_lane(city: City, bureau: User, civil: User) -> None:
    applied(bureau)
    assert act(civil, "admit_now", reason="急").status_code == 422


def test_an_emergency_task_that_was_never_ended_ends_and_its_places_are_free(city: City) -> None:
    fire = a_person("dept_officer", EAST, unit_of("fire", EAST))
    done = sent(fire, title="高层排查", emergency=True)
    assert done.until
    assert done.case
    telling.run(done.until)
    with system_scope("test"):
        assert Sending.objects.get(pk=done.pk).state == "sent"
    telling.run(done.until + DAY)
    with system_scope("test"):
        assert Sending.objects.get(pk=done.pk).state == "ended"
        assert Case.objects.get(pk=done.case_id).state == "stopped"
