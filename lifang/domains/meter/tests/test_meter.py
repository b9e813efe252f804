"""What communities are asked for, in minutes, from records alone."""

import datetime as dt

import pytest

from lifang.blocks.matters import queries as matters
from lifang.blocks.registers.tests.situations import said_in
from lifang.domains.care.models import Contact
from lifang.domains.gate.tests.situations import admitted
from lifang.domains.meter import burden
from lifang.domains.meter.measured import Reader, sums
from lifang.domains.meter.models import Occasion
from lifang.domains.meter.tests.situations import FIRST, Ward, asked
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import system_scope
from lifang.ground.areas.models import Area
from tests.situations import (
    EAST,
    EAST_COMMUNITY,
    EAST_COMMUNITY_2,
    EAST_STREET,
    WEST_COMMUNITY,
    a_person,
    unit_of,
)


def visited(times: int, on: dt.date = FIRST) -> None:
    with system_scope("test"):
        for _n in range(times):
            Contact.objects.create(area=EAST_COMMUNITY + 1, home=1, kind=Contact.Kind.VISIT, on=on)


def learned(minutes: int, on: dt.date = FIRST) -> None:
    with system_scope("test"):
        Occasion.objects.create(
            kind="learning", area=EAST_COMMUNITY, unit=unit_of("community_committee", EAST_COMMUNITY), title="读书会",
            since=on, until=on, minutes=minutes,
        )  # fmt: skip


def test_minutes_are_told_by_department_matter_and_kind_and_open_to_their_records(ward: Ward) -> None:
    health, housing = unit_of("health", EAST), unit_of("housing", EAST)
    asked(health, "form", 45, title="慢病月报", matter=ward.matters["health"])
    asked(health, "task", 60, title="入户宣传", areas=(EAST_COMMUNITY, EAST_COMMUNITY_2))
    asked(housing, "data", 40, title="房屋底数")
    asked(housing, "task", 300, title="没有准入的排查", kept=True)
    page = ward.page("")
    assert "3.4 小时" in page, "45 + 60 + 60 + 40 minutes"
    assert "5 小时" in page, "what was kept away stands beside"
    assert health.name in page
    records = ward.page("records/", kind="form")
    assert "慢病月报" in records
    assert "入户宣传" not in records
    assert "按该种方式的用时" in records
    assert "没有准入的排查" in ward.page("records/", kept="1")


def test_the_unit_s_page_shows_six_counts_and_hours_against_the_last_quarter(ward: Ward) -> None:
    """S074 A unit's page: six counts and hours, this quarter against last; villages are told apart."""
    first, _last = burden.quarter(today())
    health = unit_of("health", EAST)
    for kind in ("task", "form", "certificate", "meeting", "inspection"):
        asked(health, kind, 60, on=first)
    asked(health, "task", 120, on=first - dt.timedelta(days=3))
    with system_scope("test"):
        index = burden.index(EAST_COMMUNITY, today())
        Area.objects.filter(code=EAST_COMMUNITY_2).update(kind="village")
    assert [index.now.counts[name] for name in burden.COUNTS] == [1, 1, 1, 1, 0, 1]
    assert (index.now.hours, index.last.hours) == (5.0, 2.0)
    assert index.last.counts["items"] == 1
    page = ward.page(f"places/{EAST_COMMUNITY}/")
    for title in ("事项", "台账报表", "会议", "检查考核", "牌子", "证明", "小时"):
        assert title in page
    street = ward.page(f"places/{EAST_STREET}/")
    assert "社区 1" in street
    assert "村 1" in street


def test_matters_per_worker_are_told_of_units_and_ranked(ward: Ward) -> None:
    """S233 79 matters and 7 workers: 11.3 a worker; units are ranked, nobody else is."""
    with system_scope("test"):
        there = len([m for m in matters.at(EAST_COMMUNITY, today()).values() if m.class_ in burden.HANDLED])
    for n in range(79 - there):
        admitted(unit_of("health", EAST), title=f"事项{n}")
    for _n in range(5):
        a_person("community_worker", EAST_COMMUNITY)
    with system_scope("test"):
        loads = burden.loads(EAST_STREET, today())
    assert [(one.area, one.matters, one.workers) for one in loads] == [
        (EAST_COMMUNITY, 79, 7), (EAST_COMMUNITY_2, 79, 0)
    ]  # fmt: skip
    assert "11.3" in ward.page(f"places/{EAST_STREET}/")


