import pytest
from django.conf import settings

from lifang.domains.certificates.tests.situations import Window, a_window


@pytest.fixture
def window(db: None, monkeypatch: pytest.MonkeyPatch) -> Window:
    """The counter of a community of which the register knows three residents."""
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return a_window()
