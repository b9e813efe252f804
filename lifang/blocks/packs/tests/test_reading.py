from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lifang.blocks.packs.loader import FOLDERS, SINGLE, read_pack
from lifang.blocks.packs.problems import PackErrors, Problem
from lifang.blocks.packs.tests.samples import SAMPLE, lay_out

FILES = [*SINGLE, *(f"{folder}/x.yaml" for folder in FOLDERS)]
PLAIN = "title values source from open true null ~ 2026-02-30 0x1F 08 1.5 !!python/x &a *a <<"
words = st.sampled_from(PLAIN.split())
scraps = st.recursive(
    words | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(items) + "]")
        | st.dictionaries(words, inner, max_size=4).map(
            lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}"
        )
    ),
    max_leaves=12,
)


def refusals(folder: Path) -> list[Problem]:
    """What reading the pack refuses; anything but a proper refusal is an error of the loader."""
    try:
        read_pack(folder)
    except PackErrors as error:
        return error.problems
    return []


@pytest.mark.parametrize("file", FILES)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(scraps, st.lists(scraps.map(lambda s: f"a: {s}")).map("\n".join)))
def test_anything_at_all_is_read_or_refused_with_a_line(tmp_path: Path, file: str, text: str) -> None:
    folder = lay_out(tmp_path) / "base"
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text, encoding="utf-8")
    assert all(problem.where.line >= 1 for problem in refusals(folder))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_sound_file_with_a_piece_cut_out_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    folder = lay_out(tmp_path) / "base"
    file = data.draw(st.sampled_from(["events.yaml", "cases/event.yaml", "indicators.yaml", "values.yaml"]))
    sound = (SAMPLE / "base" / file).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(sound) - 1))
    end = data.draw(st.integers(start, min(len(sound), start + 30)))
    (folder / file).write_text(sound[:start] + sound[end:], encoding="utf-8")
    refusals(folder)


def test_a_code_with_a_leading_zero_is_text_with_or_without_quotes(tmp_path: Path) -> None:
    folder = lay_out(tmp_path) / "base"
    plain = (folder / "events.yaml").read_text(encoding="utf-8").replace('"06010"', "06010").replace('"06"', "06")
    (folder / "events.yaml").write_text(plain, encoding="utf-8")
    assert list(read_pack(folder).events[0].categories) == ["06010"]


def test_a_file_saved_on_windows_reads_the_same(tmp_path: Path) -> None:
    folder = lay_out(tmp_path) / "base"
    before = read_pack(folder).units
    text = (folder / "units.yaml").read_text(encoding="utf-8")
    (folder / "units.yaml").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_pack(folder).units == before
