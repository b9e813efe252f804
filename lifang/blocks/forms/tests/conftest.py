import pytest
from django.conf import settings

from lifang.blocks.forms.tests.situations import AGO, an_officer
from lifang.blocks.lists.tests.situations import a_neighbourhood
from lifang.blocks.registry.tests import situations
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> situations.Town:
    """A small city where made-up identity numbers pass."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return situations.a_town()


@pytest.fixture
def worker(town: situations.Town) -> User:
    """Of a community of whose residents departments said something a month ago."""
    a_neighbourhood(town, today() - AGO)
    return town.worker


@pytest.fixture
def officer(worker: User) -> User:
    return an_officer()