def test_hours_by_the_three_kinds_of_task_sum_to_all_administrative_hours(ward: Ward) -> None:
    """S234 Hours by the three kinds, and what nobody classed, sum to the hours of administrative work."""
    health = unit_of("health", EAST)
    rows = {kind: admitted(health, title=kind, task=kind).code for kind in ("development", "service", "order")}
    for minutes, code in zip((60, 120, 180), rows.values(), strict=True):
        asked(health, "task", minutes, matter=code)
    asked(health, "task", 30)
    with system_scope("test"):
        reader = Reader(EAST_COMMUNITY)
        kinds = burden.three_kinds(reader, *burden.month(today()), EAST_COMMUNITY)
        [whole] = sums(reader, *burden.month(today()), kept=False, own=False)
    assert kinds == {"development": 60, "service": 120, "order": 180, "": 30}
    assert sum(kinds.values()) == whole.minutes
    page = ward.page(f"places/{EAST_COMMUNITY}/")
    for title in ("经济社会发展", "服务保障", "综治维稳"):
        assert title in page


def test_the_share_that_departments_ask_stands_by_department_and_month(ward: Ward) -> None:
    """S235 80 of 100 recorded hours from departments are 80 %; by department and month."""
    asked(unit_of("health", EAST), "task", 50 * 60, on=FIRST)
    asked(unit_of("housing", EAST), "form", 30 * 60, on=FIRST)
    visited(32)
    learned(4 * 60)
    with system_scope("test"):
        reader = Reader(EAST_COMMUNITY)
        assert burden.share(reader, *burden.month(FIRST)).percent == 80
        by = sums(reader, *burden.month(FIRST), by=("unit", "month"), own=False)
    assert [(one.key, one.hours) for one in by] == [
        ((unit_of("health", EAST).pk, FIRST), 50), ((unit_of("housing", EAST).pk, FIRST), 30)
    ]  # fmt: skip
    assert "80" in ward.page(f"places/{EAST_COMMUNITY}/")


def test_time_to_learn_is_told_of_the_unit_with_the_month_before_beside(ward: Ward) -> None:
    """S263 20 h typing, 10 h visits and 2 h learning: 6.3 % learning, the former month beside it; of a unit, of no person."""
    asked(unit_of("health", EAST), "form", 20 * 60, on=FIRST)
    visited(20)
    learned(120)
    before = burden.before(FIRST)
    asked(unit_of("health", EAST), "form", 60, on=before)
    learned(60, on=before)
    with system_scope("test"):
        use = burden.use(Reader(EAST_COMMUNITY), *burden.month(FIRST))
    assert (use.typing, use.visits, use.learning, use.other) == (1200, 600, 120, 0)
    assert use.learning_percent == pytest.approx(6.25)
    page = ward.page(f"places/{EAST_COMMUNITY}/")
    assert "6.3" in page or "6.2" in page
    assert "上月 50.0%" in page
    assert "这个月不到 8 小时" in page, "the hours that the pack would have kept"
    assert "2 个社区中 2 个这个月不到 8 小时" in ward.page(f"places/{EAST_STREET}/")
    learned(6 * 60)
    assert "这个月够 8 小时" in ward.page(f"places/{EAST_COMMUNITY}/")
    assert "2 个社区中 1 个" in ward.page(f"places/{EAST_STREET}/")


def test_a_department_sees_what_it_asked_itself_and_no_other(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 60, title="自己的事")
    asked(unit_of("housing", EAST), "task", 60, title="别人的事")
    page = ward.page("records/", by="health")
    assert "自己的事" in page
    assert "别人的事" not in page


def test_a_department_looks_at_one_place_of_its_district_and_sees_what_it_asked_there_alone(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 60, title="这里的事")
    asked(unit_of("health", EAST), "task", 90, title="那里的事", areas=(EAST_COMMUNITY_2,))
    asked(unit_of("housing", EAST), "task", 60, title="别人的事")
    client = ward.client("health")
    page = client.get("/desk/meter/")
    assert {address for _title, address in page.context["place_choices"]} >= {f"?area={EAST}"}
    here = client.get(f"/desk/meter/?area={EAST_COMMUNITY}")
    assert [one["title"] for one in here.context["places"]] == ["东风1社区"]
    assert here.context["total"] == 60
    for page_ in ("records/", "calendar/", "aloud/", "year/", "plates/", "rules/"):
        told = ward.page(page_, by="health", area=EAST_COMMUNITY)
        assert "那里的事" not in told
        assert "别人的事" not in told
    assert client.get(f"/desk/meter/?area={WEST_COMMUNITY}").context["reader"].place is None


