import pytest

from lifang.domains.meter.tests import situations


@pytest.fixture
def ward(db: None) -> situations.Ward:
    return situations.a_ward()
