"""What departments hold about a community, and what it had to write itself."""

import datetime as dt

from lifang.blocks.exchange.tests.situations import corrects, person_named, signed_in, types
from lifang.blocks.registry.models import System
from lifang.blocks.registry.tests.situations import LIN_ROW, ZHOU_ROW, Town
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_COMMUNITY

OTHER_HOME = (*ZHOU_ROW[:5], "永宁路12号3栋2单元601室", "东风1社区")


def shown(town: Town, **query: object) -> str:
    return signed_in(town.worker).get("/desk/data/returned/", query).content.decode()


def opened(town: Town, department: str, element: str, **query: str) -> str:
    pk = town.systems[department].pk
    return signed_in(town.worker).get(f"/desk/data/returned/{pk}/{element}/", query).content.decode()


def test_a_community_sees_what_departments_hold_of_its_own_people(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    page = shown(town)
    assert "police" in page
    assert "1 人" in page
    assert "周建国" in opened(town, "police", "birth")
    assert "林小芳" not in opened(town, "police", "birth"), "she is of another community"
    assert "138****0001" in opened(town, "police", "phone")


def test_where_departments_disagree_the_page_opens_to_the_persons(town: Town) -> None:
    """Two who know the sex best on the same day, and say different things."""
    town.took("health", [OTHER_HOME])
    with town.all_places():
        other = System.objects.create(
            code="clinic", title="门诊", department="health", area=town.systems["health"].area
        )
    town.systems["clinic"] = other
    town.took("clinic", [ZHOU_ROW])
    assert "which=differ" in shown(town)
    assert "周建国" in opened(town, "health", "address", which="differ")
    assert "周建国" not in opened(town, "health", "birth", which="differ")


def test_old_values_are_told_as_such(town: Town) -> None:
    town.took("police", [ZHOU_ROW], on=dt.date(2024, 1, 1))
    assert "1 条超过 365 天" in shown(town)
    assert "周建国" in opened(town, "police", "phone", which="stale")
    assert "周建国" not in opened(town, "police", "birth", which="stale")


def test_the_ledger_counts_what_the_community_wrote_for_a_department(town: Town) -> None:
    town.took("health", [ZHOU_ROW])
    types(town)
    corrects(town, person_named(town, "周建国"), "nation", "01")
    page = shown(town)
    ledger = page[page.index("要社区填的") : page.index("没有一个数是填的")]
    assert "民族 1" in ledger
    assert "出生日期 1" in ledger, "the police should have known when somebody was born whom the community entered"


def test_nothing_of_other_places_is_shown_and_nothing_sealed_is_opened(town: Town) -> None:
    town.took("police", [ZHOU_ROW, LIN_ROW])
    for area in (WEST_COMMUNITY, EAST_COMMUNITY_2, 10**14, "x"):
        page = shown(town, area=area)
        assert "1 人" in page, "one's own place is shown instead"
    client, pk = signed_in(town.worker), town.systems["police"].pk
    assert client.get(f"/desk/data/returned/{pk}/health/").status_code == 404
    assert client.get(f"/desk/data/returned/{pk}/low_income/").status_code == 404
    steward = signed_in(town.steward)
    assert "2 人" in steward.get("/desk/data/returned/").content.decode()
    assert "1 人" in steward.get(f"/desk/data/returned/?area={EAST_COMMUNITY}").content.decode()
