import pytest
from django.conf import settings

from lifang.domains.care.tests import situations


@pytest.fixture
def ward(db: None, monkeypatch: pytest.MonkeyPatch) -> situations.Ward:
    """A community whose residents are on record, where made-up identity numbers pass."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return situations.a_ward()
