"""The phone app in a browser: without network, with a rival, without JavaScript, by keyboard."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from lifang.blocks.cases.models import Act, Case, Photo
from lifang.domains.grid.tests.situations import City, build_city, reported, to_handled
from lifang.ground.access.scope import system_scope
from tests.browser import DESK, PHONE, Live, chrome, chromium, live, shot, sign_in, until, wrong_for_all  # noqa: F401

pytestmark = pytest.mark.browser
Chrome = Callable[..., BrowserContext]
WORDS = "3栋楼下垃圾堆了两天没人收"


@pytest.fixture
def city(live: Live, monkeypatch: pytest.MonkeyPatch) -> City:
    """A busy machine is not a weak network: the worker waits for the server."""
    monkeypatch.setattr("lifang.faces.field.offline.PATIENCE_MS", 60_000)
    return build_city()


@pytest.fixture
def phone(chrome: Chrome, city: City) -> Page:
    """The grid worker's phone with the app ready for the time without network."""
    return opened(chrome(city.people["grid"]))


def opened(context: BrowserContext) -> Page:
    page = context.new_page()
    page.goto("/field/")
    ready(page)
    return page


def ready(page: Page) -> None:
    """The service worker controls the page and has kept today's cases and the four tabs."""
    until(page, "navigator.serviceWorker.controller !== null")
    listed = page.locator("a[data-case]").count()
    until(page, "async (n) => (await Field.all('pages')).length >= n + 4", listed)


def report(page: Page, words: str = WORDS, place: str = "东风1社区 3栋 1单元") -> None:
    page.goto("/field/report/")
    page.fill("textarea[name=text]", words)
    page.locator(".suggestion", has_text="暴露垃圾").click()
    page.fill("input[name=place_text]", place)


def send(page: Page) -> None:
    page.locator("form[data-queue=report] button:not([type=button])").click()
    page.wait_for_url("**/field/")


def states(page: Page) -> list[str]:
    return [item["state"] for item in page.evaluate("Field.all('queue')")]


def patrolled() -> list[Case]:
    with system_scope("test"):
        return list(Case.objects.filter(source="patrol"))


def came_through(page: Page) -> None:
    until(page, "async () => (await Field.all('queue')).every((item) => item.state !== 'waiting')")


