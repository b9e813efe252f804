"""Pairs judged with the keyboard, in a browser."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import BrowserContext, expect

from lifang.blocks.registry.tests.situations import ZHOU_ROW, Town, a_town
from lifang.blocks.registry.tests.test_review import OTHER, QUEUE
from tests.browser import DESK, Live, chrome, chromium, live  # noqa: F401

pytestmark = pytest.mark.browser


@pytest.fixture
def town(live: Live, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return a_town()


def test_a_key_judges_also_from_the_check_box_but_not_while_one_types(
    chrome: Callable[..., BrowserContext], town: Town
) -> None:
    with transaction.atomic():
        town.took("police", [ZHOU_ROW])
        town.took("health", [("周建国", OTHER, *ZHOU_ROW[2:])])
    page = chrome(town.worker, size=DESK).new_page()
    page.goto(QUEUE)
    page.locator("[name=reason]").press_sequentially("sal")
    expect(page.locator("[name=reason]")).to_have_value("sal")
    page.locator("[name=two_numbers]").check()
    page.keyboard.press("s")
    expect(page.get_by_text("没有等着核对的")).to_be_visible()
