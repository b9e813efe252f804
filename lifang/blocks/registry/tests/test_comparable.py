"""The same person as five departments write them comes out the same."""

import datetime as dt

import polars as pl
import pytest

from lifang.blocks.registry.comparable import comparable
from lifang.blocks.registry.tests.numbers import made_up

BODY = "99010119560229017"
NUMBER = made_up(BODY)


def one(**facts: str | None) -> dict[str, object]:
    given = {"name": "", "sex": "", "birth": "", "number": "", "phone": "", "address": ""} | facts
    return comparable(pl.DataFrame([{"id": 1, **given}], schema_overrides=dict.fromkeys(given, pl.String))).row(
        0, named=True
    )


@pytest.mark.parametrize(
    "address",
    [
        "长春路12号锦绣花园3栋2单元501室",
        "长春路12号3-2-501",
        "永兴区长春路12号3幢2单元501",
        "永兴市永兴区昌北街道长春路12号3号楼2单元501室",
        "长春路 １２ 号 锦绣花园 ３ 号楼 ２ 单元 ５０１ 室",
    ],
)
def test_an_address_in_any_spelling_is_one_home(address: str) -> None:
    found = one(address=address)
    assert (found["gate"], found["home"]) == ("长春路12", "长春路12-3-2-501")


def test_an_address_without_a_flat_still_names_the_gate() -> None:
    found = one(address="长春路12号锦绣花园")
    assert (found["gate"], found["home"]) == ("长春路12", None)


def test_a_housing_estate_is_not_taken_for_a_district() -> None:
    assert one(address="阳光小区3栋")["gate"] is None


@pytest.mark.parametrize(
    "birth", ["1956-2-29 08:00", "20514", "1956-02-29", "1956年2月29日", "19560229", "1956.2.29", "１９５６/２/２９"]
)
def test_a_birth_in_any_form_is_one_day(birth: str) -> None:
    assert one(birth=birth)["birth"] == dt.date(1956, 2, 29)


@pytest.mark.parametrize("number", [NUMBER, NUMBER[:6] + NUMBER[8:17], f" {NUMBER} ", f"'{NUMBER}"])
def test_a_number_in_any_form_gives_birth_and_sex_too(number: str) -> None:
    found = one(number=number, birth="1999-01-01", sex="女")
    assert (found["number"], found["birth"], found["sex"]) == (NUMBER, dt.date(1956, 2, 29), "男")


def test_a_mistyped_number_is_kept_as_typed_and_believed_in_nothing() -> None:
    wrong = NUMBER[:9] + "9" + NUMBER[10:]
    found = one(number=wrong, birth="1956-02-29")
    assert (found["number"], found["typed"], found["birth"]) == (None, wrong, dt.date(1956, 2, 29))


def test_names_are_split_and_spoken() -> None:
    found = one(name="张 伟 明")
    assert (found["name"], found["surname"], found["given"], found["sound"]) == (
        "张伟明",
        "张",
        "伟明",
        "zhang wei ming",
    )
    assert one(name="章玮铭")["sound"] == found["sound"]


def test_what_is_not_known_is_null() -> None:
    assert set(one().values()) == {1, None}
    assert set(one(name=None, sex=None, birth="不详", number="无", phone="8812345", address="不详").values()) == {
        1,
        None,
    }


def test_a_telephone_keeps_its_last_eleven_digits() -> None:
    assert one(phone="+86 138-0013-8000")["phone"] == "13800138000"


def test_a_year_of_two_digits_is_no_birth() -> None:
    assert one(birth="56.2.29")["birth"] is None
