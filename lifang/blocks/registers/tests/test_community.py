"""Who and what is in a community, on one page; and what its units share."""

from lifang.blocks.registers.tests.situations import Street, said_in
from lifang.ground.access.ranges import today
from lifang.ground.access.scope import scope_of, system_scope
from lifang.ground.areas.actions import Part, merge, split, undo
from lifang.ground.areas.models import AreaChange
from lifang.ground.areas.rewriting import Basis
from tests.situations import CITY, EAST_COMMUNITY, EAST_COMMUNITY_2, a_person

ACTORS = {
    "party_organisation": "社区党组织（核心）",
    "residents_committee": "社区自治组织（主导）",
    "residents_assembly": "社区居民（主体）",
    "social_organisation": "社区社会组织（共同参与）",
    "resident_unit": "驻社区单位（共同参与）",
}


def actors(street: Street) -> str:
    return said_in(street.page(f"places/{EAST_COMMUNITY}/")).split("参与治理的五类主体")[1].split("委员会和站点")[0]


def test_the_five_kinds_of_actors_are_shown_and_a_missing_one_is_flagged(street: Street) -> None:
    """proves: S065"""
    shown = actors(street)
    assert all(f"{title} 还没有登记" in shown for title in ACTORS.values())
    for kind in list(ACTORS)[:4]:
        street.enters(kind, f"东风1{kind}")
    shown = actors(street)
    assert shown.count("还没有登记") == 1
    assert "驻社区单位（共同参与） 还没有登记" in shown
    street.enters("resident_unit", "第三中学", sort="school")
    assert "还没有登记" not in actors(street)


def test_a_room_for_fifty_on_saturday_is_found(street: Street) -> None:
    """proves: S066"""
    school, bank = (street.enters("resident_unit", name) for name in ("第三中学", "建设支行"))
    street.joins(school, "head", "何老师", phone="13800001234")
    offered = (
        ("阶梯教室", school, "80", ["sat", "sun"], "sharing"),
        ("会议室", bank, "30", ["sat"], "agreed"),
        ("礼堂", bank, "200", ["mon"], "listed"),
    )
    for name, unit, capacity, days, state in offered:
        street.enters(
            "shared_resource",
            name,
            unit=unit.pk,
            sort="room",
            capacity=capacity,
            days=days,
            state=state,
            hours="9:00–17:00",
        )
    found = said_in(street.page("kinds/shared_resource/?sort=room&capacity=50&days=sat")).split("从哪天起")[-1]
    assert "阶梯教室" in found
    assert "第三中学" in found
    assert "会议室" not in found
    assert "礼堂" not in found
    assert "阶梯教室" in street.page(f"places/{EAST_COMMUNITY}/")
    assert "阶梯教室" in street.page(f"{school.pk}/")


def test_entries_follow_a_merge_and_come_back_when_it_is_undone(street: Street) -> None:
    street.enters("women_station", "东风2工作站", area=EAST_COMMUNITY_2)
    editor = a_person("area_editor", CITY)
    with scope_of(editor, "area.edit"):
        change = merge(
            merged=[EAST_COMMUNITY, EAST_COMMUNITY_2],
            name="东风社区",
            basis=Basis(on=today(), document_title="批复"),
            by=editor,
        )
    with system_scope("test"):
        heir = AreaChange.objects.get(pk=change.pk).successions.first().new_code
    page = said_in(street.page(f"kinds/women_station/coverage/?area={heir}"))
    assert "东风2工作站" in page
    with scope_of(editor, "area.edit"):
        undo(change=AreaChange.objects.get(pk=change.pk), by=editor)
    assert "东风2工作站" in street.page(f"kinds/women_station/?area={EAST_COMMUNITY_2}")


def test_of_a_split_the_larger_part_gets_them_with_a_doubt_that_a_change_clears(street: Street) -> None:
    station = street.enters("women_station", "东风1工作站")
    editor = a_person("area_editor", CITY)
    parts = [
        Part(name="东风东社区", children=[EAST_COMMUNITY + 1], households=100),
        Part(name="东风西社区", children=[EAST_COMMUNITY + 2, EAST_COMMUNITY + 501], households=300),
    ]
    with scope_of(editor, "area.edit"):
        split(code=EAST_COMMUNITY, parts=parts, basis=Basis(on=today(), document_title="批复"), by=editor)
    page = said_in(street.page(f"{station.pk}/"))
    assert "东风西社区" in page.split("历史")[0]
    assert "原来的地方拆成了几处" in page
    given = {"how": "changed", "held_from": str(today()), "name": "东风1工作站", "area": "东风东社区"}
    answer = street.client("desk").post(f"/desk/registers/{station.pk}/edit/", given)
    assert answer.status_code == 302, said_in(answer)
    page = said_in(street.page(f"{station.pk}/"))
    assert "东风东社区" in page.split("历史")[0]
    assert "原来的地方拆成了几处" not in page
