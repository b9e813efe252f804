"""From the chair of a worker who closes a month: forms of two departments come filled, what is old is confirmed, what is new
is typed once, a return is frozen and corrected openly, and the month says what it cost."""

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client

from lifang.blocks.forms import sending
from lifang.blocks.forms.models import Edition, Return
from lifang.blocks.forms.tests.situations import a_roster, a_sheet, an_officer, counted, made, of_sex, return_of, typed
from lifang.blocks.lists.tests.situations import HEADS, a_neighbourhood, browser, row
from lifang.blocks.registry.tests.situations import Town, a_town
from lifang.domains.gate.models import Sending
from lifang.ground.access.models import User
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from tests.situations import EAST_COMMUNITY

pytestmark = pytest.mark.django_db
LAST_MONTH = today().replace(day=1) - dt.timedelta(days=3)
AGES_AGO = today() - dt.timedelta(days=800)
MONTHLY = {
    "total": counted("总人口"), "men": counted("男", of_sex("1")), "tables": typed("议事桌数"), "teams": typed("志愿队支数"),
}  # fmt: skip
RETURN, TYPED, CONFIRMED = 3, 1.5, 0.3


@pytest.fixture
def town(db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(settings.CONFIG, "demo", True)
    found = a_town()
    a_neighbourhood(found, AGES_AGO)
    return found


def sends(officer: User, edition: Edition) -> None:
    due = today() + dt.timedelta(days=7)
    answer = browser(officer).post(
        f"/desk/forms/{edition.form_id}/send/", {"due": due, "places": [str(EAST_COMMUNITY)]}
    )
    assert answer.status_code == 302, answer.context["form"].errors


def recurs_since_last_month(officer: User, edition: Edition) -> None:
    with scope_of(officer, "form.make"):
        sending.send(
            edition=edition, places=[EAST_COMMUNITY], due=LAST_MONTH + dt.timedelta(days=7), recurs=True, by=officer,
            on=LAST_MONTH,
        )  # fmt: skip


def waiting(client: Client) -> dict[str, Return]:
    """What the page lists, by title and period."""
    rows = client.get("/desk/forms/asked/").context["waiting"]
    found = [row["found"].issue for row in rows]
    return {f"{issue.edition.title} {issue.label}": return_of(issue) for issue in found}


def closes(client: Client, found: Return, **cells: str) -> None:
    page = f"/desk/forms/asked/{found.pk}/"
    given = {f"c:{name.replace('__', ':')}": text for name, text in cells.items()}
    answer = client.post(page, {"act": "submit", "all": "1", **given})
    assert answer.status_code == 302, answer.content.decode()


def month_of(day: dt.date) -> str:
    return f"{day.year}年{day.month}月"


def test_a_worker_closes_a_month(town: Town) -> None:
    civil, health = an_officer(), an_officer("health")
    town.took("health", [row("吴奶奶", 85, serial=4, phone="13800010009")], heads=HEADS, on=AGES_AGO)
    monthly, roster = made(civil, a_sheet(MONTHLY, title="人口月报")), made(civil, a_roster())
    recurs_since_last_month(civil, monthly)
    (itself,) = sending.again(today())
    assert itself.label == month_of(today()), "nobody sent this month's"
    sends(civil, roster)

    worker = browser(town.worker)
    found = waiting(worker)
    assert found.keys() == {
        f"人口月报 {month_of(LAST_MONTH)}", f"人口月报 {month_of(today())}", f"高龄老人花名册 {month_of(today())}"
    }  # fmt: skip
    report = found[f"人口月报 {month_of(today())}"]
    assert (report.known, report.old, report.asked) == (1, 1, 2), "who lives here is old, sexes are not; two are new"
    page = worker.get(f"/desk/forms/asked/{report.pk}/").content.decode()
    assert "仍是这样" in page
    early = worker.post(f"/desk/forms/asked/{report.pk}/", {"act": "submit", "c:tables": "3"})
    assert early.status_code == 422
    assert "还有 2 格要填或核对" in early.content.decode()
    closes(worker, report, teams="2")
    listed = found[f"高龄老人花名册 {month_of(today())}"]
    assert (listed.known + listed.old, listed.asked) == (3, 1), "another department knew the telephone"
    closes(worker, listed, **{"0__rails": "是"})

    other = made(
        health,
        a_sheet(
            {"tables": typed("桌子", what=f"{monthly.form.code}.tables"), "men": MONTHLY["men"]},
            title="设施表",
            matter="assist_health_followup",
        ),
    )
    sends(health, other)
    second = waiting(worker)[f"设施表 {month_of(today())}"]
    assert second.cells["tables"][:2] == [3, "known"], "typed once, it has its home"
    assert (second.known, second.old, second.asked) == (2, 0, 0)
    closes(worker, second)

    frozen = worker.post(f"/desk/forms/asked/{report.pk}/", {"c:tables": "4"})
    assert frozen.status_code == 422
    assert "已经提交" in frozen.content.decode()
    corrected = worker.post(f"/desk/forms/asked/{report.pk}/correct/", {"reason": "少数了一张"})
    assert corrected.status_code == 302
    now = return_of(report.issue)
    closes(worker, now, tables="4")
    both = worker.get(f"/desk/forms/asked/{report.pk}/").content.decode()
    assert "这是以前的一版，已有更正" in both
    assert "少数了一张" in both
    assert [return_of(report.issue).cells["tables"][0], return_of(report.issue).version] == [4, 2]

    meter = worker.get(f"/desk/meter/?area={EAST_COMMUNITY}")
    parts = {"人口月报": RETURN + 2 * TYPED + CONFIRMED, "花名册": RETURN + TYPED + listed.old * CONFIRMED,
             "设施表": RETURN}  # fmt: skip
    minutes = {name: round(cost) for name, cost in parts.items()}
    by_unit = {one["title"]: one["minutes"] for one in meter.context["units"]}
    assert by_unit == {civil.unit.name: minutes["人口月报"] + minutes["花名册"], health.unit.name: minutes["设施表"]}  # type: ignore[union-attr]
    by_matter = sorted(one["minutes"] for one in meter.context["matters"])
    assert by_matter == sorted([minutes["设施表"], minutes["人口月报"] + minutes["花名册"]])
    told = meter.context["now"]["month"]
    assert told.asked.minutes == sum(minutes.values())
    assert told.asked.filled == report.known + listed.known + second.known
    assert told.without == told.asked.minutes + round(told.asked.filled * TYPED), "before, all of it was typed"
    records = worker.get("/desk/meter/records/", {"area": EAST_COMMUNITY, "kind": "form"}).content.decode()
    for title in ("人口月报", "高龄老人花名册", "设施表"):
        assert title in records
    assert "按实际填的格数算" in records
    with system_scope("test"):
        assert not Sending.objects.filter(state="returned").exists()
