"""Columns that communities type, as they are written and read again."""

from hypothesis import given
from hypothesis import strategies as st

from lifang.blocks.matters.columns import KINDS, LONGEST_TITLE, LONGEST_UNIT, MOST, beyond, fits, made, read, words_of

ODD = st.sampled_from(
    [
        *"（）()【】[]；;、，,：/ \n\t\0\u200b\u3000",
        "（元）",
        "（数字）",
        "（文字，人）",
        "）、",
        "男",
        "人数",
        "；甲（是或否）",
        "长" * 30,
    ]
)
TITLES = st.lists(ODD | st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10).map("".join)
COLUMNS = st.lists(
    st.fixed_dictionaries({"title": TITLES, "kind": st.sampled_from(list(KINDS)), "unit": st.just("") | TITLES}),
    min_size=1,
    max_size=4,
)


@given(COLUMNS)
def test_whatever_columns_are_called_their_words_are_read_again_as_the_same(columns: list[dict[str, str]]) -> None:
    found = read("\n".join(words_of(columns)))
    assert all(map(fits, found))
    assert not beyond(columns, found)
    assert not beyond([made(**one) for one in columns], found)


def test_the_longest_columns_are_still_read() -> None:
    columns = [made(f"{at:03}{'长' * LONGEST_TITLE}", "number", "米" * LONGEST_UNIT) for at in range(MOST)]
    assert len(read("\n".join(words_of(columns)))) == MOST


def test_a_column_that_is_said_twice_is_one() -> None:
    assert read("金额（数字，元）；金 额(数字,元)；金额（元）（数字）；金额（文字）") == [
        {"title": "金额", "kind": "number", "unit": "元"}, {"title": "金额", "kind": "text", "unit": ""},
    ]  # fmt: skip
