"""Files that nobody should send: each is refused or taken in words, and leaves nothing half done."""

import io
import os
import zipfile

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from lifang.blocks.registry.imports import actions
from lifang.blocks.registry.models import Import, Record
from lifang.blocks.registry.tests.desk import Desk, csv_of
from lifang.blocks.registry.tests.situations import HEADS, LIN_ROW, ZHOU_ROW, Town, a_town
from lifang.ground.files import tables
from tests.at_once import at_once, committed

LITTLE = 2**24


@pytest.fixture
def desk(town: Town) -> Desk:
    return Desk(town, town.steward)


def book_of(*rows: tuple[str, ...]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **changed: bytes) -> bytes:
    """A packed file with some of its parts replaced or added (dots written as two underscores)."""
    parts = {name.replace("__", "."): part for name, part in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def bomb() -> bytes:
    """Far more, unpacked, than it seems."""
    return repacked(saved(book_of(HEADS)), **{"xl/media/bomb__bin": bytes(2**25)})


def lying() -> bytes:
    """A packed file whose directory says that each part is one byte long."""
    content = bytearray(saved(book_of(HEADS, ZHOU_ROW)))
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 24 : at + 28] = (1).to_bytes(4, "little")
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def wide() -> bytes:
    return saved(book_of(tuple(f"列{at}" for at in range(16_000)), tuple("x" for _at in range(16_000))))


