"""Identity numbers: their check character finds what was mistyped."""

import datetime as dt

import polars as pl

from lifang.blocks.registry import identity
from lifang.blocks.registry.tests.numbers import made_up

NUMBER = made_up("99010119560229017")


def numbered(*typed: str) -> pl.DataFrame:
    return identity.numbered(pl.DataFrame({"typed": typed}))


def test_a_number_says_the_day_of_birth_and_keeps_its_check_character() -> None:
    found = numbered(NUMBER, *(made_up(f"99010119560101{n:03}") for n in range(100)))
    assert found["born"][0] == dt.date(1956, 2, 29)
    assert (found["number"] == found["typed"]).all()
    assert found["number"].str.ends_with("X").any()


def test_a_number_of_fifteen_digits_is_brought_to_eighteen() -> None:
    assert numbered(NUMBER[:6] + NUMBER[8:17])["number"].to_list() == [NUMBER]


def test_every_single_wrong_digit_and_every_swap_of_neighbours_is_found() -> None:
    wrong = {
        NUMBER[:at] + other + NUMBER[at + 1 :] for at in range(18) for other in "0123456789" if other != NUMBER[at]
    }
    wrong |= {NUMBER[:at] + NUMBER[at + 1] + NUMBER[at] + NUMBER[at + 2 :] for at in range(16)} - {NUMBER}
    found = numbered(*sorted(wrong))
    assert (found["number"] != found["typed"]).all()


def test_what_has_another_length_is_no_number() -> None:
    assert numbered("", "8812345", NUMBER[:17], NUMBER + "1", "²" * 18)["number"].to_list() == [None] * 5
