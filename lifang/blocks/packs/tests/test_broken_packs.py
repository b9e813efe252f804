from pathlib import Path

import pytest

from lifang.blocks.packs.loader import load_all
from lifang.blocks.packs.problems import PackErrors
from lifang.blocks.packs.tests.samples import BROKEN, lay_out, problems_of


def test_the_sound_sample_is_sound(tmp_path: Path) -> None:
    assert problems_of(lay_out(tmp_path)) == []
    assert set(load_all(tmp_path)) == {"base", "city"}


@pytest.mark.parametrize("broken", BROKEN, ids=lambda path: path.name)
def test_a_broken_pack_says_where_and_what(broken: Path, tmp_path: Path) -> None:
    root = lay_out(tmp_path, broken)
    expected = (broken / "expected.txt").read_text(encoding="utf-8")
    assert "".join(f"{problem}\n" for problem in problems_of(root)) == expected
    with pytest.raises(PackErrors):
        load_all(root)