def test_the_app_is_installable(phone: Page, live: Live) -> None:
    """S226: the phone can carry it: manifest, icons, a worker that controls the page."""
    manifest = phone.request.get("/field/manifest.json").json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/field/", "/field/", "standalone")
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(phone.request.get(icon["src"]).body()))
        assert f"{picture.width}x{picture.height}" == icon["sizes"]
    tools = phone.context.new_cdp_session(phone)
    assert tools.send("Page.getAppManifest")["errors"] == []
    found = [e["errorId"] for e in tools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [e for e in found if e != "in-incognito"] == []
    assert phone.evaluate("navigator.serviceWorker.controller.scriptURL").endswith("/field/sw.js")


def test_a_report_made_without_network_arrives_once(phone: Page, live: Live) -> None:
    """S226: made offline, it appears after the sync once, and not again when the phone sends it again."""
    with live.away():
        report(phone)
        send(phone)
        expect(phone.get_by_text("已记在手机里，有网络后自动发出。")).to_be_visible()
        expect(phone.get_by_text("1 件等待发送")).to_be_visible()
        phone.goto("/field/me/")
        expect(phone.locator("[data-queue-list] .notice")).to_contain_text(WORDS)
        shot(phone, "queue")
    assert patrolled() == []
    phone.locator("[data-send]").click()
    came_through(phone)
    expect(phone.locator("[data-queue-list] .notice")).to_contain_text("已发出")
    [case] = patrolled()
    assert (case.text, case.category) == (WORDS, "06010")
    phone.evaluate(
        """async () => { const [item] = await Field.all('queue');
        await Field.put('queue', {...item, state: 'waiting'}); await Field.send(); }"""
    )
    assert states(phone) == ["done"]
    assert [c.pk for c in patrolled()] == [case.pk]


def test_photographs_wait_with_the_report_and_are_sent_before_it(phone: Page, live: Live) -> None:
    out = io.BytesIO()
    Image.new("RGB", (2400, 1200), "green").save(out, "JPEG")
    with live.away():
        report(phone)
        photo = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
        phone.set_input_files("input[type=file]", [photo])  # type: ignore[list-item]
        send(phone)
        phone.goto("/field/me/")
        expect(phone.locator("[data-queue-list] .notice")).to_contain_text("照片 1 张")
        assert phone.evaluate("Field.waitingBytes()") > 0
    phone.locator("[data-send]").click()
    came_through(phone)
    [case] = patrolled()
    with system_scope("test"):
        kept = Photo.objects.get(case=case)
    assert (kept.width, kept.height) == (1600, 800)
    assert phone.evaluate("Field.waitingBytes()") == 0


def test_the_phones_clock_does_not_count(chrome: Chrome, city: City, live: Live) -> None:
    """When it was done by the phone's clock is kept as data; the server's time counts."""
    page = opened(chrome(city.people["grid"]))
    page.add_init_script("Date.prototype.toISOString = () => '2019-05-01T08:00:00.000Z'")
    report(page)
    send(page)
    came_through(page)
    [case] = patrolled()
    assert abs((timezone.now() - case.opened_at).total_seconds()) < 120
    assert case.fields["happened_at"].startswith("2019-05-01T08:00")


def test_a_visit_without_network_is_one_act(phone: Page, chrome: Chrome, city: City, live: Live) -> None:
    """S226: the kept case page says from when it is; two steps made in a row stand one on the other."""
    case = reported(timezone.now()).case
    phone.reload()
    ready(phone)
    with live.away():
        phone.locator("a[data-case]").click()
        expect(phone.locator("[data-snapshot-words]").first).to_contain_text("截至")
        expect(phone.locator(".offline-mark")).to_be_visible()
        shot(phone, "case-offline")
        for words in ("敲门没有人", "邻居说已经搬走"):
            phone.goto(f"/field/cases/{case.number}/")
            phone.locator("#act-add_note summary").click()
            phone.fill("#add_note_note", words)
            phone.locator("#act-add_note form button").click()
            phone.wait_for_url("**/field/")
        phone.goto(f"/field/cases/{case.number}/")
        expect(phone.locator("[data-pending] .notice")).to_have_count(2)
    phone.evaluate("fieldSend()")
    came_through(phone)
    assert states(phone) == ["done", "done"]
    with system_scope("test"):
        notes = list(Act.objects.filter(case=case, act="add_note").order_by("seq"))
    assert [act.note for act in notes] == ["敲门没有人", "邻居说已经搬走"]
    assert "happened_at" in notes[0].data


def test_a_conflict_is_told_in_words_and_nothing_typed_is_lost(phone: Page, city: City, live: Live) -> None:
    case = to_handled(city, at=timezone.now() - dt.timedelta(hours=2))
    phone.goto("/field/")
    ready(phone)
    with live.away():
        phone.locator("a[data-case]").click()
        phone.locator("#act-verify summary").click()
        phone.fill("#verify_note", "地面已清，摊位已走")
        phone.locator("#act-verify form button").click()
        phone.wait_for_url("**/field/")
        city.do("dispatcher", case, "rework", reason="照片看不清")
    phone.evaluate("fieldSend()")
    came_through(phone)
    phone.goto("/field/me/")
    item = phone.locator("[data-queue-list] .notice")
    expect(item).to_contain_text("dispatcher已在")
    expect(item).to_contain_text("返工")
    expect(item).to_contain_text("地面已清，摊位已走")
    shot(phone, "conflict")
    item.get_by_text("看最新情况，重新选择").click()
    expect(phone.locator(".field-main")).to_contain_text("地面已清，摊位已走")
    expect(phone.locator(".field-main .badge-state").first).to_contain_text("处置中")
    shot(phone, "conflict-again")
    with system_scope("test"):
        assert not Act.objects.filter(case=case, act="verify").exists()


def test_choosing_again_replaces_the_step_that_did_not_go(phone: Page, city: City, live: Live) -> None:
    case = reported(timezone.now()).case
    phone.goto("/field/")
    ready(phone)
    with live.away():
        phone.goto(f"/field/cases/{case.number}/")
        phone.locator("#act-settle summary").click()
        phone.fill("#settle_result", "已当场扫净")
        phone.locator("#act-settle form button").click()
        phone.wait_for_url("**/field/")
        city.do("dispatcher", case, "accept")
    phone.evaluate("fieldSend()")
    came_through(phone)
    phone.goto("/field/me/")
    phone.get_by_text("看最新情况，重新选择").click()
    expect(phone.locator("#settle_result")).to_have_value("已当场扫净")
    phone.locator("#act-settle form button").click()
    phone.wait_for_url("**/field/")
    assert states(phone) == ["done"]
    assert city.refresh(case).state == "handled"


def test_an_ended_session_keeps_the_queue(phone: Page, city: City, live: Live) -> None:
    report(phone)
    with system_scope("test"):
        Session.objects.all().delete()
    phone.locator("form[data-queue=report] button:not([type=button])").click()
    expect(phone.get_by_text("登录已失效，手机里还有 1 件没有发出")).to_be_visible()
    assert patrolled() == []
    sign_in(phone.context.new_page(), city.people["grid"])
    phone.goto("/field/")
    came_through(phone)
    assert len(patrolled()) == 1


def test_what_one_person_left_is_not_sent_or_shown_as_anothers(phone: Page, city: City, live: Live) -> None:
    with live.away():
        report(phone)
        send(phone)
    phone.context.clear_cookies()
    sign_in(phone.context.new_page(), city.people["worker"])
    phone.goto("/field/")
    expect(phone.get_by_text("另一位同事没有发出的 1 件")).to_be_visible()
    phone.goto("/field/me/")
    expect(phone.locator("[data-queue-list]")).not_to_contain_text(WORDS)
    assert patrolled() == []


def test_leaving_asks_about_what_was_not_sent_and_clears_the_phone(phone: Page, live: Live) -> None:
    with live.away():
        report(phone)
        send(phone)
        phone.goto("/field/me/")
        phone.locator("[data-leave] button").click()
        expect(phone.locator("dialog")).to_contain_text("还有 1 件没有发出")
        phone.locator("dialog").get_by_role("button", name="取消").click()
        assert states(phone) == ["waiting"]
    phone.locator("[data-leave] button").click()
    phone.locator("dialog [value=yes]").click()
    phone.wait_for_url("**/accounts/login/**")
    kept = phone.evaluate("caches.keys()")
    assert not [name for name in kept if name.startswith("lifang-pages")]
    phone.goto("/field/")
    phone.wait_for_url("**/accounts/login/**")


def test_the_phone_keeps_no_more_than_its_limit(
    chrome: Chrome,
    city: City,
    live: Live,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest cases go first, and the page says what is kept."""
    monkeypatch.setattr("lifang.faces.field.offline.MOST_CASES", 3)
    monkeypatch.setattr("lifang.faces.field.keeping.MOST_CASES", 3)
    for _n in range(5):
        reported(timezone.now())
    page = chrome(city.people["grid"]).new_page()
    page.goto("/field/")
    until(page, "async () => (await Field.all('pages')).length >= 7")
    page.wait_for_timeout(500)
    page.goto("/field/me/")
    expect(page.locator("[data-storage]")).to_contain_text("存了 3 个案件")
    expect(page.locator("[data-storage-limits]")).to_contain_text("最多存 3 个案件、40.0 MB，超出时先删最早的。")


def test_search_without_network_looks_into_what_is_kept(phone: Page, city: City, live: Live) -> None:
    case = reported(timezone.now()).case
    phone.goto("/field/")
    ready(phone)
    with live.away():
        phone.goto("/field/search/")
        phone.fill("input[name=q]", "婴儿车")
        phone.keyboard.press("Enter")
        expect(phone.get_by_text("没有网络，只在手机里存的案件中查找。")).to_be_visible()
        expect(phone.locator("[data-found-kept] a")).to_contain_text(case.number)
        phone.goto("/field/cases/000000-000000-0/")
        expect(phone.get_by_text("手机里也没有存这一页")).to_be_visible()


def test_five_tasks_of_three_departments_from_one_list(phone: Page, city: City, live: Live) -> None:
    """S115: the day's five checks for three departments, all from one list."""
    now = timezone.now()
    for unit in ("urban", "water", "market", "urban", "water"):
        to_handled(city, unit, at=now - dt.timedelta(hours=2))
    phone.goto("/field/")
    for left in range(5, 0, -1):
        expect(phone.locator("a[data-case]")).to_have_count(left)
        phone.locator("a[data-case]").first.click()
        phone.locator("#act-verify summary").click()
        phone.locator("#act-verify form button").click()
        phone.wait_for_url("**/field/")
    expect(phone.get_by_text("现在没有要办的事")).to_be_visible()
    with system_scope("test"):
        done = Case.objects.filter(state="verified").values_list("unit__kind", flat=True)
        assert sorted(done) == ["market", "urban_management", "urban_management", "water", "water"]


def test_without_javascript_one_reports_and_acts(chrome: Chrome, city: City, live: Live) -> None:
    case = reported(timezone.now()).case
    page = chrome(city.people["grid"], java_script_enabled=False).new_page()
    page.goto("/field/report/")
    page.fill("textarea[name=text]", WORDS)
    page.fill("input[name=place_text]", "东风1社区 3栋")
    page.locator(".field-main form .btn-primary").click()
    page.locator(".suggestion", has_text="暴露垃圾").click()
    page.locator(".field-main form .btn-primary").click()
    page.wait_for_url("**/field/")
    expect(page.get_by_text("已上报，编号")).to_be_visible()
    page.goto(f"/field/cases/{case.number}/")
    page.locator("#act-settle summary").click()
    page.fill("#settle_result", "已扫净")
    page.locator("#act-settle form button").click()
    page.wait_for_url("**/field/#acts")
    assert city.refresh(case).state == "handled"
    assert len(patrolled()) == 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1440"])
def test_pages_are_open_to_everybody(chrome: Chrome, city: City, live: Live, size: dict[str, int]) -> None:
    """axe finds nothing serious; nothing is wider than the screen."""
    now = timezone.now()
    case = reported(now).case
    to_handled(city, at=now - dt.timedelta(hours=2))
    page = chrome(city.people["grid"], size).new_page()
    for name, path in (
        ("today", "/field/"), ("report", "/field/report/"), ("search", f"/field/search/?q={case.number}"),
        ("me", "/field/me/"), ("case", f"/field/cases/{case.number}/"), ("offline", "/field/offline/"),
    ):  # fmt: skip
        page.goto(path)
        for act in page.locator("details.act").all():
            act.evaluate("(one) => { one.open = true; }")
        assert wrong_for_all(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        shot(page, f"{name}-{size['width']}")


def test_by_keyboard_alone(phone: Page, city: City, live: Live) -> None:
    case = reported(timezone.now()).case
    phone.goto("/field/")
    reach(phone, "a[data-case]")
    phone.keyboard.press("Enter")
    phone.wait_for_url(f"**/field/cases/{case.number}/")
    reach(phone, "#act-settle summary")
    phone.keyboard.press("Enter")
    reach(phone, "#settle_result")
    phone.keyboard.type("已扫净")
    reach(phone, "#act-settle form button")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**/field/")
    came_through(phone)
    assert city.refresh(case).state == "handled"


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _n in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


KEPT = "async () => (await Field.all('pages')).length + (await caches.keys()).filter((n) => n.startsWith('lifang-pages')).length"


def test_what_was_kept_a_week_ago_is_gone(phone: Page, city: City, live: Live) -> None:
    """A lost phone does not tell for ever."""
    case = reported(timezone.now()).case
    phone.goto("/field/")
    ready(phone)
    path = f"/field/cases/{case.number}/"
    age = """async ([path, days]) => {
        const one = await Field.get('pages', path); await Field.put('pages', {...one, at: Date.now() - days * 86400000}); }"""
    with live.away():
        phone.evaluate(age, [path, 6])
        phone.goto(path)
        expect(phone.locator("h1")).to_contain_text(case.title)
        phone.evaluate(age, [path, 8])
        phone.goto(path)
        expect(phone.get_by_text("手机里也没有存这一页")).to_be_visible()
    assert phone.evaluate("async (path) => (await Field.get('pages', path)) === undefined", path)


@pytest.mark.parametrize("way", ["/accounts/logout/", "/desk/"])
def test_signing_out_anywhere_takes_what_the_phone_has_kept(phone: Page, city: City, live: Live, way: str) -> None:
    reported(timezone.now())
    phone.goto("/field/")
    ready(phone)
    assert phone.evaluate(KEPT) > 1
    phone.goto(way)
    phone.locator("form[action$='/accounts/logout/'] button").evaluate("(one) => one.click()")
    phone.wait_for_url(lambda url: "/logout/" not in url and "/desk/" not in url)
    phone.goto("/field/offline/")
    assert phone.evaluate(KEPT) == 0
