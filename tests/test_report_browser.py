"""Reporting without an account, in a browser: what was written stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from lifang.domains.grid.tests.situations import build_city
from tests.browser import PHONE, Live, chrome, chromium, live  # noqa: F401

pytestmark = pytest.mark.browser
WORDS = "3栋楼下垃圾堆了两天没人收"


def test_back_from_the_second_step_shows_what_was_written_in_the_first(
    live: Live,
    chrome: Callable[..., BrowserContext],
) -> None:
    build_city()
    page = chrome().new_page()
    page.goto("/report/")
    page.fill("textarea[name=text]", WORDS)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("heading", name="这是哪一类事？")).to_be_visible()
    page.go_back()
    expect(page.locator("textarea[name=text]")).to_have_value(WORDS)
