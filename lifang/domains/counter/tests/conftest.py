import pytest
from django.conf import settings

from lifang.domains.counter.tests import situations


@pytest.fixture
def hall(db: None, monkeypatch: pytest.MonkeyPatch) -> situations.Hall:
    """A counter in a community whose residents are on record, where made-up identity numbers pass."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return situations.a_hall()