def test_the_page_of_a_unit_leads_to_the_units_above_and_below_it(ward: Ward) -> None:
    page = ward.client("desk").get(f"/desk/meter/places/{EAST_STREET}/")
    assert page.context["place_title"] == page.context["name"]
    ways = dict(page.context["place_choices"])
    assert ways["东风1社区"] == f"/desk/meter/places/{EAST_COMMUNITY}/"


def test_nobody_without_a_place_or_a_unit_reads_any_minutes(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 60)
    with system_scope("test"):
        assert sums(Reader(None), *burden.month(today())) == []
        assert burden.month_of(Reader(None), today(), EAST).asked.n == 0


def test_another_district_s_minutes_are_not_shown(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 60, areas=(WEST_COMMUNITY,), title="西区的事")
    assert "西区的事" not in ward.page("records/")
    assert ward.client("desk").get(f"/desk/meter/places/{WEST_COMMUNITY}/").status_code == 404


def test_the_secretary_s_page_reads_as_sentences(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 600, title="大排查")
    asked(unit_of("housing", EAST), "task", 60, kept=True, title="要台账")
    asked(unit_of("health", EAST), "task", 300, on=burden.before(today()))
    page = ward.page("aloud/")
    assert "上面一共要社区花 10 小时" in page
    assert "上个月是 5 小时，这个月多了 5 小时" in page
    assert "没有准入、没有到社区的有 1 处次，少花 1 小时" in page
    assert "要的「要台账」" in page


def test_the_difference_read_out_agrees_with_the_two_figures_before_it(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 1406)
    asked(unit_of("health", EAST), "task", 706, on=burden.before(today()))
    page = ward.page("aloud/")
    assert "上面一共要社区花 23.4 小时" in page
    assert "上个月是 11.8 小时，这个月多了 11.6 小时" in page


def test_the_yearly_report_adds_the_months_up(ward: Ward) -> None:
    asked(unit_of("health", EAST), "task", 60, on=today().replace(month=1, day=2))
    page = ward.page("year/")
    assert f"{today().year}-01" in page
    assert "上年同期" in page
    assert ward.client("desk").get("/desk/meter/year/?year=99999").status_code == 200


def test_the_self_check_names_rule_and_remedy(ward: Ward) -> None:
    ward.street.enters("work_tool", "某某打卡群", sort="group", department="某局", required=["clock_in", "photos"])
    page = ward.page("rules/")
    assert "某某打卡群" in page
    assert "不得要求签到打卡" in page
    assert "取消打卡" in page
    assert "不得要求定位轨迹" not in page


def test_odd_addresses_are_no_error(ward: Ward) -> None:
    for query in ("month=9999-99", "unit=99999999999999", "since=x&until=y", "area=²"):
        for page in ("", "records/", "aloud/", "calendar/", "plates/", "rules/"):
            answer = ward.client("desk").get(f"/desk/meter/{page}?{query}")
            assert answer.status_code == 200, (page, query, said_in(answer)[:200])


@pytest.mark.parametrize(
    "address",
    [
        "?month=2015-01", "aloud/?month=2001-01", "calendar/?month=2001-01", "year/?year=2001",
        "records/?since=1900-01-01&until=1900-01-02", f"places/{EAST_COMMUNITY}/?on=2001-01-01",
    ],
)  # fmt: skip
def test_for_days_before_any_rule_the_page_says_so(ward: Ward, address: str) -> None:
    answer = ward.client("desk").get(f"/desk/meter/{address}")
    assert answer.status_code == 200
    assert "请选以后的月份" in said_in(answer)


@pytest.mark.parametrize(
    "address", ["?month=1900-01", "plates/?on=1900-01-01", "?month=2999-12", "calendar/?month=2999-12"]
)
def test_the_first_and_the_last_day_that_can_be_typed_are_no_error(ward: Ward, address: str) -> None:
    assert ward.client("desk").get(f"/desk/meter/{address}").status_code == 200
    assert ward.client("desk").get(f"/desk/meter/places/{EAST_COMMUNITY}/?on=2999-12-31").status_code == 200
    assert ward.client("desk").get(f"/desk/meter/plates/{EAST_COMMUNITY}/?on=1900-01-01").status_code == 200
