"""Columns that communities type, as they are written and read again."""

import pytest
from django.utils.translation import override
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


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_was_admitted_does_not_hang_on_the_language_of_whoever_asks(language: str) -> None:
    admitted = [made("拟补贴人数", "number", "人"), made("已装扶手", "truth")]
    said = ("拟补贴人数", "拟补贴人数（人）", "拟补贴人数（数字）", "拟补贴人数（number）")
    with override(language):
        assert beyond([made(title, "number") for title in said], admitted) == []
        assert beyond([made("已装扶手（是或否）", "truth")], admitted) == []
        assert len(beyond([made("拟补贴人数（文字）", "number"), made("拟补贴人数（元）", "number")], admitted)) == 2
        assert read("拟补贴人数（数字，人）；已装扶手（是或否）") == admitted
