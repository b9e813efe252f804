"""A child's address and numbers are shown under a function of their own."""

import datetime as dt

from django.test import Client

from lifang.blocks.registry.models import Person
from lifang.blocks.registry.tests.numbers import made_up
from lifang.blocks.registry.tests.situations import JULY, ZHOU_ROW, Town, known_from
from lifang.ground.access.models import Role
from lifang.ground.access.ranges import today
from tests.situations import EAST_COMMUNITY, a_person

HOME, PHONE = ZHOU_ROW[5], "13700070007"


def aged(years: int, days: int = 0) -> tuple[str, ...]:
    """Somebody who reached this age as many days ago."""
    birth = today().replace(year=today().year - years, day=min(today().day, 28)) - dt.timedelta(days=days)
    number = made_up(f"990101{birth:%Y%m%d}001")
    return ("周小宝", number, "男", str(birth), PHONE, HOME, ZHOU_ROW[6])


def known(town: Town, row: tuple[str, ...]) -> Person:
    town.took("police", [row])
    (person,) = town.persons()
    return person


def page(user: object, person: Person) -> str:
    client = Client()
    client.force_login(user)
    return client.get(f"/desk/persons/{person.pk}/").content.decode()


def revealed(user: object, person: Person) -> int:
    client = Client()
    client.force_login(user)
    shown = client.get(f"/desk/persons/{person.pk}/").context["shown"]
    value = next(key for key, words in shown.hidden if "137" in words)
    return client.post(f"/desk/persons/{person.pk}/reveal/", {"value": value, "purpose": "联系本人"}).status_code


def test_a_childs_address_is_for_those_who_may_see_it(town: Town) -> None:
    child = known(town, aged(8))
    grid = a_person("grid_worker", EAST_COMMUNITY)
    assert not any(home in page(grid, child) for home in (HOME, "永宁路12"))
    assert "儿童，受保护" in page(grid, child)
    assert HOME in page(town.worker, child)


def test_of_a_youth_of_fourteen_the_address_is_shown(town: Town) -> None:
    assert HOME in page(a_person("grid_worker", EAST_COMMUNITY), known(town, aged(14, days=1)))


def test_a_childs_telephone_needs_the_narrower_function_as_well(town: Town) -> None:
    child = known(town, aged(8))
    assert revealed(town.worker, child) == 200
    with town.all_places():
        role = Role.objects.get(code="community_worker")
        role.functions = [function for function in role.functions if function != "person.child"]
        role.save()
    assert revealed(town.worker, child) == 404


def test_a_child_is_asked_for_by_the_guardian_alone(town: Town) -> None:
    child = known(town, aged(8))
    client = Client()
    client.force_login(town.worker)
    form = client.get(f"/desk/persons/{child.pk}/disclose/").context["form"]
    assert [who for who, _words in form.fields["asked_by"].choices] == ["监护人"]


def test_a_child_is_one_as_of_a_day_too_on_which_the_birth_was_not_known(town: Town) -> None:
    whole = aged(8)
    town.took("health", [(whole[0], "", whole[2], "", *whole[4:])], on=JULY)
    known_from(town, JULY, "health")
    known(town, whole)
    client = Client()
    client.force_login(a_person("grid_worker", EAST_COMMUNITY))
    found = client.post("/desk/persons/near/", {"q": "周小宝", "on": str(JULY + dt.timedelta(days=1))}).content.decode()
    assert "周小宝" in found
    assert "永宁路12" not in found
