import pytest

from lifang.domains.grid.tests.situations import City, build_city
from lifang.ground.access.models import User
from tests.situations import EAST, a_person, unit_of


@pytest.fixture
def city() -> City:
    return build_city()


@pytest.fixture
def bureau(city: City) -> User:
    return a_person("dept_officer", EAST, unit_of("health", EAST), name="卫健科员")


@pytest.fixture
def civil(city: City) -> User:
    return a_person("gatekeeper", EAST, unit_of("civil_affairs", EAST), name="民政科员")
