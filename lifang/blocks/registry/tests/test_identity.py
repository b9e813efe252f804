"""Identity numbers as they come: right, old, mistyped, impossible."""

import datetime as dt

import pytest

from lifang.blocks.registry import identity
from lifang.blocks.registry.identity import WrongNumber

TODAY = dt.date(2026, 6, 1)


def made_up(body: str) -> str:
    return body + identity.check(body)


def test_a_number_says_birth_and_sex() -> None:
    found = identity.read(made_up("99010119560229" + "017"), on=TODAY, made_up=True)
    assert (found.birth, found.male) == (dt.date(1956, 2, 29), True)


def test_a_number_of_fifteen_digits_is_brought_to_eighteen() -> None:
    new = made_up("99010119560229" + "017")
    assert identity.read(new[:6] + new[8:17], on=TODAY, made_up=True).number == new


def test_a_small_x_is_a_check_character() -> None:
    body = next(b for n in range(1000) if identity.check(b := f"99010119560101{n:03}") == "X")
    assert identity.read(body + "x", on=TODAY, made_up=True).number == body + "X"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "length"),
        ("99010119560229017", "length"),
        ("９９０１０１１９５６０２２９０１７５", "length"),
        ("²" * 18, "length"),
        (made_up("99010119570229017"), "birth"),
        (made_up("99010120270101017"), "birth"),
        (made_up("99010118000101017"), "birth"),
    ],
)
def test_what_is_no_number_is_told_why(text: str, reason: str) -> None:
    with pytest.raises(WrongNumber) as refused:
        identity.read(text, on=TODAY, made_up=True)
    assert refused.value.reason == reason


def test_every_single_wrong_digit_and_every_swap_of_neighbours_is_found() -> None:
    right = made_up("99010119560229017")
    wrong = {right[:at] + other + right[at + 1 :] for at in range(18) for other in "0123456789" if other != right[at]}
    wrong |= {right[:at] + right[at + 1] + right[at] + right[at + 2 :] for at in range(17)} - {right}
    for text in wrong:
        with pytest.raises(WrongNumber):
            identity.read(text, on=TODAY, made_up=True)


def test_a_made_up_person_is_not_taken_for_a_real_one() -> None:
    with pytest.raises(WrongNumber, match="region"):
        identity.read(made_up("99010119560229017"), on=TODAY)
