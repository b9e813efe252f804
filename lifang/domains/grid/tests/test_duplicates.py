"""Reports of the same thing score high, others low; what the score rests on."""

import datetime as dt
from typing import Any

import pytest

from lifang.domains.grid.duplicates import OFFER_FROM, cell_of, features, grams, likely_duplicates, score
from lifang.domains.grid.tests.situations import MONDAY, City, reported
from lifang.ground.access.scope import system_scope
from tests.situations import IN_EAST_GRID

LON, LAT = IN_EAST_GRID
WORDS = "3栋垃圾桶满了三天没人收"


def judged(**changes: Any) -> float:
    given: dict[str, Any] = {
        "same_category": True, "same_class": True, "metres": 20.0, "hours": 5.0,
        "new": WORDS, "old": "3号楼垃圾溢出来了",
    }  # fmt: skip
    return score(features(**given | changes))


@pytest.mark.parametrize(
    ("worse", "why"),
    [
        ({"same_category": False}, "another category"),
        ({"metres": 140.0}, "farther"),
        ({"hours": 70.0}, "older"),
        ({"old": "3号楼路灯不亮"}, "other words"),
        ({"old": "9号楼垃圾溢出来了"}, "another building"),
    ],
)
def test_each_difference_lowers_the_score(worse: dict[str, Any], why: str) -> None:
    assert 0 < judged(**worse) < judged() < 1, why


def test_one_thing_in_two_voices_is_offered_and_two_things_are_not() -> None:
    assert judged() >= OFFER_FROM
    assert judged(same_category=False, same_class=False, metres=120.0, old="9号楼前路灯不亮") < OFFER_FROM


@pytest.mark.parametrize("text", ["", "a", "。", "1栋"])
def test_short_words_break_nothing(text: str) -> None:
    assert 0 <= judged(new=text, old=text) <= 1
    assert sum(grams(text).values()) <= len(text)


@pytest.mark.django_db
def test_only_open_cases_near_in_place_and_time_are_offered(city: City) -> None:
    near = reported(text=WORDS, category="06042").case
    reported(text=WORDS, category="06042", lon=LON + 0.003)
    reported(MONDAY - dt.timedelta(hours=80), text=WORDS, category="06042")
    done = reported(text=WORDS, category="06042").case
    with system_scope("test"):
        done.is_open = False
        done.save(update_fields=["is_open"])
        found = likely_duplicates(lon=LON, lat=LAT, category="06042", text=WORDS, at=MONDAY + dt.timedelta(hours=1))
    assert [likely.case.number for likely in found] == [near.number]
    assert found[0].metres < 1
    assert found[0].score > 0.9


@pytest.mark.django_db
def test_at_most_three_are_offered_the_likeliest_first(city: City) -> None:
    for metres in (60, 5, 30, 90, 100):
        reported(text=WORDS, category="06042", lon=LON + metres / 97_000)
    with system_scope("test"):
        found = likely_duplicates(lon=LON, lat=LAT, category="06042", text=WORDS, at=MONDAY)
    assert [round(likely.metres) for likely in found] == [5, 30, 60]


def test_neighbouring_points_fall_into_neighbouring_cells() -> None:
    assert cell_of(LON, LAT) == cell_of(LON + 1e-5, LAT + 1e-5)
    assert cell_of(LON + 0.002, LAT) - cell_of(LON, LAT) == 1
