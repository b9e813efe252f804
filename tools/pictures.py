"""Take the pictures of README, tutorial and how-tos from a running demo, each under 250 kB.

`python tools/pictures.py http://127.0.0.1:8000` with Chromium at /usr/bin/chromium (or CHROMIUM). One report is
made and handled on the way.
"""

import io
import os
import sys

from looks_pictures import TARGET, wait_for_drawings
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright

PASSWORD = "lifang-demo"
MOST = 250_000
GRID = "360102002001001"
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
    ("admin", "guanli", "/desk/admin/people/", 1440),
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

    def view(self, name: str, user: str, path: str, width: int) -> None:
        page = self.page(user, width)
        page.goto(path)
        self.take(page, name)
        page.context.close()

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


def a_full_bin() -> bytes:
    """A drawing to send with the report: a wall, a street, a bin that runs over."""
    picture = Image.new("RGB", (480, 360), "#cfd8e0")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 60, 480, 230), fill="#b8aa96")
    pen.rectangle((0, 230, 480, 360), fill="#989fa6")
    pen.polygon(((190, 150), (290, 150), (278, 290), (202, 290)), fill="#3d6b4f")
    pen.rectangle((180, 140, 300, 154), fill="#2f5540")
    for x, y, size, colour in (
        (195, 95, 50, "#4a4a52"),
        (240, 90, 55, "#6b5f4d"),
        (120, 250, 60, "#4a4a52"),
        (300, 255, 70, "#5a5348"),
    ):
        pen.ellipse((x, y, x + size, y + size * 0.9), fill=colour)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def report(album: Album) -> str:
    """The steps of a report on a phone, and the page of its link; returns the number."""
    desk = album.page("jiedao", 1440)
    point = desk.request.get(f"/desk/places/{GRID}/ground.json").json()["features"][0]["properties"]
    desk.context.close()
    page = album.page("", 390)
    page.context.set_geolocation({"longitude": point["lon"], "latitude": point["lat"]})
    page.context.grant_permissions(["geolocation"])
    page.goto("/report/")
    page.fill("textarea[name=text]", WORDS)
    page.set_input_files("input[type=file]", {"name": "bin.png", "mimeType": "image/png", "buffer": a_full_bin()})
    page.locator("button[value=next]").click()
    page.locator("label.choice").first.click()
    album.take(page, "report-phone")
    page.locator("button[value=next]").click()
    page.fill("input[name=place_text]", "民巷社区 3 栋门口")
    page.locator("[data-here]").click()
    page.locator("[data-forget]").wait_for()
    page.locator("button[value=next]").click()
    page.fill("input[name=phone]", "13800000000")
    page.locator("button[value=send]").click()
    number = page.locator(".case-number").inner_text()
    page.locator(".slip-link").click()
    album.take(page, "track-phone")
    page.context.close()
    return number


def act(page: Page, number: str, name: str, **typed: str) -> None:
    """One act on the case page; fields that are not typed keep what the page proposes."""
    page.goto(f"/desk/events/{number}/")
    block = page.locator(f"#act-{name}")
    if not block.is_visible():
        page.locator("details.act-more > summary").click()
    if block.get_attribute("open") is None:
        block.locator("summary").click()
    for field, value in typed.items():
        page.fill(f"#{name}_{field}", value)
    with page.expect_navigation():
        block.locator("form .actions button").click()


def one_case(album: Album) -> None:
    """A case from report to check: at work on the desk and on a phone, then among the grid worker's tasks."""
    number = report(album)
    page = album.page("jiedao", 1440)
    act(page, number, "accept", note="已电话核实")
    act(page, number, "file")
    act(page, number, "dispatch", note="请今天清运")
    officer = album.page("huanwei", 1440)
    act(officer, number, "receive")
    page.goto(f"/desk/events/{number}/")
    page.set_viewport_size({"width": 1440, "height": 1500})
    album.take(page, "case-desktop")
    album.view("case-phone", "jiedao", f"/desk/events/{number}/", 390)
    act(officer, number, "finish", result="垃圾已清运，桶旁已冲洗")
    page.context.close()
    officer.context.close()
    page = album.page("wangge", 390)
    page.goto("/field/")
    album.take(page, "field-phone")
    page.context.close()


def explain(album: Album) -> None:
    """A figure opened to its formula."""
    page = album.page("paiqian", 1440)
    page.goto("/desk/figures/?period=quarter")
    page.locator("a.figure-card", has_text="按期处置率").click()
    page.wait_for_load_state()
    album.take(page, "explain")
    page.context.close()


def main(base: str) -> None:
    """Write every picture."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--enable-unsafe-swiftshader"],
        )
        album = Album(browser, base)
        one_case(album)
        for name, user, path, width in PICTURES:
            album.view(name, user, path, width)
        explain(album)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
