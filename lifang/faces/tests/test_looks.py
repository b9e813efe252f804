"""The visual language: contrast, icons, words of clocks, and pages that ask nothing of another host."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from lifang.faces import signs
from lifang.faces.spans import span_text
from lifang.faces.templatetags.lifang_ui import badge_time, clock_bar, field, when
from lifang.ground.signs import STATES, TONE_ICONS

FACES = Path(__file__).parents[1]
TOKENS = (FACES / "static/lifang/tokens.css").read_text(encoding="utf-8")
SPRITE = (FACES / "static/vendor/icons.svg").read_text(encoding="utf-8")
TONES = ("good", "warn", "bad", "info", "quiet")
HOUR = timedelta(hours=1)


def colours(theme: str) -> dict[str, str]:
    """The hexadecimal colours of one theme by name."""
    start = TOKENS.index(":root {" if theme == "light" else '[data-bs-theme="dark"] {')
    found = re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", TOKENS[start : TOKENS.index("}", start)])
    return {
        name: value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:]) for name, value in found
    }


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_and_edges_keep_their_contrast(theme: str) -> None:
    c = colours(theme)
    texts = [(ink, ground) for ink in ("ink", "ink-2", "ink-3", "brand") for ground in ("bg", "surface", "raised")]
    texts += [(tone, f"{tone}-soft") for tone in TONES] + [(tone, "surface") for tone in TONES]
    texts += [("on-brand", "brand"), ("brand", "brand-soft"), ("ink-2", "sunken")]
    weak = [(a, b) for a, b in texts if contrast(c[a], c[b]) < 4.5]
    weak += [(a, "surface") for a in ("edge", "focus") if contrast(c[a], c["surface"]) < 3]
    assert not weak


def test_every_icon_named_is_in_the_sprite() -> None:
    known = set(re.findall(r'<symbol id="([^"]+)"', SPRITE))
    used = {symbol for _, symbol, _ in STATES.values()} | set(TONE_ICONS.values())
    used |= {symbol for _, _, symbol in signs.DESK_SECTIONS + signs.FIELD_TABS}
    for page in FACES.rglob("templates/**/*.html"):
        used |= set(re.findall(r'{% icon "([\w-]+)"', page.read_text(encoding="utf-8")))
    assert used <= known, "add them to tools/icons.txt and run tools/vendor.py"


@pytest.mark.parametrize(
    "address", ["/looks/", "/looks/resident/", "/looks/phone/", "/accounts/login/", "/no-such-page"]
)
def test_pages_keep_to_their_host_and_policy(client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.findall(r"<[^>]+\son\w+=", page), "event handlers belong in a module"
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page), "scripts belong in a file"


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "429", "500"])
def test_error_pages_need_no_context(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert name[:3] in page
    assert "<h1>" in page


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [
        (timedelta(hours=6, minutes=10, seconds=59), "work_hours", "6 小时 10 分"),
        (timedelta(hours=8), "urgent_hours", "8 小时"),
        (timedelta(seconds=20), "work_hours", "0 分"),
        (timedelta(hours=49), "urgent_hours", "49 小时"),
        (5, "working_days", "5 个工作日"),
        (2.5, "natural_days", "2.5 天"),
    ],
)
def test_spans_in_words(amount: timedelta | float, unit: str, words: str) -> None:
    assert span_text(amount, unit) == words


def test_clock_says_what_is_left_and_what_is_over() -> None:
    running = clock_bar(6 * HOUR, 8 * HOUR)
    assert (running["tone"], running["words"], running["within"]) == ("info", "剩余 2 小时", "75.00")
    assert clock_bar(7 * HOUR, 8 * HOUR)["tone"] == "warn"
    late = clock_bar(10 * HOUR, 8 * HOUR)
    assert (late["tone"], late["words"], late["within"], late["beyond"]) == ("bad", "已超时 2 小时", "80.00", "20.00")
    assert clock_bar(2, 5, unit="working_days", paused=True)["words"] == "计时暂停"
    assert clock_bar(10 * HOUR, 8 * HOUR, done=True)["words"] == "超时完成，超出 2 小时"
    assert clock_bar(timedelta(), timedelta())["tone"] == "warn"


def test_late_is_said_in_words_not_in_colour_alone() -> None:
    assert "已超时" in badge_time(9 * HOUR, 8 * HOUR)
    assert badge_time(HOUR, 8 * HOUR) == "1 小时 / 8 小时"


def test_moments_near_and_far() -> None:
    now = timezone.localtime()
    assert "今天" in when(now)
    assert f"{now.year - 2}年" in when(now.replace(year=now.year - 2, day=1))
    assert f"{now:%H:%M}" not in when(now - timedelta(days=400), "date").split("</time>")[0].split(">")[1]
    assert "无" in when(None)


def test_a_wrong_field_names_its_error() -> None:
    class Form(forms.Form):
        place = forms.CharField(label="地点", help_text="写到门牌。")

    page = field(Form({})["place"])
    assert 'aria-describedby="id_place_hint id_place_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_place_error"' in page


def test_pages_that_are_kept_in_pieces_follow_each_readers_language_and_state(client: Client) -> None:
    def heads(language: str, address: str) -> list[str]:
        with translation.override(language):
            page = client.get(address, headers={"Accept-Language": language}).content.decode()
        return [*re.findall(r"<(?:title|h1|h2|label)[^>]*>([^<]+)", page), *re.findall(r'aria-label="([^"]*)"', page)]

    for address in ("/looks/", "/accounts/login/", "/no-such-page"):
        chinese, english = heads("zh-hans", address), heads("en", address)
        assert chinese != english, address
        assert heads("zh-hans", address) == chinese
        assert heads("en", address) == english
    shown = [render_to_string("components/notice.html", {"text": text, "tone": "info"}) for text in ("one", "<two>")]
    assert "one" in shown[0]
    assert "&lt;two&gt;" in shown[1]
