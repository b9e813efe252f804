"""A city's list comes out of Excel and goes back into it."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.core.management import CommandError, call_command

from lifang.blocks.matters import sheets
from lifang.blocks.packs import service as packs

LAW = {"事项": "调解纠纷", "类别": "依法履职", "频次": "按需"}
ASSIST = {
    "事项": "巡访老人", "类别": "协助政府", "责任部门": "民政", "出资部门": "民政", "下达方式": "任务；报表、台账",
    "频次": "每月", "随附权限": "可查名册",
}  # fmt: skip


def filled(matters: list[dict[str, str]], former: list[tuple[str, str, str]] = [], **head: Any) -> bytes:  # noqa: B006
    """The empty workbook with these rows typed into it."""
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(None)))
    given = {
        "清单代号": "our_city", "名称": "本市清单", "从哪天起": "2026-01-01", "依据文件代号": "matters_sample", **head,
    }  # fmt: skip
    for row in book["清单"].iter_rows():
        if row[0].value in given:
            row[1].value = given[row[0].value]
    heads = [cell.value for cell in book["事项"][1]]
    for number, matter in enumerate(matters, 2):
        for name, value in matter.items():
            book["事项"].cell(number, heads.index(name) + 1, value)
    for number, cells in enumerate(former, 2):
        for column, value in enumerate(cells, 1):
            book["原有事项"].cell(number, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def unit(name: str) -> str:
    return packs.units()[name].title


def test_every_catalogue_comes_back_from_its_workbook_as_it_was() -> None:
    for pack in packs.packs().values():
        for one in pack.catalogues:
            found = sheets.taken(sheets.workbook(one), pack.name)
            assert found.wrong == []
            said = yaml.safe_load(found.yaml)
            assert list(said.get("matters", {})) == list(one.matters)
            for name, matter in one.matters.items():
                assert said["matters"][name]["title"] == matter.title
                assert tuple(said["matters"][name].get("sends", ())) == matter.sends
                assert said["matters"][name].get("owner", "") == matter.owner


def test_old_matters_come_with_their_fate_and_what_is_lacking_is_said() -> None:
    given = {**ASSIST, "责任部门": unit("civil_affairs"), "出资部门": unit("civil_affairs")}
    found = sheets.taken(
        filled(
            [LAW, given, {**given, "事项": "走访退役军人", "随附权限": ""}],
            [("老人台账", "合并", "巡访老人"), ("打分排名", "取消", "")],
            **{"依据写明原有几项": 248, "依据写明几项：协助政府": 45},
        ),
        "nanchang",
    )
    assert found.wrong == []
    said = yaml.safe_load(found.yaml)
    assert [one["fate"] for one in said["former"].values()] == ["merged", "removed"]
    assert said["former"]["old_001"]["into"] == "our_city_002"
    assert said["matters"]["our_city_002"]["sends"] == ["task", "form"]
    assert "协助政府：依据写明 45 项，表里 2 项" in found.lacking
    assert "原有事项：依据写明 248 项，表里 2 项" in found.lacking
    assert any("走访退役军人" in lack for lack in found.lacking)


@pytest.mark.parametrize(
    ("matters", "former", "said"),
    [
        ([{**LAW, "类别": "随便"}], [], "「事项」第 2 行「类别」：没有「随便」"),
        ([{**LAW, "事项": ""}], [], "「事项」第 2 行「事项」：要写"),
        ([LAW, LAW], [], "「事项」第 3 行「事项」：与第 2 行重复"),
        ([{**LAW, "类别": "协助政府"}], [], "「事项」第 2 行「责任部门」：「协助政府」要写"),
        ([{**LAW, "责任部门": "无此部门"}], [], "「事项」第 2 行「责任部门」：没有「无此部门」"),
        ([LAW], [("旧事", "合并", "无此事")], "「原有事项」第 2 行「现在的事项」：「无此事」不在"),
        ([LAW], [("旧事", "", "")], "「原有事项」第 2 行「去向」：每一项都要有去向"),
    ],
)
def test_what_cannot_be_taken_is_said_by_row_and_column(
    matters: list[dict[str, str]], former: list[tuple[str, str, str]], said: str
) -> None:
    assert said in "\n".join(map(str, sheets.taken(filled(matters, former), "nanchang").wrong))


def test_a_head_that_is_wrong_and_files_that_are_none(tmp_path: Path) -> None:
    wrong = "\n".join(map(str, sheets.taken(filled([LAW], 从哪天起="去年", 依据文件代号="无"), "nanchang").wrong))
    assert "从哪天起" in wrong
    assert "sources.yaml" in wrong
    assert "不是 xlsx" in str(sheets.taken(b"nothing", "nanchang").wrong[0])
    assert "缺这张表" in str(sheets.taken(_empty(), "nanchang").wrong[0])


def _empty() -> bytes:
    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    return out.getvalue()


def test_the_command_writes_nothing_while_a_cell_is_wrong(tmp_path: Path) -> None:
    given, out = tmp_path / "list.xlsx", tmp_path / "list.yaml"
    given.write_bytes(filled([{**LAW, "类别": "随便"}]))
    with pytest.raises(CommandError):
        call_command("matters", "from-xlsx", str(given), "--pack", "nanchang", "--out", str(out))
    assert not out.exists()
    given.write_bytes(filled([LAW]))
    call_command("matters", "from-xlsx", str(given), "--pack", "nanchang", "--out", str(out))
    assert "调解纠纷" in out.read_text(encoding="utf-8")
    call_command("matters", "to-xlsx", "national", "community_work", "--out", str(tmp_path / "back.xlsx"))
    assert sheets.taken((tmp_path / "back.xlsx").read_bytes(), "national").wrong == []
