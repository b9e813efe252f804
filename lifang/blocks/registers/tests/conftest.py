import pytest

from lifang.blocks.registers.tests import situations


@pytest.fixture
def street(db: None) -> situations.Street:
    return situations.a_street()
