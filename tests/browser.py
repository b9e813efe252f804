"""A browser against the real application: `live` serves a fresh copy of the test database, `chrome` opens pages.

Import all three into a test module (`from tests.browser import chrome, chromium, live  # noqa: F401`) and mark it
`browser`. Data made in a test is committed and seen by the server; the copy goes when the test ends.
"""

import io
import os
import re
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from lifang.ground import prepared
from lifang.ground.areas import locate
from tests.situations import PASSWORD

CHROMIUM = "/usr/bin/chromium"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
MAPS = ("--enable-unsafe-swiftshader", "--disable-background-networking")
SERIOUS = ("serious", "critical")


class Handler(WSGIRequestHandler):
    def parse_request(self) -> bool:
        if self.server.away:  # type: ignore[attr-defined]
            self.close_connection = True
            return False
        return super().parse_request()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class Server(ThreadedWSGIServer):
    """Serves from threads; while `away` it answers nobody, as a network that is gone."""

    away = False
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


class Live:
    """The running application. `url` has no slash at its end."""

    def __init__(self) -> None:
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.set_app(get_wsgi_application())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self.thread.start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """The network is gone; the browser does not know."""
        self.server.away = True
        try:
            yield
        finally:
            self.server.away = False

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def live(chromium: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Live]:
    """The application on its own copy of the test database, under the application's role."""
    app, owner = connections["default"], connections["owner"]
    source = app.settings_dict["NAME"]
    copy = f"{source}_live"
    with django_db_blocker.unblock(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        connections.close_all()
        _as_owner(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
        _as_owner(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'")
        _as_owner(f'CREATE DATABASE "{copy}" TEMPLATE "{source}"')
        app.settings_dict["NAME"] = owner.settings_dict["NAME"] = copy
        _forget()
        served = Live()
        try:
            yield served
        finally:
            served.stop()
            connections.close_all()
            app.settings_dict["NAME"] = owner.settings_dict["NAME"] = source
            _as_owner(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')
            _forget()


def _forget() -> None:
    """What a process keeps of one database is not true of another: the places, and keys set aside, which both give out."""
    locate.forget()
    prepared._reserved.__dict__.clear()


def _as_owner(statement: str) -> None:
    with connections["owner"]._nodb_cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for a module. Playwright runs an event loop in this thread, beside which Django refuses to query."""
    if not os.access(CHROMIUM, os.X_OK):
        pytest.skip(f"no Chromium at {CHROMIUM}")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=30_000)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", *MAPS])
        yield browser
        browser.close()


@pytest.fixture
def chrome(chromium: Browser, live: Live) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser contexts on the live application: `chrome(user)` is signed in, `chrome()` is not."""
    made: list[BrowserContext] = []

    def make(user: Any = None, size: dict[str, int] | None = None, **more: Any) -> BrowserContext:
        context = chromium.new_context(base_url=live.url, viewport=size or PHONE, locale="zh-CN", **more)  # type: ignore[arg-type]
        context.set_default_timeout(60_000)
        made.append(context)
        if user is not None:
            sign_in(context.new_page(), user)
        return context

    yield make
    for context in made:
        context.close()


def sign_in(page: Page, user: Any) -> None:
    page.goto("/accounts/login/?next=/field/who.json")
    page.fill("input[name=login]", user.username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/field/who.json$"))
    page.close()


def until(page: Page, expression: str, arg: Any = None, seconds: float = 60) -> None:
    """Wait for a JavaScript expression to come true. Playwright's own way needs eval, which our policy forbids."""
    end = time.monotonic() + seconds
    while not page.evaluate(expression, arg):
        assert time.monotonic() < end, expression
        page.wait_for_timeout(50)


def wrong_for_all(page: Page) -> list[str]:
    """What axe finds serious or critical on the page as it stands, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in SERIOUS]


class Watch:
    """What no page may do, over all pages of its contexts: ask another host, or have an error in its console."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.wrong: list[str] = []

    def over(self, context: BrowserContext) -> BrowserContext:
        context.on("request", lambda request: self._request(request.url))
        context.on("console", lambda said: self._note(said.text, said.page) if said.type == "error" else None)
        context.on("weberror", lambda error: self._note(str(error.error), error.page))
        return context

    def _request(self, url: str) -> None:
        if not url.startswith((self.url + "/", "data:", "blob:")):
            self.wrong.append(f"asks {url}")

    def _note(self, words: str, page: Page | None) -> None:
        self.wrong.append(f"{page.url if page else '?'}: {words}")

    def check(self, page: Page, name: str = "") -> None:
        """The page is open to everybody, fits the screen, and nothing went wrong until now."""
        found = wrong_for_all(page)
        assert found == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} is too wide"
        assert self.wrong == [], page.url
        if name:
            shot(page, name)


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _n in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def a_photo(colour: str = "green") -> dict[str, str | bytes]:
    """A small picture for a file input."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "JPEG")
    return {"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def shot(page: Page, name: str) -> None:
    """A picture for the eye, only where LIFANG_SHOTS names a folder."""
    if folder := os.environ.get("LIFANG_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
