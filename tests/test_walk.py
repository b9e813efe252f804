"""The whole way of one event through real pages: from a resident's phone to a rated close and the figures."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect

from lifang.blocks.cases.models import Case, Voice
from lifang.domains.grid.tests.situations import City, build_city
from lifang.ground.access.scope import system_scope
from tests.browser import DESK, PHONE, Live, Watch, a_photo, chrome, chromium, live, reach, until  # noqa: F401
from tests.situations import IN_EAST_GRID, PASSWORD

pytestmark = pytest.mark.browser
Chrome = Callable[..., BrowserContext]
WORDS = "小贩在人行道上摆摊卖水果，婴儿车过不去"
WORDS_AGAIN = "人行道上小贩摆摊卖水果，轮椅过不去"
HERE = {"longitude": IN_EAST_GRID[0], "latitude": IN_EAST_GRID[1]}
NEXT_DOOR = {"longitude": IN_EAST_GRID[0] + 0.0002, "latitude": IN_EAST_GRID[1]}


@pytest.fixture
def city(live: Live, monkeypatch: pytest.MonkeyPatch) -> City:
    """A busy machine is not a weak network: the phone's worker waits for the server."""
    monkeypatch.setattr("lifang.faces.field.offline.PATIENCE_MS", 60_000)
    return build_city()


class Walk:
    """The people of the story, each with an own browser, all watched."""

    def __init__(self, chrome: Chrome, city: City, url: str) -> None:
        self.chrome, self.city, self.watch = chrome, city, Watch(url)
        self.desks: dict[str, Page] = {}

    def resident(self, where: dict[str, float]) -> Page:
        return self.watch.over(self.chrome(size=PHONE, geolocation=where, permissions=["geolocation"])).new_page()

    def staff(self, person: str, size: dict[str, int] = DESK) -> Page:
        if person not in self.desks:
            self.desks[person] = self.watch.over(self.chrome(self.city.people[person], size)).new_page()
        return self.desks[person]

    def check(self, page: Page, name: str = "") -> None:
        self.watch.check(page, name)

    def act(self, person: str, number: str, act: str, look: bool = False, **typed: str) -> Page:
        """One act on the case page of the desk, typed into its form."""
        page = self.staff(person)
        page.goto(f"/desk/events/{number}/")
        open_act(page, act)
        for name, value in typed.items():
            fill(page, f"#{act}_{name}", value)
        if look:
            self.check(page, f"walk-case-{act}")
        page.locator(f"#act-{act} form .actions button").click()
        expect(page.locator(".toasts, .messages").first).to_contain_text("案件现在是")
        return page


def open_act(page: Page, act: str) -> None:
    block = page.locator(f"#act-{act}")
    more = page.locator("details.act-more:not([open]) > summary")
    if not block.is_visible() and more.count():
        more.click()
    if block.get_attribute("open") is None:
        block.locator("summary").click()


def fill(page: Page, selector: str, value: str) -> None:
    field = page.locator(selector)
    if field.evaluate("(e) => e.tagName") == "SELECT":
        field.select_option(label=value)
    else:
        field.fill(value)


def say_what(page: Page, words: str) -> None:
    page.fill("textarea[name=text]", words)
    page.locator("button[value=next]").click()
    page.locator("label.choice", has_text="无照经营游商").click()
    page.locator("button[value=next]").click()


def report(walk: Walk) -> tuple[Page, str]:
    """With words, a photograph, the phone's own position and a telephone number; returns the slip and the number."""
    page = walk.resident(HERE)
    page.goto("/")
    walk.check(page, "walk-home")
    page.get_by_role("link", name="我要反映").click()
    page.set_input_files("input[type=file]", [a_photo()])  # type: ignore[list-item]
    page.fill("textarea[name=text]", WORDS)
    walk.check(page, "walk-what")
    page.locator("button[value=next]").click()
    page.locator("label.choice", has_text="无照经营游商").click()
    walk.check(page, "walk-kind")
    page.locator("button[value=next]").click()
    page.fill("input[name=place_text]", "永宁路 8 号门口")
    page.locator("[data-here]").click()
    expect(page.locator("[data-place-said]")).to_contain_text("已取到位置")
    page.locator("[data-map-door] summary").click()
    until(page, "!!document.querySelector('[data-map]')?.map?.loaded()")
    walk.check(page, "walk-where")
    page.locator("button[value=next]").click()
    facts = page.locator("dl.facts").first
    for words in ("无照经营游商", "永宁路 8 号门口", "东街街道", "1 个工作时"):
        expect(facts).to_contain_text(words)
    expect(page.get_by_text("已收下 1 张照片")).to_be_visible()
    page.fill("input[name=phone]", "13800000000")
    walk.check(page, "walk-check")
    page.locator("button[value=send]").click()
    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    number = page.locator(".case-number").inner_text()
    expect(page.locator("dl.facts")).to_contain_text("1 个工作时")
    expect(page.locator(".slip-link")).to_contain_text("/t/")
    walk.check(page, "walk-slip")
    page.get_by_role("link", name="查看进度").click()
    expect(page.get_by_role("heading", name="已收到，等待受理")).to_be_visible()
    walk.check(page, "walk-track")
    return page, number


