"""Situations: a small town of our own making, and the smallest shipped city."""

import datetime as dt
from collections.abc import Iterator

import pytest

from lifang.ground.access.scope import system_scope
from lifang.ground.areas import load, locate
from lifang.ground.areas.imports import import_places
from lifang.ground.areas.models import AreaChange
from lifang.ground.areas.rewriting import Basis

BEGIN = dt.date(2024, 1, 1)
CHANGE_DAY = dt.date(2025, 7, 1)
BEFORE, AFTER = dt.date(2025, 6, 30), dt.date(2025, 7, 1)
LIST = """代码,名称,户数,人口
21,辽宁省,,
2112,铁岭市,,
211202,银州区,,
211202001,红旗街道,,
211202001001,康居社区,1500,3600
211202001001001,第1网格,400,960
211202001001002,第2网格,400,960
211202001001003,第3网格,300,720
211202001001004,第4网格,400,960
211202001001501,建管第1网格,1500,3600
211202001002,光荣社区,900,2100
211202001002001,第1网格,450,1050
211202001002002,第2网格,450,1050
211202001002501,建管第1网格,900,2100
211202002,工人街道,,
211202002001,和平社区,600,1400
211202002001001,第1网格,600,1400
"""


@pytest.fixture
def scope(db: None) -> Iterator[None]:
    """All places, as a job of the system has them."""
    with system_scope("test"):
        yield


@pytest.fixture
def town(scope: None) -> AreaChange:
    """Two streets, three communities, nine grids without boundaries, since 2024."""
    return import_places(content=LIST.encode(), file_name="list.csv", basis=Basis(on=BEGIN), by=None)


@pytest.fixture
def yicheng(scope: None) -> Iterator[AreaChange]:
    """The shipped city of Yicheng with generated ground."""
    locate.forget()
    yield load.load_city(city="yicheng", by=None)
    locate.forget()


@pytest.fixture
def basis() -> Basis:
    return Basis(on=CHANGE_DAY, document_number="铁民发〔2025〕12 号", document_title="关于调整社区规模的批复")
