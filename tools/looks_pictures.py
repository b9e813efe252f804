"""Take the pictures of docs/looks.md from a running instance, each under 250 kB.

`python tools/looks_pictures.py http://127.0.0.1:8000` with Chromium at /usr/bin/chromium (or CHROMIUM).
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, sync_playwright

TARGET = Path("docs/screenshots")
# name, path, width, colour scheme, what to take: the view, a selector, or "print"
PICTURES = [
    ("desk-light", "/looks/", 1440, "light", ""),
    ("desk-dark", "/looks/", 1440, "dark", ""),
    ("list", "/looks/", 1440, "light", "#list"),
    ("figures", "/looks/", 1440, "light", "#figures"),
    ("map", "/looks/", 1440, "light", "#map"),
    ("states", "/looks/", 1440, "light", "#words"),
    ("print", "/looks/", 800, "light", "print"),
    ("desk-phone", "/looks/", 390, "light", ""),
    ("resident", "/looks/resident/", 1440, "light", ""),
    ("resident-phone", "/looks/resident/", 390, "light", "#report"),
    ("resident-phone-dark", "/looks/resident/", 390, "dark", "#track"),
    ("field-phone", "/looks/phone/", 390, "light", ""),
    ("signin", "/accounts/login/", 1440, "light", ""),
]


def wait_for_drawings(page: Page) -> None:
    """Charts and maps come after the page; give them up to 20 seconds."""
    for _ in range(40):
        page.wait_for_timeout(500)
        if page.evaluate(
            "[...document.querySelectorAll('[data-chart]')].every(e => e.querySelector('svg'))"
            " && [...document.querySelectorAll('[data-map]')].every(e => e.map?.loaded())"
        ):
            break
    page.wait_for_timeout(600)


def around(box: FloatRect) -> FloatRect:
    """The same place with a margin of 16 px."""
    return {"x": box["x"] - 16, "y": box["y"] - 16, "width": box["width"] + 32, "height": box["height"] + 32}


def main(base: str) -> None:
    """Write every picture."""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--enable-unsafe-swiftshader"],
        )
        for name, path, width, scheme, part in PICTURES:
            phone = width < 600
            context = browser.new_context(
                viewport={"width": width, "height": 844 if phone else 900},
                device_scale_factor=2 if phone else 1,
                color_scheme=scheme,  # type: ignore[arg-type]
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
            )
            page = context.new_page()
            page.goto(base + path)
            wait_for_drawings(page)
            if part == "print":
                page.emulate_media(media="print")
                taken = page.screenshot(clip={"x": 0, "y": 0, "width": width, "height": 1131}, full_page=True)
            else:
                box = page.locator(part).bounding_box() if part else None
                taken = page.screenshot(clip=around(box), full_page=True) if box else page.screenshot()
            picture = Image.open(io.BytesIO(taken)).convert("RGB").quantize(256, dither=Image.Dither.NONE)
            picture.save(TARGET / f"looks-{name}.png", optimize=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
