"""Tables as people keep them become frames of text, row for row."""

import io

import openpyxl
import pytest

from lifang.ground.files.tables import MAX_COLUMNS, BadFile, plain, sheets


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
