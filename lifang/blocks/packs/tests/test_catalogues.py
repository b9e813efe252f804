from pathlib import Path

import pytest

from lifang.blocks.packs.loader import load_all
from lifang.blocks.packs.problems import PackErrors
from lifang.blocks.packs.tests.samples import lay_out

HEAD = "catalogue: work\ntitle: 清单\nfrom: 2021-01-01\nsource: {document: manual}\n"


def loaded(root: Path, text: str) -> str:
    """What loading the packs with a catalogue of this text says: its problems, or nothing."""
    folder = lay_out(root) / "base" / "matters"
    folder.mkdir(exist_ok=True)
    (folder / "work.yaml").write_text(HEAD + text, encoding="utf-8")
    try:
        load_all(root)
    except PackErrors as error:
        return "\n".join(map(str, error.problems))
    return ""


def duties(count: int) -> str:
    rows = "".join(f"  duty_{n}: {{title: 履职{n}, class: law, source: {{document: manual}}}}\n" for n in range(count))
    return f"stated: {{law: 14}}\nmatters:\n{rows}"


@pytest.mark.parametrize(("count", "wrong"), [(13, True), (14, False), (15, True)])
def test_a_list_of_fourteen_duties_takes_neither_thirteen_nor_fifteen(tmp_path: Path, count: int, wrong: bool) -> None:
    """S318 Loading 13 or 15 matters into the class «by law» of a version that states 14 is refused."""
    said = loaded(tmp_path, duties(count))
    assert ("14 项" in said and f"{count} 项" in said) is wrong


def test_an_assisted_matter_needs_its_department_and_its_money_and_a_duty_by_law_neither(tmp_path: Path) -> None:
    """S035 A duty by law needs no fund, an assisted matter does."""
    law = "matters:\n  one: {title: 甲, class: law, source: {document: manual}}\n"
    assert loaded(tmp_path, law) == ""
    for given in ("", "owner: sanitation, ", "fund: sanitation, "):
        said = loaded(tmp_path, f"matters:\n  one: {{title: 甲, class: assist, {given}source: {{document: manual}}}}\n")
        assert "assist 类事项要写" in said
    whole = "owner: sanitation, fund: sanitation, "
    assert (
        loaded(tmp_path, f"matters:\n  one: {{title: 甲, class: assist, {whole}source: {{document: manual}}}}\n") == ""
    )


def test_a_matter_stands_in_one_class_only(tmp_path: Path) -> None:
    """S067 A matter in two classes is refused."""
    said = loaded(tmp_path, (
        "matters:\n  one: {title: 甲, class: law, source: {document: manual}}\n"
        "  two: {title: 甲, class: unclassed, source: {document: manual}}\n"
    ))  # fmt: skip
    assert "一个事项只能属于一类" in said


def test_each_old_matter_has_a_fate(tmp_path: Path) -> None:
    """Kept, merged into a new one, or removed; a list that leaves one out is refused."""
    new = "matters:\n  one: {title: 甲, class: law, source: {document: manual}}\n"
    old = "former_stated: 2\nformer:\n  a: {title: 旧甲, fate: merged, into: one}\n  b: {title: 旧乙, fate: removed}\n"
    assert loaded(tmp_path, old + new) == ""
    assert "原有事项写明 3 项" in loaded(tmp_path, old.replace("former_stated: 2", "former_stated: 3") + new)
    assert "不存在" in loaded(tmp_path, old.replace("into: one", "into: none_such") + new)
