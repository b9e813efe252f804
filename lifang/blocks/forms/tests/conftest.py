import pytest
from django.conf import settings

from lifang.blocks.registry.tests import situations


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> situations.Town:
    """A small city where made-up identity numbers pass."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return situations.a_town()
