import pytest
from hypothesis import given
from hypothesis import strategies as st

from lifang.ground.areas import codes

NANCHANG, DONGHU = 360100000000000, 360102000000000
COMMUNITY = 360102009012000


@pytest.mark.parametrize(
    ("code", "level", "width"),
    [
        (360000000000000, 1, 10**13),
        (NANCHANG, 2, 10**11),
        (DONGHU, 3, 10**9),
        (360102009000000, 4, 10**6),
        (COMMUNITY, 5, 10**3),
        (COMMUNITY + 7, 6, 1),
        (codes.NATION, 0, 10**15),
    ],
)
def test_trailing_zeros_decide_level_and_reach(code: int, level: int, width: int) -> None:
    assert codes.level_of(code) == level
    assert codes.span(code) == range(code, code + width)


def test_a_city_without_counties_holds_its_streets_itself() -> None:
    dongguan_street = codes.parse("441900003")
    assert codes.parent_of(dongguan_street) == codes.parse("4419")


@pytest.mark.parametrize(
    "written",
    [
        "360102009012", "360102009012000", "3.60102009012E+11", "３６０１０２００９０１２", "'360102009012",
        " 360102009012\u00a0",
        "360102009012.0", "360,102,009,012", 360102009012, 360102009012.0, "3.60102009012e11", "\ufeff360102009012",
    ],
)  # fmt: skip
def test_codes_spoiled_by_spreadsheets_are_mended(written: object) -> None:
    assert codes.parse(written) == COMMUNITY


def test_nine_digits_kept_by_a_spreadsheet_are_a_street() -> None:
    assert codes.parse("3.60102002E+11") == 360102002000000


@pytest.mark.parametrize(
    "written",
    ["", None, "3.60102E+11", "36010200901", "abc", "360102.5", "990102009012", "-360102", "3601020090120000", True,
     "nan", "inf", "1e400", "三六〇一"],
)  # fmt: skip
def test_what_is_no_code_is_refused_with_a_reason(written: object) -> None:
    with pytest.raises(codes.BadCode, match=r".{6,}"):
        codes.parse(written)


areas = st.integers(11 * 10**13, 82 * 10**13 + 10**13 - 1)


@given(areas)
def test_every_place_lies_in_all_its_ancestors(code: int) -> None:
    above = codes.ancestors(code)
    assert all(code in codes.span(place) for place in above)
    levels = [codes.level_of(place) for place in above]
    assert levels == sorted(levels, reverse=True)
    assert codes.level_of(code) > (levels[0] if levels else 0)


@given(areas, areas)
def test_two_places_are_apart_or_one_holds_the_other(one: int, other: int) -> None:
    a, b = codes.span(one), codes.span(other)
    apart = a.stop <= b.start or b.stop <= a.start
    assert apart or one in b or other in a


@given(areas.filter(lambda code: code // 10**13 in codes.PROVINCES))
def test_text_is_read_back(code: int) -> None:
    assert codes.parse(codes.text(code)) == code
    assert codes.parse(codes.text15(code)) == code


@given(st.text(max_size=20) | st.floats() | st.integers())
def test_nothing_but_a_code_or_a_refusal_comes_out(value: object) -> None:
    try:
        code = codes.parse(value)
    except codes.BadCode:
        return
    assert code // 10**13 in codes.PROVINCES
