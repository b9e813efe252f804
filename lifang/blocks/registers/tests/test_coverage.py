"""Every community should have one: who has, who has not, whose has no head, and whose stands idle."""

import datetime as dt

import pytest

from lifang.blocks.registers.tests.situations import FIRST, SECOND, Street, said_in, units
from lifang.ground.access.ranges import today
from tests.situations import EAST, EAST_COMMUNITY_2

STATIONS = ("名称", "所在社区", "站长")


def test_one_station_short_of_all_is_never_said_to_be_all(street: Street) -> None:
    """proves: S188"""
    names = [FIRST, SECOND, *units(1395)]
    rows = [(f"{name}妇女儿童工作站", name, "李四") for name in names if name != SECOND]
    assert len(rows) == 1394
    answer = street.sends("women_station", STATIONS, rows)
    assert answer.status_code == 302, said_in(answer)
    page = said_in(street.page(f"kinds/women_station/coverage/?area={EAST}", by="steward"))
    assert "99.93%" in page
    assert "1395 个社区（村）中 1394 个已成立妇女儿童工作站，缺 1 个" in page
    assert "均已成立" not in page
    assert f"还没有的 1 {SECOND}" in page
    top = said_in(street.page(f"?area={EAST}", by="steward"))
    assert "1395 个中 1394 个有，99.93% 缺 1 个" in top


def test_a_centre_everywhere_is_all_of_them_and_one_of_nine_names_inside(street: Street) -> None:
    """proves: S189"""
    names = [FIRST, SECOND, *units(1395)]
    answer = street.sends("party_centre", STATIONS[:2], [(f"{n}党群服务中心", n) for n in names])
    assert answer.status_code == 302, said_in(answer)[-900:]
    page = said_in(street.page(f"kinds/party_centre/coverage/?area={EAST}", by="steward"))
    assert "1395 个社区（村）均已成立党群服务中心" in page
    assert "100%" in page
    assert "9 块室内牌子" in page
    assert "还没有的" not in page


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("health_committee", "卫生健康委员会"),
        ("mediation_committee", "人民调解委员会"),
        ("security_committee", "治安保卫委员会"),
        ("culture_committee", "文化卫生委员会"),
    ],
)
def test_a_community_without_a_committee_is_named(street: Street, kind: str, title: str) -> None:
    """proves: S187 S191 S251 S252 S253, each with its coverage n of m"""
    street.enters(kind, f"东风1{title}")
    page = said_in(street.page(f"kinds/{kind}/coverage/"))
    assert f"2 个社区（村）中 1 个已成立{title}，缺 1 个" in page
    assert "50.00%" in page
    assert f"还没有的 1 {SECOND}" in page
    street.enters(kind, f"东风2{title}", area=EAST_COMMUNITY_2)
    assert f"2 个社区（村）均已成立{title}" in said_in(street.page(f"kinds/{kind}/coverage/"))


def test_culture_and_health_is_another_committee_than_health(street: Street) -> None:
    """proves: S253"""
    street.enters("culture_committee", "文化卫生委员会")
    assert "2 个社区（村）中 0 个已成立卫生健康委员会" in said_in(street.page("kinds/health_committee/coverage/"))
    assert "2 个社区（村）中 1 个已成立文化卫生委员会" in said_in(street.page("kinds/culture_committee/coverage/"))


def test_a_station_where_nothing_happened_for_90_days_is_told_from_none_at_all(street: Street) -> None:
    """proves: S190"""
    long_ago, lately = today() - dt.timedelta(days=91), today() - dt.timedelta(days=90)
    first = street.enters("civilisation_station", "东风1文明实践站", since=long_ago)
    street.enters("station_activity", "理论宣讲", since=long_ago, station=first.pk)
    page = said_in(street.page("kinds/civilisation_station/coverage/"))
    assert "有站点，90 天内没有活动的 1 东风1社区" in page
    assert f"还没有的 1 {SECOND}" in page
    street.enters("station_activity", "义诊", since=lately, station=first.pk)
    page = said_in(street.page("kinds/civilisation_station/coverage/"))
    assert "90 天内没有活动的" not in page
    assert f"还没有的 1 {SECOND}" in page
    assert "义诊" in street.page(f"{first.pk}/")


def test_a_veterans_station_without_a_head_says_so_and_counts_whom_it_serves(street: Street) -> None:
    """proves: S192"""
    station = street.enters("veterans_station", "东风1退役军人服务站")
    for name in ("赵一", "赵二", "赵三"):
        street.joins(station, "served", name)
    page = said_in(street.page("kinds/veterans_station/coverage/"))
    assert "2 个社区（村）中 1 个已成立退役军人服务站，缺 1 个" in page
    assert "没有站长" in page
    assert "服务对象" in page
    assert "没有站长 0 3 – " in page.replace("2026-01-05", "– ")
    street.joins(station, "head", "钱站长")
    page = said_in(street.page("kinds/veterans_station/coverage/"))
    assert "没有站长" not in page
    assert "钱站长" in page
    assert "没有站长" not in said_in(street.page(f"{station.pk}/"))


def test_an_earlier_day_is_seen_as_it_was(street: Street) -> None:
    street.enters("women_station", "东风1妇女儿童工作站", since=dt.date(2026, 3, 1))
    assert "中 1 个已成立" in street.page("kinds/women_station/coverage/?on=2026-03-01")
    assert "中 0 个已成立" in street.page("kinds/women_station/coverage/?on=2026-02-28")