def join(walk: Walk, number: str) -> Page:
    """A second resident next door is offered the first report and adds a voice to it."""
    page = walk.resident(NEXT_DOOR)
    page.goto("/report/")
    say_what(page, WORDS_AGAIN)
    page.locator("[data-here]").click()
    expect(page.locator("[data-place-said]")).to_contain_text("已取到位置")
    page.locator("button[value=next]").click()
    expect(page.get_by_text("附近有人报过差不多的事")).to_be_visible()
    walk.check(page, "walk-duplicate")
    page.get_by_role("button", name="是同一件事，加上我的声音").click()
    expect(page.get_by_role("heading", name="已加上您的声音")).to_be_visible()
    assert page.locator(".case-number").inner_text() == number
    walk.check(page, "walk-joined")
    page.get_by_role("link", name="查看进度").click()
    return page


def verify_by_phone(walk: Walk, number: str) -> None:
    page = walk.staff("grid", PHONE)
    page.goto("/field/")
    expect(page.locator("a[data-case]")).to_have_count(1)
    walk.check(page, "walk-field")
    page.locator("a[data-case]").click()
    page.wait_for_url(f"**/field/cases/{number}/")
    page.locator("#act-verify summary").click()
    page.fill("#verify_note", "现场已清")
    walk.check(page, "walk-field-case")
    page.locator("#act-verify form button").last.click()
    page.wait_for_url("**/field/")
    until(page, "async () => (await Field.all('queue')).every((item) => item.state !== 'waiting')")


def test_an_event_from_a_phone_to_a_rated_close(chrome: Chrome, city: City, live: Live) -> None:
    """A resident's report travels to its close, is rated and counted; every page on the way is open to everybody."""
    walk = Walk(chrome, city, live.url)
    mine, number = report(walk)
    second = join(walk, number)

    desk = walk.staff("street")
    desk.goto("/desk/")
    expect(desk.locator(".task-rows")).to_contain_text("无照经营游商")
    walk.check(desk, "walk-my-day")
    desk.goto("/desk/events/")
    expect(desk.locator("table.dense")).to_contain_text(number)
    walk.check(desk, "walk-events")
    desk.goto(f"/desk/search/?q={number}")
    walk.check(desk, "walk-search")
    desk.goto("/desk/map/")
    until(desk, "!!document.querySelector('[data-map]')?.map?.loaded()")
    walk.check(desk, "walk-map")
    desk.goto(f"/desk/events/{number}/")
    expect(desk.locator("#voice-1")).to_contain_text(WORDS_AGAIN)
    walk.act("street", number, "accept", look=True, note="情况属实")
    walk.act("street", number, "file")
    walk.act("street", number, "dispatch", look=True, unit=city.units["urban"].name)

    walk.staff("urban").goto("/desk/")
    walk.check(walk.staff("urban"), "walk-officer")
    walk.act("urban", number, "receive")
    walk.act("urban", number, "ask_extension", look=True, reason="要和市场监管一起到场", limit_0="1")
    walk.act("street", number, "grant_extension", limit_0="1")
    page = walk.staff("urban")
    page.goto(f"/desk/events/{number}/")
    open_act(page, "finish")
    page.fill("#finish_result", "摊点已清走，路面已扫净")
    page.set_input_files("#act-finish input[type=file]", [a_photo("navy")])  # type: ignore[list-item]
    page.locator("#act-finish form .actions button").click()
    expect(page.locator(".badge-state").first).to_contain_text("已处置")
    verify_by_phone(walk, number)
    walk.act("street", number, "close")
    page = walk.staff("caller")
    page.goto(f"/desk/events/{number}/")
    open_act(page, "callback")
    for name in ("reached", "solved", "satisfied"):
        page.locator(f"#act-callback input[name={name}][value=true]").check()
    walk.check(page, "walk-callback")
    page.locator("#act-callback form .actions button").click()
    expect(page.locator(".badge-state").first).to_contain_text("已回访")

    second.reload()
    expect(second.get_by_role("heading", name="已办结并回访")).to_be_visible()
    mine.reload()
    walk.check(mine, "walk-rate")
    mine.locator("#rate input[name=solved][value=true]").check()
    mine.locator("#rate input[name=satisfied][value=true]").check()
    mine.get_by_role("button", name="提交评价").click()
    expect(mine.get_by_role("heading", name="感谢您的评价")).to_be_visible()
    walk.check(mine, "walk-rated")
    with system_scope("test"):
        case = Case.objects.get(number=number)
        assert (case.state, case.voices_count, case.solved, case.satisfied) == ("rated", 2, True, True)
        assert Voice.objects.filter(case=case).count() == 2

    desk.goto("/desk/figures/")
    walk.check(desk, "walk-figures")
    desk.locator("a.figure-card", has_text="满意率").click()
    expect(desk.get_by_role("heading", name="怎么算")).to_be_visible()
    walk.check(desk, "walk-explain")
    desk.get_by_role("link", name=re.compile("满意数所计的案件")).first.click()
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody tr")).to_contain_text(number)
    walk.check(desk, "walk-counted")


