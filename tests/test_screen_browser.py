"""The queue screen in a browser: it speaks each call, and says when its numbers may be old."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, expect

from lifang.domains.counter.tests.situations import Hall, a_hall
from lifang.domains.counter.tests.test_queue import SCREEN, queue
from tests.browser import DESK, Live, chrome, chromium, live, until  # noqa: F401

pytestmark = pytest.mark.browser
VOICE = """
window.spoken = [];
window.SpeechSynthesisUtterance = function (words) { this.words = words; };
Object.defineProperty(window, "speechSynthesis", { value: { speak: (voice) => window.spoken.push(voice.words) } });
"""


@pytest.fixture
def hall(live: Live, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    return a_hall()


def test_each_call_is_spoken_once_and_a_screen_that_stands_still_says_so(
    chrome: Callable[..., BrowserContext],
    hall: Hall,
    live: Live,
) -> None:
    page = chrome(size=DESK).new_page()
    page.add_init_script(VOICE)
    page.goto(SCREEN)
    page.locator("[data-voice]").click()
    queue(hall, "give", "give", "next")
    until(page, "window.spoken.length === 1")
    queue(hall, "again")
    until(page, "window.spoken.length === 2")
    assert page.evaluate("window.spoken") == ["请 1 号到 1 号窗口"] * 2
    stale = page.locator("[data-stale]")
    expect(stale).to_be_hidden()
    with live.away():
        expect(stale).to_be_visible()
        page.wait_for_timeout(5000)
    assert page.locator(".toasts > *").count() == 0, "nobody stands there to close them"
    expect(stale).to_be_hidden()
