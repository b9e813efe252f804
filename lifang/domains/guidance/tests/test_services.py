"""A resident looks for a service of daily life."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from lifang.blocks.registers.models import Entry, Statement
from lifang.ground.access.scope import system_scope
from tests.situations import EAST_COMMUNITY, EAST_COMMUNITY_2, WEST_COMMUNITY, a_small_city

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def city() -> None:
    a_small_city()
    for name, area, does, home in (
        ("远处理发店", WEST_COMMUNITY, "理发", "both"), ("邻社区理发店", EAST_COMMUNITY_2, "老人理发", "only"),
        ("本社区理发店", EAST_COMMUNITY, "理发、修面", "both"), ("只在店里理发店", EAST_COMMUNITY, "理发", "no"),
        ("本社区修水管", EAST_COMMUNITY, "水电维修", "both"),
    ):  # fmt: skip
        offered(name, area, does=does, home=home)


def offered(name: str, area: int, **facts: Any) -> None:
    with system_scope("test"):
        entry = Entry.objects.create(kind="daily_service", area=area, name=name)
        Statement.objects.create(
            entry=entry, area=area, name=name, facts={"hours": "9:00–18:00", "price": "20元", **facts},
            held_from=dt.date(2026, 1, 1), known_from=timezone.now(),
        )  # fmt: skip


def listed(**asked: str) -> list[str]:
    return [one.name for one in Client().get("/nearby/", asked).context["offers"]]


@pytest.mark.parametrize("words", ["理发 上门", "老人上门理发"])
def test_haircut_at_home_finds_those_who_come_the_nearest_first(words: str) -> None:
    """S102 A resident's search «haircut for elderly at home» returns the providers near."""
    found = listed(q=words, place=str(EAST_COMMUNITY))
    assert "只在店里理发店" not in found
    assert "本社区修水管" not in found
    assert found == ["本社区理发店", "邻社区理发店", "远处理发店"]


def test_a_service_that_nobody_offers_says_what_to_do_next() -> None:
    page = Client().get("/nearby/", {"q": "配钥匙"}).content.decode()
    assert "没有查到" in page
    assert "少写一个词" in page


def test_a_community_by_its_name_and_one_that_nobody_knows() -> None:
    page = Client().get("/nearby/", {"place": "东风1社区"})
    assert page.context["community"] == EAST_COMMUNITY
    again = Client().get("/nearby/", {"place": page.context["place"]})
    assert again.context["community"] == EAST_COMMUNITY
    assert "没有找到这个社区" in Client().get("/nearby/", {"place": "无此社区"}).content.decode()
    assert len(Client().get("/nearby/", {"place": "风1社区"}).context["several"]) == 2
