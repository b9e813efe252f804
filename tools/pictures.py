"""Take the pictures of README, tutorial and how-tos from a running demo, each under 250 kB.

`python tools/pictures.py http://127.0.0.1:8000` with Chromium at /usr/bin/chromium (or CHROMIUM). One report is made on
the way, so that the pages of a resident show something.
"""

import os
import sys
from pathlib import Path

from looks_pictures import TARGET, wait_for_drawings
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "lifang-demo"
MOST = 250_000
WORDS = "小区门口垃圾桶满了，垃圾堆在路边，三天没人收"
# name, who looks, path, width
PICTURES = [
    ("home-phone", "", "/", 390),
    ("desk", "jiedao", "/desk/", 1440),
    ("events", "jiedao", "/desk/events/", 1440),
    ("map", "jiedao", "/desk/map/", 1440),
    ("figures", "paiqian", "/desk/figures/?period=quarter", 1440),
    ("places", "quhua", "/desk/places/", 1440),
    ("packs", "jiedao", "/desk/packs/", 1440),
    ("field-phone", "wangge", "/field/", 390),
    ("admin", "guanli", "/desk/admin/", 1440),
]


class Album:
    """Opens pages as one person after another and writes what they see."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base

    def page(self, user: str, width: int) -> Page:
        phone = width < 600
        context = self.browser.new_context(
            base_url=self.base,
            viewport={"width": width, "height": 844 if phone else 900},
            device_scale_factor=2 if phone else 1,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        if user:
            page.goto("/accounts/login/")
            page.fill("input[name=login]", user)
            page.fill("input[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: "/login/" not in url)
        return page

    def take(self, page: Page, name: str) -> None:
        """Write what the window shows, in as many colours as the size allows."""
        wait_for_drawings(page)
        path = TARGET / f"{name}.png"
        page.screenshot(path=path)
        with Image.open(path) as taken:
            full = taken.convert("RGB")
        for colours in (256, 128, 64):
            full.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
            if path.stat().st_size < MOST:
                break
        print(f"{name}: {path.stat().st_size // 1000} kB")


def report(album: Album) -> None:
    """The steps of a report on a phone, and the page of its link."""
    page = album.page("", 390)
    page.goto("/report/")
    page.fill("textarea[name=text]", WORDS)
    page.locator("button[value=next]").click()
    page.locator("label.choice").first.click()
    album.take(page, "report-phone")
    page.locator("button[value=next]").click()
    page.fill("input[name=place_text]", "贤士花园社区 3 栋门口")
    page.locator("button[value=next]").click()
    page.locator("button[value=send]").click()
    page.locator(".slip-link").click()
    album.take(page, "track-phone")
    page.context.close()


def one_case(album: Album) -> None:
    """A case at work, on the desk and on a phone."""
    page = album.page("jiedao", 1440)
    page.goto("/desk/events/?state=handling")
    page.locator("table.dense tbody a").first.click()
    page.wait_for_load_state()
    address = page.url
    album.take(page, "case-desktop")
    page.context.close()
    page = album.page("jiedao", 390)
    page.goto(address)
    album.take(page, "case-phone")
    page.context.close()


def explain(album: Album) -> None:
    """A figure opened to its formula."""
    page = album.page("paiqian", 1440)
    page.goto("/desk/figures/?period=quarter")
    page.locator("a.figure-card", has_text="按期处置率").click()
    page.wait_for_load_state()
    album.take(page, "explain")
    page.context.close()


def main(base: str, names: list[str]) -> None:
    """Write every picture, or those named."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--enable-unsafe-swiftshader"],
        )
        album = Album(browser, base)
        for name, user, path, width in PICTURES:
            if names and name not in names:
                continue
            page = album.page(user, width)
            page.goto(path)
            album.take(page, name)
            page.context.close()
        for made, names_made in ((report, ("report-phone",)), (one_case, ("case-desktop",)), (explain, ("explain",))):
            if not names or names_made[0] in names:
                made(album)
        browser.close()


if __name__ == "__main__":
    Path.mkdir(TARGET, exist_ok=True)
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
