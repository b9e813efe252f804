import pytest

from lifang.domains.grid.tests.situations import City, build_city
from tests.situations import EAST, a_person


@pytest.fixture
def city(db: None) -> City:
    """The small city with two who hold the experts' role in the east."""
    city = build_city()
    for name in ("lawyer", "other_lawyer"):
        city.people[name] = a_person("expert", EAST, name=name)
    return city