def test_a_report_by_keyboard_alone(chrome: Chrome, city: City, live: Live) -> None:
    page = Watch(live.url).over(chrome(size=PHONE)).new_page()
    page.goto("/")
    reach(page, "ul.doors a")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reach(page, "textarea[name=text]")
    page.keyboard.type(WORDS)
    press(page, "next")
    reach(page, "input[name=category]")
    page.keyboard.press("Space")
    press(page, "next")
    reach(page, "input[name=place_text]")
    page.keyboard.type("东风1社区 永宁路 8 号")
    press(page, "next")
    press(page, "send")
    expect(page.get_by_role("heading", name="已收到")).to_be_visible()
    with system_scope("test"):
        assert Case.objects.get().category == "09001"


def press(page: Page, go: str) -> None:
    """Reach the button that goes on, press it, and wait for the next page."""
    reach(page, f"button[name=go][value={go}]")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_without_javascript_one_reports_and_acts(chrome: Chrome, city: City, live: Live) -> None:
    page = chrome(size=PHONE, java_script_enabled=False).new_page()
    page.goto("/report/")
    page.set_input_files("input[type=file]", [a_photo()])  # type: ignore[list-item]
    say_what(page, WORDS)
    page.fill("input[name=place_text]", "东风1社区 永宁路 8 号")
    page.locator("button[value=next]").click()
    page.locator("button[value=send]").click()
    number = page.locator(".case-number").inner_text()
    desk = chrome(city.people["street"], DESK, java_script_enabled=False).new_page()
    desk.goto(f"/desk/events/{number}/")
    if desk.locator("#act-accept").get_attribute("open") is None:
        desk.locator("#act-accept summary").click()
    desk.fill("#accept_note", "情况属实")
    desk.locator("#act-accept form .actions button").click()
    expect(desk.locator(".badge-state").first).to_contain_text("已受理")
    desk.locator("details.act-more > summary").click()
    desk.locator("#act-add_note summary").click()
    desk.locator("#act-add_note").get_by_role("link", name="填写").click()
    desk.fill("#add_note_note", "已电话核实")
    desk.locator("#act-add_note form .actions button").click()
    expect(desk.locator(".acts")).to_contain_text("已电话核实")
    page.get_by_role("link", name="查看进度").click()
    expect(page.get_by_role("heading", name="已受理，正在核实")).to_be_visible()


def test_signing_in_with_a_code_from_the_phone(chrome: Chrome, city: City, live: Live) -> None:
    walk = Walk(chrome, city, live.url)
    page = walk.staff("street")
    page.goto("/accounts/2fa/totp/activate/")
    confirm_password(page)
    walk.check(page, "walk-totp")
    secret = page.locator("#authenticator_secret").input_value()
    page.fill("input[name=code]", code_now(secret))
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(re.compile("recovery-codes|2fa/$"))
    walk.check(page, "walk-totp-on")
    fresh = walk.watch.over(chrome(size=DESK)).new_page()
    type_password(fresh, city.people["street"].username)
    walk.check(fresh, "walk-code")
    cache.clear()  # the code above was used; this is a later half minute
    fresh.fill("input[name=code]", code_now(secret))
    fresh.keyboard.press("Enter")
    fresh.wait_for_url("**/desk/")


def test_signing_in_with_a_passkey(chrome: Chrome, city: City, live: Live) -> None:
    """A key belongs to a name, so that browsers offer none at a bare address: here the host is localhost."""
    host = live.url.replace("127.0.0.1", "localhost")
    watch = Watch(host)
    page = watch.over(chrome(size=DESK)).new_page()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, "isUserVerified": True}})
    type_password(page, city.people["street"].username, host)
    page.wait_for_url("**/desk/")
    page.goto(f"{host}/accounts/2fa/webauthn/add/")
    confirm_password(page)
    page.fill("input[name=name]", "我的手机")
    page.check("input[name=passwordless]")
    watch.check(page, "walk-passkey")
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
    watch.check(page, "walk-passkey-on")
    page.goto(f"{host}/accounts/logout/")
    page.locator("main button").click()
    page.goto(f"{host}/accounts/login/")
    watch.check(page, "walk-signin")
    page.locator("#passkey_login").click()
    page.wait_for_url("**/desk/")
    expect(page.locator(".desk-bar")).to_contain_text(city.people["street"].name)


def type_password(page: Page, username: str, host: str = "") -> None:
    page.goto(f"{host}/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/login/"))


def confirm_password(page: Page) -> None:
    """Changing how one signs in asks for the password once more."""
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/2fa/**")


def code_now(secret: str) -> str:
    """The six digits of RFC 6238 for this half minute."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
