"""Two clerks at once: one certificate is issued once, and no number of the seal register is given twice or left out."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.cases.errors import NotDone
from lifang.domains.certificates.tests.situations import Window, a_window
from tests.at_once import at_once, committed

TABLES = "certificates|cases|registry|privacy|exchange|access|areas|trail|notices|procrastinate_jobs"


@pytest.fixture
def window(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Window]:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    with committed(django_db_blocker, TABLES):
        with transaction.atomic():
            made = a_window()
        yield made


def test_two_clerks_who_issue_the_same_one_seal_it_once(window: Window) -> None:
    asked = window.asks()
    window.checks(asked)
    done = at_once(*[lambda: window.does(asked, "issue", copies=2)] * 2)
    assert sum(isinstance(one, NotDone) for one in done) == 1
    assert window.seals() == [(1, 1), (2, 2)]


def test_clerks_who_seal_different_ones_at_once_get_numbers_without_a_gap(window: Window) -> None:
    several = [window.asks() for _again in range(4)]
    for one in several:
        window.checks(one)
    done = at_once(*[lambda one=one: window.does(one, "issue", copies=2) for one in several])  # type: ignore[misc]
    assert not [one for one in done if isinstance(one, Exception)]
    assert [serial for serial, _copy in window.seals()] == [1, 2, 3, 4, 5, 6, 7, 8]
