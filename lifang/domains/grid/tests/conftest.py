import pytest

from lifang.domains.grid.tests.situations import City, build_city


@pytest.fixture
def city(db: None) -> City:
    return build_city()
