"""Tables as people keep them become frames of text, row for row."""

import datetime as dt
import io

import openpyxl
import pytest

from lifang.ground.files import workbooks
from lifang.ground.files.tables import MAX_COLUMNS, BadFile, pieces, plain, sheets, tops


def rows(content: bytes) -> list[list[tuple[str | None, ...]]]:
    return [sheet.rows.rows() for sheet in sheets(content)]


@pytest.mark.parametrize("separator", [",", "\t", ";", "，"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_in_any_encoding_and_separator(separator: str, encoding: str) -> None:
    lines = [["姓名", "地址", "电话"], ["张三", "长春路 12 号", "1"], ["李四", "", "2"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    assert rows(text.encode(encoding)) == [
        [("姓名", "地址", "电话"), ("张三", "长春路 12 号", "1"), ("李四", None, "2")]
    ]


def test_a_comma_in_a_cell_is_no_separator_where_full_width_ones_separate() -> None:
    assert rows("姓名，备注，电话\n张三，一,二，1\n".encode())[0][1] == ("张三", "一,二", "1")


def test_blank_rows_are_kept_so_that_rows_have_their_numbers() -> None:
    assert rows("题\n\n姓名,电话\n张三,1\n".encode())[0][3] == ("张三", "1")
    book = openpyxl.Workbook()
    book.active["B3"] = "姓名"
    out = io.BytesIO()
    book.save(out)
    assert [row[-1] for row in rows(out.getvalue())[0]] == [None, None, "姓名"]


def test_a_row_longer_than_the_first_ones_is_read() -> None:
    assert rows(("a,b\n" * 60_000 + "1,2,3\n").encode())[0][-1] == ("1", "2", "3")


def test_sheets_without_anything_are_left_out() -> None:
    book = openpyxl.Workbook()
    book.active.title = "空"
    book.create_sheet("名单").append(["姓名", 12, None])
    out = io.BytesIO()
    book.save(out)
    assert [(sheet.name, sheet.rows.rows()) for sheet in sheets(out.getvalue())] == [("名单", [("姓名", "12")])]
    assert sheets(b"") == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 no archive", "Excel"),
        (b"\xd0\xcf\x11\xe0 no book", "Excel"),
        (("a," * (MAX_COLUMNS + 1)).encode(), str(MAX_COLUMNS)),
        (b"," * 20_000, str(MAX_COLUMNS)),
        (b"\x81\xff\xff", "GB18030"),
        (b"a\x00b,c", "空字符"),
    ],
)
def test_what_is_no_table_is_told_why(content: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        sheets(content)


def test_a_header_is_known_without_what_stands_around_it() -> None:
    assert {plain(one) for one in ("联系电话", "联系 电话（手机）", "联系电话：", "＊联系电话")} == {"联系电话"}


def test_a_long_text_with_many_commas_is_one_cell() -> None:
    text = ",".join("一" * 400)
    assert rows(f'姓名,备注\n张三,"{text}"\n'.encode())[0] == [("姓名", "备注"), ("张三", text)]


def gappy(most: int) -> bytes:
    """A workbook whose rows leave out cells, and whole rows, with another sheet behind."""
    book = openpyxl.Workbook()
    book.active.title = "名单"
    book.active.append(["名单", None, None, None])
    for row in range(2, most):
        if row % 7:
            book.active.cell(row, 1 + row % 3, f"张{row}")
            book.active.cell(row, 4 + row % 2, row if row % 4 else dt.date(2026, 1, 1 + row % 28))
    book.active.cell(most + 50, 3, "末行")
    book.create_sheet("别的").append(["a", "b"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_long_sheet_read_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    content = gappy(400)
    at_once = sheets(content)
    monkeypatch.setattr(workbooks, "PIECE", 5000)
    monkeypatch.setattr(workbooks, "READ", 900)
    assert len(list(pieces(content))) > 5
    for one, other in zip(sheets(content), at_once, strict=True):
        assert one.name == other.name
        assert one.rows.rows() == other.rows.rows()


def test_of_a_sheet_its_first_rows_its_height_and_its_width_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "PIECE", 5000)
    monkeypatch.setattr(workbooks, "READ", 900)
    first, _other = tops(gappy(400), 3)
    assert (first.name, first.height, first.rows.height, first.rows.width) == ("名单", 450, 3, 5)