REFUSED = {
    "a zip bomb": bomb,
    "a directory that lies": lying,
    "16,000 columns": wide,
    "16,000 columns of text": lambda: csv_of(tuple(f"列{at}" for at in range(16_000))),
    "half a workbook": lambda: saved(book_of(HEADS, ZHOU_ROW))[:3000],
    "a workbook without sheets": lambda: repacked(saved(book_of(HEADS)), **{"xl/workbook__xml": b"<workbook/>"}),
    "an old workbook of noise": lambda: b"\xd0\xcf\x11\xe0" + os.urandom(9000),
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "headers alone": lambda: csv_of(HEADS),
    "mixed encodings": lambda: "姓名,电话\n".encode() + "周建国,138\n".encode("gb18030") + b"\xff\xfe\x80\n",
    "a zip that is no workbook": lambda: repacked(
        saved(book_of(HEADS)), **{"[Content_Types]__xml": b"", "xl/workbook__xml": b""}
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_table_is_refused_in_words_and_nothing_is_kept(
    desk: Desk, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MAX_UNPACKED", LITTLE)
    answer = desk.sends(REFUSED[kind](), "表.xlsx")
    assert answer.status_code == 422
    assert "没有收下这个文件，其余填写的都还在" in answer.content.decode()
    with desk.town.all_places():
        assert Import.objects.count() == 0


def test_an_empty_file_is_refused(desk: Desk) -> None:
    assert desk.sends(b"").status_code == 422


def test_a_file_of_blanks_gets_no_further_than_its_columns(desk: Desk) -> None:
    assert desk.sends(b" \n\n \n").status_code == 302
    assert desk.confirms(desk.newest()).status_code == 422


def test_formulas_are_text_and_stay_text(desk: Desk, town: Town) -> None:
    formula = "=cmd|' /C calc'!A0"
    imported = desk.taken(("周建国", *ZHOU_ROW[1:5], formula, ZHOU_ROW[6]))
    assert imported.state == "taken"
    with town.all_places():
        assert Record.objects.get().facts["address"] == formula
    book = openpyxl.load_workbook(io.BytesIO(desk.does("data_corrected", imported).content))
    assert book.active["F2"].data_type == "s"


def test_a_workbook_with_formulas_gives_what_they_last_showed(desk: Desk) -> None:
    book = book_of(HEADS, ZHOU_ROW)
    book.active["A3"] = '=HYPERLINK("http://example.org","周")'
    assert desk.sends(saved(book), "公式.xlsx").status_code == 302


def test_macros_are_not_looked_at(desk: Desk, town: Town) -> None:
    content = repacked(saved(book_of(HEADS, ZHOU_ROW)), **{"xl/vbaProject__bin": os.urandom(5000)})
    assert desk.sends(content, "宏.xlsm").status_code == 302
    imported = desk.newest()
    desk.confirms(imported)
    with town.all_places():
        actions.check(imported.pk)
    assert desk.newest().counts["persons"] == 1


def test_a_million_empty_rows_are_no_rows(desk: Desk, town: Town) -> None:
    book = book_of(HEADS, ZHOU_ROW)
    book.active["A1048576"] = " "
    assert desk.sends(saved(book), "空.xlsx").status_code == 302
    imported = desk.newest()
    assert desk.confirms(imported).status_code == 302
    with town.all_places():
        actions.check(imported.pk)
    assert desk.newest().counts["persons"] == 1
    assert "新的人" in desk.page(imported)


def test_names_beyond_every_length_are_cut(desk: Desk) -> None:
    heads = ("姓名" * 3000, *HEADS)
    assert desk.sends(csv_of(heads, ("x", *ZHOU_ROW)), "长" * 240 + ".csv").status_code == 302
    imported = desk.newest()
    assert len(imported.name) <= 200
    assert desk.confirms(imported).status_code == 302


def test_a_name_of_a_file_that_is_a_path_or_a_script_harms_nothing(desk: Desk) -> None:
    for name in ("../../etc/passwd", "<script>alert(1)</script>.csv", "a\r\nb.csv", "‮vsc.csv"):
        assert desk.sends(csv_of(HEADS, ZHOU_ROW), name).status_code == 302
        assert "<script>alert" not in desk.client.get(reverse("data_import", args=[desk.newest().pk])).content.decode()


def test_headers_and_cells_that_are_markup_are_shown_as_text(desk: Desk) -> None:
    row = ("<b>周</b>", *ZHOU_ROW[1:])
    imported = desk.sent(row, heads=(*HEADS[:5], "<img src=x onerror=alert(1)>", HEADS[6]))
    page = desk.client.get(reverse("data_columns", args=[imported.pk])).content.decode()
    assert "<img src=x" not in page
    assert "<b>周" not in page


def test_the_same_file_sent_by_two_at_the_same_moment_gives_nobody_twice(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.conf.settings.CONFIG.demo", True)
    with committed(django_db_blocker, "access|areas|registry|trail|procrastinate"):
        town = a_town()
        desks = [Desk(town, town.steward) for _again in range(2)]
        content = csv_of(HEADS, ZHOU_ROW, LIN_ROW)
        sent = at_once(*(lambda desk=desk: desk.sends(content) for desk in desks))  # type: ignore[misc]
        assert [answer.status_code for answer in sent] == [302, 302]
        with town.all_places():
            both = list(Import.objects.order_by("pk"))
        at_once(*(lambda one=one: desks[0].confirms(one) for one in both))  # type: ignore[misc]
        at_once(*(lambda one=one: background(town, actions.check, one) for one in both))  # type: ignore[misc]
        presses = at_once(*(lambda: press(desks[0].client, both[0]) for _again in range(3)))
        assert presses == [302] * 3
        press(desks[1].client, both[1])
        at_once(*(lambda one=one: background(town, actions.take, one) for one in both))  # type: ignore[misc]
        with town.all_places():
            assert {one.state for one in Import.objects.all()} == {"taken"}
            assert Record.objects.count() == 2
        assert len(town.persons()) == 2


def background(town: Town, act: object, imported: Import) -> None:
    with town.all_places():
        act(imported.pk)  # type: ignore[operator]


def press(client: Client, imported: Import) -> int:
    return client.post(reverse("data_take", args=[imported.pk])).status_code


def test_sheets_of_the_same_headers_are_one_list_and_others_are_named(desk: Desk, town: Town) -> None:
    book = book_of(HEADS, ZHOU_ROW)
    book.active.title = "东风1社区"
    second, notes = book.create_sheet("东风2社区"), book.create_sheet("说明")
    for row in (("东风2社区人口表",), HEADS, LIN_ROW, ("王不对",)):
        second.append(row)
    notes.append(("填表说明", "逐人填写"))
    assert desk.sends(saved(book), "各社区.xlsx").status_code == 302
    imported = desk.newest()
    columns = desk.client.get(reverse("data_columns", args=[imported.pk])).content.decode()
    assert "另有 1 张工作表表头相同" in columns
    assert "没有导入的工作表：说明" in columns
    assert imported.whole == 3
    desk.confirms(imported)
    with town.all_places():
        actions.check(imported.pk)
    checked = desk.newest()
    assert (checked.counts["persons"], checked.counts["refused"]) == (2, 1)
    assert "东风2社区 4" in desk.page(checked)
